package catalog

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"scenario-mcp/scenario"
)

// rival is a search that anybody could write in an afternoon: BM25 over one bag
// of stemmed words a model.
type rival struct {
	text       func(*scenario.Model) string
	stop       map[string]bool // by the word as written
	fuzzy      bool            // words that no model has stand for those one slip away
	deprecated bool            // show them in any case
}

var plainBM25 = rival{text: textOf, deprecated: true}

// simplest is the best of the simple rivals.
var simplest = rival{text: spelledOut, fuzzy: true, stop: setOf(`a an the this that these those some any i im my me we our you your it its
	is are was be do does have has can could would should will and or but if of at by for from in into on to with about as
	want need like please show find get give make use using model models something how what which`)}

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

func textOf(m *scenario.Model) string {
	return strings.Join(append([]string{m.Name, m.Description, m.Type, m.Provider, strings.Join(m.Capabilities, " ")}, m.Tags...), " . ")
}

// spelledOut is a model's text with its capabilities in words.
func spelledOut(m *scenario.Model) string {
	text := textOf(m)
	for _, c := range m.Capabilities {
		switch from, to, both := strings.Cut(c, "2"); {
		case both:
			side := strings.NewReplacer("txt", "text", "img", "image", "3d", "3d mesh", "audio", "audio sound")
			text += " . " + side.Replace(from) + " to " + side.Replace(to)
		case c == "inpaint":
			text += " . fill a masked area"
		case c == "outpaint":
			text += " . extend an image"
		}
	}
	return text
}

type document struct {
	model *scenario.Model
	words map[string]int
	n     int
}

// ranker indexes the lists for a rival.
func (r rival) ranker(snaps []*Snapshot) ranker {
	var docs []document
	in, total := map[string]int{}, 0
	for _, h := range listsOf(snaps...).List(Query{Limit: 1 << 20}).Hits {
		d := document{h.Model, map[string]int{}, 0}
		for w := range eachWord(r.text(h.Model)) {
			d.words[stemWord(string(w.text))]++
			d.n++
		}
		for s := range d.words {
			in[s]++
		}
		total += d.n
		docs = append(docs, d)
	}
	return func(snaps []*Snapshot, w wished) []string { return r.rank(snaps, w, docs, in, total) }
}

func (r rival) rank(snaps []*Snapshot, w wished, docs []document, in map[string]int, total int) []string {
	var asked []string
	for word := range eachWord(w.Query) {
		s := stemWord(string(word.text))
		switch {
		case r.stop[string(word.text)]:
		case in[s] == 0 && r.fuzzy && len(s) > 3:
			for have := range in {
				if len(have) > 3 && distance(s, have) == 1 {
					asked = append(asked, have)
				}
			}
		default:
			asked = append(asked, s)
		}
	}
	slices.Sort(asked)
	asked = slices.Compact(asked)
	score := map[string]float64{}
	for _, d := range docs {
		for _, s := range asked {
			n, f := float64(in[s]), float64(d.words[s])
			score[d.model.ID] += math.Log1p((float64(len(docs))-n+0.5)/(n+0.5)) * f * 2.2 / (f + 1.2*(0.25+0.75*float64(d.n)*float64(len(docs))/float64(total)))
		}
	}
	q := w.query(1 << 20)
	q.HideDeprecated = q.HideDeprecated && !r.deprecated
	var ids []string
	for _, h := range w.of(snaps).List(q).Hits {
		if score[h.Model.ID] > 0 {
			ids = append(ids, h.Model.ID)
		}
	}
	slices.SortStableFunc(ids, func(a, b string) int { return cmp.Compare(score[b], score[a]) })
	return ids[:min(10, len(ids))]
}
