package fakeapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"image"
	"image/jpeg"
	"math"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// pictureSize is the width and height of every picture in pixels.
const pictureSize = 320

// thumbnail answers with the picture of an asset that some model has.
func (c *call) thumbnail() {
	asset := c.r.PathValue("assetId")
	for _, l := range []*list{c.private, c.public} {
		i := slices.IndexFunc(l.rows, func(r Row) bool { return r.shows(asset) })
		if i < 0 {
			continue
		}
		body := picture(asset, l.rows[i])
		h := c.w.Header()
		h.Set("Content-Type", http.DetectContentType(body))
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		c.send(http.StatusOK, body, false)
		return
	}
	c.fail(http.StatusNotFound, "Asset not found")
}

// shows reports whether an asset is a row's thumbnail or one of its examples.
func (r Row) shows(asset string) bool {
	if asset == "" {
		return false
	}
	has := func(v any) bool {
		switch v := v.(type) {
		case json.RawMessage: // not decoded: thousands of rows have a hundred ids each
			return bytes.Contains(v, []byte(`"`+asset+`"`))
		case map[string]any:
			return v["assetId"] == asset
		}
		return slices.Contains(texts(v), asset)
	}
	return has(r["thumbnail"]) || has(r["exampleAssetIds"])
}

// picture returns the file of a sample model's first asset, and a pattern for any other.
func picture(asset string, r Row) []byte {
	name := strings.TrimSuffix(strings.TrimPrefix(asset, sampleAsset), "-1")
	for _, format := range []string{".jpg", ".png", ".gif", ".webp"} {
		if body, err := sampleFiles.ReadFile("sample/" + name + format); err == nil {
			return body
		}
	}
	return pattern(asset, r)
}

// pattern draws rings in the model's color around a point of the asset's own,
// and the model's initials. Equal arguments give equal bytes.
func pattern(asset string, r Row) []byte {
	hash := func(s string) uint32 {
		h := fnv.New32a()
		h.Write([]byte(s))
		return h.Sum32()
	}
	img := image.NewYCbCr(image.Rect(0, 0, pictureSize, pictureSize), image.YCbCrSubsampleRatio420)
	hueSin, hueCos := math.Sincos(float64(hash(text(r["id"]))))
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = uint8(128+45*hueCos), uint8(128+45*hueSin)
	}
	center := hash(asset)
	x, y := int(center%pictureSize), int(center/pictureSize%pictureSize)
	for i := range img.Y {
		distance := math.Hypot(float64(i%img.YStride-x), float64(i/img.YStride-y))
		img.Y[i] = uint8(110 + 15*math.Sin(distance/8))
	}

	face := must(opentype.NewFace(must(opentype.Parse(gobold.TTF)), &opentype.FaceOptions{Size: 120, DPI: 72}))
	luma := &image.Gray{Pix: img.Y, Stride: img.YStride, Rect: img.Rect}
	writer := font.Drawer{Dst: luma, Src: image.White, Face: face}
	letters := initials(text(r["name"]))
	writer.Dot = fixed.Point26_6{X: (fixed.I(pictureSize) - writer.MeasureString(letters)) / 2, Y: fixed.I(200)}
	writer.DrawString(letters)

	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(fmt.Sprintf("fakeapi: encode a pattern: %v", err)) // a buffer takes everything
	}
	return b.Bytes()
}

// initials returns the first letters of a name's first two words.
func initials(name string) string {
	var letters string
	for i, word := range strings.Fields(strings.TrimPrefix(name, "Sample ")) {
		if i < 2 {
			first, _ := utf8.DecodeRuneInString(word)
			letters += strings.ToUpper(string(first))
		}
	}
	return letters
}
