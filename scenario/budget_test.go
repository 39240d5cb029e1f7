package scenario

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestHitsAreBounded: a service may send more hits than were asked for, but not
// without end.
func TestHitsAreBounded(t *testing.T) {
	hits := func(n int) string {
		return `{"hits":[` + strings.TrimSuffix(strings.Repeat(`{"tags":[{"id":"no"}],"id":"model_1","name":"Sample"},`, n), ",") + `]}`
	}
	body := hits(1000)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = io.WriteString(w, body) })
	c := s.client(t)
	if ids, err := c.Search(t.Context(), Public, "x", 30); err != nil || len(ids) != 30 || ids[29] != "model_1" {
		t.Errorf("%q, error %v, want thirty", ids, err)
	}
	body = hits(200_000)
	if ids, err := c.Search(t.Context(), Public, "x", 30); kindOf(err) != KindTooLarge {
		t.Errorf("%d ids, error %v, want too large", len(ids), err)
	}
}

// detailOf is what the client reads of a model with these inputs.
func detailOf(t *testing.T, inputs ...string) *Detail {
	t.Helper()
	d, err := wholeDetail(newReader(strings.NewReader(`{"model":{"id":"model_1","inputs":[`+strings.Join(inputs, ",")+`]}}`), maxDetailBody))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// quoted is n texts of so many letters, as the insides of a list.
func quoted(n, letters int) string {
	return strings.TrimSuffix(strings.Repeat(`"`+strings.Repeat("v", letters)+`",`, n), ",")
}

// TestDetailsAreBounded: what is kept of a detail is bounded, what is left out
// is counted, and what real models have is kept whole.
func TestDetailsAreBounded(t *testing.T) {
	hostile := slices.Repeat([]string{`{"name":"n","description":"` + strings.Repeat("d", 5000) + `","allowedValues":[` + quoted(500, 110) + `]}`}, 60)
	d := detailOf(t, hostile...)
	kept := 0
	for i := range d.Inputs {
		in := &d.Inputs[i]
		kept += in.size()
		if n := sizeOf(in.AllowedValues); n > maxValues+4*maxName {
			t.Fatalf("an input keeps %d bytes of values", n)
		}
		if len(in.AllowedValues)+in.MoreValues != 500 {
			t.Fatalf("%d values and %d more, want 500", len(in.AllowedValues), in.MoreValues)
		}
	}
	if kept > MaxDetail+64<<10 {
		t.Errorf("%d bytes are kept", kept)
	}
	if d.MoreInputs == 0 || len(d.Inputs)+d.MoreInputs != len(hostile) {
		t.Errorf("%d inputs and %d more, want %d", len(d.Inputs), d.MoreInputs, len(hostile))
	}

	honest := slices.Repeat([]string{`{"name":"guidanceScale","type":"number","label":"Guidance","description":"` + strings.Repeat("d", 200) + `"}`}, 190)
	honest = append(honest, slices.Repeat([]string{`{"name":"voice","allowedValues":[` + quoted(400, 20) + `]}`}, 10)...)
	if d = detailOf(t, honest...); d.MoreInputs > 0 || len(d.Inputs) != 200 || len(d.Inputs[199].AllowedValues) != 400 {
		t.Errorf("%d inputs, %d left out, %d values in the last", len(d.Inputs), d.MoreInputs, len(d.Inputs[len(d.Inputs)-1].AllowedValues))
	}
}

// TestListsShareMemory: what one list takes the other cannot, but for a share
// that each has for itself.
func TestListsShareMemory(t *testing.T) {
	rows := func(path string, n int) string {
		var list []string
		for i := range 500 {
			list = append(list, fmt.Sprintf(`{"id":"model_%d","name":%q}`, 500*n+i, strings.Repeat("x", maxName)))
		}
		return fmt.Sprintf(`{"models":[%s],"nextPaginationToken":"%s%d"}`, strings.Join(list, ","), path, n)
	}
	s := serve(t, func(w http.ResponseWriter, r *http.Request, n int) { _, _ = io.WriteString(w, rows(r.URL.Path, n)) })
	c := s.client(t)
	takes := func(models int) int { return models * (modelSize + maxName + len("model_12345")) }
	for _, step := range []struct {
		scope Scope
		want  int // bytes
	}{{Public, maxKept}, {Private, minKept}, {Public, maxKept - minKept}, {Private, minKept}} {
		got, _, err := collect(t.Context(), c, step.scope)
		if kindOf(err) != KindPageCap {
			t.Errorf("error %v, want the page cap", err)
		}
		if n := takes(len(got)); n > step.want*101/100 || n < step.want*95/100 {
			t.Errorf("%s: %d models are some %d bytes, want %d", step.scope, len(got), n, step.want)
		}
	}
}

// TestListsHaveRoom: the lists have room for thousands of models like the service's.
func TestListsHaveRoom(t *testing.T) {
	const rows, want = 500, 8000 // their words are counted on the first page
	p, err := wholePage(newReader(bytes.NewReader(listBody(t, rows)), 64<<20))
	if err != nil {
		t.Fatal(err)
	}
	kept := 0
	for _, n := range p.sizes {
		kept += n
	}
	if most := maxKept * rows / kept; most < want {
		t.Errorf("there is room for %d models, want %d", most, want)
	}
}

// TestSizesHoldStructs: what is counted of a struct is no less than it takes.
func TestSizesHoldStructs(t *testing.T) {
	const noted = 64 // of a model's id, in the lists and in the walk
	for name, sizes := range map[string][2]int{
		"model":     {modelSize, int(reflect.TypeFor[Model]().Size()) + noted},
		"input":     {inputSize, int(reflect.TypeFor[Input]().Size())},
		"condition": {conditionSize, int(reflect.TypeFor[Condition]().Size())},
	} {
		if sizes[0] < sizes[1] {
			t.Errorf("a %s counts %d bytes and takes %d", name, sizes[0], sizes[1])
		}
	}
}
