package fakeapi

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFaultAnswers(t *testing.T) {
	for _, tt := range []struct {
		fault  Fault
		status int
		header http.Header // those that must be there
		body   string
	}{
		{Fault{Kind: FaultStatus}, 500, nil, `{"reason":"Sample fault: Internal Server Error"}`},
		{Fault{Kind: FaultStatus, Status: 429, RetryAfter: "Wed, 21 Oct 2026 07:28:00 GMT"}, 429,
			http.Header{"Retry-After": {"Wed, 21 Oct 2026 07:28:00 GMT"}}, `{"reason":"Sample fault: Too Many Requests"}`},
		{Fault{Kind: FaultStatus, Status: 503, Body: `{"message":"busy"}`}, 503, nil, `{"message":"busy"}`},
		{Fault{Kind: FaultPlanRefusal}, 403, nil,
			`{"details":{"currentPlan":"free","requiredPlan":"pro"},"name":"ModelAccessRestrictedError","reason":"You are not allowed to use this model with your plan"}`},
		{Fault{Kind: FaultWrongKey}, 401, nil, `{"reason":"Invalid API key or secret"}`},
		{Fault{Kind: FaultWrongKey, Status: 403}, 403, nil, `{"reason":"Invalid API key or secret"}`},
		{Fault{Kind: FaultHTML, Body: "<p>down"}, 502, http.Header{"Content-Type": {"text/html; charset=utf-8"}}, "<p>down"},
		{Fault{Kind: FaultHTML, Status: 504, Body: ""}, 504, nil,
			"<!DOCTYPE html>\n<html><head><title>504 Gateway Timeout</title></head>\n<body><center><h1>504 Gateway Timeout</h1></center><hr><center>sample-proxy</center></body></html>\n"},
		{Fault{Kind: FaultWrongShape}, 200, nil, `{"models":null}`},
		{Fault{Kind: FaultWrongShape, Body: `[]`}, 200, nil, `[]`},
		{Fault{Kind: FaultRedirect, Target: "http://127.0.0.1:9/v1/models"}, 302, http.Header{"Location": {"http://127.0.0.1:9/v1/models"}}, ""},
		{Fault{Kind: FaultRedirect, Status: 307}, 307, http.Header{"Location": {"https://elsewhere.invalid/v1/models"}}, ""},
		{Fault{Kind: FaultTruncated}, 200, nil, `{"models":[{"id":"mo`},
		{Fault{Kind: FaultSlow, Delay: time.Microsecond}, 200, nil, `{"models":[{"id":"model_0","x":1}]}`},
		{Fault{Kind: FaultEmptyPage, Delay: time.Microsecond, Path: "/models/*"}, 200, nil, `{"models":[{"id":"model_0","x":1}]}`}, // aimed elsewhere
	} {
		t.Run(fmt.Sprintf("%s %d", tt.fault.Kind, tt.status), func(t *testing.T) {
			_, base := start(t, Options{Private: []Row{{"id": "model_0", "x": 1}}, Faults: []Fault{tt.fault}})
			a := get(t, base+"/models")
			if tt.fault.Kind == FaultTruncated {
				tt.body = `{"models":[{"id":"model_0","x":1}]}`[:17]
			}
			if a.status != tt.status || string(a.body) != tt.body || a.err != nil {
				t.Errorf("got %d %s (%v)\nwant %d %s", a.status, a.body, a.err, tt.status, tt.body)
			}
			for k := range tt.header {
				if a.header.Get(k) != tt.header.Get(k) {
					t.Errorf("%s: %q", k, a.header.Get(k))
				}
			}
		})
	}
}

