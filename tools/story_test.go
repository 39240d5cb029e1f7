package tools

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/tools/stdio"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// storyModels is a catalog small enough to read.
func storyModels(scope scenario.Scope) []scenario.Model {
	if scope == scenario.Private {
		return []scenario.Model{
			{ID: "model_own-knight", Name: "Own Knight", Type: "flux.1-lora", Capabilities: []string{"txt2img"}, Tags: []string{"knight"}, RunsOn: []string{"model_base"}},
			{ID: "model_own-castle", Name: "Own Castle", Type: "flux.1-lora", Status: "training"},
		}
	}
	return []scenario.Model{
		{ID: "model_base", Name: "Base & <Co>", Type: "custom", Provider: "Samplecorp", Maintainer: "Scenario", Licence: "samplecorp.example/terms", Retention: "temporaryRetention", ProcessedBy: "Sample Cloud", Enterprise: "Ready", Capabilities: []string{"txt2img", "img2img"}, Tags: []string{"sc:third-party"}, Plan: scenario.Creator},
		{ID: "model_pixel", Name: "Pixel", Type: "flux.1-lora", Capabilities: []string{"txt2img"}, Tags: []string{"sc:scenario", "pixel-art"}, RunsOn: []string{"model_base"}, Description: "Small sprites with a clear outline.", CreatedAt: time.Date(1999, 3, 1, 0, 0, 0, 0, time.UTC), UpdatedAt: time.Date(1999, 8, 2, 0, 0, 0, 0, time.UTC)},
		{ID: "model_film", Name: "Film", Type: "custom", Capabilities: []string{"img2video"}, Tags: []string{"sc:scenario", "Video"}, Plan: scenario.Pro},
		{ID: "model_old", Name: "Old Film", Type: "custom", Capabilities: []string{"img2video"}, Tags: []string{"Video"}, Deprecated: true, DeprecatedBy: "model_film"},
		{ID: "model_bare"},
	}
}

// storyAPI is the service beside its lists, spoiled as a story's setup says.
func storyAPI(setup string) testAPI {
	api := testAPI{lists: storyModels, inputs: func(id string) []scenario.Input {
		switch id {
		case "model_base":
			return manyInputs(4)
		case "model_pixel":
			return manyInputs(10)[6:]
		}
		return nil
	}}
	for line := range strings.Lines(setup) {
		if found, ok := strings.CutPrefix(strings.TrimSpace(line), "search finds "); ok {
			api.found = map[scenario.Scope]string{scenario.Public: found}
		}
		if kind, ok := strings.CutPrefix(strings.TrimSpace(line), "api fails: "); ok {
			api.err = &scenario.Error{Op: "ask", Kind: scenario.Kind(kind), Status: 403, Reason: "sample quota exceeded"}
		}
	}
	return api
}

// storyLoader serves storyModels, spoiled as a story's setup lines say.
func storyLoader(t *testing.T, setup string) catalog.Loader {
	walks := map[scenario.Scope]*atomic.Int64{scenario.Private: {}, scenario.Public: {}}
	return func(_ context.Context, scope scenario.Scope) iter.Seq2[scenario.Page, error] {
		walk := walks[scope].Add(1)
		page := scenario.Page{Models: storyModels(scope)}
		var (
			failure error
			wait    time.Duration
		)
		for line := range strings.Lines(setup) {
			words := strings.Fields(line)
			if len(words) == 0 || words[0] != string(scope) {
				continue
			}
			switch rest := strings.Join(words[1:], " "); rest {
			case "empty":
				page = scenario.Page{}
			case "slow":
				wait = 1500 * time.Millisecond
			case "broken rows":
				page.Broken = 2
			case "cut short":
				failure = &scenario.Error{Op: "list", Kind: scenario.KindUnavailable, Status: 503, Reason: "try later"}
			case "fails later":
				if walk > 1 {
					page, failure = scenario.Page{}, &scenario.Error{Op: "list", Kind: scenario.KindRateLimited, Status: 429, RetryAfter: 90 * time.Second}
				}
			case "deprecated":
				page.Models = append(page.Models,
					scenario.Model{ID: "model_older", Name: "Older Film", Type: "custom", Capabilities: []string{"img2video"}, Deprecated: true, DeprecatedBy: "model_old"},
					scenario.Model{ID: "model_lost", Name: "Lost Film", Type: "custom", Capabilities: []string{"img2video"}, Deprecated: true},
					scenario.Model{ID: "model_adrift", Name: "Film Adrift", Type: "custom", Capabilities: []string{"img2video"}, Deprecated: true, DeprecatedBy: "model_lost"},
					scenario.Model{ID: "model_gone", Name: "Film Gone", Type: "film", Deprecated: true, DeprecatedBy: "model_nowhere"})
			case "families":
				page.Models = []scenario.Model{{ID: "model_kin", Name: "Kin", Type: "flux.1-lora", Capabilities: strings.Fields(
					"txt2img img2img controlnet controlnet_inpaint controlnet_ip_adapter txt2img_ip_adapter img2img_ip_adapter txt2img_texture img2img_texture"),
					CreatedAt:   time.Date(1999, 5, 1, 0, 0, 0, 0, time.UTC),
					Description: "Relatives around a long table, each with a face of their own. Made for picture books about families, also when there are many of them to be seen at once, and more besides."}}
			case "many":
				page.Models = nil
				for i := range 100 {
					page.Models = append(page.Models, scenario.Model{ID: fmt.Sprintf("model_%03d", i), Name: strings.Repeat("Long ", 20), Tags: slices.Repeat([]string{strings.Repeat("tag ", 8)}, 10)})
				}
			default:
				kind, ok := strings.CutPrefix(rest, "fails: ")
				if !ok {
					t.Errorf("unknown setup %q", line)
				}
				page, failure = scenario.Page{}, &scenario.Error{Op: "list", Kind: scenario.Kind(kind), Reason: "sample reason"}
			}
		}
		return func(yield func(scenario.Page, error) bool) {
			time.Sleep(wait)
			if (len(page.Models) > 0 || failure == nil) && !yield(page, nil) {
				return
			}
			if failure != nil {
				yield(scenario.Page{}, failure)
			}
		}
	}
}

