package fakeapi

import (
	"image"
	"image/color"
	"math"
)

func (c *canvas) flask(x, y, s float64, k color.NRGBA) {
	glass := fade(oklch(0.95, 0.02, 230), 0.45)
	var body *shape
	if c.IntN(2) == 0 {
		body = from(x-s*0.25, y-s*1.9).line(x-s*0.25, y-s*1.3).line(x-s*0.85, y-s*0.2).quad(x-s*0.9, y, x-s*0.6, y).line(x+s*0.6, y).quad(x+s*0.9, y, x+s*0.85, y-s*0.2).line(x+s*0.25, y-s*1.3).line(x+s*0.25, y-s*1.9).close()
	} else {
		body = ellipse(x, y-s*0.8, s*0.8, s*0.8).move(x-s*0.25, y-s*1.9).line(x+s*0.25, y-s*1.9).line(x+s*0.25, y-s*1.2).line(x-s*0.25, y-s*1.2).close()
	}
	c.glow(x, y-s*0.7, s*1.5, fade(k, 0.45))
	c.fill(glass, body)
	level := y - s*c.in(0.7, 1.1)
	c.fillWith(func(u, v float64) color.NRGBA {
		if v < level+0.5*math.Sin(u) {
			return color.NRGBA{}
		}
		return mix(mix(k, white, 0.35), k, (v-level)/(y-level)+0.4*(u-x)/s)
	}, body)
	for range 4 {
		c.fill(fade(white, 0.6), circle(x+c.in(-0.4, 0.4)*s, c.in(level+1, y-1), c.in(0.3, 0.8)))
	}
	c.fill(fade(white, 0.7), stroke(s*0.1, x-s*0.5, y-s*0.5, x-s*0.4, y-s*0.85))
	c.fill(oklch(0.55, 0.08, 60), round(x-s*0.22, y-s*2.15, s*0.44, s*0.35, s*0.08))
}

func (c *canvas) potions() {
	c.sky(oklch(0.26, 0.05, 290), oklch(0.34, 0.06, 300))
	c.glow(50, 30, 70, fade(oklch(0.75, 0.1, 75), 0.4))
	for row := range 2 {
		y := 48 + 42*float64(row)
		for i := range 4 {
			c.flask(16+23*float64(i)+c.in(-2, 2), y, c.in(7.5, 11), oklch(0.7, 0.19, c.hue+80*float64(i)+150*float64(row)+c.in(-20, 20)))
		}
		c.fill(oklch(0.48, 0.08, 55), rect(0, y, 100, 4))
		c.fill(oklch(0.34, 0.06, 50), rect(0, y+4, 100, 2))
		for x := 3.; x < 100; x += c.in(6, 16) {
			c.fill(fade(gray(0.1), 0.3), stroke(0.25, x, y+1.2, x+c.in(3, 10), y+1.2))
		}
	}
}

func (c *canvas) card() {
	c.flat(oklch(0.22, 0.03, 60))
	gold := oklch(0.78, 0.12, 82)
	c.fill(gold, round(17, 3, 66, 94, 5))
	c.fill(oklch(0.30, 0.06, c.hue), round(19, 5, 62, 90, 4))
	c.fill(gold, round(22, 15, 56, 46, 2))
	in := c.inside(23, 16, 54, 44)
	in.hills(c.dusk())
	k := oklch(0.10, 0.03, 290) // a dragon against the sun
	in.fill(k, from(28, 52).quad(40, 40, 50, 48).quad(62, 24, 88, 26).quad(76, 36, 74, 44).quad(66, 42, 62, 52).quad(52, 66, 38, 66).quad(24, 70, 14, 84).quad(20, 62, 36, 58).close())
	in.fill(k, from(44, 48).quad(36, 24, 12, 22).quad(24, 34, 24, 42).quad(34, 42, 38, 54).close())
	in.fill(k, poly(48, 50, 58, 38, 68, 40, 58, 46))
	c.fill(oklch(0.93, 0.04, 85), round(22, 63, 56, 28, 2))
	for i := range 5 {
		c.fill(gray(0.35), stroke(0.9, 26, 69+4*float64(i), c.in(54, 74), 69+4*float64(i)))
	}
	c.word("SAMPLE", 50, 8, 4.6, 0.8, oklch(0.95, 0.05, 85))
	c.fill(gold, circle(78, 90, 7))
	c.fill(oklch(0.45, 0.18, 25), circle(78, 90, 5.6))
	c.fill(gold, star(78, 90, 4, 1.7, 5, 0))
}

func (c *canvas) creature() {
	m := c.day()
	c.sky(oklch(0.93, 0.025, 85), oklch(0.85, 0.05, c.hue))
	s, _ := c.ridge(84, 3, 3)
	c.fill(mix(m.near, gray(0.6), 0.4), s)
	c.shadow(50, 88, 36, 7, 0.4)
	k := c.ink(0.62, 0.14, 0)
	dark, belly := mix(k, black, 0.4), c.ink(0.88, 0.07, 40)
	c.fill(dark, from(70, 76).cube(92, 80, 98, 60, 90, 46).cube(90, 62, 80, 66, 68, 62).close()) // a tail
	for _, x := range []float64{34, 62} {
		c.fill(dark, round(x-6, 70, 14, 18, 5))
		for i := range 3 {
			c.fill(gray(0.93), poly(x-5+4*float64(i), 88, x-3.4+4*float64(i), 84.5, x-1.8+4*float64(i), 88))
		}
	}
	body := from(24, 58).cube(20, 24, 38, 16, 50, 16).cube(66, 16, 80, 28, 77, 60).cube(76, 84, 26, 86, 24, 58).close()
	n, light := c.noise(), mix(k, white, 0.28)
	c.fillWith(func(x, y float64) color.NRGBA {
		t := n.cloud(x/8, y/8, 2)
		spot := 0.
		if t > 0.56 {
			spot = 0.22
		}
		return mix(mix(light, dark, (x+y-60)/95), black, spot)
	}, body)
	c.fill(belly, from(34, 66).cube(34, 50, 66, 50, 67, 66).cube(64, 80, 38, 80, 34, 66).close())
	for i := range 6 { // spikes
		t := float64(i) / 5
		a := math.Pi*1.08 + t*math.Pi*0.84
		sin, cos := math.Sincos(a)
		x, y := 50+27*cos, 46+29*sin
		c.fill(c.ink(0.8, 0.13, 70), poly(x-2.8, y+1, x+10*cos, y+10*sin, x+2.8, y+1))
	}
	eyes := 1 + c.IntN(3)
	for i := range eyes {
		x := 50 + 15*(float64(i)-float64(eyes-1)/2)
		r := 8.5 - 1.4*float64(eyes)
		c.ball(x, 38, r, plain(gray(0.97)))
		c.fill(c.ink(0.6, 0.2, 140), circle(x+c.in(-1, 1), 38.6, r*0.56))
		c.fill(gray(0.08), ellipse(x, 38.6, r*0.2, r*0.5))
		c.fill(white, circle(x-r*0.25, 36.4, r*0.18))
	}
	c.fill(oklch(0.25, 0.08, 15), from(37, 51).quad(50, 64, 64, 51).quad(50, 54, 37, 51).close())
	for i := range 4 {
		x := 42 + 5*float64(i)
		c.fill(gray(0.97), poly(x-1.5, 52.9, x+1.5, 52.9, x, 56.5))
	}
}

