package fakeapi

import (
	"image/color"
	"math"
)

// What follows draws one kind of picture per function, on a canvas whose random
// source and hue make it one of many.

// ridge is the outline of hills from side to side, filled down to the bottom.
// It returns the height above a place as well.
func (c *canvas) ridge(y, height float64, jagged int) (*shape, func(x float64) float64) {
	n := c.noise()
	at := func(x float64) float64 { return y - height*(2*n.cloud(x/28+7, 3.5, jagged)-1) }
	s := from(-1, 101)
	for x := -1.; x <= 101; x += 0.5 {
		s.line(x, at(x))
	}
	return s.line(101, 101).close(), at
}

// mood is the light of a landscape.
type mood struct {
	top, low  color.NRGBA // of the sky
	sun       color.NRGBA
	far, near color.NRGBA // hills
}

func (c *canvas) day() mood {
	return mood{c.ink(0.72, 0.11, 20), c.ink(0.93, 0.05, 60), oklch(0.98, 0.05, 95), c.ink(0.78, 0.07, 10), c.ink(0.40, 0.10, -30)}
}

func (c *canvas) dusk() mood {
	return mood{oklch(0.42, 0.13, 295), oklch(0.86, 0.12, 65), oklch(0.95, 0.09, 85), oklch(0.66, 0.12, 20), oklch(0.24, 0.07, 300)}
}

func (c *canvas) night() mood {
	return mood{oklch(0.18, 0.06, 275), oklch(0.47, 0.10, 265), oklch(0.97, 0.02, 90), oklch(0.40, 0.08, 270), oklch(0.15, 0.04, 270)}
}

func (c *canvas) stars(n int, low float64) {
	for range n {
		c.fill(fade(white, c.in(0.3, 1)), circle(c.in(0, 100), c.in(0, low), c.in(0.15, 0.5)))
	}
}

// hills is a landscape: sky, sun, layers of hills, and trees in front.
func (c *canvas) hills(m mood) {
	c.sky(m.top, m.low, m.low)
	x, y := c.in(25, 75), c.in(22, 42)
	c.glow(x, y, 42, fade(m.sun, 0.8))
	c.fill(m.sun, circle(x, y, c.in(6, 9)))
	for range 3 { // birds, or what looks so
		bx, by, w := x+c.in(-22, 22), y+c.in(-12, 6), c.in(1, 1.8)
		c.fill(fade(m.near, 0.7), stroke(0.4, bx-w, by-w/2, bx-w/3, by-w*0.7, bx, by, bx+w/3, by-w*0.7, bx+w, by-w/2))
	}
	c.layers(m, 5, false)
}

func (c *canvas) layers(m mood, n int, shadows bool) {
	for i := range n {
		t := float64(i) / float64(n-1)
		s, at := c.ridge(46+t*38, 13-6*t, 4-i/2)
		if shadows {
			c.fill(fade(black, 0.25), s.shifted(0, -1))
		}
		k := mix(m.far, m.near, t)
		c.fillWith(func(_, y float64) color.NRGBA { return mix(k, m.low, (y-46-t*38)/90*(1-t)) }, s)
		if i < n-2 {
			continue
		}
		for range 9 + 5*i {
			x := c.in(-2, 102)
			h := c.in(5, 8) * (0.5 + t/1.6)
			c.pine(x, at(x)+1, h, mix(k, m.near, 0.8))
		}
	}
}

func (s *shape) shifted(dx, dy float64) *shape {
	out := new(shape)
	for _, o := range s.ops {
		n := map[byte]int{'m': 1, 'l': 1, 'q': 2, 'c': 3}[o.kind]
		var xy []float64
		for _, p := range o.p[:n] {
			xy = append(xy, float64(p[0])+dx, float64(p[1])+dy)
		}
		out.add(o.kind, xy...)
	}
	return out
}

func (c *canvas) pine(x, y, h float64, k color.NRGBA) {
	for i := range 3 {
		t := float64(i) / 3
		w := h * (0.16 + 0.1*t)
		top := y - h*(1-t*0.62)
		c.fill(k, poly(x, top, x+w, top+h*0.42, x-w, top+h*0.42))
	}
	c.fill(k, rect(x-h*0.03, y-h*0.1, h*0.06, h*0.15))
}

