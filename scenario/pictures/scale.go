package pictures

import (
	"image"
	"image/color"

	"golang.org/x/image/draw"
)

// ground is what see-through pictures lie on: light, because most such pictures
// are logos and products made for white pages.
var ground = image.NewUniform(color.RGBA{0xf2, 0xf2, 0xf2, 0xff})

// scale returns the middle square of a picture in another size.
func scale(m image.Image, size int) *image.RGBA {
	b := m.Bounds()
	side := min(b.Dx(), b.Dy())
	at := b.Min.Add(image.Pt((b.Dx()-side)/2, (b.Dy()-side)/2))
	dst := image.NewRGBA(image.Rect(0, 0, size, size))
	if side >= size {
		shrink(dst, m, at, side)
		return dst
	}
	draw.Draw(dst, dst.Rect, ground, image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(dst, dst.Rect, m, image.Rectangle{Min: at, Max: at.Add(image.Pt(side, side))}, draw.Over, nil)
	return dst
}

// shrink fills a square with the averages of a larger one. It reads row by row,
// because the kernels of x/image take 32 bytes for each row of the source in each
// column of the square.
func shrink(dst *image.RGBA, m image.Image, at image.Point, side int) {
	size := dst.Rect.Dx()
	row := newRowReader(m, side)
	var (
		sums  = make([]uint64, 3*size) // of the square's row so far
		line  = make([]uint32, 3*size) // a row of the source, in the square's columns
		whole = uint64(side) * uint64(side)
	)
	// Of a side, each source pixel takes size parts and each of the square's takes
	// side of them.
	add := func(parts int) {
		for i, v := range line {
			sums[i] += uint64(parts) * uint64(v)
		}
	}
	y, left := 0, side // the square's row and what it lacks
	for sy := range side {
		squeeze(line, row.read(at.Add(image.Pt(0, sy))), side)
		parts := size
		if parts >= left {
			add(left)
			pix := dst.Pix[y*dst.Stride:]
			for x := range size {
				for c := range 3 {
					pix[4*x+c] = uint8((sums[3*x+c] + whole/2) / whole)
				}
				pix[4*x+3] = 0xff
			}
			clear(sums)
			parts -= left
			y, left = y+1, side
		}
		if parts > 0 {
			add(parts)
			left -= parts
		}
	}
}

// squeeze adds up a row's pixels by the columns that they fall into.
func squeeze(line []uint32, pix []uint8, side int) {
	size := len(line) / 3
	clear(line)
	x, left := 0, side
	for ; len(pix) > 0; pix = pix[4:] {
		parts := size
		if parts >= left {
			for c := range 3 {
				line[3*x+c] += uint32(left) * uint32(pix[c])
			}
			parts -= left
			x, left = x+1, side
		}
		if parts > 0 {
			for c := range 3 {
				line[3*x+c] += uint32(parts) * uint32(pix[c])
			}
			left -= parts
		}
	}
}

// rowReader reads a picture's rows in RGBA, on the ground where they are
// see-through.
type rowReader struct {
	m       image.Image
	row     *image.RGBA
	palette [256][4]uint8 // of an indexed picture, which draw has no fast way for
}

func newRowReader(m image.Image, side int) *rowReader {
	r := &rowReader{m: m, row: image.NewRGBA(image.Rect(0, 0, side, 1))}
	if indexed, ok := m.(*image.Paletted); ok {
		one := image.NewRGBA(image.Rect(0, 0, 1, 1))
		for i, k := range indexed.Palette[:min(256, len(indexed.Palette))] {
			draw.Draw(one, one.Rect, ground, image.Point{}, draw.Src)
			draw.Draw(one, one.Rect, image.NewUniform(k), image.Point{}, draw.Over)
			copy(r.palette[i][:], one.Pix)
		}
	}
	return r
}

func (r *rowReader) read(at image.Point) []uint8 {
	if indexed, ok := r.m.(*image.Paletted); ok {
		begin := indexed.PixOffset(at.X, at.Y)
		for x, i := range indexed.Pix[begin : begin+r.row.Rect.Dx()] {
			copy(r.row.Pix[4*x:], r.palette[i][:])
		}
		return r.row.Pix
	}
	draw.Draw(r.row, r.row.Rect, ground, image.Point{}, draw.Src)
	draw.Draw(r.row, r.row.Rect, r.m, at, draw.Over)
	return r.row.Pix
}
