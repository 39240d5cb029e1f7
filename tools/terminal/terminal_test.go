package terminal

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite what testdata shows")

// TestShow: what answers look like, at the widths that testdata names.
// Rewrite it with: go test ./tools/terminal -update
func TestShow(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		answer := archive.Files[0].Data
		for i, want := range archive.Files[1:] {
			columns, err := strconv.Atoi(want.Name)
			if err != nil {
				t.Fatal(err)
			}
			got := show(t, columns, string(answer))
			if *update {
				archive.Files[1+i].Data = []byte(got)
			} else if diff := cmp.Diff(string(want.Data), got); diff != "" {
				t.Errorf("%s at %d columns (-want +got):\n%s", file, columns, diff)
			}
		}
		if *update {
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestDefinitions(t *testing.T) {
	const raw = `{"tools":[` +
		`{"name":"find_samples","description":"Finds samples for a wish, best first. Start here.","inputSchema":{"required":["query"],"properties":{` +
		`"query":{"type":"string","description":"a few words for subject, style or task, such as a sample"},"tags":{"type":"array"},` +
		`"scope":{"type":"string","enum":["all","own"],"default":"all"},"old":{"type":"boolean","default":false},` +
		`"limit":{"type":"integer","minimum":0,"maximum":100,"default":10,"description":"0: totals alone"},` +
		`"offset":{"type":"integer","minimum":0},"most":{"type":"integer","maximum":5}}}},` +
		`{"name":"list_samples","description":"Lists samples","inputSchema":{"properties":{}}}]}`
	tools, err := Tools([]byte(raw))
	if err != nil || len(tools) != 2 {
		t.Fatal(err, tools)
	}
	var all, one strings.Builder
	if err := ShowTools(&all, 50, tools); err != nil {
		t.Fatal(err)
	}
	if err := ShowTool(&one, 50, tools[0]); err != nil {
		t.Fatal(err)
	}
	const wantAll = `find_samples
  Finds samples for a wish, best first.
  Arguments: query, tags, scope, old, limit,
  offset, most

list_samples
  Lists samples.
  Arguments: none

More of one: scenario-mcp help TOOL. As an assistant sees them: -json.
`
	const wantOne = `Usage: scenario-mcp call find_samples [key=value ...]

Finds samples for a wish, best first. Start here.

Arguments
  query   text, required; a few words for subject,
          style or task, such as a sample
  tags    words between commas
  scope   all | own (all)
  old     true or false (false)
  limit   0 to 100 (10); 0: totals alone
  offset  0 or more
  most    up to 5
`
	if diff := cmp.Diff(wantAll, all.String()); diff != "" {
		t.Errorf("all (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantOne, one.String()); diff != "" {
		t.Errorf("one (-want +got):\n%s", diff)
	}
}

func show(t *testing.T, columns int, answer string) string {
	t.Helper()
	var b strings.Builder
	if err := Show(&b, columns, []byte(answer)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestTable: letters that take two columns, and those that take none, leave the
// columns straight; an id is never cut.
func TestTable(t *testing.T) {
	const answer = `{"models":[` +
		`{"id":"model_a","name":"水彩画スタイルの背景とキャラクター","capabilities":["txt2video","txt2audio"],"tags":["水彩画","b"]},` +
		`{"id":"model_b","name":"Cafe\u0301 🎨","plan":"Enterprise","status":"failed","capabilities":["inpaint"],"tags":["b"]},` +
		`{"id":"model_a-very-long-id-that-has-its-sixty-letters-and-then-some-more","deprecated_by":"model_b","tags":[]}` +
		`],"total":9,"deprecated":1,"offset":3,"next_offset":6,"note":"One two three four five six seven eight nine ten eleven twelve."}`
	for columns, want := range map[int]string{
		60: `NAME            ID                                                                  KIND          PLAN        STATE
水彩画スタイ…   model_a                                                             video, audio  Free
Café 🎨         model_b                                                             image         Enterprise  failed
                model_a-very-long-id-that-has-its-sixty-letters-and-then-some-more                Free        deprecated

9 models, 1 of them deprecated; here 4 to 6; more with
offset=6.
One two three four five six seven eight nine ten eleven
twelve.
`,
		160: `NAME                              ID                                                                  KIND          PLAN        STATE       TAGS
水彩画スタイルの背景とキャラク…   model_a                                                             video, audio  Free                    水彩画, b
Café 🎨                           model_b                                                             image         Enterprise  failed      b
                                  model_a-very-long-id-that-has-its-sixty-letters-and-then-some-more                Free        deprecated

9 models, 1 of them deprecated; here 4 to 6; more with offset=6.
One two three four five six seven eight nine ten eleven twelve.
`,
	} {
		if diff := cmp.Diff(strings.ReplaceAll(want, "Café", "Cafe\u0301"), show(t, columns, answer)); diff != "" {
			t.Errorf("%d columns (-want +got):\n%s", columns, diff)
		}
	}
}

func TestTotalsAlone(t *testing.T) {
	if got := show(t, 80, `{"models":[],"total":1,"offset":0}`); got != "1 model.\n" {
		t.Errorf("%q", got)
	}
}

// TestPage: an answer of a shape that nobody thought of is still all there.
func TestPage(t *testing.T) {
	got := show(t, 50, `{"models":[{"id":"model_a","name":"A","runs_on":[{"id":"model_b","name":"B"},{"id":"model_c"}],`+
		`"odd":{"deep":[{"x":null,"y":[1,[2]]}]},"empty":[],"none":{},"inputs":[{"name":"image","required":"unless prompt is given","max_size":2.5},{"name":"… 3 more"}]}],`+
		`"errors":[{"id":"b","error":"not there"}],"note":"A note."}`)
	const want = `A
model_a
  runs on  B (model_b), model_c
  odd
    deep
      x  none
      y
        1

        [2]
  empty    none
  none     none
  inputs
    image     required unless prompt is given,
              size up to 2.5
    … 3 more

b: not there
A note.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func FuzzShow(f *testing.F) {
	f.Add(`{"models":[{"id":"a","capabilities":["x2y"],"tags":["t"]}],"total":1}`, 80)
	f.Add(`{"models":[{"id":"a","inputs":[{"name":"n","required":true}],"request":{}}],"errors":[{}]}`, 40)
	f.Add(`{"a":[[[{"b":{"c":[]}}]]],"differs":["a_b"],"note":""}`, 1)
	f.Fuzz(func(t *testing.T, answer string, columns int) {
		var b strings.Builder
		err := Show(&b, columns%300, []byte(answer))
		if !json.Valid([]byte(answer)) && err == nil {
			t.Errorf("%q is shown as %q", answer, &b)
		}
	})
}
