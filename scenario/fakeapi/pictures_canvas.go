package fakeapi

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"math/rand/v2"

	"golang.org/x/image/vector"
)

// canvas is a square drawn on in units of which a hundred span it, wherever on
// the picture it lies. Two canvases with equal random sources and the same
// calls show the same.
type canvas struct {
	*rand.Rand
	img    *image.RGBA // what may be drawn on; its bounds clip
	x0, y0 float64     // of the square, in pixels
	unit   float64     // pixels
	hue    float64     // in degrees; every theme builds its colors from it
	z      *vector.Rasterizer
}

func newCanvas(size int, rng *rand.Rand, hue float64) *canvas {
	return &canvas{
		Rand: rng, hue: hue, unit: float64(size) / 100,
		img: image.NewRGBA(image.Rect(0, 0, size, size)),
		z:   vector.NewRasterizer(1, 1),
	}
}

// inside is a canvas in a part of c: its middle, as large as it covers the part.
func (c *canvas) inside(x, y, w, h float64) *canvas {
	in := *c
	size := max(w, h)
	in.unit = c.unit * size / 100
	in.x0 = c.x0 + (x-(size-w)/2)*c.unit
	in.y0 = c.y0 + (y-(size-h)/2)*c.unit
	clip := image.Rect(c.px(x), c.py(y), c.px(x+w), c.py(y+h)).Intersect(c.img.Rect)
	in.img = c.img.SubImage(clip).(*image.RGBA)
	return &in
}

func (c *canvas) px(x float64) int { return int(math.Round(c.x0 + x*c.unit)) }
func (c *canvas) py(y float64) int { return int(math.Round(c.y0 + y*c.unit)) }

// in returns a random number from lo to hi.
func (c *canvas) in(lo, hi float64) float64 { return lo + (hi-lo)*c.Float64() }

// ink is a color of the canvas's palette: lightness 0 to 1, chroma 0 to about
// 0.3, and how far from the canvas's hue.
func (c *canvas) ink(l, chroma, turn float64) color.NRGBA { return oklch(l, chroma, c.hue+turn) }

// oklch converts from the Oklab color space, in which equal lightness looks
// equally light at any hue.
func oklch(l, chroma, hue float64) color.NRGBA {
	sin, cos := math.Sincos(hue * math.Pi / 180)
	a, b := chroma*cos, chroma*sin
	p := l + 0.3963377774*a + 0.2158037573*b
	q := l - 0.1055613458*a - 0.0638541728*b
	r := l - 0.0894841775*a - 1.2914855480*b
	p, q, r = p*p*p, q*q*q, r*r*r
	gamma := func(v float64) uint8 {
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		return uint8(math.Round(255 * min(max(v, 0), 1)))
	}
	return color.NRGBA{
		gamma(4.0767416621*p - 3.3077115913*q + 0.2309699292*r),
		gamma(-1.2684380046*p + 2.6097574011*q - 0.3413193965*r),
		gamma(-0.0041960863*p - 0.7034186147*q + 1.7076147010*r),
		255,
	}
}

// gray is oklch without color.
func gray(l float64) color.NRGBA { return oklch(l, 0, 0) }

var black, white = color.NRGBA{0, 0, 0, 255}, color.NRGBA{255, 255, 255, 255}

// clear makes a color see-through; 1 leaves it as it is.
func fade(k color.NRGBA, alpha float64) color.NRGBA {
	k.A = uint8(float64(k.A) * alpha)
	return k
}

// mix goes from a to b as t goes from 0 to 1.
func mix(a, b color.NRGBA, t float64) color.NRGBA {
	t = min(max(t, 0), 1)
	f := func(a, b uint8) uint8 { return uint8(float64(a) + (float64(b)-float64(a))*t + 0.5) }
	return color.NRGBA{f(a.R, b.R), f(a.G, b.G), f(a.B, b.B), f(a.A, b.A)}
}

// ramp is a scale of colors, looked up instead of mixed for each pixel.
type ramp [256]color.NRGBA

