package scenario

import (
	"context"
	"encoding/json"
	"io"
	"strings"
)

const maxSearchText = 500 // runes sent; the service's own bound is not known

// Search asks the service's semantic search for up to limit models (at most
// 100), best first. It is a paid quota on some plans. Its rows are thinner than
// a list's: status and plan are missing and say nothing.
func (c *Client) Search(ctx context.Context, scope Scope, text string, limit int) ([]Model, error) {
	body, err := json.Marshal(struct {
		Query  string `json:"query"`
		Public bool   `json:"public"`
		Limit  int    `json:"limit"`
	}{Clean(text, maxSearchText), scope == Public, min(max(limit, 1), 100)})
	if err != nil {
		return nil, err // three plain fields: it cannot fail
	}
	var models []Model
	err = c.get(ctx, request{
		op:    "search " + string(scope) + " models",
		route: "/search/models",
		path:  "/search/models",
		body:  body,
		decode: func(body io.Reader) (e *Error) {
			models, e = decodeHits(body, c.maxBytes)
			return e
		},
	})
	if err != nil {
		return nil, err
	}
	return models, nil
}

// decodeHits reads the answer of a search.
func decodeHits(body io.Reader, maxBytes int64) ([]Model, *Error) {
	r := newReader(body, maxBytes, make(interner))
	var models []Model
	found := false
	for key := range r.fields() {
		if string(key) != "hits" {
			r.skip()
			continue
		}
		found = r.kind() == '['
		for range r.elements() {
			var m Model
			if r.model(&m, nil) {
				models = append(models, m)
			}
		}
	}
	if !found {
		r.fail("the answer holds no hits")
	}
	return models, r.end()
}

// Quota reports whether the service refused because a quota is used up; it
// says so with several statuses.
func (e *Error) Quota() bool {
	return strings.Contains(strings.ToLower(e.Reason), "quota")
}
