package fakeapi

import (
	"image/color"
	"math"
	"math/rand/v2"
)

// fork is c with another random source, the same for the same seed.
func (c *canvas) fork(seed uint64) *canvas {
	out := *c
	out.Rand = rand.New(rand.NewPCG(seed, 0))
	return &out
}

// block is a box in isometric view: its near bottom corner at x, y, w and d
// along the ground, h up.
func (c *canvas) block(x, y, w, d, h float64, k color.NRGBA) {
	const s = 0.5
	left, right, top := mix(k, black, 0.28), mix(k, black, 0.10), mix(k, white, 0.18)
	c.fill(left, poly(x, y, x-d, y-d*s, x-d, y-d*s-h, x, y-h))
	c.fill(right, poly(x, y, x+w, y-w*s, x+w, y-w*s-h, x, y-h))
	c.fill(top, poly(x, y-h, x+w, y-w*s-h, x+w-d, y-(w+d)*s-h, x-d, y-d*s-h))
}

func (c *canvas) isoTown() {
	c.sky(c.ink(0.90, 0.04, 30), c.ink(0.80, 0.07, 30))
	c = c.inside(-9, -20, 118, 118)
	c.shadow(50, 74, 46, 22, 0.25)
	grass := oklch(0.72, 0.14, 135)
	c.block(50, 93, 42, 42, 5, oklch(0.55, 0.06, 60))
	c.block(50, 88, 42, 42, 1.5, grass)
	const n, cell = 4, 10.5
	for i := n - 1; i >= 0; i-- {
		for j := n - 1; j >= 0; j-- {
			x, y := 50+cell*float64(i-j), 86.5-cell*0.5*float64(i+j)
			switch kind := c.IntN(8); {
			case i == 1 || j == 2 && kind < 6:
				c.fill(gray(0.62), poly(x, y, x+cell, y-cell/2, x, y-cell, x-cell, y-cell/2))
				c.fill(gray(0.9), stroke(0.5, x-2, y-4.2, x+2, y-6.2))
			case kind < 5:
				h := c.in(4, 12)
				wall := oklch(0.9, 0.05, c.in(30, 110))
				roof := oklch(0.62, 0.16, []float64{25, 40, 250, 200}[c.IntN(4)])
				c.block(x, y-1.5, 8, 8, h, wall)
				for v := 2.5; v < h-1; v += 3 {
					for u := 1.5; u < 7; u += 2.6 {
						glass := c.ink(0.55, 0.08, 200)
						c.fill(glass, poly(x+u, y-1.5-u/2-v, x+u+1.3, y-1.5-u/2-0.65-v, x+u+1.3, y-1.5-u/2-0.65-v-1.6, x+u, y-1.5-u/2-v-1.6))
						c.fill(mix(glass, black, 0.3), poly(x-u, y-1.5-u/2-v, x-u-1.3, y-1.5-u/2-0.65-v, x-u-1.3, y-1.5-u/2-0.65-v-1.6, x-u, y-1.5-u/2-v-1.6))
					}
				}
				t := y - 1.5 - h // a hipped roof
				c.fill(mix(roof, black, 0.3), poly(x, t+0.6, x-8.6, t-4, x, t-10))
				c.fill(roof, poly(x, t+0.6, x+8.6, t-4, x, t-10))
			default:
				for range 3 {
					tx, ty, r := x+c.in(-4, 4), y-c.in(3, 8), c.in(1.8, 2.8)
					c.block(tx, ty, 0.5, 0.5, 2, oklch(0.45, 0.06, 60))
					c.fill(oklch(0.5, 0.12, 145), circle(tx, ty-3.6, r))
					c.fill(oklch(0.62, 0.14, 140), circle(tx+0.5, ty-4.2, r*0.72))
				}
			}
		}
	}
}

