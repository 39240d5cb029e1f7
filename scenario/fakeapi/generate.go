package fakeapi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// GenOptions shapes the rows of [Generate].
type GenOptions struct {
	// RowBytes is the size of a row's JSON; 0 is 3500 to 7000, as on the live
	// service. No row is below some 2500, for no field is left out to make it small.
	RowBytes int
	// Private makes own models. Their ids start with model_own instead of
	// model_gen. Most are trained LoRAs; some are in training, failed or new.
	Private bool
}

// Generate makes a catalog of n models with the service's proportions. Three
// quarters are of type custom and a fifth flux.1-lora. 41 of each hundred need a
// plan above Free. A third have the tag sc:scenario, and a quarter a thumbnail,
// whose long address looks signed. Some lack a name, a description or a plan.
//
// Every id in a row (base models, parts, successors) is of an earlier model of the
// same catalog. In own models it is of a public catalog with the same seed and at
// least 10 rows.
//
// Equal arguments give equal bytes, and a longer catalog starts with the rows of a
// shorter one.
func Generate(seed uint64, n int, opts GenOptions) []Row {
	rows := make([]Row, n)
	for i := range rows {
		g := gen{Rand: rand.New(rand.NewPCG(seed, uint64(i))), opts: opts, i: i}
		rows[i] = g.row()
	}
	return rows
}

type gen struct {
	*rand.Rand
	opts GenOptions
	i    int
}

// genType returns the type of the ith public model: 550, 137 and 22 of 709. The
// factor scatters them and leaves number 0 a base model.
func genType(i int) string {
	switch k := i * 271 % 709; {
	case k < 550:
		return "custom"
	case k < 687:
		return "flux.1-lora"
	default:
		return []string{"flux.1-composition", "flux.1-kontext-lora", "qwen-image-lora", "zimage-lora"}[k%4]
	}
}

// genID returns an id as long as the service's, which end in 24 random letters and
// digits. Ids are a large part of an answer's tokens.
func genID(i int) string {
	r := rand.New(rand.NewPCG(uint64(i), 0x1d))
	id := fmt.Appendf(nil, "model_gen%06d", i)
	for range 15 {
		id = append(id, idLetters[r.IntN(62)]) // without - and _
	}
	return string(id)
}

// base returns the id of an earlier public base model.
func (g gen) base() string {
	n := g.i
	if g.opts.Private {
		n = 10
	}
	j := g.IntN(max(1, min(n, 200)))
	for genType(j) != "custom" {
		j--
	}
	return genID(j)
}

var (
	genProviders    = []string{"Samplecorp", "Demo Labs", "Figment Works", "Typeset AI", "Reelmakers", "Echo Garden", "Polyfoundry", "Paper Moon Demo", "Mockingbird", "Placeholder & Sons"}
	genCapabilities = []string{ // weighted by repetition
		"txt2img", "txt2img", "txt2img img2img", "txt2img img2img", "txt2img img2img", "txt2img img2img inpaint controlnet reference",
		"img2img", "img2img reference", "inpaint img2img", "outpaint", "controlnet img2img", "upscale img2img",
		"txt2video", "txt2video img2video", "img2video", "img2video", "video2video",
		"txt23d", "img23d", "img23d txt23d", "txt2audio", "txt2audio", "img2txt",
	}
	genAdjectives = strings.Fields("Amber Brisk Cobalt Dapper Eerie Faded Gentle Hollow Inked Jolly Keen Lucid Misty Noble Opal Plush Quiet Rustic Silken Tidal Umber Velvet Woven Yonder Zesty Arctic Bold Crimson Dusky Ember")
	genNouns      = strings.Fields("Atlas Bazaar Canyon Dollhouse Engine Forest Gallery Harbor Island Jungle Kingdom Lantern Market Nebula Orchard Palace Quarry River Studio Tower Utopia Village Workshop Xylophone Yard Zeppelin Arcade Bestiary Codex Diorama")
	genStyles     = strings.Fields("anime pixel-art isometric portrait landscape photorealistic watercolor character fantasy sci-fi cyberpunk comic icons props game vector flat low-poly cute vintage architecture interior food fashion product logo poster creature vehicle mecha noir ink papercraft claymation stickers UI minimal retro neon cozy epic horror nature animals robot concept-art storyboard children abstract surreal steampunk medieval space underwater winter autumn")
	genSubjects   = []string{"characters with clear silhouettes", "wide landscapes", "game icons on plain ground", "cozy interiors", "machines with worn paint", "portraits in soft light", "short clips with a steady camera", "props for stylized games", "patterns that tile", "creatures nobody has met"}
	genMoods      = []string{"warm and painterly", "crisp and graphic", "dark and cinematic", "bright and playful", "muted and vintage", "clean and technical"}
	genFirst      = time.Date(2023, 6, 1, 9, 0, 0, 0, time.UTC)
)

