package tools

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/fakeapi"
)

// randomInputs are inputs of every type with bounds, defaults and conditions.
func randomInputs(r *rand.Rand) []map[string]any {
	var inputs []map[string]any
	for i := range 1 + r.IntN(8) {
		in := map[string]any{"name": fmt.Sprintf("input-%d", i), "required": map[string]any{"always": r.IntN(3) == 0}}
		switch kind := []string{"string", "choice", "number", "boolean", "file", "file_array", "string_array", "model", "model_array"}[r.IntN(9)]; kind {
		case "choice":
			in["type"], in["allowedValues"] = "string", []string{"a", "b c", "<d>"}
			if r.IntN(2) == 0 {
				in["default"] = "b c"
			}
		case "number":
			low := float64(r.IntN(100))
			in["type"], in["min"], in["max"], in["step"] = kind, low, low+float64(r.IntN(10)), 1
			if r.IntN(2) == 0 {
				in["default"] = low
			}
		default:
			in["type"] = kind
			if (kind == "string" || isList(kind)) && r.IntN(2) == 0 {
				in["maxLength"] = 1 + r.IntN(30)
			}
		}
		if other := fmt.Sprintf("input-%d", r.IntN(8)); i > 0 && r.IntN(2) == 0 {
			in["required"] = []map[string]any{
				{"ifDefined": map[string]any{other: map[string]any{"message": "Both."}}},
				{"ifNotDefined": map[string]any{other: true}},
				{"conditionalValues": map[string]any{other: []any{"b c", "a"}}},
			}[r.IntN(3)]
		}
		inputs = append(inputs, in)
	}
	return inputs
}

// fill puts values in place of a body's placeholders, as one who reads them would.
func fill(t *testing.T, inputs []map[string]any, body map[string]any) {
	t.Helper()
	for _, in := range inputs {
		name, kind := in["name"].(string), in["type"].(string)
		holder, list := body[name].([]any)
		text, _ := body[name].(string)
		if list {
			text, _ = holder[0].(string)
		}
		if !strings.HasPrefix(text, "<") || text == "<d>" {
			continue
		}
		if n, ok := in["maxLength"]; ok && !strings.Contains(text, fmt.Sprint(n)) {
			t.Errorf("%s does not tell that at most %v fit", text, n)
		}
		var value any
		kind = strings.TrimSuffix(kind, "_array")
		switch {
		case in["allowedValues"] != nil:
			value = strings.Split(strings.Trim(text[strings.Index(text, ": ")+2:], "<>"), " | ")[0]
		case kind == "number":
			value = in["min"]
			if want := fmt.Sprintf("%v..%v", in["min"], in["max"]); !strings.Contains(text, want) {
				t.Errorf("%s does not tell %s", text, want)
			}
		case kind == "boolean":
			value = true
		default:
			value = map[string]string{"<text": "t", "<asset id": "asset_1", "<model id": "model_1"}[strings.TrimSuffix(text[:min(len(text), strings.IndexAny(text, ",>"))], ">")]
		}
		body[name] = value
		if list {
			body[name] = []any{value}
		}
	}
}

