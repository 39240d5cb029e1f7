package catalog

import (
	"runtime"
	"testing"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/fakeapi"
)

// BenchmarkSnapshot makes a snapshot of 709 models as they are read, and what
// the first search adds to it, and reports what each part keeps of memory.
//
//	go test ./scenario/catalog -run '^$' -bench Snapshot -count 6 | benchstat -
func BenchmarkSnapshot(b *testing.B) {
	const n = 709
	fake := fakeapi.New(fakeapi.Options{Public: fakeapi.Generate(7, n, fakeapi.GenOptions{})})
	base, err := fake.Start()
	if err != nil {
		b.Fatal(err)
	}
	defer fake.Close()
	client, err := scenario.New(scenario.Options{BaseURL: base, Credentials: scenario.NewCredentials("key", "secret")})
	if err != nil {
		b.Fatal(err)
	}
	read := func() (models []scenario.Model) {
		for page, err := range client.Pages(b.Context(), scenario.Public) {
			if err != nil {
				b.Fatal(err)
			}
			models = append(models, page.Models...)
		}
		return models
	}
	// What is kept once, such as connections and tables, is no model's.
	newSnapshot(scenario.Public, read(), 0, nil).words()

	before := heap()
	models := read()
	rows := heap()
	snap := newSnapshot(scenario.Public, models, 0, nil)
	lists := heap()
	snap.words()
	all := heap()
	runtime.KeepAlive(snap)

	// What a new process pays before its first answer.
	b.Run("disk", func(b *testing.B) {
		disk := NewDisk(b.TempDir(), "bench")
		if err := disk.save(snap); err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if disk.load() == nil {
				b.Fatal("no list")
			}
		}
	})
	b.Run("lists", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			newSnapshot(scenario.Public, snap.Models, 0, nil)
		}
		b.ReportMetric((rows-before)/n, "rows-B/model")
		b.ReportMetric((lists-rows)/n, "lists-B/model")
	})
	b.Run("search", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			newWordIndex(snap.Models)
		}
		b.ReportMetric((all-lists)/n, "search-B/model")
		b.ReportMetric((all-before)/n, "all-B/model")
	})
}

// heap returns the bytes in use that are not garbage.
func heap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
