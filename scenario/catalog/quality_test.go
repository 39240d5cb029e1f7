package catalog

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"scenario-mcp/scenario"
)

var failures = flag.Bool("failures", false, "TestPickQuality: list the wishes of the tune split that miss (never those held out)")

// sample is a line of testdata/quality/models.jsonl.
type sample struct {
	Scope        scenario.Scope
	ID           string
	Name         string
	Description  string
	Type         string
	Status       string
	Provider     string
	Maintainer   string
	Plan         scenario.Plan
	Capabilities []string
	Tags         []string
	RunsOn       []string `json:"runs_on"`
	Created      time.Time
}

func (s sample) model() scenario.Model {
	m := scenario.Model{
		ID: s.ID, Name: s.Name, Description: s.Description, Type: s.Type, Status: s.Status, Privacy: string(s.Scope),
		Provider: s.Provider, Maintainer: s.Maintainer, Plan: s.Plan, Capabilities: s.Capabilities, RunsOn: s.RunsOn, CreatedAt: s.Created,
	}
	for _, tag := range s.Tags {
		if by, ok := strings.CutPrefix(tag, "deprecated:"); ok {
			m.Deprecated, m.DeprecatedBy = true, by
		} else {
			m.Tags = append(m.Tags, tag)
		}
	}
	return m
}

// wished is a line of testdata/quality/wishes.jsonl.
type wished struct {
	ID     string
	Split  string
	Kind   string
	Query  string
	Args   wishArgs
	Accept []string
}

type wishArgs struct {
	Scope             scenario.Scope
	Plan              string
	Capability        string
	Type              string
	Tags              []string
	IncludeDeprecated bool `json:"include_deprecated"`
}

func (w wished) query(limit int) Query {
	q := Query{
		Capabilities: one(w.Args.Capability), Type: w.Args.Type, Tags: w.Args.Tags, HideDeprecated: !w.Args.IncludeDeprecated, Limit: limit,
	}
	for _, p := range scenario.Plans() {
		if strings.EqualFold(p.String(), w.Args.Plan) {
			q.Plan = &p
		}
	}
	return q
}

func (w wished) of(snaps []*Snapshot) *Lists {
	return listsOf(slices.DeleteFunc(slices.Clone(snaps), func(s *Snapshot) bool {
		return w.Args.Scope != "" && w.Args.Scope != s.Scope
	})...)
}

