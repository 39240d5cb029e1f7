package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
)

// getArgs are the checked arguments of get_models.
type getArgs struct {
	IDs    []string
	Fields []string
}

const maxGet = 10

func getParams() []param[getArgs] {
	return []param[getArgs]{
		{name: "ids", help: "ids or exact names", min: 1, max: maxGet, into: func(a *getArgs) any { return &a.IDs }},
		{name: "fields", help: "only these, uncut, e.g. inputs", into: func(a *getArgs) any { return &a.Fields }},
	}
}

const detailsSchema = `{"type":"object","properties":{"models":{"type":"array"},"errors":{"type":"array"},"note":{"type":"string"}},"required":["models"]}`

func (s *service) getTool() tool {
	return define("get_models", "Get Scenario models",
		"Everything needed to decide on and run up to 10 models: description, plan, what it runs on, input parameters.",
		detailsSchema, getParams(), getArgs{}, s.get)
}

// detail is a model as get_models shows it. Empty fields are absent.
type detail struct {
	ID           string         `json:"id"`
	Name         string         `json:"name,omitempty"`
	Scope        scenario.Scope `json:"scope,omitempty"`
	Description  string         `json:"description,omitempty"`
	Type         string         `json:"type,omitempty"`
	Provider     string         `json:"provider,omitempty"`
	Plan         string         `json:"plan,omitempty"`
	Status       string         `json:"status,omitempty"`
	Capabilities []string       `json:"capabilities,omitempty"`
	Tags         []string       `json:"tags,omitempty"`
	Created      string         `json:"created,omitempty"`
	Updated      string         `json:"updated,omitempty"`
	DeprecatedBy string         `json:"deprecated_by,omitempty"`
	Run          string         `json:"run,omitempty"` // how to run what is not run by itself
	RunsOn       []ref          `json:"runs_on,omitempty"`
	Parts        []ref          `json:"parts,omitempty"`
	Inputs       []input        `json:"inputs,omitempty"`
}

// ref names another model.
type ref struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// input is one parameter of a model.
type input struct {
	Name     string   `json:"name"`
	Type     string   `json:"type,omitempty"`
	Required any      `json:"required,omitempty"` // true, or the condition as text
	Default  any      `json:"default,omitempty"`
	Range    string   `json:"range,omitempty"` // "1..20", "0..1 step 0.1", "≥ 1"
	Values   []string `json:"values,omitempty"`
	About    string   `json:"about,omitempty"`
}

// missing is the answer for an id that names no model.
type missing struct {
	ID    string `json:"id"`
	Error string `json:"error"`
	Near  []ref  `json:"near,omitempty"`
}

type details struct {
	Models []detail  `json:"models"`
	Errors []missing `json:"errors,omitempty"`
	Note   string    `json:"note,omitempty"`
}

func (s *service) get(ctx context.Context, c *call, a getArgs) (json.RawMessage, error) {
	for _, f := range a.Fields {
		if !slices.Contains(detailFields(), strings.ToLower(f)) {
			return nil, badArgument("fields cannot have %s; use: %s.", quote(f), strings.Join(detailFields(), ", "))
		}
	}
	var (
		out     details
		full    []*scenario.Detail
		missed  bool
		failure error
	)
	for _, f := range s.find(ctx, a.IDs) {
		switch {
		case f.detail != nil:
			full = append(full, f.detail)
			if f.err != nil {
				c.notes.add(fmt.Sprintf("inputs are missing for %s, because %s", f.detail.ID, reason(f.err)))
			}
		case f.missing != nil:
			missed = true
			out.Errors = append(out.Errors, *f.missing)
		default:
			failure = f.err
			out.Errors = append(out.Errors, missing{ID: scenario.Clean(f.asked, 60), Error: reason(f.err)})
		}
	}
	// Nothing but failures is a failure, not an answer.
	if failure != nil && len(full) == 0 && !missed {
		return nil, failure
	}
	c.rows = len(full)
	return s.fit(full, out, a.Fields, c), nil
}

// fit encodes details at the first level of detail that an answer has room for.
func (s *service) fit(full []*scenario.Detail, out details, fields []string, c *call) json.RawMessage {
	levels := levels()
	if len(full) > 1 && len(fields) == 0 {
		levels = levels[1:]
	}
	notes := c.notes
	for _, level := range levels {
		c.notes = notes
		out.Models = []detail{}
		cut := false
		for _, d := range full {
			shown, shortened := s.detail(d, level)
			out.Models = append(out.Models, shown.only(fields))
			cut = cut || shortened
		}
		if cut {
			text := "what ends in … is cut: fields, or one id alone, gives more"
			if len(full) == 1 {
				text = "what ends in … is cut: fields gives more"
			}
			c.notes.add(text)
		}
		out.Note = c.notes.String()
		if b := encode(out); len(b) <= maxAnswer {
			return b
		}
	}
	// Ten models at the lowest level always fit; a note and errors may not.
	out.Note, out.Errors = "", out.Errors[:min(len(out.Errors), 5)]
	return encode(out)
}

