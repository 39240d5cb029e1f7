package catalog

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"scenario-mcp/scenario"
)

// large is the sample catalog n times over, with words of its own per copy.
func large(tb testing.TB, n int) *Snapshot {
	var models []scenario.Model
	public := qualityCatalog(tb)[1].Models
	for i := range n {
		for _, m := range public {
			m.ID = fmt.Sprintf("%s-%d", m.ID, i)
			if i > 0 {
				m.Name = fmt.Sprintf("%s No%dx", m.Name, i)
				m.Description = fmt.Sprintf("%s Series qv%dz.", m.Description, len(models)/3)
			}
			models = append(models, m)
		}
	}
	return newSnapshot(scenario.Public, models, 0, nil)
}

var benchQueries = []string{
	"pixel art background for a platformer",
	"animate a photo of my cat",
	"I have an old family photo of my grandmother with scratches, can you make it look new again",
	"remove backgrond from product shots",
	"upscale",
}

// Compare with: go test -run='^$' -bench=Search -count=10 ./scenario/catalog | benchstat -
func BenchmarkSearch(b *testing.B) {
	for _, copies := range []int{1, 100} {
		s := large(b, copies)
		s.words()
		b.Run(fmt.Sprintf("models=%d", len(s.Models)), func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				find(benchQueries[i%len(benchQueries)], s)
				i++
			}
		})
	}
}

// BenchmarkSearchWorst is a query of as many unknown words as are read.
func BenchmarkSearchWorst(b *testing.B) {
	var text strings.Builder
	for i := range maxDistinctWords {
		fmt.Fprintf(&text, "wrod%cxyal%cng ", 'a'+i%26, 'a'+i/26)
	}
	for _, copies := range []int{1, 100} {
		s := large(b, copies)
		s.words()
		b.Run(fmt.Sprintf("models=%d", len(s.Models)), func(b *testing.B) {
			for b.Loop() {
				find(text.String(), s)
			}
		})
	}
}

func BenchmarkSearchIndex(b *testing.B) {
	known() // once a process
	for _, copies := range []int{1, 100} {
		s := large(b, copies)
		b.Run(fmt.Sprintf("models=%d", len(s.Models)), func(b *testing.B) {
			b.ReportAllocs()
			var x *wordIndex
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			for b.Loop() {
				x = newWordIndex(s.Models)
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(s.Models)), "B/model")
			runtime.KeepAlive(x)
		})
	}
}

// BenchmarkSearchTables is what the first search of a process pays for reading
// the tables.
func BenchmarkSearchTables(b *testing.B) {
	for b.Loop() {
		readTables()
	}
}
