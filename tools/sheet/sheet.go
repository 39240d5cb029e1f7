// Package sheet composes contact sheets: up to twelve pictures on one, numbered
// and named, to be chosen from by a model or a person at a glance.
package sheet

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/jpeg"
	"strconv"
	"strings"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"scenario-mcp/scenario"
)

// The bounds of a sheet.
const (
	MaxTiles = 12
	MaxSide  = 1024    // pixels on the long side
	MaxBytes = 300_000 // as JPEG
)

// Tile is one picture of a sheet.
type Tile struct {
	Name    string      // shown under the picture, cut to its width
	ID      string      // its words are shown in place of a name that is empty or not in the font
	Marks   []string    // shown in the lower corner, such as "yours" and "Pro"
	Picture image.Image // its middle square is shown; nil for a plain tile
	Why     string      // on a plain tile, in a few words: why there is no picture
}

// grid is how a number of tiles is laid out, in pixels.
type grid struct {
	columns, rows int
	side          int // of a picture
	gap           int // around the tiles
	band          int // below a picture, for its name
}

// gridFor returns the grid for n tiles: as square as the labels let it be.
func gridFor(n int) grid {
	columns := []int{1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4, 9: 3, 10: 4, 11: 4, 12: 4}[n]
	g := grid{columns: columns, rows: (n + columns - 1) / columns, gap: 12, band: 32}
	if columns < 3 {
		g.gap, g.band = 16, 44
	}
	g.side = min(
		(MaxSide-g.gap*(columns+1))/columns,
		(MaxSide-g.gap)/g.rows-g.band-g.gap/2,
		768, // pictures as catalogs have them gain nothing above
	)
	return g
}

func (g grid) size() image.Point {
	return image.Pt(g.columns*(g.side+g.gap)+g.gap, g.rows*(g.side+g.band+g.gap/2)+g.gap)
}

// at returns where the ith picture goes; its label is below, as wide.
func (g grid) at(i int) image.Rectangle {
	x := g.gap + i%g.columns*(g.side+g.gap)
	y := g.gap + i/g.columns*(g.side+g.band+g.gap/2)
	return image.Rect(x, y, x+g.side, y+g.side)
}

// Side returns the pixels that a picture measures on each side on a sheet of n
// tiles: pictures of that size are not scaled again. It is 0 for an n that
// [Draw] refuses.
func Side(n int) int {
	if n < 1 || n > MaxTiles {
		return 0
	}
	return gridFor(n).side
}

// The colors of a sheet: dark and neutral, so that pictures keep theirs.
var (
	background = color.RGBA{0x1d, 0x1e, 0x21, 0xff}
	labelColor = color.RGBA{0xf0, 0xf0, 0xf0, 0xff}
	badgeColor = color.RGBA{0x0c, 0x0c, 0x0e, 0xff}
	badgeRim   = color.RGBA{0xff, 0xff, 0xff, 0xff}
)

// Draw returns the sheet of 1 to [MaxTiles] tiles, numbered from 1 in their
// order, as a JPEG of at most [MaxSide] pixels a side and [MaxBytes] bytes.
// Names may hold anything; see [Tile] for those that the font does not have. It
// fails only for another number of tiles.
func Draw(tiles []Tile) ([]byte, error) {
	if len(tiles) < 1 || len(tiles) > MaxTiles {
		return nil, fmt.Errorf("sheet: draw: %d tiles; a sheet has 1 to %d", len(tiles), MaxTiles)
	}
	p, err := newPainter(gridFor(len(tiles)))
	if err != nil {
		return nil, fmt.Errorf("sheet: draw: %w", err)
	}
	for i, t := range tiles {
		at := p.at(i)
		if t.Picture == nil || t.Picture.Bounds().Empty() {
			p.plain(at, t)
		} else {
			p.picture(at, t.Picture)
		}
		p.badge(at, i+1)
		p.marks(at, t.Marks)
		p.label(at, p.title(t))
	}
	return encode(p.img)
}

