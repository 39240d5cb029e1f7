package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/tools/stdio"
)

// getServer serves models whose details have these inputs, or those of their own.
func getServer(models []scenario.Model, inputs []scenario.Input, failing scenario.Scope, own ...map[string][]scenario.Input) func(t *testing.T, arguments string) (details, string) {
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
		API: testAPI{lists: lists, inputs: func(id string) []scenario.Input {
			if len(own) > 0 {
				return own[0][id]
			}
			return inputs
		}},
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
		"other":                              "model_Other", // without its prefix
		"the other":                          "",            // a word among others is no id
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

// TestGetModelsMisses: a name is unknown only if it is in none of the lists as
// they are now. What cannot be known is told.
func TestGetModelsMisses(t *testing.T) {
	down := &scenario.Error{Kind: scenario.KindNetwork}
	type state struct {
		models  []scenario.Model
		broken  int
		failure error // after the models
	}
	synctest.Test(t, func(t *testing.T) {
		now := state{models: []scenario.Model{{ID: "model_a", Name: "First One"}}}
		walks := 0
		load := func(_ context.Context, scope scenario.Scope) iter.Seq2[scenario.Page, error] {
			return func(yield func(scenario.Page, error) bool) {
				if scope == scenario.Private {
					yield(scenario.Page{}, nil)
					return
				}
				walks++
				if (len(now.models) > 0 || now.failure == nil) && !yield(scenario.Page{Models: now.models, Broken: now.broken}, nil) {
					return
				}
				if now.failure != nil {
					yield(scenario.Page{}, now.failure)
				}
			}
		}
		lists := func(scope scenario.Scope) []scenario.Model {
			if scope == scenario.Private {
				return nil
			}
			return now.models
		}
		srv := NewServer(Options{
			Catalog: catalog.New(load, catalog.Options{PublicTTL: 10 * time.Minute, PrivateTTL: time.Hour, MaxStale: 24 * time.Hour}),
			API:     testAPI{lists: lists},
		})
		get := func(name string) string {
			t.Helper()
			result, err := stdio.Call(t.Context(), srv, "get_models", `{"ids":["`+name+`"]}`)
			if err != nil {
				t.Fatal(err)
			}
			return result.Content[0].(mcp.TextContent).Text
		}
		expect := func(what, name string, want ...string) {
			t.Helper()
			text := get(name)
			for _, w := range want {
				if !strings.Contains(text, w) {
					t.Errorf("%s: %s, want %q", what, text, w)
				}
			}
			if len(want) > 0 && want[0] != "no model has this id or name" && strings.Contains(text, "no model has this id or name") {
				t.Errorf("%s: %s", what, text)
			}
		}
		second := append(slices.Clone(now.models), scenario.Model{ID: "model_b", Name: "Second One"})

		expect("fresh", "Second One", "no model has this id or name")
		now.models = second
		expect("fresh still", "Second One", "no model has this id or name")
		time.Sleep(11 * time.Minute)
		before := walks
		expect("a hit needs no newer list", "First One", `"id":"model_a"`)
		if walks != before {
			t.Error("a name that was found cost a walk")
		}
		expect("past its time", "Second One", `"id":"model_b"`)

		time.Sleep(11 * time.Minute)
		now = state{failure: down}
		expect("down", "Third One", "names could not all be looked up", "The list of public models is 11 min old", "Scenario could not be reached")

		time.Sleep(time.Minute)
		now = state{models: second[:1], failure: down}
		expect("down midway", "Third One", "names could not all be looked up", "12 min old")

		time.Sleep(25 * time.Hour)
		expect("cut short", "Second One", "names could not all be looked up", "The list of public models is partial")
		before = walks
		expect("cut short again", "Second One", "The list of public models is partial")
		if walks != before {
			t.Error("a list that was just cut short twice is read at every miss")
		}
		time.Sleep(time.Minute)
		now = state{models: second}
		expect("whole again", "Second One", `"id":"model_b"`)

		time.Sleep(11 * time.Minute)
		now = state{models: second, broken: 2}
		expect("unreadable rows", "Third One", "names could not all be looked up", "2 public models were sent in a form that cannot be read")
	})
}

// TestGetModelsWhileDown: what the lists at hand tell of a model is answered by
// its id and its name.
func TestGetModelsWhileDown(t *testing.T) {
	lists := func(scope scenario.Scope) []scenario.Model {
		if scope == scenario.Private {
			return nil
		}
		return []scenario.Model{{ID: "model_a", Name: "Otter"}}
	}
	srv := NewServer(Options{
		Catalog: catalog.New(loaderOf(lists), catalog.Options{PublicTTL: time.Hour, PrivateTTL: time.Hour}),
		API:     testAPI{lists: lists, err: &scenario.Error{Kind: scenario.KindNetwork}},
	})
	callPage(t, srv, "list_public_models", `{}`)
	for _, asked := range []string{"model_a", "MODEL_A", "otter", "https://example.com/models/model_a"} {
		d, err := stdio.Call(t.Context(), srv, "get_models", `{"ids":["`+asked+`"]}`)
		if err != nil {
			t.Fatal(err)
		}
		if text := d.Content[0].(mcp.TextContent).Text; d.IsError || !strings.Contains(text, `"id":"model_a"`) || !strings.Contains(text, "Inputs are missing for model_a") {
			t.Errorf("%s: %s", asked, text)
		}
	}
}

// lateAPI says that there is no such model when a call's time is over.
type lateAPI struct{ testAPI }

func (lateAPI) Model(ctx context.Context, _ string) (*scenario.Detail, error) {
	<-ctx.Done()
	return nil, &scenario.Error{Kind: scenario.KindNotFound}
}

// TestGetModelsWithoutTime: a name that there was no time to look up is not
// called unknown.
func TestGetModelsWithoutTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lists := func(scenario.Scope) []scenario.Model { return []scenario.Model{{ID: "model_a", Name: "Otter"}} }
		srv := NewServer(Options{
			Catalog: catalog.New(loaderOf(lists), catalog.Options{PublicTTL: time.Hour, PrivateTTL: time.Hour}),
			API:     lateAPI{},
		})
		callPage(t, srv, "search_models", `{}`)
		result, err := stdio.Call(t.Context(), srv, "get_models", `{"ids":["otter"]}`)
		if err != nil {
			t.Fatal(err)
		}
		if text := result.Content[0].(mcp.TextContent).Text; !strings.Contains(text, "could not all be looked up") {
			t.Error(text)
		}
	})
}