func (c *canvas) isoRoom() {
	c.sky(c.ink(0.86, 0.05, 30), c.ink(0.76, 0.08, 30))
	c.shadow(50, 82, 48, 18, 0.3)
	floor, wall := oklch(0.72, 0.08, 65), c.ink(0.88, 0.05, 120)
	c.block(50, 93, 40, 40, 3, oklch(0.5, 0.06, 60))
	c.fill(floor, poly(50, 90, 90, 70, 50, 50, 10, 70))
	for i := 1; i < 10; i++ {
		t := float64(i) * 4
		c.fill(fade(gray(0.2), 0.25), stroke(0.25, 50+t, 90-t/2, 10+t, 70-t/2))
	}
	c.fill(mix(wall, black, 0.16), poly(10, 70, 50, 50, 50, 12, 10, 32))
	c.fill(wall, poly(50, 50, 90, 70, 90, 32, 50, 12))
	glass := newRamp(c.ink(0.75, 0.1, 200), oklch(0.93, 0.07, 80))
	c.fill(gray(0.97), poly(18, 54, 34, 46, 34, 28, 18, 36))
	c.fillWith(func(_, y float64) color.NRGBA { return glass.at((y - 28) / 26) }, poly(19.5, 51.6, 32.5, 45.2, 32.5, 30.2, 19.5, 36.6))
	c.fill(gray(0.97), stroke(0.8, 26, 49, 26, 33))
	for i := range 3 { // pictures on the wall
		x := 57 + 10*float64(i)
		y := 30 + 5*float64(i)
		c.fill(gray(0.3), poly(x, y, x+7, y+3.5, x+7, y+12, x, y+8.5))
		c.fill(oklch(0.75, 0.13, c.in(0, 360)), poly(x+0.9, y+1.4, x+6.1, y+4, x+6.1, y+10.7, x+0.9, y+8))
	}
	rug := oklch(0.65, 0.14, c.in(0, 360))
	c.fill(rug, poly(48, 82, 68, 72, 54, 65, 34, 75))
	c.fill(mix(rug, white, 0.5), poly(48, 79.5, 63, 72, 54, 67.5, 39, 75))
	sofa := oklch(0.6, 0.13, c.in(0, 360))
	c.block(68, 68, 16, 9, 4, sofa)
	c.block(60, 64.5, 16.5, 1.5, 9, mix(sofa, black, 0.1))
	c.block(52, 77, 8, 6, 3.2, oklch(0.55, 0.08, 60)) // a table
	c.fill(oklch(0.9, 0.1, 80), ellipse(53, 70.4, 1.6, 0.9))
	c.block(24, 71, 8, 6, 11, oklch(0.58, 0.08, 55)) // shelves
	for i := range 4 {
		c.block(22.4+1.9*float64(i), 62.3-0.9*float64(i), 1, 2.5, c.in(3, 5), oklch(0.65, 0.15, c.in(0, 360)))
	}
	c.fill(gray(0.25), stroke(0.5, 40, 70, 40, 52)) // a lamp
	c.glow(40, 51, 16, fade(oklch(0.97, 0.1, 85), 0.75))
	c.fill(oklch(0.95, 0.09, 85), poly(37, 53, 43, 53, 41.6, 48, 38.4, 48))
}

