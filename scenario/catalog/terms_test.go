package catalog

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestContaining(t *testing.T) {
	terms := []Term{{"sc:scenario", 3}, {"SC:tool", 2}, {"disco", 2}, {"pixel-art", 1}}
	for text, want := range map[string][]string{
		"sc:":      {"sc:scenario", "SC:tool"},
		"sc":       {"sc:scenario", "SC:tool", "disco"},
		"PixelArt": {"pixel-art"},
		"-":        {"pixel-art"},
		"":         {"sc:scenario", "SC:tool", "disco", "pixel-art"},
	} {
		var got []string
		for _, term := range Containing(slices.Clone(terms), text) {
			got = append(got, term.Name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}
