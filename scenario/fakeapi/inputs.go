package fakeapi

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// inputKinds are the parameters that models of the fake have, by name. A model
// picks some of them, see parseInputs.
var inputKinds = map[string]func() map[string]any{
	"prompt":         stringInput("Prompt", "What to make, in plain words."),
	"negativePrompt": stringInput("Negative prompt", "What to keep out of the result."),
	"lyrics":         stringInput("Lyrics", "Words to sing; leave empty for an instrumental."),
	"text":           stringInput("Text", "The words to speak."),

	"image":        fileInput("Image", "Picture to start from.", "image"),
	"controlImage": fileInput("Control image", "Sketch, edges, depth or pose that the result follows.", "image"),
	"styleImage":   fileInput("Style image", "Picture whose look is taken over.", "image"),
	"mask":         fileInput("Mask", "White where the picture may change.", "image"),
	"firstFrame":   fileInput("First frame", "Picture the clip starts with.", "image"),
	"lastFrame":    fileInput("Last frame", "Picture the clip ends with.", "image"),
	"video":        fileInput("Video", "Clip to work on.", "video"),
	"audio":        fileInput("Audio", "Sound to work with.", "audio"),
	"model3d":      fileInput("3D model", "Mesh to work on, as GLB.", "3d"),
	"referenceImages": func() map[string]any {
		return map[string]any{"type": "file_array", "kind": "image", "label": "Reference images", "description": "Up to four pictures of what must stay the same.", "group": "reference", "maxLength": 4}
	},

	"width":          numberInput("Width", "Width of the result in pixels.", "size", 256, 2048, 32, 1024, true),
	"height":         numberInput("Height", "Height of the result in pixels.", "size", 256, 2048, 32, 1024, true),
	"numSamples":     numberInput("Images", "How many results to make.", "output", 1, 8, 1, 4, true),
	"guidance":       numberInput("Guidance", "How closely to follow the prompt.", "settings", 1, 20, 0.5, 3.5, false),
	"steps":          numberInput("Steps", "More steps give more detail and take longer.", "settings", 4, 50, 1, 28, true),
	"strength":       numberInput("Strength", "How far to move away from the picture.", "settings", 0, 1, 0.01, 0.7, false),
	"styleStrength":  numberInput("Style strength", "How strongly the style shows.", "settings", 0, 2, 0.05, 1, false),
	"controlWeight":  numberInput("Control weight", "How strictly to follow the control image.", "settings", 0, 1, 0.05, 0.6, false),
	"creativity":     numberInput("Creativity", "How much detail may be invented.", "settings", 0, 100, 1, 30, false),
	"tempo":          numberInput("Tempo", "Beats per minute.", "settings", 40, 220, 1, 110, false),
	"polygons":       numberInput("Polygons", "Most triangles in the mesh.", "output", 1000, 200000, 1000, 30000, true),
	"colors":         numberInput("Colors", "Most colors in the result.", "output", 2, 64, 1, 16, false),
	"smoothing":      numberInput("Smoothing", "How round the outlines become.", "settings", 0, 1, 0.05, 0.5, false),
	"expand":         numberInput("Expand", "Pixels to add on every side.", "size", 0, 1024, 32, 256, true),
	"speed":          numberInput("Speed", "Pace of the voice.", "settings", 0.5, 2, 0.05, 1, false),
	"motion":         numberInput("Motion", "How much moves.", "settings", 1, 10, 1, 5, false),
	"seamlessMargin": numberInput("Seam margin", "Pixels blended at the edges of a tile.", "settings", 0, 256, 8, 64, false),
	"seed": func() map[string]any {
		return map[string]any{"type": "number", "label": "Seed", "description": "The same seed and settings give the same result.", "group": "settings", "min": 0, "max": 2147483647, "step": 1}
	},

	"tileable":    boolInput("Tileable", "Make the edges meet.", true),
	"transparent": boolInput("Transparent", "Leave the background out.", false),
	"sound":       boolInput("Sound", "Make a matching sound track.", true),
	"loop":        boolInput("Loop", "End where it began.", false),
	"rig":         boolInput("Rig", "Add a skeleton for animation.", false),
	"pbr":         boolInput("PBR maps", "Add roughness, metalness and normal maps.", true),

	"aspectRatio": choiceInput("Aspect ratio", "Shape of the result.", "size", false, "1:1", "16:9", "9:16", "4:3", "3:4"),
	"resolution":  choiceInput("Resolution", "Lines of the result.", "size", true, "720p", "480p", "1080p"),
	"duration":    choiceInput("Duration", "Length in seconds.", "output", true, "5", "10"),
	"scale":       choiceInput("Scale", "How many times larger.", "size", true, "2", "4"),
	"modality":    choiceInput("Control", "What the control image shows.", "settings", false, "sketch", "canny", "depth", "pose"),
	"format":      choiceInput("Format", "File format of the result.", "output", false, "png", "webp", "jpeg"),
	"voice":       choiceInput("Voice", "Who speaks.", "settings", false, "Ada, warm", "Bruno, deep", "Mika, bright", "Old Tom, gravelly"),
	"language":    choiceInput("Language", "Language spoken.", "settings", false, "English", "French", "German", "Japanese", "Spanish"),
	"camera":      choiceInput("Camera", "How the camera moves.", "settings", false, "still", "orbit", "push in", "pan left", "pan right"),
	"directions":  choiceInput("Directions", "How many ways the figure faces.", "output", true, "4", "1", "8"),

	"loras": func() map[string]any {
		return map[string]any{"type": "model_array", "label": "Styles", "description": "Trained styles to mix in.", "group": "models", "maxLength": 5}
	},
	"baseModel": func() map[string]any {
		return map[string]any{"type": "model", "label": "Base model", "description": "The model this style runs on.", "group": "models"}
	},
}

