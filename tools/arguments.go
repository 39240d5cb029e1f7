package tools

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// A call's arguments are read token by token. What no parameter can take is
// skipped, since decoding it takes fifty times its size.

const (
	// maxTextArgument bounds a text, or an item of a list, in bytes. It is far
	// above any real tag or name.
	maxTextArgument = 64 << 10
	// maxItems bounds the items that are read of a list: no call can use as many.
	maxItems = 200
)

// argument is one argument's value: a text, a number or boolean as text, or a
// list of those. Texts are trimmed.
type argument struct {
	given bool     // and not null
	list  bool     // an array
	items []string // the one of what is no list
	more  bool     // items that were too many to read
	long  bool     // a text that is too long to read
	odd   bool     // an object, or an array in an array
}

// text is the value as one text, or false where it is none.
func (a argument) text() (string, bool) {
	switch {
	case a.odd, a.long, len(a.items) > 1:
		return "", false
	case len(a.items) == 0:
		return "", true
	}
	return a.items[0], true
}

// asList is the value as a list: an array, an array written into a text, or
// words between commas.
func (a argument) asList() argument {
	if a.list || a.odd || len(a.items) == 0 {
		return a
	}
	s := a.items[0]
	if strings.HasPrefix(s, "[") {
		d := newDecoder([]byte(s))
		if inner, err := readArgument(d); err == nil && ended(d) {
			return inner
		}
		// "[a, b]" is a list without quotes, not a tag with brackets.
		s = strings.TrimSuffix(s[1:], "]")
	}
	list := argument{given: true, list: true}
	for item := range strings.SplitSeq(s, ",") {
		if !list.add(strings.TrimSpace(item)) {
			break
		}
	}
	return list
}

// add adds an item to a list. It reports false when there are too many.
func (a *argument) add(item string) bool {
	a.more = len(a.items) == maxItems
	if !a.more {
		a.items = append(a.items, item)
	}
	return !a.more
}

// readObject calls read for each member of the arguments, which must read its
// value. Some hosts send arguments as a JSON text inside a string, and nothing
// at all where there are none. Its errors are a call's mistakes.
func readObject(raw []byte, read func(name string, d *jsontext.Decoder) error) error {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '"' {
		text, _ := jsontext.AppendUnquote(nil, raw) // the error may tell of broken UTF-8 alone
		if jsontext.Value(raw).IsValid(jsontext.AllowInvalidUTF8(true)) && bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
			raw = text
		}
	}
	if len(raw) == 0 {
		return nil
	}
	d := newDecoder(raw)
	kind := d.PeekKind()
	var err error
	if kind != '{' {
		err = d.SkipValue()
	} else {
		err = readMembers(d, read)
	}
	switch bad, isBad := errors.AsType[*argumentError](err); {
	case isBad:
		return bad
	case err != nil || !ended(d):
		return badArgument("the arguments are not valid JSON; send one object, e.g. {\"limit\": 20}")
	case kind != '{' && kind != 'n':
		return badArgument("the arguments must be one JSON object, e.g. {\"limit\": 20}")
	}
	return nil
}

func readMembers(d *jsontext.Decoder, read func(name string, d *jsontext.Decoder) error) error {
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		if err := read(name.String(), d); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// readArgument reads one value.
func readArgument(d *jsontext.Decoder) (a argument, err error) {
	switch kind := d.PeekKind(); kind {
	case '{':
		return argument{given: true, odd: true}, d.SkipValue()
	case 'n':
		return argument{}, d.SkipValue()
	case '[':
		a.given, a.list = true, true
		if _, err := d.ReadToken(); err != nil {
			return a, err
		}
		for kind = d.PeekKind(); kind != ']' && kind != 0; kind = d.PeekKind() {
			if kind == '[' || kind == '{' || kind == 'n' || a.more {
				a.odd = a.odd || kind != 'n'
				err = d.SkipValue()
			} else {
				err = a.readItem(d)
			}
			if err != nil {
				return a, err
			}
		}
		_, err = d.ReadToken()
		return a, err
	}
	a.given = true
	err = a.readItem(d)
	return a, err
}

// readItem reads a text, number or boolean.
func (a *argument) readItem(d *jsontext.Decoder) error {
	v, err := d.ReadValue()
	if err != nil {
		return err
	}
	if v[0] == '"' {
		if len(v) > 6*maxTextArgument { // each letter takes six at most
			a.long = true
			return nil
		}
		// The error tells of broken UTF-8, which becomes U+FFFD.
		v, _ = jsontext.AppendUnquote(nil, v)
		v = bytes.TrimSpace(v)
	}
	if a.long = a.long || len(v) > maxTextArgument; !a.long {
		a.add(string(v))
	}
	return nil
}

// newDecoder decodes in place. Duplicate names are the last one's, and broken
// UTF-8 costs a letter.
func newDecoder(raw []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// ended reports whether nothing follows what was read.
func ended(d *jsontext.Decoder) bool {
	_, err := d.ReadToken()
	return errors.Is(err, io.EOF)
}