func (c *canvas) watercolor() {
	paper := oklch(0.965, 0.012, 85)
	c.flat(paper)
	m := c.day()
	n := c.noise()
	blot := func(k color.NRGBA, strength float64) shader {
		return func(x, y float64) color.NRGBA {
			return fade(k, strength*(0.45+0.8*n.cloud(x/14, y/14, 3)))
		}
	}
	frame := from(6, 8)
	for i := range 40 { // an edge no brush draws straight
		t := float64(i) / 10
		j := c.in(-1.2, 1.2)
		switch int(t) {
		case 0:
			frame.line(6+88*(t-0), 7+j)
		case 1:
			frame.line(94+j, 7+86*(t-1))
		case 2:
			frame.line(94-88*(t-2), 93+j)
		default:
			frame.line(6+j, 93-86*(t-3))
		}
	}
	c.fillWith(func(x, y float64) color.NRGBA {
		return fade(mix(m.top, m.low, y/60), 0.75*(0.4+0.8*n.cloud(x/22, y/15, 3)))
	}, frame.close())
	c.fill(fade(oklch(0.85, 0.14, 75), 0.9), circle(c.in(30, 70), c.in(22, 34), 6))
	for i := range 3 {
		t := float64(i) / 2
		s, _ := c.ridge(52+t*8, 8, 3)
		c.fillWith(blot(mix(m.far, m.near, t*0.8), 0.75), clipBox(s, 7, 93, 92-t*20))
	}
	for range 4 { // boats
		x, y, h := c.in(18, 82), c.in(72, 84), c.in(6, 12)
		c.fillWith(blot(c.ink(0.45, 0.12, c.in(120, 240)), 1), from(x-h*0.5, y).line(x+h*0.55, y).quad(x+h*0.3, y+h*0.25, x, y+h*0.24).quad(x-h*0.4, y+h*0.24, x-h*0.5, y).close())
		c.fillWith(blot(c.ink(0.8, 0.1, c.in(150, 260)), 1), poly(x, y-h*1.1, x+h*0.4, y-h*0.1, x, y-h*0.1))
		c.fill(fade(gray(0.3), 0.8), stroke(0.35, x, y, x, y-h*1.15))
	}
	c.grain(5)
}

// clipBox keeps a ridge between two sides and above a bottom.
func clipBox(s *shape, left, right, bottom float64) *shape {
	out := new(shape)
	l, r, b := float32(left), float32(right), float32(bottom)
	for i, o := range s.ops {
		x, y := min(max(o.p[0][0], l), r), min(o.p[0][1], b)
		switch {
		case o.kind == 'z':
			out.close()
		case i == 0:
			out.move(float64(x), float64(y))
		default:
			out.line(float64(x), float64(y))
		}
	}
	return out
}

func (c *canvas) house(x, y, s float64, wall, roof, light color.NRGBA) {
	c.fill(wall, rect(x, y-s, s*1.2, s))
	c.fill(mix(wall, black, 0.18), rect(x+s*0.85, y-s, s*0.35, s))
	c.fill(roof, poly(x-s*0.15, y-s, x+s*0.6, y-s*1.75, x+s*1.35, y-s))
	c.fill(mix(roof, black, 0.25), rect(x+s*0.85, y-s*1.75, s*0.16, s*0.55))
	c.fill(light, round(x+s*0.15, y-s*0.8, s*0.24, s*0.28, s*0.05))
	c.fill(light, round(x+s*0.55, y-s*0.8, s*0.24, s*0.28, s*0.05))
	c.fill(mix(roof, black, 0.45), round(x+s*0.34, y-s*0.4, s*0.26, s*0.4, s*0.08))
}

func (c *canvas) storybook() {
	m := mood{oklch(0.80, 0.08, c.hue), oklch(0.95, 0.05, 85), oklch(0.93, 0.12, 85), oklch(0.80, 0.09, 145), oklch(0.55, 0.11, 140)}
	c.sky(m.top, m.low, m.low)
	c.fill(m.sun, circle(c.in(20, 80), 24, 9))
	for range 4 {
		x, y := c.in(5, 85), c.in(10, 34)
		for i := range 4 {
			c.fill(fade(gray(0.99), 0.85), ellipse(x+4*float64(i), y+c.in(-1.5, 1), c.in(3, 5), c.in(2, 3)))
		}
	}
	for i := range 3 {
		t := float64(i) / 2
		s, at := c.ridge(58+t*18, 9-4*t, 2)
		c.fill(mix(m.far, m.near, t), s)
		for j := range 2 {
			x := c.in(8, 30) + float64(j)*42
			if i < 2 {
				c.house(x, at(x+4)+2, 6+5*t+c.in(0, 2), oklch(0.93, 0.04, c.in(40, 100)), oklch(0.6, 0.15, c.in(10, 50)), oklch(0.9, 0.13, 90))
			}
		}
		for range 6 {
			x, r := c.in(0, 100), c.in(2, 4)
			c.fill(oklch(0.45, 0.06, 60), rect(x-0.4, at(x)-r, 0.8, r+1))
			c.fill(oklch(c.in(0.5, 0.68), 0.12, c.in(115, 150)), circle(x, at(x)-r*1.6, r))
		}
	}
	for range 60 {
		c.fill(oklch(0.85, 0.14, c.in(0, 360)), circle(c.in(0, 100), c.in(86, 100), c.in(0.4, 0.9)))
	}
	c.grain(9)
}

