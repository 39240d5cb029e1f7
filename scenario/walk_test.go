package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// service is a Scenario API in a few lines: a handler that logs what it was
// asked.
type service struct {
	*httptest.Server
	mu  sync.Mutex
	log []string
}

func serve(t *testing.T, handle func(w http.ResponseWriter, r *http.Request, n int)) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		query, _ := url.QueryUnescape(r.URL.RawQuery)
		s.log = append(s.log, strings.TrimSuffix(r.URL.Path+"?"+query, "?"))
		n := len(s.log)
		s.mu.Unlock()
		handle(w, r, n)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *service) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

func (s *service) client(t *testing.T) *Client {
	t.Helper()
	c, err := New(Options{BaseURL: s.URL, Credentials: NewCredentials("sample-key", "sample-secret")})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// pageJSON is a page of minimal rows.
func pageJSON(token string, ids ...string) string {
	rows := make([]map[string]any, len(ids))
	for i, id := range ids {
		rows[i] = map[string]any{"id": id}
	}
	page := map[string]any{"models": rows}
	if token != "" {
		page["nextPaginationToken"] = token
	}
	b, _ := json.Marshal(page)
	return string(b)
}

func sampleIDs(from, to int) []string {
	var out []string
	for i := from; i < to; i++ {
		out = append(out, fmt.Sprintf("model_%d", i))
	}
	return out
}

// collect walks a list to its end.
func collect(ctx context.Context, c *Client, scope Scope) (got []string, pages int, err error) {
	for page, e := range c.Pages(ctx, scope) {
		if e != nil {
			return got, pages, e
		}
		pages++
		for _, m := range page.Models {
			got = append(got, m.ID)
		}
	}
	return got, pages, nil
}

func TestPages(t *testing.T) {
	const size = "limit=4&pageSize=4"
	// A service that pages by offset, n models in all, and the token it gives.
	byOffset := func(n int, token string) func(url.Values) string {
		return func(q url.Values) string {
			offset, _ := strconv.Atoi(q.Get("offset"))
			limit, _ := strconv.Atoi(q.Get("limit"))
			return pageJSON(token, sampleIDs(min(offset, n), min(offset+limit, n))...)
		}
	}
	byToken := func(pages map[string]string) func(url.Values) string {
		return func(q url.Values) string { return pages[q.Get("paginationToken")] }
	}
	fresh := 0

	tests := []struct {
		name     string
		answer   func(url.Values) string
		want     []string
		kind     Kind // of the error at the end; "" means that the list is whole
		requests []string
	}{
		{
			name:     "own models may be none",
			answer:   byToken(map[string]string{"": `{"models":[]}`}),
			requests: []string{"/models?" + size},
		},
		{
			name: "tokens are followed, and sent back as they came",
			answer: byToken(map[string]string{
				"":         pageJSON("a+b/c=&d", sampleIDs(0, 4)...),
				"a+b/c=&d": pageJSON("", sampleIDs(4, 6)...),
			}),
			want: sampleIDs(0, 6),
			requests: []string{
				"/models?" + size,
				"/models?" + size + "&paginationToken=a+b/c=&d",
			},
		},
		{
			name: "a short page and an empty page are not the last",
			answer: byToken(map[string]string{
				"":   pageJSON("t1", sampleIDs(0, 1)...),
				"t1": pageJSON("t2"),
				"t2": pageJSON("", sampleIDs(1, 3)...),
			}),
			want: sampleIDs(0, 3),
			requests: []string{
				"/models?" + size,
				"/models?" + size + "&paginationToken=t1",
				"/models?" + size + "&paginationToken=t2",
			},
		},
		{
			name: "rows repeated on later pages and within one are kept once",
			answer: byToken(map[string]string{
				"":   pageJSON("t1", "model_0", "model_1", "model_0"),
				"t1": pageJSON("", "model_1", "model_2"),
			}),
			want: sampleIDs(0, 3),
			requests: []string{
				"/models?" + size,
				"/models?" + size + "&paginationToken=t1",
			},
		},
		{
			name: "an empty token is none",
			answer: byToken(map[string]string{
				"": `{"models":[{"id":"model_0"}],"nextPaginationToken":""}`,
			}),
			want:     sampleIDs(0, 1),
			requests: []string{"/models?" + size, "/models?limit=4&offset=1&pageSize=4"},
		},
		{
			name:     "the same page and token for ever ends after three requests",
			answer:   func(url.Values) string { return pageJSON("t", sampleIDs(0, 3)...) },
			want:     sampleIDs(0, 3),
			kind:     KindBadAnswer,
			requests: []string{"/models?" + size, "/models?" + size + "&paginationToken=t", "/models?" + "limit=4&offset=3&pageSize=4"},
		},
		{
			name:   "the guide's dialect: a constant token, pages by offset alone",
			answer: byOffset(10, "constant"),
			want:   sampleIDs(0, 10),
			requests: []string{
				"/models?" + size,
				"/models?" + size + "&paginationToken=constant",
				"/models?limit=4&offset=4&pageSize=4",
				"/models?limit=4&offset=8&pageSize=4",
				"/models?limit=4&offset=10&pageSize=4",
			},
		},
		{
			name:   "a full page without a token goes on by offset",
			answer: byOffset(5, ""),
			want:   sampleIDs(0, 5),
			requests: []string{
				"/models?" + size,
				"/models?limit=4&offset=4&pageSize=4",
				"/models?limit=4&offset=5&pageSize=4",
			},
		},
		{
			name: "repeated pages with new tokens are followed three times",
			answer: func(url.Values) string {
				fresh++
				return pageJSON(fmt.Sprint("t", fresh), "model_0")
			},
			want: sampleIDs(0, 1),
			kind: KindBadAnswer,
			requests: []string{
				"/models?" + size,
				"/models?" + size + "&paginationToken=t1",
				"/models?" + size + "&paginationToken=t2",
				"/models?" + size + "&paginationToken=t3",
				"/models?" + size + "&paginationToken=t4",
				"/models?limit=4&offset=1&pageSize=4",
			},
		},
		{
			name: "three empty pages in a row do not hide the fourth",
			answer: byToken(map[string]string{
				"": pageJSON("t1", "model_0"), "t1": pageJSON("t2"), "t2": pageJSON("t3"), "t3": pageJSON("t4"),
				"t4": pageJSON("", "model_1"),
			}),
			want: sampleIDs(0, 2),
			requests: []string{
				"/models?" + size,
				"/models?" + size + "&paginationToken=t1",
				"/models?" + size + "&paginationToken=t2",
				"/models?" + size + "&paginationToken=t3",
				"/models?" + size + "&paginationToken=t4",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
				fmt.Fprint(w, test.answer(r.URL.Query()))
			})
			c := s.client(t)
			c.pageSize = 4
			got, _, err := collect(t.Context(), c, Private)
			if kindOf(err) != test.kind {
				t.Errorf("error %v, want %q", err, test.kind)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("models (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.requests, s.requests()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPagesCap(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		fmt.Fprint(w, pageJSON(fmt.Sprint("t", n), sampleIDs(n, n+1)...))
	})
	c := s.client(t)
	c.maxPages = 3
	got, pages, err := collect(t.Context(), c, Private)
	if kindOf(err) != KindPageCap {
		t.Errorf("error %v, want the page cap", err)
	}
	if len(got) != 3 || pages != 3 || len(s.requests()) != 3 {
		t.Errorf("%d models on %d pages in %d requests, want 3 of each", len(got), pages, len(s.requests()))
	}
}

// Memory is bounded whatever the service sends. An endless list of heavy rows ends
// long before the page cap. A page of a great many rows is refused.
func TestPagesMemoryCap(t *testing.T) {
	row := func(n int) string {
		var tags []string
		for i := range 2 * maxTags {
			tags = append(tags, fmt.Sprintf(`"tag %d-%d %s"`, n, i, strings.Repeat("\u4e16", maxWord)))
		}
		return fmt.Sprintf(`{"id":"model_%d","shortDescription":%q,"tags":[%s]}`, n, strings.Repeat("\u4e16", 2*maxDescription), strings.Join(tags, ","))
	}
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		var rows []string
		for i := range 20 {
			rows = append(rows, row(20*n+i))
		}
		fmt.Fprintf(w, `{"models":[%s],"nextPaginationToken":"t%d"}`, strings.Join(rows, ","), n)
	})
	got, pages, err := collect(t.Context(), s.client(t), Private)
	if kindOf(err) != KindPageCap {
		t.Errorf("error %v, want the page cap", err)
	}
	if len(got) > 20*pages || len(got) <= 20*(pages-1) || pages < 5 || pages > 50 {
		t.Errorf("%d models on %d pages", len(got), pages)
	}

	s = serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		fmt.Fprint(w, pageJSON("", sampleIDs(0, 100_000)...))
	})
	if got, _, err := collect(t.Context(), s.client(t), Private); kindOf(err) != KindTooLarge || len(got) != 0 {
		t.Errorf("%d models, error %v, want too large", len(got), err)
	}

	s = serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		fmt.Fprint(w, pageJSON("", sampleIDs(0, 10_000)...))
	})
	if got, _, err := collect(t.Context(), s.client(t), Private); err != nil || len(got) != 10_000 {
		t.Errorf("%d models, error %v, want all", len(got), err)
	}
}

