package scenario

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A list without tokens may be whole, or one that is paged by offset alone. A
// walk finds all of it, whatever the size of its pages. The request past the first
// page does no harm where that page was all.
func TestListsWithoutTokens(t *testing.T) {
	refuse := func(w http.ResponseWriter) { http.Error(w, `{"reason":"unknown parameter"}`, http.StatusBadRequest) }
	for _, size := range []int{1, 4, 10, 20, 25, 30, 50, 80, 99, 100, 150, 200, 250, 500} {
		t.Run(fmt.Sprint("pages of ", size), func(t *testing.T) {
			t.Parallel()
			for _, models := range []int{1, size, size + 1, 2 * size, 3*size - 1} {
				s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
					offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
					fmt.Fprint(w, pageJSON("", sampleIDs(min(offset, models), min(offset+size, models))...))
				})
				got, _, err := collect(t.Context(), s.client(t), Private)
				if diff := cmp.Diff(sampleIDs(0, models), got); diff != "" || err != nil {
					t.Errorf("%d models, error %v (-want +got):\n%s", models, err, diff)
				}
			}
		})
		for name, beyond := range map[string]func(http.ResponseWriter){
			"refused":   refuse,
			"not found": func(w http.ResponseWriter) { http.Error(w, `{"reason":"no such page"}`, http.StatusNotFound) },
			"ignored":   func(w http.ResponseWriter) { fmt.Fprint(w, pageJSON("", sampleIDs(0, size)...)) },
			"nothing":   func(w http.ResponseWriter) { fmt.Fprint(w, pageJSON("")) },
		} {
			t.Run(fmt.Sprintf("all of %d at once, an offset is %s", size, name), func(t *testing.T) {
				t.Parallel()
				s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
					if r.URL.Query().Has("offset") {
						beyond(w)
						return
					}
					fmt.Fprint(w, pageJSON("", sampleIDs(0, size)...))
				})
				got, _, err := collect(t.Context(), s.client(t), Private)
				if diff := cmp.Diff(sampleIDs(0, size), got); diff != "" || err != nil {
					t.Errorf("error %v (-want +got):\n%s", err, diff)
				}
				want := []string{"/models?limit=500&pageSize=500", fmt.Sprintf("/models?limit=500&offset=%d&pageSize=500", size)}
				if diff := cmp.Diff(want, s.requests()); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// A list is marked where the service itself does not say that it ends. What came
// is kept, and an error says that there may be more.
func TestWalksThatEndEarly(t *testing.T) {
	const badRequest = "" // an answer with status 400
	byToken := func(pages map[string]string) func(url.Values) string {
		return func(q url.Values) string {
			if q.Has("offset") {
				return pages[""] // it is not heeded
			}
			return pages[q.Get("paginationToken")]
		}
	}
	fresh := 0
	tests := []struct {
		name   string
		answer func(url.Values) string
		want   int    // models
		broken int    // rows that cannot be read
		kind   Kind   // "" means that the list is whole
		reason string // part of the error
	}{
		{
			name: "empty pages with fresh tokens",
			answer: byToken(map[string]string{
				"": pageJSON("t1", sampleIDs(0, 3)...), "t1": pageJSON("t2"), "t2": pageJSON("t3"), "t3": pageJSON("t4"), "t4": pageJSON("t5"),
				"t5": pageJSON("", "model_never-seen"),
			}),
			want: 3, kind: KindBadAnswer, reason: "4 pages in a row",
		},
		{
			name:   "nothing but empty pages with fresh tokens",
			answer: func(url.Values) string { fresh++; return pageJSON(fmt.Sprint("t", fresh)) },
			want:   0, kind: KindBadAnswer, reason: "4 pages in a row",
		},
		{
			name:   "pages seen already with fresh tokens",
			answer: func(url.Values) string { fresh++; return pageJSON(fmt.Sprint("t", fresh), sampleIDs(0, 3)...) },
			want:   3, kind: KindBadAnswer, reason: "lead back",
		},
		{
			name:   "the first page and its token for ever",
			answer: func(url.Values) string { return pageJSON("t", sampleIDs(0, 3)...) },
			want:   3, kind: KindBadAnswer, reason: "lead back",
		},
		{
			name: "tokens that lead in circles, an offset refused",
			answer: func(q url.Values) string {
				if q.Has("offset") {
					return badRequest
				}
				return pageJSON("t", sampleIDs(0, 3)...)
			},
			want: 3, kind: KindBadAnswer, reason: "lead back",
		},
		{
			name: "an offset that worked and is then refused",
			answer: func(q url.Values) string {
				if offset, _ := strconv.Atoi(q.Get("offset")); offset < 6 {
					return pageJSON("", sampleIDs(offset, offset+3)...)
				}
				return badRequest
			},
			want: 6, kind: KindRejected, reason: "no more",
		},
		{
			name: "an offset that worked and then leads back",
			answer: func(q url.Values) string {
				offset, _ := strconv.Atoi(q.Get("offset"))
				offset = min(offset, 3)
				return pageJSON("", sampleIDs(offset, offset+3)...)
			},
			want: 6, kind: KindBadAnswer, reason: "lead back",
		},
		{
			name: "a last page of rows that came before",
			answer: func(q url.Values) string {
				switch q.Get("offset") {
				case "":
					return pageJSON("", sampleIDs(0, 3)...)
				case "3":
					return pageJSON("", sampleIDs(2, 5)...)
				case "5":
					return pageJSON("", sampleIDs(4, 5)...)
				}
				return pageJSON("")
			},
			want: 5,
		},
		{
			name: "a page that has a row twice, where an offset works",
			answer: func(q url.Values) string {
				if offset, _ := strconv.Atoi(q.Get("offset")); offset < 5 {
					return pageJSON("t", append(sampleIDs(0, 3), sampleIDs(1, 3)...)[offset:]...)
				}
				return pageJSON("")
			},
			want: 3,
		},
		{
			name: "a token that leads back, and rows that came before behind the first page",
			answer: func(q url.Values) string {
				switch q.Get("offset") {
				case "":
					return pageJSON("t", sampleIDs(0, 3)...)
				case "3":
					return pageJSON("t", sampleIDs(2, 3)...)
				case "4":
					return pageJSON("t", sampleIDs(3, 5)...)
				}
				return pageJSON("")
			},
			want: 5,
		},
		{
			name: "rows that came before, and then one that cannot be read",
			answer: func(q url.Values) string {
				var rows []string
				for _, n := range []int{0, 1, 2, 3, 0, 1, 4, 5, -1, 6} {
					rows = append(rows, fmt.Sprintf(`{"id":"model_%d"}`, n))
				}
				rows[8] = "null"
				offset, _ := strconv.Atoi(q.Get("offset"))
				offset = min(offset, len(rows))
				return `{"models":[` + strings.Join(rows[offset:min(offset+4, len(rows))], ",") + `]}`
			},
			want: 7, broken: 1,
		},
		{
			name:   "a page that has a row twice, where offsets are ignored",
			answer: func(url.Values) string { return pageJSON("", "model_0", "model_0", "model_1", "model_2") },
			want:   3,
		},
		{
			name: "rows that came before, a whole page of them",
			answer: func(q url.Values) string {
				switch q.Get("offset") {
				case "":
					return pageJSON("", sampleIDs(0, 3)...)
				case "3":
					return pageJSON("", sampleIDs(3, 6)...)
				case "6":
					return pageJSON("", sampleIDs(0, 3)...)
				case "9":
					return pageJSON("", sampleIDs(6, 8)...)
				}
				return pageJSON("")
			},
			want: 8,
		},
		{
			name: "rows that came before beside rows that cannot be read",
			answer: byToken(map[string]string{
				"": pageJSON("t1", sampleIDs(0, 3)...), "t1": `{"models":[{"id":"model_2"},null],"nextPaginationToken":"t2"}`,
				"t2": pageJSON("", sampleIDs(3, 4)...),
			}),
			want: 4, broken: 1,
		},
		{
			name: "rows that cannot be read on a page that comes again",
			answer: func(url.Values) string {
				return `{"models":[{"id":"model_0"},null],"nextPaginationToken":"t"}`
			},
			want: 1, broken: 1, kind: KindBadAnswer, reason: "lead back",
		},
		{
			name:   "a token that is a number",
			answer: func(url.Values) string { return `{"models":[{"id":"model_0"}],"nextPaginationToken":7}` },
			want:   1, kind: KindBadAnswer, reason: "no text",
		},
		{
			name:   "a token that is an object",
			answer: func(url.Values) string { return `{"models":[{"id":"model_0"}],"nextPaginationToken":{"offset":1}}` },
			want:   1, kind: KindBadAnswer, reason: "no text",
		},
		{
			name:   "a token that is an object, and no models",
			answer: func(url.Values) string { return `{"models":[],"nextPaginationToken":{}}` },
			want:   0, kind: KindBadAnswer, reason: "no text",
		},
		{
			name: "a token that is a number on a later page",
			answer: byToken(map[string]string{
				"": pageJSON("t1", sampleIDs(0, 1)...), "t1": `{"models":[{"id":"model_1"}],"nextPaginationToken":[]}`,
			}),
			want: 2, kind: KindBadAnswer, reason: "no text",
		},
		{
			name: "a token that is a number, where an offset works",
			answer: func(q url.Values) string {
				offset, _ := strconv.Atoi(q.Get("offset"))
				return strings.TrimSuffix(pageJSON("", sampleIDs(min(offset, 5), min(offset+2, 5))...), "}") + `,"nextPaginationToken":7}`
			},
			want: 5,
		},
		{
			name: "rows that cannot be read, a whole page of them",
			answer: func(q url.Values) string {
				switch q.Get("offset") {
				case "":
					return pageJSON("", sampleIDs(0, 2)...)
				case "2":
					return `{"models":[null,null]}`
				case "4":
					return pageJSON("", sampleIDs(2, 4)...)
				}
				return pageJSON("")
			},
			want: 4, broken: 2,
		},
		{
			name:   "rows that cannot be read and nothing else, again and again",
			answer: func(url.Values) string { return `{"models":[null,null]}` },
			want:   0, broken: 8, kind: KindBadAnswer, reason: "4 pages in a row",
		},
		{
			name: "one token for the whole walk, as for a cursor at the service",
			answer: func(q url.Values) string {
				fresh++
				if !q.Has("paginationToken") {
					fresh = 0
				}
				if fresh == 3 {
					return pageJSON("")
				}
				return pageJSON("cursor", sampleIDs(2*fresh, 2*fresh+2)...)
			},
			want: 6,
		},
		{
			name: "an empty page whose token leads to itself",
			answer: byToken(map[string]string{
				"": pageJSON("t1", sampleIDs(0, 3)...), "t1": pageJSON("t1"),
			}),
			want: 3,
		},
		{
			name:   "a null token",
			answer: byToken(map[string]string{"": `{"models":[{"id":"model_0"}],"nextPaginationToken":null}`}),
			want:   1,
		},
		{
			name:   "a token that is false",
			answer: byToken(map[string]string{"": `{"models":[{"id":"model_0"}],"nextPaginationToken":false}`}),
			want:   1,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
				body := test.answer(r.URL.Query())
				if body == badRequest {
					http.Error(w, `{"reason":"no more"}`, http.StatusBadRequest)
					return
				}
				fmt.Fprint(w, body)
			})
			var got []string
			var broken int
			var err error
			for page, e := range s.client(t).Pages(t.Context(), Private) {
				for _, m := range page.Models {
					got = append(got, m.ID)
				}
				broken += page.Broken
				err = e
			}
			if diff := cmp.Diff(sampleIDs(0, test.want), got); diff != "" {
				t.Errorf("models (-want +got):\n%s", diff)
			}
			if broken != test.broken {
				t.Errorf("%d rows that cannot be read, want %d", broken, test.broken)
			}
			if kindOf(err) != test.kind || err != nil && !strings.Contains(err.Error(), test.reason) {
				t.Errorf("error %v, want %q with %q", err, test.kind, test.reason)
			}
			if n := len(s.requests()); n > 8 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// A service that knows offsets alone may cut its first page short, and begin
// again when it is given a token. Rows that come twice must not move the offset.
func TestWalkOffsetCountsNoRowTwice(t *testing.T) {
	const all = 250
	asked := 0
	c := over(t, func(r *http.Request) (*http.Response, error) {
		asked++
		from, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		to, token := min(from+100, all), `,"nextPaginationToken":"t"`
		switch {
		case asked == 1:
			to = 10
		case to == all:
			token = ""
		}
		var rows []string
		for i := from; i < to; i++ {
			rows = append(rows, fmt.Sprintf(`{"id":"model_%d"}`, i))
		}
		body := `{"models":[` + strings.Join(rows, ",") + `]` + token + `}`
		return &http.Response{StatusCode: 200, Header: http.Header{}, Request: r, Body: io.NopCloser(strings.NewReader(body))}, nil
	})
	seen := map[string]bool{}
	for page, err := range c.Pages(t.Context(), Private) {
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Models {
			seen[m.ID] = true
		}
	}
	if len(seen) != all {
		t.Errorf("%d models, want %d", len(seen), all)
	}
}
