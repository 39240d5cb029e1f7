package scenario

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"time"
)

// WriteModels writes models for [ReadModels]. Addresses with a query are left
// out, since they may be signed and then act as credentials.
func WriteModels(w io.Writer, models []Model) error {
	s := store{indexes: make(map[string]uint64)}
	n := uint64(len(models))
	s.number(&n)
	for i := range models {
		m := models[i]
		if strings.ContainsAny(m.Thumbnail.URL, "?#") {
			m.Thumbnail.URL = ""
		}
		s.model(&m)
		if _, err := w.Write(s.out); err != nil {
			return err
		}
		s.out = s.out[:0] // the whole list may take many times its models
	}
	_, err := w.Write(s.out)
	return err
}

// ReadModels reads what [WriteModels] wrote. The texts of the models are parts of
// list. It fails where list is anything else, or holds more than a client keeps.
func ReadModels(list string) ([]Model, error) {
	s := store{in: list, reading: true}
	var n uint64
	s.number(&n)
	models := make([]Model, 0, min(n, uint64(len(list))/minStored))
	kept := 0
	for range n {
		var m Model
		s.model(&m)
		if kept += m.size(); kept > maxKept || m.ID == "" {
			s.bad = true
		}
		if s.bad {
			break
		}
		models = append(models, m)
	}
	if s.bad || s.in != "" {
		return nil, errors.New("not a list of models that was written here")
	}
	return models, nil
}

// store writes models or reads them: one walk over the fields serves both. A text
// is written once, and then by its number.
type store struct {
	out     []byte
	indexes map[string]uint64

	reading bool
	in      string
	texts   []string
	bad     bool // what is read was not written here
}

// minStored is what a model takes at least: a byte for each of its fields.
const minStored = 26

func (s *store) model(m *Model) {
	for _, text := range []*string{
		&m.ID, &m.Name, &m.Description, &m.Type, &m.Status, &m.Privacy, &m.Provider, &m.Maintainer, &m.Licence, &m.Retention,
		&m.ProcessedBy, &m.Enterprise, &m.DeprecatedBy, &m.Thumbnail.AssetID, &m.Thumbnail.URL, &m.Example,
	} {
		s.text(text)
	}
	for _, list := range []*[]string{&m.Capabilities, &m.Tags, &m.RunsOn, &m.Parts} {
		s.list(list)
	}
	plan, deprecated := uint64(m.Plan), uint64(0)
	if m.Deprecated {
		deprecated = 1
	}
	s.number(&plan)
	s.number(&deprecated)
	m.Plan, m.Deprecated = Plan(plan), deprecated == 1
	s.time(&m.CreatedAt)
	s.time(&m.UpdatedAt)
}

func (s *store) number(n *uint64) {
	if !s.reading {
		s.out = binary.AppendUvarint(s.out, *n)
		return
	}
	var size int
	*n, size = binary.Uvarint([]byte(s.in[:min(len(s.in), binary.MaxVarintLen64)]))
	if size <= 0 {
		s.bad = true
		return
	}
	s.in = s.in[size:]
}

// text is an index from 1 on, or 0, a length and the text.
func (s *store) text(text *string) {
	index := s.indexes[*text]
	s.number(&index)
	switch {
	case index > 0 && s.reading:
		if index > uint64(len(s.texts)) {
			s.bad = true
			return
		}
		*text = s.texts[index-1]
		return
	case index > 0:
		return
	}
	n := uint64(len(*text))
	s.number(&n)
	if !s.reading {
		s.out = append(s.out, *text...)
		s.indexes[*text] = uint64(len(s.indexes) + 1)
		return
	}
	if n > uint64(len(s.in)) {
		s.bad = true
		return
	}
	*text, s.in = s.in[:n], s.in[n:]
	s.texts = append(s.texts, *text)
}

func (s *store) list(list *[]string) {
	n := uint64(len(*list))
	s.number(&n)
	if s.reading && n > 0 {
		if n > maxTags || s.bad {
			s.bad = true
			return
		}
		*list = make([]string, n)
	}
	for i := range *list {
		s.text(&(*list)[i])
	}
}

func (s *store) time(t *time.Time) {
	seconds, nanoseconds := uint64(t.Unix()), uint64(t.Nanosecond())
	s.number(&seconds)
	s.number(&nanoseconds)
	*t = time.Unix(int64(seconds), int64(nanoseconds)).UTC()
}