func stringInput(label, description string) func() map[string]any {
	return func() map[string]any {
		return map[string]any{"type": "string", "label": label, "description": description, "group": "prompt", "maxLength": 2048}
	}
}

func fileInput(label, description, kind string) func() map[string]any {
	return func() map[string]any {
		return map[string]any{"type": "file", "kind": kind, "label": label, "description": description, "group": "reference"}
	}
}

func numberInput(label, description, group string, least, most, step, usual float64, costs bool) func() map[string]any {
	return func() map[string]any {
		return map[string]any{
			"type": "number", "label": label, "description": description, "group": group,
			"min": least, "max": most, "step": step, "default": usual, "costImpact": costs,
		}
	}
}

func boolInput(label, description string, usual bool) func() map[string]any {
	return func() map[string]any {
		return map[string]any{"type": "boolean", "label": label, "description": description, "group": "settings", "default": usual}
	}
}

// choiceInput defaults to its first value.
func choiceInput(label, description, group string, costs bool, allowed ...string) func() map[string]any {
	return func() map[string]any {
		return map[string]any{
			"type": "string", "label": label, "description": description, "group": group,
			"allowedValues": allowed, "default": allowed[0], "costImpact": costs,
		}
	}
}

// parseInputs reads a list of inputs in the short form of sample.json, such as
// "prompt* image?prompt width=768 duration:5|8|12": names from inputKinds, with
//
//   - always required
//     ?other     required unless the other one is given
//     =value     another default
//     :a|b|c     other allowed values, the first one the default
func parseInputs(s string) ([]map[string]any, error) {
	inputs := []map[string]any{}
	for item := range strings.FieldsSeq(s) {
		item = strings.ReplaceAll(item, "_", " ")
		cut := strings.IndexAny(item, "*?=:")
		if cut < 0 {
			cut = len(item)
		}
		name, rest := item[:cut], item[cut:]
		kind, ok := inputKinds[name]
		if !ok {
			return nil, fmt.Errorf("fakeapi: no input %q", name)
		}
		in := kind()
		in["name"] = name
		in["required"] = map[string]any{"always": rest == "*"}
		if rest != "" {
			switch value := rest[1:]; rest[0] {
			case '?':
				in["required"] = map[string]any{"always": false, "ifNotDefined": []string{value}}
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

// inputsFor makes up the inputs of a model from its capabilities. What only
// some capabilities have is not required of all.
func inputsFor(capabilities []string) []map[string]any {
	needed := map[string]int{}
	found := map[string]map[string]any{}
	var order []string
	served := 0
	for _, c := range capabilities {
		inputs, err := parseInputs(usualInputs[c])
		if err != nil {
			panic(err) // usualInputs and inputKinds disagree
		}
		if len(inputs) > 0 {
			served++
		}
		for _, in := range inputs {
			name := in["name"].(string)
			if found[name] == nil {
				order = append(order, name)
			}
			found[name] = in
			if in["required"].(map[string]any)["always"] == true {
				needed[name]++
			}
		}
	}
	inputs := make([]map[string]any, 0, len(order))
	for _, name := range order {
		in := maps.Clone(found[name])
		in["required"] = map[string]any{"always": needed[name] > 0 && needed[name] == served}
		inputs = append(inputs, in)
	}
	return slices.Clip(inputs)
}
