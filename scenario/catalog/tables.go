package catalog

import (
	"embed"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// tables are all that the search knows about the words of a wish beside their
// letters. They hold common English and well-known names of looks, none of a
// model or provider. Everything in them adds to a score or takes from it; nothing
// in them keeps a model out. Whoever tunes them looks at the tune split of the
// pick-quality wishes only:
//
//	go test ./scenario/catalog -run TestPickQuality -v -args -failures
//
//go:embed words/*.txt
var tables embed.FS

// intent is what the words of a task plainly ask for.
type intent struct {
	caps  []string // the likeliest first: a model with a later one gains less
	boost float32
	also  []string // stems looked up beside the query's words
	// makes is whether that is to come out; things are pictures, and what stands
	// behind them is what they are of.
	makes, thing bool
	// aside words belong together and mean no medium; of those that say nothing
	// models need have none either.
	aside, nothing bool
	// prefer is a leaning towards models of a kind, plan one towards those that
	// the plan of this name may run.
	prefer preference
	plan   string
}

// task is the boost from which on an intent is a task, whatever it is done to.
const task = 2

// makes returns what the capability makes, such as video for "img2video", or "".
func makes(capability string) string {
	if i := strings.LastIndexByte(capability, '2'); i > 0 {
		return capability[i+1:]
	}
	return ""
}

// preference is a leaning of a wish that no word of a model's text shows.
type preference int

const (
	preferFree   preference = 1 << iota // low plans first
	preferNew                           // recently created first
	preferOld                           // the other way round
	preferOwn                           // the account's own models
	preferPublic                        // the other way round
)

// explains reports whether there is nothing to look the words up for.
func (in *intent) explains() bool {
	return in.nothing || in.plan != "" || in.prefer&(preferFree|preferNew) != 0
}

// alt is a word that may stand for another.
type alt struct {
	stem   string
	weight float32
}

// phrase is words that mean an intent.
type phrase struct {
	slots  []map[string]bool // stems that fit
	tight  []bool            // the word stands right after the one before
	intent *intent
}

// order is by what phrases are read: those that take their words away from all
// others, then long ones.
func (p *phrase) order() int {
	if p.intent.aside {
		return 100 + len(p.slots)
	}
	return len(p.slots)
}

// knowledge is the tables in the form the search reads. Its stages can be taken
// out for a measurement.
type knowledge struct {
	stop, weak map[string]bool     // by the word as written, and by stem
	like       map[string][]alt    // by stem: other words for it
	looks      map[string][]string // by stem: the words of a look
	deny       map[string]bool     // phrases that turn words around, and whether "and" joins
	compare    map[string]bool     // phrases before a model that is not wanted itself
	words      map[string]bool     // stems in phrases
	written    spellings           // those
	phrases    []phrase            // in the order they are read
	slips      int                 // letters that a long unknown word may differ by
}

// known is read at the first search, so that starting the program costs nothing.
var known = sync.OnceValue(readTables)

// tableLines returns the lines of a table that hold something.
func tableLines(name string) (lines []string) {
	data, _ := tables.ReadFile("words/" + name + ".txt") // it is embedded
	for line := range strings.SplitSeq(string(data), "\n") {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines
}

func readTables() *knowledge {
	k := &knowledge{
		stop: map[string]bool{}, weak: map[string]bool{}, like: map[string][]alt{}, looks: map[string][]string{},
		deny: map[string]bool{}, compare: map[string]bool{}, words: map[string]bool{}, slips: 2,
	}
	for _, w := range tableLines("stop") {
		k.stop[w] = true
	}
	for _, w := range tableLines("weak") {
		k.weak[joinedStem(w)] = true
	}
	for _, line := range tableLines("deny") {
		text, and := strings.CutSuffix(line, " +")
		k.deny[text] = and
	}
	for _, line := range tableLines("compare") {
		k.compare[line] = true
	}
	for _, group := range tableLines("synonyms") {
		stems := stemsOf(group)
		for _, a := range stems {
			for _, b := range stems {
				if a != b && !slices.Contains(k.like[a], alt{b, synonymWord}) {
					k.like[a] = append(k.like[a], alt{b, synonymWord})
				}
			}
		}
	}
	for _, line := range tableLines("looks") {
		name, words, _ := strings.Cut(line, ":")
		k.looks[joinedStem(name)] = stemsOf(words)
	}
	k.readIntents()
	for _, w := range slices.Sorted(maps.Keys(k.words)) {
		k.written.add(w)
	}
	return k
}

// stemsOf returns the stems of a table's words; "pixel-art" is one.
func stemsOf(words string) (stems []string) {
	for w := range strings.FieldsSeq(words) {
		stems = append(stems, joinedStem(w))
	}
	return stems
}

func (k *knowledge) readIntents() {
	slots := map[string]map[string]bool{}
	fill := func(slot string, words []string) map[string]bool {
		slots[slot] = map[string]bool{}
		for _, w := range words {
			for _, s := range stemsOf(w) {
				slots[slot][s] = true
			}
		}
		return slots[slot]
	}
	for _, line := range tableLines("classes") {
		name, words, _ := strings.Cut(line, ":")
		fill("$"+name, strings.Fields(words))
	}
	in := &intent{}
	for _, line := range tableLines("intents") {
		if meaning, ok := strings.CutPrefix(line, "="); ok {
			in = newIntent(meaning)
			continue
		}
		p := phrase{intent: in}
		for slot := range strings.FieldsSeq(strings.ReplaceAll(line, "+", " +")) {
			slot, tight := strings.CutPrefix(slot, "+")
			fits := slots[slot]
			if fits == nil {
				var words []string
				for w := range strings.SplitSeq(slot, "/") {
					if class := slots[w]; class != nil && w[0] == '$' {
						words = slices.AppendSeq(words, maps.Keys(class))
					} else {
						words = append(words, w)
					}
				}
				fits = fill(slot, words)
			}
			p.slots, p.tight = append(p.slots, fits), append(p.tight, tight)
		}
		k.phrases = append(k.phrases, p)
	}
	for _, fits := range slots {
		maps.Copy(k.words, fits)
	}
	slices.SortStableFunc(k.phrases, func(a, b phrase) int { return b.order() - a.order() })
}

// newIntent reads a line that begins a meaning.
func newIntent(line string) *intent {
	parts := append(strings.Split(line, "|"), "", "", "")
	in := &intent{caps: strings.Fields(parts[0]), also: stemsOf(parts[2])}
	leans := map[string]preference{"free": preferFree, "new": preferNew, "old": preferOld, "own": preferOwn, "public": preferPublic}
	for w := range strings.FieldsSeq(parts[1]) {
		if number, err := strconv.ParseFloat(w, 32); err == nil {
			in.boost = float32(number)
		}
		if plan, ok := strings.CutPrefix(w, "plan:"); ok {
			in.plan = plan
		}
		in.thing = in.thing || w == "thing"
		in.makes = in.makes || in.thing || w == "makes"
		in.nothing = in.nothing || w == "nothing"
		in.aside = in.aside || in.nothing || w == "aside"
		in.prefer |= leans[w]
	}
	return in
}