// face is a flat portrait; eyes grow with cute, which is 1 for plain anime.
func (c *canvas) face(cute float64) {
	skin := oklch(c.in(0.78, 0.93), 0.045, 55)
	shade := mix(skin, oklch(0.6, 0.14, 25), 0.32)
	hair := c.ink(c.in(0.4, 0.72), 0.15, c.in(-25, 25))
	dark, bright := mix(hair, black, 0.32), mix(hair, white, 0.28)
	eye := c.ink(0.6, 0.17, c.in(100, 220))
	cloth := c.ink(0.5, 0.14, 180+c.in(-40, 40))
	const x = 50.
	back := from(x-29, 46).cube(x-32, 8, x+32, 8, x+29, 46).cube(x+33, 70, x+27, 84, x+30, 96).line(x-30, 96).cube(x-27, 84, x-33, 70, x-29, 46).close()
	c.fill(dark, back)
	c.fill(shade, round(x-7, 66, 14, 18, 4))
	c.fill(cloth, from(x-40, 101).cube(x-36, 84, x-20, 82, x-8, 79).line(x, 86).line(x+8, 79).cube(x+20, 82, x+36, 84, x+40, 101).close())
	c.fill(mix(cloth, white, 0.75), poly(x-9, 78, x, 87, x-7, 93, x-14, 81))
	c.fill(mix(cloth, white, 0.75), poly(x+9, 78, x, 87, x+7, 93, x+14, 81))
	c.fill(skin, from(x-22, 42).cube(x-23, 62, x-12, 74, x, 78).cube(x+12, 74, x+23, 62, x+22, 42).cube(x+22, 22, x-22, 22, x-22, 42).close())
	c.fill(skin, ellipse(x-22.5, 52, 3, 5))
	c.fill(skin, ellipse(x+22.5, 52, 3, 5))
	for _, side := range []float64{-1, 1} {
		ex, ey := x+side*10.5, 52.+2*cute
		rx, ry := 4.2*cute, 6.2*cute
		c.fill(gray(0.99), ellipse(ex, ey, rx*1.15, ry))
		top, low := mix(eye, black, 0.55), mix(eye, white, 0.35)
		c.fillWith(func(_, v float64) color.NRGBA { return mix(top, low, (v-ey+ry)/(2*ry)) }, ellipse(ex, ey+0.4, rx*0.92, ry*0.92))
		c.fill(gray(0.12), ellipse(ex, ey+0.6, rx*0.42, ry*0.5))
		c.fill(white, circle(ex-1.2*cute, ey-2.4*cute, 1.5*cute))
		c.fill(white, circle(ex+1.5*cute, ey+2.6*cute, 0.8*cute))
		c.fill(gray(0.15), from(ex-rx*1.3, ey-ry*0.55).quad(ex, ey-ry*1.45, ex+rx*1.3, ey-ry*0.55).quad(ex, ey-ry*1.12, ex-rx*1.3, ey-ry*0.55).close())
		c.fill(dark, from(ex-5, ey-11*cute+side).quad(ex, ey-13*cute, ex+5, ey-11*cute-side).quad(ex, ey-11.6*cute, ex-5, ey-11*cute+side).close())
		c.fill(fade(oklch(0.75, 0.14, 15), 0.5), ellipse(ex+side*4, ey+ry+2.2, 3.6, 1.6))
	}
	c.fill(shade, from(x-0.6, 62).line(x+0.9, 63.6).line(x-0.8, 64).close())
	if c.IntN(2) == 0 {
		c.fill(oklch(0.5, 0.13, 20), from(x-4, 68).quad(x, 74, x+4, 68).quad(x, 69.4, x-4, 68).close())
	} else {
		c.fill(oklch(0.5, 0.13, 20), stroke(0.6, x-2.6, 69, x, 70, x+2.6, 69))
	}
	c.fill(fade(shade, 0.8), from(x-22, 40).cube(x-14, 46, x+14, 46, x+22, 40).line(x+22, 34).line(x-22, 34).close())
	bangs := from(x-27, 56).cube(x-31, 10, x+31, 10, x+27, 56)
	n := 5 + c.IntN(3)
	for i := range n {
		t0, t1 := float64(i)/float64(n), float64(i+1)/float64(n)
		tip := x + 27 - 54*(t0+0.6*(t1-t0))
		edge := 40 + 14*math.Pow(math.Abs(t1*2-1), 2)
		c2 := 30 + 8*math.Abs(t1*2-1)
		if i == n-1 {
			edge, c2 = 56, 50
		}
		bangs.quad(tip+3, 40, tip, edge+c.in(-2, 4)).quad(tip-1, c2, x+27-54*t1, c2)
	}
	c.fill(hair, bangs.line(x-27, 56).close())
	c.fill(fade(bright, 0.8), from(x-17, 30).quad(x, 20, x+18, 31).quad(x, 24, x-17, 30).close())
	switch c.IntN(4) {
	case 0: // cat ears
		for _, side := range []float64{-1, 1} {
			c.fill(hair, poly(x+side*25, 30, x+side*23, 6, x+side*8, 18))
			c.fill(oklch(0.8, 0.1, 15), poly(x+side*22, 25, x+side*21.4, 11, x+side*12.5, 18))
		}
	case 1: // a bow
		k := c.ink(0.65, 0.2, 150)
		c.fill(k, poly(x+18, 22, x+8, 15, x+9, 27))
		c.fill(k, poly(x+18, 22, x+28, 15, x+28, 28))
		c.fill(mix(k, black, 0.3), circle(x+18, 21.6, 2.4))
	case 2: // headphones
		k := gray(0.25)
		c.fill(k, from(x-32, 48).cube(x-33, 4, x+33, 4, x+32, 48).line(x+29, 48).cube(x+30, 9, x-30, 9, x-29, 48).close())
		c.fill(eye, round(x-35, 44, 8, 16, 3))
		c.fill(eye, round(x+27, 44, 8, 16, 3))
	}
}