// level is how much of the long parts is shown.
type level struct {
	description, about int // runes
	values, tags       int // items
	inputs             int
	defaults           bool // defaults, ranges and values of inputs
}

func levels() []level {
	return []level{
		{description: 4000, about: 300, values: 300, tags: 64, inputs: 200, defaults: true},
		{description: 600, about: 80, values: 12, tags: 20, inputs: 60, defaults: true},
		{description: 300, about: 0, values: 6, tags: 12, inputs: 40, defaults: true},
		{description: 200, about: 0, values: 0, tags: 8, inputs: 20},
		{description: 120, about: 0, values: 0, tags: 4, inputs: 0},
	}
}

// detail shows a model at a level, and reports whether something was cut.
func (s *service) detail(d *scenario.Detail, l level) (shown detail, cut bool) {
	r := newRow(&d.Model)
	shown = detail{
		ID: r.ID, Name: r.Name, Type: r.Type, Provider: r.Provider, Plan: r.Plan, Status: r.Status,
		Capabilities: r.Capabilities, DeprecatedBy: r.DeprecatedBy,
		Created: day(d.CreatedAt), Updated: day(d.UpdatedAt),
		Description: scenario.Clean(d.Description, l.description),
		Tags:        shorten(r.Tags, l.tags),
		RunsOn:      s.refs(d.RunsOn),
		Parts:       s.refs(d.Parts),
		Run:         howToRun(&d.Model),
	}
	if d.Privacy == string(scenario.Private) || d.Privacy == string(scenario.Public) {
		shown.Scope = scenario.Scope(d.Privacy)
	}
	cut = len(shown.Description) < len(d.Description) || len(shown.Tags) < len(r.Tags) || len(d.Inputs) > l.inputs
	for i, in := range d.Inputs[:min(len(d.Inputs), l.inputs)] {
		about := in.Description
		if about == "" && !strings.EqualFold(in.Label, in.Name) {
			about = in.Label
		}
		shownInput := input{Name: in.Name, Type: in.Type}
		if in.Required {
			shownInput.Required = true
		} else if in.RequiredIf != "" {
			shownInput.Required = "if " + in.RequiredIf
		}
		if l.defaults {
			shownInput.Default, shownInput.Range = in.Default, valueRange(in)
			shownInput.Values = shorten(in.AllowedValues, l.values)
			cut = cut || len(shownInput.Values) < len(in.AllowedValues)
		}
		if l.about > 0 {
			shownInput.About = scenario.Clean(about, l.about)
		}
		cut = cut || len(shownInput.About) < len(about) || !l.defaults
		shown.Inputs = append(shown.Inputs, shownInput)
		if i == l.inputs-1 && len(d.Inputs) > l.inputs {
			shown.Inputs = append(shown.Inputs, input{Name: fmt.Sprintf("… %d more", len(d.Inputs)-l.inputs)})
		}
	}
	return shown, cut
}

