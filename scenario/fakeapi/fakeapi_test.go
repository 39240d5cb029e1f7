package fakeapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// start serves opts until the end of the test.
func start(t testing.TB, opts Options) (*Server, string) {
	t.Helper()
	s := New(opts)
	t.Cleanup(s.Close)
	base, err := s.Start()
	if err != nil {
		t.Fatal(err)
	}
	return s, base
}

// answer is a response read to its end, inflated.
type answer struct {
	status int
	header http.Header
	body   []byte
	err    error // while reading the body
}

func send(t testing.TB, r *http.Request) (answer, error) {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(r) // no redirects
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, body, err}, nil
}

func request(t testing.TB, method, url, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth("key", "secret")
	return r
}

func get(t testing.TB, url string) answer {
	t.Helper()
	a, err := send(t, request(t, http.MethodGet, url, ""))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

type row struct {
	ID           string
	Name         string
	Type         string
	Status       string
	Tags         []string
	ThumbnailURL string `json:"thumbnailUrl"`
	Thumbnail    *struct{ URL string }
	Inputs       []map[string]any
	UIConfig     map[string]any
}

type pageAnswer struct {
	Models              []row
	NextPaginationToken string
}

func decode[T any](t testing.TB, a answer) T {
	t.Helper()
	var v T
	if a.err != nil || a.status != http.StatusOK {
		t.Fatalf("status %d, read error %v, body %.200s", a.status, a.err, a.body)
	}
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%v in %.200s", err, a.body)
	}
	return v
}

func ids(p pageAnswer) []string {
	var ids []string
	for _, m := range p.Models {
		ids = append(ids, m.ID)
	}
	return ids
}

// numbered returns n small rows model_0, model_1, ….
func numbered(n int) []Row {
	var rows []Row
	for i := range n {
		rows = append(rows, Row{"id": fmt.Sprintf("model_%d", i), "name": fmt.Sprint("Model ", i), "type": "custom", "tags": []string{"even", "odd"}[i%2 : i%2+1]})
	}
	return rows
}

func numberedIDs(from, to int) []string {
	var ids []string
	for i := from; i < to; i++ {
		ids = append(ids, fmt.Sprintf("model_%d", i))
	}
	return ids
}