func (c *canvas) anime(cute float64) {
	a, b := c.ink(0.86, 0.09, 150), c.ink(0.96, 0.04, 190)
	c.sky(a, b)
	for i := range 16 { // rays
		t := float64(i) * math.Pi / 8
		c.fill(fade(white, 0.28), poly(50, 50, 50+90*math.Cos(t), 50+90*math.Sin(t), 50+90*math.Cos(t+0.2), 50+90*math.Sin(t+0.2)))
	}
	for range 14 {
		c.fill(fade(white, 0.85), star(c.in(0, 100), c.in(0, 100), c.in(1, 3), 0.5, 4, 0))
	}
	c.face(cute)
}

func (c *canvas) animeEvening() {
	c.hills(c.dusk())
	k := oklch(0.13, 0.04, 290)
	x := c.in(12, 24) // wires and a lantern, and somebody who waits
	c.fill(k, stroke(1.5, x, 100, x, 22))
	c.fill(k, stroke(0.8, x-7, 28, x+7, 28))
	for i := range 3 {
		y := 28 + 2*float64(i)
		c.fill(k, from(x-7, y).quad(50, y+22, 110, y-8).line(110, y-8.5).quad(50, y+21.5, x-7, y-0.5).close())
	}
	c.fill(k, rect(0, 92, 100, 8))
	f := c.in(60, 76)
	c.fill(k, poly(f-3, 93, f-2.4, 80, f+2.4, 80, f+3, 93))
	c.fill(k, circle(f, 77, 2.8))
	c.fill(k, from(f-3.2, 78).quad(f-3.4, 73, f, 73.4).quad(f+4, 73.6, f+5.6, 79).quad(f+2, 77, f-3.2, 78).close())
}

// ball is a lit sphere; skin may change its color from place to place.
func (c *canvas) ball(x, y, r float64, skin shader) {
	c.fillWith(func(u, v float64) color.NRGBA {
		a, b := (u-x)/r, (v-y)/r
		z := math.Sqrt(max(0, 1-a*a-b*b))
		light := max(0, -0.45*a-0.62*b+0.64*z)
		base := skin(u, v)
		k := mix(mix(base, black, 0.58), base, min(1, light*1.25+0.08))
		if shine := light*light*light*light - 0.62; shine > 0 {
			k = mix(k, white, shine*1.6)
		}
		return mix(k, white, 0.15*(1-z)*(1-z))
	}, circle(x, y, r))
}

func plain(k color.NRGBA) shader { return func(_, _ float64) color.NRGBA { return k } }

func (c *canvas) studio() {
	c.sky(c.ink(0.88, 0.03, 0), c.ink(0.95, 0.02, 0), c.ink(0.80, 0.04, 0))
}

