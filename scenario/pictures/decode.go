package pictures

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// format is a kind of picture, known by how it begins. The image package's own
// registry is not used: what other packages register would be decoded as well.
type format struct {
	name, magic string // ? stands for any byte
	config      func(io.Reader) (image.Config, error)
	decode      func(io.Reader) (image.Image, error) // of a GIF, the first frame
}

func formatOf(body []byte) (format, bool) {
	for _, f := range []format{
		{"JPEG", "\xff\xd8\xff", jpeg.DecodeConfig, jpeg.Decode},
		{"PNG", "\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode},
		{"GIF", "GIF8?a", gif.DecodeConfig, gif.Decode},
		{"WebP", "RIFF????WEBPVP8", webp.DecodeConfig, webp.Decode},
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

// decode makes the square of a picture. The header is read first, so that a
// small file that claims to be huge costs nothing. Pictures share the allowance
// of pixels: many small ones are decoded at once, or one of the largest.
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
	pixels := int64(c.Width) * int64(c.Height)
	switch c.ColorModel {
	case color.RGBA64Model, color.NRGBA64Model:
		pixels *= 2 // twice the memory
	}
	if pixels > int64(f.opts.MaxPixels) {
		return nil, &Error{Reason: TooLarge, Detail: fmt.Sprintf("%d × %d pixels", c.Width, c.Height)}
	}
	if f.pixels.Acquire(ctx, pixels) != nil {
		return nil, &Error{Reason: TimedOut}
	}
	defer f.pixels.Release(pixels)
	m, err := kind.decode(bytes.NewReader(body))
	if err != nil || m.Bounds().Empty() {
		return nil, &Error{Reason: Unreadable, Detail: "broken " + kind.name}
	}
	return scale(m, size), nil
}

// ground is what see-through pictures lie on: light, because most such pictures
// are logos and products made for white pages.
var ground = image.NewUniform(color.RGBA{0xf2, 0xf2, 0xf2, 0xff})

// scale returns the middle square of a picture in another size. A very large
// one is thinned out first: what it has beyond sixteen pixels for each one left
// is not seen, and would take a second to weigh.
func scale(m image.Image, size int) *image.RGBA {
	b := m.Bounds()
	side := min(b.Dx(), b.Dy())
	at := b.Min.Add(image.Pt((b.Dx()-side)/2, (b.Dy()-side)/2))
	crop := image.Rectangle{Min: at, Max: at.Add(image.Pt(side, side))}

	dst := image.NewRGBA(image.Rect(0, 0, size, size))
	draw.Draw(dst, dst.Rect, ground, image.Point{}, draw.Src)
	_, indexed := m.(*image.Paletted)
	if thin := 4 * size; side > thin || indexed {
		// Indexed pictures have no fast path below, so they are copied as well.
		thin = min(side, thin)
		small := image.NewRGBA(image.Rect(0, 0, thin, thin))
		draw.NearestNeighbor.Scale(small, small.Rect, m, crop, draw.Src, nil)
		m, crop = small, small.Rect
	}
	draw.CatmullRom.Scale(dst, dst.Rect, m, crop, draw.Over, nil)
	return dst
}