func pick[T any](g gen, from []T) T { return from[g.IntN(len(from))] }

func (g gen) chance(percent int) bool { return g.IntN(100) < percent }

// idLetters are those of ids and signatures.
const idLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// random appends n random letters to b.
func (g gen) random(b []byte, n int) []byte {
	for n > 0 {
		u := g.Uint64()
		for range min(n, 10) {
			b = append(b, idLetters[u&63])
			u >>= 6
		}
		n -= 10
	}
	return b
}

func (g gen) row() Row {
	size := cmp.Or(g.opts.RowBytes, 3500+g.IntN(3500))
	typ := genType(g.i)
	id, privacy, status := genID(g.i), "public", "trained"
	if g.opts.Private {
		id, privacy = fmt.Sprintf("model_own%06d", g.i), "private"
		if g.chance(80) {
			typ = "flux.1-lora"
		}
		if g.chance(15) {
			status = pick(g, []string{"training", "failed", "new", "training-canceled"})
		}
	}
	lora := strings.HasSuffix(typ, "-lora")
	capabilities := strings.Fields(pick(g, genCapabilities))
	if lora || typ == "flux.1-composition" || g.i == 0 {
		capabilities = strings.Fields(pick(g, genCapabilities[:6]))
	}
	provider := pick(g, genProviders[:1+g.IntN(len(genProviders))]) // the first ones more often
	maintainer := provider
	official := g.chance(34) && !g.opts.Private
	if official || g.chance(50) {
		maintainer = "Scenario"
	}
	created := genFirst.Add(time.Duration(g.IntN(1200*24*60)) * time.Minute)
	name := pick(g, genAdjectives) + " " + pick(g, genNouns) + " " + strconv.Itoa(g.i)

	r := Row{
		"id":                   id,
		"name":                 name,
		"shortDescription":     fmt.Sprintf("Made for %s, %s. Trained on %d pictures of one hand; give it a subject, a place and a time of day.", pick(g, genSubjects), pick(g, genMoods), 10+g.IntN(150)),
		"type":                 typ,
		"custom":               typ == "custom",
		"status":               status,
		"privacy":              privacy,
		"source":               pick(g, []string{"scenario", "scenario", "scenario", "huggingface", "civitai", "other"}),
		"capabilities":         capabilities,
		"tags":                 g.tags(capabilities, lora, official, provider),
		"createdAt":            created.Format("2006-01-02T15:04:05.000Z"),
		"updatedAt":            created.Add(time.Duration(g.IntN(90*24)) * time.Hour).Format("2006-01-02T15:04:05.000Z"),
		"collectionIds":        []string{},
		"trainingImagesNumber": g.IntN(150),
		"parameters":           struct{}{},
		"complianceMetadata":   g.compliance(provider, maintainer),
		"userId":               string(g.random([]byte("user_gen"), 22)),
		"teamId":               string(g.random([]byte("team_gen"), 22)),
		"performanceStats":     g.stats(capabilities),
	}
	for _, upTo := range []struct{ percent, plan int }{{14, 25}, {15, 1}, {29, 50}, {37, 75}, {41, 100}, {90, 0}} {
		if !g.opts.Private && g.i*37%100 < upTo.percent { // 41 of any hundred in a row are above Free
			r["accessRestrictions"] = upTo.plan
			break
		}
	}
	if g.i > 0 || g.opts.Private {
		if lora {
			r["compliantModelIds"] = []string{g.base()}
			r["parentModelId"] = r["compliantModelIds"].([]string)[0]
		}
		if typ == "flux.1-composition" {
			r["concepts"] = []map[string]any{{"modelId": g.base(), "scale": 0.8}, {"modelId": g.base(), "scale": 0.6}}
		}
	}
	if g.opts.Private {
		r["collectionIds"] = []string{"collection_sample-" + strconv.Itoa(g.IntN(5))}
		if status == "training" {
			r["trainingProgress"] = float64(g.IntN(100)) / 100
		}
	}
	if g.chance(1) {
		delete(r, "name")
	}
	if g.chance(10) {
		r["shortDescription"] = nil
	}

	const assetBytes = len(`"asset_gen","`) + 20 // an id, its quotes and the comma
	left := size - len(marshal(r)) - len(`,"exampleAssetIds":[]`)
	if g.chance(25) {
		thumbnail := g.thumbnail()
		if rest := left - len(thumbnail) - len(`,"thumbnail":`); rest > 0 {
			r["thumbnail"], left = json.RawMessage(thumbnail), rest
		}
	}
	var examples []byte
	examples = append(examples, '[')
	for n := 0; left >= assetBytes; n++ {
		if n > 0 {
			examples = append(examples, ',')
		}
		examples = append(examples, `"asset_gen`...)
		examples = append(g.random(examples, 21), '"')
		left -= assetBytes
	}
	r["exampleAssetIds"] = json.RawMessage(append(examples, ']'))
	return r
}