func (c *canvas) solids(textured bool) {
	c.sky(c.ink(0.36, 0.04, 0), c.ink(0.55, 0.06, 0), c.ink(0.40, 0.05, 0))
	for i := -12; i <= 12; i++ { // a floor grid
		t := float64(i)
		c.fill(fade(white, 0.16), stroke(0.25, 50+4*t, 60, 50+16*t, 100))
	}
	for i := range 7 {
		y := 60 + 40*math.Pow(float64(i)/6, 1.7)
		c.fill(fade(white, 0.16), stroke(0.25, 0, y, 100, y))
	}
	x, y, r := c.in(34, 42), c.in(50, 54), c.in(20, 24)
	a, b := c.ink(0.72, 0.16, 60), c.ink(0.60, 0.16, 200)
	c.shadow(x+6, y+r*0.95, r*1.25, r*0.32, 0.6)
	n := c.noise()
	c.ball(x, y, r, func(u, v float64) color.NRGBA {
		if !textured {
			return a
		}
		du, dv := (u-x)/r, (v-y)/r
		bend := 1 / math.Sqrt(max(0.2, 1-du*du-dv*dv))
		if t := n.cloud(du*bend*4+9, dv*bend*4+9, 3); t > 0.5 {
			return mix(b, white, t-0.3)
		}
		return a
	})
	for i := -2; i <= 2 && !textured; i++ { // the wires of a mesh
		t := float64(i) / 2.6
		h := r * math.Sqrt(1-t*t)
		c.fill(fade(white, 0.4), from(x-h, y+t*r).quad(x, y+t*r+h*0.3, x+h, y+t*r).quad(x, y+t*r+h*0.3+0.5, x-h, y+t*r).close())
		c.fill(fade(white, 0.4), from(x, y-r).quad(x+t*2.2*r, y, x, y+r).quad(x+t*2.2*r+0.5, y, x, y-r).close())
	}
	bx, by := c.in(66, 74), c.in(80, 86)
	c.shadow(bx, by-6, 22, 9, 0.5)
	c.block(bx, by, 14, 14, c.in(13, 19), b)
	c.shadow(bx-26, by+5, 10, 4, 0.5)
	c.ball(bx-26, by-3, 7, plain(c.ink(0.8, 0.13, 120)))
}

func (c *canvas) toy(clay bool) {
	c.studio()
	c.shadow(50, 90, 34, 8, 0.45)
	k, pale := c.ink(0.68, 0.16, 40), c.ink(0.90, 0.06, 60)
	if !clay {
		c.fill(gray(0.35), ellipse(50, 89, 26, 6))
		c.fill(gray(0.45), ellipse(50, 87.5, 26, 6))
	}
	for _, s := range []float64{-1, 1} {
		c.ball(50+s*10, 85, 7, plain(k))
		c.ball(50+s*19, 64+c.in(-3, 3), 6.5, plain(k))
		if clay {
			c.ball(50+s*15, 20, 6.5, plain(k))
		}
	}
	c.ball(50, 70, 18, plain(k))
	c.ball(50, 73, 10.5, plain(pale))
	c.ball(50, 38, 22, plain(k))
	c.ball(50, 46, 9, plain(pale))
	c.ball(50, 42.5, 3, plain(gray(0.25)))
	for _, s := range []float64{-1, 1} {
		c.ball(50+s*9, 34, 3.8, plain(gray(0.15)))
		c.fill(white, circle(50+s*9-1.3, 32.6, 1.2))
	}
	if !clay {
		hat := c.ink(0.55, 0.19, 160)
		c.fill(hat, from(33, 24).quad(50, 16, 67, 24).line(50, 2).close())
		c.ball(50, 3.5, 3.4, plain(c.ink(0.9, 0.1, 90)))
	}
	c.fill(gray(0.25), stroke(0.8, 46.6, 49, 50, 50.6, 53.4, 49))
	if clay {
		c.grain(7)
	}
}

func (c *canvas) knit() {
	back, a, b := c.ink(0.80, 0.05, 60), c.ink(0.58, 0.16, 0), c.ink(0.93, 0.03, 60)
	heart := func(x, y float64) bool {
		x, y = (x-50)/30, (44-y)/30
		t := x*x + y*y - 0.5
		return t*t*t-0.9*x*x*y*y*y < 0
	}
	const w, h = 4., 3.4
	n, dark := c.noise(), gray(0.12)
	c.paint(func(x, y float64) color.NRGBA {
		i := math.Floor(x / w)
		u := x/w - i - 0.5
		v := y/h - math.Abs(u)*1.5 // stitches are rows of V
		j := math.Floor(v)
		k := back
		cy := (j + 0.5) * h
		switch {
		case heart((i+0.5)*w, cy):
			k = a
		case cy < 12 || cy > 88:
			k = b
			if (int(i)+int(j))%2 == 0 {
				k = a
			}
		}
		v -= j + 0.5
		return mix(k, dark, min(0.75, 1.3*v*v+3.4*(math.Abs(u)-0.25)*(math.Abs(u)-0.25)+0.22*n.at(x*3, y*3)+max(0, 0.3-3*math.Abs(u))))
	})
}

