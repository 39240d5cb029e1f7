package tools

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/mark3labs/mcp-go/server"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/scenario/pictures"
	"scenario-mcp/tools/stdio"
)

// apps is what hosts with the extension declare.
const apps = `{"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":["text/html;profile=mcp-app"]}}}`

func galleryServer() *server.MCPServer {
	return NewServer(Options{
		Catalog:  catalog.New(loaderOf(storyModels), catalog.Options{PublicTTL: 1 << 40, PrivateTTL: 1 << 40}),
		API:      storyAPI(""),
		Pictures: testPictures{},
		Pages:    storyPages,
	})
}

const storyPages = "https://app.example.com/models/"

// eras are the two ways in which a host says what it can.
var eras = map[string]func(capabilities string, requests ...string) []string{
	"initialize": func(capabilities string, requests ...string) []string {
		lines := []string{
			`{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":` + capabilities + `,"clientInfo":{"name":"test","version":"1"}}}`,
			`{"jsonrpc":"2.0","method":"notifications/initialized"}`,
		}
		for i, r := range requests {
			lines = append(lines, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,%s}}`, i+1, r))
		}
		return lines
	},
	"stateless": func(capabilities string, requests ...string) []string {
		meta := `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},"io.modelcontextprotocol/clientCapabilities":` + capabilities + `}`
		lines := []string{`{"jsonrpc":"2.0","id":0,"method":"server/discover","params":{` + meta + `}}`}
		for i, r := range requests {
			if !strings.HasSuffix(r, "{") {
				r += ","
			}
			lines = append(lines, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,%s%s}}`, i+1, r, meta))
		}
		return lines
	},
}

