package scenario

import (
	"cmp"
	"math"
	"strconv"
	"strings"
)

const (
	maxName          = 120
	maxDescription   = 400
	maxTags          = 64
	maxCapabilities  = 32
	maxRelated       = 16      // runs on, parts
	maxExampleAssets = 6       // of a detail; a row keeps one
	maxToken         = 8 << 10 // bytes of a pagination token
)

// rawPage is one answer of a list route, before anything is known of the
// pages around it.
type rawPage struct {
	models   []Model
	sizes    []int // of the models, with the words that none had before, in bytes
	rows     int
	broken   int
	measured int    // rows with a performance, if the reader counts them
	token    string // "" if there is none

	badToken bool // there is a token that is neither text nor nothing
}

// rows reads a page in one pass, and appends its models to into.
func (r *reader) rows(into []Model) rawPage {
	p := rawPage{models: into}
	found, kept := false, 0
	for key := range r.fields() {
		switch string(key) {
		case "models":
			found = r.kind() == '['
			p.models, p.sizes, p.rows, p.broken = p.models[:len(into)], nil, 0, 0
			r.measured = 0
			for range r.elements() {
				p.rows++
				var m Model
				before := r.made
				if !r.model(&m, nil) {
					p.broken++
					continue
				}
				takes := m.size() + r.made - before
				if kept += takes; kept > maxKept {
					r.err, r.src.err = errTooLarge, errTooLarge
				}
				p.models, p.sizes = append(p.models, m), append(p.sizes, takes)
			}
		case "nextPaginationToken":
			p.token, p.badToken = r.token()
		}
	}
	if !found {
		r.fail("the answer holds no list of models")
	}
	p.measured = r.measured
	return p
}

// detail reads the answer of GET /models/{id}.
func (r *reader) detail() *Detail {
	d, found := new(Detail), false
	for key := range r.fields() {
		if string(key) == "model" {
			*d = Detail{}
			found = r.model(&d.Model, d)
		}
	}
	if !found {
		r.fail("the answer holds no model")
	}
	return d
}

// model reads one row, and reports whether it is one: an object with a usable
// id. Inputs, and long descriptions, are read only into a detail.
func (r *reader) model(m *Model, d *Detail) bool {
	for key := range r.fields() {
		switch string(key) {
		case "id":
			m.ID = r.id()
		case "name":
			m.Name = r.text(maxName)
		case "shortDescription":
			limit := maxDescription
			if d != nil {
				limit = MaxText
			}
			m.Description = r.text(limit)
		case "type":
			m.Type = r.word()
		case "status":
			m.Status = r.word()
		case "privacy":
			m.Privacy = r.word()
		case "capabilities":
			m.Capabilities = r.words(maxCapabilities, nil)
		case "tags":
			m.Deprecated, m.DeprecatedBy = false, ""
			m.Tags = r.words(maxTags, m.deprecation)
		case "complianceMetadata":
			r.compliance(m)
		case "accessRestrictions":
			m.Plan = r.plan()
		case "compliantModelIds":
			m.RunsOn = r.ids(maxRelated)
		case "concepts":
			m.Parts = r.parts()
		case "createdAt":
			m.CreatedAt = r.time()
		case "updatedAt":
			m.UpdatedAt = r.time()
		case "thumbnail":
			var p Picture
			for key := range r.fields() {
				switch string(key) {
				case "assetId":
					p.AssetID = r.id()
				case "url":
					p.URL = r.url()
				}
			}
			m.Thumbnail.merge(p)
		case "thumbnailUrl":
			m.Thumbnail.merge(Picture{URL: r.url()})
		case "exampleAssetIds":
			m.Example = ""
			if d != nil {
				d.ExampleAssets = r.ids(maxExampleAssets)
				if len(d.ExampleAssets) > 0 {
					m.Example = d.ExampleAssets[0]
				}
				continue
			}
			for range r.elements() {
				if m.Example == "" {
					m.Example = r.id()
				}
			}
		case "custom":
			if d != nil {
				d.Custom = r.bool()
			}
		case "performanceStats":
			if d != nil {
				d.Performance = r.performance()
			} else if r.counts && len(r.performance()) > 0 {
				r.measured++
			}
		case "inputs":
			if d != nil {
				r.inputs(d)
			}
		}
	}
	return m.ID != ""
}

// compliance reads who makes, runs and keeps what, and under which terms.
func (r *reader) compliance(m *Model) {
	for key := range r.fields() {
		switch string(key) {
		case "modelProvider":
			m.Provider = r.word()
		case "maintainer":
			m.Maintainer = r.word()
		case "licenseTerms":
			m.Licence = r.page()
		case "dataProcessingComment":
			m.Retention = r.word()
		case "subProcessor":
			m.ProcessedBy = r.word()
		case "enterpriseStatus":
			m.Enterprise = r.word()
		}
	}
}

// deprecation takes the marks "deprecated" and "deprecated:<successor>" from a
// tag; a mark with a colon is no tag.
func (m *Model) deprecation(tag string) (keep bool) {
	mark, successor, colon := strings.Cut(tag, ":")
	if !strings.EqualFold(mark, "deprecated") {
		return true
	}
	m.Deprecated = true
	if successor = strings.TrimSpace(successor); validID(successor) {
		m.DeprecatedBy = successor
	}
	return !colon
}

// merge adds what another field of the row says of the same picture.
func (p *Picture) merge(q Picture) {
	p.AssetID = cmp.Or(q.AssetID, p.AssetID)
	p.URL = cmp.Or(q.URL, p.URL)
	if p.AssetID != "" {
		p.URL = ""
	}
}

// parts reads concepts, whose entries name a model by modelId or by id.
func (r *reader) parts() []string {
	var parts []string
	for range r.elements() {
		var modelID, id string
		for key := range r.fields() {
			switch string(key) {
			case "modelId":
				modelID = r.id()
			case "id":
				id = r.id()
			}
		}
		if part := cmp.Or(modelID, id); part != "" && len(parts) < maxRelated {
			parts = append(parts, part)
		}
	}
	return parts
}

// token reads a pagination token: a text, or null or false for none. Anything
// else is bad, and nothing to send back.
func (r *reader) token() (token string, bad bool) {
	kind := r.kind()
	raw := r.string()
	if len(raw) > maxToken {
		r.fail("the pagination token is longer than 8 kB")
		return "", true
	}
	return string(raw), kind != '"' && kind != 'n' && kind != 'f'
}

// plan reads a number, or a text that holds one. null is no restriction, and
// anything else is unknown.
func (r *reader) plan() Plan {
	var raw []byte
	switch r.kind() {
	case 'n':
		r.skip()
		return Free
	case '"':
		raw = r.string()
	default:
		raw = r.scalar('0')
	}
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || math.IsNaN(n) || n < 0 {
		return PlanUnknown
	}
	return Plan(math.Ceil(min(n, float64(Enterprise))))
}
