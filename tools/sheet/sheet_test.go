package sheet_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	imagedraw "image/draw"
	"image/jpeg"
	"math/rand/v2"
	"strings"
	"testing"

	"scenario-mcp/tools/sheet"
)

func plain(k color.RGBA, w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := 0; i < len(m.Pix); i += 4 {
		m.Pix[i], m.Pix[i+1], m.Pix[i+2], m.Pix[i+3] = k.R, k.G, k.B, 255
	}
	return m
}

func noise(size int, seed uint64) *image.RGBA {
	rng := rand.New(rand.NewPCG(seed, 1))
	m := image.NewRGBA(image.Rect(0, 0, size, size))
	for i := range m.Pix {
		m.Pix[i] = uint8(rng.Uint32())
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	return m
}

func draw(t *testing.T, tiles ...sheet.Tile) *image.RGBA {
	t.Helper()
	b, err := sheet.Draw(tiles)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > sheet.MaxBytes {
		t.Errorf("%d bytes", len(b))
	}
	m, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewRGBA(m.Bounds())
	imagedraw.Draw(out, out.Rect, m, image.Point{}, imagedraw.Src)
	return out
}

// corner finds tile i of n by what callers know: the side of a picture, and
// that the gaps are even.
func corner(m image.Image, n, i int) image.Point {
	columns := map[int]int{1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4, 9: 3, 10: 4, 11: 4, 12: 4}[n]
	rows := (n + columns - 1) / columns
	side := sheet.Side(n)
	gap := (m.Bounds().Dx() - columns*side) / (columns + 1)
	return image.Pt(gap+i%columns*(side+gap), gap+i/columns*((m.Bounds().Dy()-gap)/rows))
}

func near(a, b color.RGBA, by int) bool {
	d := func(x, y uint8) int { return max(int(x)-int(y), int(y)-int(x)) }
	return max(d(a.R, b.R), d(a.G, b.G), d(a.B, b.B)) <= by
}

func TestDraw(t *testing.T) {
	for _, n := range []int{1, 5, 12} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			side := sheet.Side(n)
			var tiles []sheet.Tile
			var colors []color.RGBA
			for i := range n {
				k := color.RGBA{uint8(40 + 15*i), uint8(200 - 12*i), uint8(90 + 40*(i%4)), 255}
				size := [][2]int{{side, side}, {300, 100}, {90, 200}, {64, 64}}[i%4]
				colors = append(colors, k)
				tiles = append(tiles, sheet.Tile{Name: fmt.Sprint("Sample ", i), Picture: plain(k, size[0], size[1])})
			}
			m := draw(t, tiles...)
			b := m.Bounds()
			if max(b.Dx(), b.Dy()) > sheet.MaxSide || side < 240 {
				t.Errorf("%v with pictures of %d", b, side)
			}
			for i, k := range colors {
				at := corner(m, n, i)
				for _, p := range [][2]int{{50, 50}, {96, 50}, {50, 96}, {4, 96}, {96, 4}, {96, 96}} {
					if got := m.RGBAAt(at.X+side*p[0]/100, at.Y+side*p[1]/100); !near(got, k, 14) {
						t.Errorf("tile %d at %d%%,%d%%: %v, want %v", i+1, p[0], p[1], got, k)
					}
				}
				if !hasInk(m, image.Rect(at.X, at.Y+side+2, at.X+side, at.Y+side+30)) {
					t.Errorf("tile %d has no name", i+1)
				}
			}
			if near(m.RGBAAt(2, 2), colors[0], 30) {
				t.Error("no gap at the edge")
			}
		})
	}
}

// hasInk reports whether an area has both light and dark in it.
func hasInk(m *image.RGBA, r image.Rectangle) bool {
	low, high := 255, 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			l := int(m.RGBAAt(x, y).G)
			low, high = min(low, l), max(high, l)
		}
	}
	return high-low > 130
}

