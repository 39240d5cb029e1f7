package tools

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
)

// ref names another model.
type ref struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`

	Plan string `json:"plan,omitempty"`

	Retention string `json:"retention,omitempty"` // of a base, where it differs from the model's

	// Only where several models have one name.
	Scope    scenario.Scope `json:"scope,omitempty"`
	Provider string         `json:"provider,omitempty"`
}

// missing is the answer for an id that names no model.
type missing struct {
	ID    string `json:"id"`
	Error string `json:"error"`
	Near  []ref  `json:"near,omitempty"`

	only *scenario.Model // the only one whose id or name is near
}

// finding is what became of one asked id: a detail, a missing model, or a failure.
// A detail with an error has only what the lists have.
type finding struct {
	asked   string
	detail  *scenario.Detail
	missing *missing
	err     error
	notes   []string // if detail is not quite what was asked for
}

// find looks the ids up, in parallel as far as the client allows. A text that
// names no model is taken for the only one whose id or name is near.
func (s *service) find(ctx context.Context, asked []string) []finding {
	return findAll(asked, func(text string) finding {
		f := s.findOne(ctx, text)
		if f.missing == nil || f.missing.only == nil {
			return f
		}
		note := readAs(text, f.missing.only)
		f = s.detailOf(ctx, f.missing.only)
		f.notes = []string{note}
		return f
	})
}

// findRows is find without inputs. Models that the lists at hand have are not asked
// for again.
func (s *service) findRows(ctx context.Context, asked []string) ([]finding, error) {
	lists := s.catalog.Loaded()
	known := func(text string) *scenario.Model { return lists.Model(catalog.ReadID(text)) }
	unknown := 0
	for _, text := range asked {
		if known(text) == nil {
			unknown++
		}
	}
	release, err := s.memory.holdDetails(ctx, unknown)
	if err != nil {
		return nil, err
	}
	defer release()
	return findAll(asked, func(text string) finding {
		if m := known(text); m != nil {
			return finding{detail: &scenario.Detail{Model: *m}}
		}
		f := s.findOne(ctx, text)
		if f.detail != nil {
			f.detail.Inputs = nil
		}
		return f
	}), nil
}

func findAll(asked []string, one func(string) finding) []finding {
	found := make([]finding, len(asked))
	var wg sync.WaitGroup
	for i, text := range asked {
		wg.Go(func() {
			found[i] = one(text)
			found[i].asked = text
		})
	}
	wg.Wait()
	// An id and its name are one model.
	var unique []finding
	place := map[string]int{} // of a model in unique
	for _, f := range found {
		if f.detail != nil {
			if first, again := place[f.detail.ID]; again {
				unique[first].notes = append(unique[first].notes, f.notes...)
				continue
			}
			place[f.detail.ID] = len(unique)
		}
		unique = append(unique, f)
	}
	return unique
}

// withoutDetail is what an answer tells of the texts that became no detail, and
// the last failure among them.
func withoutDetail(found []finding) (list []missing, failure error) {
	for _, f := range found {
		switch {
		case f.detail != nil:
		case f.missing != nil:
			list = append(list, *f.missing)
		default:
			failure = f.err
			list = append(list, missing{ID: scenario.Clean(f.asked, 60), Error: reason(f.err)})
		}
	}
	return list, failure
}

// detailOf asks for the inputs of a model that the lists have.
func (s *service) detailOf(ctx context.Context, m *scenario.Model) finding {
	d, err := s.api.Model(ctx, m.ID)
	if err != nil {
		d = &scenario.Detail{Model: *m}
	}
	return finding{detail: d, err: err}
}

func (s *service) findOne(ctx context.Context, text string) finding {
	id := catalog.ReadID(text)
	var unknown *scenario.Error // that the service knows no such id
	if !strings.Contains(id, " ") {
		d, err := s.api.Model(ctx, id)
		if err == nil {
			return finding{detail: d}
		}
		// The service may find an id malformed rather than unknown.
		if !errors.As(err, &unknown) || unknown.Kind != scenario.KindNotFound && unknown.Kind != scenario.KindRejected {
			if models := surelyNamed(s.catalog.Loaded(), text); len(models) == 1 {
				return finding{detail: &scenario.Detail{Model: *models[0]}, err: err}
			}
			return finding{err: err}
		}
	}
	// Not an id as it stands: perhaps another spelling, or a name.
	looking := new(call)
	defer func() { looking.looked() }()
	lists, err := s.lists(ctx, looking, "all", catalog.Request{Resume: true})
	if err == nil && !lists.Current() && len(surelyNamed(lists, text)) == 0 {
		// The model may be in what these lists lack.
		looking.looked()
		looking = new(call)
		lists, err = s.lists(ctx, looking, "all", catalog.Request{Whole: true})
	}
	switch {
	case err == nil:
		looking.notes.warn(viewNotes("all", 0, lists)...)
	case unknown == nil:
		return finding{err: err}
	default:
		lists = catalog.NewLists()
		if len(looking.notes.warnings) == 0 { // it was not the call's turn in time
			looking.notes.warn(warning{what: "the lists were not looked through", because: reason(err)})
		}
	}
	m := &missing{ID: scenario.Clean(text, 60), Error: "no model has this id or name"}
	switch models := surelyNamed(lists, text); {
	case len(models) == 1:
		looking.looked()
		return s.detailOf(ctx, models[0])
	case len(models) > 1:
		m.Error = fmt.Sprintf("%d models have this name or id; use one id", len(models))
		for _, same := range models[:min(len(models), 5)] {
			r := newRow(lists, same)
			m.Near = append(m.Near, ref{ID: same.ID, Name: same.Name, Scope: lists.ScopeOf(same), Plan: same.Plan.String(), Provider: r.Provider})
		}
		return finding{missing: m}
	case len(looking.notes.warnings) > 0:
		m.Error = "no model has this id; names could not all be looked up: " + strings.TrimSuffix(looking.notes.String(), ".")
	}
	near := lists.Like(id, 3)
	if len(near) == 0 {
		if r := lists.Search(text, catalog.Query{Limit: 3}); r.Total > r.Partly {
			for _, hit := range r.Hits {
				near = append(near, hit.Model)
			}
		}
	}
	m.Near = mapped(near, func(one *scenario.Model) ref { return ref{ID: one.ID, Name: one.Name} })
	if len(looking.notes.warnings) == 0 {
		m.only = lists.OnlyLike(id)
	}
	return finding{missing: m}
}

// surelyNamed returns the models that a text surely names, each once: by id or
// name, or by provider and name.
func surelyNamed(lists *catalog.Lists, text string) (models []*scenario.Model) {
	for _, m := range lists.Mentions(text) {
		if m.Sure && !slices.Contains(models, m.Model) {
			models = append(models, m.Model)
		}
	}
	if len(models) == 0 {
		return lists.OfProvider(text)
	}
	return models
}

// maxMissing bounds what an answer tells of the ids that name no model, as JSON.
const maxMissing = 6_000

// fitMissing cuts what is told of ids to maxMissing: the longest errors, and as
// many near models as it takes to leave some words for each.
func fitMissing(list []missing) []missing {
	list = slices.Clone(list)
	for near := 5; ; near-- {
		var lengths []int
		said := 0
		for i := range list {
			list[i].Near = list[i].Near[:min(near, len(list[i].Near))]
			lengths = append(lengths, len(list[i].Error))
			said += len(list[i].Error)
		}
		room := maxMissing - (len(encode(list)) - said)
		if share := fairShare(room, lengths); share >= 60 || near == 0 {
			for i := range list {
				list[i].Error = clip(list[i].Error, share)
			}
			return list
		}
	}
}

func missingText(m missing) string {
	text := m.ID + ": " + m.Error
	if len(m.Near) > 0 {
		text += "; near: " + strings.Join(mapped(m.Near, func(r ref) string { return r.ID }), ", ")
	}
	return text
}
