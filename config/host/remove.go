package host

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Remove returns the host's settings without the server, and without the inputs
// that only it used. All else keeps its bytes. Settings without the server come
// back as they are; those that cannot be changed safely are an error.
func (h Host) Remove(settings []byte) ([]byte, error) {
	if h.syntax == nil {
		return nil, fmt.Errorf("host: %s writes its settings itself", h.Title)
	}
	want, err := h.syntax.decode(settings)
	if err != nil {
		return nil, err
	}
	if servers, _ := want[h.servers].(map[string]any); servers[ServerName] == nil {
		return settings, nil
	}
	cut := func(path ...string) {
		want = without(want, path).(map[string]any)
		if err == nil {
			settings, err = h.syntax.remove(settings, path)
		}
	}
	cut(h.servers, ServerName)
	_, inputs := h.entry(Server{})
	for _, in := range inputs {
		there, _ := want["inputs"].([]any)
		at := slices.IndexFunc(there, func(v any) bool { m, _ := v.(map[string]any); return m["id"] == in.ID })
		if at >= 0 && !bytes.Contains(settings, []byte(in.reference())) {
			cut("inputs", strconv.Itoa(at))
		}
	}
	if err != nil {
		return nil, err
	}
	after, err := h.syntax.decode(settings)
	if servers, _ := want[h.servers].(map[string]any); len(servers) == 0 { // TOML has no table then
		delete(want, h.servers)
		delete(after, h.servers)
	}
	if err != nil || !equal(after, want) {
		return nil, errFileForm
	}
	return settings, nil
}

// without returns a copy of a decoded value that has nothing at a path.
func without(in any, path []string) any {
	switch in := in.(type) {
	case map[string]any:
		m := maps.Clone(in)
		if len(path) == 1 {
			delete(m, path[0])
		} else {
			m[path[0]] = without(m[path[0]], path[1:])
		}
		return m
	case []any:
		at, _ := strconv.Atoi(path[0])
		return slices.Delete(slices.Clone(in), at, at+1)
	}
	return in
}

// remove takes a member away with the comments before it.
func (j jsonSyntax) remove(text []byte, path []string) ([]byte, error) {
	root, text, err := j.parse(text)
	if err == nil {
		err = root.Patch([]byte(`[{"op":"remove","path":"/` + strings.Join(path, "/") + `"}]`))
	}
	if err != nil {
		return nil, errFileForm
	}
	after := bytes.TrimSuffix(root.Pack(), []byte("\n")) // which parse has added
	copy(after, text[:len(text)-len(bytes.TrimPrefix(text, []byte(byteOrderMark)))])
	return after, nil
}

// remove takes away the lines of a table, and blank lines after them. Comments stay.
func (tomlSyntax) remove(text []byte, path []string) ([]byte, error) {
	prefix := "." + strings.Join(path, ".")
	var cuts []span
	for name, s := range positions(text) {
		if name = strings.Trim(name, "[]"); name == prefix || strings.HasPrefix(name, prefix+".") {
			cuts = append(cuts, s)
		}
	}
	var kept []byte
	at, cut := 0, false
	for line := range bytes.Lines(text) {
		blank := len(bytes.TrimSpace(line)) == 0
		cut = slices.ContainsFunc(cuts, func(s span) bool { return s.start < at+len(line) && s.end > at }) || cut && blank
		if !cut {
			kept = append(kept, line...)
		}
		at += len(line)
	}
	if cut && bytes.HasSuffix(kept, []byte("\n\n")) {
		kept = kept[:len(kept)-1]
	}
	return kept, nil
}
