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
	for name, lists := range map[string]*Lists{"private first": listsOf(private, public), "public first": listsOf(public, private)} {
		t.Run(name, func(t *testing.T) {
			q := Query{HideDeprecated: true, Limit: 10, Plan: &free}
			for _, text := range []string{"", "otter"} {
				r := lists.Search(text, q)
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
				if r := lists.Search(text, Query{Tags: []string{"published"}, Limit: 10}); r.Total != 0 {
					t.Errorf("%q: %d models with the public one's tag", text, r.Total)
				}
			}
			if n := lists.Len(); n != 6 {
				t.Errorf("Len: %d", n)
			}
			if lists.Has(Tags, "published") || !lists.Has(Tags, " PIXEL-art") {
				t.Error("Has: the tags of a model that does not count, or not those of one that does")
			}

			want := []Term{{"otter", 6}, {"pixel-art", 5}, {"pixel-arts", 1}}
			if diff := cmp.Diff(want, lists.Terms(Tags)); diff != "" {
				t.Errorf("Terms (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]Term{{"trained", 6}}, lists.Terms(Statuses)); diff != "" {
				t.Errorf("Terms of statuses (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want[1:], lists.Near(Tags, "pixelart", 5)); diff != "" {
				t.Errorf("Near (-want +got):\n%s", diff)
			}
			if got := lists.Near(Tags, "pixelart", 1); len(got) != 1 {
				t.Errorf("Near, at most one: %v", got)
			}
			if got := lists.Near(Tags, "publish", 5); got != nil {
				t.Errorf("Near counts what is not there: %v", got)
			}

			mentioned := func(text string) (models []*scenario.Model) {
				for _, m := range lists.Mentions(text) {
					models = append(models, m.Model)
				}
				return models
			}
			for what, got := range map[string][]*scenario.Model{
				"Mentions, by name":             mentioned(" shared OTTER"),
				"Mentions, by id":               mentioned("both"),
				"Mentions, by id in other case": mentioned("BOTH"),
				"Like":                          lists.Like("Shraed Otter", 5),
				"Beginning":                     lists.Beginning("shared"),
				"Model":                         {lists.Model("both")},
			} {
				if len(got) != 1 || got[0] != private.Model("both") {
					t.Errorf("%s: %v", what, got)
				}
			}

			r := lists.Ranked([]string{"last", "nowhere", "both", "own", "both", "dear", "hidden"}, q)
			if diff := cmp.Diff([]string{"last", "both", "own"}, ids(r)); diff != "" {
				t.Fatalf("Ranked (-want +got):\n%s", diff)
			}
			if r.Total != 3 || r.AbovePlan != 1 || r.HiddenDeprecated != 1 || r.Hits[1].Scope != scenario.Private || r.Hits[1].Model != private.Model("both") {
				t.Errorf("Ranked: %+v", r)
			}
		})
	}
}

func TestNoLists(t *testing.T) {
	l := NewLists()
	if r := l.List(Query{Limit: 3}); r.Total != 0 || l.Len() != 0 || !l.AsOf().IsZero() || l.Model("otter") != nil {
		t.Errorf("%+v, %d models as of %s", r, l.Len(), l.AsOf())
	}
	if terms, near, mentions := l.Terms(Tags), l.Near(Tags, "otter", 3), l.Mentions("otter"); len(terms)+len(near)+len(mentions) != 0 {
		t.Errorf("%v %v %v", terms, near, mentions)
	}
}