// TestGetModelsByCall: a model is found by provider and name and by a single near
// name. Models of one name are told apart.
func TestGetModelsByCall(t *testing.T) {
	get := getServer([]scenario.Model{
		{ID: "model_a", Name: "Veo 3", Provider: "Demo Labs", Plan: scenario.Pro},
		{ID: "model_b", Name: "Veo 3", Provider: "Samplecorp"},
		{ID: "model_c", Name: "Knight Errant"},
	}, manyInputs(1), "")
	d, _ := get(t, `{"ids":["samplecorp veo 3","Knigth Errant"],"fields":["plan","price","PLAN"]}`)
	var ids []string
	for _, m := range d.Models {
		ids = append(ids, m.ID)
	}
	if fmt.Sprint(ids) != "[model_b model_c]" || !strings.Contains(d.Note, `"Knigth Errant" is read as model_c, the only near one`) {
		t.Errorf("%v, note %q", ids, d.Note)
	}
	if !strings.Contains(d.Note, `No field "price"; there are id, name`) {
		t.Errorf("note %q", d.Note)
	}
	d, _ = get(t, `{"ids":["Knigth Errant","Knight Erant"]}`)
	if len(d.Models) != 1 || !strings.Contains(d.Note, `"Knigth Errant"`) || !strings.Contains(d.Note, `"Knight Erant"`) {
		t.Errorf("two near names of one model: %d models, note %q", len(d.Models), d.Note)
	}
	d, _ = get(t, `{"ids":["veo 3"]}`)
	want := missing{ID: "veo 3", Error: "2 models have this name or id; use one id", Near: []ref{
		{ID: "model_a", Name: "Veo 3", Scope: "public", Plan: "Pro", Provider: "Demo Labs"},
		{ID: "model_b", Name: "Veo 3", Scope: "public", Plan: "Free", Provider: "Samplecorp"},
	}}
	if len(d.Errors) != 1 || !reflect.DeepEqual(d.Errors[0], want) {
		t.Errorf("%+v", d)
	}
}

// TestPlansOfBasesAreRead: what a model needs is told as well in the first call of a
// process, which has no list at hand.
func TestPlansOfBasesAreRead(t *testing.T) {
	lora := scenario.Model{ID: "model_lora", Type: "flux.1-lora", RunsOn: []string{"model_base"}}
	old := scenario.Model{ID: "model_old", Deprecated: true, DeprecatedBy: "model_older"}
	lists := map[scenario.Scope][]scenario.Model{scenario.Public: {
		{ID: "model_base", Plan: scenario.Pro}, lora, old,
		{ID: "model_older", Deprecated: true, DeprecatedBy: "model_base"},
	}}
	for arguments, want := range map[string]string{
		`{"ids":["model_lora"]}`:                   `"plan":"Pro"`,
		`{"ids":["model_lora"],"fields":["plan"]}`: `"plan":"Pro"`,
		`{"ids":["model_old"]}`:                    `"deprecated_by":"model_base"`,
	} {
		result, err := stdio.Call(t.Context(), newTestServer(lists), "get_models", arguments)
		if err != nil {
			t.Fatal(err)
		}
		if text := result.Content[0].(mcp.TextContent).Text; !strings.Contains(text, want) {
			t.Errorf("%s: no %s in %s", arguments, want, text)
		}
	}
}
