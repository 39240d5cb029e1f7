package tools

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"scenario-mcp/scenario"
)

// detail is a model as get_models shows it. Empty fields are absent.
type detail struct {
	ID           string        `json:"id"`
	Name         string        `json:"name,omitempty"`
	Scope        string        `json:"scope,omitempty"`
	Description  string        `json:"description,omitempty"`
	Type         string        `json:"type,omitempty"`
	Provider     string        `json:"provider,omitempty"`
	Plan         string        `json:"plan,omitempty"`
	Licence      string        `json:"licence,omitempty"`
	Retention    string        `json:"retention,omitempty"`
	ProcessedBy  string        `json:"processed_by,omitempty"`
	MaintainedBy string        `json:"maintained_by,omitempty"`
	Enterprise   string        `json:"enterprise,omitempty"`
	Status       string        `json:"status,omitempty"`
	Capabilities []string      `json:"capabilities,omitempty"`
	Tags         []string      `json:"tags,omitempty"`
	Created      string        `json:"created,omitempty"`
	Updated      string        `json:"updated,omitempty"`
	DeprecatedBy string        `json:"deprecated_by,omitempty"`
	Run          string        `json:"run,omitempty"` // how to run what is not run by itself
	RunsOn       []ref         `json:"runs_on,omitempty"`
	Parts        []ref         `json:"parts,omitempty"`
	Inputs       []input       `json:"inputs,omitempty"`
	Performance  []performance `json:"performance,omitempty"`
	Request      any           `json:"request,omitempty"` // or why there is none
	Examples     []example     `json:"examples,omitempty"`
	About        string        `json:"about,omitempty"`
}

// performance is what Scenario measured of a model.
type performance struct {
	Of    string  `json:"of,omitempty"` // a capability
	Cost  float64 `json:"cost,omitempty"`
	P50   float64 `json:"seconds_p50,omitempty"`
	P75   float64 `json:"seconds_p75,omitempty"`
	Arena float64 `json:"arena,omitempty"`
}

type details struct {
	Models  []detail  `json:"models"`
	Differs []string  `json:"differs,omitzero"` // fields in which several models differ
	Errors  []missing `json:"errors,omitempty"`
	Note    string    `json:"note,omitempty"`

	extras   map[string]extra // of models, by id
	noInputs bool             // some models' inputs could not be had
}

// fit encodes details at the first level of detail that an answer has room for.
// Models that have no room even so are named in the note.
func (s *service) fit(full []*scenario.Detail, out details, fields []string, c *call) json.RawMessage {
	steps := levels()
	if len(fields) == 0 {
		steps = steps[min(len(full), 2):]
	}
	more := "fields, or one id alone, gives more"
	switch {
	case len(full) == 1 && slices.ContainsFunc(fields, func(f string) bool { return strings.HasPrefix(f, oneInput) }):
		more = "there is no room for more"
	case len(full) == 1 && len(fields) > 0:
		more = "fields with one input, such as inputs.prompt, gives more"
	case len(full) == 1:
		more = "fields gives more"
	}
	out.Errors = fitMissing(out.Errors)
	before := c.notes
	for kept := len(full); ; kept-- {
		out.Differs = s.differs(full[:kept], fields)
		if out.noInputs {
			// Inputs that could not be had are no difference.
			out.Differs = slices.DeleteFunc(out.Differs, func(field string) bool { return field == "inputs" })
		}
		for _, step := range steps {
			c.notes = notes{slices.Clone(before.warnings), slices.Clone(before.texts)}
			out.Models = []detail{}
			cut := false
			for _, d := range full[:kept] {
				shown, shortened := s.detail(d, step, fields)
				more := out.extras[d.ID].addTo(&shown, step)
				out.Models = append(out.Models, shown)
				cut = cut || shortened || more
			}
			if cut {
				c.notes.add("some of this is cut: " + more)
			}
			if kept < len(full) {
				c.notes.warn(warning{what: "no room for " + idsOf(full[kept:]) + ": ask for them in another call"})
			}
			out.Note = c.notes.String()
			if b := encode(out); len(b) <= maxAnswer || kept == 0 {
				return b
			}
		}
	}
}

// idsOf names models, between commas.
func idsOf(models []*scenario.Detail) string {
	return strings.Join(mapped(models, func(d *scenario.Detail) string { return d.ID }), ", ")
}

// level is how much of the long parts is shown.
type level struct {
	description        int  // runes
	about, preset      int  // runes of an input's description and of its default
	values, tags, refs int  // items
	examples           int  // items
	inputs             int  // items
	defaults           bool // defaults, ranges and values of inputs
}

func levels() []level {
	return []level{
		{description: 4000, about: 4000, preset: 4000, values: 1024, tags: 64, refs: 16, examples: 8, inputs: 200, defaults: true}, // of named fields
		{description: 4000, about: 400, preset: 400, values: 1024, tags: 64, refs: 16, examples: 8, inputs: 200, defaults: true},   // of one model
		{description: 1500, about: 200, preset: 200, values: 100, tags: 64, refs: 16, examples: 6, inputs: 200, defaults: true},
		{description: 600, about: 80, preset: 80, values: 12, tags: 20, refs: 16, examples: 4, inputs: 200, defaults: true},
		{description: 300, preset: 40, values: 6, tags: 12, refs: 8, examples: 3, inputs: 200, defaults: true},
		{description: 200, tags: 8, refs: 4, examples: 2, inputs: 200},
		{description: 200, tags: 8, refs: 4, examples: 1, inputs: 20},
		{description: 120, tags: 4, refs: 2, examples: 1},
	}
}

