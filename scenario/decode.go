package scenario

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"iter"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Bounds of what is kept of one model. Runes for texts, items for lists.
const (
	maxName         = 120
	maxDescription  = 400
	maxWord         = 60 // a tag, a capability, an enum's value
	maxTags         = 64
	maxCapabilities = 32
	maxRelated      = 16 // runs on, parts
	maxID           = 128
	maxURL          = 2048
	maxToken        = 8 << 10  // bytes of a pagination token
	maxScalar       = 1 << 20  // bytes of one JSON string or number, kept or skipped
	maxInterned     = 1 << 16  // distinct words of one walk
	maxKept         = 16 << 20 // bytes of one walk's models: some 10,000 like the service's
)

// rawPage is one answer of a list route, before anything is known of the
// pages around it.
type rawPage struct {
	models []Model
	rows   int
	broken int
	token  string
}

// decodePage reads a page in one pass. Models are appended to into, words are
// shared through words.
func decodePage(body io.Reader, maxBytes int64, into []Model, words interner) (rawPage, *Error) {
	r := newReader(body, maxBytes, words)
	p := rawPage{models: into}
	found, kept := false, 0
	for key := range r.fields() {
		switch string(key) {
		case "models":
			found = r.kind() == '['
			p.models, p.rows, p.broken = p.models[:len(into)], 0, 0
			for range r.elements() {
				p.rows++
				var m Model
				if !r.model(&m, nil) {
					p.broken++
					continue
				}
				if kept += m.size(); kept > maxKept {
					r.err, r.src.err = errTooLarge, errTooLarge
				}
				p.models = append(p.models, m)
			}
		case "nextPaginationToken":
			var tooLong bool
			if p.token, tooLong = r.token(); tooLong {
				r.fail("the pagination token is longer than 8 kB")
			}
		default:
			r.skip()
		}
	}
	if !found {
		r.fail("the answer holds no list of models")
	}
	return p, r.end()
}

// decodeDetail reads the answer of GET /models/{id}.
func decodeDetail(body io.Reader, maxBytes int64) (*Detail, *Error) {
	r := newReader(body, maxBytes, make(interner))
	d, found := new(Detail), false
	for key := range r.fields() {
		switch string(key) {
		case "model":
			*d = Detail{}
			found = r.model(&d.Model, d)
		default:
			r.skip()
		}
	}
	if !found {
		r.fail("the answer holds no model")
	}
	return d, r.end()
}

// model reads one row, and reports whether it is one: an object with a usable
// id. Inputs, and long descriptions, are read only into a detail.
func (r *reader) model(m *Model, d *Detail) bool {
	for key := range r.fields() {
		switch string(key) {
		case "id":
			m.ID = r.id()
		case "name":
			m.Name = r.text(maxName)
		case "shortDescription":
			limit := maxDescription
			if d != nil {
				limit = MaxText
			}
			m.Description = r.text(limit)
		case "type":
			m.Type = r.word()
		case "status":
			m.Status = r.word()
		case "privacy":
			m.Privacy = r.word()
		case "source":
			m.Source = r.word()
		case "capabilities":
			m.Capabilities = r.words(maxCapabilities, nil)
		case "tags":
			m.Deprecated, m.DeprecatedBy = false, ""
			m.Tags = r.words(maxTags, m.deprecation)
		case "complianceMetadata":
			for key := range r.fields() {
				switch string(key) {
				case "modelProvider":
					m.Provider = r.word()
				case "maintainer":
					m.Maintainer = r.word()
				default:
					r.skip()
				}
			}
		case "accessRestrictions":
			m.Plan = r.plan()
		case "compliantModelIds":
			m.RunsOn = r.ids(maxRelated)
		case "concepts":
			m.Parts = r.parts()
		case "parentModelId":
			m.Parent = r.id()
		case "createdAt":
			m.CreatedAt = r.time()
		case "updatedAt":
			m.UpdatedAt = r.time()
		case "thumbnail":
			var p Picture
			for key := range r.fields() {
				switch string(key) {
				case "assetId":
					p.AssetID = r.id()
				case "url":
					p.URL = r.url()
				default:
					r.skip()
				}
			}
			m.Thumbnail.merge(p)
		case "thumbnailUrl":
			m.Thumbnail.merge(Picture{URL: r.url()})
		case "exampleAssetIds":
			m.Example = ""
			for range r.elements() {
				if m.Example != "" {
					r.skip()
					continue
				}
				m.Example = r.id()
			}
		case "inputs":
			if d == nil {
				r.skip()
				continue
			}
			r.inputs(d)
		default:
			r.skip()
		}
	}
	return m.ID != ""
}

