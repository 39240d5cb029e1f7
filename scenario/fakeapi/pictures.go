package fakeapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// pictures draws what the models' assets look like, each once.
type pictures struct {
	mu    sync.Mutex
	drawn map[string]func() picture // by asset
}

type picture struct {
	body        []byte
	contentType string
}

// pictureSize is what pictures measure on a side, in pixels.
const pictureSize = 512

// maxPictures bounds what a server remembers: some 15 MB.
const maxPictures = 300

// of returns the picture of an asset of a model.
func (p *pictures) of(asset string, r Row) picture {
	p.mu.Lock()
	drawn, ok := p.drawn[asset]
	if !ok {
		if len(p.drawn) >= maxPictures || p.drawn == nil {
			p.drawn = map[string]func() picture{}
		}
		// Drawn outside the lock: twelve are asked for at once.
		drawn = sync.OnceValue(func() picture { return drawPicture(asset, r, pictureSize) })
		p.drawn[asset] = drawn
	}
	p.mu.Unlock()
	return drawn()
}

// thumbnail answers with the picture of an asset that some model has.
func (c *call) thumbnail() {
	asset := c.r.PathValue("assetId")
	for _, l := range []*list{c.private, c.public} {
		for _, r := range l.rows {
			if !r.shows(asset) {
				continue
			}
			p := l.pictures.of(asset, r)
			h := c.w.Header()
			h.Set("Content-Type", p.contentType)
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
			c.send(http.StatusOK, p.body, false)
			return
		}
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
		case json.RawMessage: // not decoded: there may be a hundred ids in each of thousands of rows
			return bytes.Contains(v, []byte(`"`+asset+`"`))
		case map[string]any:
			return v["assetId"] == asset
		}
		return slices.Contains(texts(v), asset)
	}
	return has(r["thumbnail"]) || has(r["exampleAssetIds"])
}

// drawPicture draws in the manner of the model: its theme and its hue are those
// of all its pictures, the rest is the asset's. Equal arguments give equal bytes.
func drawPicture(asset string, r Row, size int) picture {
	seed := func(s string) uint64 {
		h := fnv.New64a()
		h.Write([]byte(s))
		return h.Sum64()
	}
	model := seed(text(r["id"]))
	rng := rand.New(rand.NewPCG(model, seed(asset)))
	c := newCanvas(size, rng, float64(model%360)+24*rng.Float64()-12)
	draw, format := theme(r, model)
	draw(c)

	var b bytes.Buffer
	var err error
	switch format {
	case "png":
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, paletted(c.img))
	case "gif":
		err = gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{paletted(c.img).(*image.Paletted)}, Delay: []int{20}})
	default:
		err = jpeg.Encode(&b, c.img, &jpeg.Options{Quality: 86})
	}
	if err != nil {
		panic(fmt.Sprintf("fakeapi: draw %s: %v", format, err)) // it is our own picture, into memory
	}
	return picture{b.Bytes(), "image/" + format}
}

// paletted is a picture of at most 256 colors as one that has a palette, or the
// picture itself.
func paletted(m *image.RGBA) image.Image {
	out := image.NewPaletted(m.Rect, nil)
	index := map[[4]uint8]uint8{}
	var last [4]uint8
	var at uint8
	for i := range out.Pix {
		k := [4]uint8(m.Pix[4*i:])
		if k != last || i == 0 {
			n, ok := index[k]
			if !ok {
				if len(out.Palette) == 256 {
					return m
				}
				n = uint8(len(out.Palette))
				index[k] = n
				out.Palette = append(out.Palette, color.RGBA{k[0], k[1], k[2], k[3]})
			}
			last, at = k, n
		}
		out.Pix[i] = at
	}
	return out
}