// detail shows a model at a level, all of it or the named fields beside what
// names it and what warns. It reports whether something shown was cut.
func (s *service) detail(d *scenario.Detail, l level, fields []string) (shown detail, cut bool) {
	var inputs []string // the only ones wanted
	for _, f := range fields {
		if name, one := strings.CutPrefix(f, oneInput); one {
			inputs = append(inputs, name)
		}
	}
	want := func(f string) bool { return len(fields) == 0 || slices.Contains(fields, f) }
	r := newRow(s.catalog.Loaded(), &d.Model)
	shown = detail{ID: r.ID, Name: r.Name, DeprecatedBy: r.DeprecatedBy}
	if want("description") {
		shown.Description = shortenText(d.Description, l.description, &cut)
	}
	scope := d.Privacy
	if scope != string(scenario.Private) && scope != string(scenario.Public) {
		scope = ""
	}
	for _, fact := range []struct {
		name, value string
		into        *string
	}{
		{"scope", scope, &shown.Scope},
		{"type", d.Type, &shown.Type},
		{"provider", r.Provider, &shown.Provider},
		{"plan", r.Plan, &shown.Plan},
		{"licence", d.Licence, &shown.Licence},
		{"retention", d.Retention, &shown.Retention},
		{"processed_by", d.ProcessedBy, &shown.ProcessedBy},
		{"maintained_by", d.Maintainer, &shown.MaintainedBy},
		{"enterprise", d.Enterprise, &shown.Enterprise},
		{"status", r.Status, &shown.Status},
		{"created", day(d.CreatedAt), &shown.Created},
		{"updated", day(d.UpdatedAt), &shown.Updated},
	} {
		if want(fact.name) {
			*fact.into = fact.value
		}
	}
	list := func(values []string, n int) []string {
		cut = cut || len(values) > n
		return shorten(values, n, 0)
	}
	if want("capabilities") {
		shown.Capabilities = list(d.Capabilities, max(l.tags, 8))
	}
	if want("tags") {
		shown.Tags = list(d.Tags, l.tags)
	}
	if run := want("runs_on") || want("run"); run || want("retention") {
		bases, keepOtherwise := s.bases(d, list(d.RunsOn, l.refs))
		if run {
			shown.Run = howToRun(&d.Model)
		}
		if run || keepOtherwise {
			shown.RunsOn = bases
		}
	}
	if want("parts") {
		shown.Parts = s.refs(list(d.Parts, l.refs))
	}
	if want("inputs") || len(inputs) > 0 {
		var shortened bool
		shown.Inputs, shortened = showInputs(d, l, inputs)
		cut = cut || shortened
	}
	if want("performance") {
		for _, measured := range d.Performance {
			shown.Performance = append(shown.Performance, performance(measured))
		}
	}
	return shown, cut
}

// shortenText keeps n runes, and sets cut if there were more here or in what
// the service sent.
func shortenText(text string, n int, cut *bool) string {
	shown := scenario.Clean(text, n)
	if len(shown) < len(text) || len(text) >= scenario.MaxText && strings.HasSuffix(text, "…") {
		*cut = true
	}
	return shown
}

// shorten keeps n items at most and says how many are left out, those that were
// left out before included.
func shorten(list []string, n, before int) []string {
	if len(list) <= n && before == 0 {
		return list
	}
	kept := min(len(list), max(0, n-1))
	return append(slices.Clone(list[:kept]), fmt.Sprintf("… %d more", len(list)-kept+before))
}

// howToRun says how to run a model that is not run by itself.
func howToRun(m *scenario.Model) string {
	bases := "run a model of runs_on"
	if len(m.RunsOn) == 0 {
		bases = "run a base model (Scenario names none for it)"
	}
	switch typ := strings.ToLower(m.Type); {
	case strings.Contains(typ, "composition"):
		return "a composition is not run by itself: " + bases + " with these parts added"
	case strings.Contains(typ, "lora"):
		return "a LoRA is not run by itself: " + bases + " with this one added"
	}
	return ""
}

// bases names a model's bases, and tells the retention of those that have another
// than the model: it is theirs that counts as well.
func (s *service) bases(d *scenario.Detail, ids []string) (bases []ref, keepOtherwise bool) {
	bases = s.refs(ids)
	lists := s.catalog.Loaded()
	for i, r := range bases {
		if base := lists.Model(r.ID); base != nil && base.Retention != d.Retention {
			bases[i].Retention = base.Retention
			keepOtherwise = true
		}
	}
	return bases, keepOtherwise
}

// refs names models by what lists that are already at hand tell.
func (s *service) refs(ids []string) []ref {
	lists := s.catalog.Loaded()
	return mapped(ids, func(id string) ref {
		r := ref{ID: id} // or "… n more"
		if m := lists.Model(id); m != nil {
			r.Name = m.Name
			if m.Plan > scenario.Free {
				r.Plan = m.Plan.String()
			}
		}
		return r
	})
}

// detailFields are the names that fields may have. Some are always shown.
func detailFields() []string {
	return []string{"id", "name", "scope", "description", "type", "provider", "plan", "licence", "retention", "processed_by",
		"maintained_by", "enterprise", "status", "capabilities", "tags", "created", "updated", "deprecated_by", "run", "runs_on", "parts", "inputs", "performance", "request", "examples", "about"}
}
