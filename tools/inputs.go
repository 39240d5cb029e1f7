package tools

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"scenario-mcp/scenario"
)

// input is one parameter of a model.
type input struct {
	Name      string   `json:"name"`
	Type      string   `json:"type,omitempty"`
	Required  any      `json:"required,omitempty"` // true, or the conditions in words
	Costs     bool     `json:"costs,omitempty"`    // its value changes what a run costs
	Default   any      `json:"default,omitempty"`
	Range     string   `json:"range,omitempty"` // "1..20", "0..1 step 0.1", "≥ 1"
	MaxItems  int      `json:"max_items,omitempty"`
	MaxLength int      `json:"max_length,omitempty"` // letters
	MaxSize   *float64 `json:"max_size,omitempty"`   // of a file, in the unit that Scenario uses
	Values    []string `json:"values,omitempty"`
	About     string   `json:"about,omitempty"`
}

// showInputs shows a model's inputs, or those named in only, at a level.
func showInputs(d *scenario.Detail, l level, only []string) (shown []input, cut bool) {
	left := d.MoreInputs
	for _, in := range d.Inputs {
		switch {
		case len(only) > 0 && !slices.Contains(only, strings.ToLower(in.Name)):
			continue
		case len(shown) >= l.inputs:
			left++
			continue
		}
		about := in.Description
		if about == "" && !strings.EqualFold(in.Label, in.Name) {
			about = in.Label
		}
		one := input{Name: in.Name, Type: in.Type, Costs: in.Costs}
		if in.Required {
			one.Required = true
		} else if len(in.RequiredIf) > 0 {
			one.Required = conditionText(in.RequiredIf)
		}
		if l.defaults {
			one.Default, one.Range = in.Default, valueRange(in)
			if text, ok := in.Default.(string); ok {
				one.Default = shortenText(text, l.preset, &cut)
			}
			one.MaxSize = in.MaxSize
			if isList(in.Type) {
				one.MaxItems = in.MaxLength
			} else {
				one.MaxLength = in.MaxLength
			}
			one.Values = shorten(in.AllowedValues, l.values, in.MoreValues)
			cut = cut || len(in.AllowedValues) > l.values || in.MoreValues > 0
		}
		if l.about > 0 {
			one.About = shortenText(about, l.about, &cut)
		} else {
			cut = cut || about != ""
		}
		cut = cut || !l.defaults
		shown = append(shown, one)
	}
	if left > 0 && len(only) == 0 {
		shown, cut = append(shown, input{Name: fmt.Sprintf("… %d more", left)}), true
	}
	return shown, cut
}

// isList reports whether an input takes several values.
func isList(kind string) bool { return strings.HasSuffix(kind, "_array") }

// conditionText says when an input is required.
func conditionText(conditions []scenario.Condition) string {
	var texts []string
	for _, c := range conditions {
		switch c.Kind {
		case scenario.IfGiven:
			texts = append(texts, "if "+c.Input+" is given")
		case scenario.UnlessGiven:
			texts = append(texts, "unless "+c.Input+" is given")
		case scenario.IfValue:
			texts = append(texts, "if "+c.Input+" is "+strings.Join(c.Values, " or "))
		case scenario.IfOther:
			texts = append(texts, "in some cases")
		}
	}
	return strings.Join(texts, ", or ")
}

// noInputs names the inputs that were asked for and that a model does not have,
// or says why it has none.
func noInputs(d *scenario.Detail, fields []string) (texts []string) {
	if all := len(fields) == 0 || slices.Contains(fields, "inputs"); all && len(d.Inputs)+d.MoreInputs == 0 {
		if howToRun(&d.Model) != "" {
			return []string{"no inputs for " + d.ID + ": it takes those of the model that it runs on"}
		}
		return []string{"no inputs for " + d.ID + ": Scenario names none"}
	}
	have := mapped(d.Inputs, func(in scenario.Input) string { return in.Name })
	for _, f := range fields {
		name, one := strings.CutPrefix(f, oneInput)
		if !one || slices.ContainsFunc(have, func(h string) bool { return strings.EqualFold(h, name) }) {
			continue
		}
		text := fmt.Sprintf("no input %s on %s", quote(name), d.ID)
		switch {
		case d.MoreInputs > 0:
			text = fmt.Sprintf("no input %s among the first %d of %s", quote(name), len(have), d.ID)
		case len(have) > 0:
			text += "; it has: " + strings.Join(shorten(have, 30, 0), ", ")
		}
		texts = append(texts, text)
	}
	return texts
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

// oneInput is how the name of a field begins that is one input alone.
const oneInput = "inputs."
