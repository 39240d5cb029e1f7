package tools

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"

	"scenario-mcp/scenario"
	"scenario-mcp/tools/stdio"
)

func TestDiffers(t *testing.T) {
	models := []scenario.Model{
		{ID: "model_otter", Name: "Otter", Type: "custom", Tags: []string{"a"}, Provider: "Samplecorp"},
		{ID: "model_weasel", Name: "Weasel", Type: "custom", Tags: []string{"a"}, Plan: scenario.Pro, Provider: "Samplecorp"},
		{ID: "model_badger", Name: "Badger", Type: "custom", Tags: []string{"b"}, Plan: scenario.Pro},
		{ID: "model_twin", Name: "Otter Twin", Type: "custom", Tags: []string{"a"}, Provider: "Samplecorp"},
	}
	srv := newTestServer(map[scenario.Scope][]scenario.Model{scenario.Public: models})
	for arguments, want := range map[string]any{
		`{"ids":["model_otter"]}`:                                                  nil,
		`{"ids":["model_otter","model_nowhere"]}`:                                  nil,
		`{"ids":["model_otter","model_twin"],"fields":["request"]}`:                nil,
		`{"ids":["model_otter","model_twin"]}`:                                     []any{},
		`{"ids":["model_otter","model_weasel"]}`:                                   []any{"plan"},
		`{"ids":["model_otter","model_twin","model_badger"]}`:                      []any{"provider", "plan", "tags"},
		`{"ids":["model_otter","model_badger"],"fields":["tags","type","inputs"]}`: []any{"tags"},
	} {
		result, err := stdio.Call(t.Context(), srv, "get_models", arguments)
		if err != nil {
			t.Fatal(err)
		}
		var answer map[string]any
		if err := json.Unmarshal([]byte(result.Content[0].(mcp.TextContent).Text), &answer); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, answer["differs"]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", arguments, diff)
		}
	}
}
