package fakeapi

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// list is a list of models, with caches of what is made of it. Many callers that
// ask for one page have it built once.
type list struct {
	rows []Row // never change
	byID map[string]Row

	mu      sync.Mutex         // guards the rest
	matches map[string][]Row   // rows by filter
	pages   map[pageKey][]byte // bodies as sent
}

// pageKey tells pages apart: which rows, which token, how it is sent.
type pageKey struct {
	filter     string
	start, end int
	token      string
	zipped     bool
}

// maxPages bounds the cached pages of a list. At 500 rows a page that is half a
// million rows.
const maxPages = 1000

func newList(rows []Row, mode Mode) *list {
	if mode == Guide {
		rows = slices.Clone(rows)
		for i, r := range rows {
			rows[i] = r.guide()
		}
	}
	byID := make(map[string]Row, len(rows))
	for _, r := range rows {
		if id := text(r["id"]); id != "" {
			byID[id] = r
		}
	}
	return &list{rows: rows, byID: byID, matches: map[string][]Row{}, pages: map[pageKey][]byte{}}
}

// match returns the rows that keep accepts, and caches them by filter.
func (l *list) match(filter string, keep func(Row) bool) []Row {
	l.mu.Lock()
	defer l.mu.Unlock()
	rows, ok := l.matches[filter]
	if !ok {
		for _, r := range l.rows {
			if keep(r) {
				rows = append(rows, r)
			}
		}
		l.matches[filter] = rows
	}
	return rows
}

// page returns the body of a page, whose rows are those of key.
func (l *list) page(key pageKey, rows []Row) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	body, ok := l.pages[key]
	if !ok {
		body = pageBody(rows, key.token)
		if key.zipped {
			body = compress(body, gzip.BestSpeed)
		}
		if len(l.pages) >= maxPages {
			clear(l.pages)
		}
		l.pages[key] = body
	}
	return body
}

// pageBody is the answer of a list route.
func pageBody(rows []Row, token string) []byte {
	models := make([]Row, len(rows)) // never nil, for no models are [], not null
	for i, r := range rows {
		models[i] = r.listed()
	}
	answer := map[string]any{"models": models}
	if token != "" {
		answer["nextPaginationToken"] = token
	}
	return marshal(answer)
}

func (c *call) ownModels() {
	if c.r.URL.Query().Get("privacy") == "public" {
		c.models(c.public, true, 100)
		return
	}
	c.models(c.private, false, 100)
}

func (c *call) publicModels() { c.models(c.public, true, 50) }

// models answers a list route. pageSize is the size of a page unless told.
func (c *call) models(l *list, public bool, pageSize int) {
	q := c.r.URL.Query()
	if unknown := c.unknownParam(q); unknown != "" {
		c.fail(http.StatusBadRequest, "Unknown query parameter %q", unknown)
		return
	}
	offset, limit, ok := c.position(q, pageSize)
	if !ok {
		return
	}
	filter, keep := c.filter(q, public)
	rows := l.match(filter, keep)
	if c.fault != nil {
		c.replyJSON(http.StatusOK, c.faultyPage(rows, offset, limit))
		return
	}
	start := min(offset, len(rows))
	end := min(start+limit, len(rows))
	key := pageKey{
		filter: filter, start: start, end: end, zipped: c.zips(),
		token: c.nextToken(pageToken{Offset: end, Limit: limit}, end < len(rows)),
	}
	c.send(http.StatusOK, l.page(key, rows[start:end]), key.zipped)
}

// pageToken is the content of a paginationToken, as recorded.
type pageToken struct {
	Offset int `json:"offset"`
	Limit  int `json:"limit"`
	Fresh  int `json:"fresh,omitempty"` // tells two tokens of one offset apart
}

func (t pageToken) String() string { return base64.StdEncoding.EncodeToString(marshal(t)) }

