package tools

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"testing"

	"scenario-mcp/scenario"
	"scenario-mcp/tools/stdio"
)

// BenchmarkWarmList is one call of a list tool from request to response line,
// through the stdio loop, from a snapshot that is there, with and without filters.
//
//	go test ./tools -run '^$' -bench WarmList -count 6 | benchstat -
func BenchmarkWarmList(b *testing.B) {
	for _, n := range []int{709, 70_000} {
		srv := newTestServer(map[scenario.Scope][]scenario.Model{scenario.Public: manyModels(b, n)})
		for name, arguments := range map[string]string{
			"all":      `{}`,
			"filtered": `{"tags":["sc:scenario"],"capability":"img2img","plan":"pro"}`,
			"deep":     fmt.Sprintf(`{"tags":["sc:scenario"],"offset":%d}`, n/4),
			"nothing":  `{"tags":["pixelart"],"capability":"txt2img"}`,
		} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				request := []byte(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_public_models","arguments":` + arguments + `}}` + "\n")
				in, toServer := io.Pipe()
				fromServer, out := io.Pipe()
				go func() { _ = stdio.Serve(b.Context(), srv, in, out, slog.New(slog.DiscardHandler)) }()
				defer func() { _ = toServer.Close() }()
				answers := bufio.NewReaderSize(fromServer, 1<<20)
				var size int
				call := func() {
					if _, err := toServer.Write(request); err != nil {
						b.Fatal(err)
					}
					line, err := answers.ReadSlice('\n')
					if err != nil || !bytes.Contains(line, []byte(`"structuredContent"`)) {
						b.Fatalf("%s %v", line, err)
					}
					size = len(line)
				}
				call() // the first one walks
				b.ReportAllocs()
				for b.Loop() {
					call()
				}
				b.ReportMetric(float64(size), "B/answer")
			})
		}
	}
}

// manyModels repeats 709 generated models, under ids of their own.
func manyModels(t testing.TB, n int) []scenario.Model {
	t.Helper()
	fake := fakeSource(t, 709)
	models := make([]scenario.Model, 0, n)
	for i := range n {
		m := fake[i%len(fake)]
		m.ID = fmt.Sprintf("%s-%d", m.ID, i/len(fake))
		models = append(models, m)
	}
	return slices.Clip(models)
}

// fakeSource is n generated models as the real client reads them.
func fakeSource(t testing.TB, n int) []scenario.Model {
	t.Helper()
	var models []scenario.Model
	for page, err := range fakeClient(t, n).Pages(t.Context(), scenario.Public) {
		if err != nil {
			t.Fatal(err)
		}
		models = append(models, page.Models...)
	}
	return models
}
