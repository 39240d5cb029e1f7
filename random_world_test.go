package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
	"unicode"

	"scenario-mcp/scenario/fakeapi"
)

// dice draws everything of a random run.
type dice struct {
	*rand.Rand
	today time.Time // whole hours
}

func newDice(seed uint64) dice {
	return dice{rand.New(rand.NewPCG(seed, 0)), time.Now().UTC().Truncate(time.Hour)}
}

func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

func (d dice) between(least, most int) int { return least + d.IntN(most-least+1) }

func oneOf[T any](d dice, of ...T) T { return of[d.IntN(len(of))] }

// someOf draws up to most distinct items.
func someOf[T any](d dice, most int, of []T) (drawn []T) {
	for _, i := range d.Perm(len(of))[:min(len(of), d.IntN(most+1))] {
		drawn = append(drawn, of[i])
	}
	return drawn
}

// anyCase writes a text in another case.
func (d dice) anyCase(s string) string {
	switch d.IntN(4) {
	case 0:
		return strings.ToUpper(s)
	case 1:
		return strings.ToLower(s)
	case 2:
		return strings.Map(func(r rune) rune {
			if d.chance(50) {
				return unicode.ToUpper(r)
			}
			return unicode.ToLower(r)
		}, s)
	}
	return s
}

// The words of random catalogs, as the service sends them.
var (
	randomTags = []string{
		"pixel-art", "Pixel-Art", "pixel art", "PixelArt", "sc:scenario", "SC:Featured", "anime", "Anime", "日本語", "Été", "ñandú", "Жар",
		"a,b", " spaced ", "tab\tinside", "\"quoted\"", "[brackets]", "tag/with/slashes", "0", "true", "null", "50%", "\x1b[31mred\x1b[0m",
		"emoji 🎨", "<b>bold</b>", "back\\slash", "deprecated", "Deprecated", "plain", "plain text", "x",
	}
	randomNames = []string{
		"Sample Forge", "sample forge", "SAMPLE FORGE", "Lantern", "Été à la mer", "日本の絵", "Жар-птица", "Model \"One\"", "(Old) Forge", "Forge, again",
		"100% Forge", "Forge/Anvil", "Forge? Yes!", "Forge & Anvil", "  Forge  ", "Forge\nTwo", "Model.v1", "v2", "Ünïcödé", "🎨 Painter",
	}
	randomCapabilities = []string{"txt2img", "img2img", "TXT2IMG", "img2video", "txt2audio", "upscale", "made up", "3d"}
	randomTypes        = []any{"custom", "custom", "flux.1-lora", "flux.1-composition", "Odd Type", "qwen-image-lora", nil, 7, ""}
	randomStatuses     = []any{nil, "trained", "trained", "training", "failed", "new", "training-canceled", false}
	randomProcessors   = []string{"Sample Cloud", "Mock Compute", "Été Studio"}
	randomProviders    = []string{"Samplecorp", "samplecorp", "Demo Labs", "Été Studio", "日本", "Placeholder & Sons"}
)

