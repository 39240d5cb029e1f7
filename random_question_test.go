package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// question is a call of a tool, and how its answer is checked.
type question struct {
	tool        string
	arguments   map[string]any
	own, public bool // the lists asked
	check       func(a *randomCall) (problem string)
}

// ask prepares the request of a question.
func (r *randomRun) ask(q question) *randomCall {
	a := r.host.ask(r.dice, q.tool, q.arguments)
	a.check = func(m message) (problem string) {
		answered := parseAnswer(r.t, m)
		a.failed, a.text, a.note = answered.Failed, answered.Text, answered.Note
		a.own, a.public = marksOf(a.note, q.own, q.public)
		switch {
		case a.failed && (!r.faulty || a.text == ""):
			return "failed without a fault"
		case a.failed:
			return ""
		case len(a.text) > maxText:
			return fmt.Sprintf("an answer of %d bytes", len(a.text))
		case !r.faulty && !r.behind && (a.own.failed() || a.public.failed()):
			return "marked without a fault"
		case q.check == nil:
			_, problem = a.page()
			return problem
		}
		return q.check(a)
	}
	return a
}

// page reads a page of models.
func (a *randomCall) page() (p shownPage, problem string) {
	if err := json.Unmarshal([]byte(a.text), &p); err != nil || p.Models == nil {
		return p, fmt.Sprintf("not a page: %v", err)
	}
	a.total, a.next = p.Total, p.NextOffset
	for _, m := range p.Models {
		a.ids = append(a.ids, m.ID)
	}
	return p, ""
}

// draw draws any question.
func (r *randomRun) draw() question {
	switch n := r.IntN(100); {
	case n < 60:
		return r.listQuestion(r.drawQuery(""))
	case n < 70:
		return r.listQuestion(r.drawQuery(oneOf(r.dice, "pixel hero", "anime", "icons for a game", "wide landscapes", "日本", "zzyzx", "make a video of a photo")))
	case n < 85:
		return r.getQuestion()
	}
	return r.tagsQuestion()
}

// drawQuery draws filters, order and page; with words it is a search.
func (r *randomRun) drawQuery(words string) refQuery {
	q := refQuery{words: words, sort: oneOf(r.dice, "", "", "popular", "newest", "name", "plan"), limit: r.between(1, 100), hideDeprecated: true}
	if r.chance(3) {
		q.limit = 0
	}
	switch kind := r.IntN(3); {
	case words != "" || kind == 0:
		scope := r.IntN(4)
		q.own, q.public = scope != 0, scope != 1
	case kind == 1:
		q.own, q.hideDeprecated = true, false
	default:
		q.public, q.hideDeprecated = true, false
	}
	q.search = words != "" || q.hideDeprecated
	if q.search && r.chance(50) {
		q.hideDeprecated = false
	}
	for range max(0, r.IntN(6)-2) {
		tag := r.anyCase(oneOf(r.dice, randomTags...))
		if !slices.ContainsFunc(q.tags, func(t string) bool { return fold(t) == fold(tag) }) {
			q.tags = append(q.tags, tag)
		}
	}
	q.anyTag = r.chance(40)
	if r.chance(20) {
		for _, c := range someOf(r.dice, 3, append(randomCapabilities, "no-such", "*2video", "img2*", "*2*", "t*i*g")) {
			q.capabilities = append(q.capabilities, r.anyCase(c))
		}
	}
	if r.chance(15) {
		q.kind = r.anyCase(oneOf(r.dice, "custom", "flux.1-lora", "checkpoint", "lora", "odd type", "no-such", "*lora", "flux*"))
	}
	if r.chance(15) && (q.search || q.own) {
		for _, s := range someOf(r.dice, 3, []string{"trained", "training", "failed", "new", "no-such"}) {
			q.statuses = append(q.statuses, r.anyCase(s))
		}
	}
	if r.chance(10) {
		q.provider = r.anyCase(oneOf(r.dice, append(randomProviders, "no-such")...))
	}
	if r.chance(5) {
		q.processor = r.anyCase(oneOf(r.dice, append(randomProcessors, "no-such")...))
	}
	if r.chance(5) {
		q.base = r.anyCase(oneOf(r.dice, "model_base-1", "model_base-2", "model_base*", "model_no-such"))
	}
	if r.chance(5) {
		q.enterprise = r.anyCase(oneOf(r.dice, "ready", "InReview", "no-such"))
	}
	if r.chance(25) {
		q.plan = oneOf(r.dice, "free", "creator", "pro", "team", "enterprise")
	}
	switch n := r.IntN(100); {
	case n < 10:
		q.after = time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(1000))
		q.afterText = q.after.Format(time.DateOnly)
	case n < 20:
		days := r.between(1, 60)
		q.after, q.afterText = time.Now().AddDate(0, 0, -days), fmt.Sprintf("%d%s", days, oneOf(r.dice, "d", " days"))
	}
	if r.chance(25) {
		q.offset = r.IntN(60)
	}
	return q
}

