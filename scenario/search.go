package scenario

import (
	"context"
	"encoding/json"
	"strings"
)

// MaxSearchText is how many runes of a text are put to the service's search,
// whose own bound is not known.
const MaxSearchText = 500

// Search asks the service's semantic search for up to limit models (at most
// 100) and returns their ids, best first. It is a paid quota on some plans. No
// more of its rows is kept: they lack the status and plan that a list's have.
func (c *Client) Search(ctx context.Context, scope Scope, text string, limit int) ([]string, error) {
	limit = min(max(limit, 1), 100)
	body, err := json.Marshal(struct {
		Query  string `json:"query"`
		Public bool   `json:"public"`
		Limit  int    `json:"limit"`
	}{Clean(text, MaxSearchText), scope == Public, limit})
	if err != nil {
		return nil, err // three plain fields: it cannot fail
	}
	var ids []string
	err = c.do(ctx, request{
		op:     "search " + string(scope) + " models",
		route:  "/search/models",
		path:   "/search/models",
		body:   body,
		limit:  maxHitsBody,
		decode: func(r *reader) { ids = r.hits(limit) },
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

// hits reads the ids of the first hits of a search's answer.
func (r *reader) hits(limit int) (ids []string) {
	found := false
	for key := range r.fields() {
		if string(key) != "hits" {
			continue
		}
		found = r.kind() == '['
		for range r.elements() {
			id := ""
			for key := range r.fields() {
				if string(key) == "id" {
					id = r.id()
				}
			}
			if id != "" && len(ids) < limit {
				ids = append(ids, id)
			}
		}
	}
	if !found {
		r.fail("the answer holds no hits")
	}
	return ids
}

// Quota reports whether the service refused because a quota is used up. It does
// so with several statuses.
func (e *Error) Quota() bool {
	return strings.Contains(strings.ToLower(e.Reason), "quota")
}