// randomRow draws a row, which may have anything wrong with it but its id.
func (d dice) randomRow(id string, others []string) fakeapi.Row {
	r := fakeapi.Row{"id": id, "type": oneOf(d, randomTypes...), "status": oneOf(d, randomStatuses...)}
	if d.chance(90) {
		name := oneOf(d, randomNames...)
		if d.chance(60) {
			name = fmt.Sprintf("%s %d", name, d.IntN(1000))
		}
		r["name"] = name
	} else if d.chance(50) {
		r["name"] = oneOf[any](d, nil, 12, []string{"no", "name"}, "", " \t")
	}
	tags := []any{}
	for _, tag := range someOf(d, 6, randomTags) {
		tags = append(tags, tag)
	}
	if d.chance(5) {
		tags = append(tags, nil, 3, true, map[string]any{"not": "a tag"}, "", "  ")
	}
	if d.chance(2) {
		for i := range d.between(20, 45) { // its row is cut
			tags = append(tags, fmt.Sprintf("one of very many tags, number %d", i))
		}
	}
	if d.chance(8) {
		tags = append(tags, oneOf(d, "deprecated:", "Deprecated:", "DEPRECATED: ")+oneOf(d, "", "model_nowhere", oneOf(d, others...)))
	}
	d.Shuffle(len(tags), func(i, j int) { tags[i], tags[j] = tags[j], tags[i] })
	r["tags"] = tags
	if d.chance(4) {
		r["tags"] = oneOf[any](d, nil, "sc:scenario", 5, map[string]any{"plain": true})
	}
	capabilities := []any{}
	for _, c := range someOf(d, 4, randomCapabilities) {
		capabilities = append(capabilities, c)
	}
	r["capabilities"] = capabilities
	if d.chance(4) {
		r["capabilities"] = oneOf[any](d, nil, "txt2img", map[string]any{"txt2img": true})
	}
	switch {
	case d.chance(60):
		r["accessRestrictions"] = oneOf[any](d, 0, 25, 50, 75, 100, d.IntN(151))
	case d.chance(20):
		r["accessRestrictions"] = oneOf[any](d, nil, 12.5, 75.1, -5, "none", true, []any{25})
	}
	switch {
	case d.chance(40):
		r["createdAt"] = time.Date(2023, 1, 1, d.IntN(24), d.IntN(60), 0, 0, time.UTC).AddDate(0, 0, d.IntN(oneOf(d, 10, 1000))).Format("2006-01-02T15:04:05.000Z")
	case d.chance(60): // half a day from where any span of days begins
		r["createdAt"] = d.today.AddDate(0, 0, -d.IntN(60)).Add(-12 * time.Hour).Format(time.RFC3339)
	case d.chance(50):
		r["createdAt"] = oneOf[any](d, nil, "yesterday", 1760000000, "2025-06-01T12:00:00+09:00")
	}
	if d.chance(70) {
		r["complianceMetadata"] = map[string]any{
			"modelProvider": oneOf(d, randomProviders...), "maintainer": "Scenario",
			"subProcessor": oneOf(d, randomProcessors...), "enterpriseStatus": oneOf[any](d, "Ready", "InReview", nil, 3),
		}
	} else if d.chance(20) {
		r["complianceMetadata"] = oneOf[any](d, nil, 5, "Samplecorp", []any{1}, map[string]any{"modelProvider": 5})
	}
	if d.chance(20) {
		bases := []any{}
		for _, id := range someOf(d, 2, others) {
			bases = append(bases, id)
		}
		r["compliantModelIds"] = bases
	}
	if d.chance(80) {
		r["shortDescription"] = "Made for " + strings.Join(someOf(d, 30, []string{"a pixel hero", "wide landscapes", "icons", "日本の風景", "\u202ehidden\u202c", "loops", "portraits"}), ", ")
	}
	if d.chance(30) {
		r["thumbnail"] = oneOf[any](d, "none", nil, map[string]any{"assetId": "asset_1"})
	}
	return r
}

// brokenRow is one that is no model.
func (d dice) brokenRow() fakeapi.Row {
	return oneOf(d, nil, fakeapi.Row{"id": 42, "name": "A number"}, fakeapi.Row{"name": "No id"}, fakeapi.Row{"id": ""}, fakeapi.Row{"id": "two words"}, fakeapi.Row{"id": nil})
}

func (d dice) randomID() string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	id := []byte(oneOf(d, "model_", "model_", "model_", "", "flux.1-", "odd/", "odd?x="))
	for range d.between(6, 20) {
		id = append(id, letters[d.IntN(len(letters))])
	}
	return string(id)
}

// randomLists draws both lists. Some models are in both.
func (d dice) randomLists() (public, own []fakeapi.Row) {
	size := oneOf(d, 0, 1, 3, 10, 40, 120)
	var bases []string
	for _, row := range baseRows() {
		bases = append(bases, row["id"].(string))
	}
	for range d.IntN(size + 1) {
		public = append(public, d.randomRow(d.randomID(), bases))
	}
	for range d.IntN(oneOf(d, 1, 5, 40)) {
		id := d.randomID()
		if d.chance(10) && len(public) > 0 {
			id = public[d.IntN(len(public))]["id"].(string)
		}
		own = append(own, d.randomRow(id, []string{"model_base-elsewhere"}))
	}
	for _, row := range baseRows() {
		if len(public) > 0 {
			public = slices.Insert(public, d.IntN(len(public)), row)
		}
	}
	return readable(d.roughen(public)), readable(d.roughen(own))
}

// baseRows are the bases of LoRAs. They never change: a row's plan is also theirs,
// by whichever list is at hand.
func baseRows() []fakeapi.Row {
	return []fakeapi.Row{
		{"id": "model_base-1", "name": "Base One", "accessRestrictions": 25},
		{"id": "model_base-2", "name": "Base Two", "accessRestrictions": 75},
		{"id": "model_base-3", "name": "Base Three", "accessRestrictions": "none"},
	}
}

func isBase(r fakeapi.Row) bool {
	id, _ := r["id"].(string)
	return strings.HasPrefix(id, "model_base-")
}

// readable is the rows, unless none of them can be read: that is no list where
// offsets are ignored, and a list where they are not.
func readable(rows []fakeapi.Row) []fakeapi.Row {
	if len(readList(rows, false, "").models) == 0 {
		return nil
	}
	return rows
}

