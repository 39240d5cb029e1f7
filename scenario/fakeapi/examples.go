package fakeapi

import (
	"encoding/json"
	"strings"
)

// samplePrompts are what published pictures were made of.
var samplePrompts = []string{
	"a lighthouse on a small island, evening light, calm sea",
	"an otter who sells lanterns, friendly, seen from the front",
	"a paper map of a village between three hills",
}

// maxExamples is how many of a model's pictures have an example.
const maxExamples = 6

// examples answers with how the first pictures of a model were made. A row may
// bring its own list.
func (c *call) examples() {
	r, ok := c.asked()
	if !ok {
		return
	}
	list, own := r["examples"]
	switch {
	case c.has(FaultHostileText):
		list = hostileExamples()
	case !own:
		list = r.examples()
	}
	c.reply(200, map[string]any{"examples": list})
}

// examples makes up how the first pictures of a model were made.
func (r Row) examples() []any {
	var kinds []inputKind
	_ = json.Unmarshal(marshal(r.inputs()), &kinds) // a row may hold nonsense
	items := []any{}
	assets := texts(r["exampleAssetIds"])
	for i, asset := range assets[:min(len(assets), maxExamples)] {
		parameters := map[string]any{"modelId": r["id"]}
		for _, in := range kinds {
			switch {
			case in.Name == "prompt":
				parameters[in.Name] = samplePrompts[i%len(samplePrompts)]
			case in.Name == "seed":
				parameters[in.Name] = 1000 + i%len(samplePrompts)
			case in.Default != nil:
				parameters[in.Name] = in.Default
			}
		}
		items = append(items, map[string]any{
			"asset":   map[string]any{"id": asset, "url": "https://cdn.sample.invalid/" + asset + "?Policy=sample&Signature=sample&Key-Pair-Id=sample"},
			"modelId": r["id"], "inferenceParameters": parameters, "job": nil,
		})
	}
	return items
}

// hostileExamples are examples of wrong types, and with hostile and signed texts.
func hostileExamples() []any {
	items := []any{nil, 7, "no example", map[string]any{"inferenceParameters": []int{1}}, map[string]any{"inferenceParameters": map[string]any{"prompt": nil, "steps": map[string]any{}}}}
	for _, s := range hostileText() {
		items = append(items, map[string]any{"inferenceParameters": map[string]any{
			"prompt": s, s: s, "image": "https://cdn.sample.invalid/a.png?Signature=" + strings.Repeat("sample", 50), "page": "http://sample.invalid/?Signature=sample",
		}})
	}
	return items
}
