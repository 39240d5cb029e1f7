package host

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
)

// syntax is a language of settings files.
type syntax interface {
	// decode returns what a text says. Its error shows no value of the text.
	decode(text []byte) (map[string]any, error)
	// set returns a text with a value at a path, and with the objects that lead
	// there. All other bytes stay. The text is one that decodes.
	set(text []byte, path []string, value any) ([]byte, error)
	// values returns where strings, numbers and comments stand in a text that
	// decodes.
	values(text []byte) []span
}

// span is a part of a text, by byte offsets.
type span struct{ start, end int }

// edit gives what stands at a path a value.
type edit struct {
	path  []string
	value any
}

// appended is the last name of a path to a new element of a list.
const appended = "-"

var (
	errEntryForm = errors.New("host: the entry is there already, in a form this program does not edit; change it by hand")
	errFileForm  = errors.New("host: the file is written in a way this program does not edit; change it by hand")
)

// Merge returns the host's settings with the server in them. Only what the
// entry needs is changed: everything else keeps its bytes, comments included.
//
// An entry that is there already is pointed at this program. Its credentials
// stay, unless the server has some; so do members that are not ours. Merging
// twice changes nothing. What cannot be changed safely is an error that says
// why.
func (h Host) Merge(settings []byte, s Server) ([]byte, error) {
	steps, err := h.merge(settings, s)
	if err != nil {
		return nil, err
	}
	return steps[len(steps)-1], nil
}

// merge returns the settings, and after them what each edit makes of them.
func (h Host) merge(settings []byte, s Server) ([][]byte, error) {
	if h.syntax == nil {
		return nil, fmt.Errorf("host: %s writes its settings itself", h.Title)
	}
	before, err := h.syntax.decode(settings)
	if err != nil {
		return nil, err
	}
	edits, err := h.edits(before, s)
	if err != nil {
		return nil, err
	}
	steps, want := [][]byte{settings}, any(before)
	for _, e := range edits {
		next := with(want, e.path, decoded(e.value))
		if equal(next, want) {
			continue
		}
		if settings, err = h.syntax.set(settings, e.path, e.value); err != nil {
			return nil, err
		}
		steps, want = append(steps, settings), next
	}
	// The parser has the last word: the settings differ in the edits alone.
	if after, err := h.syntax.decode(settings); err != nil || !equal(after, want) {
		return nil, errFileForm
	}
	return steps, nil
}

// edits are what settings need to have the server.
func (h Host) edits(settings map[string]any, s Server) ([]edit, error) {
	path := []string{h.servers, ServerName}
	old, err := object(settings, path...)
	if err != nil {
		return nil, err
	}
	e, inputs := h.entry(s)
	own, err := h.entryEdits(old, e, s.Env != nil)
	if err != nil {
		return nil, err
	}
	entry := any(old)
	for i, change := range own {
		entry = with(entry, change.path, decoded(change.value))
		own[i].path = slices.Concat(path, change.path)
	}
	asked, err := inputEdits(settings, inputs, encode(entry, "", ""))
	return append(asked, own...), err
}

// entryEdits are what an entry needs, by paths within it. There is none if old
// is nil.
func (h Host) entryEdits(old map[string]any, e entry, overwrite bool) ([]edit, error) {
	if old == nil {
		return []edit{{nil, e}}, nil
	}
	for _, address := range []string{"url", "httpUrl", "serverUrl"} {
		if _, ok := old[address]; ok {
			return nil, fmt.Errorf("host: %s.%s is a server at an address; rename it first", h.servers, ServerName)
		}
	}
	edits := []edit{{[]string{"command"}, e.Command}}
	if _, ok := old["args"]; ok || e.Args != nil {
		edits = append(edits, edit{[]string{"args"}, append([]string{}, e.Args...)})
	}
	env, err := object(old, "env")
	if err != nil {
		return nil, err
	}
	passedOn := passesOn(old)
	switch {
	case (passedOn || hasCredentials(env)) && !overwrite:
		return edits, nil
	case passedOn: // the program refuses both forms of a variable
		return nil, errEntryForm
	case len(env) == 0 && len(e.Env) > 0:
		return append(edits, edit{[]string{"env"}, e.Env}), nil
	}
	for _, name := range credentialVariables() {
		// The other form of one that is written is emptied: the program refuses both.
		if v, ok := e.Env[name]; ok || env[name] != nil {
			edits = append(edits, edit{[]string{"env", name}, v})
		}
	}
	return edits, nil
}

