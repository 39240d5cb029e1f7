package host

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/tailscale/hujson"
)

// jsonSyntax is JSON as editors take it for settings: comments are allowed, and a
// comma before a closing bracket.
type jsonSyntax struct{}

// maxBrackets bounds the stack of hujson, which needs a kilobyte for each bracket
// that is open.
const maxBrackets = 250_000

// parse also returns the text that the offsets refer to. An empty one is an object.
func (jsonSyntax) parse(text []byte) (hujson.Value, []byte, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		text = []byte("{}\n")
	}
	if bytes.Count(text, []byte("["))+bytes.Count(text, []byte("{")) > maxBrackets {
		return hujson.Value{}, nil, errors.New("host: the file is too large for settings")
	}
	// Readers disagree whether a carriage return alone ends a comment.
	if bytes.Count(text, []byte("\r")) != bytes.Count(text, []byte("\r\n")) {
		return hujson.Value{}, nil, errFileForm
	}
	// hujson refuses a line comment that ends with the file.
	root, err := hujson.Parse(append(unmarked(text), '\n'))
	if err != nil {
		line := 0
		_, _ = fmt.Sscanf(err.Error(), "hujson: line %d", &line)
		err = unreadable("JSON", min(line, len(lines(text))))
	}
	return root, text, err
}

func (j jsonSyntax) decode(text []byte) (map[string]any, error) {
	root, _, err := j.parse(text)
	if err != nil {
		return nil, err
	}
	root.Standardize()
	plain := root.Pack()
	// This refuses a name that is there twice, and bytes that are not UTF-8.
	if _, err := jsontext.NewDecoder(bytes.NewReader(plain)).ReadValue(); err != nil {
		return nil, fmt.Errorf("host: the file cannot be read as JSON: %s", strings.TrimPrefix(err.Error(), "jsontext: "))
	}
	dec := json.NewDecoder(bytes.NewReader(plain))
	dec.UseNumber()
	var members map[string]any
	if err := dec.Decode(&members); err != nil || members == nil {
		return nil, errors.New("host: the file holds no JSON object")
	}
	return members, nil
}

func (j jsonSyntax) set(text []byte, path []string, value any) ([]byte, error) {
	root, text, err := j.parse(text)
	if err != nil {
		return nil, err
	}
	at := root
	for len(path) > 0 {
		o, ok := at.Value.(*hujson.Object)
		if !ok {
			break
		}
		i := slices.IndexFunc(o.Members, func(m hujson.ObjectMember) bool {
			return m.Name.Value.(hujson.Literal).String() == path[0]
		})
		if i < 0 {
			break
		}
		at, path = o.Members[i].Value, path[1:]
	}
	isContainer := at.Value.Kind() == '{' || at.Value.Kind() == '['
	if len(path) > 0 && isContainer {
		return insert(text, root, at, path[0], nested(path[1:], value)), nil
	}
	return replace(text, span{at.StartOffset, at.EndOffset}, encode(nested(path, value), "", "")), nil
}

// nested puts a value into an object for each name of a path.
func nested(path []string, value any) any {
	for _, name := range slices.Backward(path) {
		value = map[string]any{name: value}
	}
	return value
}

// insert adds a last member to an object, or a last element to a list. It breaks and
// indents lines as the text does.
func insert(text []byte, root, into hujson.Value, name string, value any) []byte {
	var (
		last   hujson.Value // what is the last value until now
		starts = -1         // where its member or element starts
		label  string
	)
	switch c := into.Value.(type) {
	case *hujson.Object:
		label = encode(name, "", "") + ": "
		if n := len(c.Members); n > 0 {
			last, starts = c.Members[n-1].Value, c.Members[n-1].Name.StartOffset
		}
	case *hujson.Array:
		if n := len(c.Elements); n > 0 {
			last, starts = c.Elements[n-1], c.Elements[n-1].StartOffset
		}
	}
	open, end := into.StartOffset, into.EndOffset-1 // the brackets
	at, comma := open+1, ""
	if starts >= 0 {
		at = last.EndOffset
		if last.AfterExtra == nil { // no comma follows
			comma = ","
		}
	}
	// Comments that follow the last value stay with it.
	kept := bytes.TrimRight(text[at:end], " \t\r\n")
	part := span{at, at + len(kept)}
	if starts >= 0 && !bytes.Contains(text[open:end], []byte("\n")) {
		return replace(text, part, comma+string(kept)+" "+label+encode(value, "", ""))
	}
	unit := "  "
	if o := root.Value.(*hujson.Object); len(o.Members) > 0 {
		unit = cmp.Or(indent(text, o.Members[0].Name.StartOffset), unit)
	}
	prefix := indent(text, end) + unit
	if starts >= 0 {
		prefix = indent(text, starts)
	}
	added := "\n" + prefix + label + encode(value, prefix, unit)
	if !bytes.Contains(text[part.end:end], []byte("\n")) {
		added += "\n" + indent(text, end)
	}
	return replace(text, part, comma+string(kept)+strings.ReplaceAll(added, "\n", lineEnd(text)))
}

// indent is the white space at the start of the line that an offset is in.
func indent(text []byte, at int) string {
	line := text[bytes.LastIndexByte(text[:at], '\n')+1 : at]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

func (j jsonSyntax) values(text []byte) []span {
	root, _, err := j.parse(text)
	if err != nil {
		return nil
	}
	var found []span
	comments := func(end int, extra hujson.Extra) {
		if !extra.IsStandard() {
			start := end - len(bytes.TrimLeft(extra, " \t\r\n"))
			found = append(found, span{start, start + len(bytes.TrimSpace(extra))})
		}
	}
	names := map[int]bool{}
	for v := range root.All() {
		comments(v.StartOffset, v.BeforeExtra)
		comments(v.EndOffset+len(v.AfterExtra), v.AfterExtra)
		switch x := v.Value.(type) {
		case *hujson.Object:
			comments(v.EndOffset-1, x.AfterExtra)
			for _, m := range x.Members {
				names[m.Name.StartOffset] = true
			}
		case *hujson.Array:
			comments(v.EndOffset-1, x.AfterExtra)
		case hujson.Literal:
			if kind := x.Kind(); (kind == '"' || kind == '0') && !names[v.StartOffset] {
				found = append(found, span{v.StartOffset, v.EndOffset})
			}
		}
	}
	return found
}
