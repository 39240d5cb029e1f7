package catalog

import (
	"slices"
	"strings"

	"scenario-mcp/scenario"
)

// SearchResult is one page of the answer to a search.
type SearchResult struct {
	Result // best first, unless the query names an order

	Deprecated []Hit // the best that are hidden, up to three, that would have been among the first ten

	Partly int // matches that lack a part of the query: a word that says something, or a task

	Cut int // models whose words were too many to search all of them

	Unknown []string // words of the text that match nothing
	Near    []Term   // without hits: tags and providers near the unknown words
	Foreign bool     // most words are unknown, as those of another language are

	Like     *scenario.Model // the model that the words compare with; its family is left out
	Plan     *scenario.Plan  // the plan that the words name; it ranks, and hides nothing
	Wordless bool            // the words describe no model, so all are listed
	Rest     bool            // the words say only what is not wanted, so the rest is listed
	Long     bool            // the text has more words than are read
	Unread   bool            // the text has no words, but signs alone
}

// Search ranks the models of the lists for a query in plain words. A blank text
// lists them. It is a row of stages, each a file: the words are parsed, spelled,
// classified by what they ask for, looked up, and models scored and paged.
//
// A model is a hit when it passes the filters and has some word of the query, or
// a capability that the words are read as. Models that are ready come before
// those that are not; among equals own models come first, then the service's
// order decides. A model that the text names by its id or name, in any spelling,
// comes before all of them; by its id even a deprecated one is found.
// Words after a "not" only rank a model lower. But a query that says nothing else
// asks for the rest: the list without the models that have the denied words. A
// query that says nothing at all about models gets the list, and one for new ones
// the list with the newest first. After "alternative to" or "cheaper than" what
// the model named there does is the query, and its family is left out.
//
// Query.Sort, when set, orders the hits instead. A model that is in both lists
// counts once, as the own one.
//
// The answer depends on the arguments alone. Search is safe for concurrent
// use; the first search of a snapshot indexes it.
func (l *Lists) Search(text string, q Query) SearchResult { return l.search(known(), text, q) }

func (l *Lists) search(k *knowledge, text string, q Query) (r SearchResult) {
	if strings.TrimSpace(text) == "" {
		return SearchResult{Result: l.List(q)}
	}
	cut := len(text) > maxWishBytes
	if cut {
		text = text[:maxWishBytes]
	}
	v := newVocabulary(l)
	named, ids := v.mentioned(text)
	if len(ids) > 0 {
		text = strings.ReplaceAll(text, idPrefix, "")
	}
	words, long := parse(k, text, ids)
	for _, w := range words {
		if w.denied > 0 {
			for _, m := range ids[w.text] {
				delete(named, m)
			}
		}
	}
	w := classify(k, v, spell(k, v, words))
	found := lookUp(k, v, w)
	if w.nothing && len(named) == 0 {
		r = SearchResult{Result: l.List(q), Wordless: true}
	} else {
		r = page(k, v, q, w, found, named)
	}
	r.Unread = len(words) == 0 && len(named) == 0
	r.Long, r.Rest, r.Like, r.Plan = cut || long, w.rest && len(named) == 0, w.like, w.plan
	r.Unknown, r.Foreign = found.unknown, found.foreign
	if r.Total == 0 {
		r.Near = l.nearAny(r.Unknown)
	}
	for _, x := range v.index {
		r.Cut += x.cut
	}
	return r
}

// nearAny returns tags and providers that somebody may have meant who wrote the
// unknown words.
func (l *Lists) nearAny(unknown []string) (terms []Term) {
	for _, w := range unknown[:min(3, len(unknown))] {
		for _, f := range []Facet{Tags, Providers} {
			for _, t := range l.Near(f, w, 2) {
				if !slices.ContainsFunc(terms, func(have Term) bool { return Fold(have.Name) == Fold(t.Name) }) {
					terms = append(terms, t)
				}
			}
		}
	}
	return terms
}
