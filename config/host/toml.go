package host

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// tomlSyntax is TOML. It replaces values in one line, and adds keys to tables that
// have a header.
type tomlSyntax struct{}

func (tomlSyntax) decode(text []byte) (map[string]any, error) {
	members := map[string]any{}
	err := toml.Unmarshal(unmarked(text), &members)
	if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := wrong.Position()
		return nil, unreadable("TOML", line)
	}
	return members, err
}

func (tomlSyntax) set(text []byte, path []string, value any) ([]byte, error) {
	value = decoded(value)
	if e, ok := value.(map[string]any); ok && len(path) == 2 { // there is no entry yet
		table := "[" + strings.Join(path, ".") + "]\n"
		for _, key := range []string{"command", "args", "env"} {
			if v, ok := e[key]; ok {
				table += key + " = " + tomlValue(v) + "\n"
			}
		}
		if len(bytes.TrimSpace(text)) > 0 {
			table = "\n" + table
		}
		return addLines(text, len(text), table), nil
	}
	stands := positions(text)
	table, key := "."+strings.Join(path[:len(path)-1], "."), path[len(path)-1]
	keys, hasTable := stands["["+table+"]"]
	old, exists := stands[table+"."+key]
	switch {
	case !hasTable && !exists || bytes.Contains(text[old.start:old.end], []byte("\n")):
		return nil, errEntryForm
	case exists:
		return replace(text, old.start, old.end, tomlValue(value)), nil
	}
	return addLines(text, keys.end, key+" = "+tomlValue(value)+"\n"), nil
}

// addLines adds lines after the line that an offset is in.
func addLines(text []byte, at int, added string) []byte {
	if end := bytes.IndexByte(text[at:], '\n'); end >= 0 {
		at += end + 1
	} else if at = len(text); at > 0 && text[at-1] != '\n' {
		added = "\n" + added
	}
	return replace(text, at, at, added)
}

// span is a part of a text.
type span struct{ start, end int }

// positions returns the span of each value by its path, with a point before each
// name. The span of a table, as "[path]", begins with its name, and ends with its
// command or else its last key.
// A quoted name of a table keeps its quotes, so that no path leads there.
func positions(text []byte) map[string]span {
	var p unstable.Parser
	p.Reset(unmarked(text))
	stands := map[string]span{}
	note := func(n *unstable.Node, path string) string {
		var end int
		for it := n.Key(); it.Next(); {
			path += "." + string(it.Node().Data)
			end = int(it.Node().Raw.Offset + it.Node().Raw.Length)
		}
		// Only = and white space stand between a key and its value.
		start := len(text) - len(bytes.TrimLeft(text[end:], " \t="))
		stands[path] = span{start, int(n.Raw.Offset + n.Raw.Length)}
		return path
	}
	table, grows := "", false
	for p.NextExpression() {
		n := p.Expression()
		if n.Kind != unstable.KeyValue {
			var name span
			table, grows = "", true
			for it := n.Key(); it.Next(); {
				table += "." + string(p.Raw(it.Node().Raw))
				if name.end == 0 {
					name.start = int(it.Node().Raw.Offset)
				}
				name.end = int(it.Node().Raw.Offset + it.Node().Raw.Length)
			}
			stands["["+table+"]"] = name
			continue
		}
		path := note(n, table)
		if grows {
			stands["["+table+"]"] = span{stands["["+table+"]"].start, stands[path].end}
			grows = path != table+".command"
		}
		if n.Value().Kind == unstable.InlineTable {
			for it := n.Value().Children(); it.Next(); {
				note(it.Node(), path)
			}
		}
	}
	return stands
}

// tomlValue writes a string, a list, or a map in one line. JSON's strings and lists
// are TOML too.
func tomlValue(v any) string {
	m, ok := v.(map[string]any)
	if !ok {
		return encode(v, "", "")
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		pairs = append(pairs, name+" = "+tomlValue(m[name]))
	}
	return "{ " + strings.Join(pairs, ", ") + " }"
}
