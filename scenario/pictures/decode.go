package pictures

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"runtime"

	"golang.org/x/image/webp"
)

// format is a kind of picture, known by how it begins. The image package's own
// registry is not used: what other packages register would be decoded as well.
type format struct {
	name, magic string // ? stands for any byte
	config      func(io.Reader) (image.Config, error)
	decode      func(io.Reader) (image.Image, error)
}

func formatOf(body []byte) (format, bool) {
	for _, f := range []format{
		{"JPEG", "\xff\xd8\xff", jpeg.DecodeConfig, jpeg.Decode},
		{"PNG", "\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode},
		{"GIF", "GIF8?a", gif.DecodeConfig, decodeGIF},
		{"WebP", "RIFF????WEBPVP8", webp.DecodeConfig, decodeWebP},
	} {
		if hasMagic(body, f.magic) {
			return f, true
		}
	}
	return format{}, false
}

func hasMagic(body []byte, magic string) bool {
	if len(body) < len(magic) {
		return false
	}
	for i := range len(magic) {
		if magic[i] != '?' && magic[i] != body[i] {
			return false
		}
	}
	return true
}

// startOfScan is a marker of JPEG, whose data escapes the first byte.
var startOfScan = []byte{0xff, 0xda}

// largePicture is more than the pictures of catalogs take, in bytes.
const largePicture = 8 << 20

// maxScans bounds the time that a JPEG takes: each scan goes over the whole
// picture, and a few bytes can ask for one. Encoders make about ten.
const maxScans = 64

// decode makes the square of a picture. The header is read first, so that a
// small file that claims to be huge costs nothing. Pictures share the allowance
// of memory: many small ones are decoded at once, or one of the largest.
func (f *Fetcher) decode(ctx context.Context, body []byte, size int) (square *image.RGBA, failed *Error) {
	// A decoder that trips over a crafted file must not take the program along.
	defer func() {
		if recover() != nil {
			square, failed = nil, &Error{Reason: Unreadable, Detail: "the decoder gave up"}
		}
	}()
	kind, ok := formatOf(body)
	if !ok {
		return nil, &Error{Reason: Unreadable, Detail: "not a JPEG, PNG, GIF or WebP"}
	}
	c, err := kind.config(bytes.NewReader(body))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return nil, &Error{Reason: Unreadable, Detail: "broken " + kind.name}
	}
	if kind.name == "JPEG" && bytes.Count(body, startOfScan) > maxScans {
		return nil, &Error{Reason: TooLarge, Detail: "too many scans"}
	}
	cost := kind.cost(c, body)
	if cost > f.opts.MaxDecoded {
		return nil, &Error{Reason: TooLarge, Detail: fmt.Sprintf("%d × %d pixels", c.Width, c.Height)}
	}
	if f.decoded.Acquire(ctx, cost) != nil {
		return nil, &Error{Reason: TimedOut}
	}
	defer f.release(cost)
	m, err := kind.decode(bytes.NewReader(body))
	if errors.Is(err, errAnimated) {
		return nil, &Error{Reason: Animated}
	}
	if err != nil || m.Bounds().Empty() {
		return nil, &Error{Reason: Unreadable, Detail: "broken " + kind.name}
	}
	return scale(m, size), nil
}

// release gives back what a picture took. One of many megabytes is collected
// first: the collector would notice after the next one of its size.
func (f *Fetcher) release(cost int64) {
	if cost > largePicture {
		runtime.GC()
	}
	f.decoded.Release(cost)
}

// errAnimated refuses what moves: its first frame is often an empty start, and
// no fair picture to choose by.
var errAnimated = errors.New("animated")

// decodeGIF decodes a GIF of one frame. The decoder of all frames would take
// memory for each of them.
func decodeGIF(r io.Reader) (image.Image, error) {
	rest := bufio.NewReader(r) // taken by gif as it is, so that it stays behind the frame
	m, err := gif.Decode(rest)
	if err != nil {
		return nil, err
	}
	for {
		block, err := rest.ReadByte()
		switch {
		case err != nil:
			return m, nil // cut off behind the picture, which is whole
		case block == ',': // another frame
			return nil, errAnimated
		case block != '!': // not an extension: the trailer
			return m, nil
		}
		_, _ = rest.Discard(1) // its kind
		for {
			size, err := rest.ReadByte()
			if err != nil || size == 0 {
				break
			}
			_, _ = rest.Discard(int(size))
		}
	}
}

// decodeWebP decodes a WebP of one frame; webp knows no others.
func decodeWebP(r io.Reader) (image.Image, error) {
	const flags, animation = 20, 1 << 1 // of an extended file
	in := bufio.NewReader(r)
	if head, err := in.Peek(flags + 1); err == nil && head[15] == 'X' && head[flags]&animation != 0 {
		return nil, errAnimated
	}
	return webp.Decode(in)
}