// size is about how many bytes a model takes to keep, with the words that it
// shares with others.
func (m *Model) size() int {
	n := 1 << 10 // the struct, its copy while it is read, and what is noted of each id
	for _, s := range []string{m.ID, m.Name, m.Description, m.Parent, m.DeprecatedBy, m.Thumbnail.AssetID, m.Thumbnail.URL, m.Example} {
		n += len(s)
	}
	for _, list := range [][]string{m.Capabilities, m.Tags, m.RunsOn, m.Parts} {
		for _, s := range list {
			n += 16 + len(s)
		}
	}
	return n
}

// deprecation takes the marks "deprecated" and "deprecated:<successor>" from a
// tag; a mark with a colon is no tag.
func (m *Model) deprecation(tag string) (keep bool) {
	mark, successor, colon := strings.Cut(tag, ":")
	if !strings.EqualFold(mark, "deprecated") {
		return true
	}
	m.Deprecated = true
	if successor = strings.TrimSpace(successor); validID(successor) {
		m.DeprecatedBy = successor
	}
	return !colon
}

// merge adds what another field of the row tells about the same picture.
func (p *Picture) merge(q Picture) {
	if q.AssetID != "" {
		p.AssetID = q.AssetID
	}
	if q.URL != "" {
		p.URL = q.URL
	}
	if p.AssetID != "" {
		p.URL = ""
	}
}

// parts reads concepts, whose entries name a model by modelId or by id.
func (r *reader) parts() []string {
	var parts []string
	for range r.elements() {
		var modelID, id string
		for key := range r.fields() {
			switch string(key) {
			case "modelId":
				modelID = r.id()
			case "id":
				id = r.id()
			default:
				r.skip()
			}
		}
		if modelID == "" {
			modelID = id
		}
		if modelID != "" && len(parts) < maxRelated {
			parts = append(parts, modelID)
		}
	}
	return parts
}

// validID reports whether an id can be used in addresses, lists and texts.
func validID(id string) bool {
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return false
		}
	}
	return id != "" && len(id) <= maxID
}

// interner makes equal words of a walk one string: thousands of rows share a
// few hundred tags, types and capabilities. Keys are words as they came,
// values as they are kept.
type interner map[string]string

func (in interner) word(raw []byte) string {
	if w, ok := in[string(raw)]; ok {
		return w
	}
	w := cut(raw, maxWord)
	if len(in) < maxInterned && len(raw) <= 4*maxWord {
		in[string(raw)] = w
	}
	return w
}

// cut is Clean for text of any size, at the cost of its limit only.
func cut(raw []byte, limit int) string {
	return Clean(string(raw[:min(len(raw), 16*limit)]), limit)
}

// reader walks over JSON and keeps the first error, so that the code above
// reads like the shape it expects. Every method that reads a value consumes
// exactly one, whatever its type; a value of another type reads as zero.
type reader struct {
	dec     *jsontext.Decoder
	src     *source
	err     error
	shape   string // what is wrong with an answer that is good JSON
	unquote []byte
	list    []string
	names   interner
}

func newReader(body io.Reader, maxBytes int64, names interner) *reader {
	src := &source{r: body, left: maxBytes}
	// Duplicate names and broken UTF-8 cost a field, not the page.
	src.dec = jsontext.NewDecoder(src, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return &reader{dec: src.dec, src: src, names: names}
}

func (r *reader) kind() jsontext.Kind {
	if r.err != nil {
		return 0
	}
	return r.dec.PeekKind()
}

func (r *reader) skip() {
	if r.err == nil {
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
	v, err := r.dec.ReadValue()
	r.err = err
	return v
}

// string reads a string; the result is good until the next call.
func (r *reader) string() []byte {
	v := r.scalar('"')
	if len(v) < 2 {
		return nil
	}
	if bytes.IndexByte(v, '\\') < 0 {
		return v[1 : len(v)-1]
	}
	// The error tells of broken UTF-8, which Clean removes.
	r.unquote, _ = jsontext.AppendUnquote(r.unquote[:0], v)
	return r.unquote
}

// fields opens an object and yields its names, good until the value is read.
// The loop's body must consume the value.
func (r *reader) fields() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if !r.open('{') {
			return
		}
		for r.kind() == '"' {
			if name := r.string(); r.err == nil && !yield(name) {
				return
			}
		}
		r.close()
	}
}

