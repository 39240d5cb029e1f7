package fakeapi

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
)

// run checks the body for one model by its inputs, and answers as if it had
// started a job. It makes nothing: there is no job.
func (c *call) run() {
	r, ok := c.asked()
	if !ok {
		return
	}
	if r["custom"] != true {
		c.fail(http.StatusBadRequest, "Custom models only")
		return
	}
	var body map[string]any
	if !c.body(&body) {
		return
	}
	var kinds []inputKind
	if err := json.Unmarshal(marshal(r.inputs()), &kinds); err != nil {
		c.fail(http.StatusInternalServerError, "This model's inputs cannot be read")
		return
	}
	if reason := checkBody(body, kinds); reason != "" {
		c.fail(http.StatusBadRequest, "%s", reason)
		return
	}
	c.reply(http.StatusOK, map[string]any{"job": map[string]any{"jobId": "job_sample-none", "jobType": "custom", "status": "queued", "progress": 0}})
}

// inputKind is an input as far as a body can be checked against it.
type inputKind struct {
	Name, Type     string
	Min, Max, Step *float64
	MaxLength      *int
	AllowedValues  []any
	Default        any
	Required       struct {
		Always                  bool
		IfDefined, IfNotDefined map[string]any
		ConditionalValues       map[string][]any
	}
}

// checkBody returns what is wrong with a body, "" if nothing is.
func checkBody(body map[string]any, kinds []inputKind) string {
	known := map[string]inputKind{}
	for _, in := range kinds {
		known[in.Name] = in
	}
	for name, v := range body {
		in, ok := known[name]
		if !ok {
			return fmt.Sprintf("Unknown input %q", name)
		}
		if wrong := in.check(v); wrong != "" {
			return fmt.Sprintf("Input %q: %s", name, wrong)
		}
	}
	for _, in := range kinds {
		if _, given := body[in.Name]; !given && in.required(body, known) {
			return fmt.Sprintf("Input %q is required", in.Name)
		}
	}
	return ""
}

func (in inputKind) required(body map[string]any, known map[string]inputKind) bool {
	given := func(name string) bool { _, ok := body[name]; return ok }
	if in.Required.Always {
		return true
	}
	for name := range in.Required.IfDefined {
		if given(name) {
			return true
		}
	}
	for name := range in.Required.IfNotDefined {
		if !given(name) {
			return true
		}
	}
	for name, values := range in.Required.ConditionalValues {
		v, ok := body[name]
		if !ok {
			v = known[name].Default
		}
		if v != nil && slices.Contains(values, v) {
			return true
		}
	}
	return false
}

func (in inputKind) check(v any) string {
	kind, isArray := strings.CutSuffix(in.Type, "_array")
	if isArray {
		items, ok := v.([]any)
		if !ok {
			return "must be a list"
		}
		if in.MaxLength != nil && len(items) > *in.MaxLength {
			return fmt.Sprintf("at most %d items", *in.MaxLength)
		}
		one := inputKind{Type: kind, AllowedValues: in.AllowedValues}
		for _, item := range items {
			if wrong := one.check(item); wrong != "" {
				return wrong
			}
		}
		return ""
	}
	if len(in.AllowedValues) > 0 && !slices.Contains(in.AllowedValues, v) {
		return fmt.Sprintf("must be one of %v", in.AllowedValues)
	}
	switch kind {
	case "number":
		return in.checkNumber(v)
	case "boolean":
		if _, ok := v.(bool); !ok {
			return "must be true or false"
		}
	case "string", "file", "model":
		s, ok := v.(string)
		switch {
		case !ok:
			return "must be a text"
		case kind == "file" && !strings.HasPrefix(s, "asset_"):
			return "must be an asset's id"
		case kind == "model" && !strings.HasPrefix(s, "model_"):
			return "must be a model's id"
		case kind == "string" && in.MaxLength != nil && len([]rune(s)) > *in.MaxLength:
			return fmt.Sprintf("at most %d letters", *in.MaxLength)
		}
	}
	return ""
}

func (in inputKind) checkNumber(v any) string {
	n, ok := v.(float64)
	switch {
	case !ok:
		return "must be a number"
	case in.Min != nil && n < *in.Min || in.Max != nil && n > *in.Max:
		return "is out of bounds"
	case in.Step != nil && *in.Step == 1 && n != math.Trunc(n):
		return "must be a whole number"
	}
	return ""
}
