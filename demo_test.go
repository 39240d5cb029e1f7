package main

import (
	"strings"
	"testing"
)

// TestDemoShowsAllTerms: the demo's credentials hide no text of a sample.
func TestDemoShowsAllTerms(t *testing.T) {
	t.Parallel()
	out, err := program(t.Context(), nil, "-demo", "call", "get_models", `{"ids":["model_sample-base-grand"],"fields":["licence"]}`).Output()
	if err != nil || !strings.Contains(string(out), `"licence":"demo-labs.example/legal/terms-of-use"`) {
		t.Errorf("%v: %s", err, out)
	}
}
