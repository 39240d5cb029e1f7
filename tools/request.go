package tools

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"scenario-mcp/scenario"
)

// request is what code sends to run a model. This program never sends it.
type request struct {
	Method string          `json:"method"`
	Path   string          `json:"path"`
	Body   json.RawMessage `json:"body"`
	Result string          `json:"result"`
}

// fetchResult says how code gets what a request makes.
const fetchResult = "job.jobId of the answer; then GET /v1/jobs/{jobId} until status is success"

// maxPreset is the longest default that stands in a request, in runes. A longer
// one may be cut, and what is left out has its default anyway.
const maxPreset = 400

// request returns how a model is run: a [request] of its own, or of its
// cheapest base, or a sentence that says why there is none.
func (s *service) request(ctx context.Context, d *scenario.Detail) any {
	switch {
	case !d.Ready():
		return "none: its status is " + d.Status
	case d.Custom:
		return newRequest(d, scenario.Input{}, "")
	case howToRun(&d.Model) == "":
		return "none: only models of type custom are run by themselves"
	case len(d.RunsOn) == 0:
		return "none: Scenario names no base model for it"
	}
	id := d.RunsOn[0] // no better is known where none is listed
	if base := s.catalog.Loaded().CheapestBase(&d.Model); base != nil {
		id = base.ID
	}
	base, err := s.api.Model(ctx, id)
	if err != nil {
		return "none: its base model " + id + " cannot be read: " + reason(err)
	}
	in, ok := modelInput(base)
	switch {
	case !base.Custom:
		return "none: its base model " + id + " is not of type custom"
	case !ok:
		return "none: its base model " + id + " takes no other model"
	}
	return newRequest(base, in, d.ID)
}

// modelInput returns the input of a base model that takes a LoRA.
func modelInput(base *scenario.Detail) (found scenario.Input, ok bool) {
	rank := 0
	for _, in := range base.Inputs {
		n := 0
		switch in.Type {
		case "model":
			n = 1
		case "model_array":
			n = 2
		}
		if n > 0 && strings.Contains(strings.ToLower(in.Name), "lora") {
			n += 2
		}
		if n > rank {
			found, rank = in, n
		}
	}
	return found, rank > 0
}

// newRequest makes the request of a model of type custom. An id, if there is
// one, is put into an input.
func newRequest(d *scenario.Detail, into scenario.Input, id string) request {
	body := []byte{'{'}
	required := requiredInputs(d, into.Name)
	for _, in := range d.Inputs {
		if !required[in.Name] {
			continue
		}
		if len(body) > 1 {
			body = append(body, ',')
		}
		value := presetOf(in)
		if in.Name == into.Name {
			value = id
			if isList(in.Type) {
				value = []string{id}
			}
		}
		body = append(append(append(body, encode(in.Name)...), ':'), encode(value)...)
	}
	return request{"POST", "/v1/generate/custom/" + url.PathEscape(d.ID), append(body, '}'), fetchResult}
}

// requiredInputs returns the inputs that a request needs, given included. One
// that is required may make another so.
func requiredInputs(d *scenario.Detail, given string) map[string]bool {
	needed := map[string]bool{}
	presets := map[string]any{}
	for _, in := range d.Inputs {
		presets[in.Name] = in.Default
		needed[in.Name] = in.Required || in.Name == given
	}
	holds := func(c scenario.Condition) bool {
		switch c.Kind {
		case scenario.IfGiven:
			return needed[c.Input]
		case scenario.UnlessGiven:
			return !needed[c.Input]
		case scenario.IfValue:
			preset := presets[c.Input]
			if preset == nil || preset == "" { // what will stand for the placeholder is not known
				return needed[c.Input]
			}
			return slices.Contains(c.Values, fmt.Sprint(preset))
		}
		return false
	}
	for changed := true; changed; {
		changed = false
		for _, in := range d.Inputs {
			if !needed[in.Name] && slices.ContainsFunc(in.RequiredIf, holds) {
				needed[in.Name], changed = true, true
			}
		}
	}
	return needed
}

// presetOf returns an input's default, or a placeholder that names its type and
// bounds.
func presetOf(in scenario.Input) any {
	switch v := in.Default.(type) {
	case bool, float64:
		return v
	case string:
		switch {
		case v == "" || len(v) > maxPreset:
		case v[0] == '{' && in.Type != "string" && json.Valid([]byte(v)):
			return json.RawMessage(v)
		default:
			return v
		}
	case []string:
		if slices.Contains([]string{"string_array", "file_array", "model_array"}, in.Type) && len(encode(v)) <= maxPreset {
			return v
		}
	}
	text := map[string]string{
		"string": "text", "file": "asset id", "model": "model id", "boolean": "true or false",
	}[strings.TrimSuffix(in.Type, "_array")]
	text = cmp.Or(text, strings.TrimSuffix(in.Type, "_array"), "value")
	if between := valueRange(in); between != "" {
		text += " " + between
	}
	if len(in.AllowedValues) > 0 {
		text += ": " + strings.Join(shorten(in.AllowedValues, 12, in.MoreValues), " | ")
	}
	switch {
	case in.MaxLength == 0:
	case isList(in.Type):
		text += ", up to " + strconv.Itoa(in.MaxLength) + " of them"
	case in.Type == "string":
		text += ", up to " + strconv.Itoa(in.MaxLength) + " letters"
	}
	text = "<" + text + ">"
	if isList(in.Type) {
		return []string{text}
	}
	return text
}
