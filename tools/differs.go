package tools

import (
	"bytes"
	"encoding/json"

	"scenario-mcp/scenario"
)

// differs returns the fields in which models differ, in the order of
// [detailFields]; nil where there is nothing to compare. A field that one of them lacks
// differs. What names a model is left out: that always differs.
func (s *service) differs(models []*scenario.Detail, fields []string) []string {
	if len(models) < 2 {
		return nil
	}
	var shown []map[string]json.RawMessage
	for _, m := range models {
		d, _ := s.detail(m, levels()[0], fields)
		values := map[string]json.RawMessage{}
		if err := json.Unmarshal(encode(d), &values); err != nil {
			panic(err) // it was just encoded
		}
		shown = append(shown, values)
	}
	var differ []string
	for _, field := range detailFields() {
		if field == "id" || field == "name" {
			continue
		}
		for _, values := range shown {
			if values[field] != nil && differ == nil {
				differ = []string{} // there is something to compare
			}
			if !bytes.Equal(values[field], shown[0][field]) {
				differ = append(differ, field)
				break
			}
		}
	}
	return differ
}