func (c *canvas) mecha() {
	c.sky(c.ink(0.75, 0.03, 0), c.ink(0.88, 0.03, 40), c.ink(0.66, 0.04, 30))
	for range 5 {
		x, w, h := c.in(-5, 90), c.in(8, 18), c.in(20, 50)
		c.fill(fade(gray(0.5), 0.35), rect(x, 84-h, w, h))
	}
	c.fill(gray(0.45), rect(0, 84, 100, 16))
	c.shadow(50, 87, 40, 7, 0.5)
	k, trim, steel := c.ink(0.62, 0.15, 0), oklch(0.8, 0.15, 85), gray(0.38)
	part := func(x, y, w, h, r float64, k color.NRGBA) {
		c.fill(mix(k, black, 0.5), round(x-0.6, y-0.6, w+1.2, h+1.2, r))
		c.fillWith(func(u, _ float64) color.NRGBA { return mix(mix(k, white, 0.25), mix(k, black, 0.3), (u-x)/w) }, round(x, y, w, h, r))
		c.fill(fade(black, 0.35), stroke(0.35, x+1.2, y+h*0.62, x+w-1.2, y+h*0.62))
	}
	for _, s := range []float64{-1, 1} {
		part(50+s*12-5, 56, 10, 14, 2, steel)
		part(50+s*14-6.5, 67, 13, 18, 3, k)
		part(50+s*15-8, 83, 16, 6, 2, steel)
		part(50+s*27-4, 36, 8, 20, 2, steel)
		part(50+s*28-5.5, 50, 11, 20, 3, k)
		part(50+s*26-8, 24, 16, 14, 4, k)
		c.fill(trim, stroke(1.2, 50+s*26-5, 29, 50+s*26+5, 29))
		part(50+s*28-3, 69, 6, 6, 1.5, steel)
	}
	part(40, 50, 20, 10, 2, steel)
	part(32, 26, 36, 27, 5, k)
	part(42, 30, 16, 12, 3, steel)
	c.glow(50, 36, 9, oklch(0.85, 0.15, 200))
	c.fill(oklch(0.93, 0.1, 200), circle(50, 36, 3.4))
	part(42, 10, 16, 15, 4, k)
	c.fill(gray(0.12), round(43.5, 15, 13, 5, 1.6))
	c.fill(oklch(0.85, 0.18, c.in(0, 200)), round(45+c.in(0, 5), 16.4, 4.5, 2.2, 1))
	c.fill(trim, poly(49, 11, 44, 2, 50, 8, 56, 2, 51, 11))
	for range 40 {
		c.fill(fade(gray(0.15), 0.3), circle(c.in(28, 74), c.in(24, 88), c.in(0.15, 0.4)))
	}
}

func (c *canvas) starship() {
	c.sky(oklch(0.12, 0.04, 270), oklch(0.24, 0.08, c.hue))
	n := c.noise()
	mist := c.ink(0.6, 0.15, 30)
	c.paint(func(x, y float64) color.NRGBA {
		return fade(mist, min(max(1.6*(n.cloud(x/20, y/20, 3)-0.48), 0), 0.6))
	})
	c.stars(120, 100)
	px, py := c.in(10, 30), c.in(84, 100)
	sea, land := c.ink(0.6, 0.1, 60), c.ink(0.8, 0.1, 100)
	c.ball(px, py, 34, func(x, y float64) color.NRGBA {
		return mix(sea, land, n.cloud(x/16, y/5, 3))
	})
	k := gray(0.78)
	y := c.in(-4, 4)
	c.glow(16, 46+y, 20, fade(oklch(0.8, 0.15, 230), 0.9))
	c.fill(oklch(0.95, 0.06, 220), poly(20, 43+y, 2, 46+y, 20, 49+y))
	c.fill(mix(k, black, 0.5), poly(28, 50+y, 20, 66+y, 34, 66+y, 58, 52+y))
	c.fill(mix(k, black, 0.35), poly(30, 42+y, 18, 24+y, 30, 24+y, 56, 40+y))
	hull, belly := gray(0.95), gray(0.4)
	c.fillWith(func(_, v float64) color.NRGBA { return mix(hull, belly, (v-y-36)/20) },
		from(18, 40+y).line(56, 37+y).cube(76, 36+y, 90, 43+y, 95, 48+y).cube(84, 53+y, 70, 55+y, 56, 55+y).line(18, 52+y).close())
	c.fill(c.ink(0.6, 0.18, 180), poly(30, 39.1+y, 40, 38.3+y, 40, 54+y, 30, 53.3+y))
	c.fill(c.ink(0.35, 0.1, 200), from(66, 38.5+y).cube(74, 37+y, 82, 41+y, 85, 45+y).line(68, 45+y).close())
	c.fill(fade(white, 0.6), stroke(0.5, 69, 40+y, 77, 41.2+y))
	for i := range 9 {
		c.fill(oklch(0.9, 0.12, 85), circle(44+2.8*float64(i), 48.6+y, 0.6))
	}
	for range 12 {
		x, v := c.in(20, 62), c.in(41, 52)
		c.fill(fade(gray(0.2), 0.4), rect(x, v+y, c.in(1, 5), 0.35))
	}
}