// theme picks what a model's pictures show, and their format: the first line
// of the list whose words are all among its tags, capabilities and type.
func theme(r Row, model uint64) (draw func(*canvas), format string) {
	words := map[string]bool{text(r["type"]): true}
	for _, w := range slices.Concat(texts(r["tags"]), texts(r["capabilities"])) {
		words[strings.ToLower(w)] = true
	}
	has := func(all string) bool {
		for w := range strings.SplitSeq(all, "+") {
			if !words[w] {
				return false
			}
		}
		return true
	}
	day := func(c *canvas) { c.hills(c.day()) }
	dusk := func(c *canvas) { c.hills(c.dusk()) }
	night := func(c *canvas) { c.hills(c.night()); c.stars(50, 40) }
	inFilm := func(scene func(*canvas)) func(*canvas) { return func(c *canvas) { c.film(scene) } }
	for _, t := range []struct {
		words  string // alternatives, separated by commas; parts, all needed, joined by +
		format string
		draw   func(*canvas)
	}{
		{"sprite sheet", "gif", (*canvas).sprites},
		{"pixel-art+neon,pixel-art+night", "png", func(c *canvas) { c.pixelScene(false, true) }},
		{"pixel-art+character", "png", func(c *canvas) { c.pixelScene(true, false) }},
		{"pixel-art", "png", func(c *canvas) { c.pixelScene(false, false) }},
		{"remove-background", "jpeg", (*canvas).cutout},
		{"vectorize", "png", (*canvas).bezier},

		{"lip sync", "jpeg", inFilm(func(c *canvas) { c.sky(c.ink(0.6, 0.1, 180), c.ink(0.8, 0.1, 180)); c.face(1) })},
		{"video-upscale", "jpeg", inFilm(func(c *canvas) { c.halves(day) })},
		{"v2v", "jpeg", inFilm((*canvas).stainedGlass)},
		{"video+loop", "jpeg", inFilm((*canvas).storybook)},
		{"video+cinematic", "jpeg", inFilm((*canvas).starship)},
		{"video+fast", "jpeg", inFilm((*canvas).lowPoly)},
		{"video,txt2video,img2video,video2video", "jpeg", inFilm([]func(*canvas){dusk, day, night, (*canvas).synthwave}[model%4])},
		{"music", "jpeg", func(c *canvas) { c.wave(true) }},
		{"audio,txt2audio", "jpeg", func(c *canvas) { c.wave(false) }},

		{"3d+toy", "jpeg", func(c *canvas) { c.toy(false) }},
		{"3d+texture", "jpeg", func(c *canvas) { c.solids(true) }},
		{"3d,txt23d,img23d,3d23d", "jpeg", func(c *canvas) { c.solids(false) }},
		{"creative+image-upscale", "jpeg", func(c *canvas) { c.halves((*canvas).creature) }},
		{"image-upscale,upscale", "jpeg", func(c *canvas) { c.halves([]func(*canvas){(*canvas).storybook, (*canvas).portrait, dusk}[model%3]) }},

		{"isometric+interior", "jpeg", (*canvas).isoRoom},
		{"isometric", "jpeg", (*canvas).isoTown},
		{"skybox+sci-fi,skybox+space,sc:skybox+space", "jpeg", func(c *canvas) { c.skybox(true) }},
		{"skybox,sc:skybox", "jpeg", func(c *canvas) { c.skybox(false) }},
		{"texture+fabric", "jpeg", (*canvas).weave},
		{"texture+terrain", "jpeg", (*canvas).terrain},
		{"texture,sc:texture", "jpeg", (*canvas).stones},

		{"low-poly", "jpeg", (*canvas).lowPoly},
		{"stained glass", "jpeg", (*canvas).stainedGlass},
		{"papercraft", "jpeg", (*canvas).papercut},
		{"claymation", "jpeg", func(c *canvas) { c.toy(true) }},
		{"toy,mascot+brand", "jpeg", func(c *canvas) { c.toy(false) }},
		{"yarn", "jpeg", (*canvas).knit},
		{"crayon", "jpeg", (*canvas).crayon},
		{"art deco", "png", (*canvas).deco},
		{"noir,comic", "png", (*canvas).noir},
		{"neon,cyberpunk,synthwave", "jpeg", (*canvas).synthwave},
		{"sumi-e,ink", "jpeg", (*canvas).sumi},
		{"tattoo", "jpeg", (*canvas).tattoo},
		{"graffiti", "jpeg", (*canvas).graffiti},
		{"botanical", "jpeg", (*canvas).botanical},
		{"blueprint", "png", (*canvas).blueprint},
		{"map", "png", (*canvas).battleMap},
		{"chibi", "jpeg", func(c *canvas) { c.anime(1.3) }},
		{"stickers", "png", (*canvas).stickers},
		{"anime+landscape", "jpeg", (*canvas).animeEvening},
		{"anime", "jpeg", func(c *canvas) { c.anime(1) }},
		{"watercolor", "jpeg", (*canvas).watercolor},
		{"gouache,children", "jpeg", (*canvas).storybook},
		{"card game", "jpeg", (*canvas).card},
		{"creature,animals", "jpeg", (*canvas).creature},
		{"mecha,robot", "jpeg", (*canvas).mecha},
		{"spaceship,vehicle,space,sci-fi", "jpeg", (*canvas).starship},
		{"icons", "jpeg", (*canvas).iconGrid},
		{"props,item", "jpeg", (*canvas).potions},
		{"brand+logo,logo+minimal", "png", (*canvas).logo},
		{"typography,poster", "jpeg", (*canvas).poster},
		{"vector,flat", "png", (*canvas).flatVector},

		{"fashion", "jpeg", (*canvas).dress},
		{"food", "jpeg", (*canvas).food},
		{"product", "jpeg", (*canvas).product},
		{"interior,architecture", "jpeg", (*canvas).interior},
		{"portrait", "jpeg", (*canvas).portrait},
		{"lighting", "jpeg", (*canvas).relight},
		{"inpaint+retouch,instruction", "jpeg", (*canvas).inpaint},
		{"outpaint+expand", "jpeg", (*canvas).outpaint},
		{"sc:tool+controlnet", "jpeg", (*canvas).sketch},
		{"key art,fantasy,epic", "jpeg", (*canvas).keyArt},
		{"landscape,background,nature", "jpeg", dusk},
		{"character,cute", "jpeg", func(c *canvas) { c.anime(1) }},
		{"4k,photorealistic", "jpeg", dusk},
	} {
		if slices.ContainsFunc(strings.Split(t.words, ","), has) {
			return t.draw, t.format
		}
	}
	return (*canvas).gallery, "jpeg"
}