func (c *canvas) papercut() {
	m := c.day()
	m.far, m.near = c.ink(0.85, 0.08, 40), c.ink(0.38, 0.12, -40)
	c.flat(c.ink(0.93, 0.05, 60))
	for i := range 4 { // rings of paper around the sky
		r := 60 - 12*float64(i)
		c.fill(fade(black, 0.12), circle(50, 36, r+0.8))
		c.fill(mix(c.ink(0.93, 0.05, 60), c.ink(0.80, 0.12, 80), float64(i)/3), circle(50, 35, r))
	}
	c.fill(oklch(0.95, 0.09, 90), circle(50, 35, 11))
	c.layers(m, 5, true)
	c.grain(4)
}

func (c *canvas) deco() {
	cream, navy := oklch(0.93, 0.05, 85), c.ink(0.32, 0.10, 0)
	gold := oklch(0.78, 0.12, 80)
	c.flat(navy)
	for i := range 18 {
		a := math.Pi + float64(i)*math.Pi/18
		b := a + math.Pi/36
		c.fill(mix(navy, gold, 0.55), poly(50, 62, 50+90*math.Cos(a), 62+90*math.Sin(a), 50+90*math.Cos(b), 62+90*math.Sin(b)))
	}
	c.fill(cream, circle(50, 62, 24))
	c.fill(gold, circle(50, 62, 21))
	for i, h := range []float64{20, 31, 45, 58, 45, 31, 20} {
		x := 26.5 + 7*float64(i)
		h += c.in(-4, 4)
		k := mix(navy, c.ink(0.5, 0.12, 30), float64(i%2))
		c.fill(k, poly(x, 80, x, 80-h+4, x+2.5, 80-h, x+5, 80-h+4, x+5, 80))
		for y := 80 - h + 7; y < 77; y += 3.4 {
			c.fill(mix(gold, cream, c.Float64()), rect(x+1.4, y, 0.8, 1.6))
			c.fill(mix(gold, cream, c.Float64()), rect(x+2.9, y, 0.8, 1.6))
		}
	}
	c.fill(c.ink(0.5, 0.12, 30), rect(0, 79, 100, 21))
	c.word("SAMPLE", 50, 84, 9, 1.3, cream)
	for _, w := range []float64{3, 5} {
		c.fill(gold, stroke(0.7, w, w, 100-w, w, 100-w, 100-w, w, 100-w, w, w))
	}
}

// word sets one of the few words whose letters are known, in lines, centered.
func (c *canvas) word(text string, x, y, size, width float64, k color.NRGBA) {
	glyphs := map[rune][]float64{
		'S': {4, 0, 0, 0, 0, 3, 4, 3, 4, 6, 0, 6}, 'A': {0, 6, 0, 1.6, 2, 0, 4, 1.6, 4, 6}, 'M': {0, 6, 0, 0, 2, 2.6, 4, 0, 4, 6},
		'P': {0, 6, 0, 0, 4, 0, 4, 3, 0, 3}, 'L': {0, 0, 0, 6, 4, 6}, 'E': {4, 0, 0, 0, 0, 3, 3, 3, 0, 3, 0, 6, 4, 6},
	}
	u := size / 6
	x -= (float64(len(text))*5.6 - 1.6) * u / 2
	for _, r := range text {
		var xy []float64
		for i, v := range glyphs[r] {
			xy = append(xy, []float64{x, y}[i%2]+v*u)
		}
		c.fill(k, stroke(width, xy...))
		if r == 'A' {
			c.fill(k, stroke(width, x, y+3.6*u, x+4*u, y+3.6*u))
		}
		x += 5.6 * u
	}
}

