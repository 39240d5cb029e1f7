package sheet

import "testing"

// TestInitials: digits on a numbered sheet read as a number of it.
func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Sample Pixel Forge": "PF",
		"Veo 3.1":            "V",
		"Flux 2 Pro":         "FP",
		"Crisp 4x":           "C",
		"3.1":                "",
		"éclair über alles":  "ÜA",
		"":                   "",
	} {
		if got := initials(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