func newRamp(stops ...color.NRGBA) *ramp {
	var r ramp
	for i := range r {
		at := float64(i) / 255 * float64(len(stops)-1)
		j := min(int(at), len(stops)-2)
		r[i] = mix(stops[j], stops[j+1], at-float64(j))
	}
	return &r
}

func (r *ramp) at(t float64) color.NRGBA { return r[int(min(max(t, 0), 1)*255)] }

// shader is a color for each place.
type shader func(x, y float64) color.NRGBA

// put blends a color into a pixel; alpha is out of 255, on top of the color's.
func put(pix []uint8, k color.NRGBA, alpha uint32) {
	a := uint32(k.A) * alpha / 255
	pix[0] = uint8((uint32(pix[0])*(255-a) + uint32(k.R)*a) / 255)
	pix[1] = uint8((uint32(pix[1])*(255-a) + uint32(k.G)*a) / 255)
	pix[2] = uint8((uint32(pix[2])*(255-a) + uint32(k.B)*a) / 255)
	pix[3] = 255
}

// paint blends a shader over the whole canvas.
func (c *canvas) paint(s shader) { c.paintIn(c.img.Rect, s) }

func (c *canvas) paintIn(r image.Rectangle, s shader) {
	r = r.Intersect(c.img.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		i := c.img.PixOffset(r.Min.X, y)
		v := (float64(y) + 0.5 - c.y0) / c.unit
		for x := r.Min.X; x < r.Max.X; x++ {
			put(c.img.Pix[i:i+4:i+4], s((float64(x)+0.5-c.x0)/c.unit, v), 255)
			i += 4
		}
	}
}

// flat covers the canvas with one color.
func (c *canvas) flat(k color.NRGBA) {
	draw.Draw(c.img, c.img.Rect, image.NewUniform(k), image.Point{}, draw.Over)
}

// sky covers the canvas from top to bottom.
func (c *canvas) sky(stops ...color.NRGBA) {
	r := newRamp(stops...)
	for y := c.img.Rect.Min.Y; y < c.img.Rect.Max.Y; y++ {
		k := r.at((float64(y) + 0.5 - c.y0) / c.unit / 100)
		i := c.img.PixOffset(c.img.Rect.Min.X, y)
		for range c.img.Rect.Dx() {
			put(c.img.Pix[i:i+4:i+4], k, 255)
			i += 4
		}
	}
}

// glow lightens around a place.
func (c *canvas) glow(x, y, radius float64, k color.NRGBA) {
	r := image.Rect(c.px(x-radius), c.py(y-radius), c.px(x+radius)+1, c.py(y+radius)+1)
	c.paintIn(r, func(u, v float64) color.NRGBA {
		d := ((u-x)*(u-x) + (v-y)*(v-y)) / (radius * radius)
		if d >= 1 {
			return color.NRGBA{}
		}
		return fade(k, (1-d)*(1-d))
	})
}

// shadow darkens an ellipse with soft edges.
func (c *canvas) shadow(x, y, rx, ry, alpha float64) {
	r := image.Rect(c.px(x-rx), c.py(y-ry), c.px(x+rx)+1, c.py(y+ry)+1)
	c.paintIn(r, func(u, v float64) color.NRGBA {
		d := (u-x)*(u-x)/(rx*rx) + (v-y)*(v-y)/(ry*ry)
		if d >= 1 {
			return color.NRGBA{}
		}
		return color.NRGBA{A: uint8(255 * alpha * (1 - d))}
	})
}

// grain roughens the canvas by up to amount out of 255.
func (c *canvas) grain(amount int) {
	state := c.Uint32() | 1
	for y := c.img.Rect.Min.Y; y < c.img.Rect.Max.Y; y++ {
		i := c.img.PixOffset(c.img.Rect.Min.X, y)
		for range c.img.Rect.Dx() {
			state = state*1664525 + 1013904223
			d := int(state>>16)%(2*amount+1) - amount
			for k := i; k < i+3; k++ {
				c.img.Pix[k] = uint8(min(max(int(c.img.Pix[k])+d, 0), 255))
			}
			i += 4
		}
	}
}