func (c *canvas) poster() {
	paper := c.ink(0.95, 0.03, 40)
	c.flat(paper)
	a, b := c.ink(0.60, 0.19, 0), c.ink(0.30, 0.08, 200)
	c.fill(a, circle(c.in(30, 70), 40, c.in(20, 27)))
	c.fill(fade(b, 0.92), rect(0, c.in(52, 60), 100, 3))
	for i := range 5 {
		c.fill(fade(b, 0.9), stroke(0.8, 8, 8+3*float64(i), c.in(40, 92), 8+3*float64(i)))
	}
	c.word("SAMPLE", 50, 66, 16, 3.2, b)
	c.word("SAMPLE", 50, 88, 4, 0.7, a)
	c.grain(6)
}

func (c *canvas) lowPoly() {
	m := c.dusk()
	if c.IntN(2) == 0 {
		m = c.day()
	}
	c.sky(m.top, m.low)
	c.fill(m.sun, circle(c.in(25, 75), 24, 8))
	const n = 13
	height := c.noise()
	for row := range 9 {
		t := float64(row) / 8
		for i := range n {
			at := func(i, row int) (x, y float64) {
				s := float64(row) / 8
				j := height.at(float64(i)*1.7, float64(row)*1.7)
				peak := (1 - s) * (1 - s) * 34 * height.at(float64(i)*0.45+3, float64(row)*0.3)
				return (float64(i)+j-1)*100/(n-2.5) - 3, 50 + s*62 - peak*1.3 - 4*j
			}
			x1, y1 := at(i, row)
			x2, y2 := at(i+1, row)
			x3, y3 := at(i, row+1)
			x4, y4 := at(i+1, row+1)
			k := mix(m.far, oklch(0.55, 0.13, 140), t*1.4)
			if y1 < 46 && row < 3 {
				k = gray(0.95)
			}
			c.fill(mix(k, black, c.in(0, 0.18)), poly(x1, y1, x2, y2, x3, y3+0.5))
			c.fill(mix(k, black, c.in(0.14, 0.38)), poly(x2, y2-0.3, x4, y4+0.5, x3, y3+0.5))
		}
	}
	for range 12 {
		x, y, h := c.in(2, 98), c.in(74, 96), c.in(6, 12)
		c.fill(oklch(0.42, 0.10, 150), poly(x, y-h, x+h*0.3, y, x, y))
		c.fill(oklch(0.56, 0.13, 145), poly(x, y-h, x-h*0.3, y, x, y))
	}
}

func (c *canvas) sumi() {
	c.flat(oklch(0.95, 0.015, 85))
	for i := range 3 {
		s, _ := c.ridge(48+12*float64(i), 20-5*float64(i), 4)
		y := 40 + 12*float64(i)
		wash := gray(0.2)
		c.fillWith(func(_, v float64) color.NRGBA { return fade(wash, max(0, 0.35+0.1*float64(i)-(v-y)/50)) }, s)
	}
	c.fill(oklch(0.55, 0.2, 28), circle(c.in(62, 80), c.in(16, 24), 7))
	for range 3 { // bamboo
		x := c.in(8, 36)
		lean := c.in(-4, 6)
		for j := range 7 {
			y := 100 - 16*float64(j)
			x2 := x + lean*float64(j+1)/4
			c.fill(fade(gray(0.12), c.in(0.6, 0.95)), stroke(c.in(1.3, 2.2), x+lean*float64(j)/4, y, x2, y-14.6))
			if j > 1 {
				for range 2 {
					dx, dy := c.in(7, 14), c.in(2, 9)
					c.fill(fade(gray(0.1), c.in(0.5, 0.95)), from(x2, y-14).quad(x2+dx*0.5, y-16, x2+dx, y-14+dy).quad(x2+dx*0.4, y-12.5, x2, y-14).close())
				}
			}
		}
	}
	c.fill(oklch(0.52, 0.2, 28), round(84, 84, 8, 8, 1))
	c.fill(gray(0.97), stroke(0.7, 86, 86.5, 90, 86.5, 88, 86.5, 88, 90, 86, 90, 90, 90))
	c.grain(5)
}

