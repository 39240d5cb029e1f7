package pictures_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/pictures"
)

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
// that belongs to an account.
func TestRequest(t *testing.T) {
	const path = "/assets-transform/asset_1%2Fa+b~c?p=100&Policy=eyJ_-~&Key-Pair-Id=K2&Signature=a~b__%2F&b=%20"
	var got *http.Request
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		_, _ = w.Write(asPNG(thirds(30, 30)))
	}))
	defer s.Close()
	f := newFetcher(t, pictures.Options{Base: s.URL + "/", AllowLoopback: true, UserAgent: "test/1"})
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

// Compare with: go test -run '^$' -bench . -count 10 ./scenario/pictures | benchstat -
func BenchmarkGet(b *testing.B) {
	photo := asJPEG(thirds(512, 512))
	for _, cache := range []string{"cold", "warm"} {
		b.Run(cache, func(b *testing.B) {
			opts := pictures.Options{Transport: transport(func(*http.Request) (int, []byte) { return 200, photo })}
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