// encode lowers the quality until the sheet fits. Noise in all twelve tiles
// needs the last steps; pictures mostly fit at the first.
func encode(m *image.RGBA) ([]byte, error) {
	var b bytes.Buffer
	for _, quality := range []int{88, 76, 60, 40, 20, 5} {
		b.Reset()
		if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
			return nil, fmt.Errorf("sheet: draw: %w", err)
		}
		if b.Len() <= MaxBytes {
			return b.Bytes(), nil
		}
	}
	return nil, errors.New("sheet: draw: too large at the lowest quality")
}

// painter draws on one sheet.
type painter struct {
	grid
	img     *image.RGBA
	font    *sfnt.Font
	buf     sfnt.Buffer
	corners *image.Alpha // the shape of a tile
}

func newPainter(g grid) (*painter, error) {
	f, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return nil, err
	}
	p := &painter{grid: g, font: f, img: image.NewRGBA(image.Rectangle{Max: g.size()})}
	draw.Draw(p.img, p.img.Rect, image.NewUniform(background), image.Point{}, draw.Src)
	p.corners = image.NewAlpha(image.Rect(0, 0, g.side, g.side))
	roundRect(p.corners, p.corners.Rect, float32(g.side)/40, color.Opaque)
	return p, nil
}

// roundRect fills a rectangle with round corners.
func roundRect(dst draw.Image, r image.Rectangle, radius float32, k color.Color) {
	w, h := float32(r.Dx()), float32(r.Dy())
	z := vector.NewRasterizer(r.Dx(), r.Dy())
	z.MoveTo(radius, 0)
	z.LineTo(w-radius, 0)
	z.QuadTo(w, 0, w, radius)
	z.LineTo(w, h-radius)
	z.QuadTo(w, h, w-radius, h)
	z.LineTo(radius, h)
	z.QuadTo(0, h, 0, h-radius)
	z.LineTo(0, radius)
	z.QuadTo(0, 0, radius, 0)
	z.Draw(dst, r, image.NewUniform(k), image.Point{})
}

// picture puts the middle square of a picture into a tile.
func (p *painter) picture(at image.Rectangle, m image.Image) {
	b := m.Bounds()
	if b.Dx() != p.side || b.Dy() != p.side {
		side := min(b.Dx(), b.Dy())
		crop := image.Rect(0, 0, side, side).Add(b.Min).Add(image.Pt((b.Dx()-side)/2, (b.Dy()-side)/2))
		scaled := image.NewRGBA(image.Rect(0, 0, p.side, p.side))
		draw.Draw(scaled, scaled.Rect, image.NewUniform(labelColor), image.Point{}, draw.Src)
		draw.CatmullRom.Scale(scaled, scaled.Rect, m, crop, draw.Over, nil)
		m, b = scaled, scaled.Rect
	}
	draw.DrawMask(p.img, at, m, b.Min, p.corners, image.Point{}, draw.Over)
}

