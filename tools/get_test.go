package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/tools/stdio"
)

// getServer serves models whose details have these inputs.
func getServer(models []scenario.Model, inputs []scenario.Input, failing scenario.Scope) func(t *testing.T, arguments string) (details, string) {
	lists := func(scope scenario.Scope) []scenario.Model {
		if scope == scenario.Private { // these are in both lists
			return slices.DeleteFunc(slices.Clone(models), func(m scenario.Model) bool { return m.Privacy != string(scenario.Private) })
		}
		return models
	}
	load := loaderOf(lists)
	srv := NewServer(Options{
		Catalog: catalog.New(func(ctx context.Context, scope scenario.Scope) iter.Seq2[scenario.Page, error] {
			if scope != failing {
				return load(ctx, scope)
			}
			return func(yield func(scenario.Page, error) bool) {
				yield(scenario.Page{}, &scenario.Error{Kind: scenario.KindUnauthorized, Status: 401})
			}
		}, catalog.Options{PublicTTL: 1 << 40, PrivateTTL: 1 << 40}),
		API: testAPI{lists: lists, inputs: func(string) []scenario.Input { return inputs }},
	})
	return func(t *testing.T, arguments string) (details, string) {
		t.Helper()
		result, err := stdio.Call(t.Context(), srv, "get_models", arguments)
		if err != nil {
			t.Fatal(err)
		}
		text := result.Content[0].(mcp.TextContent).Text
		var d details
		if result.IsError {
			return d, text
		}
		if len(text) > maxAnswer {
			t.Errorf("an answer of %d bytes", len(text))
		}
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatal(err)
		}
		return d, text
	}
}

// TestGetModelsFits: ten of the largest models there can be are answered within
// the bound; what is cut or left out is told.
func TestGetModelsFits(t *testing.T) {
	wide := strings.Repeat("漢字", 60)
	var models []scenario.Model
	var ids []string
	for i := range 10 {
		id := fmt.Sprintf("model_%d%s", i, strings.Repeat("x", 100))
		ids = append(ids, fmt.Sprintf("%q", id))
		models = append(models, scenario.Model{
			ID: id, Name: wide, Description: strings.Repeat(wide, 3), Type: "flux.1-lora", Provider: wide[:180],
			Tags:         slices.Repeat([]string{wide[:180]}, 64),
			Capabilities: slices.Repeat([]string{wide[:180]}, 32),
			RunsOn:       slices.Repeat([]string{id}, 16),
			Parts:        slices.Repeat([]string{id}, 16),
		})
	}
	var values []string
	for i := range 400 {
		values = append(values, fmt.Sprintf("value-%03d", i))
	}
	inputs := manyInputs(20)
	for i := range inputs {
		inputs[i].AllowedValues = values
	}
	get := getServer(models, inputs, "")
	all := `{"ids":[` + strings.Join(ids, ",") + `]}`
	d, text := get(t, all)
	if len(d.Models) == 0 || !strings.Contains(d.Note, "is cut") {
		t.Errorf("%d models, note %q", len(d.Models), d.Note)
	}
	for _, m := range models {
		if !strings.Contains(text, m.ID) {
			t.Errorf("%s is neither shown nor named", m.ID)
		}
	}

	// What is cut can be had: one input alone.
	d, _ = get(t, `{"ids":[`+ids[0]+`],"fields":["inputs.prompt"]}`)
	if len(d.Models) != 1 || len(d.Models[0].Inputs) != 1 || len(d.Models[0].Inputs[0].Values) != 400 || d.Note != "" {
		t.Errorf("one input: %+v", d)
	}
	d, _ = get(t, `{"ids":[`+ids[0]+`],"fields":["inputs"]}`)
	if len(d.Models[0].Inputs) != 20 || !strings.Contains(d.Note, "inputs.prompt") {
		t.Errorf("all inputs: %d, note %q", len(d.Models[0].Inputs), d.Note)
	}
	shown := d.Models[0].Inputs[0].Values
	if last, want := shown[len(shown)-1], fmt.Sprintf("… %d more", 400-(len(shown)-1)); last != want {
		t.Errorf("after %d values: %q, want %q", len(shown)-1, last, want)
	}
}

// TestGetModelsWithHalfTheLists: a list that failed does not make a name unknown.
func TestGetModelsWithHalfTheLists(t *testing.T) {
	get := getServer([]scenario.Model{{ID: "model_a", Name: "Public One"}}, nil, scenario.Private)
	d, _ := get(t, `{"ids":["Own One","Public One"]}`)
	if len(d.Models) != 1 || len(d.Errors) != 1 || !strings.Contains(d.Errors[0].Error, "names could not all be looked up") {
		t.Errorf("%+v", d)
	}
}

