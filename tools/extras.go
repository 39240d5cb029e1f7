package tools

import (
	"context"
	"slices"
	"sync"

	"scenario-mcp/scenario"
)

// maxExtras is for how many models examples and pages are told.
const maxExtras = 3

// extra is what get_models shows of a model on demand.
type extra struct {
	request  any // a [request], or why there is none
	examples []scenario.Example
	about    string
	notes    []string // why something is not there
}

// example is how a published picture was made.
type example struct {
	Prompt   string            `json:"prompt,omitempty"`
	Settings map[string]string `json:"settings,omitempty"`
}

// extras returns what fields ask for beside the details, by id. whole are the
// models whose inputs are known. What is not there is told in notes.
func (s *service) extras(ctx context.Context, c *call, models, whole []*scenario.Detail, fields []string) map[string]extra {
	wantsRequest, wantsExamples, wantsAbout := slices.Contains(fields, "request"), slices.Contains(fields, "examples"), slices.Contains(fields, "about")
	if !wantsRequest && !wantsExamples && !wantsAbout {
		return nil
	}
	list := make([]extra, len(models))
	var wg sync.WaitGroup
	for i, d := range models {
		if wantsRequest && slices.Contains(whole, d) {
			wg.Go(func() { list[i].request = s.request(ctx, d) })
		}
	}
	wg.Wait()
	for i, d := range models[:min(len(models), maxExtras)] {
		wg.Go(func() {
			e := &list[i]
			if wantsExamples {
				var err error
				e.examples, err = s.api.Examples(ctx, d.ID)
				e.note("examples", d.ID, len(e.examples) == 0, err)
			}
			if wantsAbout {
				var err error
				e.about, err = s.api.About(ctx, d.ID)
				e.note("page", d.ID, e.about == "", err)
			}
		})
	}
	wg.Wait()
	byID := map[string]extra{}
	for i, d := range models {
		c.notes.add(list[i].notes...)
		byID[d.ID] = list[i]
	}
	if len(models) > maxExtras && (wantsExamples || wantsAbout) {
		c.notes.add("examples and about are told of three models at a time, not of " + idsOf(models[maxExtras:]))
	}
	return byID
}

func (e *extra) note(what, id string, none bool, err error) {
	switch {
	case err != nil:
		e.notes = append(e.notes, "no "+what+" of "+id+", because "+reason(err))
	case none:
		e.notes = append(e.notes, "Scenario has no "+what+" of "+id)
	}
}

// addTo adds what was asked for to a model as it is shown. It reports whether
// some of it was cut.
func (e extra) addTo(d *detail, l level) (cut bool) {
	d.Request = e.request
	d.About = scenario.Clean(e.about, max(l.description, 1))
	cut = d.About != e.about
	for i, from := range e.examples {
		if i == l.examples {
			break
		}
		one := example{Prompt: shortenText(from.Prompt, max(l.description, 200), &cut)}
		for _, setting := range from.Settings {
			if one.Settings == nil {
				one.Settings = map[string]string{}
			}
			one.Settings[setting.Name] = setting.Value
		}
		d.Examples = append(d.Examples, one)
	}
	return cut
}
