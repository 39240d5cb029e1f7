package main

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"scenario-mcp/scenario/fakeapi"
)

// The reference model: what README.md says of rows, filters, orders and pages,
// done the slow and obvious way. It shares no code with the program.

// refModel is one model as an answer may show it.
type refModel struct {
	own                        bool
	id, name, kind, status     string
	provider, description      string
	processor, enterprise      string
	tags, capabilities, runsOn []string
	plan, needs                int       // its own, and with its bases
	created                    time.Time // zero: unknown
	deprecated                 bool
}

// refList is one list as it was served at one time.
type refList struct {
	models []refModel // each id once
	again  []refModel // rows whose id came before
	broken int        // rows that are no model
}

// readList reads a list's rows. Of several with one id the first counts.
func readList(rows []fakeapi.Row, own bool, mode fakeapi.Mode) refList {
	var l refList
	seen := map[string]bool{}
	for _, r := range rows {
		id, _ := r["id"].(string)
		switch {
		case id == "" || strings.ContainsFunc(id, unicode.IsSpace):
			l.broken++
		case seen[id]:
			l.again = append(l.again, readModel(r, own, mode))
		default:
			seen[id] = true
			l.models = append(l.models, readModel(r, own, mode))
		}
	}
	l.models = withBases(l.models)
	return l
}

// withBases sets the plans that models need: also that of the cheapest base, as
// far as the list has them.
func withBases(models []refModel) []refModel {
	models = slices.Clone(models)
	for i, m := range models {
		cheapest := -1
		for _, base := range models {
			if slices.Contains(m.runsOn, base.id) && (cheapest < 0 || base.plan < cheapest) {
				cheapest = base.plan
			}
		}
		models[i].needs = max(m.plan, cheapest)
	}
	return models
}

// readModel reads a row. A value of the wrong type counts as absent.
func readModel(r fakeapi.Row, own bool, mode fakeapi.Mode) refModel {
	m := refModel{
		own: own, id: r["id"].(string), description: textOf(r["shortDescription"]),
		name: textOf(r["name"]), kind: textOf(r["type"]), status: textOf(r["status"]),
		capabilities: textsOf(r["capabilities"]), runsOn: textsOf(r["compliantModelIds"]),
	}
	if mode == fakeapi.Guide { // which has words of its own
		switch {
		case m.kind == "custom":
			m.kind = "checkpoint"
		case strings.HasSuffix(m.kind, "-lora"):
			m.kind = "lora"
		}
	}
	if compliance, ok := r["complianceMetadata"].(map[string]any); ok {
		m.provider = textOf(compliance["modelProvider"])
		m.processor, m.enterprise = textOf(compliance["subProcessor"]), textOf(compliance["enterpriseStatus"])
	}
	for _, tag := range textsOf(r["tags"]) {
		mark, _, colon := strings.Cut(tag, ":")
		marked := strings.EqualFold(mark, "deprecated")
		m.deprecated = m.deprecated || marked
		if !marked || !colon {
			m.tags = append(m.tags, tag)
		}
	}
	m.plan = planUnknown
	switch plan := r["accessRestrictions"].(type) {
	case nil:
		m.plan = 0
	case int:
		m.plan = min(plan, 100)
	case float64:
		m.plan = min(int(math.Ceil(plan)), 100)
	}
	if m.plan < 0 {
		m.plan = planUnknown
	}
	if at, err := time.Parse(time.RFC3339, textOf(r["createdAt"])); err == nil {
		m.created = at
	}
	return m
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // the test made the value
	}
	return v
}