// TestNumbers compares the badges with each other: twelve of them, all
// different, in strong contrast on the lightest and the darkest picture.
func TestNumbers(t *testing.T) {
	for _, k := range []color.RGBA{{255, 255, 255, 255}, {0, 0, 0, 255}} {
		var tiles []sheet.Tile
		for range 12 {
			tiles = append(tiles, sheet.Tile{Name: "Same", Picture: plain(k, 50, 50)})
		}
		m := draw(t, tiles...)
		badge := func(i int) image.Rectangle {
			return image.Rect(0, 0, 66, 50).Add(corner(m, 12, i)).Add(image.Pt(5, 5))
		}
		for i := range 12 {
			if !hasInk(m, badge(i).Inset(9)) {
				t.Errorf("number %d cannot be read on %v", i+1, k)
			}
			for j := range i {
				different := 0
				a, b := badge(i), badge(j)
				for y := range a.Dy() {
					for x := range a.Dx() {
						if !near(m.RGBAAt(a.Min.X+x, a.Min.Y+y), m.RGBAAt(b.Min.X+x, b.Min.Y+y), 60) {
							different++
						}
					}
				}
				if different < 40 {
					t.Errorf("numbers %d and %d differ by %d pixels", i+1, j+1, different)
				}
			}
		}
	}
}

func TestPlainTiles(t *testing.T) {
	side := sheet.Side(2)
	m := draw(t, sheet.Tile{Name: "Sample One", Why: "timed out"}, sheet.Tile{})
	for i := range 2 {
		at := corner(m, 2, i)
		if !hasInk(m, image.Rect(0, side/3, side, side*8/10).Add(at)) {
			t.Errorf("tile %d says nothing", i+1)
		}
		if near(m.RGBAAt(at.X+side/2, at.Y+side*95/100), color.RGBA{0x1d, 0x1e, 0x21, 255}, 8) {
			t.Errorf("tile %d is not seen", i+1)
		}
	}
	if empty := (sheet.Tile{Picture: image.NewRGBA(image.Rectangle{})}); !hasInk(draw(t, empty), image.Rect(200, 300, 600, 500)) {
		t.Error("an empty picture is no plain tile")
	}
}

// TestNameGivesWayToID: a name the font cannot show tells nobody which it is.
func TestNameGivesWayToID(t *testing.T) {
	red := plain(color.RGBA{200, 60, 60, 255}, 9, 9)
	for _, picture := range []image.Image{red, nil} {
		want := draw(t, sheet.Tile{Name: "wafu style 1", Picture: picture})
		for _, name := range []string{"", "和和", "שלום עולם", "和風 Style", "🎨🎨"} {
			// Only what is drawn counts; a plain tile's color comes from the name.
			got := draw(t, sheet.Tile{Name: name, ID: "model_wafu-style_1", Picture: picture})
			side := sheet.Side(1)
			label := image.Rect(0, corner(want, 1, 0).Y+side+2, want.Rect.Dx(), want.Rect.Dy())
			for y := label.Min.Y; y < label.Max.Y; y++ {
				for x := range label.Dx() {
					if !near(got.RGBAAt(x, y), want.RGBAAt(x, y), 24) {
						t.Fatalf("%q is not labeled with the words of the id", name)
					}
				}
			}
		}
	}
}

// TestEmojiFallAway: what is no letter of a name does not hide the rest of it.
func TestEmojiFallAway(t *testing.T) {
	t.Parallel()
	red := plain(color.RGBA{200, 60, 60, 255}, 9, 9)
	want := draw(t, sheet.Tile{Name: "Sample Painter", Picture: red})
	got := draw(t, sheet.Tile{Name: "🎨 Sample 🖌️ Painter", ID: "model_other", Picture: red})
	if !bytes.Equal(want.Pix, got.Pix) {
		t.Error("the emoji are seen")
	}
}

// TestMarks: they are read in the lower corner of any picture, and leave the rest
// of the tile alone.
func TestMarks(t *testing.T) {
	t.Parallel()
	for _, picture := range []image.Image{plain(color.RGBA{255, 255, 255, 255}, 9, 9), plain(color.RGBA{0, 0, 0, 255}, 9, 9), nil} {
		tiles := make([]sheet.Tile, 12)
		for i := range tiles {
			tiles[i] = sheet.Tile{Name: "Same", Picture: picture}
		}
		without := draw(t, tiles...)
		tiles[5].Marks = []string{"yours", "Creator", "retired"}
		with := draw(t, tiles...)
		side := sheet.Side(12)
		corner := image.Rect(0, side*85/100, side, side).Add(corner(with, 12, 5))
		if !hasInk(with, corner.Inset(side/30)) || hasInk(without, corner.Inset(side/30)) {
			t.Error("the marks cannot be read")
		}
		for y := range with.Rect.Dy() {
			for x := range with.Rect.Dx() {
				if !image.Pt(x, y).In(corner.Inset(-8)) && !near(with.RGBAAt(x, y), without.RGBAAt(x, y), 20) {
					t.Fatalf("the marks are seen at %d,%d", x, y)
				}
			}
		}
	}
}