func (c *canvas) noir() {
	c.flat(gray(0.96))
	c.fill(gray(0.08), rect(0, 0, 100, 62))
	mx, my := c.in(55, 80), c.in(18, 28)
	c.fill(gray(0.97), circle(mx, my, 12))
	for y := 2.; y < 62; y += 2.6 { // halftone around the moon
		for x := 2.; x < 100; x += 2.6 {
			if r := 1.5 - math.Hypot(x-mx, y-my)/26; r > 0 && math.Hypot(x-mx, y-my) > 13 {
				c.fill(gray(0.97), circle(x, y, r))
			}
		}
	}
	for x := -2.; x < 100; {
		w, h := c.in(9, 18), c.in(18, 46)
		c.fill(gray(0.03), rect(x, 72-h, w, h+30))
		c.fill(gray(0.3), rect(x, 72-h, 0.5, h))
		for range 7 {
			c.fill(oklch(0.9, 0.14, 95), rect(x+1.5+math.Floor(c.in(0, w/3))*2.6, 74-h+math.Floor(c.in(0, h/4.5))*4, 1.3, 2.2))
		}
		x += w
	}
	c.fill(gray(0.93), poly(0, 100, 0, 82, 100, 74, 100, 100))
	x := c.in(24, 44) // a man in a hat before a lit doorway, and his shadow
	c.fill(gray(0.93), poly(x-11, 81, x-11, 50, x+11, 50, x+11, 80))
	c.fill(gray(0.15), poly(x-1, 95, x+1, 95, x+44, 100, x+30, 100))
	c.fill(gray(0.02), poly(x-6, 95, x-5, 70, x-2.5, 66, x+2.5, 66, x+5, 70, x+6, 95))
	c.fill(gray(0.02), circle(x, 62.5, 3))
	c.fill(gray(0.02), stroke(1.3, x-5, 61, x+5, 61))
	c.fill(gray(0.02), poly(x-3, 61, x-2.4, 57, x+2.4, 57, x+3, 61))
	for range 26 {
		x, y := c.in(0, 110), c.in(0, 95)
		c.fill(fade(gray(0.97), 0.5), stroke(0.3, x, y, x-3, y+8))
	}
	c.fill(gray(0.02), stroke(2, 1, 1, 99, 1, 99, 99, 1, 99, 1, 1))
}

func (c *canvas) synthwave() {
	c.sky(oklch(0.16, 0.09, 290), oklch(0.30, 0.16, 310), oklch(0.55, 0.25, 350), oklch(0.15, 0.08, 290))
	c.stars(60, 45)
	sun := newRamp(oklch(0.92, 0.15, 95), oklch(0.68, 0.24, 10), oklch(0.55, 0.27, 340))
	c.glow(50, 46, 46, fade(oklch(0.65, 0.26, 350), 0.6))
	c.fillWith(func(_, y float64) color.NRGBA {
		if y > 44 && math.Mod(y, 4.5) < (y-40)/9 {
			return color.NRGBA{}
		}
		return sun.at((y - 24) / 44)
	}, circle(50, 46, 22))
	for x := -2.; x < 102; {
		w := c.in(5, 10)
		h := c.in(4, 14) + 12*math.Abs(x-50)/50
		c.fill(oklch(0.14, 0.06, 285), rect(x, 62-h, w, h+1))
		for range 5 {
			c.fill(oklch(0.85, 0.15, c.in(190, 340)), rect(x+c.in(0.6, w-1.2), 62-h+c.in(1, h), 0.6, 0.9))
		}
		x += w
	}
	c.fill(oklch(0.13, 0.07, 290), rect(0, 62, 100, 38))
	line := oklch(0.75, 0.2, c.hue)
	for i := range 10 {
		y := 62 + 38*math.Pow(float64(i)/9, 2)
		c.fill(fade(line, 0.25), stroke(1.6, 0, y, 100, y))
		c.fill(line, stroke(0.4, 0, y, 100, y))
	}
	for i := -14; i <= 14; i++ {
		c.fill(fade(line, 0.9), stroke(0.4, 50+3.2*float64(i), 62, 50+22*float64(i), 100))
	}
}

// cells calls visit for each pixel with the nearest of n scattered places and
// how much nearer it is than the next one; places repeat past the edges.
func (c *canvas) cells(n int, jitter float64, visit func(cell int, edge, x, y float64) color.NRGBA) {
	xs, ys := make([]float64, n*n), make([]float64, n*n)
	for i := range xs {
		xs[i], ys[i] = c.in(0.5-jitter, 0.5+jitter), c.in(0.5-jitter, 0.5+jitter)
	}
	wrap := make([]int, n+2) // of a row or column, counted from one before the first
	for i := range wrap {
		wrap[i] = (i + n - 1) % n
	}
	size := 100 / float64(n)
	c.paint(func(x, y float64) color.NRGBA {
		u, v := min(max(x/size, 0), float64(n)-0.001), min(max(y/size, 0), float64(n)-0.001)
		i, j := int(math.Floor(u)), int(math.Floor(v))
		first, second, cell := 9., 9., 0
		for dj := -1; dj <= 1; dj++ {
			for di := -1; di <= 1; di++ {
				k := wrap[j+dj+1]*n + wrap[i+di+1]
				a, b := float64(i+di)+xs[k]-u, float64(j+dj)+ys[k]-v
				if d := a*a + b*b; d < first {
					first, second, cell = d, first, k
				} else if d < second {
					second = d
				}
			}
		}
		return visit(cell, (math.Sqrt(second)-math.Sqrt(first))*size, x, y)
	})
}