// textOf is a text as it may be shown: without what does not show, on one line.
func textOf(v any) string {
	s, _ := v.(string)
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsGraphic(r) && !unicode.Is(unicode.Variation_Selector, r) {
			return r
		}
		return -1
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// textsOf is the distinct texts of a list.
func textsOf(v any) (texts []string) {
	list, _ := v.([]any)
	for _, e := range list {
		if s := textOf(e); s != "" && !slices.Contains(texts, s) {
			texts = append(texts, s)
		}
	}
	return texts
}

// fold is what two texts have in common that are equal in any case.
func fold(s string) string { return strings.ToLower(textOf(s)) }

func folded(texts []string) (all []string) {
	for _, s := range texts {
		all = append(all, fold(s))
	}
	return all
}

// refQuery is the question of a tool that lists models.
type refQuery struct {
	own, public            bool // the lists asked
	tags                   []string
	anyTag                 bool
	kind, provider         string
	capabilities, statuses []string // one of them is enough
	processor, enterprise  string
	base                   string
	plan                   string
	after                  time.Time
	afterText              string // as it is asked
	sort                   string
	search                 bool // search_models, not a list
	hideDeprecated         bool
	words                  string // what is searched for; "" for a list
	limit, offset          int
}

// planUnknown is a model's plan that cannot be read; no user has it.
const planUnknown = 101

// planNumbers are the plans a user may have.
var planNumbers = map[string]int{"free": 0, "creator": 25, "pro": 50, "team": 75, "enterprise": 100}

// namedPlan is the number of the lowest named plan that may run a model.
func namedPlan(number int) int {
	if number > 100 {
		return planUnknown
	}
	return (max(number, 0) + 24) / 25 * 25
}

// planName is the lowest plan that may run a model, "" for the free one.
func planName(number int) string {
	switch {
	case number <= 0:
		return ""
	case number <= 25:
		return "Creator"
	case number <= 50:
		return "Pro"
	case number <= 75:
		return "Team"
	case number <= 100:
		return "Enterprise"
	}
	return "unknown"
}

// matches reports whether a model passes every filter but the plan's.
func (q refQuery) matches(m refModel) bool {
	if len(q.tags) > 0 {
		have, found := folded(m.tags), 0
		for _, tag := range q.tags {
			if slices.Contains(have, fold(tag)) {
				found++
			}
		}
		if found == 0 || !q.anyTag && found < len(q.tags) {
			return false
		}
	}
	return fitsOne(m.capabilities, q.capabilities) &&
		fitsOne([]string{m.kind}, oneText(q.kind)) &&
		fitsOne([]string{cmp.Or(m.status, "trained")}, q.statuses) &&
		fitsOne([]string{m.provider}, oneText(q.provider)) &&
		fitsOne([]string{m.processor}, oneText(q.processor)) &&
		fitsOne([]string{m.enterprise}, oneText(q.enterprise)) &&
		fitsOne(m.runsOn, oneText(q.base)) &&
		(q.after.IsZero() || !m.created.Before(q.after))
}

// fitsOne reports whether one of the values fits one of the patterns, or none is
// asked for. A star stands for any letters.
func fitsOne(values, patterns []string) bool {
	for _, pattern := range patterns {
		expr := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(fold(pattern)), `\*`, ".*") + "$")
		if slices.ContainsFunc(folded(values), expr.MatchString) {
			return true
		}
	}
	return len(patterns) == 0
}

// runs reports whether the user's plan may run a model.
func (q refQuery) runs(m refModel) bool {
	return q.plan == "" || m.needs <= planNumbers[q.plan]
}

// refResult is all that matches, and how many models only their plan or only
// their deprecation hides.
type refResult struct {
	matches           []refModel
	abovePlan, hidden int
}

// answer answers a query from the two lists. A model in both is the own one.
func (q refQuery) answer(own, public refList) refResult {
	var r refResult
	for _, m := range mergedModels(q.own, q.public, own, public) {
		old := q.hideDeprecated && m.deprecated
		switch {
		case !q.matches(m), !q.runs(m) && old:
		case !q.runs(m):
			r.abovePlan++
		case old:
			r.hidden++
		default:
			r.matches = append(r.matches, m)
		}
	}
	switch q.sort {
	case "newest":
		slices.SortStableFunc(r.matches, func(a, b refModel) int { return b.created.Compare(a.created) })
	case "name":
		slices.SortStableFunc(r.matches, func(a, b refModel) int {
			return cmp.Compare(strings.ToLower(a.name), strings.ToLower(b.name))
		})
	case "plan":
		slices.SortStableFunc(r.matches, func(a, b refModel) int { return cmp.Compare(namedPlan(a.needs), namedPlan(b.needs)) })
	}
	return r
}

// mergedModels is the models of the asked lists, each once.
func mergedModels(askOwn, askPublic bool, own, public refList) (models []refModel) {
	if askOwn {
		models = slices.Clone(own.models)
	}
	for _, m := range public.models {
		twin := func(o refModel) bool { return o.id == m.id }
		if askPublic && !(askOwn && slices.ContainsFunc(own.models, twin)) {
			models = append(models, m)
		}
	}
	return models
}

// countValues is how many models have each value of one kind, by folded value.
func countValues(models []refModel, values func(refModel) []string) map[string]int {
	n := map[string]int{}
	for _, m := range models {
		have := folded(values(m))
		slices.Sort(have)
		for _, v := range slices.Compact(have) {
			n[v]++
		}
	}
	return n
}

// namedModels is the models with a name, in any case.
func namedModels(models []refModel, name string) (found []refModel) {
	for _, m := range models {
		if m.name != "" && fold(m.name) == fold(name) {
			found = append(found, m)
		}
	}
	return found
}
