package scenario

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestHitsAreBounded: a service may send more hits than were asked for, but not
// without end.
func TestHitsAreBounded(t *testing.T) {
	hits := func(n int) string {
		return `{"hits":[` + strings.TrimSuffix(strings.Repeat(`{"tags":[{"id":"no"}],"id":"model_1","name":"Sample"},`, n), ",") + `]}`
	}
	body := hits(1000)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = io.WriteString(w, body) })
	c := s.client(t)
	if ids, err := c.Search(t.Context(), Public, "x", 30); err != nil || len(ids) != 30 || ids[29] != "model_1" {
		t.Errorf("%q, error %v, want thirty", ids, err)
	}
	body = hits(200_000)
	if ids, err := c.Search(t.Context(), Public, "x", 30); kindOf(err) != KindTooLarge {
		t.Errorf("%d ids, error %v, want too large", len(ids), err)
	}
}
