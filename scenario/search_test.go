package scenario_test

import (
	"errors"
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
	for _, scope := range []scenario.Scope{scenario.Public, scenario.Private} {
		models, err := client.Search(t.Context(), scope, "character", 3)
		if err != nil || len(models) == 0 || len(models) > 3 {
			t.Fatalf("%s: %d models, %v", scope, len(models), err)
		}
		for _, m := range models {
			if m.ID == "" || m.Privacy != string(scope) {
				t.Errorf("%s: %+v", scope, m)
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
	if models, err := client.Search(t.Context(), scenario.Public, "character", 3); !errors.As(err, &e) || e.Kind != scenario.KindBadAnswer {
		t.Errorf("an answer without hits: %v, %v", models, err)
	}
}
