package tools

import (
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"slices"
	"strings"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/scenario/pictures"
	"scenario-mcp/tools/sheet"
)

// Pictures is where the tools get models' pictures; [pictures.Fetcher] is one.
type Pictures interface {
	// Origin returns all that the gallery may load pictures from, such as
	// "https://cdn.example.com"; "" is nothing.
	Origin() string
	// Address returns where a model's picture is, "" if it has none.
	Address(*scenario.Model) string
	// Asset returns where the picture of an asset is, "" for what is no id.
	Asset(id string) string
	// Get returns a model's picture as a square of so many pixels. [pictures.Why] words the
	// error for a tile.
	Get(ctx context.Context, m *scenario.Model, side int) (image.Image, error)
}

// noPictures has none.
type noPictures struct{}

func (noPictures) Origin() string { return "" }

func (noPictures) Address(*scenario.Model) string { return "" }

func (noPictures) Asset(string) string { return "" }

func (noPictures) Get(context.Context, *scenario.Model, int) (image.Image, error) {
	return nil, &pictures.Error{Reason: pictures.NoPicture}
}

// showArgs are the checked arguments of show_models.
type showArgs struct{ IDs []string }

// showTool answers with an image and a text and declares no output schema: one
// host drops images that stand beside structured content.
func (s *service) showTool() tool {
	return newTool("show_models", "Show Scenario models",
		"One numbered picture of up to 12 models, to choose by look.",
		[]param[showArgs]{{name: "ids", help: "ids or names", min: 1, max: sheet.MaxTiles, into: func(a *showArgs) any { return &a.IDs }}},
		showArgs{}, s.show)
}

// show draws the models that are found and names the others in the text, so
// that the numbers have no hole.
func (s *service) show(ctx context.Context, c *call, a showArgs) (*mcp.CallToolResult, error) {
	found, err := s.findRows(ctx, a.IDs)
	if err != nil {
		return nil, err
	}
	var shown []*scenario.Model
	for _, f := range found {
		if f.detail != nil {
			shown = append(shown, &f.detail.Model)
		}
	}
	unknown, failure := withoutDetail(found)
	var left []string
	for _, m := range fitMissing(unknown) {
		left = append(left, "Not shown: "+missingText(m)+".")
	}
	switch {
	case len(shown) == 0 && failure != nil:
		return nil, failure
	case len(shown) == 0:
		return nil, badArgument("%s", strings.Join(left, " "))
	}
	c.rows = len(shown)
	if slices.ContainsFunc(shown, func(m *scenario.Model) bool { return len(m.RunsOn) > 0 }) {
		s.readPublic(ctx, c)
	}
	release, err := s.memory.holdSheet(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	picture, err := sheet.Draw(s.tiles(ctx, shown))
	if err != nil {
		return nil, fmt.Errorf("tools: draw the sheet: %w", err)
	}
	var text strings.Builder
	for i, m := range shown {
		fmt.Fprintf(&text, "%d = %s %s\n", i+1, m.ID, m.Name)
	}
	// Not among the notes, which leave out what is too much: each is named.
	for _, l := range left {
		text.WriteString(l + "\n")
	}
	text.WriteString(c.notes.String())
	return &mcp.CallToolResult{Content: []mcp.Content{
		mcp.NewImageContent(base64.StdEncoding.EncodeToString(picture), "image/jpeg"),
		mcp.NewTextContent(strings.TrimSpace(text.String())),
	}}, nil
}

// tiles gets the models' pictures, all at once as far as the fetcher allows. A
// picture that cannot be had costs its own tile only.
func (s *service) tiles(ctx context.Context, models []*scenario.Model) []sheet.Tile {
	tiles := make([]sheet.Tile, len(models))
	lists := s.catalog.Loaded()
	var wg sync.WaitGroup
	for i, m := range models {
		tiles[i] = sheet.Tile{Name: m.Name, ID: m.ID, Marks: marks(lists, m)}
		wg.Go(func() {
			picture, err := s.pictures.Get(ctx, m, sheet.Side(len(models)))
			tiles[i].Picture, tiles[i].Why = picture, pictures.Why(err)
		})
	}
	wg.Wait()
	return tiles
}

// marks are what decides at a glance, beside the look: whose a model is, the plan
// that it needs, and that it cannot or should not be used.
func marks(lists *catalog.Lists, m *scenario.Model) (marks []string) {
	own := m.Privacy == string(scenario.Private)
	if row := lists.Model(m.ID); row != nil {
		own = lists.ScopeOf(row) == scenario.Private
	}
	if own {
		marks = append(marks, "yours")
	}
	switch plan := lists.NeededPlan(m); {
	case plan == scenario.PlanUnknown:
		marks = append(marks, "plan unknown")
	case plan > scenario.Free:
		marks = append(marks, plan.String())
	}
	if !m.Ready() {
		marks = append(marks, m.Status)
	}
	if m.Deprecated {
		marks = append(marks, "retired")
	}
	return marks
}