// TestStories plays the conversations in testdata/stories: each request of the
// client is answered before the next is sent, and the server's lines must be
// the recorded ones. A client line "wait 11m" passes time.
// Rewrite them with: go test ./tools -run Stories -update
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/stories/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			story, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			part := func(name string) *txtar.File {
				for i := range story.Files {
					if story.Files[i].Name == name {
						return &story.Files[i]
					}
				}
				story.Files = append(story.Files, txtar.File{Name: name})
				return &story.Files[len(story.Files)-1]
			}
			setup, client := string(part("setup").Data), string(part("client").Data)
			var got string
			synctest.Test(t, func(t *testing.T) { got = play(t, setup, client) })
			want := string(part("server").Data)
			if *update {
				want, part("server").Data = got, []byte(got)
				story.Files = slices.DeleteFunc(story.Files, func(f txtar.File) bool { return f.Name == "setup" && len(f.Data) == 0 })
				if err := os.WriteFile(file, txtar.Format(story), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("server (-want +got):\n%s", diff)
			}
		})
	}
}

func play(t *testing.T, setup, client string) string {
	srv := NewServer(Options{
		Catalog: catalog.New(storyLoader(t, setup), catalog.Options{PublicTTL: 10 * time.Minute, PrivateTTL: 10 * time.Minute, MaxStale: time.Hour}),
		API:     storyAPI(setup),
		Version: "v0-test",
	})
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- stdio.Serve(t.Context(), srv, inR, outW, slog.New(slog.DiscardHandler))
		_ = outW.Close()
	}()
	answers := bufio.NewReader(outR)
	var got strings.Builder
	for line := range strings.Lines(client) {
		if pause, ok := strings.CutPrefix(strings.TrimSpace(line), "wait "); ok {
			d, err := time.ParseDuration(pause)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(d)
			continue
		}
		if _, err := io.WriteString(inW, line); err != nil {
			t.Fatal(err)
		}
		var message struct{ ID json.RawMessage }
		if json.Unmarshal([]byte(line), &message) == nil && message.ID == nil {
			continue // a notification
		}
		for {
			answer, err := answers.ReadBytes('\n')
			if err != nil {
				t.Fatalf("no answer to %s: %v", line, err)
			}
			got.WriteString(checkAnswer(t, answer))
			var head struct{ Method string }
			if err := json.Unmarshal(answer, &head); err != nil || head.Method == "" {
				break
			}
		}
	}
	_ = inW.Close()
	if rest, err := io.ReadAll(answers); err != nil || len(rest) > 0 {
		t.Errorf("after the last answer: %q, %v", rest, err)
	}
	if err := <-done; err != nil {
		t.Errorf("Serve: %v", err)
	}
	return got.String()
}

// checkAnswer checks what must hold for every answer and indents it.
func checkAnswer(t *testing.T, answer []byte) string {
	t.Helper()
	var message struct {
		Result struct {
			Content           []struct{ Type, Text string }
			StructuredContent json.RawMessage
			IsError           bool
		}
	}
	if err := json.Unmarshal(answer, &message); err != nil {
		t.Errorf("not JSON: %s: %v", answer, err)
	}
	switch r := message.Result; {
	case r.StructuredContent != nil:
		if r.IsError || len(r.Content) != 1 || r.Content[0].Type != "text" || !sameJSON(r.Content[0].Text, r.StructuredContent) {
			t.Errorf("text and structured content differ: %s", answer)
		}
		if len(r.Content[0].Text) > maxAnswer {
			t.Errorf("an answer of %d bytes", len(r.Content[0].Text))
		}
	case r.IsError && (len(r.Content) != 1 || r.Content[0].Text == ""):
		t.Errorf("an error without a text: %s", answer)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, answer, "", "  "); err != nil {
		t.Error(err)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func sameJSON(a string, b []byte) bool {
	var x, y any
	return errors.Join(json.Unmarshal([]byte(a), &x), json.Unmarshal(b, &y)) == nil && cmp.Equal(x, y)
}