// TestGetModelsFindsIDs reads an id wherever it stands in what is pasted.
func TestGetModelsFindsIDs(t *testing.T) {
	get := getServer([]scenario.Model{{ID: "model_aB1-x"}, {ID: "model_ab1-x"}, {ID: "model_Other"}, {ID: "model_Twin", Privacy: "private"}}, nil, "")
	for text, want := range map[string]string{
		"app.example.com/models/model_aB1-x": "model_aB1-x",
		"**model_ab1-x**":                    "model_ab1-x",
		"model_ab1-x.":                       "model_ab1-x",
		"[Sample](model_Other)":              "model_Other",
		"id: model_Other":                    "model_Other",
		"MODEL_OTHER":                        "model_Other",
		"MODEL_AB1-X":                        "", // two are like that
		"MODEL_TWIN":                         "model_Twin",
		"model_Other or model_ab1-x":         "",
	} {
		arguments, err := json.Marshal(map[string]any{"ids": []string{text}})
		if err != nil {
			t.Fatal(err)
		}
		d, _ := get(t, string(arguments))
		switch {
		case want == "" && (len(d.Models) > 0 || len(d.Errors) != 1):
			t.Errorf("%s: %+v", text, d)
		case want != "" && (len(d.Models) != 1 || d.Models[0].ID != want):
			t.Errorf("%s: %+v, want %s", text, d, want)
		}
	}
}

// TestGetModelsLongInputs: what a glance cuts, fields give whole, and of many
// inputs at least the names are told.
func TestGetModelsLongInputs(t *testing.T) {
	workflow := strings.Repeat("abcdefghi,", 350)
	inputs := []scenario.Input{{Name: "workflow", Type: "string", Default: workflow, Description: workflow[:900]}}
	get := getServer([]scenario.Model{{ID: "model_a"}}, inputs, "")
	d, _ := get(t, `{"ids":["model_a"]}`)
	if in := d.Models[0].Inputs[0]; len(in.About) > 500 || len(in.Default.(string)) > 500 || !strings.Contains(d.Note, "is cut") {
		t.Errorf("at a glance: %d and %d bytes, note %q", len(in.Default.(string)), len(in.About), d.Note)
	}
	d, _ = get(t, `{"ids":["model_a"],"fields":["inputs.workflow"]}`)
	if in := d.Models[0].Inputs[0]; in.Default != workflow || len(in.About) < 890 || d.Note != "" {
		t.Errorf("by name: %d and %d bytes, note %q", len(in.Default.(string)), len(in.About), d.Note)
	}
	d, _ = get(t, `{"ids":["model_a"],"fields":["inputs.prompt"]}`)
	if want := `No input "prompt" on model_a; it has: workflow.`; len(d.Models[0].Inputs) > 0 || d.Note != want {
		t.Errorf("another name: %+v, want %s", d, want)
	}
	get = getServer([]scenario.Model{{ID: "model_a"}}, []scenario.Input{{Name: "all", Default: strings.Repeat("x", scenario.MaxText-1) + "…"}}, "")
	if d, _ = get(t, `{"ids":["model_a"],"fields":["inputs.all"]}`); !strings.Contains(d.Note, "is cut") {
		t.Errorf("cut before it came here: note %q", d.Note)
	}

	many := manyInputs(150)
	for i := range many {
		many[i].Description, many[i].Default = strings.Repeat("word ", 30), strings.Repeat("word ", 30)
	}
	get = getServer([]scenario.Model{{ID: "model_a"}}, many, "")
	if d, _ = get(t, `{"ids":["model_a"]}`); len(d.Models[0].Inputs) != 150 || !strings.Contains(d.Note, "is cut") {
		t.Errorf("%d of 150 inputs, note %q", len(d.Models[0].Inputs), d.Note)
	}
}

func TestGetModelsFields(t *testing.T) {
	get := getServer([]scenario.Model{{ID: "model_a", Name: "A", Type: "custom", Tags: []string{"x"}, Provider: "Samplecorp"}}, manyInputs(2), "")
	_, text := get(t, `{"ids":["model_a"],"fields":["id","NAME","tags"]}`)
	if want := `{"models":[{"id":"model_a","name":"A","tags":["x"]}]}`; text != want {
		t.Errorf("%s, want %s", text, want)
	}
}
