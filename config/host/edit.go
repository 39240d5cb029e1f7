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
	// decode returns the members of a text. Its error holds no value of the text.
	decode(text []byte) (map[string]any, error)
	// set returns a text with a value at a path. It adds the objects on the way, and
	// changes one place. The text is one that decodes.
	set(text []byte, path []string, value any) ([]byte, error)
	// values returns the strings, numbers and comments of a text that decodes.
	values(text []byte) []span
}

// span is a part of a text, as byte offsets.
type span struct{ start, end int }

// edit sets the value at a path.
type edit struct {
	path  []string
	value any
}

// appended ends the path of a new element of a list.
const appended = "-"

var (
	errEntryForm = errors.New("host: the entry is there already, in a form this program does not edit; change it by hand")
	errFileForm  = errors.New("host: the file is written in a way this program does not edit; change it by hand")
)

// Merge returns the host's settings with the server in them. Everything but the
// entry keeps its bytes, comments included.
//
// An entry that is there already gets this program's command. Its credentials
// stay, unless the server has some. Its other members stay. A second merge changes
// nothing. Settings that cannot be changed safely are an error that says why.
func (h Host) Merge(settings []byte, s Server) ([]byte, error) {
	steps, err := h.merge(settings, s)
	if err != nil {
		return nil, err
	}
	return steps[len(steps)-1], nil
}

// merge returns the settings before the edits, and after each of them.
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
	// A syntax that set something else has made a mistake.
	if after, err := h.syntax.decode(settings); err != nil || !equal(after, want) {
		return nil, errFileForm
	}
	return steps, nil
}

// edits returns what is missing in settings for the server.
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
	merged := any(old)
	for i, e := range own {
		merged = with(merged, e.path, decoded(e.value))
		own[i].path = slices.Concat(path, e.path)
	}
	asked, err := inputEdits(settings, inputs, encode(merged, "", ""))
	return append(asked, own...), err
}

// entryEdits returns what is missing in an entry, by paths from the entry on. Old is
// nil if there is no entry.
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
	inherits := inheritsCredentials(old)
	switch {
	case (inherits || hasCredentials(env)) && !overwrite:
		return edits, nil
	case inherits: // perhaps in the other form: the program refuses both at once
		return nil, errEntryForm
	case len(env) == 0 && len(e.Env) > 0:
		return append(edits, edit{[]string{"env"}, e.Env}), nil
	}
	for _, name := range credentialVariables() {
		// The other form is emptied: the program refuses both at once.
		if v, ok := e.Env[name]; ok || env[name] != nil {
			edits = append(edits, edit{[]string{"env", name}, v})
		}
	}
	return edits, nil
}

// credentialVariables are both forms of the key and of the secret.
func credentialVariables() []string {
	return []string{keyVariable, secretVariable, keyVariable + fileSuffix, secretVariable + fileSuffix}
}

// hasCredentials counts an empty value as missing.
func hasCredentials(env map[string]any) bool {
	return slices.ContainsFunc(credentialVariables(), func(name string) bool { return env[name] != nil && env[name] != "" })
}

// inheritsCredentials reports whether Codex passes credentials of its own
// environment on to the server.
func inheritsCredentials(old map[string]any) bool {
	names, _ := old["env_vars"].([]any)
	return slices.ContainsFunc(credentialVariables(), func(name string) bool { return slices.Contains(names, any(name)) })
}

// inputEdits returns the missing ones of the inputs that an entry refers to. An
// entry with values of its own refers to none.
func inputEdits(settings map[string]any, inputs []input, merged string) ([]edit, error) {
	there, isList := settings["inputs"].([]any)
	var missing []input
	for _, in := range inputs {
		sameID := func(v any) bool { m, _ := v.(map[string]any); return m["id"] == in.ID }
		if strings.Contains(merged, in.reference()) && !slices.ContainsFunc(there, sameID) {
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

// object returns the object at a path, nil if there is none or a null.
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

// with returns a copy of a decoded value that has another one at a path.
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

// decoded returns a value as a text that holds it decodes.
func decoded(value any) (v any) {
	_ = json.Unmarshal([]byte(encode(value, "", "")), &v)
	return v
}

// equal compares decoded values. NaN equals NaN.
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

// replace returns a text with another part.
func replace(text []byte, part span, with string) []byte {
	return slices.Concat(text[:part.start], []byte(with), text[part.end:])
}

// lineEnd is the line ending of a text.
func lineEnd(text []byte) string {
	if bytes.Contains(text, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// unmarked copies a text, with spaces for a byte order mark: parsers refuse one, and
// offsets stay the same.
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
