package scenario

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of what is kept of one model. Runes for texts, items for lists.
const (
	maxWord     = 60 // a tag, a capability, an enum's value
	maxID       = 128
	maxURL      = 2048
	maxPage     = 200     // bytes of a page's address, which is of no use cut
	maxInterned = 1 << 16 // distinct words of one walk
)

// interner makes equal words of a walk one string. Thousands of rows share a few
// hundred tags, types and capabilities. Keys are words as they came, values as
// they are kept.
type interner map[string]string

func (r *reader) text(limit int) string { return r.clean(r.string(), limit) }

// clean makes text of any size safe to show, at the cost of its limit only.
// Credentials are looked for after the invisible characters are gone, and before
// anything is cut.
func (r *reader) clean(raw []byte, limit int) string {
	most := 16 * limit
	text := Clean(string(raw[:min(len(raw), most)]), 0)
	if len(raw) > most && utf8.RuneCountInString(text) <= limit {
		return "" // hardly any of it is visible, and credentials could end where it was cut
	}
	if shown := r.redact(text); shown != text || len(text) > limit {
		return Clean(shown, limit)
	}
	return text
}

func (r *reader) word() string { return r.intern(r.string()) }

func (r *reader) intern(raw []byte) string {
	if w, ok := r.interned[string(raw)]; ok {
		return w
	}
	w := r.clean(raw, maxWord)
	r.made += newWordSize + len(w)
	if len(r.interned) < maxInterned && len(raw) <= 4*maxWord {
		r.interned[string(raw)] = w
	}
	return w
}

// words reads distinct words, at most limit of those that keep, if not nil, wants.
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
	if id := string(raw); validID(id) && r.redact(id) == id {
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
	if address := string(raw); r.redact(address) == address {
		return address
	}
	return ""
}

// page reads the host and path of an https address. Its query may be signed.
func (r *reader) page() string {
	u, err := url.Parse(r.url())
	if err != nil || u.Scheme != "https" {
		return ""
	}
	page := u.Host + strings.TrimRight(u.EscapedPath(), "/")
	if len(page) > maxPage {
		return ""
	}
	kept, ok := r.pages[page]
	if !ok {
		kept = page
		r.made += newWordSize + len(page)
		if len(r.pages) < maxInterned {
			r.pages[page] = page
		}
	}
	return kept
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
