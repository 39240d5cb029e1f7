package tools

import (
	"regexp"
	"strings"
	"sync"
)

// failureForPeople words a failed call, which says text to the model.
func failureForPeople(err error, text string) string {
	if e := scenarioError(err); e != nil {
		return explainToPerson(e)
	}
	return forPeople(text)
}

// forPeople turns what a note says to a model into what it says to a person: what
// only a model can do is left out.
func forPeople(text string) string {
	for _, c := range addressed() {
		text = c.pattern.ReplaceAllString(text, c.instead)
	}
	return strings.TrimSpace(text)
}

type rewording struct {
	pattern *regexp.Regexp
	instead string
}

// addressed are the words that speak to a model.
var addressed = sync.OnceValue(func() (list []rewording) {
	for _, pair := range [][2]string{
		{`\b\d+ of \d+ rows fit into an answer; the rest is at offset \d+\. ?`, ""},
		{`Long lists in a row are cut short\. ?`, ""},
		{`Offset \d+ is past the end: ([^;]*); start at offset 0\.`, "This is past the end: $1."},
		{`: if a page before has an older as_of, begin again at offset 0 to miss nothing`, "; search again to miss nothing"},
		{`; use list_public_models`, ""},
		{`No capability "\*[^"]*"; (near|in use): [^.]*\. ?`, ""},
		{`\bdeprecated (match|models)`, "retired $1"},
		{`Call again once`, "Try again"},
	} {
		list = append(list, rewording{regexp.MustCompile(pair[0]), pair[1]})
	}
	return list
})
