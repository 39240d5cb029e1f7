package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"scenario-mcp/scenario"
)

// getArgs are the checked arguments of get_models.
type getArgs struct {
	IDs    []string
	Fields []string
}

const maxGet = 10

const detailsSchema = `{"type":"object","properties":{"models":{"type":"array"},"errors":{"type":"array"}},"required":["models"]}`

func (s *service) getTool() tool {
	return define("get_models", "Get Scenario models",
		"All to decide on and run up to 10 models: description, plan, licence, what it runs on, inputs; differs names what differs.",
		detailsSchema, []param[getArgs]{
			{name: "ids", help: "ids, names, provider plus name", min: 1, max: maxGet, into: func(a *getArgs) any { return &a.IDs }},
			{name: "fields", help: "only these, uncut: licence, retention, inputs, inputs.prompt, request (for code), examples, about (by others)", into: func(a *getArgs) any { return &a.Fields }},
		}, getArgs{}, s.get)
}

func (s *service) get(ctx context.Context, c *call, a getArgs) (json.RawMessage, error) {
	var fields, unknown []string
	for _, f := range a.Fields {
		if lower := strings.ToLower(f); slices.Contains(detailFields(), lower) || strings.HasPrefix(lower, oneInput) {
			fields = append(fields, lower)
		} else {
			unknown = append(unknown, quote(f))
		}
	}
	if len(unknown) > 0 {
		c.notes.add(fmt.Sprintf("no field %s; there are %s, or one input such as inputs.prompt",
			strings.Join(shorten(unknown, 5, 0), ", "), strings.Join(detailFields(), ", ")))
	}
	hold := len(a.IDs)
	if slices.Contains(fields, "request") {
		hold *= 2 // a base for each
	}
	release, err := s.memory.holdDetails(ctx, hold)
	if err != nil {
		return nil, err
	}
	defer release()
	without := map[string][]string{} // ids of models whose inputs failed, by reason
	var (
		out   details
		full  []*scenario.Detail
		whole []*scenario.Detail // of them, those with their inputs
	)
	found := s.find(ctx, a.IDs)
	for _, f := range found {
		if f.detail == nil {
			continue
		}
		full = append(full, f.detail)
		c.notes.add(f.notes...)
		if f.err != nil {
			without[reason(f.err)] = append(without[reason(f.err)], f.detail.ID)
			continue
		}
		whole = append(whole, f.detail)
		c.notes.add(noInputs(f.detail, fields)...)
	}
	out.Errors, err = withoutDetail(found)
	// Nothing but failures is a failure, not an answer.
	if err != nil && !slices.ContainsFunc(found, func(f finding) bool { return f.detail != nil || f.missing != nil }) {
		return nil, err
	}
	for _, because := range slices.Sorted(maps.Keys(without)) {
		c.notes.warn(warning{what: "inputs are missing for " + strings.Join(without[because], ", "), because: because})
	}
	if slices.ContainsFunc(full, func(d *scenario.Detail) bool {
		return d.DeprecatedBy != "" || len(d.RunsOn) > 0 && tellsOfBases(a.Fields)
	}) {
		s.readPublic(ctx, c)
	}
	c.rows = len(full)
	for _, d := range full {
		s.exhibit(c, d)
	}
	out.extras = s.extras(ctx, c, full, whole, fields)
	out.noInputs = len(without) > 0
	return s.fit(full, out, fields, c), nil
}

// tellsOfBases reports whether an answer with these fields depends on the bases of
// a model.
func tellsOfBases(fields []string) bool {
	return len(fields) == 0 || slices.ContainsFunc(fields, func(f string) bool {
		return slices.Contains([]string{"plan", "retention", "run", "runs_on", "request"}, f)
	})
}
