package tools

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
)

// orders are the orders of lists.
func orders() []string {
	return []string{string(catalog.Popular), string(catalog.Newest), string(catalog.ByName), string(catalog.ByPlan)}
}

// span is a length of time before now, such as 14d.
var span = regexp.MustCompile(`^(\d{1,4})\s*(?:(h)(?:ours?)?|(d)(?:ays?)?|(w)(?:eeks?)?|(m)(?:o|onths?)?|(y)(?:ears?)?)$`)

// since reads a date, an instant, or a span before now.
func since(text string, now time.Time) (time.Time, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339, "2006-01"} {
		if t, err := time.Parse(layout, strings.ToUpper(text)); err == nil {
			return t, nil
		}
	}
	if m := span.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1])
		switch strings.Join(m[2:], "") {
		case "h":
			return now.Add(-time.Duration(n) * time.Hour), nil
		case "d":
			return now.AddDate(0, 0, -n), nil
		case "w":
			return now.AddDate(0, 0, -7*n), nil
		case "m":
			return now.AddDate(0, -n, 0), nil
		case "y":
			return now.AddDate(-n, 0, 0), nil
		}
	}
	return time.Time{}, badArgument("created_after cannot be %s; write a date like 2026-01-31 or a span like 14d, 6w, 3m.", quote(text))
}

// listArgs are the checked arguments of the list tools. The public one has no
// Status.
type listArgs struct {
	Tags              []string
	TagMatch          string
	Capability        []string
	Type              string
	Provider          string
	ProcessedBy       string
	RunsOn            string
	Enterprise        string
	Status            []string
	Plan              string
	CreatedAfter      time.Time
	IncludeDeprecated bool
	Sort              string
	Limit             int
	Offset            int
}

// filterParams is the table of the filters, the order and the page. Public models
// have no status worth a filter.
func filterParams(withStatus bool, sorts []string) []param[listArgs] {
	params := []param[listArgs]{
		{name: "tags", help: "e.g. pixel-art", into: func(a *listArgs) any { return &a.Tags }},
		{name: "tag_match", enum: []string{"all", "any"}, into: func(a *listArgs) any { return &a.TagMatch }},
		{name: "capability", help: "any of; * wildcard: *2video", into: func(a *listArgs) any { return &a.Capability }},
		{name: "type", help: "e.g. *lora", into: func(a *listArgs) any { return &a.Type }},
		{name: "provider", help: "e.g. google", into: func(a *listArgs) any { return &a.Provider }},
		{name: "processed_by", help: "who runs it", into: func(a *listArgs) any { return &a.ProcessedBy }},
		{name: "runs_on", help: "base's id or name", into: func(a *listArgs) any { return &a.RunsOn }},
		{name: "enterprise", help: "e.g. ready", into: func(a *listArgs) any { return &a.Enterprise }},
		{name: "status", help: "any of, e.g. failed", into: func(a *listArgs) any { return &a.Status }},
		{name: "plan", help: "what it may run, with bases", enum: planNames, into: func(a *listArgs) any { return &a.Plan }},
		{name: "created_after", help: "date or 14d", into: func(a *listArgs) any { return &a.CreatedAfter }},
		{name: "include_deprecated", into: func(a *listArgs) any { return &a.IncludeDeprecated }},
		{name: "sort", enum: sorts, into: func(a *listArgs) any { return &a.Sort }},
		{name: "limit", max: 100, into: func(a *listArgs) any { return &a.Limit }},
		{name: "offset", into: func(a *listArgs) any { return &a.Offset }},
	}
	if withStatus {
		return params
	}
	return slices.DeleteFunc(params, func(p param[listArgs]) bool { return p.name == "status" })
}

// query is what the arguments ask of the lists.
func (a listArgs) query() catalog.Query {
	if a.Sort == relevance {
		a.Sort = "" // the order of a search
	}
	return catalog.Query{
		Tags:           a.Tags,
		AnyTag:         a.TagMatch == "any",
		Capabilities:   a.Capability,
		Type:           a.Type,
		Provider:       a.Provider,
		ProcessedBy:    a.ProcessedBy,
		RunsOn:         a.RunsOn,
		Enterprise:     a.Enterprise,
		Statuses:       a.Status,
		Plan:           planOf(a.Plan),
		CreatedAfter:   a.CreatedAfter,
		HideDeprecated: !a.IncludeDeprecated,
		Sort:           catalog.Order(a.Sort),
		Offset:         a.Offset,
		Limit:          a.Limit,
	}
}

// noFilters names the patterns that fit everything.
func (a listArgs) noFilters() string {
	var none []string
	for _, f := range []struct {
		facet  catalog.Facet
		values []string
	}{
		{catalog.Types, []string{a.Type}},
		{catalog.Capabilities, a.Capability},
		{catalog.Providers, []string{a.Provider}},
		{catalog.Processors, []string{a.ProcessedBy}},
		{catalog.Bases, []string{a.RunsOn}},
		{catalog.Readiness, []string{a.Enterprise}},
		{catalog.Statuses, a.Status},
	} {
		if slices.ContainsFunc(f.values, func(v string) bool { return v != "" && !catalog.IsFilter(f.facet, v) }) {
			none = append(none, argumentOf(f.facet))
		}
	}
	if len(none) == 0 {
		return ""
	}
	return strings.Join(none, " and ") + " * fits everything, so it is no filter"
}

// request is how the lists are wanted. Who asks what is new waits for a new list.
func (a listArgs) request() catalog.Request {
	return catalog.Request{Resume: a.Offset > 0, Fresh: a.dated()}
}

// dated reports whether the order or a filter is about dates.
func (a listArgs) dated() bool {
	return a.Sort == string(catalog.Newest) || !a.CreatedAfter.IsZero()
}

var planNames = []string{"free", "creator", "pro", "team", "enterprise"}

// planOf returns the plan of that name, nil for none.
func planOf(name string) *scenario.Plan {
	for _, p := range scenario.Plans() {
		if strings.EqualFold(p.String(), name) {
			return &p
		}
	}
	return nil
}

func scopeNames() []string { return []string{"all", string(scenario.Private), string(scenario.Public)} }