func TestPagesKeepsWhatCameBeforeAnError(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n == 1 {
			fmt.Fprint(w, pageJSON("t", sampleIDs(0, 2)...))
			return
		}
		fmt.Fprint(w, `{"models":[{"id":"model_2"},{"id":`+"\x00")
	})
	got, _, err := collect(t.Context(), s.client(t), Private)
	if kindOf(err) != KindBadAnswer {
		t.Errorf("error %v, want a bad answer", err)
	}
	if diff := cmp.Diff(sampleIDs(0, 2), got); diff != "" {
		t.Errorf("models (-want +got):\n%s", diff)
	}
}

func TestPagesStopsWhenTheCallerDoes(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		fmt.Fprint(w, pageJSON(fmt.Sprint("t", n), sampleIDs(n, n+1)...))
	})
	for _, err := range s.client(t).Pages(t.Context(), Private) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	if n := len(s.requests()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

func TestPagesCountsBrokenRows(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		fmt.Fprint(w, `{"models":[null, 7, {"id":12}, {"name":"no id"}, {"id":"has space"}, {"id":"model_1","tags":"x","name":3}],
			"nextPaginationToken":"t"}`)
	})
	var pages []Page
	for p, err := range s.client(t).Pages(t.Context(), Private) {
		if err != nil {
			continue // the token leads in circles
		}
		pages = append(pages, p)
	}
	want := []Page{
		{Models: []Model{{ID: "model_1"}}, Broken: 5, More: true},
		{More: true}, // the same page again: its broken rows are not counted twice
		{},
	}
	if diff := cmp.Diff(want, pages); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPublicRoute(t *testing.T) {
	reply := func(status int, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	ok := reply(200, pageJSON("", "model_0"))
	const full = "limit=500&pageSize=500"
	tests := []struct {
		name             string
		guide, reference func(http.ResponseWriter)
		first, second    []string // requests of two walks
		kind             Kind
		text             string
	}{
		{
			name: "guide", guide: ok, reference: reply(404, ""),
			first: []string{"/models/public?" + full}, second: []string{"/models/public?" + full},
		},
		{
			name: "gateway without the route", guide: reply(403, `{"message":"Missing Authentication Token"}`), reference: ok,
			first:  []string{"/models/public?" + full, "/models?limit=500&pageSize=500&privacy=public"},
			second: []string{"/models?limit=500&pageSize=500&privacy=public"},
		},
		{
			name: "405", guide: reply(405, ""), reference: ok,
			first:  []string{"/models/public?" + full, "/models?limit=500&pageSize=500&privacy=public"},
			second: []string{"/models?limit=500&pageSize=500&privacy=public"},
		},
		{
			name: "410", guide: reply(410, ""), reference: ok,
			first:  []string{"/models/public?" + full, "/models?limit=500&pageSize=500&privacy=public"},
			second: []string{"/models?limit=500&pageSize=500&privacy=public"},
		},
		{
			name: "400 whatever the parameters", guide: reply(400, `{"reason":"no model public"}`), reference: ok,
			first:  []string{"/models/public?" + full, "/models/public?pageSize=500", "/models/public?limit=500", "/models?limit=500&pageSize=500&privacy=public"},
			second: []string{"/models?limit=500&pageSize=500&privacy=public"},
		},
		{
			name: "neither", guide: reply(404, ""), reference: reply(404, ""),
			first:  []string{"/models/public?" + full, "/models?limit=500&pageSize=500&privacy=public"},
			second: []string{"/models/public?" + full, "/models?limit=500&pageSize=500&privacy=public"},
			kind:   KindNotFound, text: "is the base URL right",
		},
		{
			name: "the second refuses", guide: reply(404, ""), reference: reply(401, `{"reason":"bad key"}`),
			first:  []string{"/models/public?" + full, "/models?limit=500&pageSize=500&privacy=public"},
			second: []string{"/models/public?" + full, "/models?limit=500&pageSize=500&privacy=public"},
			kind:   KindUnauthorized, text: "bad key; /models/public answered 404",
		},
		{
			name: "a refused key says nothing about the route", guide: reply(401, ""), reference: ok,
			first: []string{"/models/public?" + full}, second: []string{"/models/public?" + full},
			kind: KindUnauthorized, text: "key refused",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
				if r.URL.Path == "/models/public" {
					test.guide(w)
				} else {
					test.reference(w)
				}
			})
			c := s.client(t)
			for _, want := range [][]string{test.first, test.second} {
				before := len(s.requests())
				got, _, err := collect(t.Context(), c, Public)
				if kindOf(err) != test.kind || err != nil && !strings.Contains(err.Error(), test.text) {
					t.Errorf("error %v, want %s with %q", err, test.kind, test.text)
				}
				if err == nil && len(got) != 1 {
					t.Errorf("models %q, want one", got)
				}
				asked := s.requests()[before:]
				if err == nil {
					asked = asked[:len(asked)-1] // by offset, after the first page
				}
				if diff := cmp.Diff(want, asked); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestRefusedParametersAreRemembered(t *testing.T) {
	tests := []struct {
		refused string
		want    []string
	}{
		{"limit", []string{
			"/models?limit=500&pageSize=500",
			"/models?pageSize=500",
			"/models?pageSize=500&paginationToken=t",
			"/models?pageSize=500",
			"/models?pageSize=500&paginationToken=t",
		}},
		{"pageSize", []string{
			"/models?limit=500&pageSize=500",
			"/models?pageSize=500",
			"/models?limit=500",
			"/models?limit=500&paginationToken=t",
			"/models?limit=500",
			"/models?limit=500&paginationToken=t",
		}},
	}
	for _, test := range tests {
		t.Run(test.refused, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
				switch {
				case r.URL.Query().Has(test.refused):
					w.WriteHeader(http.StatusBadRequest)
				case r.URL.Query().Get("paginationToken") == "":
					fmt.Fprint(w, pageJSON("t", "model_0"))
				default:
					fmt.Fprint(w, pageJSON("", "model_1"))
				}
			})
			c := s.client(t)
			for range 2 {
				if got, _, err := collect(t.Context(), c, Private); err != nil || len(got) != 2 {
					t.Fatalf("models %q, error %v", got, err)
				}
			}
			if diff := cmp.Diff(test.want, s.requests()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

func kindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return ""
}
