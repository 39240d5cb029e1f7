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

// tomlSyntax is TOML. It edits an entry only in the form that Codex writes: a table
// with a header of its own.
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
	newline := lineEnd(text)
	if e, ok := value.(entry); ok { // nothing is there yet
		table := tomlTable(path, e)
		if len(bytes.TrimSpace(text)) > 0 {
			table = "\n" + table
			if !bytes.HasSuffix(text, []byte("\n")) {
				table = "\n" + table
			}
		}
		return replace(text, span{len(text), len(text)}, strings.ReplaceAll(table, "\n", newline)), nil
	}
	all := statements(text)
	if !slices.ContainsFunc(all, isHeader(path[:2])) {
		return nil, errEntryForm
	}
	if i := slices.IndexFunc(all, func(s statement) bool { return !s.header && slices.Equal(s.path, path) }); i >= 0 {
		if bytes.Contains(text[all[i].value.start:all[i].value.end], []byte("\n")) {
			return nil, errEntryForm
		}
		return replace(text, all[i].value, tomlValue(value)), nil
	}
	parent, key := path[:len(path)-1], path[len(path)-1]
	i := slices.IndexFunc(all, isHeader(parent))
	if i < 0 {
		return nil, errEntryForm
	}
	// It goes after the command, or to the end of its table.
	at := all[i].value.end
	for _, s := range all[i+1:] {
		if s.header {
			break
		}
		if at = s.value.end; slices.Equal(s.path, append(slices.Clip(parent), "command")) {
			break
		}
	}
	line := key + " = " + tomlValue(value) + newline
	if end := bytes.IndexByte(text[at:], '\n'); end >= 0 {
		at += end + 1
	} else {
		at, line = len(text), newline+line
	}
	return replace(text, span{at, at}, line), nil
}

func (tomlSyntax) values(text []byte) []span {
	var found []span
	var visit func(n *unstable.Node)
	visit = func(n *unstable.Node) {
		for ; n.Valid(); n = n.Next() {
			switch n.Kind {
			case unstable.Comment, unstable.String, unstable.Integer, unstable.Float,
				unstable.LocalDate, unstable.LocalTime, unstable.LocalDateTime, unstable.DateTime:
				found = append(found, spanOf(n.Raw))
			}
			visit(n.Child())
		}
	}
	p := unstable.Parser{KeepComments: true}
	p.Reset(unmarked(text))
	for p.NextExpression() {
		visit(p.Expression())
	}
	return found
}

// statement is a table's header, or a key and its value.
type statement struct {
	header bool
	path   []string // from the root; quoted names of headers keep their quotes
	value  span     // of a header: the last name
}

func isHeader(path []string) func(statement) bool {
	return func(s statement) bool { return s.header && slices.Equal(s.path, path) }
}

// statements returns a text's statements in order. Those of an inline table come
// before the statement that holds it.
func statements(text []byte) []statement {
	var p unstable.Parser
	p.Reset(unmarked(text))
	var all []statement
	var addKeyValue func(n *unstable.Node, table []string)
	addKeyValue = func(n *unstable.Node, table []string) {
		s := statement{path: slices.Clip(table)}
		for it := n.Key(); it.Next(); {
			s.path = append(s.path, string(it.Node().Data))
			s.value = spanOf(it.Node().Raw)
		}
		if n.Value().Kind == unstable.InlineTable {
			for it := n.Value().Children(); it.Next(); {
				addKeyValue(it.Node(), s.path)
			}
		}
		// Only = and white space stand between a key and its value.
		rest := bytes.TrimLeft(text[s.value.end:], " \t=")
		s.value = span{len(text) - len(rest), spanOf(n.Raw).end}
		all = append(all, s)
	}
	var table []string
	for p.NextExpression() {
		n := p.Expression()
		if n.Kind == unstable.KeyValue {
			addKeyValue(n, table)
			continue
		}
		s := statement{header: true}
		for it := n.Key(); it.Next(); {
			s.value = spanOf(it.Node().Raw)
			s.path = append(s.path, string(p.Raw(it.Node().Raw)))
		}
		table = s.path
		all = append(all, s)
	}
	return all
}

func spanOf(r unstable.Range) span {
	return span{int(r.Offset), int(r.Offset + r.Length)}
}

// tomlTable is an entry as Codex writes it.
func tomlTable(path []string, e entry) string {
	table := "[" + strings.Join(path, ".") + "]\ncommand = " + tomlValue(e.Command) + "\n"
	if e.Args != nil {
		table += "args = " + tomlValue(e.Args) + "\n"
	}
	if e.Env != nil {
		table += "env = " + tomlValue(e.Env) + "\n"
	}
	return table
}

// tomlValue writes a string, a list or a map of strings. JSON's strings and lists
// are TOML too.
func tomlValue(v any) string {
	m, ok := v.(map[string]string)
	if !ok {
		return encode(v, "", "")
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		pairs = append(pairs, name+" = "+encode(m[name], "", ""))
	}
	return "{ " + strings.Join(pairs, ", ") + " }"
}
