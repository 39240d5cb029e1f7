package tools

import (
	"slices"
	"strings"
	"testing"

	"scenario-mcp/scenario/fakeapi"
)

// TestExamplesOfSamples: prompts and settings, and no signature.
func TestExamplesOfSamples(t *testing.T) {
	public, _ := fakeapi.Sample()
	for _, mode := range []fakeapi.Mode{fakeapi.Real, fakeapi.Guide} {
		get := fakeServer(t, fakeapi.Options{Mode: mode, Public: public})
		d, text := get(t, `{"ids":["model_sample-base-one"],"fields":["examples","ABOUT"]}`)
		m := d.Models[0]
		if len(m.Examples) != 3 || m.Examples[0].Prompt == "" || m.Examples[0].Settings["steps"] != "28" || !strings.HasPrefix(m.About, "# Sample Base One") {
			t.Errorf("%s", text)
		}
	}
}

// TestHostileExtras: what others write is cleaned, and one route that fails
// leaves the rest.
func TestHostileExtras(t *testing.T) {
	rows := fakeapi.Generate(1, 3, fakeapi.GenOptions{})
	id := rows[0]["id"].(string)
	hostile := fakeapi.Fault{Kind: fakeapi.FaultHostileText, Path: "/models/*/*"}
	get := fakeServer(t, fakeapi.Options{Public: rows, Faults: []fakeapi.Fault{hostile}})
	d, text := get(t, `{"ids":["`+id+`"],"fields":["examples","about"]}`)
	if len(d.Models[0].Examples) < 5 || d.Models[0].About == "" || strings.Contains(text, "Signature") || strings.Contains(text, "javascript") || strings.Contains(text, "http://") {
		t.Errorf("%s", text)
	}
	for _, fault := range []fakeapi.Fault{
		{Kind: fakeapi.FaultStatus, Status: 404}, {Kind: fakeapi.FaultPlanRefusal}, {Kind: fakeapi.FaultHTML, Status: 403},
		{Kind: fakeapi.FaultMalformed}, {Kind: fakeapi.FaultWrongShape}, {Kind: fakeapi.FaultStatus, Status: 200, Body: `{"examples":[]}`},
	} {
		fault.Path = "/models/*/examples"
		get := fakeServer(t, fakeapi.Options{Public: rows, Faults: []fakeapi.Fault{fault}})
		d, text := get(t, `{"ids":["`+id+`"],"fields":["examples","about","plan"]}`)
		if m := d.Models[0]; m.About == "" || len(m.Examples) > 0 || !strings.Contains(d.Note, "o examples of "+id) {
			t.Errorf("%v: %s", fault, text)
		}
	}
}

// TestExtrasFit: three models with all there can be fit in an answer.
func TestExtrasFit(t *testing.T) {
	long := strings.Repeat("many words ", 200)
	var examples []any
	for i := range 20 {
		parameters := map[string]any{"prompt": long, "n": i}
		for name := range strings.SplitSeq("abcdefghijklmnopqrst", "") {
			parameters[name] = long
		}
		examples = append(examples, map[string]any{"inferenceParameters": parameters})
	}
	var rows []fakeapi.Row
	for _, id := range []string{"model_1", "model_2", "model_3", "model_4"} {
		rows = append(rows, fakeapi.Row{"id": id, "custom": true, "type": "custom", "description": long, "examples": examples})
	}
	get := fakeServer(t, fakeapi.Options{Public: rows})
	d, text := get(t, `{"ids":["model_1","model_2","model_3","model_4"],"fields":["examples","about"]}`)
	if !strings.Contains(d.Note, "not of model_4") || slices.ContainsFunc(d.Models[:min(3, len(d.Models))], func(m detail) bool { return len(m.Examples) == 0 || m.About == "" }) {
		t.Errorf("%d bytes: %s", len(text), d.Note)
	}
}
