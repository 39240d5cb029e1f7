package scenario

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestConditions(t *testing.T) {
	for required, want := range map[string][]Condition{
		`{"ifNotDefined":{"script":{"message":"Write one or the other."}}}`: {{Kind: UnlessGiven, Input: "script"}},
		`{"ifNotDefined":["script","a\u202eb"]}`:                            {{Kind: UnlessGiven, Input: "script"}, {Kind: UnlessGiven, Input: "ab"}},
		`{"ifDefined":"image"}`:                                             {{Kind: IfGiven, Input: "image"}},
		`{"ifDefined":{"image":true,"mask":false,"text":null,"map":{}}}`:    {{Kind: IfGiven, Input: "image"}, {Kind: IfGiven, Input: "map"}},
		`{"ifDefined":{"message":"x"},"message":"y"}`:                       nil,
		`{"conditionalValues":{"mode":"inpaint"}}`:                          {{Kind: IfValue, Input: "mode", Values: []string{"inpaint"}}},
		`{"conditionalValues":{"mode":["a",2,true,null,{}]}}`:               {{Kind: IfValue, Input: "mode", Values: []string{"a", "2", "true"}}},
		`{"conditionalValues":{"mode":{"values":["a"],"message":"x"}}}`:     {{Kind: IfValue, Input: "mode", Values: []string{"a"}}},
		`{"conditionalValues":{"mode":{"value":"a"},"other":[]}}`:           {{Kind: IfValue, Input: "mode", Values: []string{"a"}}},
		`{"conditionalValues":["mode"]}`:                                    {{Kind: IfOther}},
		`{"ifNotDefined":7,"soon":{"x":1},"later":[],"never":false}`:        {{Kind: IfOther}},
		`{"ifNotDefined":null,"ifDefined":{},"conditionalValues":""}`:       nil,
		`"yes"`: nil,
	} {
		d := detailOf(t, `{"name":"n","required":`+required+`},{"name":"after"}`)
		if diff := cmp.Diff(want, d.Inputs[0].RequiredIf); diff != "" || len(d.Inputs) != 2 || d.Inputs[0].Required {
			t.Errorf("%s (-want +got):\n%s", required, diff)
		}
	}
}

// TestConditionsAreBounded: a service may send conditions without end.
func TestConditionsAreBounded(t *testing.T) {
	var names []string
	for i := range 5000 {
		names = append(names, fmt.Sprintf(`"input%04d":[%q]`, i, strings.Repeat("x", 5000)))
	}
	for _, kind := range []string{"ifDefined", "ifNotDefined", "conditionalValues"} {
		got := detailOf(t, `{"name":"n","required":{"`+kind+`":{`+strings.Join(names[:200], ",")+`}}}`).Inputs[0]
		if n := len(got.RequiredIf); n != maxConditions || got.RequiredIf[n-1].Kind != IfOther || got.size() > 8<<10 {
			t.Errorf("%s: %d conditions of %d bytes", kind, n, got.size())
		}
	}
}
