package catalog

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"scenario-mcp/scenario"
)

func TestMentions(t *testing.T) {
	lists := listsOf(snapshot(
		scenario.Model{ID: "model_abcDEF", Name: "Otter"},
		scenario.Model{ID: "model_ABCdef", Name: "Otter Two"},
		scenario.Model{ID: "model_one", Name: "The Weasel"},
		scenario.Model{ID: "flux.1-base", Name: "Base"},
		scenario.Model{ID: "base", Name: "Other"},
		scenario.Model{ID: "model_quoted", Name: `Stoat "Two"`},
	))
	for text, want := range map[string]string{
		"model_abcDEF":                           "model_abcDEF!",
		"abcDEF":                                 "model_abcDEF!",
		"MODEL_ABCDEF":                           "model_ABCdef! model_abcDEF!",
		"Model_One":                              "model_one!",
		"use model_one.":                         "model_one!",
		"**model_one**":                          "model_one!",
		"model_one, not model_abcDEF":            "model_abcDEF! model_one!",
		"one":                                    "model_one!",
		"the one":                                "model_one",
		"(FLUX.1-BASE)":                          "flux.1-base!",
		"a knight by flux.1-base":                "flux.1-base",
		"model_flux.1-base":                      "flux.1-base!",
		"https://x.test/models/model_one?tab=1":  "model_one!",
		"https://x.test/models/flux.1-base/#top": "flux.1-base!",
		"https://x.test/flux%2E1-base":           "flux.1-base!",
		"https://one.test/x":                     "",
		" \"the weasel\" ":                       "model_one!",
		"stoat \"TWO\"":                          "model_quoted!",
		"Base":                                   "base! flux.1-base!",
		"":                                       "",
		"ab":                                     "",
		"model_":                                 "",
		strings.Repeat("one ", 9000):             "model_one",
		strings.Repeat("x", 9000):                "",
	} {
		var got []string
		for _, m := range lists.Mentions(text) {
			id := m.Model.ID
			if m.Sure {
				id += "!"
			}
			got = append(got, id)
		}
		slices.Sort(got)
		if diff := cmp.Diff(strings.Fields(want), got, cmp.Transformer("join", func(l []string) string { return strings.Join(l, " ") })); diff != "" {
			t.Errorf("%.40q (-want +got):\n%s", text, diff)
		}
	}
}

func TestReadID(t *testing.T) {
	for text, want := range map[string]string{
		"model_one":       "model_one",
		" `model_one`, ":  "model_one",
		"\"model_one\"":   "model_one",
		"(model_one)":     "model_one",
		"[\"model_one\"]": "model_one",
		"<https://example.com/m/model_one?tab=1#x>":  "model_one",
		"https://example.com/models/flux.1-dev/":     "flux.1-dev",
		"scenario://models/model_one":                "model_one",
		"scenario://models/Sample%20Base%20One":      "Sample Base One",
		"scenario://models/100%":                     "100%",
		"Pixel Art (v2)":                             "Pixel Art (v2)",
		"https://example.com/teams/x/model_one/edit": "model_one",
		"":    "",
		"://": "",
	} {
		if got := ReadID(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
