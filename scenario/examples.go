package scenario

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Example is how a published picture of a model was made.
type Example struct {
	Prompt   string
	Settings []Setting
}

// Setting is one of the inputs behind an [Example].
type Setting struct{ Name, Value string }

const (
	maxExamples = 8 // different ones of a model
	maxSettings = 16
	maxPrompt   = 600
	// MaxAbout is how many runes are kept of a model's page, with … at the end.
	MaxAbout = 1500
)

// Examples returns how published pictures of a model were made, each way once.
func (c *Client) Examples(ctx context.Context, id string) (examples []Example, err error) {
	err = c.ofModel(ctx, "get examples", id, "/examples", func(r *reader) { examples = r.examples() })
	return examples, err
}

// About returns the beginning of a model's page, in Markdown.
func (c *Client) About(ctx context.Context, id string) (about string, err error) {
	err = c.ofModel(ctx, "get description", id, "/description", func(r *reader) { about = r.about() })
	return about, err
}

func (r *reader) examples() (list []Example) {
	found := false
	for key := range r.fields() {
		if string(key) != "examples" {
			continue
		}
		found, list = r.kind() == '[', nil
		for range r.elements() {
			one := r.example()
			known := slices.ContainsFunc(list, func(e Example) bool { return e.Prompt == one.Prompt && slices.Equal(e.Settings, one.Settings) })
			if !known && len(list) < maxExamples && (one.Prompt != "" || len(one.Settings) > 0) {
				list = append(list, one)
			}
		}
	}
	if !found {
		r.fail("the answer holds no list of examples")
	}
	return list
}

func (r *reader) example() (one Example) {
	for key := range r.fields() {
		if string(key) != "inferenceParameters" {
			continue
		}
		one = Example{}
		for key := range r.fields() {
			name := r.clean(key, maxWord)
			if name == "prompt" {
				one.Prompt = withoutSignatures(r.text(maxPrompt))
				continue
			}
			value, ok := r.literal()
			value = withoutSignatures(value)
			if ok && name != "" && value != "" && len(one.Settings) < maxSettings {
				one.Settings = append(one.Settings, Setting{name, value})
			}
		}
	}
	return one
}

// about reads {"description": {"value": …}}, or a text in place of the object.
func (r *reader) about() (about string) {
	found := false
	for key := range r.fields() {
		if string(key) != "description" {
			continue
		}
		found = true
		if r.kind() != '{' {
			about = withoutSignatures(r.text(MaxAbout))
			continue
		}
		for key := range r.fields() {
			if string(key) == "value" {
				about = withoutSignatures(r.text(MaxAbout))
			}
		}
	}
	if !found {
		r.fail("the answer holds no description")
	}
	return about
}

// anAddress is an address in a text, or what runs in place of one in Markdown.
var anAddress = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://[^\s()<>"'\]` + "`" + `]*|(\]\(\s*)(javascript|data|vbscript):[^\s)]*`)
})

// withoutSignatures takes the query from every address in a clean text, because
// it may be a credential, and addresses that are not https as a whole.
func withoutSignatures(text string) string {
	if !strings.ContainsRune(text, ':') {
		return text
	}
	shown := anAddress().ReplaceAllStringFunc(text, func(address string) string {
		if strings.HasPrefix(address, "]") {
			return "]("
		}
		if len(address) < 8 || !strings.EqualFold(address[:8], "https://") {
			return ""
		}
		if end := strings.IndexAny(address, "?#"); end >= 0 {
			address = address[:end]
		}
		if host, _, _ := strings.Cut(address[8:], "/"); strings.Contains(host, "@") {
			return "" // who signs in stands before the host
		}
		return address
	})
	shown = Clean(shown, 0)
	if strings.HasSuffix(text, "…") && !strings.HasSuffix(shown, "…") {
		shown += "…"
	}
	return shown
}
