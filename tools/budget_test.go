package tools

import (
	"encoding/json"
	"testing"

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
	const budget = 700
	raw, err := Definitions(t.Context(), NewServer(Options{}))
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
	}
	if sum > budget {
		t.Errorf("definitions take %d tokens, budget %d", sum, budget)
	}
	t.Logf("instructions: %d tokens", tokens(t, instructions))
}
