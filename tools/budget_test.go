package tools

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/fakeapi"
	"scenario-mcp/tools/stdio"

	"github.com/tiktoken-go/tokenizer"
)

// tokens counts text as the o200k encoding does, which is near enough for all
// current models.
func tokens(t testing.TB, text string) int {
	t.Helper()
	codec, err := tokenizer.Get(tokenizer.O200kBase)
	if err != nil {
		t.Fatal(err)
	}
	n, err := codec.Count(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestDefinitionsBudget: definitions are sent to the model with every request.
func TestDefinitionsBudget(t *testing.T) {
	const (
		budget     = 1650 // all tools
		listBudget = 800  // the two list tools
	)
	lists := 0
	raw, err := stdio.Definitions(t.Context(), NewServer(Options{}))
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Tools []json.RawMessage }
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, tool := range list.Tools {
		var named struct{ Name string }
		_ = json.Unmarshal(tool, &named)
		n := tokens(t, string(tool))
		t.Logf("%s: %d tokens, %d bytes", named.Name, n, len(tool))
		sum += n
		if strings.HasPrefix(named.Name, "list_p") {
			lists += n
		}
	}
	if lists > listBudget {
		t.Errorf("the list tools take %d tokens, budget %d", lists, listBudget)
	}
	if sum > budget {
		t.Errorf("definitions take %d tokens, budget %d", sum, budget)
	}
	t.Logf("instructions: %d tokens", tokens(t, instructions))
}

// fakeClient is the real client of a fake API with n generated public models,
// over loopback.
func fakeClient(t testing.TB, n int) *scenario.Client {
	t.Helper()
	fake := fakeapi.New(fakeapi.Options{Public: fakeapi.Generate(1, n, fakeapi.GenOptions{})})
	base, err := fake.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	client, err := scenario.New(scenario.Options{BaseURL: base, Credentials: scenario.NewCredentials("key", "secret")})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestPageBudget: a default page of 20 realistic rows.
func TestPageBudget(t *testing.T) {
	const budget, usual = 1500, 1340 // of any page, and of an average one
	srv := newTestServer(map[scenario.Scope][]scenario.Model{scenario.Public: fakeSource(t, 709)})
	sum, pages := 0, 0
	for offset := 0; offset < 700; offset += 100 {
		result, err := stdio.Call(t.Context(), srv, "list_public_models", fmt.Sprintf(`{"offset":%d}`, offset))
		if err != nil {
			t.Fatal(err)
		}
		text := result.Content[0].(mcp.TextContent).Text
		n := tokens(t, text)
		if n > budget {
			t.Errorf("offset %d: %d tokens, budget %d", offset, n, budget)
		}
		if offset == 0 {
			t.Logf("%d bytes: %s", len(text), text)
		}
		sum, pages = sum+n, pages+1
	}
	t.Logf("%d tokens a page on average", sum/pages)
	if sum > usual*pages {
		t.Errorf("%d tokens a page on average, budget %d", sum/pages, usual)
	}
}

// TestAnswerBudgets: what an assistant reads by default, from a catalog of 709
// generated models.
func TestAnswerBudgets(t *testing.T) {
	srv := newTestServer(map[scenario.Scope][]scenario.Model{
		scenario.Public: fakeSource(t, 709), scenario.Private: storyModels(scenario.Private),
	})
	for _, tt := range []struct {
		tool, arguments string
		budget          int
	}{
		{"search_models", `{"query":"pixel art character"}`, 1200},
		{"search_models", `{"query":"animate a photo"}`, 1200},
		{"search_models", `{}`, 1200},
		{"list_model_tags", `{}`, 800},
		{"get_models", `{"ids":["model_own-knight"]}`, 900}, // twenty parameters
	} {
		result, err := stdio.Call(t.Context(), srv, tt.tool, tt.arguments)
		if err != nil || result.IsError {
			t.Fatalf("%s %s: %v %v", tt.tool, tt.arguments, err, result)
		}
		text := result.Content[0].(mcp.TextContent).Text
		n := tokens(t, text)
		t.Logf("%s %s: %d tokens, %d bytes", tt.tool, tt.arguments, n, len(text))
		if n > tt.budget {
			t.Errorf("%s %s: %d tokens, budget %d: %s", tt.tool, tt.arguments, n, tt.budget, text)
		}
	}
}