func (c *canvas) battleMap() {
	ground := oklch(0.32, 0.03, 60)
	c.flat(ground)
	const n = 20
	var open [n][n]bool
	carve := func(x, y, w, h int) {
		for j := y; j < y+h; j++ {
			for i := x; i < x+w; i++ {
				open[min(max(j, 1), n-2)][min(max(i, 1), n-2)] = true
			}
		}
	}
	var cx, cy []int
	for i := range 6 {
		x, y := 1+i%3*6+c.IntN(2), 2+i/3*9+c.IntN(2)
		w, h := 4+c.IntN(2), 4+c.IntN(3)
		carve(x, y, w, h)
		cx, cy = append(cx, x+w/2), append(cy, y+h/2)
	}
	for i := range 5 {
		carve(min(cx[i], cx[i+1]), cy[i], max(cx[i], cx[i+1])-min(cx[i], cx[i+1])+1, 1)
		carve(cx[i+1], min(cy[i], cy[i+1]), 1, max(cy[i], cy[i+1])-min(cy[i], cy[i+1])+1)
	}
	const s = 100. / n
	floor := oklch(0.80, 0.045, 80)
	for j := range n {
		for i := range n {
			x, y := float64(i)*s, float64(j)*s
			if !open[j][i] {
				for range 2 {
					u, v := x+c.in(0, s), y+c.in(0, s)
					c.fill(fade(black, 0.35), stroke(0.3, u, v, u+c.in(-1.5, 1.5), v+1.5))
				}
				continue
			}
			c.fill(mix(floor, gray(0.3), c.in(0, 0.14)), rect(x, y, s+0.1, s+0.1))
			c.fill(fade(gray(0.2), 0.4), stroke(0.2, x, y, x+s, y))
			c.fill(fade(gray(0.2), 0.4), stroke(0.2, x, y, x, y+s))
			for _, d := range [][2]int{{0, -1}, {0, 1}, {-1, 0}, {1, 0}} {
				if open[j+d[1]][i+d[0]] {
					continue
				}
				a, b := x+s/2+float64(d[0])*s/2, y+s/2+float64(d[1])*s/2
				du, dv := float64(d[1])*s/2, float64(d[0])*s/2
				c.fill(gray(0.14), stroke(1.1, a-du, b-dv, a+du, b+dv))
			}
		}
	}
	at := func(i int) (x, y float64) { return (float64(cx[i]) + 0.5) * s, (float64(cy[i]) + 0.5) * s }
	x, y := at(0)
	c.fill(oklch(0.5, 0.09, 55), round(x-3, y-2, 6, 4, 0.8)) // a chest
	c.fill(oklch(0.8, 0.14, 85), rect(x-0.7, y-2, 1.4, 4))
	x, y = at(4)
	c.glow(x, y, 14, fade(oklch(0.85, 0.17, 65), 0.8))
	c.fill(oklch(0.7, 0.2, 45), star(x, y, 3, 1.6, 7, 0.3))
	x, y = at(2)
	c.fill(oklch(0.7, 0.1, 220), round(x-5, y-5, 10, 10, 4)) // water
	c.fill(oklch(0.8, 0.08, 215), ring(x, y, 3, 0.5))
	x, y = at(5)
	c.fill(oklch(0.55, 0.2, 25), circle(x, y, 2.4))
	c.fill(gray(0.95), ring(x, y, 2.4, 0.5))
	x, y = at(3)
	c.fill(oklch(0.55, 0.16, 250), circle(x, y, 2.4))
	c.fill(gray(0.95), ring(x, y, 2.4, 0.5))
}

func (c *canvas) tattoo() {
	c.flat(oklch(0.96, 0.012, 70))
	k := gray(0.12)
	petals := 8 + 2*c.IntN(3)
	for ringNo := range 3 {
		r := 38 - 12*float64(ringNo)
		for i := range petals {
			a := (float64(i) + 0.5*float64(ringNo%2)) * 2 * math.Pi / float64(petals)
			petal := func(r float64, w float64) *shape {
				sin, cos := math.Sincos(a)
				px, py := -sin*w, cos*w
				in := r * 0.42
				return from(50+in*cos, 50+in*sin).quad(50+r*0.75*cos+px, 50+r*0.75*sin+py, 50+r*cos, 50+r*sin).quad(50+r*0.75*cos-px, 50+r*0.75*sin-py, 50+in*cos, 50+in*sin).close()
			}
			w := r * 5.4 / float64(petals)
			c.fill(k, petal(r+0.8, w+0.9))
			c.fill(oklch(0.96, 0.012, 70), petal(r-0.5, w-0.8))
			if ringNo != 1 {
				c.fill(k, petal(r*0.8, w*0.4))
			}
			sin, cos := math.Sincos(a)
			c.fill(k, circle(50+(r+3)*cos, 50+(r+3)*sin, 0.9))
		}
	}
	c.fill(k, circle(50, 50, 8))
	c.fill(oklch(0.96, 0.012, 70), ring(50, 50, 6.6, 1))
	c.fill(oklch(0.96, 0.012, 70), star(50, 50, 4.4, 1.6, 6, 0))
	c.fill(k, ring(50, 50, 45, 0.7))
	c.fill(k, ring(50, 50, 47, 0.4))
	c.grain(4)
}

func (c *canvas) graffiti() {
	mortar := gray(0.58)
	c.flat(mortar)
	for row := range 17 {
		for i := -1; i < 9; i++ {
			x := float64(i)*13 + 6.5*float64(row%2)
			c.fill(oklch(c.in(0.42, 0.54), 0.075, c.in(30, 45)), rect(x+0.4, float64(row)*6+0.4, 12.2, 5.2))
		}
	}
	for range 5 {
		k := oklch(0.72, 0.2, c.in(0, 360))
		x, y := c.in(10, 90), c.in(15, 80)
		c.glow(x, y, c.in(14, 26), fade(k, 0.85))
		for range 5 {
			d := c.in(-8, 8)
			c.fill(fade(k, 0.8), stroke(c.in(0.5, 1), x+d, y, x+d, y+c.in(8, 20)))
		}
	}
	k := oklch(0.85, 0.19, c.hue)
	c.word("SAMPLE", 51, 41.2, 16, 6, gray(0.08))
	c.word("SAMPLE", 50, 40, 16, 5.2, gray(0.98))
	c.word("SAMPLE", 50, 40, 16, 3.6, k)
	for range 70 {
		c.fill(fade(k, 0.8), circle(c.in(5, 95), c.in(22, 74), c.in(0.15, 0.7)))
	}
	c.fill(gray(0.98), star(c.in(14, 86), 76, 7, 2, 4, 0.2))
	c.grain(8)
}

