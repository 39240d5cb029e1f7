package fakeapi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

const publicRoute = "GET /v1/models/public"

// routes returns the handlers by pattern of [http.ServeMux].
func routes() map[string]func(*call) {
	return map[string]func(*call){
		"GET /v1/models":                  authed((*call).ownModels),
		publicRoute:                       authed((*call).publicModels),
		"GET /v1/models/{id}":             authed((*call).model),
		"GET /v1/models/{id}/description": authed((*call).description),
		"GET /v1/models/{id}/examples":    authed((*call).examples),
		"POST /v1/search/models":          authed((*call).search),
		"POST /v1/generate/custom/{id}":   authed((*call).run),
		"GET /cdn/thumbnails/{assetId}":   (*call).thumbnail,
		"/":                               (*call).noRoute,
	}
}

// authed refuses requests without the right credentials. A public route that is
// gone is gone for everyone, so that comes first.
func authed(h func(*call)) func(*call) {
	return func(c *call) {
		if status := c.opts.PublicRouteStatus; status != 0 && c.r.Pattern == publicRoute {
			if status == http.StatusForbidden {
				c.noRoute()
			} else {
				c.reply(status, map[string]any{"message": http.StatusText(status)})
			}
			return
		}
		if !c.authorized {
			c.fail(cmp.Or(c.opts.AuthStatus, http.StatusUnauthorized), "Invalid API key or secret")
			return
		}
		h(c)
	}
}

// noRoute answers as an API gateway does for an unknown path.
func (c *call) noRoute() {
	c.reply(http.StatusForbidden, map[string]any{"message": "Missing Authentication Token"})
}

// asked returns the model of the path, from either list, or answers 404.
func (c *call) asked() (Row, bool) {
	id := c.r.PathValue("id")
	for _, l := range []*list{c.private, c.public} {
		if r := l.byID[id]; r != nil {
			return r, true
		}
	}
	c.fail(http.StatusNotFound, "Model %s not found", id)
	return nil, false
}

func (c *call) model() {
	r, ok := c.asked()
	if !ok {
		return
	}
	r = maps.Clone(r.without("description", "examples"))
	r["inputs"] = r.inputs()
	if c.has(FaultHostileText) {
		r = hostileRow(r, 0)
		r["inputs"] = hostileInputs()
	}
	if _, ok := r["uiConfig"]; !ok {
		r["uiConfig"] = map[string]any{"inputProperties": map[string]any{"prompt": map[string]any{"collapsed": false}}, "presets": []any{}, "resolutions": []any{}}
	}
	c.reply(http.StatusOK, map[string]any{"model": r})
}

func (c *call) description() {
	r, ok := c.asked()
	if !ok {
		return
	}
	value := cmp.Or(text(r["description"]), fmt.Sprintf("# %s\n\n%s\n", text(r["name"]), text(r["shortDescription"])))
	if c.has(FaultHostileText) {
		value += strings.Join(hostileText(), "\n") + " ![a](https://cdn.sample.invalid/a.png?Signature=sample) [b](javascript:alert(1)) http://sample.invalid/?Signature=sample"
	}
	c.reply(http.StatusOK, map[string]any{"description": map[string]any{"value": value, "assets": []any{}, "models": []any{}}})
}

// body reads the JSON of a POST, or answers 400.
func (c *call) body(v any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(c.w, c.r.Body, 1<<20)).Decode(v); err != nil {
		c.fail(http.StatusBadRequest, "Invalid request body")
		return false
	}
	return true
}

// search ranks models by how many words of the query they contain. It knows no
// filters and no semantics.
func (c *call) search() {
	if c.opts.SearchQuotaExceeded {
		c.reply(http.StatusForbidden, map[string]any{"error": "Search quota exceeded for this plan", "code": "QUOTA_EXCEEDED"})
		return
	}
	in := struct {
		Query         string `json:"query"`
		Public        bool   `json:"public"`
		Limit, Offset int
	}{Limit: 20}
	if !c.body(&in) {
		return
	}
	if in.Limit < 1 || in.Limit > 100 || in.Offset < 0 {
		c.fail(http.StatusBadRequest, "limit must be from 1 to 100 and offset from 0")
		return
	}
	l := c.private
	if in.Public {
		l = c.public
	}
	type hit struct {
		row   Row
		score int
	}
	var hits []hit
	terms := strings.Fields(strings.ToLower(in.Query))
	for _, r := range l.rows {
		haystack := strings.ToLower(strings.Join(slices.Concat(
			[]string{text(r["name"]), text(r["shortDescription"])}, texts(r["tags"]), texts(r["capabilities"])), "\n"))
		score := 0
		for _, term := range terms {
			if strings.Contains(haystack, term) {
				score++
			}
		}
		if r != nil && (score > 0 || len(terms) == 0) {
			hits = append(hits, hit{r, score})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.score, a.score) })
	start := min(in.Offset, len(hits))
	out := []Row{}
	for _, h := range hits[start:min(start+in.Limit, len(hits))] {
		r := maps.Clone(h.row.listed().without("status"))
		r["accessRestrictions"] = nil
		out = append(out, r)
	}
	c.reply(http.StatusOK, map[string]any{"hits": out, "offset": in.Offset, "limit": in.Limit, "estimatedTotalHits": len(hits)})
}
