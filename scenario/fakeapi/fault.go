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

// Fault is something that goes wrong with a request. The zero value of each
// parameter is a sensible default for the kind.
type Fault struct {
	On   int       // the nth request it could spoil, from 1; 0 is every one
	Kind FaultKind // what goes wrong

	// Path is which requests it could spoil: a pattern of [path.Match] for the
	// path after /v1, such as "/models/public", "/models/*" or
	// "/search/models". "" is both list routes.
	Path string

	Status     int           // FaultStatus (500), FaultHTML (502), FaultRedirect (302), FaultWrongKey (401)
	RetryAfter string        // FaultStatus, FaultHTML: the Retry-After header as it stands; "" sends none
	Body       string        // FaultStatus, FaultHTML, FaultMalformed, FaultWrongShape: in place of their own
	Target     string        // FaultRedirect: the Location; "" is a host that does not exist
	Size       int           // FaultGzipBomb, FaultBigBody: MB; FaultRepeatedRows, FaultShortPages: rows
	Chunked    bool          // FaultCut: do not declare the length
	Delay      time.Duration // FaultSlow: between two bytes (100 ms); others: before the answer
}

// FaultKind is the kind of a [Fault]. Its text is what the serve command takes.
type FaultKind string

// Faults in place of an answer.
const (
	FaultStatus      FaultKind = "status"       // any Status, with a JSON reason
	FaultPlanRefusal FaultKind = "plan-refusal" // 403 ModelAccessRestrictedError
	FaultWrongKey    FaultKind = "wrong-key"    // 401 or 403, whatever the credentials
	FaultHTML        FaultKind = "html"         // an error page, as from a proxy
	FaultHang        FaultKind = "hang"         // nothing, until the client leaves or the server closes
	FaultReset       FaultKind = "reset"        // the connection is reset
	FaultMalformed   FaultKind = "malformed"    // 200, not JSON after the first row
	FaultWrongShape  FaultKind = "wrong-shape"  // 200, JSON that is no list: {"models":null}, or Body
	FaultGzipBomb    FaultKind = "gzip-bomb"    // 1000 MB of white space (or Size) from a thousandth of it, whatever the client accepts
	FaultBigBody     FaultKind = "big-body"     // 200 MB of fields (or Size), not compressed
	FaultRedirect    FaultKind = "redirect"     // 302 to Target
)

// Faults on the way of an answer that is right.
const (
	FaultCut       FaultKind = "cut"       // the connection ends in the middle of the body
	FaultTruncated FaultKind = "truncated" // half the JSON, in an answer that looks whole
	FaultSlow      FaultKind = "slow"      // byte by byte, Delay apart
)

// Faults in the page of a list. Those that speak of every page want On 0.
const (
	FaultEndlessRepeat FaultKind = "endless-repeat" // every page has a fresh token; rows start over after the last
	FaultEndlessInvent FaultKind = "endless-invent" // the same, with ids never seen before: model_endless-…
	FaultConstantPage  FaultKind = "constant-page"  // the first page and its token, whatever is asked
	FaultRepeatedRows  FaultKind = "repeated-rows"  // a page's token leads 3 rows (or Size) back, as when the order moves; none is lost
	FaultEmptyPage     FaultKind = "empty-page"     // no rows, and a fresh token that leads on
	FaultShortPages    FaultKind = "short-pages"    // fewer rows than asked (Size, or any number), and a token
	FaultHostileText   FaultKind = "hostile-text"   // terminal escapes, bidi and zero-width marks, markup and orders to the reader, in names, descriptions and tags

	// FaultBadRows adds rows to the page: three that are no models (null, a
	// string, a numeric id) and three with one thing wrong, whose ids are
	// model_odd-tags (tags and capabilities are strings), model_odd-noname (no
	// name, null lists) and model_odd-types (wrong types everywhere else).
	FaultBadRows FaultKind = "bad-rows"
)

// FaultKinds returns every kind.
func FaultKinds() []FaultKind {
	return []FaultKind{
		FaultStatus, FaultPlanRefusal, FaultWrongKey, FaultHTML, FaultHang, FaultReset, FaultMalformed, FaultWrongShape,
		FaultGzipBomb, FaultBigBody, FaultRedirect,
		FaultCut, FaultTruncated, FaultSlow,
		FaultEndlessRepeat, FaultEndlessInvent, FaultConstantPage, FaultRepeatedRows, FaultEmptyPage, FaultShortPages,
		FaultHostileText, FaultBadRows,
	}
}

// ParseFault reads a fault as the serve command takes it: the kind, the
// request after an @ (none is every one), and parameters after commas, named as
// the fields of [Fault] in lower case:
//
//	status@2,status=429,retryafter=3
//	short-pages
//	cut@1,chunked=true
//
// The body, if any, comes last, because it may hold commas.
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
		if !strings.HasPrefix(params, "body=") {
			param, params, _ = strings.Cut(params, ",")
		} else {
			params = ""
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

func (f *Fault) aimsAt(r *http.Request) bool {
	if f.Path == "" {
		return isList(r)
	}
	ok, err := path.Match(f.Path, strings.TrimPrefix(r.URL.Path, "/v1"))
	return ok && err == nil
}

func (f *Fault) size(otherwise int) int {
	if f.Size > 0 {
		return f.Size
	}
	return otherwise
}
