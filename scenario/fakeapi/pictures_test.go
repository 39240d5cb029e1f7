package fakeapi

import (
	"bytes"
	"image"
	"image/color"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestPicturesOfSamples draws one picture of each sample model, small, and
// looks whether there is something on it that is this model's alone.
func TestPicturesOfSamples(t *testing.T) {
	public, private := Sample()
	seen := map[string]string{}
	formats := map[string]int{}
	without := 0
	for _, r := range slices.Concat(public, private) {
		id := text(r["id"])
		assets := texts(r["exampleAssetIds"])
		if len(assets) == 0 {
			without++
			continue
		}
		p := drawPicture(assets[0], r, 96)
		m, format, err := image.Decode(bytes.NewReader(p.body))
		if err != nil || m.Bounds() != image.Rect(0, 0, 96, 96) || "image/"+format != p.contentType {
			t.Errorf("%s: %s said to be %s, %v", id, format, p.contentType, err)
			continue
		}
		formats[format]++
		if n := tones(m); n < 6 {
			t.Errorf("%s: only %d tones", id, n)
		}
		if other := seen[string(p.body)]; other != "" {
			t.Errorf("%s looks like %s", id, other)
		}
		seen[string(p.body)] = id
		if again := drawPicture(assets[0], r, 96); !bytes.Equal(again.body, p.body) {
			t.Errorf("%s: drawn twice, two pictures", id)
		}
		if len(assets) > 1 {
			if second := drawPicture(assets[1], r, 96); bytes.Equal(second.body, p.body) {
				t.Errorf("%s: two assets, one picture", id)
			}
		}
	}
	if formats["jpeg"] < 20 || formats["png"] < 5 || formats["gif"] != 1 {
		t.Errorf("formats: %v", formats)
	}
	if without < 2 {
		t.Errorf("%d samples without a picture: a sheet should be able to show what that looks like", without)
	}
}

// tones counts the shades of a picture that differ well.
func tones(m image.Image) int {
	set := map[[3]uint32]bool{}
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			r, g, b, _ := m.At(x, y).RGBA()
			set[[3]uint32{r >> 12, g >> 12, b >> 12}] = true
		}
	}
	return len(set)
}

// TestThemes holds pictures against what the models are for.
func TestThemes(t *testing.T) {
	average := func(tags ...string) color.NRGBA {
		p := drawPicture("asset_a", Row{"id": "model_a", "tags": tags}, 64)
		m, _, err := image.Decode(bytes.NewReader(p.body))
		if err != nil {
			t.Fatal(err)
		}
		var sum [3]uint32
		for y := range 64 {
			for x := range 64 {
				r, g, b, _ := m.At(x, y).RGBA()
				sum[0], sum[1], sum[2] = sum[0]+r>>8, sum[1]+g>>8, sum[2]+b>>8
			}
		}
		return color.NRGBA{uint8(sum[0] / 4096), uint8(sum[1] / 4096), uint8(sum[2] / 4096), 255}
	}
	light := func(k color.NRGBA) int { return (int(k.R) + int(k.G) + int(k.B)) / 3 }
	if k := average("blueprint"); k.B < k.R+60 {
		t.Errorf("a blueprint is %v, want blue", k)
	}
	if k := average("noir"); light(k) > 90 {
		t.Errorf("noir is %v, want dark", k)
	}
	if k := average("tattoo"); light(k) < 150 || k.R > k.B+40 {
		t.Errorf("a tattoo is %v, want black on pale", k)
	}
	if a, b := average("pixel-art", "neon"), average("pixel-art"); light(a)+30 > light(b) {
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
		if address := r.thumbnailURL(); address != "" {
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

func BenchmarkDrawPicture(b *testing.B) {
	public, _ := Sample()
	for _, r := range public {
		switch id := text(r["id"]); id {
		case "model_sample-pixel-forge", "model_sample-anime-spark", "model_sample-stone-and-bark":
			b.Run(strings.TrimPrefix(id, sampleID), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					drawPicture("asset", r, pictureSize)
				}
			})
		}
	}
}
