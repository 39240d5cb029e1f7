package tools

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/mark3labs/mcp-go/mcp"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
)

// param is one argument of a tool whose checked arguments are an A. The same
// table makes the input schema and reads the call, so that they cannot differ.
type param[A any] struct {
	name string
	help string
	// into returns where the value goes: a *[]string, *string, *int, *bool or
	// *time.Time.
	// What the field holds before decoding is the default.
	into func(*A) any
	// enum holds the values a *string may have; nil means any text.
	enum []string
	// min and max bound an *int, and the length of a *[]string. A max of zero
	// means no upper bound.
	min, max int
}

// schema returns the parameters as options of a tool definition: one object of
// single-type properties, in the table's order.
func schema[A any](params []param[A], defaults A) []mcp.ToolOption {
	options := []mcp.ToolOption{mcp.WithSchemaAdditionalProperties(false)}
	for _, p := range params {
		var with []mcp.PropertyOption
		if p.help != "" {
			with = append(with, mcp.Description(p.help))
		}
		switch into := p.into(&defaults).(type) {
		case *[]string:
			with = append(with, mcp.WithStringItems())
			if p.min > 0 {
				with = append(with, mcp.MinItems(p.min), mcp.Required())
			}
			if p.max > 0 {
				with = append(with, mcp.MaxItems(p.max))
			}
			options = append(options, mcp.WithArray(p.name, with...))
		case *string:
			if p.enum != nil {
				with = append(with, mcp.Enum(p.enum...))
			}
			if *into != "" {
				with = append(with, mcp.DefaultString(*into))
			}
			options = append(options, mcp.WithString(p.name, with...))
		case *time.Time:
			options = append(options, mcp.WithString(p.name, with...))
		case *int:
			with = append(with, mcp.DefaultNumber(float64(*into)))
			if p.min > 0 {
				with = append(with, mcp.Min(float64(p.min)))
			}
			if p.max > 0 {
				with = append(with, mcp.Max(float64(p.max)))
			}
			options = append(options, mcp.WithInteger(p.name, with...))
		case *bool:
			with = append(with, mcp.DefaultBool(*into))
			options = append(options, mcp.WithBoolean(p.name, with...))
		}
	}
	return append(options, func(t *mcp.Tool) { t.InputSchema.PropertyOrder = namesOf(params) })
}

func namesOf[A any](params []param[A]) []string {
	return mapped(params, func(p param[A]) string { return p.name })
}

// argumentError is a call's mistake, worded for the model that made it.
type argumentError struct{ text string }

func (e *argumentError) Error() string { return e.text }

func badArgument(format string, args ...any) error {
	return &argumentError{fmt.Sprintf(format, args...)}
}

// parse reads a call's arguments over the defaults. Names are strict: an
// unknown one is refused, because ignoring a filter would widen the answer.
// Values are lenient, and bent tells which had to be moved into range.
func parse[A any](params []param[A], defaults A, raw json.RawMessage) (args A, bent []string, err error) {
	args = defaults
	values := make([]argument, len(params))
	err = readObject(raw, func(name string, d *jsontext.Decoder) error {
		i := slices.IndexFunc(params, func(p param[A]) bool { return p.name == name })
		if i < 0 {
			return unknownArgument(params, name)
		}
		var err error
		values[i], err = readArgument(d)
		return err
	})
	if err != nil {
		return args, nil, err
	}
	for i, p := range params {
		if !values[i].given {
			if _, takesList := p.into(&args).(*[]string); takesList && p.min > 0 {
				return args, nil, badArgument("%s is missing: give at least %d.", p.name, p.min)
			}
			continue
		}
		note, err := p.set(&args, values[i])
		if err != nil {
			return args, nil, err
		}
		bent = append(bent, note)
	}
	return args, bent, nil
}

func unknownArgument[A any](params []param[A], name string) error {
	valid, hint := namesOf(params), ""
	if near := catalog.Nearest(scenario.Clean(name, 60), valid); near != "" {
		hint = fmt.Sprintf(" Did you mean %q?", near)
	}
	return badArgument("unknown argument %s.%s Valid arguments: %s.", quote(name), hint, strings.Join(valid, ", "))
}

// set puts a value that was given where p says.
func (p param[A]) set(args *A, value argument) (note string, err error) {
	switch into := p.into(args).(type) {
	case *[]string:
		*into, err = p.list(value)
	case *string:
		text, ok := value.text()
		at := slices.IndexFunc(p.enum, func(e string) bool { return strings.EqualFold(e, text) })
		switch {
		case value.long:
			return "", badArgument("%s is longer than %d bytes.", p.name, maxTextArgument)
		case !ok:
			return "", badArgument("%s must be a string.", p.name)
		case text == "":
		case p.enum == nil:
			*into = text
		case at < 0:
			return "", badArgument("%s cannot be %s; use one of: %s.", p.name, quote(text), strings.Join(p.enum, ", "))
		default:
			*into = p.enum[at]
		}
	case *time.Time:
		text, ok := value.text()
		if !ok {
			return "", badArgument("%s must be a string.", p.name)
		}
		*into, err = since(text, time.Now())
	case *int:
		return p.integer(into, value)
	case *bool:
		text, ok := value.text()
		switch strings.ToLower(text) {
		case "true", "yes", "1":
			*into = true
		case "false", "no", "0":
			*into = false
		default:
			if text != "" || !ok {
				return "", badArgument("%s must be true or false.", p.name)
			}
		}
	}
	return "", err
}

// list reads distinct texts.
func (p param[A]) list(value argument) (list []string, err error) {
	value = value.asList()
	most := cmp.Or(p.max, maxItems)
	switch {
	case value.odd:
		return nil, badArgument("%s must be a list of strings, e.g. [\"a\", \"b\"].", p.name)
	case value.long && value.list:
		return nil, badArgument("an item of %s is longer than %d bytes.", p.name, maxTextArgument)
	case value.long:
		return nil, badArgument("%s is longer than %d bytes.", p.name, maxTextArgument)
	case value.more:
		return nil, badArgument("%s takes at most %d items; more were given. Split them over several calls.", p.name, most)
	}
	for _, s := range value.items {
		if s != "" && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	switch {
	case len(list) > most:
		return nil, badArgument("%s takes at most %d items; %d were given. Split them over several calls.", p.name, most, len(list))
	case len(list) < p.min:
		return nil, badArgument("%s needs at least %d.", p.name, p.min)
	}
	return list, nil
}

// integer reads a whole number and moves it into the range.
func (p param[A]) integer(into *int, value argument) (note string, err error) {
	s, ok := value.text()
	if !ok {
		return "", badArgument("%s must be a whole number.", p.name)
	}
	if s == "" {
		return "", nil
	}
	f, err := strconv.ParseFloat(s, 64)
	// A number too large for a float64 is read as infinite: it is clamped.
	if err != nil && !math.IsInf(f, 0) || math.IsNaN(f) || f != math.Trunc(f) {
		return "", badArgument("%s must be a whole number, not %s.", p.name, quote(s))
	}
	high := math.Inf(1)
	if p.max > 0 {
		high = float64(p.max)
	}
	// Offsets past any list need no exactness, only no overflow.
	bent := min(max(f, float64(p.min)), high)
	*into = int(min(bent, math.MaxInt32))
	switch {
	case f < bent:
		note = fmt.Sprintf("%s %s is below %d: used %d", p.name, scenario.Clean(s, 24), p.min, p.min)
	case f > bent:
		note = fmt.Sprintf("%s %s is above %d: used %d", p.name, scenario.Clean(s, 24), p.max, p.max)
	}
	return note, nil
}