func (c *canvas) crayon() {
	c.flat(oklch(0.975, 0.012, 90))
	scribble := func(k color.NRGBA, x, y, w, h float64) {
		var xy []float64
		for t := 0.; t <= 1; t += 0.035 {
			side := w
			if len(xy)/2%2 == 0 {
				side = 0
			}
			xy = append(xy, x+side+c.in(-1.4, 1.4), y+h*t+c.in(-0.6, 0.6))
		}
		c.fill(fade(k, 0.8), stroke(1.5, xy...))
	}
	outline := func(k color.NRGBA, xy ...float64) {
		for i := range xy {
			xy[i] += c.in(-0.8, 0.8)
		}
		c.fill(k, stroke(1.5, xy...))
	}
	scribble(oklch(0.75, 0.12, 235), 4, 4, 92, 20)
	scribble(oklch(0.7, 0.17, 135), 3, 80, 94, 16)
	sun := oklch(0.85, 0.16, 90)
	x, y := c.in(16, 26), c.in(16, 22)
	for i := range 10 {
		sin, cos := math.Sincos(float64(i) * math.Pi / 5)
		outline(sun, x+11*cos, y+11*sin, x+17*cos, y+17*sin)
	}
	c.fill(sun, circle(x, y, 9))
	hx := c.in(46, 58)
	scribble(c.ink(0.7, 0.17, 0), hx, 52, 30, 30)
	outline(gray(0.3), hx, 52, hx+30, 52, hx+30, 83, hx, 83, hx, 52)
	outline(oklch(0.55, 0.2, 25), hx-4, 53, hx+15, 33, hx+34, 53, hx-4, 53)
	scribble(oklch(0.6, 0.2, 25), hx+6, 42, 18, 9)
	scribble(oklch(0.5, 0.09, 60), hx+11, 66, 7, 16)
	outline(gray(0.3), hx+3, 57, hx+9, 57, hx+9, 63, hx+3, 63, hx+3, 57)
	px := c.in(20, 32)
	k := c.ink(0.5, 0.18, 180)
	c.fill(k, ring(px, 58, 6, 1.5))
	outline(k, px, 64, px, 78, px-5, 88)
	outline(k, px, 78, px+5, 88)
	outline(k, px-8, 66, px, 70, px+8, 64)
	c.fill(k, circle(px-2, 57, 0.9))
	c.fill(k, circle(px+2, 57, 0.9))
	outline(k, px-2.4, 60, px, 61.2, px+2.4, 60)
	c.grain(14)
}

// emblem is a mark made of one simple thing.
func (c *canvas) emblem(x, y, r float64, k, back color.NRGBA) {
	switch c.IntN(5) {
	case 0:
		c.fill(k, from(x, y-r).cube(x+r*1.2, y-r*0.5, x+r, y+r*0.8, x, y+r).cube(x-r, y+r*0.8, x-r*1.2, y-r*0.5, x, y-r).close())
		c.fill(back, stroke(r*0.1, x, y+r, x, y-r*0.3))
		c.fill(back, stroke(r*0.08, x, y+r*0.4, x+r*0.4, y))
		c.fill(back, stroke(r*0.08, x, y+r*0.55, x-r*0.4, y+r*0.15))
	case 1:
		c.fill(k, ring(x, y, r, r*0.22))
		c.fill(k, poly(x-r*0.5, y+r*0.5, x, y-r*0.55, x+r*0.5, y+r*0.5))
	case 2:
		for i := range 6 {
			sin, cos := math.Sincos(float64(i) * math.Pi / 3)
			c.fill(fade(k, 0.75), circle(x+r*0.5*cos, y+r*0.5*sin, r*0.48))
		}
	case 3:
		c.fill(k, star(x, y, r, r*0.45, 5, 0))
		c.fill(back, circle(x, y, r*0.22))
	default:
		for i := range 3 {
			d := r * 0.62 * float64(i-1)
			c.fill(fade(k, 1-0.25*float64(i)), poly(x+d-r*0.4, y+r*0.7, x+d, y-r*0.7, x+d+r*0.45, y-r*0.7, x+d+r*0.05, y+r*0.7))
		}
	}
}