// roughen puts broken or repeated rows between good ones.
func (d dice) roughen(rows []fakeapi.Row) []fakeapi.Row {
	repeated := d.chance(30)
	if len(rows) == 0 || !d.chance(30) {
		return rows
	}
	for range d.IntN(3) {
		row := d.brokenRow()
		if repeated {
			row = rows[d.IntN(len(rows))]
		}
		rows = slices.Insert(rows, d.IntN(len(rows)+1), row)
	}
	return rows
}

// changed is a list a while later: models came, went, moved, or were edited.
func (d dice) changed(rows []fakeapi.Row) []fakeapi.Row {
	rows = slices.Clone(rows)
	for range d.between(1, 4) {
		at := 0
		if len(rows) > 0 {
			at = d.IntN(len(rows))
		}
		switch {
		case len(rows) == 0 || isBase(rows[at]) || d.chance(25):
			id := d.randomID()
			rows = slices.Insert(rows, at, d.randomRow(id, []string{"model_base-elsewhere"}))
		case d.chance(30):
			rows = slices.Delete(rows, at, at+1)
		case d.chance(40):
			row := rows[at]
			rows = slices.Insert(slices.Delete(rows, at, at+1), d.IntN(len(rows)), row)
		default:
			if id, ok := rows[at]["id"].(string); ok && id != "" {
				rows[at] = d.randomRow(id, []string{"model_base-elsewhere"})
			}
		}
	}
	return readable(rows)
}

// randomService draws how the service behaves.
func (d dice) randomService() fakeapi.Options {
	o := fakeapi.Options{
		Mode:               oneOf(d, fakeapi.Real, fakeapi.Guide),
		MaxPage:            oneOf(d, 0, 4, 7, 20, 50),
		SCTagsMatchNothing: d.chance(50),
		StrictParams:       d.chance(30),
		NoGzip:             d.chance(30),
		RateHeaders:        d.chance(30),
	}
	if d.chance(35) {
		o.PublicRouteStatus = oneOf(d, 403, 403, 404, 405, 410)
	}
	if d.chance(20) {
		o.ConstantToken = "constant-token"
	}
	o.Public, o.Private = d.randomLists()
	return o
}

// randomFault draws what goes wrong with the lists, or with all requests.
func (d dice) randomFault(mode fakeapi.Mode) fakeapi.Fault {
	f := oneOf(d,
		fakeapi.Fault{Kind: fakeapi.FaultStatus, Status: oneOf(d, 429, 500, 501, 502, 503, 401, 403, 400)},
		fakeapi.Fault{Kind: fakeapi.FaultStatus, Status: 429, RetryAfter: oneOf(d, "0", "1", "60", "soon")},
		fakeapi.Fault{Kind: fakeapi.FaultPlanRefusal},
		fakeapi.Fault{Kind: fakeapi.FaultWrongKey},
		fakeapi.Fault{Kind: fakeapi.FaultHTML, Status: oneOf(d, 200, 403, 502)},
		fakeapi.Fault{Kind: fakeapi.FaultHang},
		fakeapi.Fault{Kind: fakeapi.FaultReset},
		fakeapi.Fault{Kind: fakeapi.FaultMalformed},
		fakeapi.Fault{Kind: fakeapi.FaultWrongShape, Body: oneOf(d, "", `{"hits":[]}`, `[]`, ` `, `{}`, `null`, `{"models":{}}`)},
		fakeapi.Fault{Kind: fakeapi.FaultRedirect},
		fakeapi.Fault{Kind: fakeapi.FaultCut, Chunked: d.chance(50)},
		fakeapi.Fault{Kind: fakeapi.FaultTruncated},
		fakeapi.Fault{Kind: fakeapi.FaultSlow, Delay: oneOf(d, 10*time.Microsecond, time.Millisecond)},
		fakeapi.Fault{Kind: fakeapi.FaultSurplus},
		fakeapi.Fault{Kind: fakeapi.FaultEndlessRepeat},
		fakeapi.Fault{Kind: fakeapi.FaultRepeatedRows, Size: d.IntN(5)},
		fakeapi.Fault{Kind: fakeapi.FaultEmptyPage},
		fakeapi.Fault{Kind: fakeapi.FaultShortPages},
	)
	always := []fakeapi.FaultKind{fakeapi.FaultEndlessRepeat, fakeapi.FaultRepeatedRows, fakeapi.FaultShortPages}
	if d.chance(50) && !slices.Contains(always, f.Kind) {
		f.On = d.between(1, 4)
	}
	if f.Kind == fakeapi.FaultEmptyPage {
		f.On = d.between(1, 3)
		if mode == fakeapi.Guide { // where an empty page is the list's end
			f.Kind = fakeapi.FaultReset
		}
	}
	f.Path = oneOf(d, "", "", "/models", "/models/public", "/models/*")
	return f
}
