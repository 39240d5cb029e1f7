package scenario

// Performance is what the service measured of a model, or of one way to run it.
// Zero is not known.
type Performance struct {
	Of       string  // a capability or variant; "" is the model
	Cost     float64 // of one run, in the service's units
	P50, P75 float64 // seconds that half, and three quarters, of the runs take at most
	Arena    float64 // score against other models
}

const maxPerformances = 8

// performance reads {"default": …, "variants": […]}. It is empty for most models,
// and its members are known from hearsay, so each may be a number or an object.
func (r *reader) performance() (list []Performance) {
	add := func() {
		if p := r.performanceOf(); (p != Performance{Of: p.Of}) && len(list) < maxPerformances {
			list = append(list, p)
		}
	}
	for key := range r.fields() {
		switch string(key) {
		case "default":
			add()
		case "variants":
			for range r.elements() {
				add()
			}
		}
	}
	return list
}

func (r *reader) performanceOf() (p Performance) {
	for key := range r.fields() {
		switch string(key) {
		case "capability", "variant", "name":
			p.Of = r.word()
		case "cost", "costs":
			r.measures(map[string]*float64{"": &p.Cost, "median": &p.Cost, "p50": &p.Cost})
		case "latency", "inferenceLatencySecs":
			r.measures(map[string]*float64{"": &p.P50, "p50": &p.P50, "p75": &p.P75})
		case "arena", "arenaScore":
			r.measures(map[string]*float64{"": &p.Arena, "score": &p.Arena, "elo": &p.Arena})
		}
	}
	return p
}

// measures reads a number, or the members of an object that are numbers above 0.
func (r *reader) measures(into map[string]*float64) {
	keep := func(name string) {
		if f := r.number(); f != nil && *f > 0 && into[name] != nil {
			*into[name] = *f
		}
	}
	if r.kind() != '{' {
		keep("")
		return
	}
	for key := range r.fields() {
		keep(string(key))
	}
}
