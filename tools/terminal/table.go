package terminal

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// list is the answer of a list or a search, as far as a table shows it.
type list struct {
	Models     []row
	Total      int
	Deprecated int
	Offset     int
	NextOffset int    `json:"next_offset"`
	AsOf       string `json:"as_of"`
	Note       string
}

type row struct {
	ID, Name, Status, Plan string
	Capabilities, Tags     []string
	DeprecatedBy           string `json:"deprecated_by"`
}

const (
	gap       = "  "
	leastTags = 10 // columns; with fewer there are no tags
	leastName = 14
	mostName  = 32
)

func writeTable(b *bytes.Buffer, columns int, answer []byte) error {
	var l list
	if err := json.Unmarshal(answer, &l); err != nil {
		return err
	}
	if len(l.Models) > 0 {
		writeRows(b, columns, l.Models)
		b.WriteByte('\n')
	}
	fmt.Fprintln(b, Wrap(l.summary(), columns, ""))
	if l.Note != "" {
		fmt.Fprintln(b, Wrap(l.Note, columns, ""))
	}
	return nil
}

// summary says how many models there are, which are shown, and how to go on.
func (l list) summary() string {
	text := fmt.Sprintf("%d models", l.Total)
	switch l.Total {
	case 0:
		text = "No models"
	case 1:
		text = "1 model"
	}
	if l.Deprecated > 0 {
		text += fmt.Sprintf(", %d of them deprecated", l.Deprecated)
	}
	if n := len(l.Models); n > 0 && n < l.Total {
		text += fmt.Sprintf("; here %d to %d", l.Offset+1, l.Offset+n)
	}
	if l.NextOffset > 0 {
		text += fmt.Sprintf("; more with offset=%d", l.NextOffset)
	}
	return text + "."
}

// writeRows writes a table. Ids are whole, to be copied; names are cut, and only
// the tags that have room are there.
func writeRows(b *bytes.Buffer, columns int, rows []row) {
	header := []string{"NAME", "ID", "KIND", "PLAN", "STATE"}
	cells := [][]string{header}
	tagged := map[string]int{} // rows, by tag
	for _, r := range rows {
		for _, tag := range r.Tags {
			tagged[tag]++
		}
		cells = append(cells, []string{r.Name, r.ID, r.kind(), cmp.Or(r.Plan, "Free"), r.state()})
	}
	widths := make([]int, len(header))
	for _, line := range cells {
		for i, cell := range line {
			widths[i] = max(widths[i], columnsOf(cell))
		}
	}
	if !slices.ContainsFunc(rows, func(r row) bool { return r.state() != "" }) {
		widths[4] = 0
	}
	left := columns
	for _, w := range widths[1:] {
		if w > 0 {
			left -= w + len(gap)
		}
	}
	name := min(widths[0], mostName, max(left-len(gap)-leastTags, leastName))
	tags := left - name - len(gap)
	if tags < leastTags {
		name, tags = min(widths[0], max(left, leastName)), 0
	}
	widths[0] = name
	for i, line := range cells {
		var parts []string
		for j, cell := range line {
			if widths[j] > 0 {
				parts = append(parts, pad(cut(cell, widths[j]), widths[j]))
			}
		}
		switch {
		case tags > 0 && i == 0:
			parts = append(parts, "TAGS")
		case tags > 0:
			parts = append(parts, rows[i-1].someTags(tags, tagged))
		}
		fmt.Fprintln(b, strings.TrimRight(strings.Join(parts, gap), " "))
	}
}

// kind is what comes out of a model. Capabilities such as inpaint, which do not
// say it, are about images.
func (r row) kind() string {
	var kinds []string
	for _, c := range r.Capabilities {
		_, out, ok := strings.Cut(c, "2")
		if named, known := map[string]string{"img": "image", "3d": "3D", "txt": "text"}[out]; known {
			out = named
		}
		if ok && !slices.Contains(kinds, out) {
			kinds = append(kinds, out)
		}
	}
	if len(kinds) == 0 && len(r.Capabilities) > 0 {
		return "image"
	}
	return strings.Join(kinds[:min(len(kinds), 2)], ", ")
}

// state is what keeps a model from being used, "" if nothing does.
func (r row) state() string {
	if r.DeprecatedBy != "" {
		return "deprecated"
	}
	return r.Status
}

// someTags are as many tags as have room, those that fewest rows have first: they
// tell a model from its neighbors. Scenario's own, such as sc:featured, come last.
func (r row) someTags(columns int, rows map[string]int) string {
	tags := slices.Clone(r.Tags)
	rank := func(tag string) int {
		if strings.HasPrefix(tag, "sc:") {
			return math.MaxInt
		}
		return rows[tag]
	}
	slices.SortStableFunc(tags, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	for n := len(tags); n > 1; n-- {
		text := strings.Join(tags[:n], ", ")
		if n < len(tags) {
			text += fmt.Sprintf(" +%d", len(tags)-n)
		}
		if columnsOf(text) <= columns {
			return text
		}
	}
	if len(tags) == 0 {
		return ""
	}
	return cut(tags[0], columns)
}
