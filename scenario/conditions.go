package scenario

import "strings"

// Condition is a case in which an input is required.
type Condition struct {
	Kind   ConditionKind
	Input  string   // the one that it depends on
	Values []string // of IfValue
}

// ConditionKind says what a [Condition] asks of the other input.
type ConditionKind string

// The kinds of conditions.
const (
	IfGiven     ConditionKind = "if given"     // ifDefined
	UnlessGiven ConditionKind = "unless given" // ifNotDefined
	IfValue     ConditionKind = "if value"     // conditionalValues
	IfOther     ConditionKind = "if other"     // a condition of an unknown form, or one too many
)

const (
	maxConditions      = 8 // of one input
	maxConditionValues = 8
)

// conditions collects what an input's required says.
type conditions []Condition

// add keeps a condition if there is room, and notes that there are more if not.
func (c *conditions) add(one Condition) {
	switch n := len(*c); {
	case n > 0 && (*c)[n-1].Kind == IfOther:
	case n == maxConditions-1:
		*c = append(*c, Condition{Kind: IfOther})
	default:
		*c = append(*c, one)
	}
}

// required reads true, or {"always": true, …} whose other members are
// conditions, such as {"ifNotDefined": {"image": {…}}}.
func (r *reader) required() (always bool, when []Condition) {
	if r.kind() != '{' {
		return r.bool(), nil
	}
	var c conditions
	for key := range r.fields() {
		switch string(key) {
		case "always":
			always = r.bool()
		case "ifDefined":
			r.conditions(&c, IfGiven)
		case "ifNotDefined":
			r.conditions(&c, UnlessGiven)
		case "conditionalValues":
			r.conditions(&c, IfValue)
		case "message":
		default:
			if r.something() {
				c.add(Condition{Kind: IfOther})
			}
		}
	}
	return always, c
}

// conditions reads the inputs of one kind: one by name, a list of names, or an
// object with a member for each. A message in it is for people who fill in a form.
func (r *reader) conditions(c *conditions, kind ConditionKind) {
	add := func(name string) {
		if name != "" {
			c.add(Condition{Kind: kind, Input: name})
		}
	}
	switch next := r.kind(); {
	case next == '"' && kind != IfValue:
		add(r.text(maxName))
	case next == '[' && kind != IfValue:
		for range r.elements() {
			add(r.text(maxName))
		}
	case next == '{':
		for key := range r.fields() {
			name := r.clean(key, maxName)
			switch {
			case strings.EqualFold(name, "message"):
			case kind != IfValue:
				if r.kind() != 'n' && r.kind() != 'f' {
					add(name)
				}
			default:
				one := Condition{Kind: IfValue, Input: name}
				r.conditionValues(&one)
				if len(one.Values) > 0 && name != "" {
					c.add(one)
				}
			}
		}
	default:
		if r.something() {
			c.add(Condition{Kind: IfOther})
		}
	}
}

// conditionValues reads one value, a list of them, or an object that has one of
// these beside a message.
func (r *reader) conditionValues(c *Condition) {
	add := func() {
		if v, ok := r.literal(); ok && v != "" && len(c.Values) < maxConditionValues {
			c.Values = append(c.Values, v)
		}
	}
	oneOrMore := func() {
		if r.kind() != '[' {
			add()
			return
		}
		for range r.elements() {
			add()
		}
	}
	if r.kind() != '{' {
		oneOrMore()
		return
	}
	for key := range r.fields() {
		if string(key) != "message" {
			oneOrMore()
		}
	}
}

// something skips a value, and reports whether it says anything: null, false and
// what is empty do not.
func (r *reader) something() (yes bool) {
	switch r.kind() {
	case '"':
		return len(r.string()) > 0
	case '{':
		for range r.fields() {
			yes = true
		}
		return yes
	case '[':
		for range r.elements() {
			yes = true
		}
		return yes
	case 'n', 'f':
	default:
		yes = r.err == nil
	}
	r.skip()
	return yes
}
