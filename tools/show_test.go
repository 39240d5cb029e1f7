package tools

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/scenario/pictures"
	"scenario-mcp/tools/sheet"
	"scenario-mcp/tools/stdio"
)

// testPictures draws plain squares; a model without a provider has none.
type testPictures struct{}

func (testPictures) Origin() string { return "https://cdn.example.com" }

func (testPictures) Address(m *scenario.Model) string { return "https://cdn.example.com/" + m.ID }

func (testPictures) Asset(id string) string { return "https://cdn.example.com/" + id }

func (testPictures) Get(_ context.Context, m *scenario.Model, size int) (image.Image, error) {
	if m.Provider == "" {
		return nil, &pictures.Error{Reason: pictures.TooLarge}
	}
	picture := image.NewRGBA(image.Rect(0, 0, size, size))
	for i := range picture.Pix {
		picture.Pix[i] = []byte{200, 30, 30, 255}[i%4]
	}
	return picture, nil
}

func showServer(models []scenario.Model) func(t *testing.T, arguments string) *mcp.CallToolResult {
	lists := func(scope scenario.Scope) []scenario.Model {
		if scope == scenario.Private {
			return nil
		}
		return models
	}
	srv := NewServer(Options{
		Catalog:  catalog.New(loaderOf(lists), catalog.Options{PublicTTL: 1 << 40, PrivateTTL: 1 << 40}),
		API:      testAPI{lists: lists},
		Pictures: testPictures{},
	})
	return func(t *testing.T, arguments string) *mcp.CallToolResult {
		t.Helper()
		result, err := stdio.Call(t.Context(), srv, "show_models", arguments)
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
}

func TestShowModels(t *testing.T) {
	show := showServer([]scenario.Model{
		{ID: "model_red", Name: "Red", Provider: "Samplecorp"},
		{ID: "model_plain", Name: "Plain"},
		{ID: "model_nameless", Provider: "Samplecorp"},
	})
	result := show(t, `{"ids":["model_red","model_rad","\"Plain\"","model_nameless","model_red"]}`)
	if result.IsError || result.StructuredContent != nil || len(result.Content) != 2 {
		t.Fatalf("%+v", result)
	}
	// The unknown one leaves no hole in the numbers.
	want := "1 = model_red Red\n2 = model_plain Plain\n3 = model_nameless \nNot shown: model_rad: no model has this id or name; near: model_red."
	if text := result.Content[1].(mcp.TextContent).Text; text != want {
		t.Errorf("text %q, want %q", text, want)
	}
	content := result.Content[0].(mcp.ImageContent)
	data, err := base64.StdEncoding.DecodeString(content.Data)
	if err != nil || content.MIMEType != "image/jpeg" || len(data) > sheet.MaxBytes {
		t.Fatalf("%s of %d bytes, %v", content.MIMEType, len(data), err)
	}
	picture, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	size := picture.Bounds().Size()
	if max(size.X, size.Y) > sheet.MaxSide {
		t.Errorf("the sheet is %v", size)
	}
	if red := share(picture, func(r, g, b uint32) bool { return r > 150<<8 && g < 80<<8 && b < 80<<8 }); red < 0.3 || red > 0.8 {
		t.Errorf("%.2f of the sheet is red, want two of three tiles", red)
	}
}

// TestShowNamesEveryUnknown: however long that gets.
func TestShowNamesEveryUnknown(t *testing.T) {
	models := []scenario.Model{{ID: "model_red", Name: "Red", Provider: "Samplecorp"}}
	ids := []string{`"model_red"`}
	for i := range 11 {
		like := fmt.Sprintf("model_%s%d", strings.Repeat("sample", 8), i)
		ids = append(ids, fmt.Sprintf("%q", like+"x"))
		models = append(models, scenario.Model{ID: like + "y"}, scenario.Model{ID: like + "z"})
	}
	text := showServer(models)(t, `{"ids":[`+strings.Join(ids, ",")+`]}`).Content[1].(mcp.TextContent).Text
	for _, id := range ids {
		if !strings.Contains(text, strings.Trim(id, `"`)) {
			t.Errorf("%s is not named in\n%s", id, text)
		}
	}
}

// share is the part of a picture's pixels that are of a color.
func share(picture image.Image, is func(r, g, b uint32) bool) float64 {
	n, all := 0, 0
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, _ := color.RGBAModel.Convert(picture.At(x, y)).RGBA()
			all++
			if is(r, g, bl) {
				n++
			}
		}
	}
	return float64(n) / float64(all)
}

func TestShowRefusals(t *testing.T) {
	show := showServer([]scenario.Model{{ID: "model_red", Name: "Red"}})
	var many []string
	for i := range 13 {
		many = append(many, fmt.Sprintf("%q", fmt.Sprint("model_", i)))
	}
	for arguments, want := range map[string]string{
		`{"ids":[` + strings.Join(many, ",") + `]}`: "ids takes at most 12 items; 13 were given. Split them over several calls.",
		`{"ids":["model_rad"]}`:                     "Not shown: model_rad: no model has this id or name; near: model_red.",
		`{}`:                                        "ids is missing: give at least 1.",
	} {
		result := show(t, arguments)
		if text := result.Content[0].(mcp.TextContent).Text; !result.IsError || text != want {
			t.Errorf("%s: %q, want %q", arguments, text, want)
		}
	}
}

func TestMarks(t *testing.T) {
	own := scenario.Model{ID: "model_own", Status: "training"}
	base := scenario.Model{ID: "model_base", Plan: scenario.Team}
	models := catalog.New(loaderOf(func(scope scenario.Scope) []scenario.Model {
		if scope == scenario.Private {
			return []scenario.Model{own}
		}
		return []scenario.Model{base}
	}), catalog.Options{PublicTTL: 1 << 40, PrivateTTL: 1 << 40})
	for _, scope := range []scenario.Scope{scenario.Private, scenario.Public} {
		if _, err := models.Get(t.Context(), scope, catalog.Request{}); err != nil {
			t.Fatal(err)
		}
	}
	lists := models.Loaded()
	for want, m := range map[string]scenario.Model{
		"":                {ID: "model_free"},
		"yours, training": own,
		"yours":           {ID: "model_unlisted", Privacy: "private"},
		"Team":            {ID: "model_lora", RunsOn: []string{"model_base"}, Plan: scenario.Creator},
		"plan unknown":    {ID: "model_odd", Plan: scenario.PlanUnknown},
		"Pro, retired":    {ID: "model_old", Plan: scenario.Pro, Deprecated: true},
	} {
		if got := strings.Join(marks(lists, &m), ", "); got != want {
			t.Errorf("%s: %q, want %q", m.ID, got, want)
		}
	}
}