func (c *canvas) stainedGlass() {
	cx, cy := 50., 50.
	colors := make([]color.NRGBA, 9*9)
	for i := range colors {
		d := math.Hypot(float64(i%9)-4, float64(i/9)-4)
		colors[i] = oklch(c.in(0.5, 0.8), 0.17, c.hue+d*40+c.in(-14, 14))
	}
	lead, dark := gray(0.12), gray(0.25)
	c.cells(9, 0.42, func(cell int, edge, x, y float64) color.NRGBA {
		k := colors[cell]
		d := math.Hypot(x-cx, y-cy)
		switch {
		case edge < 1.1 || math.Abs(d-30) < 0.8 || math.Abs(d-43) < 0.8:
			return lead
		case d > 43:
			k = mix(k, dark, 0.55)
		case d < 30:
			k = mix(k, white, 0.35*(1-d/30))
		}
		return k
	})
	for i := range 8 {
		a := float64(i) * math.Pi / 4
		c.fill(lead, stroke(1.1, cx+12*math.Cos(a), cy+12*math.Sin(a), cx+43*math.Cos(a), cy+43*math.Sin(a)))
	}
	c.fill(lead, star(cx, cy, 15, 8, 8, 0))
	c.fill(oklch(0.85, 0.15, 90), star(cx, cy, 13, 7, 8, 0))
	c.fill(oklch(0.62, 0.2, 25), circle(cx, cy, 4.4))
}

func (c *canvas) stones() {
	colors := make([]color.NRGBA, 7*7)
	base := c.in(30, 120)
	for i := range colors {
		colors[i] = oklch(c.in(0.45, 0.68), c.in(0.01, 0.045), base+c.in(-20, 20))
	}
	n := c.noise()
	earth, moss, dark, pale := oklch(0.25, 0.03, base), oklch(0.42, 0.1, 130), gray(0.15), gray(0.95)
	c.cells(7, 0.36, func(cell int, edge, x, y float64) color.NRGBA {
		rough := n.cloud(x*0.32, y*0.32, 2)
		if edge < 1.6+rough {
			return mix(earth, moss, 1.4*rough-0.3)
		}
		light := min(1, (edge-1.6)/5)
		k := mix(colors[cell], dark, 0.55*(1-light))
		return mix(k, pale, 0.5*(rough-0.42)+0.1*light)
	})
}

func (c *canvas) weave() {
	a, b, d := c.ink(0.55, 0.14, 0), c.ink(0.85, 0.06, 60), c.ink(0.35, 0.1, 180)
	period := 16 + c.IntN(3)*2
	thread := func(i int) color.NRGBA {
		switch i % period {
		case 0, 1:
			return d
		case 5, 6, 7, 8, 9:
			return b
		}
		return a
	}
	size := 100. / float64(period*3)
	n, dark := c.noise(), gray(0.1)
	c.paint(func(x, y float64) color.NRGBA {
		i, j := int(x/size), int(y/size)
		u, v := x/size-float64(i)-0.5, y/size-float64(j)-0.5
		k, across := thread(i), u
		if (i+j)%4 < 2 { // a twill
			k, across = thread(j), v
		}
		return mix(k, dark, 1.6*across*across+0.35*n.at(x*2, y*2)-0.08)
	})
}

func (c *canvas) terrain() {
	n := c.noise()
	bands := newRamp(oklch(0.50, 0.10, 235), oklch(0.66, 0.11, 215), oklch(0.86, 0.07, 90), oklch(0.68, 0.14, 130), oklch(0.55, 0.13, 142), oklch(0.50, 0.06, 70), oklch(0.62, 0.02, 70), gray(0.95))
	const scale = noiseCells / 8. / 100 // so that its edges meet
	c.paint(func(x, y float64) color.NRGBA {
		h := n.cloud(x*scale*2, y*scale*2, 3)
		slope := n.cloud((x-0.8)*scale*2, (y-0.8)*scale*2, 2) - n.cloud(x*scale*2, y*scale*2, 2)
		step := math.Floor((h-0.22)*14) / 9
		k := bands.at(step)
		if slope < 0 {
			return mix(k, black, min(0.4, -slope*8))
		}
		return mix(k, white, min(0.4, slope*7))
	})
}

