package tools

import (
	"context"
	"fmt"
	"strings"

	"scenario-mcp/scenario"
)

// testAPI is the service beside its lists, over the models of these lists.
type testAPI struct {
	lists  func(scenario.Scope) []scenario.Model
	inputs func(id string) []scenario.Input
	err    error                     // of every question, if not nil
	found  map[scenario.Scope]string // id that every search finds
	asked  *int                      // counts searches
}

func (a testAPI) Model(_ context.Context, id string) (*scenario.Detail, error) {
	if a.err != nil {
		return nil, a.err
	}
	for _, scope := range []scenario.Scope{scenario.Private, scenario.Public} {
		for _, m := range a.lists(scope) {
			if m.ID != id {
				continue
			}
			m.Privacy = string(scope)
			d := &scenario.Detail{Model: m, Custom: m.Type == "custom"}
			if a.inputs != nil {
				d.Inputs = a.inputs(id)
			}
			return d, nil
		}
	}
	return nil, &scenario.Error{Op: "get model", Kind: scenario.KindNotFound, Status: 404, Reason: "no such model"}
}

// exampleSettings are those of every example.
var exampleSettings = []scenario.Setting{{Name: "steps", Value: "28"}}

func (a testAPI) Examples(_ context.Context, id string) ([]scenario.Example, error) {
	switch {
	case a.err != nil:
		return nil, a.err
	case id == "model_film":
		return nil, &scenario.Error{Op: "get examples", Kind: scenario.KindNotFound, Status: 403, Reason: "Missing Authentication Token"}
	case id == "model_bare":
		return nil, nil
	}
	return []scenario.Example{{Prompt: "an otter in a boat", Settings: exampleSettings}, {Prompt: "a boat", Settings: exampleSettings}}, nil
}

func (a testAPI) About(_ context.Context, id string) (string, error) {
	if id == "model_bare" {
		return "", a.err
	}
	return "# " + id + " Made for samples.", a.err
}

func (a testAPI) Search(_ context.Context, scope scenario.Scope, _ string, _ int) ([]string, error) {
	if a.asked != nil {
		*a.asked++
	}
	if a.err != nil {
		return nil, a.err
	}
	if id := a.found[scope]; id != "" {
		return []string{id, "model_of-no-list"}, nil
	}
	return nil, nil
}

// manyInputs are n parameters as real models have them.
func manyInputs(n int) []scenario.Input {
	f := func(v float64) *float64 { return &v }
	kinds := []scenario.Input{
		{Name: "prompt", Type: "string", Required: true, MaxLength: 2048, Description: "What the picture shows, in plain words."},
		{Name: "negativePrompt", Type: "string", Description: "What to keep out of the picture."},
		{Name: "image", Type: "file", RequiredIf: []scenario.Condition{{Kind: scenario.IfValue, Input: "mode", Values: []string{"img2img"}}}, Description: "Picture to start from."},
		{Name: "strength", Type: "number", Default: 0.75, Min: f(0), Max: f(1), Step: f(0.05), Description: "How far to go from it."},
		{Name: "width", Type: "number", Default: 1024.0, Min: f(512), Max: f(2048), Step: f(8), Label: "Width"},
		{Name: "height", Type: "number", Default: 1024.0, Min: f(512), Max: f(2048), Step: f(8), Label: "Height"},
		{Name: "aspectRatio", Type: "string", Default: "1:1", AllowedValues: strings.Fields("1:1 16:9 9:16 4:3 3:4 21:9")},
		{Name: "numSamples", Type: "number", Default: 4.0, Min: f(1), Max: f(8), Costs: true, Description: "Pictures to make."},
		{Name: "guidance", Type: "number", Default: 3.5, Min: f(1), Max: f(20), Description: "How closely to follow the prompt."},
		{Name: "hd", Type: "boolean", Default: false, Description: "Slower, in finer detail."},
	}
	var inputs []scenario.Input
	for i := range n {
		in := kinds[i%len(kinds)]
		if i >= len(kinds) {
			in.Name += fmt.Sprint(i / len(kinds))
		}
		inputs = append(inputs, in)
	}
	return inputs
}
