package scenario

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// reader reads JSON and keeps the first error, so that its callers look like the
// shape they expect. Every method that reads a value consumes exactly one,
// whatever its type. A value of another type reads as zero.
type reader struct {
	dec      *jsontext.Decoder
	src      *source
	err      error
	consumed int    // values, in whole or opened
	shape    string // what is wrong with an answer that is good JSON
	unquote  []byte
	list     []string
	interned interner
	pages    interner // addresses; a word is cut where they are not
	made     int      // bytes of the words that interned did not have
	redact   func(string) string
	counts   bool // rows for which there is a performance
	measured int
}

func newReader(body io.Reader, maxBytes int64) *reader {
	src := &source{r: body, left: maxBytes}
	// Duplicate names and broken UTF-8 cost a field, not the page.
	src.dec = jsontext.NewDecoder(src, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return &reader{dec: src.dec, src: src, interned: make(interner), pages: make(interner), redact: func(text string) string { return text }}
}

func (r *reader) kind() jsontext.Kind {
	if r.err != nil {
		return 0
	}
	return r.dec.PeekKind()
}

func (r *reader) skip() {
	if r.err == nil {
		r.consumed++
		r.err = r.dec.SkipValue()
	}
}

// scalar reads the next value if it is of the given kind, and skips it if not.
// The result is raw JSON and good until the next call.
func (r *reader) scalar(kind jsontext.Kind) []byte {
	if r.kind() != kind {
		r.skip()
		return nil
	}
	r.consumed++
	v, err := r.dec.ReadValue()
	r.err = err
	return v
}

// string reads a string. The result is good until the next call.
func (r *reader) string() []byte {
	v := r.scalar('"')
	if len(v) < 2 {
		return nil
	}
	if bytes.IndexByte(v, '\\') < 0 {
		return v[1 : len(v)-1]
	}
	// The error is about broken UTF-8, which Clean removes.
	r.unquote, _ = jsontext.AppendUnquote(r.unquote[:0], v)
	return r.unquote
}

// fields opens an object and yields its names, good until the value is read.
// What the loop's body leaves of the values is skipped.
func (r *reader) fields() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if !r.open('{') {
			return
		}
		for r.kind() == '"' {
			name, before := r.string(), r.consumed
			if r.err == nil && !yield(name) {
				return
			}
			if r.consumed == before {
				r.skip()
			}
		}
		r.close()
	}
}

// elements opens an array and yields once before each element. What the loop's
// body leaves is skipped.
func (r *reader) elements() iter.Seq[struct{}] {
	return func(yield func(struct{}) bool) {
		if !r.open('[') {
			return
		}
		for k := r.kind(); k != ']' && k != 0; k = r.kind() {
			before := r.consumed
			if !yield(struct{}{}) {
				return
			}
			if r.consumed == before {
				r.skip()
			}
		}
		r.close()
	}
}

func (r *reader) open(kind jsontext.Kind) bool {
	if r.kind() != kind {
		r.skip()
		return false
	}
	r.consumed++
	_, r.err = r.dec.ReadToken()
	return r.err == nil
}

// close reads the end of an object or array, or the error that is there
// instead.
func (r *reader) close() {
	if r.err == nil {
		_, r.err = r.dec.ReadToken()
	}
}

func (r *reader) time() time.Time {
	text := string(r.string())
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// fail notes that the answer is JSON but not what was asked for.
func (r *reader) fail(shape string) {
	if r.shape == "" {
		r.shape = shape
	}
}

// end makes sure that the body ends where the JSON does, which also makes gzip
// check its sum. It returns what went wrong, if anything.
func (r *reader) end() *Error {
	if r.err == nil {
		switch _, err := r.dec.ReadToken(); {
		case err == nil:
			r.fail("the answer goes on after its JSON")
		case !errors.Is(err, io.EOF):
			r.err = err
		}
	}
	switch {
	case r.err == nil && r.shape == "":
		return nil
	case errors.Is(r.src.err, errTooLarge):
		return &Error{Kind: KindTooLarge, Reason: "the answer is larger than this program accepts"}
	case r.src.html:
		return &Error{Kind: KindBadAnswer, Reason: "the answer is an HTML page, not the API's"}
	case r.err == nil:
		return &Error{Kind: KindBadAnswer, Reason: r.shape}
	case errors.Is(r.src.err, io.ErrUnexpectedEOF),
		errors.Is(r.src.err, io.EOF) && (errors.Is(r.err, io.EOF) || errors.Is(r.err, io.ErrUnexpectedEOF)):
		return &Error{Kind: KindBadAnswer, Reason: "the answer broke off", brokeOff: true}
	case r.src.err == nil, errors.Is(r.src.err, io.EOF), corrupt(r.src.err):
		return &Error{Kind: KindBadAnswer, Reason: "the answer is not valid JSON"}
	default:
		return transportError(r.src.err)
	}
}

func (r *reader) bool() bool {
	yes := r.kind() == 't'
	r.skip()
	return yes
}

func (r *reader) number() *float64 {
	f, err := strconv.ParseFloat(string(r.scalar('0')), 64)
	if err != nil {
		return nil
	}
	return &f
}

// any reads a scalar or a list of them; an object reads as its JSON.
func (r *reader) any() any {
	switch r.kind() {
	case '"':
		return r.text(MaxText)
	case '0':
		if f := r.number(); f != nil {
			return *f
		}
		return nil
	case 't', 'f':
		return r.bool()
	case '[':
		var list []string
		for range r.elements() {
			if v, ok := r.literal(); ok && len(list) < maxDefaults {
				list = append(list, v)
			}
		}
		if len(list) > 0 {
			return list
		}
		return nil
	case '{':
		v := jsontext.Value(r.scalar('{')).Clone() // it is the decoder's
		if r.err != nil {
			return nil
		}
		if r.err = v.Compact(); r.err != nil {
			return nil
		}
		return r.clean(v, MaxText)
	}
	r.skip()
	return nil
}

// literal reads a string, number or boolean as text.
func (r *reader) literal() (string, bool) {
	switch r.kind() {
	case '"':
		return r.text(maxName), true
	case '0':
		return r.clean(r.scalar('0'), maxName), true
	case 't', 'f':
		return strconv.FormatBool(r.bool()), true
	}
	r.skip()
	return "", false
}
