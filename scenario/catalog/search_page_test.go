package catalog

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSearchPagesJoinUp(t *testing.T) {
	lists := listsOf(qualityCatalog(t)...)
	whole := lists.Search("fantasy character", Query{Limit: 1000})
	var got []string
	for offset := 0; ; offset += 7 {
		page := lists.Search("fantasy character", Query{Limit: 7, Offset: offset})
		if page.Total != whole.Total {
			t.Fatalf("total %d, then %d", whole.Total, page.Total)
		}
		if len(page.Hits) == 0 {
			break
		}
		got = append(got, hitIDs(page)...)
	}
	if diff := cmp.Diff(hitIDs(whole), got); diff != "" {
		t.Errorf("(-whole +pages):\n%s", diff)
	}
}

func TestSearchSorted(t *testing.T) {
	lists := listsOf(qualityCatalog(t)...)
	q := Query{Limit: 1000}
	best := lists.Search("fantasy character", q)
	for _, order := range []Order{Popular, Newest, ByName} {
		q.Sort = order
		got := lists.Search("fantasy character", q)
		if got.Total != best.Total {
			t.Errorf("%s: %d hits, by score %d", order, got.Total, best.Total)
		}
		if !slices.IsSortedFunc(got.Hits, func(a, b Hit) int { return (&Query{Sort: order}).compare(a.Model, b.Model) }) {
			t.Errorf("%s: not in order", order)
		}
	}
	q.Sort, q.CreatedAfter = "", best.Hits[0].Model.CreatedAt
	for _, h := range lists.Search("fantasy character", q).Hits {
		if h.Model.CreatedAt.Before(q.CreatedAfter) {
			t.Errorf("%s is older", h.Model.ID)
		}
	}
}

func TestSearchOddTexts(t *testing.T) {
	snaps := qualityCatalog(t)
	for _, text := range []string{
		"🎮🐉", "ドット絵", "пиксель арт", "(.*)+[a-z]{2,}$ \\d", "%s%n", "'", "’’’", "-", "the", "not", "without", "\x00\xff\xfe", "no no no no", "but",
		strings.Repeat("pixel ", 2000), strings.Repeat("x", 10_000), strings.Repeat("not a ", 2000), strings.Repeat("🐉", 3000),
	} {
		r := find(text, snaps...)
		if len(r.Hits) > r.Total {
			t.Errorf("%.20q: %d of %d", text, len(r.Hits), r.Total)
		}
	}
	if r := find("🎮🐉", snaps...); r.Total != 0 || !r.Unread {
		t.Errorf("a text without words found %d", r.Total)
	}
	long := "pixel art knight " + strings.Repeat("zzzz ", 2000)
	if got, want := find(long, snaps...), find("pixel art knight", snaps...); !slices.Equal(hitIDs(got), hitIDs(want)) {
		t.Errorf("a long tail changes the answer: %v, want %v", hitIDs(got), hitIDs(want))
	}
	if r := NewLists().Search("knight", Query{}); r.Total != 0 {
		t.Errorf("no snapshots: %+v", r)
	}
	for _, text := range []string{"knight", "new and cheap models", "cheaper than flux", "no anime"} {
		if r := find(text, snapshot()); r.Total != 0 {
			t.Errorf("%q, no models: %+v", text, r)
		}
	}
	if r := listsOf(snaps...).Search("knight", Query{Offset: 1 << 40, Limit: 1 << 40}); len(r.Hits) != 0 || r.Total == 0 {
		t.Errorf("past the end: %+v", r)
	}
}

func TestSearchIsTheSameEveryTime(t *testing.T) {
	const text = "cheap realistic portrait photos like rembrandt, not a drawing"
	want := hitIDs(find(text, qualityCatalog(t)...))
	snaps := qualityCatalog(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got := hitIDs(find(text, snaps...)); !slices.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
	all.Wait()
}
