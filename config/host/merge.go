package host

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Merge returns the host's settings with the server in them. Only what the
// entry needs is changed: everything else keeps its bytes, comments included.
//
// An entry that is there already is pointed at this program. Its credentials
// stay, unless the server has some; so do members that are not ours. Merging
// twice changes nothing. What cannot be changed safely is an error that says
// why.
func (h Host) Merge(settings []byte, s Server) ([]byte, error) {
	e, inputs := h.entry(s)
	switch {
	case h.file == nil:
		return nil, fmt.Errorf("host: %s writes its settings itself", h.Title)
	case h.servers == "":
		return mergeTOML(settings, e, s.Env != nil)
	case len(bytes.TrimSpace(settings)) == 0:
		text, err := h.Snippet(System{}, s)
		return []byte(text), err
	}
	doc := document{text: settings}
	if err := doc.check(); err != nil {
		return nil, err
	}
	if err := doc.mergeEntry(h.servers, e, s.Env != nil); err != nil {
		return nil, err
	}
	for _, in := range inputs {
		// An entry of old may have its values from elsewhere.
		if strings.Contains(string(doc.plain()), in.reference()) {
			if err := doc.addInput(in); err != nil {
				return nil, err
			}
		}
	}
	return doc.text, doc.check()
}

func (d *document) mergeEntry(servers string, e entry, overwrite bool) error {
	path := []string{servers, ServerName}
	at, rest, err := d.locate(path)
	switch {
	case err != nil:
		return err
	case rest != nil:
		return d.set(path, e)
	}
	var members map[string]any
	if err := json.Unmarshal(d.plain()[at.start:at.end], &members); err != nil || members == nil {
		return fmt.Errorf("host: %s.%s is not an object", servers, ServerName)
	}
	for _, remote := range []string{"url", "httpUrl", "serverUrl"} {
		if _, ok := members[remote]; ok {
			return fmt.Errorf("host: %s.%s is a server at an address; rename it first", servers, ServerName)
		}
	}
	if err := d.set([]string{servers, ServerName, "command"}, e.Command); err != nil {
		return err
	}
	if _, ok := members["args"]; ok || e.Args != nil {
		if err := d.set([]string{servers, ServerName, "args"}, append([]string{}, e.Args...)); err != nil {
			return err
		}
	}
	env, _ := members["env"].(map[string]any)
	if hasCredentials(env) && !overwrite {
		return nil
	}
	if len(env) == 0 && len(e.Env) > 0 {
		return d.set([]string{servers, ServerName, "env"}, e.Env)
	}
	for _, name := range credentialVariables() {
		// The other form of one that is written is emptied: the program refuses both.
		if v, ok := e.Env[name]; ok || env[name] != nil {
			if err := d.set([]string{servers, ServerName, "env", name}, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// credentialVariables are the variables that say who is asking, in order.
func credentialVariables() []string {
	return []string{keyVariable, secretVariable, keyVariable + fileSuffix, secretVariable + fileSuffix}
}

func hasCredentials(env map[string]any) bool {
	return slices.ContainsFunc(credentialVariables(), func(name string) bool { return env[name] != nil && env[name] != "" })
}

// addInput appends to the inputs unless one with its id is there.
func (d *document) addInput(in input) error {
	at, rest, err := d.locate([]string{"inputs"})
	switch {
	case err != nil:
		return err
	case rest != nil:
		return d.set([]string{"inputs"}, []input{in})
	}
	var there []struct{ ID string }
	if err := json.Unmarshal(d.plain()[at.start:at.end], &there); err != nil {
		return errors.New("host: inputs is not a list of objects")
	}
	if slices.ContainsFunc(there, func(i struct{ ID string }) bool { return i.ID == in.ID }) {
		return nil
	}
	list, err := d.container(at.start, '[')
	if err != nil {
		return err
	}
	return d.insert(list, "", in)
}

// document is JSON text that is edited in place. Comments and commas before a
// closing bracket are accepted, as editors accept them in their settings.
type document struct{ text []byte }

// part is a member of an object, or an element of a list, and where its value
// stands.
type part struct {
	name       string
	start, end int
}

// container is an object or a list. close is where its last bracket stands.
type container struct {
	open, close int
	parts       []part
}

func (d *document) check() error {
	dec := jsontext.NewDecoder(bytes.NewReader(d.plain()))
	v, err := dec.ReadValue()
	switch {
	case err != nil:
		return fmt.Errorf("host: the file cannot be read as JSON: %w", err)
	case v.Kind() != '{':
		return errors.New("host: the file holds no JSON object")
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return errors.New("host: something follows the JSON object of the file")
	}
	return nil
}

// plain is the text with spaces for what strict JSON does not have, so that
// offsets are the same in both.
func (d *document) plain() []byte { return blank(d.text, true) }

// blank puts spaces for a byte order mark, for comments, and for commas before a
// closing bracket if commas is set.
func blank(text []byte, commas bool) []byte {
	b := bytes.Clone(text)
	if bytes.HasPrefix(b, []byte("\ufeff")) {
		copy(b, "   ")
	}
	comma := -1 // the last one, while only white space and comments follow it
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			for i++; i < len(b) && b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
			comma = -1
		case c == '/' && i+1 < len(b) && (b[i+1] == '/' || b[i+1] == '*'):
			end := []byte("\n")
			if b[i+1] == '*' {
				end = []byte("*/")
			}
			n := bytes.Index(b[i+2:], end)
			if n < 0 {
				n = len(b) - i - 2
				if b[i+1] == '*' {
					return b // not closed: refused as it stands
				}
			} else if b[i+1] == '*' {
				n += 2
			}
			for j := i; j < i+2+n; j++ {
				if b[j] != '\n' && b[j] != '\r' {
					b[j] = ' '
				}
			}
			i += 1 + n
		case c == ',':
			comma = i
		case c == '}' || c == ']':
			if comma >= 0 && commas {
				b[comma] = ' '
			}
			comma = -1
		case c != ' ' && c != '\t' && c != '\n' && c != '\r':
			comma = -1
		}
	}
	return b
}

// locate follows names from object to object. It returns where the last of
// them leads; or where the way ends, and the names that are not there.
func (d *document) locate(path []string) (at part, rest []string, err error) {
	for i, name := range path {
		c, err := d.container(at.start, '{')
		if err != nil {
			return part{}, nil, fmt.Errorf("%w: %q", err, strings.Join(path[:i], "."))
		}
		n := slices.IndexFunc(c.parts, func(p part) bool { return p.name == name })
		if n < 0 {
			return at, path[i:], nil
		}
		at = c.parts[n]
	}
	return at, nil, nil
}

// set gives what stands at a path a value, and makes the way there.
func (d *document) set(path []string, value any) error {
	at, rest, err := d.locate(path)
	if err != nil {
		return err
	}
	if rest != nil {
		for _, name := range slices.Backward(rest[1:]) {
			value = orderedObject{{name, value}}
		}
		c, err := d.container(at.start, '{')
		if err != nil {
			return err
		}
		return d.insert(c, rest[0], value)
	}
	compact, err := encode(value, "", "")
	if err != nil {
		return err
	}
	old := jsontext.Value(bytes.Clone(d.plain()[at.start:at.end]))
	if err := old.Compact(); err != nil || string(old) != compact {
		d.replace(at.start, at.end, compact)
	}
	return nil
}

func (d *document) replace(start, end int, with string) {
	d.text = slices.Concat(d.text[:start], []byte(with), d.text[end:])
}

// insert adds a member, or for the name "" an element, as the last one. It
// follows the text's own way to break and indent lines.
func (d *document) insert(c container, name string, value any) error {
	newline := "\n"
	if bytes.Contains(d.text, []byte("\r\n")) {
		newline = "\r\n"
	}
	last, comma := c.open+1, ""
	if n := len(c.parts); n > 0 {
		last = c.parts[n-1].end
		if !bytes.Contains(blank(d.text, false)[last:c.close], []byte(",")) {
			comma = ","
		}
	}
	prefix, unit := "", ""
	oneLine := len(c.parts) > 0 && !bytes.Contains(d.text[c.open:c.close], []byte("\n"))
	if !oneLine {
		unit = d.unit()
		prefix = d.indent(c.close) + unit
		if len(c.parts) > 0 {
			prefix = d.indent(c.parts[len(c.parts)-1].start)
		}
	}
	text, err := encode(value, prefix, unit)
	if err != nil {
		return err
	}
	text = strings.ReplaceAll(text, "\n", newline)
	if name != "" {
		key, err := encode(name, "", "")
		if err != nil {
			return err
		}
		text = key + ": " + text
	}
	// After a comment that belongs to the last member.
	kept := bytes.TrimRight(d.text[last:c.close], " \t\r\n")
	if oneLine {
		text = " " + text
	} else {
		text = newline + prefix + text
		if !bytes.Contains(d.text[last+len(kept):c.close], []byte("\n")) {
			text += newline + d.indent(c.close)
		}
	}
	at := last + len(kept)
	d.replace(last, at, comma+string(kept)+text)
	return nil
}

// indent is the white space at the start of the line of an offset.
func (d *document) indent(at int) string {
	line := d.text[bytes.LastIndexByte(d.text[:at], '\n')+1 : at]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// unit is what the text indents by: as its first member, else two spaces.
func (d *document) unit() string {
	if c, err := d.container(0, '{'); err == nil && len(c.parts) > 0 {
		if in := d.indent(c.parts[0].start); in != "" {
			return in
		}
	}
	return "  "
}

// container reads the object or list of which kind is the first bracket, and
// which begins at or after an offset.
func (d *document) container(at int, kind jsontext.Kind) (container, error) {
	plain := d.plain()
	if first := bytes.TrimLeft(plain[at:], " \t\r\n"); len(first) == 0 || jsontext.Kind(first[0]) != kind {
		what := "an object"
		if kind == '[' {
			what = "a list"
		}
		return container{}, errors.New("host: the file does not have " + what + " where one belongs")
	}
	dec := jsontext.NewDecoder(bytes.NewReader(plain[at:]))
	if _, err := dec.ReadToken(); err != nil {
		return container{}, fmt.Errorf("host: read JSON: %w", err)
	}
	c := container{open: at + int(dec.InputOffset()) - 1}
	for dec.PeekKind() != '}' && dec.PeekKind() != ']' {
		var p part
		if kind == '{' {
			name, err := dec.ReadToken()
			if err != nil {
				return container{}, fmt.Errorf("host: read JSON: %w", err)
			}
			p.name = name.String()
		}
		v, err := dec.ReadValue()
		if err != nil {
			return container{}, fmt.Errorf("host: read JSON: %w", err)
		}
		p.end = at + int(dec.InputOffset())
		p.start = p.end - len(v)
		c.parts = append(c.parts, p)
	}
	if _, err := dec.ReadToken(); err != nil {
		return container{}, fmt.Errorf("host: read JSON: %w", err)
	}
	c.close = at + int(dec.InputOffset()) - 1
	return c, nil
}
