package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"scenario-mcp/scenario/fakeapi"
)

// The benchmarks of this file compare with the simplest thing that could do, in
// the same run, and report the ratio.
//
//	go test -run '^$' -bench . -count 6 ./scenario | tee new.txt && benchstat new.txt

// naiveModel is the yardstick: encoding/json into a struct of the same fields.
type naiveModel struct {
	ID               string   `json:"id"`
	Name             string   `json:"name"`
	ShortDescription string   `json:"shortDescription"`
	Type             string   `json:"type"`
	Status           string   `json:"status"`
	Privacy          string   `json:"privacy"`
	Capabilities     []string `json:"capabilities"`
	Tags             []string `json:"tags"`
	Compliance       struct {
		ModelProvider string `json:"modelProvider"`
		Maintainer    string `json:"maintainer"`
	} `json:"complianceMetadata"`
	AccessRestrictions int      `json:"accessRestrictions"`
	CompliantModelIDs  []string `json:"compliantModelIds"`
	Concepts           []struct {
		ModelID string `json:"modelId"`
	} `json:"concepts"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	Thumbnail struct {
		AssetID string `json:"assetId"`
		URL     string `json:"url"`
	} `json:"thumbnail"`
	ExampleAssetIDs []string `json:"exampleAssetIds"`
}

func naiveDecode(r io.Reader) (int, error) {
	var page struct {
		Models              []naiveModel `json:"models"`
		NextPaginationToken string       `json:"nextPaginationToken"`
	}
	err := json.NewDecoder(r).Decode(&page)
	return len(page.Models), err
}

// listBody is a page of so many realistic rows.
func listBody(tb testing.TB, rows int) []byte {
	tb.Helper()
	api := fakeapi.New(fakeapi.Options{Public: fakeapi.Generate(7, rows, fakeapi.GenOptions{})})
	r := httptest.NewRequest(http.MethodGet, "/v1/models/public?pageSize=500", nil)
	r.SetBasicAuth("sample-key", "sample-secret")
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		tb.Fatalf("status %d", w.Code)
	}
	return w.Body.Bytes()
}

// cost is what one side of a comparison used.
type cost struct {
	time  time.Duration
	bytes uint64
}

func (c *cost) measure(f func()) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	f()
	c.time += time.Since(start)
	runtime.ReadMemStats(&after)
	c.bytes += after.TotalAlloc - before.TotalAlloc
}

func BenchmarkDecodePage(b *testing.B) {
	body := listBody(b, 500)
	redact := NewCredentials("api_SampleKey0123456789", "sample+Secret/0123456789").redactor()
	var ours, naive cost
	for b.Loop() {
		ours.measure(func() {
			r := newReader(bytes.NewReader(body), 64<<20)
			r.redact = redact
			p, err := wholePage(r)
			if err != nil || len(p.models) != 500 {
				b.Fatal(err)
			}
		})
		naive.measure(func() {
			if n, err := naiveDecode(bytes.NewReader(body)); err != nil || n != 500 {
				b.Fatal(err)
			}
		})
	}
	b.ReportMetric(ours.time.Seconds()/float64(b.N)*1e3, "ms/page")
	b.ReportMetric(float64(ours.bytes)/float64(b.N)/500, "alloc-B/row")
	b.ReportMetric(float64(len(body))/500, "json-B/row")
	b.ReportMetric(ours.time.Seconds()/naive.time.Seconds(), "x-naive-cpu")
	b.ReportMetric(float64(ours.bytes)/float64(naive.bytes), "x-naive-bytes")
	b.ReportMetric(0, "ns/op") // it would be the sum of both sides
}

// BenchmarkColdWalk reads 709 models with a new client each time. curl fetches
// the same pages in one process, to nowhere.
func BenchmarkColdWalk(b *testing.B) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		b.Skip("no curl")
	}
	api := fakeapi.New(fakeapi.Options{Public: fakeapi.Generate(7, 709, fakeapi.GenOptions{})})
	base, err := api.Start()
	if err != nil {
		b.Fatal(err)
	}
	defer api.Close()
	walkAll := func() (models []Model) {
		c, err := New(Options{BaseURL: base, Credentials: NewCredentials("sample-key", "sample-secret")})
		if err != nil {
			b.Fatal(err)
		}
		defer c.http.CloseIdleConnections()
		for page, err := range c.Pages(context.Background(), Public) {
			if err != nil {
				b.Fatal(err)
			}
			models = append(models, page.Models...)
		}
		return models
	}
	if n := len(walkAll()); n != 709 {
		b.Fatalf("%d models", n)
	}
	args := []string{"--compressed", "-sS", "-u", "sample-key:sample-secret"}
	for _, r := range api.Requests() {
		args = append(args, "-o", "/dev/null", strings.TrimSuffix(base, "/v1")+r.Path+"?"+r.Query.Encode())
	}

	var ours, theirs cost
	for b.Loop() {
		ours.measure(func() { walkAll() })
		theirs.measure(func() {
			if out, err := exec.Command(curl, args...).CombinedOutput(); err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
		})
	}
	b.ReportMetric(ours.time.Seconds()/float64(b.N)*1e3, "ms/walk")
	b.ReportMetric(ours.time.Seconds()/theirs.time.Seconds(), "x-curl")
	b.ReportMetric(held(walkAll)/709, "held-B/model")
	b.ReportMetric(0, "ns/op")
}

// held returns the bytes that what f returns keeps alive.
func held(f func() []Model) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&before)
	models := f()
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(models)
	return max(0, float64(after.HeapAlloc)-float64(before.HeapAlloc))
}

func decodeAll(tb testing.TB, body []byte) []Model {
	tb.Helper()
	p, err := wholePage(newReader(bytes.NewReader(body), 1<<30))
	if err != nil {
		tb.Fatal(err)
	}
	return append([]Model(nil), p.models...)
}

func TestModelsAreLean(t *testing.T) {
	body := listBody(t, 500)
	if perModel := held(func() []Model { return decodeAll(t, body) }) / 500; perModel > 1500 {
		t.Errorf("%.0f bytes are held for each model, want at most 1500", perModel)
	}
}

// What is skipped costs no memory, however much there is of it.
func TestMemoryDoesNotGrowWithRows(t *testing.T) {
	body := listBody(t, 500)
	extra := `"extra":[` + strings.Repeat(`"asset_0123456789",`, 1000) + `0],"type":`
	heavy := bytes.ReplaceAll(body, []byte(`"type":`), []byte(extra))
	if len(heavy) < 3*len(body) {
		t.Fatalf("the heavy page has %d bytes, the other %d", len(heavy), len(body))
	}
	var light, much cost
	light.measure(func() { decodeAll(t, body) })
	much.measure(func() { decodeAll(t, heavy) })
	if much.bytes > light.bytes*11/10 {
		t.Errorf("%d bytes were allocated for a page of %d bytes, %d for one of %d", light.bytes, len(body), much.bytes, len(heavy))
	}
}
