package catalog

import (
	"fmt"
	"strings"
	"testing"

	"scenario-mcp/scenario"
)

// TestIndexIsBounded: models with more words than are indexed are counted, and
// found by what does without the index.
func TestIndexIsBounded(t *testing.T) {
	word := 0
	distinct := func(n int) string {
		words := make([]string, n)
		for i := range words {
			word++
			words[i] = fmt.Sprintf("q%dq", word)
		}
		return strings.Join(words, " ")
	}
	same := strings.Repeat("pixel art ", 20)
	for name, tt := range map[string]struct {
		models int
		text   func() string
		tags   int
	}{
		"distinct words":    {1000, func() string { return distinct(50) }, 1},
		"distinct phrases":  {200, func() string { return distinct(10) }, 60},
		"words of a model":  {10, func() string { return distinct(20) }, 60},
		"the same words":    {1000, func() string { return same }, 60},
		"very long words":   {1000, func() string { return distinct(1) + strings.Repeat("x", 80) }, 30},
		"denials of phrase": {500, func() string { return "no " + distinct(1) + ". " }, 60},
	} {
		models := make([]scenario.Model, tt.models)
		for i := range models {
			m := &models[i]
			m.ID, m.Name, m.Description = fmt.Sprint("model_", i), fmt.Sprint("Sample ", i), tt.text()
			for range tt.tags {
				m.Tags = append(m.Tags, tt.text())
			}
			m.Tags = append(m.Tags, "last")
		}
		snap := newSnapshot(scenario.Public, models, 0, nil)
		lists := heap()
		x := snap.words()
		if kept := heap() - lists; kept > 12<<20 {
			t.Errorf("%s: the index keeps %.1f MB", name, kept/(1<<20))
		}
		if x.cut == 0 && name != "the same words" || len(x.postings) > maxWords || len(x.ids) > maxTermBytes/termBytes+1 {
			t.Errorf("%s: %d models cut, %d hits, %d words", name, x.cut, len(x.postings), len(x.ids))
		}
		last := models[len(models)-1]
		for _, text := range []string{last.ID, last.Name} {
			r := listsOf(snap).Search(text, Query{Limit: 1})
			if len(r.Hits) == 0 || r.Hits[0].Model.ID != last.ID || r.Cut != x.cut {
				t.Errorf("%s: %q finds %d, %d cut", name, text, len(r.Hits), r.Cut)
			}
		}
		if n := listsOf(snap).Count(Query{Tags: []string{"LAST", last.Tags[0]}}); n == 0 {
			t.Errorf("%s: a tag finds nothing", name)
		}
	}
}

// TestIndexHasRoom: thousands of models are indexed whole, though hardly two have
// the same words beside each other.
func TestIndexHasRoom(t *testing.T) {
	models := make([]scenario.Model, 9000)
	next := 0
	words := func(n int) string {
		text := make([]string, n)
		for i := range text {
			next = (next*1103515245 + 12345) % (1 << 31)
			text[i] = fmt.Sprintf("word%d", (next>>8)%4000)
		}
		return strings.Join(text, " ")
	}
	for i := range models {
		models[i].Name, models[i].Description = words(4), words(20)
		models[i].Tags = []string{words(1), words(1), "pixel art", "text to image", "game asset"}
	}
	if x := newWordIndex(models); x.cut > 0 {
		t.Errorf("%d models are cut, with %d words and %d hits", x.cut, len(x.ids), len(x.postings))
	}
}
