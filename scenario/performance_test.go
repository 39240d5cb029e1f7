package scenario

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPerformance(t *testing.T) {
	for stats, want := range map[string][]Performance{
		`null`: nil, `{}`: nil, `[]`: nil, `7`: nil, `{"default":true,"variants":[]}`: nil, `{"variants":{"a":1}}`: nil,
		`{"variants":[null,3,{"capability":"txt2img"},{"cost":"dear","latency":[1],"arena":null,"x":{}}]}`: nil,
		`{"default":{"cost":5},"variants":[{"capability":"txt2img","inferenceLatencySecs":{"p50":3.5,"p75":12,"p95":40},"costs":{"min":2,"median":8},"arenaScore":{"elo":1040,"rank":{}}},{"latency":2}]}`: {
			{Cost: 5}, {Of: "txt2img", Cost: 8, P50: 3.5, P75: 12, Arena: 1040}, {P50: 2},
		},
		`{"variants":[` + strings.TrimSuffix(strings.Repeat(`{"cost":1},`, 50), ",") + `]}`: make([]Performance, 0),
	} {
		body := `{"model":{"performanceStats":` + stats + `,"id":"model_1"}}`
		d, err := wholeDetail(newReader(strings.NewReader(body), maxDetailBody))
		if err != nil {
			t.Fatal(err)
		}
		if want != nil && len(want) == 0 {
			if len(d.Performance) != maxPerformances {
				t.Errorf("%d of fifty are kept", len(d.Performance))
			}
			continue
		}
		if diff := cmp.Diff(want, d.Performance); diff != "" {
			t.Errorf("%s (-want +got):\n%s", stats, diff)
		}
	}
}
