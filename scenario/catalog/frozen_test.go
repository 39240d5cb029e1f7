package catalog

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"scenario-mcp/scenario"
)

// frozen is a line of testdata/quality/frozen.jsonl.
type frozen struct {
	wished
	Best, Good []string
	Means      string // a query in another language, in English
}

func untidyCatalog(tb testing.TB) []*Snapshot {
	snaps := qualityCatalog(tb)
	models := slices.Clone(snaps[1].Models)
	for _, s := range readLines[sample](tb, "untidy.jsonl") {
		models = append(models, s.model())
	}
	snaps[1] = newSnapshot(scenario.Public, models, 0, nil)
	return snaps
}

// gain is the nDCG@10 of the ids found: a best one counts 3, a good one 1.
func (f frozen) gain(ids []string) float64 {
	got, ideal := 0.0, 0.0
	for i, id := range ids {
		if slices.Contains(f.Best, id) {
			got += 3 / math.Log2(float64(i)+2)
		} else if slices.Contains(f.Good, id) {
			got += 1 / math.Log2(float64(i)+2)
		}
	}
	for i := range min(10, len(f.Best)+len(f.Good)) {
		if i < len(f.Best) {
			ideal += 3 / math.Log2(float64(i)+2)
		} else {
			ideal += 1 / math.Log2(float64(i)+2)
		}
	}
	return got / ideal
}

// kinds are those of the frozen wishes, and their floors: 0.02 below what the
// search reached.
var kinds = []struct {
	name  string
	floor float64
}{{"people", 0.73}, {"assistant", 0.93}, {"name", 0.97}, {"typo", 0.87}, {"language", 0.76}, {"denial", 0.72}, {"price", 0.72}}

// ablations take one stage's knowledge out.
var ablations = map[string]func(*knowledge){
	"intents":     func(k *knowledge) { k.starts = nil },
	"spelling":    func(k *knowledge) { k.slips = 0 },
	"denials":     func(k *knowledge) { k.deny = nil },
	"synonyms":    func(k *knowledge) { k.synonyms = nil },
	"looks":       func(k *knowledge) { k.looks = nil },
	"stop words":  func(k *knowledge) { k.stop = wordTable{} },
	"weak words":  func(k *knowledge) { k.weak = wordTable{} },
	"comparisons": func(k *knowledge) { k.compare = nil },
}

// ids returns what the search finds for a query with that knowledge.
func (f frozen) ids(k *knowledge, snaps []*Snapshot) (list []string) {
	for _, h := range f.of(snaps).search(k, f.Query, f.query(10)).Hits {
		list = append(list, h.Model.ID)
	}
	return list
}

// means returns the mean gain of a ranker by kind, and of all.
func meanGains(wishes []frozen, rank func(frozen) []string) []float64 {
	sums, counts := make([]float64, len(kinds)+1), make([]float64, len(kinds)+1)
	for _, w := range wishes {
		gain := w.gain(rank(w))
		for i, kind := range kinds {
			if kind.name == w.Kind {
				sums[i] += gain
				counts[i]++
			}
		}
		sums[len(kinds)] += gain
		counts[len(kinds)]++
	}
	for i := range sums {
		sums[i] /= counts[i]
	}
	return sums
}

// TestPickQualityFrozen measures the search on wishes that nobody tunes by, beside
// its simple rivals. It tells sums only.
func TestPickQualityFrozen(t *testing.T) {
	snaps := untidyCatalog(t)
	wishes := readLines[frozen](t, "frozen.jsonl")
	var out strings.Builder
	tab := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(tab, "\nnDCG@10\t")
	for _, kind := range kinds {
		fmt.Fprint(tab, kind.name, "\t")
	}
	fmt.Fprintln(tab, "all\t")
	row := func(name string, rank func(frozen) []string) []float64 {
		means := meanGains(wishes, rank)
		fmt.Fprint(tab, name, "\t")
		for _, mean := range means {
			fmt.Fprintf(tab, "%.3f\t", mean)
		}
		fmt.Fprintln(tab)
		return means
	}
	by := func(rank ranker) func(frozen) []string {
		return func(f frozen) []string { return rank(snaps, f.wished) }
	}
	row("search", by(scorer))
	// The service's own search knows other languages. Its stand-in is plain BM25 of
	// what the query means in English.
	semantic := plainBM25.ranker(snaps)
	ours := row("… with a semantic search", func(f frozen) []string {
		found := f.of(snaps).Search(f.Query, f.query(10))
		if f.Means == "" || !found.Foreign && found.Total > 0 {
			return scorer(snaps, f.wished)
		}
		f.Query, f.Means = f.Means, f.Query
		ids := semantic(snaps, f.wished)
		var list []string
		for _, h := range f.of(snaps).Fuse(f.Means, ids, f.query(10)).Hits {
			list = append(list, h.Model.ID)
		}
		return list
	})
	for _, name := range slices.Sorted(maps.Keys(ablations)) {
		k := readTables()
		ablations[name](k)
		row("without "+name, func(f frozen) []string { return f.ids(k, snaps) })
	}
	row("BM25", by(plainBM25.ranker(snaps)))
	row("simplest", by(simplest.ranker(snaps)))
	_ = tab.Flush()
	t.Log(out.String())
	for i, kind := range kinds {
		if ours[i] < kind.floor {
			t.Errorf("%s: %.3f, want %.2f", kind.name, ours[i], kind.floor)
		}
	}
}
