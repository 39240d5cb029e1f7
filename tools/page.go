package tools

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/tools/stdio"
)

const (
	// maxAnswer is the size of an answer's text in bytes. Hosts cut longer
	// results, at sizes they do not tell; one well-known one cuts at 12,020
	// characters. What does not fit comes with the next page.
	maxAnswer = 10_000
	// maxNote bounds the note, so that rows always have room.
	maxNote = 1_200
	// maxRow bounds one row: past it the row's lists are cut, and the note
	// says so. Real rows are 200 to 400 bytes.
	maxRow = 1_500
	// usualType is the type of nearly all public models.
	usualType = "custom"
	// maxRowDescription bounds the description in a row, in runes.
	maxRowDescription = 160
	// usualRow is about what a row takes, for room enough in most answers.
	usualRow = 250
)

// row is a model as the list tools show it. Empty fields are absent, and so
// are the common cases: no type is custom, no plan is Free, no status is trained.
type row struct {
	ID           string   `json:"id"`
	Name         string   `json:"name,omitempty"`
	Type         string   `json:"type,omitempty"`
	Capabilities []string `json:"capabilities,omitempty"`
	Tags         []string `json:"tags,omitempty"`
	Provider     string   `json:"provider,omitempty"`
	Plan         string   `json:"plan,omitempty"`
	Status       string   `json:"status,omitempty"`
	RunsOn       []string `json:"runs_on,omitempty"`
	DeprecatedBy string   `json:"deprecated_by,omitempty"`
	Created      string   `json:"created,omitempty"` // where the question is about dates

	// Of search_models alone.
	Scope       scenario.Scope `json:"scope,omitempty"`
	Description string         `json:"description,omitempty"`
}

// newRow makes a row of a model. known are the lists to look other models up in.
func newRow(known *catalog.Lists, m *scenario.Model) row {
	r := row{
		ID:           m.ID,
		Name:         m.Name,
		Capabilities: foldFamilies(m.Capabilities),
		Tags:         tagsBeside(m.Tags, m.Provider, m.Type),
		Provider:     m.Provider,
		RunsOn:       m.RunsOn,
		DeprecatedBy: replacement(known, m),
	}
	switch m.Type {
	case usualType:
	case "":
		r.Type = "unknown"
	default:
		r.Type = m.Type
	}
	if plan := known.NeededPlan(m); plan > scenario.Free {
		r.Plan = plan.String()
	}
	if !m.Ready() {
		r.Status = m.Status
	}
	return r
}

// appendJSON writes the row as its tags say. By hand, since rows are most of
// what a call from a snapshot costs: reflection takes four times as long.
func (r *row) appendJSON(b []byte) []byte {
	b = appendQuoted(append(b, `{"id":`...), r.ID)
	b = appendField(b, "name", r.Name)
	b = appendField(b, "type", r.Type)
	b = appendList(b, "capabilities", r.Capabilities)
	b = appendList(b, "tags", r.Tags)
	b = appendField(b, "provider", r.Provider)
	b = appendField(b, "plan", r.Plan)
	b = appendField(b, "status", r.Status)
	b = appendList(b, "runs_on", r.RunsOn)
	b = appendField(b, "deprecated_by", r.DeprecatedBy)
	b = appendField(b, "created", r.Created)
	b = appendField(b, "scope", string(r.Scope))
	b = appendField(b, "description", r.Description)
	return append(b, '}')
}

func appendField(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendQuoted(appendName(b, name), value)
}

func appendList(b []byte, name string, values []string) []byte {
	if len(values) == 0 {
		return b
	}
	b = append(appendName(b, name), '[')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, v)
	}
	return append(b, ']')
}

func appendName(b []byte, name string) []byte {
	return append(append(append(b, `,"`...), name...), `":`...)
}

// appendQuoted writes s as a JSON string; what is not UTF-8 becomes U+FFFD.
func appendQuoted(b []byte, s string) []byte {
	b, _ = jsontext.AppendQuote(b, s) // the error says no more than that
	return b
}

// cut halves the row's longest list; false when there is nothing to cut.
func (r *row) cut() bool {
	longest := &r.Tags
	for _, list := range []*[]string{&r.Capabilities, &r.RunsOn} {
		if size(*list) > size(*longest) {
			longest = list
		}
	}
	if len(*longest) == 0 {
		return false
	}
	*longest = (*longest)[:len(*longest)/2]
	return true
}

func size(list []string) (n int) {
	for _, s := range list {
		n += len(s)
	}
	return n
}

// page is the answer of a tool that lists models, less the models.
type page struct {
	Total      int    `json:"total"`
	Deprecated int    `json:"deprecated,omitempty"` // of Total
	Offset     int    `json:"offset"`
	NextOffset int    `json:"next_offset,omitempty"` // never 0: a page moves on
	AsOf       string `json:"as_of"`
	Note       string `json:"note,omitempty"`
}

// pageSchema is what every success of such a tool fulfills. It is short on
// purpose: hosts send it to the model with each request.
const pageSchema = `{"type":"object","properties":{"models":{"type":"array"},"total":{"type":"integer"}` +
	`},"required":["models","total"]}`

// encodePage returns a page as JSON, and the number of rows in it: as many as
// fit beside the notes. rows are the page's; p says where they stand.
func encodePage(rows []row, p page, remarks *notes) (answer json.RawMessage, count int) {
	const begin, end = `{"models":[`, `],`
	var (
		ends    = make([]int, 0, len(rows)) // of each row in answer
		trimmed bool
	)
	answer = make([]byte, 0, min((len(rows)+1)*usualRow, maxAnswer+maxRow))
	answer = append(answer, begin...)
	for i := range rows {
		start := len(answer)
		answer = rows[i].appendJSON(answer)
		for len(answer)-start > maxRow && rows[i].cut() {
			answer = rows[i].appendJSON(answer[:start])
			trimmed = true
		}
		ends = append(ends, len(answer))
		if len(answer) > maxAnswer {
			break
		}
		answer = append(answer, ',')
	}
	if trimmed {
		remarks.add("long lists in a row are cut short")
	}
	p.NextOffset = p.Offset + len(ends) // reserves its bytes
	fitting := func() (n int) {
		p.Note = remarks.String()
		room := maxAnswer - len(end) - len(encode(p))
		for n < len(ends) && ends[n] <= room {
			n++
		}
		return n
	}
	count = fitting()
	// The note that says so takes room itself.
	for before, said := remarks.texts, 0; count < len(rows) && count != said; count = min(count, fitting()) {
		said = count
		remarks.texts = append(slices.Clip(before), fmt.Sprintf("%d of %d rows fit into an answer; the rest is at offset %d", count, len(rows), p.Offset+count))
	}
	length := len(begin)
	if count > 0 {
		length = ends[count-1]
	}
	p.NextOffset = p.Offset + count
	if p.NextOffset >= p.Total || count == 0 {
		p.NextOffset = 0
	}
	answer = append(answer[:length], end...)
	return append(answer, encode(p)[1:]...), count
}

// encode returns a value as [stdio.Encode] writes it. It panics on what cannot
// be encoded: all answers are structs of ours.
func encode(v any) []byte {
	b, err := stdio.Encode(v)
	if err != nil {
		panic(err)
	}
	return b
}
