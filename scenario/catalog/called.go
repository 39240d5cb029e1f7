package catalog

import (
	"slices"
	"strings"

	"scenario-mcp/scenario"
)

// OfProvider returns the models whose provider and name, in either order, are a
// text. Only letters and digits count.
func (l *Lists) OfProvider(text string) (models []*scenario.Model) {
	want := lettersOf(scenario.Clean(text, 2*maxNearText))
	for _, m := range l.passing(&Query{}) {
		provider, name := lettersOf(m.Provider), lettersOf(m.Name)
		if provider != "" && name != "" && len(provider)+len(name) == len(want) && (provider+name == want || name+provider == want) {
			models = append(models, m)
		}
	}
	return models
}

// maxNearText is how many runes of a text are compared with names.
const maxNearText = 80

// OnlyLike returns the model whose id or name is near a text, nil if there are
// several or none. A name that is merely a word of the text is not near.
func (l *Lists) OnlyLike(text string) *scenario.Model {
	models := l.Like(text, 2)
	if len(models) != 1 {
		return nil
	}
	want := lettersOf(strings.TrimPrefix(scenario.Clean(text, maxNearText), idPrefix))
	near := func(name string) bool {
		name = lettersOf(name)
		return strings.Contains(name, want) || name != "" && distance(want, name) <= len(want)/3
	}
	words := strings.Fields(scenario.Clean(text, maxNearText))
	if m := models[0]; near(strings.TrimPrefix(m.ID, idPrefix)) || near(m.Name) || hasWordsLike(m.Name, words) {
		return m
	}
	return nil
}

// ScopeOf returns whose list a model of these lists is in.
func (l *Lists) ScopeOf(m *scenario.Model) scenario.Scope {
	if i := slices.IndexFunc(l.Views, func(v View) bool { return v.Model(m.ID) == m }); i >= 0 {
		return l.Views[i].Scope
	}
	return ""
}
