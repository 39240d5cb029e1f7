package fakeapi

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Row is one model as a JSON object. A nil Row is null. Values may be of any
// type, right or wrong, or a [json.RawMessage]. A server's rows must not change.
type Row map[string]any

// guide translates a row for Guide mode. Values of a wrong type stay as they are.
func (r Row) guide() Row {
	r = maps.Clone(r)
	switch typ := text(r["type"]); {
	case typ == "custom":
		r["type"] = "checkpoint"
	case strings.HasSuffix(typ, "-lora"):
		r["type"] = "lora"
	}
	var thumbnail struct{ URL string }
	if json.Unmarshal(marshal(r["thumbnail"]), &thumbnail) == nil && thumbnail.URL != "" {
		r["thumbnailUrl"] = thumbnail.URL
		delete(r, "thumbnail")
	}
	return r
}

// listed returns the row without what lists leave out.
func (r Row) listed() Row { return r.without("inputs", "uiConfig", "description", "examples") }

// without returns the row without some keys.
func (r Row) without(keys ...string) Row {
	has := func(k string) bool { _, ok := r[k]; return ok }
	if !slices.ContainsFunc(keys, has) {
		return r
	}
	r = maps.Clone(r)
	for _, k := range keys {
		delete(r, k)
	}
	return r
}

// text returns v if it is a string, else "".
func text(v any) string {
	s, _ := v.(string)
	return s
}

// texts returns the strings in v, if it is a list.
func texts(v any) []string {
	switch v := v.(type) {
	case []string:
		return v
	case []any:
		var ss []string
		for _, e := range v {
			if s, ok := e.(string); ok {
				ss = append(ss, s)
			}
		}
		return ss
	case json.RawMessage:
		var vs []any
		if json.Unmarshal(v, &vs) == nil {
			return texts(vs)
		}
	}
	return nil
}