func (c *canvas) botanical() {
	c.flat(oklch(0.93, 0.035, 88))
	line := oklch(0.30, 0.04, 70)
	leafs := c.in(120, 150)
	x0 := 50 + c.in(-4, 4)
	stem := func(t float64) (x, y float64) { return x0 + 6*math.Sin(t*2.6), 90 - 62*t }
	var xy []float64
	for t := 0.; t <= 1; t += 0.05 {
		x, y := stem(t)
		xy = append(xy, x, y)
	}
	c.fill(line, stroke(1.3, xy...))
	for i := range 7 {
		t := 0.1 + 0.11*float64(i)
		x, y := stem(t)
		side := float64(1 - 2*(i%2))
		l := 24 * (1 - t*0.5)
		dx, dy := side*l, -l*0.55
		leaf := func(g float64) *shape {
			return from(x, y).quad(x+dx*0.3, y+dy-g*7, x+dx, y+dy).quad(x+dx*0.7, y+dy*0.2+g*6, x, y).close()
		}
		c.fill(line, leaf(1.08))
		k := oklch(c.in(0.52, 0.64), 0.09, leafs)
		c.fillWith(func(u, v float64) color.NRGBA {
			if math.Mod(u*2.1+v*side*1.5+200, 2.4) < 0.5 { // an engraver's lines
				return mix(k, line, 0.55)
			}
			return k
		}, leaf(1))
		c.fill(line, stroke(0.4, x, y, x+dx, y+dy))
	}
	x, y := stem(1)
	k := c.ink(0.65, 0.17, 0)
	for ringNo := range 2 {
		n := 9 - 2*ringNo
		for i := range n {
			sin, cos := math.Sincos(float64(i)*2*math.Pi/float64(n) + float64(ringNo)*0.3)
			r := 17 - 6*float64(ringNo)
			petal := func(g float64) *shape {
				return from(x, y).quad(x+r*0.9*cos-g*7*sin, y+r*0.9*sin+g*7*cos, x+r*cos, y+r*sin).quad(x+r*0.9*cos+g*7*sin, y+r*0.9*sin-g*7*cos, x, y).close()
			}
			c.fill(line, petal(1.15))
			tone := mix(k, white, 0.25*float64(ringNo)+c.in(0, 0.15))
			c.fillWith(func(u, v float64) color.NRGBA { return mix(tone, mix(k, black, 0.4), 1-math.Hypot(u-x, v-y)/r) }, petal(1))
		}
	}
	c.fill(line, circle(x, y, 4))
	for range 30 {
		a, r := c.in(0, 7), c.in(0, 3.2)
		c.fill(oklch(0.8, 0.13, 85), circle(x+r*math.Cos(a), y+r*math.Sin(a), 0.5))
	}
	for i := range 2 {
		c.fill(fade(line, 0.8), stroke(0.4, 30+6*float64(i), 93+2.4*float64(i), 70-6*float64(i), 93+2.4*float64(i)))
	}
	c.grain(6)
}

func (c *canvas) blueprint() {
	c.flat(oklch(0.42, 0.12, 255))
	for i := range 26 {
		t := 4 * float64(i)
		a := 0.12
		if i%5 == 0 {
			a = 0.28
		}
		c.fill(fade(white, a), stroke(0.2, t, 0, t, 100))
		c.fill(fade(white, a), stroke(0.2, 0, t, 100, t))
	}
	w := fade(white, 0.95)
	box := func(x, y, u, v, s float64) { c.fill(w, stroke(s, x, y, u, y, u, v, x, v, x, y)) }
	box(16, 30, 76, 78, 1)
	x, y := c.in(36, 52), c.in(46, 58)
	c.fill(w, stroke(1, x, 30, x, y, 76, y))
	c.fill(w, stroke(1, 16, y+8, x-8, y+8))
	for _, p := range [][4]float64{{x, y - 9, -1, 1}, {24, y + 8, 1, 1}, {60, y, 1, -1}} { // doors
		c.fill(w, stroke(0.4, p[0], p[1], p[0]+7*p[2], p[1]))
		c.fill(w, from(p[0]+7*p[2], p[1]).quad(p[0]+7*p[2], p[1]+7*p[3], p[0], p[1]+7*p[3]).quad(p[0]+6.4*p[2], p[1]+6.4*p[3], p[0]+7*p[2], p[1]).close())
	}
	for _, u := range []float64{24, 60} {
		c.fill(gray(0.99), rect(u, 29.2, 9, 1.6))
		c.fill(oklch(0.42, 0.12, 255), rect(u+0.4, 29.7, 8.2, 0.6))
	}
	c.fill(w, ring(66, 70, 5, 0.5))
	box(20, 34, 32, 40, 0.4)
	box(60, 36, 72, 44, 0.4)
	box(20, y+12, 26, y+20, 0.4)
	c.fill(w, stroke(0.4, 16, 22, 76, 22)) // measures
	c.fill(w, stroke(0.4, 16, 20, 16, 24))
	c.fill(w, stroke(0.4, 76, 20, 76, 24))
	c.fill(w, stroke(0.4, 84, 30, 84, 78))
	c.fill(w, stroke(0.4, 82, 30, 86, 30))
	c.fill(w, stroke(0.4, 82, 78, 86, 78))
	c.word("SAMPLE", 46, 17, 3, 0.5, w)
	box(66, 84, 96, 96, 0.6)
	c.word("SAMPLE", 81, 87.4, 5, 0.7, w)
}

func (c *canvas) bokeh() {
	c.sky(c.ink(0.32, 0.04, 0), c.ink(0.45, 0.07, 20), c.ink(0.28, 0.04, 0))
	for range 16 {
		c.fill(fade(c.ink(c.in(0.7, 0.9), 0.1, c.in(-40, 60)), c.in(0.08, 0.3)), circle(c.in(0, 100), c.in(0, 80), c.in(3, 10)))
	}
}

// portrait is a bust in the light of a studio.
func (c *canvas) portrait() {
	c.bokeh()
	skin := oklch(c.in(0.50, 0.82), 0.075, 52)
	hair := oklch(c.in(0.18, 0.6), c.in(0.01, 0.08), c.in(35, 75))
	cloth := c.ink(0.40, 0.09, 170)
	dark := oklch(0.14, 0.03, 30)
	lit := func(k color.NRGBA, x, r float64) shader {
		return func(u, v float64) color.NRGBA {
			t := (u - x) / r
			return mix(mix(k, white, max(0, 0.14-0.3*math.Abs(t+0.4))), dark, max(0, 0.75*(t+0.1))+max(0, (v-62)/110))
		}
	}
	long := c.IntN(2) == 0
	if long {
		c.fillWith(lit(hair, 50, 34), from(27, 42).cube(26, 10, 74, 10, 73, 42).cube(76, 64, 72, 76, 76, 88).line(24, 88).cube(28, 76, 24, 64, 27, 42).close())
	}
	c.fillWith(lit(cloth, 50, 46), from(8, 101).cube(12, 84, 30, 82, 40, 77).line(60, 77).cube(70, 82, 88, 84, 92, 101).close())
	c.fillWith(lit(mix(skin, black, 0.22), 50, 16), from(42, 60).line(58, 60).line(59.5, 78).quad(50, 86, 40.5, 78).close())
	c.fillWith(lit(skin, 50, 24), from(31, 40).cube(31, 60, 41, 71, 50, 71.5).cube(59, 71, 69, 60, 69, 40).cube(69, 18, 31, 18, 31, 40).close())
	c.fillWith(lit(skin, 50, 24), ellipse(31, 45, 2.2, 5))
	for _, s := range []float64{-1, 1} {
		x := 50 + s*8.4
		c.shadow(x, 42, 6, 4, 0.28)
		c.fill(gray(0.93), from(x-3.8, 43).quad(x, 39.8, x+3.8, 43).quad(x, 45.2, x-3.8, 43).close())
		c.fill(c.ink(0.42, 0.09, 120), circle(x, 42.6, 1.75))
		c.fill(gray(0.08), circle(x, 42.6, 0.9))
		c.fill(white, circle(x-0.6, 41.9, 0.4))
		c.fill(mix(hair, black, 0.4), from(x-5, 38).quad(x, 34.8, x+5, 37.4).quad(x, 36.4, x-5, 38).close())
		c.fill(mix(skin, black, 0.6), from(x-4, 42.8).quad(x, 39.2, x+4, 42.6).quad(x, 40.2, x-4, 42.8).close())
	}
	c.fill(fade(oklch(0.2, 0.05, 40), 0.3), from(51, 42).quad(55, 52, 53.6, 54).quad(51, 55.6, 48.4, 54.4).quad(52, 54, 51, 42).close())
	c.glow(48.6, 50, 4, fade(white, 0.3))
	c.fill(oklch(0.52, 0.11, 22), from(43.6, 60.4).quad(47, 58.2, 50, 59.4).quad(53, 58.2, 56.4, 60.4).quad(50, 65, 43.6, 60.4).close())
	c.fill(oklch(0.33, 0.09, 22), stroke(0.4, 44, 60.4, 50, 61, 56, 60.4))
	c.fillWith(lit(hair, 50, 28), from(30, 46).cube(26, 8, 74, 8, 70, 46).cube(70, 34, 64, 30, 58, 26).cube(46, 34, 34, 32, 30, 46).close())
	c.glow(30, 20, 34, fade(oklch(0.97, 0.05, 80), 0.28))
	c.grain(5)
}

