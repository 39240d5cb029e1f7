package tools

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"scenario-mcp/scenario/catalog"
)

// tagsArgs are the checked arguments of list_model_tags.
type tagsArgs struct {
	Scope    string
	Contains string
	Limit    int
}

// Values are written as {"tag": count}, most used first. That is the shortest form
// that a model reads without help.
const tagsSchema = `{"type":"object","properties":{"tags":{"type":"object"}},"required":["tags"]}`

func (s *service) tagsTool() tool {
	return define("list_model_tags", "List Scenario model tags",
		"The vocabulary of the filters with model counts, most used first.",
		tagsSchema, []param[tagsArgs]{
			{name: "scope", enum: scopeNames(), into: func(a *tagsArgs) any { return &a.Scope }},
			{name: "contains", help: "part of a value", into: func(a *tagsArgs) any { return &a.Contains }},
			{name: "limit", help: "of each kind; capabilities, statuses: all", min: 1, max: 200, into: func(a *tagsArgs) any { return &a.Limit }},
		}, tagsArgs{Scope: "all", Limit: 40}, s.tags)
}

// counts is a facet's values in order.
type counts []catalog.Term

// MarshalJSON writes an object whose keys are in the order of c.
func (c counts) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, t := range c {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, encode(t.Name)...)
		b = fmt.Appendf(b, ":%d", t.Count)
	}
	return append(b, '}'), nil
}

type vocabulary struct {
	Tags         counts `json:"tags"`
	Capabilities counts `json:"capabilities,omitempty"`
	Types        counts `json:"types,omitempty"`
	Providers    counts `json:"providers,omitempty"`
	Statuses     counts `json:"statuses,omitempty"`
	ProcessedBy  counts `json:"processed_by,omitempty"`
	Enterprise   counts `json:"enterprise,omitempty"`
	AsOf         string `json:"as_of"`
	Note         string `json:"note,omitempty"`
}

func (s *service) tags(ctx context.Context, c *call, a tagsArgs) (json.RawMessage, error) {
	lists, err := s.lists(ctx, c, a.Scope, catalog.Request{})
	if err != nil {
		return nil, err
	}
	v := vocabulary{AsOf: dated(lists.AsOf())}
	models := lists.Len()
	c.notes.warn(viewNotes(a.Scope, 0, lists)...)
	var left []string
	for _, kind := range []struct {
		name  string
		facet catalog.Facet
		into  *counts
		short bool // all values are shown
	}{
		{"tags", catalog.Tags, &v.Tags, false},
		{"capabilities", catalog.Capabilities, &v.Capabilities, true},
		{"types", catalog.Types, &v.Types, false},
		{"providers", catalog.Providers, &v.Providers, false},
		{"statuses", catalog.Statuses, &v.Statuses, true},
		{"processed_by", catalog.Processors, &v.ProcessedBy, false},
		{"enterprise", catalog.Readiness, &v.Enterprise, false},
	} {
		terms := catalog.Containing(lists.Terms(kind.facet), a.Contains)
		c.rows += len(terms)
		n := len(terms)
		if !kind.short {
			n = min(n, a.Limit)
		}
		*kind.into = counts(terms[:n])
		if n < len(terms) {
			left = append(left, fmt.Sprintf("%s %d", kind.name, len(terms)-n))
		}
	}
	switch {
	case c.rows == 0 && a.Contains != "" && models > 0:
		c.notes.add(fmt.Sprintf("nothing contains %s among the values of %s", quote(a.Contains), counted(models, "model", "models")))
	case len(left) > 0:
		c.notes.add("not shown: " + strings.Join(left, ", ") + "; contains finds them")
	}
	v.Note = c.notes.String()
	b := encode(v)
	if len(b) <= maxAnswer {
		return b, nil
	}
	c.notes.add("not everything fits; contains finds the rest")
	v.Note = c.notes.String()
	for len(b) > maxAnswer {
		longest := longestOf(&v.Tags, &v.Types, &v.Providers, &v.ProcessedBy, &v.Enterprise)
		if len(*longest) == 0 {
			longest = longestOf(&v.Capabilities, &v.Statuses)
		}
		*longest = (*longest)[:len(*longest)*3/4]
		b = encode(v)
	}
	return b, nil
}

func longestOf(lists ...*counts) *counts {
	return slices.MaxFunc(lists, func(a, b *counts) int { return cmp.Compare(len(*a), len(*b)) })
}
