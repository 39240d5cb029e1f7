package pictures_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"scenario-mcp/scenario"
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

// cdn serves one handler and a fetcher that asks it.
func cdn(t *testing.T, h http.HandlerFunc, opts pictures.Options) *pictures.Fetcher {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	opts.Base, opts.AllowLoopback = s.URL, true
	return newFetcher(t, opts)
}

func newFetcher(t *testing.T, opts pictures.Options) *pictures.Fetcher {
	t.Helper()
	f, err := pictures.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func asset(id string) *scenario.Model {
	return &scenario.Model{ID: "model_a", Thumbnail: scenario.Picture{AssetID: id}}
}

func near(t *testing.T, m image.Image, x, y int, want color.NRGBA) {
	t.Helper()
	got := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
	d := func(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }
	if max(d(got.R, want.R), d(got.G, want.G), d(got.B, want.B), d(got.A, want.A)) > 24 {
		t.Errorf("at %d,%d: %v, want about %v", x, y, got, want)
	}
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

func asUniform(k color.NRGBA) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, 60, 60))
	for y := range 60 {
		for x := range 60 {
			m.SetNRGBA(x, y, k)
		}
	}
	return m
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

func TestRedirects(t *testing.T) {
	for _, test := range []struct {
		name, to string
		want     pictures.Reason // "" is the picture
	}{
		{"to itself, once", "/hop/1?Signature=next", ""},
		{"to itself, twice", "/hop/2", ""},
		{"to itself, too often", "/hop/3", pictures.Unreachable},
		{"elsewhere", "https://pictures.example.com/a.png", pictures.Unreachable},
		{"to a name that looks alike", "https://cdn.cloud.scenario.com.example.com/a.png", pictures.Unreachable},
		{"to the CDN without TLS", "http://cdn.cloud.scenario.com/a.png", pictures.Unreachable},
		{"to the network's own", "http://169.254.169.254/latest/meta-data", pictures.Unreachable},
		{"to a file", "file:///etc/passwd", pictures.Unreachable},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := cdn(t, func(w http.ResponseWriter, r *http.Request) {
				if len(r.Header["Referer"])+len(r.Header["Authorization"])+len(r.Header["Cookie"]) > 0 {
					t.Errorf("sent %v", r.Header)
				}
				switch r.URL.Path {
				case "/thumbnails/asset_1":
					http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
					w.Header().Set("Location", test.to)
					w.WriteHeader(http.StatusFound)
				case "/hop/3":
					http.Redirect(w, r, "/hop/2", http.StatusFound)
				case "/hop/2":
					http.Redirect(w, r, "/hop/1", http.StatusFound)
				default:
					_, _ = w.Write(asPNG(thirds(30, 30)))
				}
			}, pictures.Options{})
			m, err := f.Get(t.Context(), asset("asset_1"), 16)
			if test.want != "" {
				refused(t, m, err, test.want, "redirect")
			} else if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestRequest looks at what goes out: a signed address as it came, and nothing
// that belongs to an account, even from a client that has some.
func TestRequest(t *testing.T) {
	const path = "/assets-transform/asset_1%2Fa+b~c?p=100&Policy=eyJ_-~&Key-Pair-Id=K2&Signature=a~b__%2F&b=%20"
	var got *http.Request
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		_, _ = w.Write(asPNG(thirds(30, 30)))
	}))
	defer s.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(u, []*http.Cookie{{Name: "session", Value: "secret"}})
	f := newFetcher(t, pictures.Options{Base: s.URL + "/", AllowLoopback: true, UserAgent: "test/1", HTTPClient: &http.Client{Jar: jar}})
	m := &scenario.Model{ID: "model_a", Thumbnail: scenario.Picture{URL: s.URL + path}, Example: "asset_2"}
	if _, err := f.Get(t.Context(), m, 16); err != nil {
		t.Fatal(err)
	}
	if got.RequestURI != path {
		t.Errorf("sent   %s\nwanted %s", got.RequestURI, path)
	}
	for name := range got.Header {
		switch name {
		case "Accept", "Accept-Encoding", "User-Agent":
		default:
			t.Errorf("sent %s: %s", name, got.Header.Get(name))
		}
	}
	if a := got.Header.Get("Accept-Encoding"); a != "identity" {
		t.Errorf("Accept-Encoding: %s", a)
	}
}

