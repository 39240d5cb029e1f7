package fakeapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestSample(t *testing.T) {
	public, private := Sample()
	if len(public) < 60 || len(private) != 8 {
		t.Errorf("%d public and %d private models", len(public), len(private))
	}
	all := slices.Concat(public, private)
	byID := map[string]Row{}
	validID := regexp.MustCompile(`^model_sample-[a-z0-9]+(-[a-z0-9]+)*$`)
	day := regexp.MustCompile(`^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T`)
	caps, plans, tags, statuses := map[string]int{}, map[any]int{}, map[string]int{}, map[string]int{}
	pictured, deprecated := 0, 0
	for _, r := range all {
		id := text(r["id"])
		if !validID.MatchString(id) || byID[id] != nil {
			t.Errorf("id %q is odd or there twice", id)
		}
		byID[id] = r
		if !strings.HasPrefix(text(r["name"]), "Sample ") {
			t.Errorf("%s: name %q does not say that it is a sample", id, r["name"])
		}
		if n := len(text(r["shortDescription"])); n < 40 || n > 200 {
			t.Errorf("%s: description of %d bytes", id, n)
		}
		if !day.MatchString(text(r["createdAt"])) || text(r["updatedAt"]) < text(r["createdAt"]) {
			t.Errorf("%s: made %v, changed %v", id, r["createdAt"], r["updatedAt"])
		}
		if len(texts(r["capabilities"])) == 0 || len(texts(r["tags"])) == 0 {
			t.Errorf("%s: no capability or no tag", id)
		}
		for _, c := range texts(r["capabilities"]) {
			caps[c]++
			if usualInputs[c] == "" {
				t.Errorf("%s: unknown capability %q", id, c)
			}
		}
		for _, tag := range texts(r["tags"]) {
			tags[tag]++
		}
		if inputs, ok := r["inputs"].(shortInputs); ok {
			if _, err := inputs.MarshalJSON(); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
		plans[r["accessRestrictions"]]++
		statuses[text(r["status"])]++
		if assets := texts(r["exampleAssetIds"]); len(assets) > 0 {
			pictured++
			if !strings.HasPrefix(assets[0], "asset_sample") || !strings.HasPrefix(text(r.guide()["thumbnailUrl"]), "/cdn/thumbnails/asset_sample") {
				t.Errorf("%s: asset %s, thumbnail %s", id, assets[0], r["thumbnail"])
			}
		}
	}
	for _, r := range all {
		var named []string
		named = append(named, texts(r["compliantModelIds"])...)
		for _, tag := range texts(r["tags"]) {
			if next, ok := strings.CutPrefix(tag, "deprecated:"); ok {
				deprecated++
				named = append(named, next)
			}
		}
		parts, _ := r["concepts"].([]map[string]any)
		for _, p := range parts {
			named = append(named, text(p["modelId"]))
		}
		for _, id := range named {
			if byID[id] == nil {
				t.Errorf("%s names %s, which does not exist", r["id"], id)
			}
		}
		if lora := strings.HasSuffix(text(r["type"]), "-lora"); lora && len(named) == 0 {
			t.Errorf("%s runs on nothing", r["id"])
		}
		if (r["type"] == "flux.1-composition") != (len(parts) > 1) {
			t.Errorf("%s: type %s with %d parts", r["id"], r["type"], len(parts))
		}
	}
	for c := range usualInputs {
		if caps[c] == 0 && c != "audio2audio" {
			t.Errorf("no model does %s", c)
		}
	}
	for _, tag := range []string{
		"sc:scenario", "sc:third-party", "sc:featured", "sc:tool", "sc:texture", "sc:skybox", "image-upscale", "remove-background", "vectorize",
		"Flux.1 LoRA", "Text to Image", "Video", "T2V", "I2V", "pixel-art", "anime", "isometric", "portrait",
	} {
		if tags[tag] == 0 {
			t.Errorf("no model has tag %s", tag)
		}
	}
	for _, plan := range []any{nil, 25, 50, 75, 100} {
		if plans[plan] == 0 {
			t.Errorf("no model with plan %v", plan)
		}
	}
	if deprecated < 3 || statuses["training"] != 1 || statuses["failed"] != 1 || pictured < len(all)-5 {
		t.Errorf("%d deprecated, statuses %v, %d with pictures of %d", deprecated, statuses, pictured, len(all))
	}
	again, _ := Sample()
	if clear(public[0]); len(again[0]) == 0 {
		t.Error("two callers share a row")
	}
}

func TestGenerate(t *testing.T) {
	rows := Generate(7, 709, GenOptions{})
	whole := marshal(rows)
	if !bytes.Equal(whole, marshal(Generate(7, 709, GenOptions{}))) {
		t.Error("same seed, other bytes")
	}
	if !bytes.Equal(marshal(rows[:50]), marshal(Generate(7, 50, GenOptions{}))) {
		t.Error("a shorter catalog is not the start of a longer one")
	}
	if bytes.Equal(whole, marshal(Generate(8, 709, GenOptions{}))) {
		t.Error("other seed, same bytes")
	}
	if !json.Valid(whole) {
		t.Error("not JSON")
	}

	seen := map[string]bool{}
	types, tags := map[string]int{}, map[string]int{}
	above, thumbnails, manyAssets, lines := 0, 0, 0, 0
	smallest, largest := 1<<20, 0
	for i, r := range rows {
		id := text(r["id"])
		if seen[id] || !strings.HasPrefix(id, "model_gen") {
			t.Errorf("id %s", id)
		}
		for _, ref := range append(texts(r["compliantModelIds"]), successors(r)...) {
			if !seen[ref] {
				t.Errorf("%s names %s, which is not before it", id, ref)
			}
		}
		seen[id] = true
		lines += len(successors(r))
		types[text(r["type"])]++
		for _, tag := range texts(r["tags"]) {
			tags[tag]++
		}
		if plan, _ := r["accessRestrictions"].(int); plan > 0 && i < 100 {
			above++
		}
		if r["thumbnail"] != nil {
			thumbnails++
		}
		if len(texts(r["exampleAssetIds"])) >= 100 {
			manyAssets++
		}
		n := len(marshal(r))
		smallest, largest = min(smallest, n), max(largest, n)
	}
	if smallest < 3400 || largest > 7000 {
		t.Errorf("rows of %d to %d bytes", smallest, largest)
	}
	for name, v := range map[string][3]int{ // least, got, most
		"custom":       {550, types["custom"], 550},
		"flux.1-lora":  {137, types["flux.1-lora"], 137},
		"other types":  {4, len(types) - 2, 4},
		"above Free":   {41, above, 41},
		"sc:scenario":  {200, tags["sc:scenario"], 290},
		"thumbnails":   {120, thumbnails, 220},
		"100 assets":   {30, manyAssets, 400},
		"deprecated":   {10, lines, 50},
		"tags in all":  {60, len(tags), 200},
		"sc:skybox":    {5, tags["sc:skybox"], 40},
		"image-upscal": {5, tags["image-upscale"], 60},
	} {
		if v[1] < v[0] || v[1] > v[2] {
			t.Errorf("%s: %d, want %d to %d", name, v[1], v[0], v[2])
		}
	}
}

func successors(r Row) []string {
	var ids []string
	for _, tag := range texts(r["tags"]) {
		if id, ok := strings.CutPrefix(tag, "deprecated:"); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

func TestGenerateOptions(t *testing.T) {
	for _, r := range Generate(1, 200, GenOptions{RowBytes: 9000}) {
		if n := len(marshal(r)); n < 8900 || n > 9000 {
			t.Errorf("row of %d bytes", n)
		}
	}
	public := map[string]bool{}
	for _, r := range Generate(3, 10, GenOptions{}) {
		public[text(r["id"])] = true
	}
	statuses := map[string]int{}
	for _, r := range Generate(3, 200, GenOptions{Private: true}) {
		statuses[text(r["status"])]++
		if r["privacy"] != "private" || !strings.HasPrefix(text(r["id"]), "model_own") {
			t.Errorf("own model %v is %v", r["id"], r["privacy"])
		}
		for _, base := range texts(r["compliantModelIds"]) {
			if !public[base] {
				t.Errorf("%v runs on %s, which is not public", r["id"], base)
			}
		}
	}
	if len(statuses) != 5 || statuses["trained"] < 150 {
		t.Errorf("statuses %v", statuses)
	}
}

func TestInputKinds(t *testing.T) {
	for name, in := range inputKinds() {
		for _, key := range []string{"type", "label", "description", "group"} {
			if text(in[key]) == "" {
				t.Errorf("%s has no %s", name, key)
			}
		}
	}
	for _, bad := range []string{"nonsense", "width=wide"} {
		if _, err := parseInputs(bad); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
	for c := range usualInputs {
		if len(inputsFor([]string{c})) == 0 {
			t.Errorf("no inputs for %s", c)
		}
	}
}

// BenchmarkGenerate makes the largest catalog that anyone tests with.
//
//	go test -run=- -bench=Generate -benchtime=1x ./scenario/fakeapi
func BenchmarkGenerate(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Generate(1, 70_000, GenOptions{})
	}
}

// BenchmarkPage sends a cached page of 500 rows over loopback.
func BenchmarkPage(b *testing.B) {
	_, base := start(b, Options{Public: Generate(1, 709, GenOptions{})})
	client := &http.Client{}
	b.ReportAllocs()
	for b.Loop() {
		r := request(b, http.MethodGet, base+"/models/public?pageSize=500", "")
		r.Header.Set("Accept-Encoding", "gzip")
		resp, err := client.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		n, err := bytes.NewBuffer(nil).ReadFrom(resp.Body)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(n)
		resp.Body.Close()
	}
}
