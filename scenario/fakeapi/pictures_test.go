package fakeapi

import (
	"bytes"
	"image"
	"image/color"
	_ "image/gif"
	_ "image/png"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	_ "golang.org/x/image/webp"
)

// TestPicturesOfSamples looks at the first picture of each sample model: it has
// something on it, and is this model's alone.
func TestPicturesOfSamples(t *testing.T) {
	public, private := Sample()
	seen := map[string]string{}
	formats := map[string]int{}
	without, size := 0, 0
	for _, r := range slices.Concat(public, private) {
		id := text(r["id"])
		assets := texts(r["exampleAssetIds"])
		if len(assets) == 0 {
			without++
			continue
		}
		p := picture(assets[0], r)
		m, format, err := image.Decode(bytes.NewReader(p))
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if m.Bounds() != image.Rect(0, 0, pictureSize, pictureSize) {
			t.Errorf("%s: %s of %v", id, format, m.Bounds())
		}
		size += len(p)
		formats[format]++
		if n := tones(m); n < 6 {
			t.Errorf("%s: only %d tones", id, n)
		}
		if other := seen[string(p)]; other != "" {
			t.Errorf("%s looks like %s", id, other)
		}
		seen[string(p)] = id
		if bytes.Equal(p, pattern(assets[0], r)) {
			t.Errorf("%s has no picture in sample/", id)
		}
		if len(assets) > 1 {
			if second := picture(assets[1], r); bytes.Equal(second, p) {
				t.Errorf("%s: two assets, one picture", id)
			}
		}
	}
	if formats["jpeg"] < 10 || formats["png"] < 10 || formats["webp"] < 10 || formats["gif"] != 1 {
		t.Errorf("formats: %v", formats)
	}
	if without < 2 {
		t.Errorf("%d samples without a picture: a sheet should be able to show what that looks like", without)
	}
	if files, err := sampleFiles.ReadDir("sample"); err != nil || len(files) != len(seen)+2 { // with models.json and inputs.json
		t.Errorf("%d files for %d models: %v", len(files), len(seen), err)
	}
	if size > 400_000 {
		t.Errorf("%d bytes of pictures in the program, want at most 400,000", size)
	}
}

// TestPatterns looks at the pictures of models that have no file.
func TestPatterns(t *testing.T) {
	a := Row{"id": "model_a", "name": "Amber Atlas 12"}
	first := pattern("asset_a", a)
	m, format, err := image.Decode(bytes.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	if format != "jpeg" || m.Bounds() != image.Rect(0, 0, pictureSize, pictureSize) || tones(m) < 6 {
		t.Errorf("%s of %v in %d tones", format, m.Bounds(), tones(m))
	}
	if !bytes.Equal(first, pattern("asset_a", a)) {
		t.Error("drawn twice, two pictures")
	}
	for name, other := range map[string][]byte{
		"another asset": pattern("asset_b", a),
		"another model": pattern("asset_a", Row{"id": "model_b", "name": "Amber Atlas 12"}),
		"another name":  pattern("asset_a", Row{"id": "model_a", "name": "Brisk Atlas 12"}),
	} {
		if bytes.Equal(first, other) {
			t.Errorf("%s, the same picture", name)
		}
	}
	for name, want := range map[string]string{
		"Amber Atlas 12": "AA", "Sample Pixel Forge": "PF", "one": "O", "élan vital": "ÉV", "": "", "\xff": "\ufffd",
	} {
		if got := initials(name); got != want {
			t.Errorf("initials of %q are %q, want %q", name, got, want)
		}
	}
}

// tones counts the shades of a picture that differ well, in every fourth pixel
// of every fourth line.
func tones(m image.Image) int {
	set := map[[3]uint32]bool{}
	for y := 0; y < m.Bounds().Dy(); y += 4 {
		for x := 0; x < m.Bounds().Dx(); x += 4 {
			r, g, b, _ := m.At(x, y).RGBA()
			set[[3]uint32{r >> 12, g >> 12, b >> 12}] = true
		}
	}
	return len(set)
}

// TestThemes holds pictures against what the models are for.
func TestThemes(t *testing.T) {
	average := func(id string) color.NRGBA {
		t.Helper()
		m, _, err := image.Decode(bytes.NewReader(picture(sampleAsset+id+"-1", nil)))
		if err != nil {
			t.Fatal(err)
		}
		var sum [3]uint32
		for y := range pictureSize {
			for x := range pictureSize {
				r, g, b, _ := m.At(x, y).RGBA()
				sum[0], sum[1], sum[2] = sum[0]+r>>8, sum[1]+g>>8, sum[2]+b>>8
			}
		}
		const n = pictureSize * pictureSize
		return color.NRGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 255}
	}
	light := func(k color.NRGBA) int { return (int(k.R) + int(k.G) + int(k.B)) / 3 }
	if k := average("blueprint"); k.B < k.R+60 {
		t.Errorf("a blueprint is %v, want blue", k)
	}
	if k := average("noir-comic"); light(k) > 90 {
		t.Errorf("noir is %v, want dark", k)
	}
	if k := average("tattoo-line"); light(k) < 150 || k.R > k.B+40 {
		t.Errorf("a tattoo is %v, want black on pale", k)
	}
	if a, b := average("moonlit-pixel-tales"), average("pixel-meadow"); light(a)+30 > light(b) {
		t.Errorf("pixels by night %v, by day %v", a, b)
	}
}

func TestThumbnailRoute(t *testing.T) {
	public, private := Sample()
	api := New(Options{Public: slices.Concat(public, Generate(1, 30, GenOptions{})), Private: private, Key: "k", Secret: "s"})
	base, err := api.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer api.Close()
	get := func(asset string) (*http.Response, []byte) {
		t.Helper()
		resp, err := http.Get(strings.TrimSuffix(base, "v1") + "cdn/thumbnails/" + asset)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp, body
	}

	generated := ""
	for _, r := range Generate(1, 30, GenOptions{}) {
		if address := text(r.guide()["thumbnailUrl"]); address != "" {
			_, rest, _ := strings.Cut(address, "assets-transform/")
			generated, _, _ = strings.Cut(rest, "?")
		}
	}
	for _, asset := range []string{"asset_sample-pixel-forge-1", "asset_sample-sprite-walk-2", "asset_sample-lantern-world-1", generated} {
		resp, body := get(asset)
		c, format, err := image.DecodeConfig(bytes.NewReader(body))
		if resp.StatusCode != http.StatusOK || err != nil || c.Width != pictureSize || resp.Header.Get("Content-Type") != "image/"+format {
			t.Errorf("%s: status %d, %s of width %d, header %q: %v", asset, resp.StatusCode, format, c.Width, resp.Header.Get("Content-Type"), err)
		}
		if h := resp.Header.Get("Cache-Control"); !strings.Contains(h, "immutable") {
			t.Errorf("%s: Cache-Control %q", asset, h)
		}
		if _, again := get(asset); !bytes.Equal(again, body) {
			t.Errorf("%s: asked twice, two pictures", asset)
		}
	}
	for _, asset := range []string{"asset_sample-pixel-forge-99", "asset_sample-voice-zero-1", "nothing"} {
		if resp, _ := get(asset); resp.StatusCode != http.StatusNotFound || resp.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: status %d, %s, want a 404 of the API", asset, resp.StatusCode, resp.Header.Get("Content-Type"))
		}
	}
}