func readLines[T any](tb testing.TB, file string) (list []T) {
	tb.Helper()
	data, err := os.ReadFile("testdata/quality/" + file)
	if err != nil {
		tb.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	for d.More() {
		var v T
		if err := d.Decode(&v); err != nil {
			tb.Fatalf("%s, value %d: %v", file, len(list)+1, err)
		}
		list = append(list, v)
	}
	return list
}

func qualityCatalog(tb testing.TB) []*Snapshot {
	lists := map[scenario.Scope][]scenario.Model{}
	for _, s := range readLines[sample](tb, "models.jsonl") {
		lists[s.Scope] = append(lists[s.Scope], s.model())
	}
	return []*Snapshot{
		newSnapshot(scenario.Private, lists[scenario.Private], 0, nil),
		newSnapshot(scenario.Public, lists[scenario.Public], 0, nil),
	}
}

// ranker returns ids, best first, at most ten.
type ranker func([]*Snapshot, wished) []string

func scorer(snaps []*Snapshot, w wished) (list []string) {
	for _, h := range w.of(snaps).Search(w.Query, w.query(10)).Hits {
		list = append(list, h.Model.ID)
	}
	return list
}

// counting ranks by how many words of the query a text of the model contains:
// what a model's own list endpoint or a simple program would do.
func counting(text func(*scenario.Model) string) ranker {
	return func(snaps []*Snapshot, w wished) []string {
		type found struct {
			id string
			n  int
		}
		var list []found
		for _, h := range w.of(snaps).List(w.query(1 << 20)).Hits {
			n := 0
			have := strings.ToLower(text(h.Model))
			for word := range strings.FieldsSeq(strings.ToLower(w.Query)) {
				if strings.Contains(have, word) {
					n++
				}
			}
			if n > 0 {
				list = append(list, found{h.Model.ID, n})
			}
		}
		slices.SortStableFunc(list, func(a, b found) int { return b.n - a.n })
		var ids []string
		for _, f := range list[:min(10, len(list))] {
			ids = append(ids, f.id)
		}
		return ids
	}
}

func rankers() map[string]ranker {
	return map[string]ranker{
		"search": scorer,
		"substring": counting(func(m *scenario.Model) string {
			return strings.Join(append([]string{m.Name, m.Description, m.Type, m.Provider, strings.Join(m.Capabilities, " ")}, m.Tags...), " ")
		}),
		"tags only": counting(func(m *scenario.Model) string { return strings.Join(m.Tags, " ") }),
	}
}

// tally counts how well wishes were met.
type tally struct {
	wishes, first, five int
	reciprocal, gain    float64
}

func (s *tally) add(ids, accept []string) (rank int) {
	s.wishes++
	s.gain += frozen{Best: accept}.gain(ids)
	rank = 1 + slices.IndexFunc(ids, func(id string) bool { return slices.Contains(accept, id) })
	if rank == 0 {
		return 0
	}
	if rank == 1 {
		s.first++
	}
	if rank <= 5 {
		s.five++
	}
	s.reciprocal += 1 / float64(rank)
	return rank
}

func (s tally) hit1() float64 { return float64(s.first) / float64(s.wishes) }
func (s tally) hit5() float64 { return float64(s.five) / float64(s.wishes) }
func (s tally) ndcg() float64 { return s.gain / float64(s.wishes) }
func (s tally) mrr() float64  { return s.reciprocal / float64(s.wishes) }

// TestPickQuality measures how often the search names a model that a person
// who knows the catalog would name, and holds the floor for the wishes that
// were not looked at while tuning. See testdata/quality/README.md.
func TestPickQuality(t *testing.T) {
	snaps := qualityCatalog(t)
	wishes := readLines[wished](t, "wishes.jsonl")
	total := map[[2]string]*tally{}
	kinds := map[[2]string]*tally{}
	into := func(m map[[2]string]*tally, a, b string) *tally {
		if m[[2]string{a, b}] == nil {
			m[[2]string{a, b}] = &tally{}
		}
		return m[[2]string{a, b}]
	}
	rankers := rankers()
	rankers["BM25"], rankers["simplest"] = plainBM25.ranker(snaps), simplest.ranker(snaps)
	for _, w := range wishes {
		for name, rank := range rankers {
			ids := rank(snaps, w)
			into(total, name, w.Split).add(ids, w.Accept)
			if name == "search" {
				at := into(kinds, w.Kind, w.Split).add(ids, w.Accept)
				if *failures && w.Split == "tune" && at != 1 {
					t.Logf("%s %s: rank %d of %q %v", w.ID, w.Kind, at, w.Query, w.Args)
					for i, h := range w.of(snaps).Search(w.Query, w.query(5)).Hits {
						t.Logf("\t%d %5.2f %s | %s %v", i+1, h.Score, h.Model.Name, h.Model.Description, h.Model.Tags)
					}
					for i, h := range w.of(snaps).Search(w.Query, w.query(1<<20)).Hits {
						if i >= 5 && slices.Contains(w.Accept, h.Model.ID) || len(ids) == 0 {
							t.Logf("\t%d %5.2f %s | %s %v", i+1, h.Score, h.Model.Name, h.Model.Description, h.Model.Tags)
						}
					}
				}
			}
		}
	}
	var out strings.Builder
	tab := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	table := func(title string, m map[[2]string]*tally, splits ...string) {
		fmt.Fprintf(tab, "\n%s\tsplit\twishes\thit@1\thit@5\tMRR\tnDCG@10\t\n", title)
		names := map[string]bool{}
		for key := range m {
			names[key[0]] = true
		}
		for _, name := range slices.Sorted(maps.Keys(names)) {
			for _, split := range splits {
				if s := m[[2]string{name, split}]; s != nil {
					fmt.Fprintf(tab, "%s\t%s\t%d\t%.3f\t%.3f\t%.3f\t%.4f\t\n", name, split, s.wishes, s.hit1(), s.hit5(), s.mrr(), s.ndcg())
				}
			}
		}
		_ = tab.Flush()
	}
	if *failures {
		// Whoever looks at failures is tuning, and sees nothing of the rest.
		table("ranker", total, "tune")
		table("search, by kind", kinds, "tune")
	} else {
		table("ranker", total, "tune", "held")
		table("search, by kind", kinds, "tune", "held")
	}
	t.Log(out.String())

	held := total[[2]string{"search", "held"}]
	if held.hit1() < 0.82 || held.hit5() < 0.96 {
		t.Errorf("held-out wishes: hit@1 %.3f, want 0.82; hit@5 %.3f, want 0.96", held.hit1(), held.hit5())
	}
}
