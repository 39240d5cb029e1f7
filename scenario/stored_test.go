package scenario

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func stored(t testing.TB, models []Model) string {
	t.Helper()
	var b strings.Builder
	if err := WriteModels(&b, models); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestStoredModels(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)
	models := []Model{
		{ID: "model_bare"},
		{
			ID: "model_full", Name: `Sample "Full" <&>`, Description: "Läuft überall…", Type: "flux.1-lora", Status: "training", Privacy: "public",
			Provider: "Demo Labs", Maintainer: "Sample", Licence: "demo.example/terms%20of%20use",
			Retention: "temporaryRetention", ProcessedBy: "Sample Cloud", Enterprise: "Ready", Capabilities: []string{"txt2img", "img2img"}, Tags: []string{"sc:scenario", "pixel-art"},
			Plan: Pro, RunsOn: []string{"model_base"}, Parts: []string{"model_part", "model_other"}, CreatedAt: at, UpdatedAt: at.Add(time.Hour),
			Thumbnail: Picture{AssetID: "asset_sample"}, Example: "asset_example",
		},
		{ID: "model_old", Deprecated: true, DeprecatedBy: "model_full", Tags: []string{"deprecated"}, Thumbnail: Picture{URL: "https://example.com/a.jpg"}},
		{ID: "model_older", Deprecated: true},
		{ID: "model_odd-plan", Plan: 1, Provider: "Demo Labs"},
		{ID: "model_licence", Licence: "demo.example"},
		{ID: "model_no-plan", Plan: PlanUnknown},
	}
	for i := range reflect.TypeFor[Model]().NumField() {
		if !slices.ContainsFunc(models, func(m Model) bool { return !reflect.ValueOf(m).Field(i).IsZero() }) {
			t.Errorf("no model here has a %s, so it may not be stored", reflect.TypeFor[Model]().Field(i).Name)
		}
	}
	got, err := ReadModels(stored(t, models))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(models, got); diff != "" {
		t.Errorf("models (-written +read):\n%s", diff)
	}

	signed := stored(t, []Model{{ID: "model_signed", Thumbnail: Picture{URL: "https://example.com/a.jpg?Signature=some"}}})
	if strings.Contains(signed, "Signature") {
		t.Errorf("a signed address is stored: %q", signed)
	}
	whole := stored(t, models)
	for n := range whole {
		if _, err := ReadModels(whole[:n]); err == nil {
			t.Fatalf("%d of %d bytes read as a list", n, len(whole))
		}
	}
	if _, err := ReadModels(whole + "0"); err == nil {
		t.Error("a list with more behind it read as one")
	}
	if got, err := ReadModels(stored(t, nil)); err != nil || len(got) != 0 {
		t.Errorf("of no models: %v, %v", got, err)
	}
}

// What is no list, or one of a hostile size, is refused, at a cost of its length.
func FuzzReadModels(f *testing.F) {
	f.Add(stored(f, nil))
	f.Add(stored(f, []Model{{ID: "model_a", Tags: []string{"one", "two"}}, {ID: "model_b", Name: "two"}}))
	f.Add("\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x00\x7f")
	f.Fuzz(func(t *testing.T, list string) {
		models, err := ReadModels(list)
		if err != nil {
			return
		}
		again, err := ReadModels(stored(t, models))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(models, again, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("models (-first +again):\n%s", diff)
		}
	})
}