// plain draws a tile without a picture: a quiet color of its own, the initials
// of the name and the reason.
func (p *painter) plain(at image.Rectangle, t Tile) {
	h := fnv.New32a()
	h.Write([]byte(t.Name))
	hues := []color.RGBA{{0x4a, 0x5a, 0x73, 255}, {0x5f, 0x52, 0x78, 255}, {0x45, 0x68, 0x63, 255}, {0x73, 0x56, 0x4e, 255}, {0x5b, 0x66, 0x48, 255}, {0x6e, 0x4f, 0x63, 255}}
	k := hues[int(h.Sum32()%uint32(len(hues)))]
	shaded := image.NewRGBA(p.corners.Rect)
	for y := range p.side {
		for x := range p.side {
			t := uint32(256 - 110*(x+2*y)/(3*p.side)) // darker to the lower right
			if (x+y)*16/p.side%2 == 0 {
				t -= 10
			}
			i := shaded.PixOffset(x, y)
			shaded.Pix[i], shaded.Pix[i+1], shaded.Pix[i+2], shaded.Pix[i+3] =
				uint8(uint32(k.R)*t/256), uint8(uint32(k.G)*t/256), uint8(uint32(k.B)*t/256), 255
		}
	}
	draw.DrawMask(p.img, at, shaded, image.Point{}, p.corners, image.Point{}, draw.Over)
	side := float64(p.side)
	pale := color.RGBA{0xe8, 0xe8, 0xec, 0xff}
	middle := at.Min.X + p.side/2
	reason := at.Min.Y + p.side*54/100
	if letters := cmp.Or(initials(p.title(t)), initials(idWords(t.ID))); letters != "" {
		p.text(p.face(side*0.24), letters, middle, at.Min.Y+p.side*54/100, p.side, pale)
		reason = at.Min.Y + p.side*76/100
	}
	why := scenario.Clean(t.Why, 40)
	if why == "" {
		why = "no picture"
	}
	p.text(p.face(max(side*0.075, 18)), p.known(why), middle, reason, p.side*9/10, pale)
}

// badge puts a tile's number into its corner, white on black with a white rim:
// one of them stands out from any picture.
func (p *painter) badge(at image.Rectangle, n int) {
	size := float64(min(max(p.side*18/100, 44), 64))
	number := strconv.Itoa(n)
	face := p.face(size * 0.68)
	w := max(int(size), font.MeasureString(face, number).Ceil()+int(size*0.5))
	inset := p.side / 40
	r := image.Rect(0, 0, w, int(size)).Add(at.Min).Add(image.Pt(inset, inset))
	rim := int(size / 16)
	roundRect(p.img, r, float32(size/3.4), badgeRim)
	roundRect(p.img, r.Inset(rim), float32(size/3.4)-float32(rim), badgeColor)
	p.text(face, number, r.Min.X+w/2, r.Min.Y+int(size*0.745), w, badgeRim)
}

// marks writes what tells models apart into the lower corner of a tile, small.
func (p *painter) marks(at image.Rectangle, marks []string) {
	text := p.known(scenario.Clean(strings.Join(marks, " · "), 60))
	if text == "" {
		return
	}
	size := float64(max(p.side*6/100, 17))
	face := p.face(size)
	inset, pad := p.side/40, int(size*0.5)
	w := min(font.MeasureString(face, text).Ceil()+2*pad, p.side-2*inset)
	h := int(size * 1.5)
	r := image.Rect(0, 0, w, h).Add(image.Pt(at.Min.X+inset, at.Max.Y-inset-h))
	roundRect(p.img, r, float32(h)/3, badgeColor)
	p.text(face, text, r.Min.X+w/2, r.Min.Y+int(size*1.08), w-pad, labelColor)
}

// label writes a name under its picture.
func (p *painter) label(at image.Rectangle, name string) {
	size := float64(p.band) * 0.58
	p.text(p.face(size), name, at.Min.X+p.side/2, at.Max.Y+int(float64(p.band)*0.74), p.side, labelColor)
}

func (p *painter) face(size float64) font.Face {
	// The error is for options that this one does not have.
	f, err := opentype.NewFace(p.font, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		panic(err)
	}
	return f
}

// text writes a line centered at x with its foot at y, cut to a width.
func (p *painter) text(face font.Face, s string, x, y, width int, k color.Color) {
	if w := fixed.I(width); font.MeasureString(face, s) > w {
		runes := []rune(s)
		for len(runes) > 0 && font.MeasureString(face, strings.TrimRight(string(runes), " ")+"…") > w {
			runes = runes[:len(runes)-1]
		}
		s = strings.TrimRight(string(runes), " ") + "…"
	}
	d := font.Drawer{Dst: p.img, Src: image.NewUniform(k), Face: face}
	d.Dot = fixed.Point26_6{X: fixed.I(x) - d.MeasureString(s)/2, Y: fixed.I(y)}
	d.DrawString(s)
}
