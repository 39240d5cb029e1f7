package pictures_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"scenario-mcp/scenario/pictures"
)

var (
	red   = color.NRGBA{0xd0, 0x20, 0x20, 0xff}
	green = color.NRGBA{0x20, 0xa0, 0x40, 0xff}
	blue  = color.NRGBA{0x20, 0x40, 0xd0, 0xff}
)

// thirds is a picture that is green in its middle square only.
func thirds(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			k := green
			switch {
			case x < (w-min(w, h))/2, y < (h-min(w, h))/2:
				k = red
			case x >= (w+min(w, h))/2, y >= (h+min(w, h))/2:
				k = blue
			}
			m.SetNRGBA(x, y, k)
		}
	}
	return m
}

func asPNG(m image.Image) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, m)
	return b.Bytes()
}

func asJPEG(m image.Image) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, m, &jpeg.Options{Quality: 95})
	return b.Bytes()
}

func asGIF(frames ...image.Image) []byte {
	g := &gif.GIF{}
	for _, f := range frames {
		p := image.NewPaletted(f.Bounds(), color.Palette{red, green, blue})
		for y := range p.Rect.Dy() {
			for x := range p.Rect.Dx() {
				p.Set(x, y, f.At(x, y))
			}
		}
		g.Image, g.Delay = append(g.Image, p), append(g.Delay, 5)
	}
	var b bytes.Buffer
	_ = gif.EncodeAll(&b, g)
	return b.Bytes()
}

// asWebP is a lossless WebP of one color. Its five prefix codes have one symbol
// each, so pixels take no bits and the file is as small for any dimensions.
func asWebP(w, h int, k color.NRGBA) []byte {
	var bits []bool
	put := func(v, n int) {
		for i := range n {
			bits = append(bits, v>>i&1 == 1)
		}
	}
	put(0x2f, 8)
	put(w-1, 14)
	put(h-1, 14)
	put(0, 1+3) // alpha is not used, version
	put(0, 1+1+1)
	for _, v := range []uint8{k.G, k.R, k.B, 0xff} {
		put(1, 1)      // a simple code
		put(0, 1)      // of one symbol
		put(1, 1)      // of 8 bits
		put(int(v), 8) // which is
	}
	put(1, 1)
	put(0, 3) // distances: none
	data := make([]byte, (len(bits)+15)/16*2)
	for i, bit := range bits {
		if bit {
			data[i/8] |= 1 << (i % 8)
		}
	}
	out := []byte("RIFF----WEBPVP8L----")
	binary.LittleEndian.PutUint32(out[4:], uint32(len(data)+12))
	binary.LittleEndian.PutUint32(out[16:], uint32(len(data)))
	return append(out, data...)
}

// pngHeader is the beginning of a PNG that claims any size.
func pngHeader(w, h uint32) []byte {
	chunk := []byte("IHDR")
	chunk = binary.BigEndian.AppendUint32(chunk, w)
	chunk = binary.BigEndian.AppendUint32(chunk, h)
	chunk = append(chunk, 8, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, chunk...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
}

func near(t *testing.T, m image.Image, x, y int, want color.NRGBA) {
	t.Helper()
	got := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
	d := func(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }
	if max(d(got.R, want.R), d(got.G, want.G), d(got.B, want.B), d(got.A, want.A)) > 24 {
		t.Errorf("at %d,%d: %v, want about %v", x, y, got, want)
	}
}

func asUniform(k color.NRGBA) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, 60, 60))
	for y := range 60 {
		for x := range 60 {
			m.SetNRGBA(x, y, k)
		}
	}
	return m
}

