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
	// remove returns a text without the entry at a path, or the element of a list.
	remove(text []byte, path []string) ([]byte, error)
}

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
	want := any(before)
	for _, e := range edits {
		next := with(want, e.path, decoded(e.value))
		if equal(next, want) {
			continue
		}
		if settings, err = h.syntax.set(settings, e.path, e.value); err != nil {
			return nil, err
		}
		want = next
	}
	// What set has done besides is a fault, or a form that it does not know.
	if after, err := h.syntax.decode(settings); err != nil || !equal(after, want) {
		return nil, errFileForm
	}
	return settings, nil
}

// edits returns what the settings need for the server.
func (h Host) edits(settings map[string]any, s Server) ([]edit, error) {
	e, inputs := h.entry(s)
	path := []string{h.servers, ServerName}
	old, err := object(settings, path...)
	if err != nil {
		return nil, err
	}
	env, err := object(old, "env")
	if err != nil {
		return nil, err
	}
	for _, address := range []string{"url", "httpUrl", "serverUrl"} {
		if old[address] != nil {
			return nil, fmt.Errorf("host: %s is a server at an address; rename it first", strings.Join(path, "."))
		}
	}
	inherited, _ := old["env_vars"].([]any) // from Codex
	var given, inherits bool
	has := map[string]bool{} // the key, the secret
	for _, name := range credentialVariables() {
		value := env[name] != nil && env[name] != ""
		passed := slices.Contains(inherited, any(name))
		given, inherits = given || value, inherits || passed
		one := strings.TrimSuffix(name, fileSuffix)
		has[one] = has[one] || value || passed
	}
	if has[keyVariable] != has[secretVariable] && s.Env == nil && !s.Demo {
		there, missing := keyVariable, secretVariable
		if has[secretVariable] {
			there, missing = missing, there
		}
		return nil, fmt.Errorf("host: the entry that is there has %s and no %s; write the missing one there, or remove the other", there, missing)
	}

	var edits, asked []edit
	set := func(value any, names ...string) {
		edits = append(edits, edit{slices.Concat(path, names), value})
	}
	if old == nil {
		set(e)
	} else {
		set(e.Command, "command")
		if old["args"] != nil || e.Args != nil {
			set(append([]string{}, e.Args...), "args")
		}
	}
	switch {
	case old == nil || (given || inherits) && s.Env == nil:
	case inherits: // perhaps the other form of a variable: the program refuses both at once
		return nil, errEntryForm
	case len(env) == 0 && len(e.Env) > 0:
		set(e.Env, "env")
	default:
		for _, name := range credentialVariables() {
			if v, ok := e.Env[name]; ok || env[name] != nil {
				set(v, "env", name) // the other form is emptied: the program refuses both at once
			}
		}
	}
	there, _ := settings["inputs"].([]any)
	used := slices.Collect(maps.Values(env))
	for _, in := range inputs {
		sameID := func(v any) bool { m, _ := v.(map[string]any); return m["id"] == in.ID }
		if (!given || slices.Contains(used, any(in.reference()))) && !slices.ContainsFunc(there, sameID) {
			asked = append(asked, edit{[]string{"inputs", appended}, in})
		}
	}
	return append(asked, edits...), nil
}

// credentialVariables are both forms of the key and of the secret.
func credentialVariables() []string {
	return []string{keyVariable, secretVariable, keyVariable + fileSuffix, secretVariable + fileSuffix}
}

// object returns the object at a path, nil if there is none or a null.
func object(at map[string]any, path ...string) (map[string]any, error) {
	for i, name := range path {
		next, ok := at[name].(map[string]any)
		if !ok && at[name] != nil {
			return nil, fmt.Errorf("host: the file does not have an object where one belongs: %q", strings.Join(path[:i+1], "."))
		}
		at = next
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
	}
	x, _ := a.(float64)
	y, _ := b.(float64)
	return reflect.DeepEqual(a, b) || math.IsNaN(x) && math.IsNaN(y)
}

// replace returns a text with another part from start to end. The part ends its
// lines as the text does.
func replace(text []byte, start, end int, part string) []byte {
	if bytes.Contains(text, []byte("\r\n")) {
		part = strings.ReplaceAll(part, "\n", "\r\n")
	}
	return slices.Concat(text[:start], []byte(part), text[end:])
}

const byteOrderMark = "\ufeff"

// unmarked copies a text, with spaces for a byte order mark: parsers refuse one, and
// offsets stay the same.
func unmarked(text []byte) []byte {
	text = bytes.Clone(text)
	if bytes.HasPrefix(text, []byte(byteOrderMark)) {
		copy(text, "   ")
	}
	return text
}

func unreadable(language string, line int) error {
	return fmt.Errorf("host: the file cannot be read as %s: see line %d", language, line)
}