func TestAddress(t *testing.T) {
	live := newFetcher(t, pictures.Options{})
	demo := newFetcher(t, pictures.Options{Base: "http://127.0.0.1:4000/cdn", AllowLoopback: true})
	const signed = "https://cdn.cloud.scenario.com/assets/a?Policy=p&Signature=s~_&Key-Pair-Id=K"
	for _, test := range []struct {
		name       string
		f          *pictures.Fetcher
		id, url, x string // thumbnail's asset and address, example
		want       string
	}{
		{"nothing", live, "", "", "", ""},
		{"asset", live, "asset_1", signed, "asset_2", "https://cdn.cloud.scenario.com/thumbnails/asset_1"},
		{"asset of the demo", demo, "asset_1", "", "", "http://127.0.0.1:4000/cdn/thumbnails/asset_1"},
		{"address", live, "", signed, "asset_2", signed},
		{"another host of the vendor", live, "", "https://media.cloud.scenario.com/a.png", "", "https://media.cloud.scenario.com/a.png"},
		{"the usual port", live, "", "https://cdn.cloud.scenario.com:443/a", "", "https://cdn.cloud.scenario.com:443/a"},
		{"example", live, "", "", "asset_2", "https://cdn.cloud.scenario.com/thumbnails/asset_2"},
		{"asset that climbs", live, "..", "", "asset_2", "https://cdn.cloud.scenario.com/thumbnails/asset_2"},
		{"asset with a path", live, "../a?b#c", "", "", "https://cdn.cloud.scenario.com/thumbnails/..%2Fa%3Fb%23c"},
		{"asset without end", live, strings.Repeat("a", 5000), "", "", ""},
		{"no TLS", live, "", "http://cdn.cloud.scenario.com/a", "", ""},
		{"strange host", live, "", "https://example.com/cdn.cloud.scenario.com", "asset_2", "https://cdn.cloud.scenario.com/thumbnails/asset_2"},
		{"host that looks alike", live, "", "https://evilcloud.scenario.com.example.com/a", "", ""},
		{"host that ends alike", live, "", "https://notcloud.scenario.com/a", "", ""},
		{"another port", live, "", "https://cdn.cloud.scenario.com:8443/a", "", ""},
		{"a user", live, "", "https://cdn.cloud.scenario.com@example.com/a", "", ""},
		{"a user of the CDN's", live, "", "https://a:b@cdn.cloud.scenario.com/a", "", ""},
		{"loopback when live", live, "", "http://127.0.0.1:4000/a", "", ""},
		{"loopback in the demo", demo, "", "http://[::1]:4000/a", "", "http://[::1]:4000/a"},
		{"not quite loopback", demo, "", "http://127.0.0.1.example.com/a", "", ""},
		{"the network's own", demo, "", "http://169.254.169.254/a", "", ""},
		{"would not go out as it is", live, "", `https://cdn.cloud.scenario.com/a b"?Signature=x`, "", ""},
		{"broken", live, "", "https://%zz", "", ""},
		{"file", demo, "", "file://localhost/etc/passwd", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := &scenario.Model{Thumbnail: scenario.Picture{AssetID: test.id, URL: test.url}, Example: test.x}
			if got := test.f.Address(m); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
	m, err := live.Get(t.Context(), &scenario.Model{ID: "model_a"}, 16)
	refused(t, m, err, pictures.NoPicture, "")
}

func TestOrigin(t *testing.T) {
	for base, want := range map[string]string{
		"":                          "https://cdn.cloud.scenario.com",
		"http://127.0.0.1:8089/cdn": "http://127.0.0.1:8089",
	} {
		f, err := pictures.New(pictures.Options{Base: base, AllowLoopback: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Origin(); got != want {
			t.Errorf("%q: %q, want %q", base, got, want)
		}
	}
}

func TestNewRefusesOtherHosts(t *testing.T) {
	for _, base := range []string{"http://cdn.cloud.scenario.com", "https://example.com", "http://127.0.0.1:1", "https://u:p@cdn.cloud.scenario.com", "cdn.cloud.scenario.com", "https://cdn.cloud.scenario.com?a=b", "::"} {
		if _, err := pictures.New(pictures.Options{Base: base}); err == nil {
			t.Errorf("%s was taken", base)
		} else if strings.Contains(err.Error(), "u:p") {
			t.Errorf("the error holds a password: %v", err)
		}
	}
}

// transport answers in memory, so that time can be made to pass.
type transport func(*http.Request) (int, []byte)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := f(r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r}, nil
}

func (f transport) fetcher(t *testing.T, opts pictures.Options) *pictures.Fetcher {
	opts.HTTPClient = &http.Client{Transport: f}
	return newFetcher(t, opts)
}

func TestCallersShareOneFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		release := make(chan bool)
		f := transport(func(*http.Request) (int, []byte) {
			asked.Add(1)
			<-release
			return 200, asPNG(thirds(30, 30))
		}).fetcher(t, pictures.Options{})
		impatient, leave := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := f.Get(impatient, asset("asset_1"), 16)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("who gave up got %v", err)
			}
		})
		synctest.Wait() // the impatient one leads
		for range 10 {
			wg.Go(func() {
				if _, err := f.Get(t.Context(), asset("asset_1"), 16); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		leave()
		synctest.Wait()
		close(release)
		wg.Wait()
		if _, err := f.Get(t.Context(), asset("asset_1"), 16); err != nil || asked.Load() != 1 {
			t.Errorf("%d requests for twelve callers, %v", asked.Load(), err)
		}
		// So is one who wants another size, as of a few of the many looked at.
		if m, err := f.Get(t.Context(), asset("asset_1"), 17); err != nil || asked.Load() != 1 || m.Bounds().Dx() != 17 {
			t.Errorf("%d requests after another size, %v", asked.Load(), err)
		}
	})
}

func TestFailuresAreRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, status := 0, 503
		f := transport(func(*http.Request) (int, []byte) {
			asked++
			return status, asPNG(thirds(30, 30))
		}).fetcher(t, pictures.Options{})
		for range 3 {
			m, err := f.Get(t.Context(), asset("asset_1"), 16)
			refused(t, m, err, pictures.Unreachable, "HTTP 503")
			time.Sleep(9 * time.Second)
		}
		if asked != 1 {
			t.Errorf("%d requests within half a minute, want 1", asked)
		}
		time.Sleep(4 * time.Second)
		status = 200
		if _, err := f.Get(t.Context(), asset("asset_1"), 16); err != nil || asked != 2 {
			t.Errorf("after half a minute: %d requests, %v", asked, err)
		}
		time.Sleep(24 * time.Hour)
		if _, err := f.Get(t.Context(), asset("asset_1"), 16); err != nil || asked != 2 {
			t.Errorf("a day later: %d requests, %v", asked, err)
		}
	})
}

// TestBrokenIsFetchedAgain: what was broken may be mended.
func TestBrokenIsFetchedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := asPNG(thirds(80, 80))[:60]
		f := transport(func(*http.Request) (int, []byte) { return 200, body }).fetcher(t, pictures.Options{})
		m, err := f.Get(t.Context(), asset("asset_1"), 16)
		refused(t, m, err, pictures.Unreadable, "broken PNG")
		body = asPNG(thirds(80, 80))
		time.Sleep(time.Minute)
		if _, err := f.Get(t.Context(), asset("asset_1"), 16); err != nil {
			t.Error(err)
		}
	})
}

func TestTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := transport(func(r *http.Request) (int, []byte) {
			<-r.Context().Done()
			return 0, nil
		}).fetcher(t, pictures.Options{})
		start := time.Now()
		m, err := f.Get(t.Context(), asset("asset_1"), 16)
		refused(t, m, err, pictures.TimedOut, "")
		if d := time.Since(start); d != 8*time.Second {
			t.Errorf("took %s", d)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		m, err = f.Get(ctx, asset("asset_2"), 16)
		refused(t, m, err, pictures.TimedOut, "")
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v does not tell whose time was over", err)
		}
		time.Sleep(time.Minute) // the fetch that was left alone ends
	})
}

func TestAtMostSoManyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		f := transport(func(*http.Request) (int, []byte) {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			time.Sleep(time.Second)
			now.Add(-1)
			return 200, asPNG(thirds(30, 30))
		}).fetcher(t, pictures.Options{Concurrency: 3})
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				if _, err := f.Get(t.Context(), asset(fmt.Sprint("asset_", i)), 16); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if most.Load() != 3 {
			t.Errorf("%d at once, want 3", most.Load())
		}
	})
}

func TestCacheForgetsTheOldest(t *testing.T) {
	asked := map[string]int{}
	const size = 256
	one := int64(size*size*4 + 400)
	f := transport(func(r *http.Request) (int, []byte) {
		asked[r.URL.Path[len("/thumbnails/"):]]++
		return 200, slices.Concat(asPNG(thirds(30, 30)), make([]byte, one/8)) // too large for the file to be kept as well
	}).fetcher(t, pictures.Options{CacheBytes: 3 * one})
	for _, id := range []string{"a", "b", "c", "a", "d", "a", "c", "b"} {
		if _, err := f.Get(t.Context(), asset(id), size); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[string]int{"a": 1, "b": 2, "c": 1, "d": 1} {
		if asked[id] != want {
			t.Errorf("%s was fetched %d times, want %d", id, asked[id], want)
		}
	}
	keeps := transport(func(*http.Request) (int, []byte) { asked["none"]++; return 200, asPNG(thirds(30, 30)) }).fetcher(t, pictures.Options{CacheBytes: -1})
	for range 2 {
		if _, err := keeps.Get(t.Context(), asset("a"), 32); err != nil {
			t.Fatal(err)
		}
	}
	if asked["none"] != 2 {
		t.Errorf("without a cache %d requests for two", asked["none"])
	}
}

// TestPixelsAreShared has one picture that takes the whole allowance beside
// others: none is refused, they wait for each other.
func TestPixelsAreShared(t *testing.T) {
	f := transport(func(r *http.Request) (int, []byte) {
		if strings.HasSuffix(r.URL.Path, "big") {
			return 200, asWebP(200, 200, green)
		}
		return 200, asPNG(thirds(100, 100))
	}).fetcher(t, pictures.Options{MaxPixels: 200 * 200})
	var wg sync.WaitGroup
	for i := range 8 {
		id := fmt.Sprint("asset_", i)
		if i%3 == 0 {
			id += "big"
		}
		wg.Go(func() {
			if _, err := f.Get(t.Context(), asset(id), 16); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		})
	}
	wg.Wait()
	sixteen := base64.StdEncoding.EncodeToString(asPNG(image.NewNRGBA64(image.Rect(0, 0, 150, 150))))
	g := transport(func(*http.Request) (int, []byte) {
		b, _ := base64.StdEncoding.DecodeString(sixteen)
		return 200, b
	}).fetcher(t, pictures.Options{MaxPixels: 200 * 200})
	m, err := g.Get(t.Context(), asset("deep"), 16)
	refused(t, m, err, pictures.TooLarge, "150 × 150")
}

// FuzzDecode looks for a body that does anything but become a picture or an
// error.
func FuzzDecode(f *testing.F) {
	for _, b := range [][]byte{asPNG(thirds(9, 5)), asJPEG(thirds(9, 5)), asGIF(thirds(9, 5)), asWebP(9, 5, red), pngHeader(9, 9)} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		fetcher, err := pictures.New(pictures.Options{
			MaxPixels: 1 << 16, CacheBytes: -1,
			HTTPClient: &http.Client{Transport: transport(func(*http.Request) (int, []byte) { return 200, body })},
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

// Compare with: go test -run '^$' -bench . -count 10 ./scenario/pictures | benchstat -
func BenchmarkGet(b *testing.B) {
	photo := asJPEG(thirds(512, 512))
	for _, cache := range []string{"cold", "warm"} {
		b.Run(cache, func(b *testing.B) {
			opts := pictures.Options{HTTPClient: &http.Client{Transport: transport(func(*http.Request) (int, []byte) { return 200, photo })}}
			if cache == "cold" {
				opts.CacheBytes = -1
			}
			f, err := pictures.New(opts)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.Get(b.Context(), asset("a"), 241); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