// converse sends lines over the stdio loop and returns the answers by id, as
// the host reads them.
func converse(t *testing.T, srv *server.MCPServer, lines []string) map[int]string {
	t.Helper()
	var out bytes.Buffer
	in := strings.NewReader(strings.Join(lines, "\n") + "\n")
	if err := stdio.Serve(t.Context(), srv, in, &out, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	answers := map[int]string{}
	for line := range strings.Lines(out.String()) {
		var a struct{ ID int }
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		answers[a.ID] = line
	}
	return answers
}

// galleryRequests are all that the gallery could be seen by.
var galleryRequests = []string{
	`"method":"tools/list","params":{`,
	`"method":"resources/list","params":{`,
	`"method":"resources/read","params":{"uri":"ui://scenario/gallery.html"`,
	`"method":"resources/templates/list","params":{`,
	`"method":"tools/call","params":{"name":"list_public_models","arguments":{"limit":2}`,
	`"method":"tools/call","params":{"name":"list_private_models"`,
	`"method":"tools/call","params":{"name":"search_models","arguments":{"query":"film"}`,
	`"method":"tools/call","params":{"name":"get_models","arguments":{"ids":["model_base"]}`,
	`"method":"tools/call","params":{"name":"list_public_models","arguments":{"tagz":"x"}`,
	`"method":"tools/call","params":{"name":"list_model_tags","arguments":{}`,
}

// TestGalleryIsHidden: a host that did not declare the extension, or declared
// another page type, is answered as if there were no gallery.
func TestGalleryIsHidden(t *testing.T) {
	for era, lines := range eras {
		for _, capabilities := range []string{
			`{}`,
			`{"extensions":{}}`,
			`{"extensions":{"io.modelcontextprotocol/ui":null}}`,
			`{"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":["text/html;profile=other"]}}}`,
			`{"experimental":{"io.modelcontextprotocol/ui":{}}}`,
		} {
			requests := append(slices.Clone(galleryRequests), `"method":"resources/read","params":{"uri":"ui://scenario/unknown.html"`)
			answers := converse(t, galleryServer(), lines(capabilities, requests...))
			if len(answers) != len(requests)+1 {
				t.Fatalf("%s: %d answers", era, len(answers))
			}
			unknown := strings.NewReplacer("unknown.html", "gallery.html", fmt.Sprintf(`"id":%d,`, len(requests)), `"id":3,`).Replace(answers[len(requests)])
			if answers[3] != unknown {
				t.Errorf("%s, %s: the page is told from none: %s, %s", era, capabilities, answers[3], unknown)
			}
			delete(answers, len(requests))
			for id, a := range answers {
				if id == 3 { // names what was asked for
					if !strings.Contains(a, `"error":`) || strings.Contains(a, "doctype") {
						t.Errorf("%s, %s: the page was read: %s", era, capabilities, a)
					}
					continue
				}
				for _, trace := range []string{"ui://", "resourceUri", "scenario/gallery", "cdn.example.com", storyPages, appsExtension} {
					if strings.Contains(a, trace) {
						t.Errorf("%s, %s, answer %d has %q: %s", era, capabilities, id, trace, a)
					}
				}
			}
			if era == "initialize" && !strings.Contains(answers[2], `"resources":[]`) {
				t.Errorf("resources: %s", answers[2])
			}
		}
	}
}

// TestGalleryIsDeclared: hosts with the extension get the page and where the
// pictures are; what models read is the same to the byte.
func TestGalleryIsDeclared(t *testing.T) {
	type result struct {
		Meta struct {
			Gallery *galleryData `json:"scenario/gallery"`
		} `json:"_meta"`
		Content, StructuredContent, Capabilities json.RawMessage

		Tools []struct {
			Name string
			Meta *struct{ UI struct{ ResourceURI string } } `json:"_meta"`
		}
		Resources []struct{ URI, MIMEType string }
		Contents  []struct {
			URI, MIMEType, Text string
			Meta                json.RawMessage `json:"_meta"`
		}
	}
	read := func(line string) (r result) {
		var a struct{ Result *result }
		if err := json.Unmarshal([]byte(line), &a); err != nil || a.Result == nil {
			t.Fatalf("%v: %s", err, line)
		}
		return *a.Result
	}
	for era, lines := range eras {
		for _, capabilities := range []string{apps, `{"extensions":{"io.modelcontextprotocol/ui":{}}}`} {
			srv := galleryServer() // one, because answers say how old its snapshot is
			with := converse(t, srv, lines(capabilities, galleryRequests...))
			without := converse(t, srv, lines(`{}`, galleryRequests...))

			if c := string(read(with[0]).Capabilities); !strings.Contains(c, `"extensions":{"io.modelcontextprotocol/ui":{}}`) {
				t.Errorf("%s: capabilities %s", era, c)
			}
			var linked []string
			for _, tool := range read(with[1]).Tools {
				if tool.Meta != nil {
					linked = append(linked, tool.Name)
					if tool.Meta.UI.ResourceURI != galleryURI {
						t.Errorf("%s: %+v", era, tool)
					}
				}
			}
			if diff := cmp.Diff(galleryTools(), linked); diff != "" {
				t.Errorf("%s: tools (-want +got):\n%s", era, diff)
			}
			if r := read(with[2]).Resources; len(r) != 1 || r[0].URI != galleryURI || r[0].MIMEType != appMIMEType {
				t.Errorf("%s: resources %+v", era, r)
			}
			page := read(with[3]).Contents[0]
			if page.URI != galleryURI || page.MIMEType != appMIMEType || page.Text != galleryPage() {
				t.Errorf("%s: the page is %s of %s", era, page.URI, page.MIMEType)
			}
			wantMeta := `{"ui":{"csp":{"connectDomains":[],"resourceDomains":["https://cdn.example.com"]},"prefersBorder":true}}`
			if string(page.Meta) != wantMeta {
				t.Errorf("%s: _meta %s, want %s", era, page.Meta, wantMeta)
			}

			const cdn = "https://cdn.example.com/"
			for id, want := range map[int]*galleryData{
				5:  {Tool: "list_public_models", Pages: storyPages, Pictures: map[string]string{"model_base": cdn + "model_base", "model_pixel": cdn + "model_pixel"}},
				6:  {Tool: "list_private_models", Pages: storyPages, Pictures: map[string]string{"model_own-knight": cdn + "model_own-knight", "model_own-castle": cdn + "model_own-castle"}},
				7:  {Tool: "search_models", Pages: storyPages, Pictures: map[string]string{"model_film": cdn + "model_film"}, Note: "1 retired match is hidden: model_old is replaced by model_film."},
				8:  {Tool: "get_models", Pages: storyPages, Pictures: map[string]string{"model_base": cdn + "model_base"}},
				9:  {Tool: "list_public_models", Pages: storyPages},
				10: nil,
			} {
				got, plain := read(with[id]), read(without[id])
				if diff := cmp.Diff(want, got.Meta.Gallery, cmpopts.IgnoreUnexported(galleryData{})); diff != "" {
					t.Errorf("%s, answer %d (-want +got):\n%s", era, id, diff)
				}
				if string(got.Content) != string(plain.Content) || string(got.StructuredContent) != string(plain.StructuredContent) {
					t.Errorf("%s, answer %d: what models read differs", era, id)
				}
			}
		}
	}
}

// testPicturesFrom has the same addresses, and another origin to load from.
type testPicturesFrom struct {
	testPictures
	origin string
}

func (p testPicturesFrom) Origin() string { return p.origin }

// TestGalleryPictures: only addresses that the page may load are told.
func TestGalleryPictures(t *testing.T) {
	s := new(service)
	for origin, want := range map[string]int{
		"https://cdn.example.com": 1, "https://cdn.example.co": 0, "https://other.example.com": 0, "": 0,
	} {
		s.pictures = testPicturesFrom{origin: origin}
		c := &call{gallery: s.newGalleryData("get_models")}
		d := &scenario.Detail{Model: scenario.Model{ID: "model_a"}, ExampleAssets: []string{"asset_1"}}
		s.exhibit(c, d)
		if g := c.gallery; len(g.Pictures) != want || len(g.Examples) != want || len(g.Examples["model_a"]) != want {
			t.Errorf("%q: %v", origin, g)
		}
		s.exhibit(new(call), d) // a host without the extension
	}
}

// TestGalleryDetails: the gallery gets what a model does not read: more pictures,
// what inputs are called, and the answer in a person's words.
func TestGalleryDetails(t *testing.T) {
	s := &service{pictures: testPictures{}}
	g := s.newGalleryData("get_models")
	s.exhibit(&call{gallery: g}, &scenario.Detail{
		Model:         scenario.Model{ID: "model_a"},
		Inputs:        []scenario.Input{{Name: "numSamples", Label: "Images"}, {Name: "seed"}},
		ExampleAssets: []string{"asset_1", "asset_2"},
	})
	said := "4 deprecated matches are hidden."
	g.meta(said, forPeople(said))
	want := &galleryData{
		Tool:     "get_models",
		Pictures: map[string]string{"model_a": "https://cdn.example.com/model_a"},
		Examples: map[string][]string{"model_a": {"https://cdn.example.com/asset_1", "https://cdn.example.com/asset_2"}},
		Labels:   map[string]map[string]string{"model_a": {"numSamples": "Images"}},
		Note:     "4 retired matches are hidden.",
	}
	if diff := cmp.Diff(want, g, cmpopts.IgnoreUnexported(galleryData{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	g = s.newGalleryData("get_models")
	d := &scenario.Detail{Model: scenario.Model{ID: "model_b"}}
	for i := range 200 {
		d.Inputs = append(d.Inputs, scenario.Input{Name: fmt.Sprint("input", i), Label: strings.Repeat("W", 120)})
	}
	s.exhibit(&call{gallery: g}, d)
	if n := len(encode(g)); n > maxLabels+2_000 {
		t.Errorf("%d bytes of labels", n)
	}
}

// TestGallerySuggests: what is near an unknown tag or word comes as chips to press.
func TestGallerySuggests(t *testing.T) {
	for arguments, want := range map[string]string{
		`"name":"search_models","arguments":{"tags":["pixelart"]}`:      `"near":[{"tag":"pixelart","near":["pixel-art"]}]`,
		`"name":"list_public_models","arguments":{"tags":["pixelart"]}`: `"near":[{"tag":"pixelart","near":["pixel-art"]}]`,
		`"name":"search_models","arguments":{"query":"pixelartt"}`:      `"near":[{"near":["pixel-art"`,
	} {
		answer := converse(t, galleryServer(), eras["initialize"](apps, `"method":"tools/call","params":{`+arguments))[1]
		if !strings.Contains(answer, want) {
			t.Errorf("%s: %s lacks %s", arguments, answer, want)
		}
	}
}

// TestGalleryPage: small, in one piece, and unable to take text for markup.
func TestGalleryPage(t *testing.T) {
	const budget = 40_000
	page := galleryPage()
	t.Logf("%d bytes", len(page))
	if len(page) > budget {
		t.Errorf("%d bytes, budget %d", len(page), budget)
	}
	if !strings.HasPrefix(page, "<!doctype html>") || strings.Contains(page, "{{") || !strings.HasSuffix(page, "</script>\n</html>\n") {
		t.Error("no HTML document in one piece")
	}
	for _, banned := range []string{
		`(?i)(inner|outer)HTML`, `insertAdjacentHTML`, `document\.write`, `\beval\b`, `new Function`, `createContextualFragment`,
		`DOMParser`, `srcdoc`, `javascript:`, `setTimeout\("`, `\bon\w+="`, `<link\b`, `<script [^>]*src`, `@import`, `url\(`, `https?://`,
		`\bfetch\(`, `XMLHttpRequest`, `localStorage`, `\.cookie`,
	} {
		if found := regexp.MustCompile(banned).FindString(page); found != "" {
			t.Errorf("the page has %q", found)
		}
	}
}

// TestGalleryCost measures what the gallery adds to an answer, all of it for
// the host alone.
func TestGalleryCost(t *testing.T) {
	fetcher, err := pictures.New(pictures.Options{})
	if err != nil {
		t.Fatal(err)
	}
	srv := NewServer(Options{
		Catalog:  catalog.New(loaderOf(func(scenario.Scope) []scenario.Model { return fakeSource(t, 709) }), catalog.Options{PublicTTL: 1 << 40}),
		Pictures: fetcher,
	})
	request := []string{`"method":"tools/call","params":{"name":"list_public_models","arguments":{}`}
	with := converse(t, srv, eras["initialize"](apps, request...))[1]
	without := converse(t, srv, eras["initialize"](`{}`, request...))[1]
	var a struct {
		Result struct {
			Meta    json.RawMessage `json:"_meta"`
			Content []struct{ Text string }
		}
	}
	if err := json.Unmarshal([]byte(with), &a); err != nil {
		t.Fatal(err)
	}
	if with != strings.Replace(without, `"result":{`, `"result":{"_meta":`+string(a.Result.Meta)+`,`, 1) {
		t.Error("the answers differ in more than _meta")
	}
	t.Logf("20 rows: %d bytes and %d tokens for the model, with and without; _meta %d bytes, which would be %d tokens",
		len(a.Result.Content[0].Text), tokens(t, a.Result.Content[0].Text), len(a.Result.Meta), tokens(t, string(a.Result.Meta)))
}