func (c *canvas) logo() {
	back := c.ink(0.97, 0.01, 0)
	c.flat(back)
	c.emblem(50, 42, 24, c.ink(0.55, 0.17, 0), back)
	c.word("SAMPLE", 50, 76, 8, 1.5, c.ink(0.30, 0.05, 0))
}

func (c *canvas) iconGrid() {
	c.flat(c.ink(0.22, 0.03, 0))
	for i := range 9 {
		x, y := 19+31*float64(i%3), 19+31*float64(i/3)
		hue := c.in(0, 360)
		a, b := oklch(0.62, 0.16, hue), oklch(0.34, 0.11, hue+20)
		c.fill(oklch(0.75, 0.09, 80), round(x-14, y-14, 28, 28, 5))
		c.fillWith(func(u, v float64) color.NRGBA { return mix(a, b, math.Hypot(u-x, v-y)/17) }, round(x-12.6, y-12.6, 25.2, 25.2, 4))
		light := oklch(0.95, 0.08, hue+40)
		c.glow(x, y, 12, fade(light, 0.55))
		switch c.IntN(7) {
		case 0: // a flame
			c.fill(oklch(0.75, 0.19, 45), from(x, y-10).cube(x+3, y-4, x+8, y, x+6, y+5).cube(x+4, y+10, x-4, y+10, x-6, y+5).cube(x-8, y, x-2, y-2, x, y-10).close())
			c.fill(oklch(0.93, 0.14, 95), from(x, y-2).cube(x+3, y+2, x+4, y+6, x, y+8).cube(x-4, y+6, x-3, y+2, x, y-2).close())
		case 1: // a bolt
			c.fill(oklch(0.93, 0.16, 98), poly(x+3, y-10, x-6, y+1, x-1, y+1, x-3, y+10, x+6, y-2, x+1, y-2))
		case 2: // a drop
			c.fill(oklch(0.8, 0.12, 230), from(x, y-10).cube(x+2, y-5, x+7, y, x+6, y+4).cube(x+5, y+10, x-5, y+10, x-6, y+4).cube(x-7, y, x-2, y-5, x, y-10).close())
			c.fill(white, ellipse(x-2.4, y+3, 1.2, 2.2))
		case 3:
			c.fill(light, star(x, y, 10, 4, 5, 0))
		case 4: // a sword
			c.fill(gray(0.92), poly(x+8.5, y-9, x+9, y-5, x-3, y+6, x-5.4, y+3.6))
			c.fill(oklch(0.75, 0.13, 85), stroke(2, x-7, y+1, x-0.5, y+7.4))
			c.fill(oklch(0.45, 0.09, 50), stroke(2.2, x-4.5, y+5, x-8.6, y+8.8))
		case 5: // a shield
			c.fill(gray(0.9), from(x-8, y-8).quad(x, y-6, x, y-9).quad(x, y-6, x+8, y-8).cube(x+8, y+2, x+5, y+7, x, y+10).cube(x-5, y+7, x-8, y+2, x-8, y-8).close())
			c.fill(oklch(0.6, 0.17, hue+150), poly(x, y-5, x+4, y, x, y+6, x-4, y))
		default: // a spiral of magic
			for j := range 26 {
				t := float64(j) / 26
				sin, cos := math.Sincos(t * 12)
				c.fill(fade(light, 0.4+t*0.6), circle(x+9*t*cos, y+9*t*sin, 0.7+1.3*t))
			}
		}
	}
}

