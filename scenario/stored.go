package scenario

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// WriteModels writes models as a page of the API, from which [ReadModels] makes
// the same models again. Addresses with a query are left out, since they may be
// signed and then act as credentials.
func WriteModels(w io.Writer, models []Model) error {
	if _, err := io.WriteString(w, `{"models":[`); err != nil {
		return err
	}
	var b []byte // a model at a time: the whole list may take many times its models
	for i := range models {
		b = b[:0]
		if i > 0 {
			b = append(b, ',')
		}
		b = appendModel(b, &models[i])
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "]}")
	return err
}

// ReadModels reads what [WriteModels] wrote. It reads no more than maxBytes, and
// its error is an [*Error].
func ReadModels(r io.Reader, maxBytes int64) ([]Model, error) {
	page, e := decodePage(newReader(r, maxBytes), nil)
	if e != nil {
		return nil, e
	}
	return page.models, nil
}

func appendModel(b []byte, m *Model) []byte {
	b = appendText(append(b, `{"id":`...), m.ID)
	for _, field := range []struct{ name, value string }{
		{"name", m.Name}, {"shortDescription", m.Description}, {"type", m.Type}, {"status", m.Status},
		{"privacy", m.Privacy}, {"createdAt", storedTime(m.CreatedAt)}, {"updatedAt", storedTime(m.UpdatedAt)},
	} {
		if field.value != "" {
			b = appendText(appendName(b, field.name), field.value)
		}
	}
	b = appendTexts(b, "capabilities", m.Capabilities)
	tags := m.Tags
	if m.Deprecated {
		// The marks that the reader takes out again.
		tags = append([]string{"deprecated:" + m.DeprecatedBy}, tags...)
	}
	b = appendTexts(b, "tags", tags)
	b = appendTexts(b, "compliantModelIds", m.RunsOn)
	b = appendCompliance(b, m)
	switch m.Plan {
	case Free:
	case PlanUnknown: // a word, which reads as what is no plan
		b = appendText(appendName(b, "accessRestrictions"), m.Plan.String())
	default:
		b = strconv.AppendInt(appendName(b, "accessRestrictions"), int64(m.Plan), 10)
	}
	if len(m.Parts) > 0 {
		b = append(appendName(b, "concepts"), '[')
		for i, id := range m.Parts {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendText(append(b, `{"modelId":`...), id), '}')
		}
		b = append(b, ']')
	}
	if m.Thumbnail.AssetID != "" {
		b = append(appendText(append(appendName(b, "thumbnail"), `{"assetId":`...), m.Thumbnail.AssetID), '}')
	} else if m.Thumbnail.URL != "" && !strings.ContainsAny(m.Thumbnail.URL, "?#") {
		b = appendText(appendName(b, "thumbnailUrl"), m.Thumbnail.URL)
	}
	if m.Example != "" {
		b = appendTexts(b, "exampleAssetIds", []string{m.Example})
	}
	return append(b, '}')
}

func appendCompliance(b []byte, m *Model) []byte {
	next := `,"complianceMetadata":{`
	for _, field := range []struct{ name, value string }{
		{"modelProvider", m.Provider}, {"maintainer", m.Maintainer}, {"dataProcessingComment", m.Retention},
		{"subProcessor", m.ProcessedBy}, {"enterpriseStatus", m.Enterprise}, {"licenseTerms", m.Licence},
	} {
		if field.value == "" {
			continue
		}
		b = append(append(append(b, next...), '"'), field.name...)
		b, next = append(b, `":`...), ","
		if field.name == "licenseTerms" {
			field.value = "https://" + field.value
		}
		b = appendText(b, field.value)
	}
	if next == "," {
		b = append(b, '}')
	}
	return b
}

func storedTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

func appendName(b []byte, name string) []byte {
	return append(append(append(b, `,"`...), name...), `":`...)
}

func appendText(b []byte, s string) []byte {
	b, _ = jsontext.AppendQuote(b, s) // what is not UTF-8 becomes U+FFFD
	return b
}

func appendTexts(b []byte, name string, values []string) []byte {
	if len(values) == 0 {
		return b
	}
	b = append(appendName(b, name), '[')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, v)
	}
	return append(b, ']')
}