func (g gen) tags(capabilities []string, lora, official bool, provider string) []string {
	tags := []string{}
	add := func(tag string) {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	maybe := func(may bool, percent int, choices ...string) {
		if may && g.chance(percent) {
			add(pick(g, choices))
		}
	}
	has := func(part string) bool { return strings.Contains(strings.Join(capabilities, " "), part) }
	if official {
		add("sc:scenario")
	}
	public := !g.opts.Private
	maybe(public && !official, 60, "sc:third-party")
	maybe(public && !official, 50, provider)
	maybe(public, 8, "sc:featured")
	maybe(public, 4, "sc:tool")
	maybe(public, 3, "sc:texture")
	maybe(public, 2, "sc:skybox")
	maybe(public, 2, "remove-background")
	maybe(public, 1, "vectorize")
	maybe(lora, 90, "Flux.1 LoRA")
	maybe(has("upscale"), 80, "image-upscale", "image-upscale", "Image-Upscale")
	maybe(has("txt2img"), 30, "Text to Image")
	maybe(has("video"), 90, "Video", "Video", "video")
	maybe(has("txt2video"), 60, "T2V")
	maybe(has("img2video"), 60, "I2V")
	for range 1 + g.IntN(4) {
		style := genStyles[g.IntN(1+g.IntN(len(genStyles)))] // the first ones more often
		if g.chance(10) {
			style = strings.ToUpper(style[:1]) + style[1:]
		}
		add(style)
	}
	if g.i > 0 && public && g.chance(4) {
		add("deprecated:" + genID(g.i-1-g.IntN(min(g.i, 50))))
	}
	return tags
}

// compliance returns what is known of a model's data and terms. Some own models
// have none.
func (g gen) compliance(provider, maintainer string) any {
	if g.opts.Private && g.i%3 == 0 {
		return nil
	}
	host := strings.ToLower(strings.Join(strings.FieldsFunc(provider, func(r rune) bool { return r < 'A' }), "-"))
	return map[string]any{
		"modelProvider": provider, "maintainer": maintainer,
		"licenseTerms":          "https://" + host + ".example/terms?ref=sample",
		"dataProcessingComment": []string{"temporaryRetention", "noRetention"}[g.i%2],
		"subProcessor":          []any{"Sample Cloud", "Mock Compute", nil}[g.i%3],
		"enterpriseStatus":      []string{"Ready", "InReview"}[g.i/7%2],
	}
}

// stats returns nested details, which lists have and no client reads.
func (g gen) stats(capabilities []string) json.RawMessage {
	b := []byte(`{"default":true,"variants":[`)
	for i, a := range capabilities {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `{"capability":%q,"computedAt":"2026-09-%02dT04:00:00.000Z","inferenceLatencySecs":{"p50":%d.%d,"p75":%d.%d,"p95":%d.5},"costs":{"min":%d,"median":%d,"breakdown":[{"unit":"sample","price":%d},{"unit":"megapixel","price":%d}]},"arenaScore":{"elo":%d,"rank":{"global":%d,"votes":[%d,%d,%d]},"source":"sample"}}`,
			a, 1+g.IntN(28), 1+g.IntN(9), g.IntN(10), 10+g.IntN(9), g.IntN(10), 30+g.IntN(60), 1+g.IntN(5), 5+g.IntN(20), g.IntN(9), g.IntN(9), 900+g.IntN(400), 1+g.IntN(90), g.IntN(999), g.IntN(999), g.IntN(99))
	}
	return append(b, `],"layout":{"groups":[{"name":"prompt","fields":["prompt","negativePrompt"],"collapsed":false},{"name":"settings","fields":["guidance","steps","seed"],"collapsed":true}],"hints":{"width":{"step":32},"height":{"step":32}}}}`...)
}

// thumbnail returns one whose address is as long as a signed one.
func (g gen) thumbnail() []byte {
	asset := g.random([]byte("asset_gen"), 21)
	b := fmt.Appendf(nil, `{"assetId":%q,"url":"https://cdn.sample.invalid/assets-transform/%[1]s?p=100&Policy=`, asset)
	b = g.random(b, 230)
	b = append(b, "__&Key-Pair-Id=K"...)
	b = g.random(b, 13)
	b = append(b, "&Signature="...)
	b = g.random(b, 340)
	return append(b, `__"}`...)
}
