package main

import (
	"encoding/base64"
	"fmt"
	"io"

	"github.com/mark3labs/mcp-go/mcp"
)

// printer is where the result of a call goes when a person makes it.
type printer struct {
	Text io.Writer // texts
	// Image gets the bytes of images: a file, or a stdout that is no terminal.
	// nil shows images on a terminal that can, and says how to keep them on
	// one that cannot.
	Image  io.Writer
	Getenv func(string) string // tells what the terminal can
}

// print writes a result.
func (o printer) print(result *mcp.CallToolResult) error {
	for _, content := range result.Content {
		var err error
		switch content := content.(type) {
		case mcp.TextContent:
			_, err = fmt.Fprintln(o.Text, content.Text)
		case mcp.ImageContent:
			err = o.image(content)
		}
		if err != nil {
			return fmt.Errorf("tools: print the result: %w", err)
		}
	}
	return nil
}

func (o printer) image(content mcp.ImageContent) error {
	data, err := base64.StdEncoding.DecodeString(content.Data)
	if err != nil {
		return err
	}
	switch program := o.Getenv("TERM_PROGRAM"); {
	case o.Image != nil:
		_, err = o.Image.Write(data)
	case program == "iTerm.app", program == "WezTerm", program == "vscode":
		// The inline images protocol, which these share.
		_, err = fmt.Fprintf(o.Text, "\x1b]1337;File=inline=1;size=%d:%s\a\n", len(data), content.Data)
	default:
		_, err = fmt.Fprintf(o.Text, "(an image of %d kB: add -o sheet.jpg to keep it)\n", len(data)/1000)
	}
	return err
}
