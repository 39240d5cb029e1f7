package terminal

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// member is one of a JSON object's members, which stay in their order.
type member struct {
	name  string
	value json.RawMessage
}

func membersOf(object []byte) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	switch start, err := d.Token(); {
	case err != nil:
		return nil, err
	case start != json.Delim('{'):
		return nil, errors.New("no object where one belongs")
	}
	var members []member
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: fmt.Sprint(name)}
		if err := d.Decode(&m.value); err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return members, nil
}

// page writes an answer of any shape as labels and texts. Only models, whose name
// is a heading, and their inputs look otherwise.
type page struct {
	*bytes.Buffer
	columns int
}

func writePage(b *bytes.Buffer, columns int, answer []byte) error {
	members, err := membersOf(answer)
	if err != nil {
		return err
	}
	p := page{b, columns}
	var rest []member
	var note string
	for _, m := range members {
		switch m.name {
		case "models":
			var models []json.RawMessage
			if err := json.Unmarshal(m.value, &models); err != nil {
				return err
			}
			for _, model := range models {
				if err := p.model(model); err != nil {
					return err
				}
			}
		case "errors":
			var failed []struct{ ID, Error string }
			if err := json.Unmarshal(m.value, &failed); err != nil {
				return err
			}
			for _, f := range failed {
				fmt.Fprintln(p, Wrap(f.ID+": "+f.Error, columns, "  "))
			}
		case "note":
			if err := json.Unmarshal(m.value, &note); err != nil {
				return err
			}
		case "as_of":
		default:
			rest = append(rest, m)
		}
	}
	err = p.members("", rest)
	if err == nil && note != "" {
		fmt.Fprintln(p, Wrap(note, columns, ""))
	}
	return err
}

// model writes a model: its name and id, then all else that is said of it.
func (p page) model(model []byte) error {
	var m struct {
		ID, Name string
		Inputs   []input
	}
	members, err := membersOf(model)
	if err == nil {
		err = json.Unmarshal(model, &m)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p, "%s\n%s\n", m.Name, m.ID)
	var rest []member
	for _, about := range members {
		if about.name != "id" && about.name != "name" && about.name != "inputs" {
			rest = append(rest, about)
		}
	}
	if err := p.members("  ", rest); err != nil {
		return err
	}
	if len(m.Inputs) > 0 {
		fmt.Fprintln(p, "  inputs")
	}
	widest := 0
	for _, in := range m.Inputs {
		widest = max(widest, min(columnsOf(in.Name), 20))
	}
	for _, in := range m.Inputs {
		p.WriteString(labeled("    ", in.Name, widest, in.text(), p.columns))
	}
	fmt.Fprintln(p)
	return nil
}

// members writes labels with their texts. Objects and lists of objects are below
// their label.
func (p page) members(indent string, members []member) error {
	widest := 0
	for _, m := range members {
		widest = max(widest, min(columnsOf(label(m.name)), 16))
	}
	for _, m := range members {
		if text, ok := oneLine(m.value); ok {
			if m.name == "differs" { // these are names of members
				text = label(text)
			}
			p.WriteString(labeled(indent, label(m.name), widest, text, p.columns))
			continue
		}
		fmt.Fprintln(p, indent+label(m.name))
		if m.name == "request" { // for code
			fmt.Fprint(p, indent, "  ")
			if err := json.Indent(p.Buffer, m.value, indent+"  ", "  "); err != nil {
				return err
			}
			fmt.Fprintln(p)
			continue
		}
		var items []json.RawMessage
		if json.Unmarshal(m.value, &items) != nil {
			items = []json.RawMessage{m.value}
		}
		for i, item := range items {
			if i > 0 {
				fmt.Fprintln(p)
			}
			if item[0] != '{' { // no answer has lists in lists yet
				fmt.Fprintf(p, "%s  %s\n", indent, item)
				continue
			}
			inner, err := membersOf(item)
			if err == nil {
				err = p.members(indent+"  ", inner)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func label(name string) string { return strings.ReplaceAll(name, "_", " ") }

// oneLine is a value as one text: a scalar, a list of them or of references, or an
// object of counts. It is false for what needs several lines.
func oneLine(value json.RawMessage) (text string, ok bool) {
	var v any
	if json.Unmarshal(value, &v) != nil {
		return "", false
	}
	var parts []string
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if object, ok := item.(map[string]any); ok {
				item = reference(object)
			}
			part, ok := scalar(item)
			if !ok {
				return "", false
			}
			parts = append(parts, part)
		}
	case map[string]any:
		members, _ := membersOf(value)
		for _, m := range members {
			if _, ok := v[m.name].(float64); !ok {
				return "", false
			}
			parts = append(parts, m.name+" "+string(m.value))
		}
	default:
		return scalar(v)
	}
	return cmp.Or(strings.Join(parts, ", "), "none"), true
}

// reference is an object as one text that has an id, or an id and a name, alone.
func reference(object map[string]any) any {
	id, name := object["id"], object["name"]
	switch {
	case id != nil && len(object) == 1:
		return id
	case id != nil && name != nil && len(object) == 2:
		return fmt.Sprintf("%v (%v)", name, id)
	}
	return object
}

// scalar is a text, number or boolean in words.
func scalar(v any) (text string, ok bool) {
	switch v := v.(type) {
	case bool:
		return map[bool]string{true: "yes", false: "no"}[v], true
	case string:
		return v, true
	case nil:
		return "none", true
	case float64:
		b, _ := json.Marshal(v)
		return string(b), true
	}
	return "", false
}

// input is one thing that a model takes, as far as it has words here.
type input struct {
	Name, Type, About, Range string
	Required                 any
	Costs                    bool
	Default                  any
	Values                   []string
	MaxItems                 int     `json:"max_items"`
	MaxLength                int     `json:"max_length"`
	MaxSize                  float64 `json:"max_size"`
}

// text says all of an input but its name.
func (in input) text() string {
	required := "required"
	if condition, ok := in.Required.(string); ok {
		required += " " + condition
	}
	preset, hasPreset := scalar(in.Default)
	var parts []string
	for _, part := range []struct {
		said bool
		text string
	}{
		{in.Type != "", label(in.Type)},
		{in.Required != nil, required},
		{in.Range != "", strings.Replace(in.Range, "..", " to ", 1)},
		{len(in.Values) > 0, strings.Join(in.Values, " | ")},
		{in.MaxItems > 0, fmt.Sprintf("at most %d", in.MaxItems)},
		{in.MaxLength > 0, fmt.Sprintf("up to %d letters", in.MaxLength)},
		{in.MaxSize > 0, fmt.Sprintf("size up to %g", in.MaxSize)},
		{in.Default != nil && hasPreset, "default " + preset},
		{in.Costs, "changes the price"},
	} {
		if part.said {
			parts = append(parts, part.text)
		}
	}
	text := strings.Join(parts, ", ")
	if in.About != "" {
		text += ". " + in.About
	}
	return text
}