// credentialVariables are the variables that say who is asking, in order.
func credentialVariables() []string {
	return []string{keyVariable, secretVariable, keyVariable + fileSuffix, secretVariable + fileSuffix}
}

// hasCredentials takes an empty value for none.
func hasCredentials(env map[string]any) bool {
	return slices.ContainsFunc(credentialVariables(), func(name string) bool { return env[name] != nil && env[name] != "" })
}

// passesOn tells whether Codex hands over credentials from its own environment.
func passesOn(entry map[string]any) bool {
	names, _ := entry["env_vars"].([]any)
	return slices.ContainsFunc(credentialVariables(), func(name string) bool { return slices.Contains(names, any(name)) })
}

// inputEdits add the inputs that an entry refers to and that are not there yet.
func inputEdits(settings map[string]any, inputs []input, entry string) ([]edit, error) {
	there, isList := settings["inputs"].([]any)
	var missing []input
	for _, in := range inputs {
		sameID := func(v any) bool { m, _ := v.(map[string]any); return m["id"] == in.ID }
		if strings.Contains(entry, in.reference()) && !slices.ContainsFunc(there, sameID) {
			missing = append(missing, in)
		}
	}
	switch {
	case len(missing) == 0:
		return nil, nil
	case settings["inputs"] == nil:
		return []edit{{[]string{"inputs"}, missing}}, nil
	case !isList:
		return nil, errors.New("host: the file does not have a list where one belongs: \"inputs\"")
	}
	edits := make([]edit, len(missing))
	for i, in := range missing {
		edits[i] = edit{[]string{"inputs", appended}, in}
	}
	return edits, nil
}

// object returns the object at a path, nil if there is nothing.
func object(at map[string]any, path ...string) (map[string]any, error) {
	for i, name := range path {
		v := at[name]
		if v == nil {
			return nil, nil
		}
		var ok bool
		if at, ok = v.(map[string]any); !ok {
			return nil, fmt.Errorf("host: the file does not have an object where one belongs: %q", strings.Join(path[:i+1], "."))
		}
	}
	return at, nil
}

// with returns a decoded value with another one at a path. It leaves the given
// one as it is.
func with(in any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	if path[0] == appended {
		list, _ := in.([]any)
		return append(slices.Clip(list), value)
	}
	m, _ := in.(map[string]any)
	if m = maps.Clone(m); m == nil {
		m = map[string]any{}
	}
	m[path[0]] = with(m[path[0]], path[1:], value)
	return m
}

// decoded is a value as a text decodes that says it.
func decoded(value any) (v any) {
	_ = json.Unmarshal([]byte(encode(value, "", "")), &v)
	return v
}

// equal compares decoded values. A number that is none is the same as another.
func equal(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, equal)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equal)
	case float64:
		b, ok := b.(float64)
		return ok && (a == b || math.IsNaN(a) && math.IsNaN(b))
	}
	return reflect.DeepEqual(a, b)
}

// replace puts a text in a part's place.
func replace(text []byte, part span, with string) []byte {
	return slices.Concat(text[:part.start], []byte(with), text[part.end:])
}

// lineEnd is how a text ends its lines.
func lineEnd(text []byte) string {
	if bytes.Contains(text, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// unmarked is a copy of a text with spaces for a byte order mark, so that offsets
// are the same in both.
func unmarked(text []byte) []byte {
	text = bytes.Clone(text)
	if bytes.HasPrefix(text, []byte("\ufeff")) {
		copy(text, "   ")
	}
	return text
}

func unreadable(language string, line int) error {
	return fmt.Errorf("host: the file cannot be read as %s: see line %d", language, line)
}