func TestHostileNames(t *testing.T) {
	names := []string{
		"", "\x1b[2J\x07", "\u202egnp.live", "a\nb\nc", strings.Repeat("W", 20_000), strings.Repeat("和", 500), "🎨🎨", "e\u0301\u0302\u0303\u0304",
		"\xff\xfe", "<script>", "\u200b\u200b", strings.Repeat("i ", 300),
	}
	var with, without []sheet.Tile
	red := color.RGBA{200, 60, 60, 255}
	for _, name := range names {
		with = append(with, sheet.Tile{Name: name, Why: name, Marks: []string{name, name}, Picture: plain(red, 9, 9)})
		without = append(without, sheet.Tile{Name: name, Why: name, Marks: []string{name}})
	}
	side := sheet.Side(12)
	for _, tiles := range [][]sheet.Tile{with, without} {
		m := draw(t, tiles...)
		for i, tile := range tiles {
			at := corner(m, 12, i)
			if tile.Picture != nil && !near(m.RGBAAt(at.X+side/2, at.Y+side/2), red, 14) {
				t.Errorf("%.20q spoils its picture", tile.Name)
			}
			if hasInk(m, image.Rect(at.X+side+2, at.Y+side, at.X+side+8, at.Y+side+32)) {
				t.Errorf("%.20q runs out of its tile", tile.Name)
			}
		}
	}
}

// TestFitsWhatever draws the largest sheet there is with nothing but noise.
func TestFitsWhatever(t *testing.T) {
	var tiles []sheet.Tile
	for i := range 4 {
		tiles = append(tiles, sheet.Tile{Name: "Noise", Picture: noise(sheet.Side(4), uint64(i))})
	}
	draw(t, tiles...)
}

func TestWrongNumbers(t *testing.T) {
	for _, n := range []int{0, 13, 500} {
		if b, err := sheet.Draw(make([]sheet.Tile, n)); err == nil || b != nil || !strings.Contains(err.Error(), "1 to 12") {
			t.Errorf("%d tiles: %v", n, err)
		}
		if s := sheet.Side(n); s != 0 {
			t.Errorf("%d tiles of side %d", n, s)
		}
	}
}

func TestSameTilesSameBytes(t *testing.T) {
	tiles := []sheet.Tile{{Name: "A"}, {Name: "B"}, {Name: "C"}}
	a, err := sheet.Draw(tiles)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := sheet.Draw(tiles); err != nil || !bytes.Equal(a, b) {
		t.Errorf("drawn twice, two sheets: %v", err)
	}
}

// The pictures are half smooth, half rough, as pictures are.
// Compare with: go test -run '^$' -bench . -count 10 ./tools/sheet | benchstat -
func BenchmarkDraw(b *testing.B) {
	for _, n := range []int{1, 4, 12} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var tiles []sheet.Tile
			for i := range n {
				m := noise(sheet.Side(n), uint64(i))
				for j := range m.Pix {
					m.Pix[j] = uint8((int(m.Pix[j])/12 + j/(40+i)/4) % 256)
					if j%4 == 3 {
						m.Pix[j] = 255
					}
				}
				tiles = append(tiles, sheet.Tile{Name: fmt.Sprint("Sample Model ", i), Picture: m})
			}
			b.ReportAllocs()
			size, tokens := 0, 0
			for b.Loop() {
				out, err := sheet.Draw(tiles)
				if err != nil {
					b.Fatal(err)
				}
				size = len(out)
				if tokens == 0 {
					c, err := jpeg.DecodeConfig(bytes.NewReader(out))
					if err != nil {
						b.Fatal(err)
					}
					tokens = c.Width * c.Height / 750 // what models are said to count
				}
			}
			b.ReportMetric(float64(size), "B/sheet")
			b.ReportMetric(float64(tokens), "tokens/sheet")
			b.ReportMetric(float64(440*n), "tokens/urls") // signed ones of 700 characters instead
		})
	}
}