// shape is an outline, in units. Its methods return it, to be chained.
type shape struct {
	ops      []op
	min, max [2]float32
}

type op struct {
	kind byte // m, l, q, c or z
	p    [3][2]float32
}

func (s *shape) add(kind byte, xy ...float64) *shape {
	o := op{kind: kind}
	for i := 0; i+1 < len(xy); i += 2 {
		v := [2]float32{float32(xy[i]), float32(xy[i+1])}
		if len(s.ops) == 0 && i == 0 {
			s.min, s.max = v, v
		}
		for k := range v {
			s.min[k], s.max[k] = min(s.min[k], v[k]), max(s.max[k], v[k])
		}
		o.p[i/2] = v
	}
	s.ops = append(s.ops, o)
	return s
}

func (s *shape) move(x, y float64) *shape             { return s.add('m', x, y) }
func (s *shape) line(x, y float64) *shape             { return s.add('l', x, y) }
func (s *shape) quad(x1, y1, x, y float64) *shape     { return s.add('q', x1, y1, x, y) }
func (s *shape) cube(a, b, c, d, x, y float64) *shape { return s.add('c', a, b, c, d, x, y) }
func (s *shape) close() *shape                        { return s.add('z') }
func from(x, y float64) *shape                        { return new(shape).move(x, y) }
func (s *shape) ellipse(x, y, rx, ry float64) *shape {
	const k = 0.5523
	return s.move(x-rx, y).cube(x-rx, y-k*ry, x-k*rx, y-ry, x, y-ry).cube(x+k*rx, y-ry, x+rx, y-k*ry, x+rx, y).
		cube(x+rx, y+k*ry, x+k*rx, y+ry, x, y+ry).cube(x-k*rx, y+ry, x-rx, y+k*ry, x-rx, y).close()
}

func poly(xy ...float64) *shape {
	s := from(xy[0], xy[1])
	for i := 2; i+1 < len(xy); i += 2 {
		s.line(xy[i], xy[i+1])
	}
	return s.close()
}

func ellipse(x, y, rx, ry float64) *shape { return new(shape).ellipse(x, y, rx, ry) }
func circle(x, y, r float64) *shape       { return ellipse(x, y, r, r) }
func rect(x, y, w, h float64) *shape      { return poly(x, y, x+w, y, x+w, y+h, x, y+h) }

// ring is a circle with a hole: the inner outline runs the other way.
func ring(x, y, r, width float64) *shape {
	const k = 0.5523
	s := circle(x, y, r)
	r -= width
	return s.move(x-r, y).cube(x-r, y+k*r, x-k*r, y+r, x, y+r).cube(x+k*r, y+r, x+r, y+k*r, x+r, y).
		cube(x+r, y-k*r, x+k*r, y-r, x, y-r).cube(x-k*r, y-r, x-r, y-k*r, x-r, y).close()
}

func round(x, y, w, h, r float64) *shape {
	return from(x+r, y).line(x+w-r, y).quad(x+w, y, x+w, y+r).line(x+w, y+h-r).quad(x+w, y+h, x+w-r, y+h).
		line(x+r, y+h).quad(x, y+h, x, y+h-r).line(x, y+r).quad(x, y, x+r, y).close()
}

// star has n points from radius r, in to q.
func star(x, y, r, q float64, n int, turn float64) *shape {
	s := new(shape)
	for i := range 2 * n {
		d := r
		if i%2 == 1 {
			d = q
		}
		sin, cos := math.Sincos(turn + float64(i)*math.Pi/float64(n))
		if i == 0 {
			s.move(x+d*sin, y-d*cos)
		} else {
			s.line(x+d*sin, y-d*cos)
		}
	}
	return s.close()
}

// stroke is a line through points, with round ends.
func stroke(width float64, xy ...float64) *shape {
	s := new(shape)
	for i := 0; i+3 < len(xy); i += 2 {
		x, y, u, v := xy[i], xy[i+1], xy[i+2], xy[i+3]
		d := math.Hypot(u-x, v-y)
		if d == 0 {
			continue
		}
		a, b := (u-x)/d*width/2, (v-y)/d*width/2
		s.move(x+b, y-a).line(u+b, v-a).line(u-b, v+a).line(x-b, y+a).close()
	}
	for i := 0; i+1 < len(xy); i += 2 {
		// Against the way of the segments nothing would be filled where they overlap.
		r := width / 2
		s.ellipse(xy[i], xy[i+1], r, r)
	}
	return s
}