func (c *canvas) product() {
	c.studio()
	far, near := c.ink(0.9, 0.03, 0), c.ink(0.7, 0.06, 0)
	c.fillWith(func(_, v float64) color.NRGBA { return mix(far, near, (v-74)/26) }, rect(0, 74, 100, 26))
	c.shadow(56, 84, 36, 6, 0.4)
	k := c.ink(0.58, 0.15, 40)
	c.fill(c.ink(0.82, 0.05, 20), ellipse(50, 84, 34, 7))
	c.fill(c.ink(0.92, 0.03, 20), ellipse(50, 82, 34, 7))
	body := func(k color.NRGBA, x, w float64) shader {
		return func(u, _ float64) color.NRGBA {
			t := (u - x) / w
			k := mix(k, black, 0.5*t*t+0.3*t)
			if t > -0.62 && t < -0.4 {
				k = mix(k, white, 0.55)
			}
			return k
		}
	}
	h := c.in(0, 6)
	c.fillWith(body(k, 46, 15), round(31, 36-h, 30, 47+h, 5))
	c.fillWith(body(gray(0.25), 46, 7), round(39, 18-h, 14, 16, 2))
	c.fillWith(body(oklch(0.8, 0.1, 85), 46, 8), rect(38.4, 32-h, 15.2, 4.4))
	c.fillWith(body(gray(0.96), 46, 15), rect(31, 50, 30, 20))
	c.emblem(46, 57, 4, k, gray(0.96))
	c.word("SAMPLE", 46, 64, 3, 0.5, gray(0.25))
	c.ball(70, 76, 8, plain(c.ink(0.8, 0.13, 100)))
	c.fill(oklch(0.55, 0.13, 145), from(70, 68).quad(78, 58, 86, 62).quad(80, 70, 70, 68).close())
	c.grain(2)
}

func (c *canvas) food() {
	n := c.noise()
	wood, grain, gap := oklch(0.42, 0.06, 55), oklch(0.60, 0.08, 65), gray(0.15)
	c.paint(func(x, y float64) color.NRGBA { // a table
		plank := math.Floor(y / 16)
		if y-16*plank < 0.5 {
			return gap
		}
		return mix(wood, grain, n.cloud(x/30+plank*5, y*0.9, 2))
	})
	c.shadow(52, 54, 45, 45, 0.75)
	c.fill(gray(0.94), circle(50, 50, 40))
	c.fill(gray(0.86), circle(50, 50, 30))
	c.fill(gray(0.97), circle(50, 50, 29))
	sauce := oklch(0.60, 0.16, 35+c.in(-10, 20))
	blob := new(shape)
	for i := range 40 {
		a := float64(i) * math.Pi / 20
		r := 22 + 4*n.at(3+2*math.Cos(a), 3+2*math.Sin(a))
		if i == 0 {
			blob.move(50+r, 50)
		} else {
			blob.line(50+r*math.Cos(a), 50+r*math.Sin(a))
		}
	}
	cream := oklch(0.8, 0.13, 75)
	c.fillWith(func(x, y float64) color.NRGBA { return mix(sauce, cream, n.cloud(x/4, y/4, 2)) }, blob.close())
	for range 26 { // noodles
		a, r := c.in(0, 6.3), c.in(3, 17)
		x, y := 50+r*math.Cos(a), 50+r*math.Sin(a)
		k := oklch(c.in(0.82, 0.9), 0.1, 85)
		s := from(x, y).cube(x+c.in(-12, 12), y+c.in(-12, 12), x+c.in(-12, 12), y+c.in(-12, 12), 50+c.in(-14, 14), 50+c.in(-14, 14))
		o := s.ops[1].p
		line := []float64{}
		for t := 0.; t <= 1.01; t += 0.08 {
			u := 1 - t
			p := func(k int) float64 {
				return u*u*u*float64(s.ops[0].p[0][k]) + 3*u*u*t*float64(o[0][k]) + 3*u*t*t*float64(o[1][k]) + t*t*t*float64(o[2][k])
			}
			line = append(line, p(0), p(1))
		}
		c.fill(mix(k, black, 0.4), stroke(2.1, line...))
		c.fill(k, stroke(1.5, line...))
	}
	for range 5 {
		a, r := c.in(0, 6.3), c.in(4, 18)
		c.ball(50+r*math.Cos(a), 50+r*math.Sin(a), c.in(3.4, 4.8), plain(oklch(0.58, 0.2, 28)))
	}
	for range 7 {
		a, r, w := c.in(0, 6.3), c.in(0, 20), c.in(4, 7)
		x, y := 50+r*math.Cos(a), 50+r*math.Sin(a)
		b := c.in(0, 6.3)
		dx, dy := w*math.Cos(b), w*math.Sin(b)
		c.fill(oklch(c.in(0.5, 0.62), 0.14, 140), from(x, y).quad(x+dx*0.5-dy*0.6, y+dy*0.5+dx*0.6, x+dx, y+dy).quad(x+dx*0.5+dy*0.6, y+dy*0.5-dx*0.6, x, y).close())
		c.fill(oklch(0.75, 0.1, 130), stroke(0.3, x, y, x+dx, y+dy))
	}
	for _, x := range []float64{4, 95} {
		c.fill(gray(0.75), stroke(1.6, x, 30, x, 76))
	}
	c.fill(gray(0.75), stroke(1, 2, 18, 2, 28, 6, 28, 6, 18))
	c.fill(gray(0.75), stroke(1, 4, 18, 4, 30))
	c.fill(gray(0.78), from(94.2, 16).quad(99, 24, 96, 42).line(94.2, 42).close())
	c.grain(4)
}