func (c *canvas) stickers() {
	c.flat(c.ink(0.85, 0.06, 0))
	for y := 0.; y < 100; y += 8 {
		for x := 0.; x < 100; x += 8 {
			c.fill(fade(white, 0.35), circle(x+4, y+4, 0.7))
		}
	}
	for i := range 4 {
		x, y := 27+46*float64(i%2)+c.in(-2, 2), 27+46*float64(i/2)+c.in(-2, 2)
		k := c.ink(0.75, 0.15, float64(i)*80+c.in(-15, 15))
		c.shadow(x+1, y+3, 23, 23, 0.3)
		var body, halo *shape
		switch (i + c.IntN(2)) % 4 {
		case 0:
			body, halo = circle(x, y, 15), circle(x, y, 19)
		case 1:
			body, halo = star(x, y, 19, 11, 5, 0), star(x, y, 24.5, 14.6, 5, 0)
		case 2:
			body, halo = round(x-14, y-14, 28, 28, 9), round(x-18, y-18, 36, 36, 12)
		default:
			heart := func(r float64) *shape {
				return from(x, y+r*1.1).cube(x-r*2, y-r*0.2, x-r*0.9, y-r*1.5, x, y-r*0.5).cube(x+r*0.9, y-r*1.5, x+r*2, y-r*0.2, x, y+r*1.1).close()
			}
			body, halo = heart(16), heart(21)
		}
		c.fill(white, halo)
		c.fillWith(func(_, v float64) color.NRGBA { return mix(mix(k, white, 0.3), k, (v-y+15)/26) }, body)
		for _, s := range []float64{-1, 1} {
			c.fill(gray(0.18), ellipse(x+s*5, y-0.5, 1.6, 2.2))
			c.fill(white, circle(x+s*5-0.5, y-1.3, 0.6))
			c.fill(fade(oklch(0.65, 0.2, 15), 0.6), ellipse(x+s*8, y+3.4, 1.8, 1.1))
		}
		c.fill(gray(0.18), stroke(0.8, x-2, y+3, x, y+4.2, x+2, y+3))
	}
}

func (c *canvas) flatVector() {
	c.flat(c.ink(0.94, 0.03, 0))
	c.fill(c.ink(0.86, 0.07, 0), from(8, 60).cube(4, 20, 40, 8, 62, 18).cube(96, 20, 98, 60, 84, 78).cube(60, 96, 14, 90, 8, 60).close())
	x := c.in(32, 38)
	c.fill(c.ink(0.99, 0.01, 0), round(x, 24, 46, 34, 3)) // a window of a program
	c.fill(c.ink(0.45, 0.13, 0), round(x, 24, 46, 6, 3))
	for i := range 4 {
		h := c.in(5, 18)
		c.fill(c.ink(0.65, 0.15, 60*float64(i)), round(x+5+9*float64(i), 54-h, 6, h, 1))
	}
	p := c.in(18, 24)
	c.fill(c.ink(0.35, 0.08, 20), round(p-1, 66, 6, 22, 2)) // somebody beside it
	c.fill(c.ink(0.35, 0.08, 20), round(p+7, 66, 6, 22, 2))
	c.fill(c.ink(0.62, 0.18, 180), round(p-3, 44, 18, 26, 6))
	c.fill(oklch(0.80, 0.08, 60), circle(p+6, 37, 6))
	c.fill(c.ink(0.25, 0.05, 0), from(p-0.6, 37).cube(p-1, 28, p+13, 28, p+12.6, 36).quad(p+6, 32, p-0.6, 37).close())
	c.fill(oklch(0.80, 0.08, 60), stroke(4, p+12, 50, p+20, 46))
	for i := range 3 { // a plant
		a := -0.9 + 0.9*float64(i)
		sin, cos := math.Sincos(a)
		c.fill(oklch(0.6, 0.13, 150), from(86, 80).quad(86+18*sin-5*cos, 80-12*cos, 86+22*sin, 80-22*cos).quad(86+18*sin+5*cos, 80-12*cos, 86, 80).close())
	}
	c.fill(c.ink(0.6, 0.15, 40), poly(81, 78, 91, 78, 89.6, 88, 82.4, 88))
	c.fill(c.ink(0.35, 0.08, 20), stroke(0.7, 10, 88, 94, 88))
}
