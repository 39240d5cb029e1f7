package scenario_test

import (
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/fakeapi"
)

func TestSearch(t *testing.T) {
	public, private := fakeapi.Sample()
	fake := fakeapi.New(fakeapi.Options{Public: public, Private: private})
	base, err := fake.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer fake.Close()
	client, err := scenario.New(scenario.Options{BaseURL: base, Credentials: scenario.NewCredentials("key", "secret")})
	if err != nil {
		t.Fatal(err)
	}
	for scope, rows := range map[scenario.Scope][]fakeapi.Row{scenario.Public: public, scenario.Private: private} {
		ids, err := client.Search(t.Context(), scope, "character", 3)
		if err != nil || len(ids) == 0 || len(ids) > 3 {
			t.Fatalf("%s: %d models, %v", scope, len(ids), err)
		}
		for _, id := range ids {
			if !slices.ContainsFunc(rows, func(r fakeapi.Row) bool { return r["id"] == id }) {
				t.Errorf("%s: %s is not of this list", scope, id)
			}
		}
	}
	fake.Update(func(o *fakeapi.Options) { o.SearchQuotaExceeded = true })
	var requests atomic.Int64
	_, err = client.Search(scenario.WithCounter(t.Context(), &requests), scenario.Public, "character", 3)
	var e *scenario.Error
	if !errors.As(err, &e) || !e.Quota() || requests.Load() != 1 {
		t.Errorf("a used up quota: %v after %d requests", err, requests.Load())
	}
	fake.Update(func(o *fakeapi.Options) { o.SearchQuotaExceeded = false })
	fake.SetFaults(fakeapi.Fault{Kind: fakeapi.FaultWrongShape, Path: "/search/models"})
	if ids, err := client.Search(t.Context(), scenario.Public, "character", 3); !errors.As(err, &e) || e.Kind != scenario.KindBadAnswer {
		t.Errorf("an answer without hits: %v, %v", ids, err)
	}
}
