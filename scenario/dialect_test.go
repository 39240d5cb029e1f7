package scenario_test

import (
	"errors"
	"fmt"
	"testing"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/fakeapi"
)

// Whatever the service's dialect and page size, a walk finds every model once.
func TestEveryDialectGivesEveryModel(t *testing.T) {
	const models = 709
	rows := make([]fakeapi.Row, models)
	for i := range rows {
		rows[i] = fakeapi.Row{"id": fmt.Sprintf("model_sample-%d", i)}
	}
	for _, mode := range []fakeapi.Mode{fakeapi.Real, fakeapi.Guide} {
		for _, constant := range []string{"", "constant"} {
			for _, strict := range []bool{false, true} {
				for _, maxPage := range []int{500, 100} {
					for _, gone := range []int{0, 403, 404, 405, 410} {
						opts := fakeapi.Options{
							Mode: mode, Public: rows, ConstantToken: constant, StrictParams: strict, MaxPage: maxPage,
							PublicRouteStatus: gone,
						}
						name := fmt.Sprintf("%s token=%s strict=%t page=%d gone=%d", mode, constant, strict, maxPage, gone)
						t.Run(name, func(t *testing.T) {
							t.Parallel()
							api, c := start(t, opts)
							walkAll(t, c, scenario.Public, models)
							most := models/maxPage + 1 + 6
							if n := len(api.Requests()); n > most {
								t.Errorf("%d requests, want at most %d", n, most)
							}
						})
					}
				}
			}
		}
	}
}

// Pages that come out of order, empty or short lose nothing.
func TestFaultyPagesLoseNothing(t *testing.T) {
	rows := fakeapi.Generate(1, 60, fakeapi.GenOptions{})
	for _, kind := range []fakeapi.FaultKind{
		fakeapi.FaultRepeatedRows, fakeapi.FaultShortPages, fakeapi.FaultHostileText,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			_, c := start(t, fakeapi.Options{Private: rows, Faults: []fakeapi.Fault{{Kind: kind}}})
			walkAll(t, c, scenario.Private, len(rows))
		})
	}
	for _, kind := range []fakeapi.FaultKind{fakeapi.FaultEndlessRepeat, fakeapi.FaultConstantPage} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			_, c := start(t, fakeapi.Options{Private: rows, Faults: []fakeapi.Fault{{Kind: kind}}})
			n, end := walkUntil(t, c, scenario.Private)
			if n != len(rows) || end != scenario.KindBadAnswer {
				t.Errorf("%d models, error %q, want all and that the tokens lead nowhere", n, end)
			}
		})
	}
	t.Run("one empty page", func(t *testing.T) {
		t.Parallel()
		_, c := start(t, fakeapi.Options{Private: rows, Faults: []fakeapi.Fault{{Kind: fakeapi.FaultEmptyPage, On: 1}}})
		walkAll(t, c, scenario.Private, len(rows))
	})
	t.Run("an endless list", func(t *testing.T) {
		t.Parallel()
		_, c := start(t, fakeapi.Options{Private: rows[:3], Faults: []fakeapi.Fault{{Kind: fakeapi.FaultEndlessInvent}}})
		if n, end := walkUntil(t, c, scenario.Private); end != scenario.KindPageCap || n != 100*3 {
			t.Errorf("%d models, error %q", n, end)
		}
	})
	t.Run("broken rows", func(t *testing.T) {
		t.Parallel()
		_, c := start(t, fakeapi.Options{Private: rows, Faults: []fakeapi.Fault{{Kind: fakeapi.FaultBadRows}}})
		if broken := walkAll(t, c, scenario.Private, len(rows)+3); broken != 3 {
			t.Errorf("%d broken rows, want 3", broken)
		}
	})
}

// walkAll walks a list that holds so many models, and returns how many rows
// could not be read.
func walkAll(t *testing.T, c *scenario.Client, scope scenario.Scope, want int) (broken int) {
	t.Helper()
	seen := map[string]bool{}
	for page, err := range c.Pages(t.Context(), scope) {
		if err != nil {
			t.Fatal(err)
		}
		broken += page.Broken
		for _, m := range page.Models {
			if seen[m.ID] {
				t.Errorf("%s came twice", m.ID)
			}
			seen[m.ID] = true
		}
	}
	if len(seen) != want {
		t.Errorf("%d models, want %d", len(seen), want)
	}
	return broken
}

// walkUntil walks a list until it ends or breaks. It returns how many models came,
// and what kind of error ended the walk, if any.
func walkUntil(t *testing.T, c *scenario.Client, scope scenario.Scope) (models int, end scenario.Kind) {
	t.Helper()
	for page, err := range c.Pages(t.Context(), scope) {
		models += len(page.Models)
		if e, ok := errors.AsType[*scenario.Error](err); ok {
			end = e.Kind
		}
	}
	return models, end
}

// A fault at the second page of three, over a real connection. Where it passes a
// retry helps, and where it lasts nothing does.
func TestFaultsMidway(t *testing.T) {
	rows := fakeapi.Generate(1, 60, fakeapi.GenOptions{})
	tests := []struct {
		fault    fakeapi.Fault
		kind     scenario.Kind // "" means that the retry helped
		requests int
	}{
		{fakeapi.Fault{Kind: fakeapi.FaultStatus, Status: 503}, "", 4},
		{fakeapi.Fault{Kind: fakeapi.FaultStatus, Status: 429}, "", 4},
		{fakeapi.Fault{Kind: fakeapi.FaultHTML}, "", 4},
		{fakeapi.Fault{Kind: fakeapi.FaultReset}, "", 4},
		{fakeapi.Fault{Kind: fakeapi.FaultCut}, "", 4},
		{fakeapi.Fault{Kind: fakeapi.FaultCut, Chunked: true}, "", 4},
		{fakeapi.Fault{Kind: fakeapi.FaultTruncated}, "", 4},
		{fakeapi.Fault{Kind: fakeapi.FaultHTML, Status: 200}, scenario.KindBadAnswer, 2},
		{fakeapi.Fault{Kind: fakeapi.FaultMalformed}, scenario.KindBadAnswer, 2},
		{fakeapi.Fault{Kind: fakeapi.FaultWrongShape}, scenario.KindBadAnswer, 2},
		{fakeapi.Fault{Kind: fakeapi.FaultWrongKey}, scenario.KindUnauthorized, 2},
		{fakeapi.Fault{Kind: fakeapi.FaultPlanRefusal}, scenario.KindPlan, 2},
		{fakeapi.Fault{Kind: fakeapi.FaultRedirect}, scenario.KindRedirected, 2},
		{fakeapi.Fault{Kind: fakeapi.FaultGzipBomb, Size: 100}, scenario.KindTooLarge, 2},
		{fakeapi.Fault{Kind: fakeapi.FaultBigBody, Size: 80}, scenario.KindTooLarge, 2},
	}
	for _, test := range tests {
		test.fault.On = 2
		t.Run(fmt.Sprintf("%s %d", test.fault.Kind, test.fault.Status), func(t *testing.T) {
			t.Parallel()
			api, c := start(t, fakeapi.Options{Private: rows, MaxPage: 20, Faults: []fakeapi.Fault{test.fault}})
			want := len(rows)
			if test.kind != "" {
				want = 20
			}
			got, kind := walkUntil(t, c, scenario.Private)
			if got != want || kind != test.kind {
				t.Errorf("%d models, error %q; want %d, %q", got, kind, want, test.kind)
			}
			// A connection that breaks is tried again by the transport too.
			if n := len(api.Requests()); n < test.requests || n > test.requests+1 {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
		})
	}
}