func TestFaultMalformed(t *testing.T) {
	_, base := start(t, Options{Faults: []Fault{{Kind: FaultMalformed}}})
	if a := get(t, base+"/models"); a.status != 200 || json.Valid(a.body) {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestFaultOrder(t *testing.T) {
	_, base := start(t, Options{Public: numbered(1), Faults: []Fault{
		{On: 2, Kind: FaultStatus, Status: 503},
		{On: 1, Kind: FaultStatus, Status: 404, Path: "/models/model_0"},
		{On: 4, Kind: FaultStatus, Status: 429},
		{On: 4, Kind: FaultStatus, Status: 500},
	}})
	var got []int
	for _, path := range []string{"/models", "/models/model_0", "/models/public", "/models/model_0", "/models", "/models/public", "/models"} {
		got = append(got, get(t, base+path).status)
	}
	if diff := cmp.Diff([]int{200, 404, 503, 200, 200, 429, 200}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFaultReset(t *testing.T) {
	_, base := start(t, Options{Faults: []Fault{{Kind: FaultReset}}})
	if _, err := send(t, request(t, http.MethodGet, base+"/models", "")); !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.Errno(10054)) { // the second on Windows
		t.Errorf("got %v, want a reset", err)
	}
}

func TestFaultCut(t *testing.T) {
	for _, chunked := range []bool{false, true} {
		for _, encoding := range []string{"identity", "gzip"} {
			_, base := start(t, Options{Private: numbered(50), Faults: []Fault{{Kind: FaultCut, Chunked: chunked}}})
			r := request(t, http.MethodGet, base+"/models", "")
			r.Header.Set("Accept-Encoding", encoding)
			a, err := send(t, r)
			if err != nil {
				t.Fatal(err)
			}
			if !errors.Is(a.err, io.ErrUnexpectedEOF) || len(a.body) == 0 {
				t.Errorf("chunked %t, %s: read %d bytes, then %v", chunked, encoding, len(a.body), a.err)
			}
			if declared := a.header.Get("Content-Length") != ""; declared == chunked {
				t.Errorf("chunked %t: headers %v", chunked, a.header)
			}
			if encoding == "identity" && !strings.HasPrefix(string(a.body), `{"models":[{"id":"model_0"`) {
				t.Errorf("read %s", a.body)
			}
		}
	}
}

func TestFaultSurplus(t *testing.T) {
	_, base := start(t, Options{Private: numbered(5), Faults: []Fault{{Kind: FaultSurplus}}})
	conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(base, "http://"), "/v1"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := request(t, http.MethodGet, base+"/models", "").Write(conn); err != nil {
		t.Fatal(err)
	}
	all := bufio.NewReader(conn)
	resp, err := http.ReadResponse(all, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || int64(len(body)) != resp.ContentLength || !json.Valid(body) {
		t.Errorf("%v, %d bytes of %d: %s", err, len(body), resp.ContentLength, body)
	}
	if more, err := io.ReadAll(all); err != nil || string(more) != "HTTP/1.1 200 OK\r\n" {
		t.Errorf("then %q, %v", more, err)
	}
}

func TestFaultHang(t *testing.T) {
	s, base := start(t, Options{Faults: []Fault{{Kind: FaultHang}}})
	failed := make(chan error)
	r := request(t, http.MethodGet, base+"/models", "")
	go func() {
		_, err := send(t, r)
		failed <- err
	}()
	for len(s.Requests()) == 0 { // not arrived yet
		runtime.Gosched()
	}
	select {
	case err := <-failed:
		t.Fatalf("answered before Close: %v", err)
	default:
	}
	s.Close()
	if err := <-failed; err == nil {
		t.Error("the hang ended as an answer")
	}
}

func TestFaultHangAsHandler(t *testing.T) {
	s := New(Options{Faults: []Fault{{Kind: FaultHang}}})
	s.Close()
	defer func() {
		if r := recover(); r != http.ErrAbortHandler {
			t.Errorf("recovered %v", r)
		}
	}()
	s.ServeHTTP(nil, request(t, http.MethodGet, "http://sample.invalid/v1/models", "")) // returns, for the server is closed
}

func TestFaultGzipBomb(t *testing.T) {
	_, base := start(t, Options{Faults: []Fault{{Kind: FaultGzipBomb, Size: 20}}})
	a := get(t, base+"/models") // the transport inflates and checks the sum
	if a.err != nil {
		t.Fatal(a.err)
	}
	if len(a.body) != 20_000_000+len(`{"models":[]}`) || strings.ReplaceAll(string(a.body), " ", "") != `{"models":[]}` {
		t.Errorf("%d bytes: %.20q", len(a.body), a.body)
	}
	r := request(t, http.MethodGet, base+"/models", "")
	r.Header.Set("Accept-Encoding", "identity")
	raw, err := send(t, r)
	if err != nil {
		t.Fatal(err)
	}
	if len(raw.body) > 30_000 {
		t.Errorf("%d bytes on the wire for 20 MB", len(raw.body))
	}
}

func TestFaultBigBody(t *testing.T) {
	_, base := start(t, Options{Faults: []Fault{{Kind: FaultBigBody, Size: 3}}})
	a := get(t, base+"/models")
	if len(a.body) < 3_000_000 || len(a.body) > 3_001_000 || !json.Valid(a.body) {
		t.Errorf("%d bytes, valid %t", len(a.body), json.Valid(a.body))
	}
}

// walk follows tokens (or offsets in guide mode) for at most so many pages.
func walk(t *testing.T, base string, mode Mode, size, pages int) (got [][]string, tokens []string) {
	t.Helper()
	offset, tok := 0, ""
	for range pages {
		u := fmt.Sprintf("%s/models?pageSize=%d&paginationToken=%s", base, size, url.QueryEscape(tok))
		if mode == Guide {
			u = fmt.Sprintf("%s/models?limit=%d&offset=%d", base, size, offset)
		}
		p := decode[pageAnswer](t, get(t, u))
		got = append(got, ids(p))
		offset += len(p.Models)
		tok = p.NextPaginationToken
		tokens = append(tokens, tok)
		if tok == "" {
			break
		}
	}
	return got, tokens
}

func TestFaultPages(t *testing.T) {
	for _, tt := range []struct {
		mode  Mode
		fault Fault
		pages int
		want  string // numbers of the models, pages apart by |
		fresh bool   // no token comes twice
	}{
		{Real, Fault{Kind: FaultEndlessRepeat}, 5, "0 1 2 3|4 5 6 7|8 9|0 1 2 3|4 5 6 7", true},
		{Guide, Fault{Kind: FaultEndlessRepeat}, 4, "0 1 2 3|4 5 6 7|8 9|0 1 2 3", true},
		{Real, Fault{Kind: FaultEndlessInvent}, 4, "e0 e1 e2 e3|e4 e5 e6 e7|e8 e9|e10 e11 e12 e13", true},
		{Real, Fault{Kind: FaultConstantPage}, 3, "0 1 2 3|0 1 2 3|0 1 2 3", false},
		{Real, Fault{Kind: FaultRepeatedRows, Size: 2}, 9, "0 1 2 3|2 3 4 5|4 5 6 7|6 7 8 9", true},
		{Guide, Fault{Kind: FaultRepeatedRows, Size: 1}, 9, "0 1 2 3|3 4 5 6|6 7 8 9", true},
		{Real, Fault{Kind: FaultRepeatedRows}, 9, "0 1 2 3|1 2 3 4|2 3 4 5|3 4 5 6|4 5 6 7|5 6 7 8|6 7 8 9", true},
		{Real, Fault{On: 2, Kind: FaultEmptyPage}, 9, "0 1 2 3||4 5 6 7|8 9", true},
		{Real, Fault{Kind: FaultShortPages, Size: 3}, 9, "0 1 2|3 4 5|6 7 8|9", true},
		{Guide, Fault{Kind: FaultShortPages, Size: 3}, 9, "0 1 2|3 4 5|6 7 8|9", true},
	} {
		t.Run(fmt.Sprintf("%s %s %d", tt.mode, tt.fault.Kind, tt.fault.Size), func(t *testing.T) {
			_, base := start(t, Options{Mode: tt.mode, Private: numbered(10), Faults: []Fault{tt.fault}})
			pages, tokens := walk(t, base, tt.mode, 4, tt.pages)
			var got []string
			short := strings.NewReplacer("model_endless-00000", "e", "model_endless-0000", "e", "model_", "")
			for _, p := range pages {
				got = append(got, short.Replace(strings.Join(p, " ")))
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "|")); diff != "" {
				t.Error(diff)
			}
			seen := map[string]bool{}
			for _, tok := range tokens {
				if seen[tok] == tt.fresh && len(seen) > 0 {
					t.Errorf("tokens %v", tokens)
				}
				seen[tok] = true
			}
		})
	}
}

func TestFaultShortPagesOfAnySize(t *testing.T) {
	_, base := start(t, Options{Private: numbered(300), Faults: []Fault{{Kind: FaultShortPages}}})
	pages, _ := walk(t, base, Real, 50, 400)
	sizes := map[int]bool{}
	var all []string
	for _, p := range pages {
		sizes[len(p)] = true
		all = append(all, p...)
	}
	if diff := cmp.Diff(numberedIDs(0, 300), all); diff != "" || len(sizes) < 3 {
		t.Errorf("sizes %v, %s", sizes, diff)
	}
}

func TestFaultRowText(t *testing.T) {
	_, base := start(t, Options{Private: append(numbered(12), nil), Faults: []Fault{{Kind: FaultHostileText}}})
	a := get(t, base+"/models")
	p := decode[pageAnswer](t, a)
	if diff := cmp.Diff(append(numberedIDs(0, 12), ""), ids(p)); diff != "" {
		t.Error(diff)
	}
	var all strings.Builder
	for _, m := range p.Models {
		all.WriteString(m.Name + strings.Join(m.Tags, ""))
	}
	for _, want := range []string{"\x1b[31m", "\u202e", "\u200b", "\x00", "Ignore all previous", "<script>", "Model 3"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no %q in names and tags", want)
		}
	}
}

func TestFaultBadRows(t *testing.T) {
	_, base := start(t, Options{Private: numbered(4), Faults: []Fault{{On: 1, Kind: FaultBadRows}}})
	p := decode[struct{ Models []any }](t, get(t, base+"/models"))
	var got []any
	for _, m := range p.Models {
		if m, ok := m.(map[string]any); ok {
			got = append(got, m["id"])
			continue
		}
		got = append(got, m)
	}
	want := []any{"not a row", "model_0", "model_1", nil, 42.0, "model_odd-tags", "model_odd-noname", "model_odd-types", "model_2", "model_3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseFault(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Fault
		err  string
	}{
		{in: "hang", want: Fault{Kind: FaultHang}},
		{in: "status@2,status=429,retryafter=3", want: Fault{On: 2, Kind: FaultStatus, Status: 429, RetryAfter: "3"}},
		{in: "cut@1,chunked=true,path=/models/*", want: Fault{On: 1, Kind: FaultCut, Chunked: true, Path: "/models/*"}},
		{in: "slow,delay=5ms", want: Fault{Kind: FaultSlow, Delay: 5 * time.Millisecond}},
		{in: `wrong-shape,size=1,body={"models":{},"x":1}`, want: Fault{Kind: FaultWrongShape, Size: 1, Body: `{"models":{},"x":1}`}},
		{in: "redirect,target=http://127.0.0.1:1/", want: Fault{Kind: FaultRedirect, Target: "http://127.0.0.1:1/"}},
		{in: "fire", err: `fakeapi: parse fault: no kind "fire"; kinds are`},
		{in: "hang@x", err: `fakeapi: parse fault: "x" is not the number of a request`},
		{in: "hang,size=big", err: "fakeapi: parse fault: size=big:"},
		{in: "hang,color=red", err: "fakeapi: parse fault: color=red: no such parameter"},
	} {
		got, err := ParseFault(tt.in)
		if tt.err != "" {
			if err == nil || !strings.HasPrefix(err.Error(), tt.err) {
				t.Errorf("%s: error %v, want %s…", tt.in, err, tt.err)
			}
			continue
		}
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", tt.in, err, diff)
		}
	}
}
