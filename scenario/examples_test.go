package scenario

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExamples(t *testing.T) {
	const signed = "https://cdn.example.com/a.png?Policy=p&Signature=s&Key-Pair-Id=k"
	for answer, want := range map[string][]Example{
		`{"examples":[]}`: nil,
		`{"examples":[null,7,{"asset":{"url":"` + signed + `"}},{"inferenceParameters":null},{"inferenceParameters":{}}]}`: nil,
		`{"examples":[{"modelId":"model_1","inferenceParameters":{"prompt":"an otter\u202e","steps":28,"hd":true,"image":"` + signed + `","loras":["a"],"x":null}},
			{"inferenceParameters":{"prompt":"an otter","steps":28,"hd":true,"image":"` + signed + `"}},
			{"inferenceParameters":{"prompt":7,"seed":1}}],"more":1}`: {
			{Prompt: "an otter", Settings: []Setting{{"steps", "28"}, {"hd", "true"}, {"image", "https://cdn.example.com/a.png"}}},
			{Settings: []Setting{{"seed", "1"}}},
		},
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { fmt.Fprint(w, answer) })
		got, err := s.client(t).Examples(t.Context(), "model_1")
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", answer, err, diff)
		}
		if asked := s.requests()[0]; asked != "/models/model_1/examples" {
			t.Errorf("asked %s", asked)
		}
	}
}

func TestAbout(t *testing.T) {
	for answer, want := range map[string]string{
		`{"description":{"value":"# Otter\n\nMakes [otters](https://example.com/o?Signature=s#top).","assets":[]}}`: "# Otter Makes [otters](https://example.com/o).",
		`{"description":"plain"}`:                                        "plain",
		`{"description":null}`:                                           "",
		`{"description":{"value":["x"]}}`:                                "",
		`{"description":{"value":"` + strings.Repeat("a ", 2000) + `"}}`: strings.TrimSpace(strings.Repeat("a ", 749)) + " …",
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { fmt.Fprint(w, answer) })
		if got, err := s.client(t).About(t.Context(), "model_1"); err != nil || got != want && !strings.HasPrefix(got, strings.TrimSuffix(want, " …")) || len(got) > MaxAbout+2 {
			t.Errorf("%s: %q, %v, want %q", answer[:40], got, err, want)
		}
	}
}

func TestWithoutSignatures(t *testing.T) {
	for text, want := range map[string]string{
		"no address: here":                                  "no address: here",
		"see HTTPS://a.example/x?y=1, then":                 "see HTTPS://a.example/x then",
		"![a](https://a.example/x.png?Signature=s \"t\") b": `![a](https://a.example/x.png "t") b`,
		"http://a.example/x and ftp://b":                    "and",
		"[a](javascript:alert) [b](data:text/html,x)":       "[a]() [b]()",
		"https://key:secret@a.example/":                     "",
		"https://a.example/@user":                           "https://a.example/@user",
		"https://a.example/x?Sig…":                          "https://a.example/x…",
	} {
		if got := withoutSignatures(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestNoExamples: what is no answer of the route is an error with its kind.
func TestNoExamples(t *testing.T) {
	for body, status := range map[string]int{`{"message":"Missing Authentication Token"}`: 403, `{"reason":"x"}`: 404, `{"models":[]}`: 200, `[]`: 200} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		})
		c := s.client(t)
		if _, err := c.Examples(t.Context(), "model_1"); kindOf(err) == "" {
			t.Errorf("examples of %s: %v", body, err)
		}
		if _, err := c.About(t.Context(), "model_1"); kindOf(err) == "" {
			t.Errorf("about of %s: %v", body, err)
		}
	}
	s := serve(t, func(http.ResponseWriter, *http.Request, int) {})
	if _, err := s.client(t).Examples(t.Context(), ".."); kindOf(err) != KindNotFound || len(s.requests()) > 0 {
		t.Errorf("error %v, %d requests", err, len(s.requests()))
	}
}