func (c *canvas) interior() {
	wall := c.ink(0.88, 0.03, 0)
	c.flat(wall)
	c.fill(mix(wall, black, 0.12), poly(0, 0, 20, 10, 20, 72, 0, 88))
	floor := oklch(0.62, 0.07, 60)
	c.fill(floor, poly(0, 88, 20, 72, 100, 72, 100, 100, 0, 100))
	for i := range 12 {
		c.fill(fade(gray(0.1), 0.2), stroke(0.25, 22+7*float64(i), 72, -20+13*float64(i), 100))
	}
	view := c.inside(52, 16, 40, 34)
	c.fill(gray(0.97), rect(50.5, 14.5, 43, 37))
	view.hills(c.day())
	c.fill(gray(0.97), rect(71.4, 16, 1.2, 34))
	c.fill(fade(oklch(0.97, 0.07, 85), 0.35), poly(52, 72, 92, 72, 78, 100, 20, 100)) // light on the floor
	curtain, fold := c.ink(0.8, 0.06, 60), gray(0.3)
	for _, x := range []float64{45, 93} {
		c.fillWith(func(u, _ float64) color.NRGBA { return mix(curtain, fold, 0.18+0.18*math.Sin(u*2.4)) }, poly(x, 12, x+7, 12, x+6, 70, x-0.5, 70))
	}
	sofa := c.ink(0.55, 0.11, 180)
	c.shadow(44, 84, 34, 6, 0.4)
	c.fill(mix(sofa, black, 0.2), round(16, 54, 54, 22, 5))
	c.fill(sofa, round(14, 64, 9, 20, 4))
	c.fill(sofa, round(63, 64, 9, 20, 4))
	c.fill(mix(sofa, white, 0.14), round(21, 67, 22, 13, 3))
	c.fill(mix(sofa, white, 0.10), round(43, 67, 22, 13, 3))
	c.fill(mix(sofa, black, 0.1), round(21, 77, 44, 7, 2))
	c.fill(c.ink(0.75, 0.14, 40), round(25, 58, 12, 11, 3))
	for _, x := range []float64{20, 65} {
		c.fill(gray(0.2), rect(x, 83, 1.6, 5))
	}
	art := c.inside(22, 20, 20, 24)
	c.fill(gray(0.2), rect(21, 19, 22, 26))
	art.flat(c.ink(0.93, 0.03, 60))
	art.emblem(50, 50, 30, c.ink(0.6, 0.17, 0), c.ink(0.93, 0.03, 60))
	c.fill(gray(0.2), stroke(0.7, 9, 86, 9, 40)) // a lamp
	c.glow(9, 36, 26, fade(oklch(0.97, 0.09, 80), 0.7))
	c.fill(oklch(0.95, 0.08, 80), poly(3, 40, 15, 40, 12.6, 30, 5.4, 30))
	c.fill(oklch(0.5, 0.07, 45), poly(82, 72, 92, 72, 90.4, 84, 83.6, 84)) // a plant
	for i := range 7 {
		sin, cos := math.Sincos(-1.2 + 0.4*float64(i))
		c.fill(oklch(c.in(0.42, 0.58), 0.12, 145), from(87, 73).quad(87+13*sin-3*cos, 73-10*cos, 87+17*sin, 73-22*cos).quad(87+13*sin+3*cos, 73-10*cos, 87, 73).close())
	}
	c.grain(3)
}

// film puts a scene between perforated strips, and a mark to play it.
func (c *canvas) film(scene func(*canvas)) {
	c.flat(gray(0.1))
	in := c.inside(0, 14, 100, 72)
	scene(in)
	for i := range 9 {
		x := 2.4 + 11.2*float64(i)
		c.fill(gray(0.9), round(x, 4, 5.6, 6, 1.2))
		c.fill(gray(0.9), round(x, 90, 5.6, 6, 1.2))
	}
	c.shadow(50, 51, 20, 20, 0.5)
	c.fill(fade(gray(0.08), 0.62), circle(50, 50, 14))
	c.fill(white, ring(50, 50, 14, 1.2))
	c.fill(white, poly(45.4, 42, 45.4, 58, 59, 50))
	c.fill(fade(white, 0.5), stroke(1, 8, 81, 92, 81))
	at := c.in(20, 70)
	c.fill(oklch(0.65, 0.22, 25), stroke(1, 8, 81, at, 81))
	c.fill(oklch(0.65, 0.22, 25), circle(at, 81, 1.7))
}

func (c *canvas) wave(music bool) {
	c.sky(c.ink(0.22, 0.06, 0), c.ink(0.32, 0.10, 40))
	n := c.noise()
	colors := newRamp(c.ink(0.78, 0.17, 0), c.ink(0.82, 0.16, 60), c.ink(0.74, 0.2, 120))
	c.glow(50, 50, 56, fade(c.ink(0.6, 0.2, 40), 0.5))
	const bars = 40
	for i := range bars {
		t := (float64(i) + 0.5) / bars
		swell := math.Sin(t*math.Pi) * (0.35 + 0.65*n.at(t*7, 1))
		h := 3 + 34*swell*(0.35+0.65*n.at(t*26, 5))
		x := 7 + 86*t
		c.fill(colors.at(t), round(x-0.75, 50-h, 1.5, 2*h, 0.75))
	}
	if !music {
		for i := range 3 {
			c.fill(fade(white, 0.14), ring(50, 50, 24+12*float64(i), 0.5))
		}
		return
	}
	for range 5 {
		x, y := c.in(12, 88), c.in(10, 24)
		c.fill(fade(white, 0.85), ellipse(x, y+6, 2.2, 1.7))
		c.fill(fade(white, 0.85), stroke(0.6, x+1.9, y+6, x+1.9, y-3, x+5, y-1))
	}
}

// halves shows a scene coarse on the left and fine on the right.
func (c *canvas) halves(scene func(*canvas)) {
	scene(c)
	r := c.img.Rect
	block := max(2, r.Dx()/28)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Min.X+r.Dx()/2; x++ {
			s := c.img.PixOffset(min(x/block*block+block/2, r.Max.X-1), min(y/block*block+block/2, r.Max.Y-1))
			copy(c.img.Pix[c.img.PixOffset(x, y):][:4], c.img.Pix[s:s+4])
		}
	}
	c.fill(fade(black, 0.3), rect(49.1, 0, 2.2, 100))
	c.fill(white, rect(49.5, 0, 1, 100))
	c.fill(fade(black, 0.3), circle(50, 50.4, 6.6))
	c.fill(white, circle(50, 50, 6))
	c.fill(gray(0.2), poly(47, 50, 48.8, 47.6, 48.8, 52.4))
	c.fill(gray(0.2), poly(53, 50, 51.2, 47.6, 51.2, 52.4))
}