// shorten keeps the first n items and says how many are left out.
func shorten(list []string, n int) []string {
	if len(list) <= n {
		return list
	}
	return append(slices.Clone(list[:max(0, n-1)]), fmt.Sprintf("… %d more", len(list)-max(0, n-1)))
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// howToRun says how to run a model that is not run by itself.
func howToRun(m *scenario.Model) string {
	switch typ := strings.ToLower(m.Type); {
	case strings.Contains(typ, "composition"):
		return "a composition is not run by itself: run a model of runs_on with these parts added"
	case strings.Contains(typ, "lora"):
		return "a LoRA is not run by itself: run a model of runs_on with this one added"
	}
	return ""
}

// refs names models by what lists that are already at hand tell.
func (s *service) refs(ids []string) []ref {
	var refs []ref
	for _, id := range ids {
		r := ref{ID: id}
		for _, scope := range []scenario.Scope{scenario.Public, scenario.Private} {
			if snap := s.catalog.Loaded(scope); snap != nil {
				if m := snap.Model(id); m != nil {
					r.Name = m.Name
				}
			}
		}
		refs = append(refs, r)
	}
	return refs
}

func valueRange(in scenario.Input) string {
	number := func(f *float64) string { return strconv.FormatFloat(*f, 'f', -1, 64) }
	var text string
	switch {
	case in.Min != nil && in.Max != nil:
		text = number(in.Min) + ".." + number(in.Max)
	case in.Min != nil:
		text = "≥ " + number(in.Min)
	case in.Max != nil:
		text = "≤ " + number(in.Max)
	}
	if in.Step != nil && *in.Step != 1 {
		text = strings.TrimSpace(text + " step " + number(in.Step))
	}
	return text
}

// detailFields are the names that fields may have.
func detailFields() []string {
	return []string{"description", "type", "provider", "plan", "status", "capabilities", "tags", "created", "updated", "runs_on", "parts", "inputs"}
}

// only keeps the named fields beside id, name and what warns; all of them if
// none is named.
func (d detail) only(fields []string) detail {
	if len(fields) == 0 {
		return d
	}
	kept := detail{ID: d.ID, Name: d.Name, DeprecatedBy: d.DeprecatedBy}
	for _, f := range fields {
		switch strings.ToLower(f) {
		case "description":
			kept.Description = d.Description
		case "type":
			kept.Type = d.Type
		case "provider":
			kept.Provider = d.Provider
		case "plan":
			kept.Plan = d.Plan
		case "status":
			kept.Status = d.Status
		case "capabilities":
			kept.Capabilities = d.Capabilities
		case "tags":
			kept.Tags = d.Tags
		case "created":
			kept.Created = d.Created
		case "updated":
			kept.Updated = d.Updated
		case "runs_on":
			kept.Run, kept.RunsOn = d.Run, d.RunsOn
		case "parts":
			kept.Parts = d.Parts
		case "inputs":
			kept.Inputs = d.Inputs
		}
	}
	return kept
}

// finding is what became of one asked id: a detail (with an error, if it had to
// be made from the list's row), a missing model, or a failure.
type finding struct {
	asked   string
	detail  *scenario.Detail
	missing *missing
	err     error
}

// find looks the ids up, in parallel as far as the client allows.
func (s *service) find(ctx context.Context, asked []string) []finding {
	return findAll(asked, func(text string) finding { return s.findOne(ctx, text) })
}

// findRows is find for what the lists tell: a model that they have is not asked
// for again.
func (s *service) findRows(ctx context.Context, asked []string) []finding {
	return findAll(asked, func(text string) finding {
		if row := s.loaded(readID(text)); row != nil {
			return finding{detail: &scenario.Detail{Model: *row}}
		}
		return s.findOne(ctx, text)
	})
}

func findAll(asked []string, one func(string) finding) []finding {
	found := make([]finding, len(asked))
	var wg sync.WaitGroup
	for i, text := range asked {
		wg.Go(func() {
			found[i] = one(text)
			found[i].asked = text
		})
	}
	wg.Wait()
	// An id and its name are one model.
	var unique []finding
	seen := map[string]bool{}
	for _, f := range found {
		if f.detail == nil || !seen[f.detail.ID] {
			unique = append(unique, f)
		}
		if f.detail != nil {
			seen[f.detail.ID] = true
		}
	}
	return unique
}

func (s *service) findOne(ctx context.Context, text string) finding {
	id := readID(text)
	var notFound error
	if !strings.Contains(id, " ") {
		d, err := s.api.Model(ctx, id)
		if err == nil {
			return finding{detail: d}
		}
		var e *scenario.Error
		if !errors.As(err, &e) || e.Kind != scenario.KindNotFound {
			if row := s.loaded(id); row != nil {
				return finding{detail: &scenario.Detail{Model: *row}, err: err}
			}
			return finding{err: err}
		}
		notFound = err
	}
	// Not an id: perhaps a name.
	views, err := s.views(ctx, new(call), "all", true)
	snaps := snapshotsOf(views)
	if err != nil {
		if notFound != nil {
			err = notFound
		}
		return finding{err: err}
	}
	switch named := catalog.Named(snaps, id); {
	case len(named) == 1:
		d, err := s.api.Model(ctx, named[0].ID)
		if err != nil {
			d = &scenario.Detail{Model: *named[0]}
		}
		return finding{detail: d, err: err}
	case len(named) > 1:
		return finding{missing: &missing{ID: scenario.Clean(text, 60), Error: "several models have this name; use an id", Near: refsOf(named[:min(len(named), 5)])}}
	}
	return finding{missing: &missing{ID: scenario.Clean(text, 60), Error: "no model has this id or name", Near: refsOf(catalog.NearModels(snaps, id, 3))}}
}

func refsOf(models []*scenario.Model) []ref {
	var refs []ref
	for _, m := range models {
		refs = append(refs, ref{m.ID, m.Name})
	}
	return refs
}

// loaded returns the row of a model in the lists at hand, or nil.
func (s *service) loaded(id string) *scenario.Model {
	for _, scope := range []scenario.Scope{scenario.Private, scenario.Public} {
		if snap := s.catalog.Loaded(scope); snap != nil {
			if m := snap.Model(id); m != nil {
				return m
			}
		}
	}
	return nil
}

var idInText = regexp.MustCompile(`\bmodel_[A-Za-z0-9._-]+`)

// readID finds the id in what people paste: with quotes or brackets around it,
// or an address that ends in it.
func readID(text string) string {
	text = strings.Trim(scenario.Clean(text, 2048), " \t\"'`“”‘’<>()[]{},;")
	if _, rest, ok := strings.Cut(text, "://"); ok {
		if id := idInText.FindString(rest); id != "" {
			return id
		}
		rest, _, _ = strings.Cut(rest, "?")
		rest, _, _ = strings.Cut(rest, "#")
		rest = strings.TrimRight(rest, "/")
		return rest[strings.LastIndex(rest, "/")+1:]
	}
	return text
}
