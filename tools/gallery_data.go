package tools

import (
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
)

// galleryData is what a result tells the gallery beside what the model reads. A
// host need not tell a page which tool it shows, so the result does.
type galleryData struct {
	Tool     string                       `json:"tool"`
	Pages    string                       `json:"pages,omitempty"`    // how the address of a model's page begins
	Pictures map[string]string            `json:"pictures,omitempty"` // addresses, by model
	Examples map[string][]string          `json:"examples,omitempty"` // addresses of more pictures, by model
	Labels   map[string]map[string]string `json:"labels,omitempty"`   // of inputs, by model
	Near     []nearTerms                  `json:"near,omitempty"`
	Note     string                       `json:"note,omitempty"` // the answer's note or its error, for a person

	labels int // bytes of Labels
}

const (
	// maxLabels bounds the labels of an answer, in bytes. Real models have 0.5 kB.
	maxLabels = 16 << 10
	// maxSuggested is for how many unknown values there are suggestions.
	maxSuggested = 5
)

// nearTerms are what may have been meant by a tag that no model has, or by words
// that none knows where there is no tag.
type nearTerms struct {
	Tag  string   `json:"tag,omitempty"`
	Near []string `json:"near"`
}

// newGalleryData returns what the gallery is told of a call, nil for a tool that
// it does not use.
func (s *service) newGalleryData(tool string) *galleryData {
	if tool != "get_models" && !slices.Contains(galleryTools(), tool) {
		return nil
	}
	return &galleryData{
		Tool: tool, Pages: s.pages,
		Pictures: map[string]string{}, Examples: map[string][]string{}, Labels: map[string]map[string]string{},
	}
}

// meta is the _meta of a result, whose note or error says what it says. toPerson
// is the same in words for a person.
func (g *galleryData) meta(said, toPerson string) *mcp.Meta {
	if toPerson != said {
		g.Note = toPerson
	}
	return &mcp.Meta{AdditionalFields: map[string]any{galleryKey: g}}
}

// illustrate notes where the picture of a model of the answer is, if a gallery
// will show it and may load it.
func (s *service) illustrate(c *call, m *scenario.Model) {
	if c.gallery == nil {
		return
	}
	if address := s.pictures.Address(m); s.mayLoad(address) {
		c.gallery.Pictures[m.ID] = address
	}
}

// exhibit notes what a gallery shows of a model in detail: its pictures, and
// what its inputs are called.
func (s *service) exhibit(c *call, d *scenario.Detail) {
	if c.gallery == nil {
		return
	}
	s.illustrate(c, &d.Model)
	for _, id := range d.ExampleAssets {
		if address := s.pictures.Asset(id); s.mayLoad(address) {
			c.gallery.Examples[d.ID] = append(c.gallery.Examples[d.ID], address)
		}
	}
	labels := map[string]string{}
	for _, in := range d.Inputs {
		if c.gallery.labels += len(in.Name) + len(in.Label); in.Label != "" && c.gallery.labels <= maxLabels {
			labels[in.Name] = in.Label
		}
	}
	if len(labels) > 0 {
		c.gallery.Labels[d.ID] = labels
	}
}

// mayLoad reports whether the page may load a picture from an address.
func (s *service) mayLoad(address string) bool {
	return strings.HasPrefix(address, s.pictures.Origin()+"/")
}

// suggest notes what a person may press in place of unknown tags and words.
func (c *call) suggest(filters []catalog.Filter, words []catalog.Term) {
	if c.gallery == nil {
		return
	}
	add := func(tag string, terms []catalog.Term) {
		if len(terms) == 0 || len(c.gallery.Near) == maxSuggested {
			return
		}
		near := nearTerms{Tag: tag}
		for _, t := range terms {
			near.Near = append(near.Near, t.Name)
		}
		c.gallery.Near = append(c.gallery.Near, near)
	}
	for _, f := range filters {
		if f.Unknown && f.Facet == catalog.Tags {
			add(f.Value, f.Near)
		}
	}
	add("", words)
}
