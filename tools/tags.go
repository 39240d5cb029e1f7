package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"scenario-mcp/scenario/catalog"
)

// tagsArgs are the checked arguments of list_model_tags.
type tagsArgs struct {
	Scope    string
	Contains string
	Limit    int
}

const defaultTags = 40

func tagsParams() []param[tagsArgs] {
	return []param[tagsArgs]{
		{name: "scope", enum: scopeNames(), into: func(a *tagsArgs) any { return &a.Scope }},
		{name: "contains", into: func(a *tagsArgs) any { return &a.Contains }},
		{name: "limit", help: "values of each kind", min: 1, max: 200, into: func(a *tagsArgs) any { return &a.Limit }},
	}
}

// Values are written as {"tag": count}, most used first. That is the shortest form
// that a model reads without help.
const tagsSchema = `{"type":"object","properties":{"tags":{"type":"object"},"capabilities":{"type":"object"},` +
	`"types":{"type":"object"},"providers":{"type":"object"},"note":{"type":"string"}},"required":["tags"]}`

func (s *service) tagsTool() tool {
	return define("list_model_tags", "List Scenario model tags",
		"The vocabulary of the filters: tags, capabilities, types and providers with model counts, most used first.",
		tagsSchema, tagsParams(), tagsArgs{Scope: "all", Limit: defaultTags}, s.tags)
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
	}{{"tags", catalog.Tags, &v.Tags}, {"capabilities", catalog.Capabilities, &v.Capabilities}, {"types", catalog.Types, &v.Types}, {"providers", catalog.Providers, &v.Providers}} {
		terms := catalog.Containing(lists.Terms(kind.facet), a.Contains)
		c.rows += len(terms)
		n := min(len(terms), a.Limit)
		if kind.facet != catalog.Tags && a.Limit == defaultTags && a.Contains == "" {
			n = min(n, 20) // nobody chooses from the tails of short vocabularies
		}
		*kind.into = counts(terms[:n])
		if n < len(terms) {
			left = append(left, fmt.Sprintf("%s %d", kind.name, len(terms)-n))
		}
	}
	empty := c.rows == 0
	switch {
	case empty && a.Contains != "" && models > 0:
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
		longest := &v.Tags
		for _, list := range []*counts{&v.Capabilities, &v.Types, &v.Providers} {
			if len(*list) > len(*longest) {
				longest = list
			}
		}
		*longest = (*longest)[:len(*longest)*3/4]
		b = encode(v)
	}
	return b, nil
}