// TestRequestHolds: what request says is what the service takes, once the
// placeholders are filled in.
func TestRequestHolds(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	inputs := map[string][]map[string]any{}
	var rows []fakeapi.Row
	for i := range 150 {
		id := fmt.Sprint("model_", i)
		inputs[id] = randomInputs(random)
		rows = append(rows, fakeapi.Row{"id": id, "type": "custom", "custom": true, "inputs": inputs[id]})
	}
	for _, mode := range []fakeapi.Mode{fakeapi.Real, fakeapi.Guide} {
		fake := fakeapi.New(fakeapi.Options{Mode: mode, Public: rows})
		base, err := fake.Start()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(fake.Close)
		get := fakeServer(t, fakeapi.Options{Mode: mode, Public: rows})
		for part := range slices.Chunk(rows, 5) {
			var ids []string
			for _, row := range part {
				ids = append(ids, row["id"].(string))
			}
			d, _ := get(t, `{"fields":"request","ids":"`+strings.Join(ids, ",")+`"}`)
			if len(d.Models) != len(part) {
				t.Fatalf("%d of %d models: %s", len(d.Models), len(part), d.Note)
			}
			for _, m := range d.Models {
				req, ok := m.Request.(map[string]any)
				if !ok {
					t.Fatalf("%s: %v", m.ID, m.Request)
				}
				body := req["body"].(map[string]any)
				fill(t, inputs[m.ID], body)
				if status, answer := post(t, strings.TrimSuffix(base, "/v1")+req["path"].(string), body); status != http.StatusOK {
					t.Errorf("%s: %d %s\ninputs %v\nbody %v", m.ID, status, answer, inputs[m.ID], body)
				}
			}
		}
	}
}

func post(t *testing.T, address string, body any) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, bytes.NewReader(encode(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth("key", "secret")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// TestRequestOfLoRA: a LoRA runs on its cheapest base, which takes its id. Where
// that cannot be a sentence says why.
func TestRequestOfLoRA(t *testing.T) {
	prompt := scenario.Input{Name: "prompt", Type: "string", Required: true}
	inputs := map[string][]scenario.Input{
		"model_dear": {prompt, {Name: "loras", Type: "model_array"}},
		"model_free": {prompt, {Name: "baseModel", Type: "model"}, {Name: "lora", Type: "model"}},
		"model_none": {prompt},
	}
	models := []scenario.Model{
		{ID: "model_dear", Type: "custom", Plan: scenario.Pro},
		{ID: "model_free", Type: "custom", Plan: scenario.Creator},
		{ID: "model_none", Type: "custom"},
		{ID: "model_both", Type: "flux.1-lora", RunsOn: []string{"model_dear", "model_free"}},
		{ID: "model_one", Type: "flux.1-composition", RunsOn: []string{"model_dear"}},
		{ID: "model_alone", Type: "flux.1-lora"},
		{ID: "model_closed", Type: "flux.1-lora", RunsOn: []string{"model_none"}},
		{ID: "model_lost", Type: "flux.1-lora", RunsOn: []string{"model_gone"}},
		{ID: "model_new", Type: "flux.1-lora", RunsOn: []string{"model_dear"}, Status: "training"},
		{ID: "model_other", Type: "gpt-image-1"},
	}
	get := getServer(models, nil, "", inputs)
	for id, want := range map[string]string{
		"model_both":   `{"body":{"prompt":"<text>","lora":"model_both"},"method":"POST","path":"/v1/generate/custom/model_free","result":"` + fetchResult + `"}`,
		"model_one":    `{"body":{"prompt":"<text>","loras":["model_one"]},"method":"POST","path":"/v1/generate/custom/model_dear","result":"` + fetchResult + `"}`,
		"model_alone":  "none: Scenario names no base model for it",
		"model_closed": "none: its base model model_none takes no other model",
		"model_lost":   "none: its base model model_gone cannot be read: Scenario has nothing at that address",
		"model_new":    "none: its status is training",
		"model_other":  "none: only models of type custom are run by themselves",
	} {
		get(t, `{"ids":["model_dear","Model Free"]}`) // the lists are at hand
		d, text := get(t, `{"ids":["`+id+`"],"fields":["request"]}`)
		var expected any = want
		if want[0] == '{' {
			if err := json.Unmarshal([]byte(want), &expected); err != nil {
				t.Fatal(err)
			}
		}
		got := d.Models[0].Request
		if text, ok := got.(string); ok && strings.HasPrefix(text, want) {
			continue
		}
		if !bytes.Equal(encode(got), encode(expected)) {
			t.Errorf("%s: %s, want %s", id, text, want)
		}
	}
}
