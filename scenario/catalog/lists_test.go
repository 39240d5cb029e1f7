package catalog

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"scenario-mcp/scenario"
)

// shared are two lists that have the models "both" and "hidden" in common: own
// ones that were made public, told apart here by their tags.
func shared() (private, public *Snapshot) {
	model := func(id, name, tag string) scenario.Model {
		return scenario.Model{ID: id, Name: name, Tags: []string{"otter", tag}, Provider: "Weasel Works"}
	}
	hidden := func(tag string) scenario.Model {
		m := model("hidden", "Old Otter", tag)
		m.Deprecated = true
		return m
	}
	dear := func(tag string) scenario.Model {
		m := model("dear", "Gilded Otter", tag)
		m.Plan = scenario.Pro
		return m
	}
	private = newSnapshot(scenario.Private, []scenario.Model{
		model("own", "Own Otter", "pixel-art"), model("both", "Shared Otter", "pixel-art"), hidden("pixel-art"), dear("pixel-art"),
	}, 0, nil)
	public = newSnapshot(scenario.Public, []scenario.Model{
		model("first", "First Otter", "pixel-arts"), model("both", "Shared Otter", "published"), hidden("published"), dear("Pixel-Art"), model("last", "Last Otter", "Pixel-Art"),
	}, 0, nil)
	return private, public
}

func TestModelInTwoListsCountsOnce(t *testing.T) {
	private, public := shared()
	free := scenario.Free
	for name, snaps := range map[string][]*Snapshot{"private first": {private, public}, "public first": {public, private}} {
		t.Run(name, func(t *testing.T) {
			for _, text := range []string{"", "otter"} {
				r := Search(snaps, SearchQuery{Text: text, Query: Query{Limit: 10, Plan: &free}})
				got := hitIDs(r)
				slices.Sort(got)
				if diff := cmp.Diff([]string{"both", "first", "last", "own"}, got); diff != "" {
					t.Errorf("%q (-want +got):\n%s", text, diff)
				}
				if r.Total != 4 || r.AbovePlan != 1 || r.HiddenDeprecated != 1 || text != "" && len(r.Deprecated) != 1 {
					t.Errorf("%q: %+v", text, r)
				}
				for _, h := range r.Hits {
					if h.Model.ID == "both" && (h.Scope != scenario.Private || h.Model != private.Model("both")) {
						t.Errorf("%q: the public one was kept", text)
					}
				}
				// What only the public one has is not there to be found.
				if r := Search(snaps, SearchQuery{Text: text, Query: Query{Tags: []string{"published"}, Limit: 10}}); r.Total != 0 {
					t.Errorf("%q: %d models with the public one's tag", text, r.Total)
				}
			}

			want := []Term{{"otter", 6}, {"pixel-art", 5}, {"pixel-arts", 1}}
			fold := cmp.Transformer("fold", func(t Term) Term { return Term{Fold(t.Name), t.Count} })
			opt := cmp.FilterPath(func(p cmp.Path) bool { return len(p) == 2 }, fold)
			if diff := cmp.Diff(want, Merged(snaps, Tags), opt); diff != "" {
				t.Errorf("Merged (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]Term{{"trained", 6}}, Merged(snaps, Statuses)); diff != "" {
				t.Errorf("Merged statuses (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want[1:], NearIn(snaps, Tags, "pixelart", 5), opt); diff != "" {
				t.Errorf("NearIn (-want +got):\n%s", diff)
			}
			if got := NearIn(snaps, Tags, "pixelart", 1); len(got) != 1 {
				t.Errorf("NearIn at most one: %v", got)
			}
			if got := NearIn(snaps, Tags, "publish", 5); got != nil {
				t.Errorf("NearIn counts what is not there: %v", got)
			}

			for what, got := range map[string][]*scenario.Model{
				"Named":      Named(snaps, " shared OTTER"),
				"NearModels": NearModels(snaps, "Shraed Otter", 5),
				"Beginning":  Beginning(snaps, "shared"),
			} {
				if len(got) != 1 || got[0] != private.Model("both") {
					t.Errorf("%s: %v", what, ids(got))
				}
			}

			hits := []Hit{
				{Model: public.Model("last"), Scope: scenario.Public},
				{Model: public.Model("both"), Scope: scenario.Public},
				{Model: private.Model("own"), Scope: scenario.Private},
				{Model: private.Model("both"), Scope: scenario.Private},
				{Model: public.Model("dear"), Scope: scenario.Public},
				{Model: private.Model("dear"), Scope: scenario.Private},
				{Model: private.Model("hidden"), Scope: scenario.Private},
				{Model: public.Model("hidden"), Scope: scenario.Public},
			}
			r := Filter(hits, snaps, SearchQuery{Query: Query{Limit: 10, Plan: &free}})
			if diff := cmp.Diff([]string{"last", "both", "own"}, hitIDs(r)); diff != "" {
				t.Fatalf("Filter (-want +got):\n%s", diff)
			}
			if r.Total != 3 || r.AbovePlan != 1 || r.HiddenDeprecated != 1 || r.Hits[1].Scope != scenario.Private || r.Hits[1].Model != private.Model("both") {
				t.Errorf("Filter: %+v", r)
			}
		})
	}
}

func TestMergedTakesNothingFromOneList(t *testing.T) {
	_, public := shared()
	for f := range facetCount {
		if diff := cmp.Diff(public.Terms(f), Merged([]*Snapshot{public}, f)); diff != "" {
			t.Errorf("facet %d (-terms +merged):\n%s", f, diff)
		}
	}
	if got := Merged(nil, Tags); len(got) != 0 {
		t.Errorf("of no list: %v", got)
	}
	if got := NearIn(nil, Tags, "otter", 3); len(got) != 0 {
		t.Errorf("near in no list: %v", got)
	}
}