func TestPagingReal(t *testing.T) {
	for _, tt := range []struct {
		name, path string
		opts       Options
		want       []int // sizes of the pages
	}{
		{"default", "/models?privacy=public", Options{}, []int{100, 100, 5}},
		{"public route", "/models/public", Options{}, []int{50, 50, 50, 50, 5}},
		{"one page", "/models/public?pageSize=500", Options{}, []int{205}},
		{"exact", "/models/public?pageSize=41", Options{}, []int{41, 41, 41, 41, 41}},
		{"limit is ignored", "/models/public?pageSize=200&limit=1&offset=9", Options{}, []int{200, 5}},
		{"largest page", "/models/public?pageSize=900", Options{MaxPage: 150}, []int{150, 55}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.opts.Public = numbered(205)
			_, base := start(t, tt.opts)
			u := base + tt.path
			var sizes []int
			var all []string
			for next := u; ; {
				p := decode[pageAnswer](t, get(t, next))
				sizes = append(sizes, len(p.Models))
				all = append(all, ids(p)...)
				if p.NextPaginationToken == "" {
					break
				}
				sep := "?"
				if strings.Contains(u, "?") {
					sep = "&"
				}
				next = u + sep + "paginationToken=" + url.QueryEscape(p.NextPaginationToken)
			}
			if diff := cmp.Diff(tt.want, sizes); diff != "" {
				t.Errorf("page sizes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(numberedIDs(0, 205), all); diff != "" {
				t.Errorf("ids (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPagingGuide(t *testing.T) {
	s, base := start(t, Options{Mode: Guide, Public: numbered(45)})
	first := decode[pageAnswer](t, get(t, base+"/models/public"))
	if diff := cmp.Diff(numberedIDs(0, 20), ids(first)); diff != "" {
		t.Error(diff)
	}
	if first.NextPaginationToken == "" {
		t.Error("no token on the first page")
	}
	// The token leads nowhere, and neither does pageSize.
	again := decode[pageAnswer](t, get(t, base+"/models/public?pageSize=3&paginationToken="+url.QueryEscape(first.NextPaginationToken)))
	if diff := cmp.Diff(first, again); diff != "" {
		t.Error(diff)
	}
	last := decode[pageAnswer](t, get(t, base+"/models/public?limit=30&offset=30"))
	if diff := cmp.Diff(numberedIDs(30, 45), ids(last)); diff != "" || last.NextPaginationToken != "" {
		t.Errorf("last page: token %q, %s", last.NextPaginationToken, diff)
	}
	past := get(t, base+"/models/public?offset=99")
	if got := string(past.body); got != `{"models":[]}` {
		t.Errorf("past the end: %s", got)
	}
	s.Update(func(o *Options) { o.ConstantToken = "always" })
	for _, path := range []string{"/models/public", "/models/public?offset=40", "/models/public?offset=99", "/models"} {
		if p := decode[pageAnswer](t, get(t, base+path)); p.NextPaginationToken != "always" {
			t.Errorf("%s: token %q", path, p.NextPaginationToken)
		}
	}
}

func TestGuideRows(t *testing.T) {
	public := []Row{
		{"id": "model_a", "type": "custom", "thumbnail": map[string]any{"assetId": "asset_a", "url": "/a.png"}, "tags": []string{"sc:scenario"}},
		{"id": "model_b", "type": "flux.1-lora", "thumbnail": json.RawMessage(`{"url":"/b.png"}`)},
		{"id": "model_c", "type": 5, "thumbnail": "odd"},
		nil,
	}
	_, base := start(t, Options{Mode: Guide, Public: public, SCTagsMatchNothing: true})
	got := string(get(t, base+"/models/public").body)
	want := `{"models":[{"id":"model_a","tags":["sc:scenario"],"thumbnailUrl":"/a.png","type":"checkpoint"},` +
		`{"id":"model_b","thumbnailUrl":"/b.png","type":"lora"},{"id":"model_c","thumbnail":"odd","type":5},null]}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if p := decode[pageAnswer](t, get(t, base+"/models/public?tags=sc:scenario")); len(p.Models) != 1 {
		t.Errorf("sc:scenario in guide mode: %v", ids(p))
	}
	if public[0]["type"] != "custom" {
		t.Error("the caller's rows were changed")
	}
}

func TestFilters(t *testing.T) {
	public := []Row{
		{"id": "a", "type": "custom", "tags": []string{"sc:scenario", "Video"}},
		{"id": "b", "type": "flux.1-lora", "tags": []any{"video"}, "status": "trained"},
		{"id": "c", "type": "custom", "tags": json.RawMessage(`["Video","x"]`), "collectionIds": []string{"k"}},
	}
	private := []Row{
		{"id": "p", "type": "custom", "status": "trained", "tags": []string{"mine"}, "collectionIds": []string{"k"}},
		{"id": "q", "type": "flux.1-lora", "status": "training", "tags": []string{"other"}},
		{"id": "r", "type": "custom", "status": "deleted"},
	}
	s, base := start(t, Options{Public: public, Private: private})
	for _, tt := range []struct {
		path, want string
		hideSC     bool
	}{
		{path: "/models", want: "p q"},
		{path: "/models?privacy=private", want: "p q"},
		{path: "/models?privacy=public", want: "a b c"},
		{path: "/models/public", want: "a b c"},
		{path: "/models/public?tags=Video", want: "a c"},
		{path: "/models/public?tags=video,x", want: "b c"},
		{path: "/models/public?tags=sc:scenario", want: "a"},
		{path: "/models/public?tags=sc:scenario", hideSC: true},
		{path: "/models?privacy=public&tags=sc:scenario,video", hideSC: true, want: "b"},
		{path: "/models/public?tags=nothing"},
		{path: "/models/public?status=training", want: "a b c"},
		{path: "/models/public?collectionId=k", want: "c"},
		{path: "/models?tags=mine", want: "p q"}, // not applied to own models
		{path: "/models?status=training", want: "q"},
		{path: "/models?status=deleted", want: "r"},
		{path: "/models?status=ready", want: "p q r"}, // unknown: everything
		{path: "/models?type=custom", want: "p"},
		{path: "/models?types=custom,flux.1-lora", want: "p q"},
		{path: "/models?collectionIds=k,l", want: "p"},
	} {
		s.Update(func(o *Options) { o.SCTagsMatchNothing = tt.hideSC })
		got := strings.Join(ids(decode[pageAnswer](t, get(t, base+tt.path))), " ")
		if got != tt.want {
			t.Errorf("%s (hide sc: %t) = %q, want %q", tt.path, tt.hideSC, got, tt.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		name, path string
		opts       Options
		user       string // "key:secret" if empty; "none" sends nothing
		status     int
		body       string
	}{
		{"no credentials", "/models", Options{}, "none", 401, `{"reason":"Invalid API key or secret"}`},
		{"wrong secret", "/models/public", Options{Key: "key", Secret: "other"}, "", 401, `{"reason":"Invalid API key or secret"}`},
		{"wrong secret, 403", "/models", Options{Key: "key", Secret: "other", AuthStatus: 403}, "", 403, `{"reason":"Invalid API key or secret"}`},
		{"right", "/models", Options{Key: "key", Secret: "secret"}, "", 200, `{"models":[]}`},
		{"empty account", "/models", Options{}, "any:thing", 200, `{"models":[]}`},
		{"no public route", "/models/public", Options{PublicRouteStatus: 403}, "none", 403, `{"message":"Missing Authentication Token"}`},
		{"public route gone", "/models/public", Options{PublicRouteStatus: 410}, "", 410, `{"message":"Gone"}`},
		{"still there", "/models?privacy=public", Options{PublicRouteStatus: 403}, "", 200, `{"models":[]}`},
		{"no such route", "/generate", Options{}, "", 403, `{"message":"Missing Authentication Token"}`},
		{"no such model", "/models/model_x", Options{}, "", 404, `{"reason":"Model model_x not found"}`},
		{"no such description", "/models/model_x/description", Options{}, "", 404, `{"reason":"Model model_x not found"}`},
		{"no picture yet", "/../cdn/thumbnails/asset_x", Options{}, "none", 404, `{"reason":"Asset not found"}`},
		{"forged token", "/models?paginationToken=abc", Options{}, "", 400, `{"reason":"Invalid pagination token"}`},
		{"no page", "/models?pageSize=0", Options{}, "", 400, `{"reason":"pageSize must be a number from 1 to 500"}`},
		{"bad offset", "/models?offset=-1", Options{Mode: Guide}, "", 400, `{"reason":"offset must be a number from 0"}`},
		{"strict real", "/models?limit=5", Options{StrictParams: true}, "", 400, `{"reason":"Unknown query parameter \"limit\""}`},
		{"strict real page", "/models?pageSize=501", Options{StrictParams: true}, "", 400, `{"reason":"pageSize must be a number from 1 to 500"}`},
		{"strict guide", "/models?pageSize=5", Options{Mode: Guide, StrictParams: true}, "", 400, `{"reason":"Unknown query parameter \"pageSize\""}`},
		{"strict, known", "/models?pageSize=5&sortBy=score", Options{StrictParams: true}, "", 200, `{"models":[]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, base := start(t, tt.opts)
			r := request(t, http.MethodGet, strings.Replace(base+tt.path, "/v1/..", "", 1), "")
			if user, secret, ok := strings.Cut(tt.user, ":"); ok {
				r.SetBasicAuth(user, secret)
			} else if tt.user == "none" {
				r.Header.Del("Authorization")
			}
			a, err := send(t, r)
			if err != nil {
				t.Fatal(err)
			}
			if a.status != tt.status || string(a.body) != tt.body {
				t.Errorf("got %d %s, want %d %s", a.status, a.body, tt.status, tt.body)
			}
		})
	}
}

func TestOneModel(t *testing.T) {
	public, private := Sample()
	_, base := start(t, Options{Public: append(public, Row{"id": "model_plain", "capabilities": []string{"txt2img", "img2img"}}), Private: private})
	type one struct{ Model row }

	m := decode[one](t, get(t, base+"/models/model_sample-motion-one")).Model
	if m.Name != "Sample Motion One" || m.UIConfig == nil {
		t.Errorf("got %+v", m)
	}
	want := []map[string]any{
		{"name": "prompt", "type": "string", "label": "Prompt", "description": "What to make, in plain words.", "group": "prompt", "maxLength": 2048.0,
			"required": map[string]any{"always": false, "ifNotDefined": map[string]any{"firstFrame": map[string]any{"message": "Give one or the other."}}}},
	}
	if diff := cmp.Diff(want, m.Inputs[:1]); diff != "" {
		t.Error(diff)
	}

	required := map[string]bool{}
	for _, in := range decode[one](t, get(t, base+"/models/model_plain")).Model.Inputs {
		required[in["name"].(string)] = in["required"].(map[string]any)["always"].(bool)
	}
	if _, ok := required["seed"]; !ok || required["prompt"] || required["image"] {
		t.Errorf("made-up inputs: %v; only what every capability needs is required", required)
	}

	d := decode[struct{ Description struct{ Value string } }](t, get(t, base+"/models/model_sample-crisp-4x/description"))
	if !strings.HasPrefix(d.Description.Value, "# Sample Crisp 4x\n\nEnlarges") {
		t.Errorf("description %q", d.Description.Value)
	}
	for _, m := range decode[pageAnswer](t, get(t, base+"/models/public?pageSize=500")).Models {
		if m.Inputs != nil || m.UIConfig != nil {
			t.Errorf("%s has inputs in a list", m.ID)
		}
	}
}

func TestPosts(t *testing.T) {
	public, private := Sample()
	s, base := start(t, Options{Public: public, Private: private})
	post := func(path, body string) answer {
		a, err := send(t, request(t, http.MethodPost, base+path, body))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	type hits struct {
		Hits               []map[string]any
		Offset, Limit      int
		EstimatedTotalHits int
	}
	h := decode[hits](t, post("/search/models", `{"query":"pixel art night","public":true,"limit":2,"offset":0}`))
	if len(h.Hits) != 2 || h.EstimatedTotalHits < 3 || h.Hits[0]["id"] != "model_sample-moonlit-pixel-tales" {
		t.Errorf("search: %v", h)
	}
	if _, ok := h.Hits[0]["status"]; ok || h.Hits[0]["accessRestrictions"] != nil {
		t.Errorf("a hit has a status or a plan: %v", h.Hits[0])
	}
	if h := decode[hits](t, post("/search/models", `{}`)); h.EstimatedTotalHits != len(private) || h.Limit != 20 {
		t.Errorf("own models: %d hits, limit %d", h.EstimatedTotalHits, h.Limit)
	}
	if a := post("/search/models", `nonsense`); a.status != 400 {
		t.Errorf("nonsense: %d %s", a.status, a.body)
	}
	s.Update(func(o *Options) { o.SearchQuotaExceeded = true })
	if a := post("/search/models", `{}`); a.status != 403 || !strings.Contains(string(a.body), `"code":"QUOTA_EXCEEDED"`) {
		t.Errorf("quota: %d %s", a.status, a.body)
	}
}

func TestLog(t *testing.T) {
	s, base := start(t, Options{Key: "key", Secret: "secret", RateHeaders: true})
	a := get(t, base+"/models?pageSize=5")
	if a.header.Get("X-RateLimit-Limit") != "100" || a.header.Get("X-RateLimit-Remaining") != "99" {
		t.Errorf("rate headers: %v", a.header)
	}
	r := request(t, http.MethodPost, base+"/search/models", "{}")
	r.SetBasicAuth("key", "hunter2")
	r.Header.Set("User-Agent", "tester")
	if _, err := send(t, r); err != nil {
		t.Fatal(err)
	}
	r = request(t, http.MethodGet, base+"/models/public", "")
	r.Header.Del("Authorization")
	if _, err := send(t, r); err != nil {
		t.Fatal(err)
	}
	got := s.Requests()
	want := []Request{
		{List: 1, Method: "GET", Path: "/v1/models", Query: url.Values{"pageSize": {"5"}}, Authorized: true, UserAgent: "Go-http-client/1.1"},
		{Method: "POST", Path: "/v1/search/models", Query: url.Values{}, UserAgent: "tester"},
		{List: 2, Method: "GET", Path: "/v1/models/public", Query: url.Values{}, UserAgent: "Go-http-client/1.1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if text := fmt.Sprintf("%+v", s.Requests()); strings.Contains(text, "hunter2") {
		t.Error("the log holds a secret")
	}
}

func TestGzip(t *testing.T) {
	rows := Generate(1, 20, GenOptions{})
	for _, off := range []bool{false, true} {
		_, base := start(t, Options{Public: rows, NoGzip: off})
		plainRequest := request(t, http.MethodGet, base+"/models/public", "")
		plainRequest.Header.Set("Accept-Encoding", "identity")
		plain, err := send(t, plainRequest)
		if err != nil {
			t.Fatal(err)
		}
		zippedRequest := request(t, http.MethodGet, base+"/models/public", "")
		zippedRequest.Header.Set("Accept-Encoding", "gzip, br")
		for range 2 { // made, then from the cache
			zipped, err := send(t, zippedRequest)
			if err != nil {
				t.Fatal(err)
			}
			body := zipped.body
			if got := zipped.header.Get("Content-Encoding"); (got == "gzip") == off {
				t.Errorf("NoGzip %t: Content-Encoding %q", off, got)
			} else if got == "gzip" {
				z, err := gzip.NewReader(bytes.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				if body, err = io.ReadAll(z); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(plain.body, body) || len(body) < 50_000 {
				t.Errorf("NoGzip %t: %d bytes plain, %d inflated, or not the same", off, len(plain.body), len(body))
			}
		}
	}
}

func TestUpdate(t *testing.T) {
	s, base := start(t, Options{Public: numbered(2)})
	want := func(n int) {
		t.Helper()
		if p := decode[pageAnswer](t, get(t, base+"/models/public")); len(p.Models) != n {
			t.Errorf("%d models, want %d", len(p.Models), n)
		}
	}
	want(2)
	s.SetLists(numbered(3), nil)
	want(3)
	s.SetFaults(Fault{On: 2, Kind: FaultEmptyPage})
	want(3)
	s.Update(func(o *Options) { o.RateHeaders = true }) // keeps counting
	want(0)
	want(3)
	s.SetFaults(Fault{On: 1, Kind: FaultEmptyPage}) // counts anew
	want(0)
	s.Update(func(o *Options) { o.Mode = Guide })
	if p := decode[pageAnswer](t, get(t, base+"/models/public")); p.Models[0].Type != "checkpoint" {
		t.Errorf("type %q after the switch to guide mode", p.Models[0].Type)
	}
}

func TestConcurrent(t *testing.T) {
	s, base := start(t, Options{Public: numbered(300), Private: numbered(10)})
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for _, path := range []string{"/models/public?pageSize=200", "/models", "/models/model_7", "/models/public?tags=even"} {
				r := request(t, http.MethodGet, base+path, "")
				if a, err := send(t, r); err != nil || a.status != 200 {
					t.Errorf("%s: %v %d", path, err, a.status)
				}
			}
			if i%4 == 0 {
				s.SetLists(numbered(300+i), nil)
				s.SetFaults(Fault{Kind: FaultShortPages, Path: "/models/public"})
			}
			s.Requests()
		})
	}
	wg.Wait()
	if n := len(s.Requests()); n != 64 {
		t.Errorf("%d requests in the log", n)
	}
}

func TestStartAndClose(t *testing.T) {
	s := New(Options{})
	base, err := s.Start()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(base, "http://127.0.0.1:") || !strings.HasSuffix(base, "/v1") {
		t.Errorf("base URL %s", base)
	}
	if again, err := s.Start(); err != nil || again != base {
		t.Errorf("second start: %q, %v", again, err)
	}
	s.Close()
	s.Close()
	if _, err := send(t, request(t, http.MethodGet, base+"/models", "")); !errors.Is(err, syscall.ECONNREFUSED) && !errors.Is(err, syscall.Errno(10061)) { // the second on Windows
		t.Errorf("after Close: %v", err)
	}
	if _, err := s.Start(); err == nil {
		t.Error("a closed server started")
	}
}

func TestLatencyEndsWithTheClient(t *testing.T) {
	_, base := start(t, Options{Latency: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	r := request(t, http.MethodGet, base+"/models", "").WithContext(ctx)
	go cancel()
	if _, err := send(t, r); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