func (c *canvas) skybox(space bool) {
	n := c.noise()
	if space {
		c.sky(oklch(0.10, 0.05, 285), oklch(0.22, 0.10, c.hue), oklch(0.42, 0.14, c.hue+40), oklch(0.60, 0.13, c.hue+70))
		mist := c.ink(0.75, 0.16, 30)
		c.paint(func(x, y float64) color.NRGBA {
			d := (n.cloud(x/24, y/18, 4) - 0.45) * (1 - y/110)
			return fade(mist, min(max(d*2.2, 0), 0.75))
		})
		c.stars(220, 80)
		x, y, r := c.in(25, 75), c.in(22, 36), c.in(11, 16)
		lit, dark := c.ink(0.85, 0.1, 50), c.ink(0.2, 0.08, 0)
		c.fillWith(func(u, v float64) color.NRGBA {
			t := ((u-x)+(v-y))/r/2 + 0.5
			return mix(lit, dark, t+0.18*math.Sin((v-y)*1.3+2*n.at(u/6, v/6)))
		}, circle(x, y, r))
		c.fill(fade(c.ink(0.9, 0.06, 90), 0.75), from(x-r*1.9, y+r*0.8).cube(x-r*1.6, y+r*1.1, x+r*1.9, y-r*0.2, x+r*1.9, y-r*0.8).cube(x+r*1.6, y-r*0.3, x-r*1.2, y+r*0.7, x-r*1.9, y+r*0.8).close())
		for i := range 2 {
			s, _ := c.ridge(84+7*float64(i), 6, 4)
			c.fill(oklch(0.22-0.08*float64(i), 0.06, c.hue), s)
		}
		return
	}
	c.sky(oklch(0.45, 0.14, 265), oklch(0.72, 0.10, 250), oklch(0.90, 0.09, 70), oklch(0.80, 0.13, 50), oklch(0.45, 0.08, 250))
	x := c.in(20, 80)
	c.glow(x, 66, 40, oklch(0.97, 0.1, 90))
	cloud := newRamp(fade(white, 0), fade(oklch(0.99, 0.02, 80), 0.85), oklch(0.88, 0.06, 30))
	c.paint(func(x, y float64) color.NRGBA {
		if y > 76 {
			return color.NRGBA{}
		}
		p := 30 / (82 - y) // clouds shrink to the horizon
		return cloud.at((n.cloud((x-50)*p/14+9, p*7, 4) - 0.46) * 3.4)
	})
	c.fill(oklch(0.96, 0.1, 90), circle(x, 66, 4))
	shallow, deep, spark := oklch(0.62, 0.10, 60), oklch(0.30, 0.09, 255), oklch(0.97, 0.1, 85)
	c.fillWith(func(u, v float64) color.NRGBA {
		shine := max(0, 1-math.Abs(u-x)/(4+(v-75)*0.6)) * n.at(u/3, v*1.4)
		return mix(mix(shallow, deep, (v-75)/25), spark, shine)
	}, rect(0, 75, 100, 25))
}

// pixels draws on a coarse grid, which is then enlarged.
func (c *canvas) pixels(cells int, scene func(set func(x, y int, k color.NRGBA))) {
	size := 100 / float64(cells)
	grid := make([]color.NRGBA, cells*cells)
	scene(func(x, y int, k color.NRGBA) {
		if x >= 0 && y >= 0 && x < cells && y < cells {
			grid[y*cells+x] = k
		}
	})
	c.paint(func(x, y float64) color.NRGBA { return grid[min(int(y/size), cells-1)*cells+min(int(x/size), cells-1)] })
}

// sprite is the left half of a figure 14 cells wide and 16 high. Letters are
// what a cell is of: h hair, s skin, e eye, b body, d darker body, t trousers,
// o outline.
var sprite = [16]string{
	"...oooo", "..ohhhh", ".ohhhhh", ".ohhhhh", ".ohssss", ".ohsess", ".ohssss", "..ossss",
	"...oooo", "..obbbb", ".obdbbb", "obsobbb", "osoobbb", ".oodddd", "..ottto", "..oooo.",
}