// listQuestion is the call of the tool that answers a query, written in one of
// the ways that assistants write.
func (r *randomRun) listQuestion(q refQuery) question {
	arguments := map[string]any{"limit": q.limit}
	put := func(name, value string) {
		switch {
		case value != "":
			arguments[name] = value
		case r.chance(5):
			arguments[name] = oneOf[any](r.dice, nil, "")
		}
	}
	switch {
	case len(q.tags) > 0 && !slices.ContainsFunc(q.tags, func(t string) bool { return strings.ContainsAny(t, ",[]") }) && r.chance(30):
		arguments["tags"] = strings.Join(q.tags, oneOf(r.dice, ",", ", "))
	case len(q.tags) > 0:
		arguments["tags"] = q.tags
	case r.chance(5):
		arguments["tags"] = []any{nil, ""}
	}
	if q.anyTag {
		arguments["tag_match"] = r.anyCase("any")
	}
	putList := func(name string, values []string) {
		switch {
		case len(values) == 0:
			put(name, "")
		case len(values) == 1 && r.chance(50), r.chance(20):
			arguments[name] = strings.Join(values, ", ")
		default:
			arguments[name] = values
		}
	}
	putList("capability", q.capabilities)
	put("type", q.kind)
	put("provider", q.provider)
	put("processed_by", q.processor)
	put("enterprise", q.enterprise)
	put("runs_on", q.base)
	put("plan", r.anyCase(q.plan))
	put("created_after", q.afterText)
	put("sort", r.anyCase(q.sort))
	if q.offset > 0 || r.chance(10) {
		arguments["offset"] = q.offset
	}
	if r.chance(10) {
		arguments["limit"] = fmt.Sprint(q.limit)
	}
	tool := "search_models"
	switch {
	case q.search:
		putList("status", q.statuses)
		put("query", q.words)
		arguments["scope"] = scopeWord(q.own, q.public)
		if !q.hideDeprecated {
			arguments["include_deprecated"] = true
		}
	case q.own:
		tool = "list_private_models"
		putList("status", q.statuses)
	default:
		tool = "list_public_models"
	}
	return question{tool, arguments, q.own, q.public, func(a *randomCall) (problem string) {
		p, problem := a.page()
		if problem != "" {
			return problem
		}
		a.fit, problem = r.grounds(a, q.offset > 0, func(from bothLists) string { return q.differs(p, from, len(a.text)) })
		return problem
	}}
}

func scopeWord(own, public bool) string {
	switch {
	case own && public:
		return "all"
	case own:
		return "private"
	}
	return "public"
}

// tagsQuestion asks for the vocabulary.
func (r *randomRun) tagsQuestion() question {
	scope := r.IntN(4)
	q := tagsQuery{own: scope != 0, public: scope != 1, limit: r.between(1, 200)}
	arguments := map[string]any{"limit": q.limit, "scope": scopeWord(q.own, q.public)}
	if r.chance(40) {
		q.contains = r.anyCase(oneOf(r.dice, "pixel", "art", "sc:", "txt", "日本", "ample", "zzyzx"))
		arguments["contains"] = q.contains
	}
	return question{"list_model_tags", arguments, q.own, q.public, func(a *randomCall) (problem string) {
		var shown shownTags
		if err := json.Unmarshal([]byte(a.text), &shown); err != nil {
			return err.Error()
		}
		a.fit, problem = r.grounds(a, false, func(from bothLists) string { return q.differs(shown, from) })
		return problem
	}}
}

// getQuestion asks for models by id, and by name in any case.
func (r *randomRun) getQuestion() question {
	models := slices.Concat(r.own.versions[r.own.last()].models, r.public.versions[r.public.last()].models)
	var ids []string
	for range r.between(1, 10) {
		id := oneOf(r.dice, "model_no-such", "No such model", "nothing")
		if len(models) > 0 && r.chance(85) {
			m := oneOf(r.dice, models...)
			id = m.id
			if m.name != "" && r.chance(50) {
				id = r.anyCase(m.name)
			}
		}
		if !slices.ContainsFunc(ids, func(o string) bool { return fold(o) == fold(id) }) {
			ids = append(ids, id)
		}
	}
	return question{"get_models", map[string]any{"ids": ids}, true, true, func(a *randomCall) (problem string) {
		var shown shownDetails
		if err := json.Unmarshal([]byte(a.text), &shown); err != nil {
			return err.Error()
		}
		return shown.differs(ids, &r.world, r.faulty)
	}}
}
