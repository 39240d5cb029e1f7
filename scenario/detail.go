package scenario

import (
	"context"
	"math"
	"net/url"
)

// Detail is one model as GET /models/{id} has it: the row, and the inputs that
// running the model takes.
type Detail struct {
	Model
	Custom     bool // it can be run by itself
	Inputs     []Input
	MoreInputs int // that were too many to keep

	ExampleAssets []string // the first of exampleAssetIds

	Performance []Performance // nil for most
}

// Input is one parameter of a model.
type Input struct {
	Name        string
	Type        string // open set: "string", "number", "boolean", "file", "file_array", "model", …
	Label       string
	Description string

	Required   bool // always
	RequiredIf []Condition

	Costs     bool // its value changes what a run costs
	MaxLength int  // items of a list, letters of a text; 0 means the service names none
	MaxSize   *float64

	Default        any      // nil, bool, float64, string or []string; an object is its JSON as a string
	Min, Max, Step *float64 // nil means the service names none
	AllowedValues  []string // numbers and booleans are kept as written
	MoreValues     int      // that were too many to keep, or are no single values
}

// MaxText is how many runes are kept of a long text of a [Detail], with … at the
// end. Descriptions and defaults are long texts.
const MaxText = 4000

const (
	maxInputs     = 200
	maxAllowed    = 1024
	maxDefaults   = 16
	maxValues     = 32 << 10 // bytes of one input's allowed values
	inputSize     = 256      // bytes of an Input without what it points to
	conditionSize = 64       // and of a Condition
	maxLength     = 1 << 30  // a larger bound is none
)

// Model returns one model with its inputs. An id that cannot be one fails with
// [KindNotFound] before anything is sent.
func (c *Client) Model(ctx context.Context, id string) (*Detail, error) {
	var d *Detail
	if err := c.ofModel(ctx, "get model", id, "", func(r *reader) { d = r.detail() }); err != nil {
		return nil, err
	}
	return d, nil
}

// ofModel asks for a model, or for what is below it.
func (c *Client) ofModel(ctx context.Context, op, id, below string, decode func(*reader)) error {
	template := "/models/{id}" + below
	// /models/public is a list, and dots would be taken for a path.
	if !validID(id) || id == "public" && below == "" || id == "." || id == ".." {
		return &Error{Op: op, Kind: KindNotFound, Route: template, Reason: "this is not a model id"}
	}
	return c.do(ctx, request{
		op: op, route: template, path: "/models/" + url.PathEscape(id) + below, limit: maxDetailBody, decode: decode,
	})
}

// inputs reads as many inputs as a detail has room for.
func (r *reader) inputs(d *Detail) {
	d.Inputs, d.MoreInputs = nil, 0
	left := MaxDetail
	for range r.elements() {
		if len(d.Inputs) == maxInputs || left <= 0 {
			d.MoreInputs++
			continue
		}
		if in := r.input(); in.Name != "" {
			d.Inputs = append(d.Inputs, in)
			left -= in.size()
		}
	}
}

func (r *reader) input() (in Input) {
	for key := range r.fields() {
		switch string(key) {
		case "name":
			in.Name = r.text(maxName)
		case "type":
			in.Type = r.word()
		case "label":
			in.Label = r.text(maxName)
		case "description":
			in.Description = r.text(MaxText)
		case "required":
			in.Required, in.RequiredIf = r.required()
		case "costImpact":
			in.Costs = r.bool()
		case "maxLength", "maxItems":
			in.MaxLength = r.length()
		case "maxSize":
			in.MaxSize = r.number()
		case "default":
			in.Default = r.any()
		case "min":
			in.Min = r.number()
		case "max":
			in.Max = r.number()
		case "step":
			in.Step = r.number()
		case "allowedValues":
			in.AllowedValues, in.MoreValues = r.literals()
		}
	}
	return in
}

// length reads a bound in whole numbers, 0 if it is none.
func (r *reader) length() int {
	f := r.number()
	if f == nil || *f < 1 || *f > maxLength || *f != math.Trunc(*f) {
		return 0
	}
	return int(*f)
}

// size is about how many bytes an input takes.
func (in *Input) size() int {
	n := inputSize + len(in.Name) + len(in.Label) + len(in.Description)
	for _, c := range in.RequiredIf {
		n += conditionSize + len(c.Input) + sizeOf(c.Values)
	}
	switch v := in.Default.(type) {
	case string:
		n += len(v)
	case []string:
		n += sizeOf(v)
	}
	return n + sizeOf(in.AllowedValues)
}

// literals reads a list's strings, numbers and booleans, and counts what it does
// not keep.
func (r *reader) literals() (list []string, more int) {
	kept := 0
	for range r.elements() {
		if len(list) == maxAllowed || kept >= maxValues {
			more++
			continue
		}
		v, ok := r.literal()
		if !ok {
			more++
			continue
		}
		list = append(list, v)
		kept += wordSize + len(v)
	}
	return list, more
}