// fill draws a shape in one color.
func (c *canvas) fill(k color.NRGBA, s *shape) {
	if r, ok := c.rasterize(s); ok {
		c.z.Draw(c.img, r, image.NewUniform(k), image.Point{})
	}
}

// fillWith draws a shape in the colors of a shader.
func (c *canvas) fillWith(sh shader, s *shape) {
	r, ok := c.rasterize(s)
	if !ok {
		return
	}
	mask := image.NewAlpha(image.Rect(0, 0, r.Dx(), r.Dy()))
	c.z.DrawOp = draw.Src
	c.z.Draw(mask, mask.Rect, image.Opaque, image.Point{})
	c.z.DrawOp = draw.Over
	for y := range r.Dy() {
		i := c.img.PixOffset(r.Min.X, r.Min.Y+y)
		v := (float64(r.Min.Y+y) + 0.5 - c.y0) / c.unit
		for x, a := range mask.Pix[y*mask.Stride : y*mask.Stride+r.Dx()] {
			if a > 0 {
				put(c.img.Pix[i:i+4:i+4], sh((float64(r.Min.X+x)+0.5-c.x0)/c.unit, v), uint32(a))
			}
			i += 4
		}
	}
}

// rasterize loads the part of a shape that is on the canvas: the cost of a
// shape is that of its bounds.
func (c *canvas) rasterize(s *shape) (r image.Rectangle, ok bool) {
	r = image.Rect(c.px(float64(s.min[0]))-1, c.py(float64(s.min[1]))-1, c.px(float64(s.max[0]))+2, c.py(float64(s.max[1]))+2).Intersect(c.img.Rect)
	if r.Empty() {
		return r, false
	}
	c.z.Reset(r.Dx(), r.Dy())
	unit, dx, dy := float32(c.unit), float32(c.x0-float64(r.Min.X)), float32(c.y0-float64(r.Min.Y))
	at := func(v [2]float32) (x, y float32) { return v[0]*unit + dx, v[1]*unit + dy }
	for _, o := range s.ops {
		x, y := at(o.p[0])
		switch o.kind {
		case 'm':
			c.z.MoveTo(x, y)
		case 'l':
			c.z.LineTo(x, y)
		case 'q':
			u, v := at(o.p[1])
			c.z.QuadTo(x, y, u, v)
		case 'c':
			u, v := at(o.p[1])
			p, q := at(o.p[2])
			c.z.CubeTo(x, y, u, v, p, q)
		case 'z':
			c.z.ClosePath()
		}
	}
	return r, true
}

// noise is a field of smooth random heights from 0 to 1 that repeats every
// noiseCells.
type noise [noiseCells * noiseCells]float64

const noiseCells = 32

func (c *canvas) noise() *noise {
	n := new(noise)
	for i := range n {
		n[i] = c.Float64()
	}
	return n
}

func (n *noise) at(x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	i, j := int(fx)&(noiseCells-1), int(fy)&(noiseCells-1)
	k, l := (i+1)&(noiseCells-1), (j+1)&(noiseCells-1)
	x, y = x-fx, y-fy
	x, y = x*x*(3-2*x), y*y*(3-2*y)
	j, l = j*noiseCells, l*noiseCells
	a := n[j+i] + (n[j+k]-n[j+i])*x
	b := n[l+i] + (n[l+k]-n[l+i])*x
	return a + (b-a)*y
}

// cloud sums octaves of the noise, each half as high and twice as fine.
func (n *noise) cloud(x, y float64, octaves int) float64 {
	sum, height, total := 0., 1., 0.
	for range octaves {
		sum += height * n.at(x, y)
		total += height
		height /= 2
		x, y = 2*x, 2*y
	}
	return sum / total
}
