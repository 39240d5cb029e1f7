package fakeapi

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// inputKinds are the inputs that models may have, by name.
var inputKinds = sync.OnceValue(func() map[string]map[string]any {
	return readSample[map[string]map[string]any]("inputs.json")
})

// shortInputs are inputs in the form that parseInputs reads. They are read when
// they are sent, to keep that from the start of -demo.
type shortInputs string

// MarshalJSON returns the inputs as the service sends them.
func (s shortInputs) MarshalJSON() ([]byte, error) {
	inputs, err := parseInputs(string(s))
	if err != nil {
		return nil, err
	}
	return marshal(inputs), nil
}

// parseInputs reads inputs in the short form of models.json, such as
// "prompt* image?prompt width=768 duration:5|8|12". Each is a name of
// inputKinds, perhaps followed by one of:
//
//   - always required
//     ?other    required unless the other one is given
//     ?other=v  required if the other one is v
//     +other    required if the other one is given
//     =value    another default
//     :a|b|c    other allowed values, the first one the default
//
// A _ in a value is a space.
func parseInputs(s string) ([]map[string]any, error) {
	inputs := []map[string]any{}
	for item := range strings.FieldsSeq(s) {
		item = strings.ReplaceAll(item, "_", " ")
		name := item
		if i := strings.IndexAny(item, "*?+=:"); i >= 0 {
			name = item[:i]
		}
		rest := item[len(name):]
		in := maps.Clone(inputKinds()[name])
		if in == nil {
			return nil, fmt.Errorf("fakeapi: no input %q", name)
		}
		in["name"] = name
		in["required"] = map[string]any{"always": rest == "*"}
		if rest != "" {
			switch value := rest[1:]; rest[0] {
			case '?':
				if other, is, ok := strings.Cut(value, "="); ok {
					in["required"] = map[string]any{"always": false, "conditionalValues": map[string]any{other: []string{is}}}
				} else {
					in["required"] = map[string]any{"always": false, "ifNotDefined": map[string]any{value: map[string]any{"message": "Give one or the other."}}}
				}
			case '+':
				in["required"] = map[string]any{"always": false, "ifDefined": map[string]any{value: map[string]any{}}}
			case '=':
				in["default"] = value
				switch in["type"] {
				case "boolean":
					in["default"] = value == "true"
				case "number":
					n, err := strconv.ParseFloat(value, 64)
					if err != nil {
						return nil, fmt.Errorf("fakeapi: input %q: %w", item, err)
					}
					in["default"] = n
				}
			case ':':
				allowed := strings.Split(value, "|")
				in["allowedValues"], in["default"] = allowed, allowed[0]
			}
		}
		inputs = append(inputs, in)
	}
	return inputs, nil
}

// usualInputs are the inputs of a model that names none, by capability.
var usualInputs = map[string]string{
	"txt2img":     "prompt* negativePrompt width height guidance steps seed numSamples",
	"img2img":     "prompt image* strength seed numSamples",
	"inpaint":     "prompt* image* mask* strength seed",
	"outpaint":    "image* prompt expand seed",
	"controlnet":  "prompt* controlImage* modality controlWeight",
	"reference":   "prompt* referenceImages",
	"txt2video":   "prompt* aspectRatio resolution duration seed",
	"img2video":   "firstFrame* prompt resolution duration seed",
	"video2video": "video* prompt strength seed",
	"txt23d":      "prompt* polygons pbr seed",
	"img23d":      "image* polygons pbr seed",
	"3d23d":       "model3d* prompt pbr",
	"txt2audio":   "prompt* duration seed",
	"audio2audio": "audio* prompt",
	"upscale":     "image* scale creativity",
	"img2txt":     "image*",
}

// inputs returns the inputs of a row, or made-up ones.
func (r Row) inputs() any {
	if own, ok := r["inputs"]; ok {
		return own
	}
	return inputsFor(texts(r["capabilities"]))
}

// inputsFor makes up the inputs of a model from its capabilities. What only
// some capabilities have is not required of all.
func inputsFor(capabilities []string) []map[string]any {
	inputs := []map[string]any{}
	needed := map[any]int{} // by name
	served := 0
	for _, c := range capabilities {
		usual := must(parseInputs(usualInputs[c]))
		if len(usual) > 0 {
			served++
		}
		for _, in := range usual {
			if i := slices.IndexFunc(inputs, func(known map[string]any) bool { return known["name"] == in["name"] }); i >= 0 {
				inputs[i] = in
			} else {
				inputs = append(inputs, in)
			}
			if in["required"].(map[string]any)["always"] == true {
				needed[in["name"]]++
			}
		}
	}
	for _, in := range inputs {
		in["required"] = map[string]any{"always": needed[in["name"]] == served}
	}
	return inputs
}
