package host

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/tailscale/hujson"
)

// jsonSyntax is JSON as editors take it for settings: comments are allowed, and a
// comma before a closing bracket.
type jsonSyntax struct{}

// parse also returns the text that the offsets refer to. An empty one is an object.
func (jsonSyntax) parse(text []byte) (hujson.Value, []byte, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		text = []byte("{}\n")
	}
	switch {
	case bytes.Count(text, []byte("["))+bytes.Count(text, []byte("{")) > 250_000:
		// hujson needs a kilobyte of stack for each open bracket.
		return hujson.Value{}, nil, errors.New("host: the file is too large for settings")
	case bytes.Count(text, []byte("\r")) != bytes.Count(text, []byte("\r\n")):
		// Readers disagree whether a carriage return alone ends a comment.
		return hujson.Value{}, nil, errFileForm
	}
	// hujson refuses a line comment that ends with the file.
	root, err := hujson.Parse(append(unmarked(text), '\n'))
	if err != nil {
		line := 0
		_, _ = fmt.Sscanf(err.Error(), "hujson: line %d", &line)
		err = unreadable("JSON", min(line, 1+bytes.Count(bytes.TrimSpace(text), []byte("\n"))))
	}
	return root, text, err
}

func (j jsonSyntax) decode(text []byte) (members map[string]any, err error) {
	root, _, err := j.parse(text)
	if err != nil {
		return nil, err
	}
	root.Standardize()
	plain := root.Pack()
	// This refuses a name that is there twice, and bytes that are not UTF-8.
	if _, err := jsontext.NewDecoder(bytes.NewReader(plain)).ReadValue(); err != nil {
		return nil, fmt.Errorf("host: the file cannot be read as JSON: %s", strings.TrimPrefix(err.Error(), "jsontext: "))
	}
	dec := json.NewDecoder(bytes.NewReader(plain))
	dec.UseNumber()
	if err := dec.Decode(&members); err != nil || members == nil {
		return nil, errors.New("host: the file holds no JSON object")
	}
	return members, nil
}

func (j jsonSyntax) set(text []byte, path []string, value any) ([]byte, error) {
	root, text, err := j.parse(text)
	if err != nil {
		return nil, err
	}
	at, rest := &root, path
	for n := range len(path) {
		if v := root.Find("/" + strings.Join(path[:n+1], "/")); v != nil {
			at, rest = v, path[n+1:]
		}
	}
	if kind := at.Value.Kind(); len(rest) > 0 && (kind == '{' || kind == '[') {
		return insert(text, root, *at, rest[0], with(nil, rest[1:], value)), nil
	}
	return replace(text, at.StartOffset, at.EndOffset, encode(with(nil, rest, value), "", "")), nil
}

// insert adds a last member to an object, or a last element to a list. It breaks and
// indents lines as the text does.
func insert(text []byte, root, into hujson.Value, name string, value any) []byte {
	var label string
	var members []hujson.ObjectMember
	switch c := into.Value.(type) {
	case *hujson.Object:
		label, members = encode(name, "", "")+": ", c.Members
	case *hujson.Array:
		for _, v := range c.Elements {
			members = append(members, hujson.ObjectMember{Name: v, Value: v})
		}
	}
	start, end := into.StartOffset+1, into.EndOffset-1 // between the brackets
	unit, comma, oneLine := "  ", "", false
	if first := root.Value.(*hujson.Object).Members; len(first) > 0 {
		unit = cmp.Or(indent(text, first[0].Name.StartOffset), unit)
	}
	prefix := indent(text, end) + unit
	if n := len(members); n > 0 {
		last := members[n-1]
		oneLine = !bytes.Contains(text[start:end], []byte("\n"))
		start, prefix = last.Value.EndOffset, indent(text, last.Name.StartOffset)
		if last.Value.AfterExtra == nil {
			comma = "," // none follows
		}
	}
	// Comments that follow the last value stay with it.
	rest := start + len(bytes.TrimRight(text[start:end], " \t\r\n"))
	added := "\n" + prefix + label + encode(value, prefix, unit)
	switch {
	case oneLine:
		added = " " + label + encode(value, "", "")
	case !bytes.Contains(text[rest:end], []byte("\n")):
		added += "\n" + indent(text, end)
	}
	return replace(replace(text, rest, rest, added), start, start, comma)
}

// indent is the white space at the start of the line that an offset is in.
func indent(text []byte, at int) string {
	line := text[bytes.LastIndexByte(text[:at], '\n')+1 : at]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}
