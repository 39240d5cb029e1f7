package pictures

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"testing"
)

// TestCost: decoding takes no more than is reckoned with, and not much less, so
// that nothing is refused in vain.
func TestCost(t *testing.T) {
	const side = 800
	square := image.Rect(0, 0, side, side)
	clear := image.NewNRGBA(square) // see-through
	full := image.NewRGBA(square)
	for i := range full.Pix {
		full.Pix[i] = 0xff
	}
	encoded := func(encode func(b *bytes.Buffer) error) []byte {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	asPNG := func(m image.Image) []byte {
		return encoded(func(b *bytes.Buffer) error { return png.Encode(b, m) })
	}
	for name, test := range map[string]struct {
		body  []byte
		spare int64 // how many times too much is reckoned with at most
	}{
		"JPEG":                   {encoded(func(b *bytes.Buffer) error { return jpeg.Encode(b, full, nil) }), 2},
		"gray JPEG":              {encoded(func(b *bytes.Buffer) error { return jpeg.Encode(b, image.NewGray(square), nil) }), 2},
		"PNG":                    {asPNG(full), 2},
		"see-through PNG":        {asPNG(clear), 2},
		"gray PNG":               {asPNG(image.NewGray(square)), 5},
		"PNG of sixteen bits":    {asPNG(image.NewNRGBA64(square)), 2},
		"gray PNG of that":       {asPNG(image.NewGray16(square)), 5},
		"indexed PNG":            {asPNG(image.NewPaletted(square, color.Palette{color.Black, color.White})), 2},
		"GIF":                    {encoded(func(b *bytes.Buffer) error { return gif.Encode(b, full, nil) }), 3},
		"JPEG of three by three": {encoded(func(b *bytes.Buffer) error { return jpeg.Encode(b, image.NewRGBA(image.Rect(0, 0, 3, 3)), nil) }), 2},
	} {
		kind, ok := formatOf(test.body)
		if !ok {
			t.Fatal(name)
		}
		c, err := kind.config(bytes.NewReader(test.body))
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = kind.decode(bytes.NewReader(test.body))
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Fatal(err)
		}
		const beside = 128 << 10 // tables and buffers
		cost, took := kind.cost(c, test.body), int64(after.TotalAlloc-before.TotalAlloc)
		if took > cost+beside || cost > test.spare*took {
			t.Errorf("%s: reckoned with %d bytes, took %d", name, cost, took)
		}
	}
}

func TestCostOfHeaders(t *testing.T) {
	jpegHeader := func(marker byte, components ...byte) []byte {
		head := []byte{0xff, 0xd8, 0xff, 0xe1, 0, 6, 0xff, 0xc2, 'a', 'b', 0xff, 0xff, marker, 0, byte(8 + len(components)), 8, 3, 0xe1, 3, 0xe1, byte(len(components) / 3)} // 993 a side
		return append(append(head, components...), 0xff, 0xda, 0, 8)
	}
	third := []byte{1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1}
	whole := []byte{1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1}
	const pixels = 1 << 20 // with what fills up blocks
	for name, test := range map[string]struct {
		kind  string
		body  []byte
		model color.Model
		want  int64
	}{
		"JPEG with a quarter of its colors": {"JPEG", jpegHeader(0xc0, third...), color.YCbCrModel, pixels * 3 / 2},
		"JPEG with all of its colors":       {"JPEG", jpegHeader(0xc0, whole...), color.YCbCrModel, pixels * 3},
		"progressive JPEG":                  {"JPEG", jpegHeader(0xc2, third...), color.YCbCrModel, pixels * 15 / 2},
		"JPEG in RGB":                       {"JPEG", jpegHeader(0xc0, whole...), color.RGBAModel, pixels * 7},
		"JPEG in CMYK":                      {"JPEG", jpegHeader(0xc0, append(whole, 4, 0x11, 0)...), color.CMYKModel, pixels * 8},
		"JPEG cut off":                      {"JPEG", jpegHeader(0xc2, third...)[:20], color.YCbCrModel, pixels},
		"interlaced PNG":                    {"PNG", append(make([]byte, 24), 8, 2, 0, 0, 1), color.RGBAModel, 8 * 993 * 993},
		"interlaced PNG of sixteen bits":    {"PNG", append(make([]byte, 24), 16, 2, 0, 0, 1), color.RGBA64Model, 16 * 993 * 993},
		"WebP":                              {"WebP", []byte("RIFF----WEBPVP8 "), color.YCbCrModel, 2 * 993 * 993},
		"WebP that is see-through":          {"WebP", []byte("RIFF----WEBPVP8X----ALPH----VP8 "), color.NYCbCrAModel, 7 * 993 * 993},
		"lossless WebP":                     {"WebP", []byte("RIFF----WEBPVP8X----VP8L"), color.NRGBAModel, 8 * 993 * 993},
	} {
		c := image.Config{ColorModel: test.model, Width: 993, Height: 993}
		if got := (format{name: test.kind}).cost(c, test.body); got != test.want {
			t.Errorf("%s: %d bytes, want %d", name, got, test.want)
		}
	}
}

// TestShrink compares with the averages of areas, reckoned one by one.
func TestShrink(t *testing.T) {
	value := func(x, y int) uint8 { return uint8(37*x + 91*y + 13*x*y) }
	for _, sides := range [][2]int{{1, 1}, {3, 2}, {5, 5}, {7, 3}, {16, 4}, {100, 99}, {97, 13}} {
		side, size := sides[0], sides[1]
		m := image.NewNRGBA(image.Rect(-2, -1, side+3, side+1)) // one row more on either side
		for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
			for x := m.Rect.Min.X; x < m.Rect.Max.X; x++ {
				m.SetNRGBA(x, y, color.NRGBA{value(x, y), 255 - value(x, y), 7, 255})
			}
		}
		dst := image.NewRGBA(image.Rect(0, 0, size, size))
		shrink(dst, m, image.Point{}, side)
		overlap := func(i, j int) float64 { // of source pixel i and the square's j, of a side
			return max(0, float64(min((i+1)*size, (j+1)*side)-max(i*size, j*side))) / float64(side)
		}
		for y := range size {
			for x := range size {
				sum := 0.0
				for sy := range side {
					for sx := range side {
						sum += overlap(sx, x) * overlap(sy, y) * float64(value(sx, sy))
					}
				}
				got := dst.RGBAAt(x, y)
				if d := float64(got.R) - sum; d > 0.51 || d < -0.51 || int(got.R)+int(got.G)-255 > 1 || int(got.R)+int(got.G)-255 < -1 || got.B != 7 || got.A != 255 {
					t.Fatalf("%d to %d, at %d,%d: %v, want red %.2f", side, size, x, y, got, sum)
				}
			}
		}
	}
}
