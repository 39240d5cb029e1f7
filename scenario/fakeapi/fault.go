package fakeapi

import (
	"flag"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is something that goes wrong with a request. The zero value of a
// parameter is the kind's default.
type Fault struct {
	On   int       // the nth request that Path aims at, from 1; 0 is every one
	Kind FaultKind // what goes wrong

	// Path aims at requests by a pattern of [path.Match] for the path after /v1,
	// such as "/models/*" or "/search/models". "" is both list routes.
	Path string

	Status     int           // FaultStatus (500), FaultHTML (502), FaultRedirect (302), FaultWrongKey (401)
	RetryAfter string        // FaultStatus, FaultHTML: the Retry-After header; "" sends none
	Body       string        // FaultStatus, FaultHTML, FaultMalformed, FaultWrongShape: replaces their own
	Target     string        // FaultRedirect: the Location; "" is a host that does not exist
	Size       int           // FaultGzipBomb, FaultBigBody: MB; FaultRepeatedRows, FaultShortPages: rows
	Chunked    bool          // FaultCut: send no Content-Length
	Delay      time.Duration // FaultSlow: between two bytes (100 ms); other kinds: before the answer
}

// FaultKind is the kind of a [Fault], by the name that the serve command takes.
type FaultKind string

// Faults that replace the answer.
const (
	FaultStatus      FaultKind = "status"       // any Status, with a JSON reason
	FaultPlanRefusal FaultKind = "plan-refusal" // 403 ModelAccessRestrictedError
	FaultWrongKey    FaultKind = "wrong-key"    // 401 or 403, whatever the credentials
	FaultHTML        FaultKind = "html"         // an error page, as from a proxy
	FaultHang        FaultKind = "hang"         // no answer until the client leaves or the server closes
	FaultReset       FaultKind = "reset"        // the connection is reset
	FaultMalformed   FaultKind = "malformed"    // 200, no JSON after the first row
	FaultWrongShape  FaultKind = "wrong-shape"  // 200, JSON that is no list: {"models":null}, or Body
	FaultGzipBomb    FaultKind = "gzip-bomb"    // 1000 MB of white space (or Size), always compressed to a thousandth
	FaultBigBody     FaultKind = "big-body"     // 200 MB of fields (or Size), never compressed
	FaultRedirect    FaultKind = "redirect"     // 302 to Target
)

// Faults in sending the right answer.
const (
	FaultCut       FaultKind = "cut"       // the connection ends in the middle of the body
	FaultTruncated FaultKind = "truncated" // half of the JSON, with its length as Content-Length
	FaultSlow      FaultKind = "slow"      // byte by byte, Delay apart
	FaultSurplus   FaultKind = "surplus"   // bytes beyond the Content-Length, then the connection ends
)

// Faults in the page of a list. Those of every page need On 0.
const (
	FaultEndlessRepeat FaultKind = "endless-repeat" // every page has a new token; after the last row comes the first
	FaultEndlessInvent FaultKind = "endless-invent" // the same, with new ids: model_endless-…
	FaultConstantPage  FaultKind = "constant-page"  // the first page and its token, whatever is asked
	FaultRepeatedRows  FaultKind = "repeated-rows"  // each page repeats the last 3 rows (or Size) of the one before
	FaultEmptyPage     FaultKind = "empty-page"     // no rows, and a new token that leads on
	FaultShortPages    FaultKind = "short-pages"    // fewer rows than asked (Size, or any number), and a token
	FaultHostileText   FaultKind = "hostile-text"   // escapes, bidi and zero-width marks, markup and orders, in names, descriptions, tags and facts

	// FaultBadRows adds six rows to the page. Three are no models: null, a string
	// and a numeric id. Three have wrong fields: model_odd-tags (tags and
	// capabilities are strings, terms a script), model_odd-noname (no name, null lists) and
	// model_odd-types (wrong types everywhere else).
	FaultBadRows FaultKind = "bad-rows"
)

// FaultKinds returns every kind.
func FaultKinds() []FaultKind {
	return []FaultKind{
		FaultStatus, FaultPlanRefusal, FaultWrongKey, FaultHTML, FaultHang, FaultReset, FaultMalformed, FaultWrongShape,
		FaultGzipBomb, FaultBigBody, FaultRedirect,
		FaultCut, FaultTruncated, FaultSlow, FaultSurplus,
		FaultEndlessRepeat, FaultEndlessInvent, FaultConstantPage, FaultRepeatedRows, FaultEmptyPage, FaultShortPages,
		FaultHostileText, FaultBadRows,
	}
}

// ParseFault reads a fault as the serve command takes it. The kind comes first,
// then On after an @, then parameters after commas. They are named as the fields
// of [Fault] in lower case:
//
//	status@2,status=429,retryafter=3
//	short-pages
//	cut@1,chunked=true
//
// A body comes last, because it may hold commas.
func ParseFault(s string) (Fault, error) {
	var f Fault
	head, params, _ := strings.Cut(s, ",")
	kind, on, counted := strings.Cut(head, "@")
	f.Kind = FaultKind(kind)
	if !slices.Contains(FaultKinds(), f.Kind) {
		return Fault{}, fmt.Errorf("fakeapi: parse fault: no kind %q; kinds are %v", kind, FaultKinds())
	}
	if counted {
		n, err := strconv.Atoi(on)
		if err != nil || n < 0 {
			return Fault{}, fmt.Errorf("fakeapi: parse fault: %q is not the number of a request", on)
		}
		f.On = n
	}
	fields := flag.NewFlagSet("", flag.ContinueOnError)
	fields.StringVar(&f.Path, "path", "", "")
	fields.IntVar(&f.Status, "status", 0, "")
	fields.StringVar(&f.RetryAfter, "retryafter", "", "")
	fields.StringVar(&f.Body, "body", "", "")
	fields.StringVar(&f.Target, "target", "", "")
	fields.IntVar(&f.Size, "size", 0, "")
	fields.BoolVar(&f.Chunked, "chunked", false, "")
	fields.DurationVar(&f.Delay, "delay", 0, "")
	for params != "" {
		param := params
		if strings.HasPrefix(params, "body=") {
			params = ""
		} else {
			param, params, _ = strings.Cut(params, ",")
		}
		name, value, _ := strings.Cut(param, "=")
		if fields.Lookup(name) == nil {
			return Fault{}, fmt.Errorf("fakeapi: parse fault: %s: no such parameter", param)
		}
		if err := fields.Set(name, value); err != nil {
			return Fault{}, fmt.Errorf("fakeapi: parse fault: %s: %w", param, err)
		}
	}
	return f, nil
}

// aimsAt reports whether a request counts for f.
func (f *Fault) aimsAt(r *http.Request) bool {
	if f.Path == "" {
		return isList(r)
	}
	ok, err := path.Match(f.Path, strings.TrimPrefix(r.URL.Path, "/v1"))
	return ok && err == nil
}

// size returns Size, or what stands for 0.
func (f *Fault) size(zero int) int {
	if f.Size > 0 {
		return f.Size
	}
	return zero
}