func parseToken(s string) (t pageToken, ok bool) {
	b, err := base64.StdEncoding.DecodeString(s)
	return t, err == nil && json.Unmarshal(b, &t) == nil && t.Offset >= 0 && t.Limit > 0
}

// unknownParam returns a parameter that StrictParams refuses, "" for none.
func (c *call) unknownParam(q url.Values) string {
	if !c.opts.StrictParams {
		return ""
	}
	known := []string{"privacy", "status", "type", "types", "tags", "collectionId", "collectionIds", "projectId", "paginationToken"}
	if c.opts.Mode == Guide {
		known = append(known, "limit", "offset")
	} else {
		known = append(known, "pageSize", "sortBy", "sortDirection", "createdAfter", "createdBefore", "updatedAfter", "updatedBefore", "originalAssets")
	}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if !slices.Contains(known, name) {
			return name
		}
	}
	return ""
}

// position reads where the page starts and how long it is, or answers 400.
func (c *call) position(q url.Values, pageSize int) (offset, limit int, ok bool) {
	sizeParam := "pageSize"
	if c.opts.Mode == Guide {
		sizeParam, pageSize = "limit", 20
		if s := q.Get("offset"); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil || n < 0 {
				c.fail(http.StatusBadRequest, "offset must be a number from 0")
				return 0, 0, false
			}
			offset = n
		}
	} else if s := q.Get("paginationToken"); s != "" {
		t, ok := parseToken(s)
		if !ok {
			c.fail(http.StatusBadRequest, "Invalid pagination token")
			return 0, 0, false
		}
		offset, pageSize = t.Offset, t.Limit
	}
	limit = pageSize
	if s := q.Get(sizeParam); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || c.opts.StrictParams && n > 500 {
			c.fail(http.StatusBadRequest, "%s must be a number from 1 to 500", sizeParam)
			return 0, 0, false
		}
		limit = n
	}
	maxPage := c.opts.MaxPage
	if maxPage <= 0 {
		maxPage = 500
	}
	return offset, min(limit, maxPage), true
}

// filter reads the filters of a list request. Equal filters have equal names.
func (c *call) filter(q url.Values, public bool) (name string, keep func(Row) bool) {
	split := func(names ...string) []string {
		var all []string
		for _, name := range names {
			for _, v := range q[name] {
				for s := range strings.SplitSeq(v, ",") {
					if s != "" {
						all = append(all, s)
					}
				}
			}
		}
		slices.Sort(all)
		return all
	}
	types := split("type", "types")
	collections := split("collectionId", "collectionIds")
	if !public {
		status := q.Get("status")
		known := slices.Contains([]string{"new", "training", "trained", "failed", "deleted"}, status)
		return fmt.Sprintf("%q %q %q", types, collections, status), func(r Row) bool {
			return (status != "" || r["status"] != "deleted") && (!known || r["status"] == status) && within(r, types, collections)
		}
	}
	tags := split("tags")
	wanted := slices.Clone(tags)
	if c.opts.SCTagsMatchNothing && c.opts.Mode == Real {
		wanted = slices.DeleteFunc(wanted, func(t string) bool { return strings.HasPrefix(t, "sc:") })
	}
	return fmt.Sprintf("%q %q %q %q", types, collections, tags, wanted), func(r Row) bool {
		return within(r, types, collections) && (len(tags) == 0 || shareOne(wanted, texts(r["tags"])))
	}
}

// within reports whether a row has one of the types, and is in one of the
// collections, if there are any.
func within(r Row, types, collections []string) bool {
	return (len(types) == 0 || slices.Contains(types, text(r["type"]))) &&
		(len(collections) == 0 || shareOne(collections, texts(r["collectionIds"])))
}

func shareOne(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// nextToken returns a page's nextPaginationToken, "" for none.
func (c *call) nextToken(next pageToken, more bool) string {
	switch {
	case c.opts.Mode == Guide && c.opts.ConstantToken != "":
		return c.opts.ConstantToken
	case more:
		return next.String()
	}
	return ""
}