func (c *canvas) checkerboard() {
	squares := [2]color.NRGBA{gray(0.97), gray(0.86)}
	c.paint(func(x, y float64) color.NRGBA { return squares[(int(x/6.25)+int(y/6.25))%2] })
}

// cutout is a subject whose background goes away from the right.
func (c *canvas) cutout() {
	bokeh := c.inside(0, 0, 100, 100)
	bokeh.bokeh()
	right := c.inside(46, 0, 54, 100)
	right.x0, right.y0, right.unit = c.x0, c.y0, c.unit
	right.checkerboard()
	k := c.ink(0.65, 0.17, 90)
	c.shadow(50, 86, 28, 5, 0.35)
	// A shoe is what everybody cuts out.
	sole := from(14, 74).line(84, 74).quad(91, 76, 89, 82).quad(88, 86, 82, 86).line(20, 86).quad(12, 86, 14, 74).close()
	upper := from(15, 75).cube(14, 60, 12, 46, 18, 36).quad(26, 42, 38, 36).cube(44, 46, 54, 54, 66, 58).cube(80, 62, 88, 66, 88, 76).close()
	for _, s := range []*shape{upper.shifted(0, -1.4), upper.shifted(-1.2, 0), upper.shifted(1.2, 0), sole.shifted(1.2, 0.8), sole.shifted(-1.2, 0.8)} {
		c.fill(white, s)
	}
	light, dark := mix(k, white, 0.3), mix(k, black, 0.35)
	c.fillWith(func(x, y float64) color.NRGBA { return mix(light, dark, (y-38)/42+(x-50)/180) }, upper)
	c.fill(gray(0.97), sole)
	c.fill(c.ink(0.8, 0.05, 90), from(14, 80).line(90, 80).line(89, 83).quad(88, 86, 82, 86).line(20, 86).quad(13, 86, 14, 80).close())
	c.fill(gray(0.95), from(70, 59).cube(80, 62, 88, 66, 88, 74).line(72, 74).quad(66, 66, 70, 59).close())
	c.fill(gray(0.97), from(24, 68).cube(36, 70, 48, 62, 52, 53).line(57, 55.4).cube(52, 66, 38, 75, 24, 72).close())
	for i := range 4 {
		x, y := 41+5.4*float64(i), 42+4.6*float64(i)
		c.fill(gray(0.98), stroke(1.3, x, y, x-4.4, y+6))
	}
	for y := 2.; y < 100; y += 4 {
		c.fill(white, rect(45.6, y, 0.8, 2.2))
	}
}

func (c *canvas) bezier() {
	c.flat(gray(0.98))
	for i := range 21 {
		c.fill(c.ink(0.92, 0.02, 0), stroke(0.2, 5*float64(i), 0, 5*float64(i), 100))
		c.fill(c.ink(0.92, 0.02, 0), stroke(0.2, 0, 5*float64(i), 100, 5*float64(i)))
	}
	j := func() float64 { return c.in(-3, 3) }
	p := [][2]float64{{22 + j(), 66 + j()}, {30 + j(), 20 + j()}, {74 + j(), 24 + j()}, {80 + j(), 70 + j()}}
	h := [][2]float64{{14, 48}, {16 + j(), 26}, {48, 12 + j()}, {58, 30 + j()}, {92, 36 + j()}, {92, 56}, {66, 88 + j()}, {40, 84 + j()}}
	body := from(p[0][0], p[0][1]).cube(h[0][0], h[0][1], h[1][0], h[1][1], p[1][0], p[1][1]).cube(h[2][0], h[2][1], h[3][0], h[3][1], p[2][0], p[2][1]).
		cube(h[4][0], h[4][1], h[5][0], h[5][1], p[3][0], p[3][1]).cube(h[6][0], h[6][1], h[7][0], h[7][1], p[0][0], p[0][1]).close()
	c.fill(c.ink(0.72, 0.16, 0), body)
	c.fill(c.ink(0.85, 0.1, 60), circle(42, 48, 12))
	c.fill(c.ink(0.5, 0.17, 200), poly(48, 70, 62, 42, 76, 68))
	blue := oklch(0.55, 0.2, 255)
	for i := range p {
		for _, k := range []int{2 * i, (2*i + 7) % 8} {
			c.fill(blue, stroke(0.5, p[i][0], p[i][1], h[k][0], h[k][1]))
			c.fill(white, circle(h[k][0], h[k][1], 1.7))
			c.fill(blue, ring(h[k][0], h[k][1], 1.7, 0.6))
		}
		c.fill(blue, rect(p[i][0]-1.9, p[i][1]-1.9, 3.8, 3.8))
		c.fill(white, rect(p[i][0]-1.2, p[i][1]-1.2, 2.4, 2.4))
	}
}

// dashes is a rectangle as selections are drawn.
func (c *canvas) dashes(x, y, w, h float64) {
	for t := 0.; t < w; t += 4 {
		for _, v := range []float64{y, y + h} {
			c.fill(gray(0.1), rect(x+t, v-0.5, min(2.6, w-t), 1.2))
			c.fill(white, rect(x+t, v-0.3, min(2.2, w-t), 0.7))
		}
	}
	for t := 0.; t < h; t += 4 {
		for _, u := range []float64{x, x + w} {
			c.fill(gray(0.1), rect(u-0.5, y+t, 1.2, min(2.6, h-t)))
			c.fill(white, rect(u-0.3, y+t, 0.7, min(2.2, h-t)))
		}
	}
}

func (c *canvas) inpaint() {
	c.hills(c.day())
	x, y := c.in(20, 40), c.in(40, 50)
	in := c.inside(x, y, 38, 34)
	in.hills(c.night())
	in.stars(20, 50)
	c.dashes(x, y, 38, 34)
	c.fill(white, star(x+38, y, 6, 1.6, 4, 0))
	c.fill(white, star(x+45, y-7, 3, 0.8, 4, 0))
}

func (c *canvas) outpaint() {
	c.hills(c.dusk())
	bounds := c.img.Rect
	x, y, w, h := 25., 22., 50., 56.
	stripes := [2]color.NRGBA{gray(0.9), gray(0.75)}
	keep := image.Rect(c.px(x), c.py(y), c.px(x+w), c.py(y+h))
	for j := bounds.Min.Y; j < bounds.Max.Y; j++ {
		for i := bounds.Min.X; i < bounds.Max.X; i++ {
			if !(image.Point{X: i, Y: j}).In(keep) {
				o := c.img.PixOffset(i, j)
				put(c.img.Pix[o:o+4:o+4], stripes[(i+j)/9%2], 60)
			}
		}
	}
	c.dashes(x, y, w, h)
	for _, d := range [][2]float64{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
		u, v := 50+d[0]*37, 50+d[1]*39
		c.fill(white, poly(u+d[0]*5, v+d[1]*5, u-d[0]*3-d[1]*5, v-d[1]*3+d[0]*5, u-d[0]*3+d[1]*5, v-d[1]*3-d[0]*5))
	}
}

