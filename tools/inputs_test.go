package tools

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/scenario/fakeapi"
	"scenario-mcp/tools/stdio"
)

// fakeServer serves the tools over the real client of a fake API.
func fakeServer(t *testing.T, opts fakeapi.Options) func(t *testing.T, arguments string) (details, string) {
	t.Helper()
	fake := fakeapi.New(opts)
	base, err := fake.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	client, err := scenario.New(scenario.Options{BaseURL: base, Credentials: scenario.NewCredentials("key", "secret")})
	if err != nil {
		t.Fatal(err)
	}
	srv := NewServer(Options{Catalog: catalog.New(client.Pages, catalog.Options{PublicTTL: 1 << 40, PrivateTTL: 1 << 40}), API: client})
	return func(t *testing.T, arguments string) (d details, text string) {
		t.Helper()
		result, err := stdio.Call(t.Context(), srv, "get_models", arguments)
		if err != nil {
			t.Fatal(err)
		}
		text = result.Content[0].(mcp.TextContent).Text
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if len(text) > maxAnswer || text != scenario.Clean(text, 0) {
			t.Errorf("not fit to show, %d bytes: %q", len(text), text)
		}
		return d, text
	}
}

// TestInputsOfSamples: what an input costs, bounds and depends on is told in words.
func TestInputsOfSamples(t *testing.T) {
	public, private := fakeapi.Sample()
	for _, mode := range []fakeapi.Mode{fakeapi.Real, fakeapi.Guide} {
		get := fakeServer(t, fakeapi.Options{Mode: mode, Public: public, Private: private})
		conditions := map[string]bool{}
		for m := range slices.Chunk(slices.Concat(public, private), 1) {
			d, text := get(t, `{"ids":["`+m[0]["id"].(string)+`"],"fields":["inputs"]}`)
			if strings.Contains(text, `\"`) {
				t.Errorf("JSON in a string: %s", text)
			}
			for _, in := range d.Models[0].Inputs {
				if words, ok := in.Required.(string); ok {
					conditions[words] = true
				}
				switch in.Name {
				case "referenceImages":
					if in.MaxItems != 4 || in.MaxLength != 0 {
						t.Errorf("%s: up to %d items, %d letters", in.Name, in.MaxItems, in.MaxLength)
					}
				case "prompt":
					if in.MaxItems != 0 || in.MaxLength != 2048 || in.Costs {
						t.Errorf("%s: up to %d items, %d letters, costs %t", in.Name, in.MaxItems, in.MaxLength, in.Costs)
					}
				case "numSamples":
					if !in.Costs {
						t.Errorf("%s costs nothing", in.Name)
					}
				}
			}
		}
		for _, want := range []string{"unless prompt is given", "unless image is given", "if mode is redraw", "if lastFrame is given"} {
			if !conditions[want] {
				t.Errorf("no input is required %s: %v", want, conditions)
			}
		}
	}
}

func TestConditionText(t *testing.T) {
	got := conditionText([]scenario.Condition{
		{Kind: scenario.IfValue, Input: "mode", Values: []string{"a", "b"}}, {Kind: scenario.UnlessGiven, Input: "script"}, {Kind: scenario.IfOther},
	})
	if want := "if mode is a or b, or unless script is given, or in some cases"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestNoInputs: where there are none the note says why.
func TestNoInputs(t *testing.T) {
	get := getServer([]scenario.Model{{ID: "model_a", Name: "A"}, {ID: "model_l", Type: "flux.1-lora"}}, nil, "")
	d, _ := get(t, `{"ids":["model_a","model_l"]}`)
	if want := "No inputs for model_a: Scenario names none. No inputs for model_l: it takes those of the model that it runs on."; d.Note != want {
		t.Errorf("note %q, want %q", d.Note, want)
	}
	if d, _ = get(t, `{"ids":["model_a"],"fields":["plan"]}`); d.Note != "" {
		t.Errorf("nobody asked for inputs: %s", d.Note)
	}
}

// TestHostileDetails: wrong types cost their input at most, and nothing that does
// not show gets through.
func TestHostileDetails(t *testing.T) {
	get := fakeServer(t, fakeapi.Options{
		Public: fakeapi.Generate(1, 3, fakeapi.GenOptions{}), Faults: []fakeapi.Fault{{Kind: fakeapi.FaultHostileText, Path: "/models/model_*"}},
	})
	d, text := get(t, `{"ids":["`+fakeapi.Generate(1, 3, fakeapi.GenOptions{})[0]["id"].(string)+`"]}`)
	if len(d.Models[0].Performance) == 0 {
		t.Errorf("no performance: %s", text)
	}
	inputs := d.Models[0].Inputs
	if len(inputs) != 7 || inputs[0].Name != "odd" || inputs[0].Required != nil || inputs[0].MaxLength != 0 || inputs[0].Costs {
		t.Errorf("%s", text)
	}
}
