package pictures_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"scenario-mcp/scenario/pictures"
)

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
	opts.Transport = f
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

// TestMemoryIsShared has one picture that takes the whole allowance beside
// others: none is refused, they wait for each other.
func TestMemoryIsShared(t *testing.T) {
	f := transport(func(r *http.Request) (int, []byte) {
		if strings.HasSuffix(r.URL.Path, "big") {
			return 200, asWebP(200, 200, green)
		}
		return 200, asPNG(thirds(100, 100))
	}).fetcher(t, pictures.Options{MaxDecoded: 8 * 200 * 200})
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
	}).fetcher(t, pictures.Options{MaxDecoded: 8*150*150 - 1})
	m, err := g.Get(t.Context(), asset("deep"), 16)
	refused(t, m, err, pictures.TooLarge, "150 × 150")
}