func (c *canvas) figure(set func(x, y int, k color.NRGBA), left, top, step int) {
	hair, body := c.in(0, 360), c.in(0, 360)
	skin := oklch(c.in(0.55, 0.88), 0.07, 60)
	kinds := map[byte]color.NRGBA{
		'h': oklch(c.in(0.35, 0.8), 0.14, hair), 's': skin, 'e': gray(0.15), 'b': oklch(0.65, 0.17, body),
		'd': oklch(0.5, 0.16, body), 't': oklch(0.38, 0.06, body+150), 'o': gray(0.14),
	}
	for y, row := range sprite {
		for x := range 14 {
			letter := row[min(x, 13-x)]
			dy := 0
			if y > 12 && (x < 7) == (step%2 == 0) && step > 0 {
				dy = -1 // a leg is lifted
			}
			if k, ok := kinds[letter]; ok {
				set(left+x, top+y+dy, k)
			}
		}
	}
}

func (c *canvas) pixelScene(character, night bool) {
	m := c.day()
	m.near = oklch(0.48, 0.13, 145)
	if night {
		m = c.night()
	}
	c.pixels(64, func(set func(x, y int, k color.NRGBA)) {
		for y := range 64 {
			for x := range 64 {
				t := float64(y) / 44
				t = math.Floor(t*7+float64((x+y)%2)*0.5) / 7 // dithered bands
				set(x, y, mix(m.top, m.low, t))
			}
		}
		if night {
			for range 40 {
				set(c.IntN(64), c.IntN(36), gray(c.in(0.7, 1)))
			}
		}
		sx, sy := 10+c.IntN(44), 9+c.IntN(8)
		for y := -6; y <= 6; y++ {
			for x := -6; x <= 6; x++ {
				if x*x+y*y <= 34 {
					set(sx+x, sy+y, m.sun)
				}
			}
		}
		if !night {
			for range 3 {
				x, y, w := c.IntN(60), 4+c.IntN(16), 6+c.IntN(8)
				for i := range w {
					for j := range 3 {
						if (i > 1 && i < w-2) || j > 0 {
							set(x+i, y-j+2, gray(0.99))
						}
					}
				}
			}
		}
		for layer := range 3 {
			n := c.noise()
			t := float64(layer) / 2
			k := mix(m.far, m.near, t)
			if night {
				k = mix(oklch(0.36, 0.09, 285), oklch(0.2, 0.05, 270), t)
			}
			for x := range 64 {
				top := int(30 + t*16 - (10-4*t)*(2*n.cloud(float64(x)/9, 2, 2)-1))
				for y := top; y < 64; y++ {
					switch {
					case y == top:
						set(x, y, mix(k, white, 0.25))
					case (x*7+y*13)%11 == 0:
						set(x, y, mix(k, black, 0.18))
					default:
						set(x, y, k)
					}
				}
				if layer == 1 && x%7 == 3 {
					for j := range 8 {
						for i := -(7 - j) / 2; i <= (7-j)/2; i++ {
							set(x+i, top-j, mix(k, oklch(0.35, 0.1, 150), 0.8))
						}
					}
				}
			}
		}
		if night { // windows, signs and their neon
			for b := range 6 {
				x, w, h := b*11-1, 9+c.IntN(2), 14+c.IntN(20)
				for y := 58 - h; y < 64; y++ {
					for i := range w {
						set(x+i, y, oklch(0.22, 0.05, 280))
						if i%3 == 1 && (58-h-y)%4 == -2 && c.IntN(3) > 0 {
							set(x+i, y, oklch(0.85, 0.16, []float64{90, 340, 200}[c.IntN(3)]))
						}
					}
				}
			}
			for x := range 64 {
				for y := 58; y < 64; y++ {
					set(x, y, mix(oklch(0.3, 0.08, 285), oklch(0.6, 0.2, 330), float64((x*5+y*3)%7)/14))
				}
			}
		}
		if character {
			c.figure(set, 25, 45, 0)
			for i := range 16 { // ground to stand on
				set(24+i, 61, mix(m.near, black, 0.35))
			}
			return
		}
		for range 30 {
			x, y := c.IntN(64), 54+c.IntN(9)
			if !night {
				set(x, y, oklch(0.82, 0.16, c.in(0, 360)))
				set(x, y+1, oklch(0.4, 0.1, 145))
			}
		}
	})
}

func (c *canvas) sprites() {
	seed := c.Uint64()
	c.pixels(64, func(set func(x, y int, k color.NRGBA)) {
		a, b := c.ink(0.86, 0.03, 0), c.ink(0.82, 0.035, 0)
		for y := range 64 {
			for x := range 64 {
				set(x, y, []color.NRGBA{a, b}[(x/4+y/4)%2])
			}
		}
		for row := range 3 {
			for step := range 4 {
				c.fork(seed+uint64(row)).figure(set, 1+16*step, 4+20*row, step) // one figure in each row
			}
		}
	})
}