// elements opens an array and yields once before each element, which the
// loop's body must consume.
func (r *reader) elements() iter.Seq[struct{}] {
	return func(yield func(struct{}) bool) {
		if !r.open('[') {
			return
		}
		for k := r.kind(); k != ']' && k != 0; k = r.kind() {
			if !yield(struct{}{}) {
				return
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

func (r *reader) text(limit int) string { return cut(r.string(), limit) }

func (r *reader) word() string { return r.names.word(r.string()) }

// words reads distinct words, at most limit of those that keep (if any) wants.
func (r *reader) words(limit int, keep func(string) bool) []string {
	r.list = r.list[:0]
	for range r.elements() {
		w := r.word()
		if w == "" || keep != nil && !keep(w) || len(r.list) == limit || slices.Contains(r.list, w) {
			continue
		}
		r.list = append(r.list, w)
	}
	if len(r.list) == 0 {
		return nil
	}
	return slices.Clone(r.list)
}

func (r *reader) ids(limit int) (ids []string) {
	for range r.elements() {
		if id := r.id(); id != "" && len(ids) < limit {
			ids = append(ids, id)
		}
	}
	return ids
}

func (r *reader) id() string {
	raw := r.string()
	if len(raw) > maxID {
		return ""
	}
	if id := string(raw); validID(id) {
		return id
	}
	return ""
}

// url reads an address that can be fetched as it is.
func (r *reader) url() string {
	raw := r.string()
	if len(raw) > maxURL || bytes.ContainsFunc(raw, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return ""
	}
	u, err := url.Parse(string(raw))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return string(raw)
}

func (r *reader) token() (token string, tooLong bool) {
	raw := r.string()
	if len(raw) > maxToken {
		return "", true
	}
	return string(raw), false
}

// plan reads a number, or a string that holds one.
func (r *reader) plan() Plan {
	var raw []byte
	if r.kind() == '"' {
		raw = r.string()
	} else {
		raw = r.scalar('0')
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || math.IsNaN(f) {
		return Free
	}
	return Plan(math.Ceil(min(max(f, 0), 1000)))
}

func (r *reader) time() time.Time {
	raw := r.string()
	var t time.Time
	if t.UnmarshalText(raw) == nil {
		return t.UTC()
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, string(raw)); err == nil {
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
// check its sum, and says what went wrong, if anything.
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
		return &Error{Kind: KindBadAnswer, Reason: "the answer broke off", cut: true}
	case r.src.err == nil, errors.Is(r.src.err, io.EOF), corrupt(r.src.err):
		return &Error{Kind: KindBadAnswer, Reason: "the answer is not valid JSON"}
	default:
		return transportError(r.src.err)
	}
}

func corrupt(err error) bool {
	var bad flate.CorruptInputError
	return errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &bad)
}

// source bounds a body, in all and between two tokens: the decoder must hold a
// whole scalar in memory, even one that is skipped. It remembers its error,
// because the decoder wraps what it is given.
type source struct {
	r     io.Reader
	dec   *jsontext.Decoder
	read  int64
	left  int64
	begun bool
	html  bool
	err   error
}

var errTooLarge = errors.New("too large")

func (s *source) Read(p []byte) (int, error) {
	// One byte more than allowed tells a full body from one that is too large.
	n, err := s.r.Read(p[:min(int64(len(p)), s.left+1)])
	s.left -= int64(n)
	s.read += int64(n)
	if n > 0 && !s.begun {
		s.begun = true
		s.html = bytes.HasPrefix(bytes.TrimSpace(p[:n]), []byte("<"))
	}
	if s.left < 0 || s.read-s.dec.InputOffset() > maxScalar {
		n, err = 0, errTooLarge
	}
	s.err = err
	return n, err
}