func (c *canvas) relight() {
	c.flat(gray(0.16))
	x := c.in(22, 34)
	lamp := c.ink(0.92, 0.12, 0)
	c.glow(x, 18, 80, fade(lamp, 0.8))
	c.fill(fade(lamp, 0.35), poly(x-5, 20, x+5, 20, 92, 86, 24, 86))
	c.fill(gray(0.22), rect(0, 84, 100, 16))
	c.shadow(72, 87, 30, 5, 0.6)
	c.ball(56, 62, 24, plain(c.ink(0.75, 0.1, 20)))
	c.glow(44, 48, 18, fade(lamp, 0.6))
	c.fill(gray(0.85), poly(x-9, 16, x+9, 16, x+5, 6, x-5, 6))
	c.fill(lamp, ellipse(x, 16, 9, 2.4))
}

// sketch shows the outline of a scene on the left and its colors on the right.
func (c *canvas) sketch() {
	c.flat(oklch(0.97, 0.01, 85))
	right := *c.inside(50, 0, 50, 100)
	right.x0, right.y0, right.unit = c.x0, c.y0, c.unit
	right.sky(c.ink(0.78, 0.09, 0), c.ink(0.95, 0.04, 60))
	ridge, at := c.ridge(62, 10, 3)
	right.fill(oklch(0.92, 0.12, 90), circle(50, 26, 11))
	right.fill(oklch(0.6, 0.12, 145), ridge)
	right.house(39, at(50)+12, 18, oklch(0.93, 0.04, 80), oklch(0.58, 0.17, 30), oklch(0.9, 0.12, 90))
	left := *c.inside(0, 0, 50, 100)
	left.x0, left.y0, left.unit = c.x0, c.y0, c.unit
	k := gray(0.25)
	y := at(50) + 12
	for range 2 { // as drawn twice by hand
		o := c.in(-0.4, 0.4)
		left.fill(k, ring(50+o, 26+o, 11, 0.5))
		var xy []float64
		for x := 0.; x < 40; x++ {
			xy = append(xy, x, at(x)+o)
		}
		left.fill(k, stroke(0.5, xy...))
		left.fill(k, stroke(0.5, 50, y+o, 39+o, y, 39+o, y-18, 36+o, y-18+o, 50, y-31.5))
		left.fill(k, stroke(0.5, 36+o, y-18, 50, y-18+o))
		left.fill(k, stroke(0.4, 41.7+o, y-14.4, 46, y-14.4, 46+o, y-9.4, 41.7, y-9.4, 41.7, y-14.4))
	}
	for i := range 14 {
		x := 2 + 2.6*float64(i)
		left.fill(fade(k, 0.6), stroke(0.3, x, at(x)+4, x+4, at(x)+12))
	}
	c.fill(white, rect(49.4, 0, 1.2, 100))
}

func (c *canvas) dress() {
	c.studio()
	k := c.ink(0.60, 0.16, 0)
	x := 50.
	c.fill(gray(0.35), stroke(0.8, 10, 8, 90, 8))
	c.fill(gray(0.35), ring(x, 10.5, 2.6, 0.7))
	c.fill(oklch(0.5, 0.07, 60), stroke(1.6, x-15, 22, x, 14, x+15, 22))
	dress := from(x-13, 21).quad(x, 30, x+13, 21).quad(x+14, 34, x+9, 46).cube(x+18, 62, x+27, 78, x+29, 90).quad(x, 97, x-29, 90).cube(x-27, 78, x-18, 62, x-9, 46).quad(x-14, 34, x-13, 21).close()
	c.shadow(56, 60, 34, 44, 0.3)
	dots := c.IntN(2) == 0
	c.fillWith(func(u, v float64) color.NRGBA {
		fold := 0.
		if v > 46 {
			fold = 0.22 * math.Sin((u-x)/(6+(v-46)*0.35)*9)
		}
		base := k
		if a, b := math.Mod(u+200, 7)-3.5, math.Mod(v+3.5*math.Mod(math.Floor((u+200)/7), 2), 7)-3.5; dots && a*a+b*b < 1.5 {
			base = white
		}
		return mix(base, black, 0.14+fold+0.006*(u-x))
	}, dress)
	c.fill(c.ink(0.35, 0.1, 160), from(x-9.4, 44.6).quad(x, 48, x+9.4, 44.6).line(x+9.6, 48).quad(x, 51.4, x-9.6, 48).close())
	for i := range 4 {
		c.fill(c.ink(0.65, 0.16, 60+70*float64(i)), round(82, 30+12*float64(i), 9, 9, 2))
	}
}

// gallery is four small scenes, as a model for everything deserves.
func (c *canvas) gallery() {
	c.flat(gray(0.97))
	all := []func(*canvas){
		func(c *canvas) { c.hills(c.day()) }, func(c *canvas) { c.hills(c.dusk()) }, func(c *canvas) { c.anime(1) },
		(*canvas).portrait, (*canvas).starship, func(c *canvas) { c.toy(false) }, (*canvas).product, (*canvas).isoTown, (*canvas).creature,
	}
	for i, pick := range c.Perm(len(all))[:4] {
		x, y := 1+49.5*float64(i%2), 1+49.5*float64(i/2)
		in := c.inside(x, y, 48.5, 48.5)
		in.hue += 90 * float64(i)
		all[pick](in)
	}
}

func (c *canvas) keyArt() {
	c.hills(c.night())
	c.stars(60, 40)
	x := c.in(34, 60) // somebody with a lantern
	k := oklch(0.09, 0.02, 280)
	lamp := oklch(0.93, 0.13, 80)
	c.glow(x+11, 74, 34, fade(lamp, 0.85))
	c.fill(k, from(x-7, 97).cube(x-6, 82, x-4, 72, x, 68).cube(x+4, 72, x+6, 82, x+7, 97).close())
	c.fill(k, from(x-4.4, 70).quad(x-4, 60, x, 59).quad(x+5, 60, x+4.4, 70).close())
	c.fill(k, stroke(1.3, x+3, 76, x+11, 70))
	c.fill(k, stroke(0.5, x+11, 70, x+11, 73))
	c.fill(lamp, round(x+8.8, 73, 4.4, 6, 1))
	c.fill(k, round(x+8.2, 78.4, 5.6, 1.2, 0.4))
	c.fill(k, poly(x+8.4, 73.4, x+13.6, 73.4, x+11, 70.8))
}
