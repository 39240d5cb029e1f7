package tools

import (
	"context"
	"iter"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/tools/stdio"
)

// TestQuestionsAboutNewModelsWait: where an expired public list would answer at
// once, a question about what is new waits for the new one.
func TestQuestionsAboutNewModelsWait(t *testing.T) {
	for arguments, waits := range map[string]bool{
		`{}`:                             false,
		`{"sort":"name"}`:                false,
		`{"sort":"newest"}`:              true,
		`{"created_after":"2000-01-01"}`: true,
	} {
		synctest.Test(t, func(t *testing.T) {
			var walks atomic.Int64
			srv := NewServer(Options{Catalog: catalog.New(func(context.Context, scenario.Scope) iter.Seq2[scenario.Page, error] {
				return func(yield func(scenario.Page, error) bool) {
					time.Sleep(time.Second)
					m := scenario.Model{ID: "model_first", CreatedAt: time.Now()}
					if walks.Add(1) > 1 {
						m.ID = "model_second"
					}
					yield(scenario.Page{Models: []scenario.Model{m}}, nil)
				}
			}, catalog.Options{PublicTTL: time.Minute, MaxStale: time.Hour, RefreshBehind: true})})
			ask := func() string {
				t.Helper()
				result, err := stdio.Call(t.Context(), srv, "list_public_models", arguments)
				if err != nil {
					t.Fatal(err)
				}
				return result.Content[0].(mcp.TextContent).Text
			}
			ask()
			time.Sleep(2 * time.Minute)
			if text := ask(); strings.Contains(text, "model_second") != waits {
				t.Errorf("%s: %s", arguments, text)
			}
			time.Sleep(2 * time.Second)
		})
	}
}