func TestGet(t *testing.T) {
	big := image.NewGray16(image.Rect(0, 0, 700, 200))
	for i := range big.Pix {
		big.Pix[i] = 0x80
	}
	still := asGIF(thirds(60, 60))
	commented := slices.Concat(still[:len(still)-1], []byte("!\xfe\x05hello\x02, \x00;"))
	clear := image.NewNRGBA(image.Rect(0, 0, 40, 40)) // nothing but transparency
	for _, test := range []struct {
		name string
		body []byte
		kind string
		want color.NRGBA
	}{
		{"JPEG", asJPEG(thirds(300, 100)), "image/jpeg", green},
		{"upright JPEG", asJPEG(thirds(90, 301)), "image/jpeg", green},
		{"PNG", asPNG(thirds(300, 100)), "image/png", green},
		{"PNG under another name", asPNG(thirds(64, 64)), "image/jpeg", green},
		{"PNG as octets", asPNG(thirds(64, 64)), "binary/octet-stream", green},
		{"PNG of sixteen bits", asPNG(big), "image/png", color.NRGBA{0x80, 0x80, 0x80, 0xff}},
		{"PNG that is transparent", asPNG(clear), "image/png", color.NRGBA{0xf2, 0xf2, 0xf2, 0xff}},
		{"very large PNG", asPNG(thirds(1500, 700)), "image/png", green},
		{"one pixel", asPNG(thirds(1, 1)), "image/png", green},
		{"GIF", asGIF(thirds(120, 60)), "image/gif", green},
		{"GIF with a comment behind the picture", commented, "image/gif", green},
		{"WebP", asWebP(50, 20, green), "image/webp", green},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := cdn(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/thumbnails/asset_1" {
					t.Errorf("asked for %s", r.URL.Path)
				}
				w.Header().Set("Content-Type", test.kind)
				_, _ = w.Write(test.body)
			}, pictures.Options{})
			m, err := f.Get(t.Context(), asset("asset_1"), 48)
			if err != nil {
				t.Fatal(err)
			}
			if m.Bounds() != image.Rect(0, 0, 48, 48) {
				t.Fatalf("bounds %v", m.Bounds())
			}
			for _, p := range [][2]int{{2, 2}, {24, 24}, {45, 2}, {2, 45}, {45, 45}} {
				near(t, m, p[0], p[1], test.want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	send := func(kind string, body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write(body)
		}
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(code)
			_, _ = w.Write(asPNG(thirds(9, 9)))
		}
	}
	photo := asJPEG(thirds(300, 100))
	animatedWebP := []byte("RIFF\x24\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00\x3b\x00\x00\x3b\x00\x00ANIM\x06\x00\x00\x00\xff\xff\xff\xff\x00\x00")
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>`)
	for _, test := range []struct {
		name   string
		serve  http.HandlerFunc
		want   pictures.Reason
		detail string
	}{
		{"not found", status(404), pictures.NoPicture, "HTTP 404"},
		{"gone", status(410), pictures.NoPicture, "HTTP 410"},
		{"signature refused", status(403), pictures.Unreachable, "HTTP 403"},
		{"broken service", status(503), pictures.Unreachable, "HTTP 503"},
		{"part of it", status(206), pictures.Unreachable, "HTTP 206"},
		{"HTML", send("text/html; charset=utf-8", []byte("<!doctype html><title>Sign in</title>")), pictures.Unreadable, "content type"},
		{"HTML as a picture", send("image/png", []byte("<!doctype html><title>Sign in</title>")), pictures.Unreadable, "not a JPEG"},
		{"picture as HTML", send("text/html", photo), pictures.Unreadable, "content type"},
		{"SVG", send("image/svg+xml", svg), pictures.Unreadable, "content type"},
		{"SVG as a picture", send("image/png", svg), pictures.Unreadable, "not a JPEG"},
		{"AVIF", send("image/avif", []byte("\x00\x00\x00\x1cftypavif\x00\x00\x00\x00")), pictures.Unreadable, "not a JPEG"},
		{"nothing", send("image/png", nil), pictures.Unreadable, "not a JPEG"},
		{"cut JPEG", send("image/jpeg", photo[:len(photo)/2]), pictures.Unreadable, "broken JPEG"},
		{"cut PNG", send("image/png", asPNG(thirds(80, 80))[:60]), pictures.Unreadable, "broken PNG"},
		{"cut GIF", send("image/gif", asGIF(thirds(80, 80))[:40]), pictures.Unreadable, "broken GIF"},
		{"cut WebP", send("image/webp", asWebP(80, 80, red)[:24]), pictures.Unreadable, "broken WebP"},
		{"animated GIF", send("image/gif", asGIF(thirds(60, 60), asUniform(red), asUniform(blue))), pictures.Animated, ""},
		{"animated WebP", send("image/webp", animatedWebP), pictures.Animated, ""},
		{"no more than a beginning", send("image/jpeg", photo[:4]), pictures.Unreadable, "broken JPEG"},
		{"50 megapixels in 33 bytes", send("image/png", pngHeader(8000, 6250)), pictures.TooLarge, "8000 × 6250 pixels"},
		{"more pixels than numbers", send("image/png", pngHeader(1<<31-1, 1<<31-1)), pictures.Unreadable, "broken PNG"},
		{"268 megapixels in 40 bytes", send("image/webp", asWebP(16384, 16384, red)), pictures.TooLarge, "16384 × 16384 pixels"},
		{"tall and narrow", send("image/png", pngHeader(1, 50e6)), pictures.TooLarge, "pixels"},
		{"a JPEG of thousands of scans", send("image/jpeg", slices.Concat(photo[:len(photo)-2], bytes.Repeat([]byte{0xff, 0xda}, 4000))), pictures.TooLarge, "too many scans"},
		{"baseline, with a marker in its notes", send("image/jpeg", []byte("\xff\xd8\xff\xe1\x00\x06\xff\xc2ab\xff\xc0\x00\x0b\x08\x0b\xb8\x0f\xa0\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00")), pictures.Unreadable, "broken JPEG"},
		{"12 megapixels, progressive", send("image/jpeg", []byte("\xff\xd8\xff\xc2\x00\x0b\x08\x0b\xb8\x0f\xa0\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00")), pictures.TooLarge, "4000 × 3000 pixels"},
		{"200 MB said", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "200000000")
			_, _ = w.Write(pngHeader(9, 9))
		}, pictures.TooLarge, "200000000 bytes"},
		{"endless", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			_, _ = w.Write(pngHeader(9, 9))
			for block := make([]byte, 64<<10); ; {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		}, pictures.TooLarge, "more than 1048576 bytes"},
		{"broken off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5000")
			_, _ = w.Write(photo[:100])
		}, pictures.Unreadable, "cut off"},
		{"compressed all the same", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
		}, pictures.Unreadable, "not a"},
		{"dropped connection", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, pictures.Unreachable, "no connection"},
		{"too slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, pictures.TimedOut, ""},
		{"too slow after the header", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			_, _ = w.Write(pngHeader(9, 9))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, pictures.TimedOut, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			opts := pictures.Options{MaxBytes: 1 << 20}
			if test.want == pictures.TimedOut {
				opts.Timeout = 30 * time.Millisecond
			}
			f := cdn(t, test.serve, opts)
			m, err := f.Get(t.Context(), asset("asset_1"), 48)
			refused(t, m, err, test.want, test.detail)
		})
	}
}

func refused(t *testing.T, m image.Image, err error, want pictures.Reason, detail string) {
	t.Helper()
	var e *pictures.Error
	if m != nil || !errors.As(err, &e) || e.Reason != want || !strings.Contains(e.Detail, detail) {
		t.Fatalf("got %v, %v, want %s: …%s…", m, err, want, detail)
	}
	if pictures.Why(err) != string(want) {
		t.Errorf("why: %q", pictures.Why(err))
	}
	for _, secret := range []string{"127.0.0.1", "http", "asset_1", "Signature", "Policy"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error %q holds %q", err, secret)
		}
	}
}

// FuzzDecode looks for a body that does anything but become a picture or an
// error.
func FuzzDecode(f *testing.F) {
	for _, b := range [][]byte{asPNG(thirds(9, 5)), asJPEG(thirds(9, 5)), asGIF(thirds(9, 5)), asWebP(9, 5, red), pngHeader(9, 9)} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		fetcher, err := pictures.New(pictures.Options{
			MaxDecoded: 1 << 18, CacheBytes: -1,
			Transport: transport(func(*http.Request) (int, []byte) { return 200, body }),
		})
		if err != nil {
			t.Fatal(err)
		}
		m, err := fetcher.Get(t.Context(), asset("a"), 8)
		if (m == nil) == (err == nil) || err == nil && m.Bounds() != image.Rect(0, 0, 8, 8) {
			t.Fatalf("%v, %v", m, err)
		}
	})
}
