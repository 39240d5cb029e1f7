package catalog

import (
	"cmp"
	"embed"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"scenario-mcp/scenario"
)

// tables are all that the search knows about the words of a query beside their
// letters. They hold common English and well-known names of looks, none of a
// model or provider. Everything in them adds to a score or takes from it; nothing
// in them keeps a model out. Whoever tunes them looks at the tune split of the
// pick-quality wishes only:
//
//	go test ./scenario/catalog -run TestPickQuality -v -args -failures
//
//go:embed words/*.txt
var tables embed.FS

// wordTable is phrases, or stems, and the sign behind each: "=" for none.
type wordTable map[string]string

// knowledge is the tables in the form the search reads. Its stages can be taken
// out for a measurement.
type knowledge struct {
	stop     wordTable           // words as written
	weak     wordTable           // stems
	deny     wordTable           // phrases that turn words around
	compare  wordTable           // phrases before a model that is not wanted itself
	synonyms map[string][]string // by stem
	looks    map[string][]string // by stem: words for it where models lack it
	phrases  []phrase            // in the order they are read
	starts   map[string][]int    // phrases by a stem that they may begin with
	words    map[string]bool     // stems in phrases
	written  spellings           // those
	slips    int                 // letters that a long unknown word may differ by
}

// intent is what the words of a task plainly ask for.
type intent struct {
	caps  []string // the likeliest first: a model with a later one gains less
	boost float32
	flags []string // see words/intents.txt
	also  []string // stems looked up beside the query's words
}

func (in *intent) is(flag string) bool { return in != nil && slices.Contains(in.flags, flag) }

// plan returns the plan that the words name, or nil.
func (in *intent) plan() *scenario.Plan {
	for _, p := range scenario.Plans() {
		if in.is("plan:" + p.String()) {
			return &p
		}
	}
	return nil
}

// explains reports whether there is nothing to look the words up for.
func (in *intent) explains() bool { return in.is("explains") }

// leans reports whether a query leans to models of a kind that no word shows.
func (in *intent) leans() bool {
	return in != nil && len(in.caps) == 0 && slices.ContainsFunc(in.flags, func(flag string) bool { return flag != "explains" })
}

// phrase is words that mean an intent.
type phrase struct {
	slots  []map[string]bool // stems that fit
	tight  []bool            // the word stands right after the one before
	intent *intent
}

// known is read at the first search, so that starting the program costs nothing.
var known = sync.OnceValue(readTables)

func readTables() *knowledge {
	k := &knowledge{
		stop: readTable("stop", strings.TrimSpace), weak: readTable("weak", joinedStem),
		deny: readTable("deny", strings.TrimSpace), compare: readTable("compare", strings.TrimSpace),
		synonyms: map[string][]string{}, looks: map[string][]string{}, words: map[string]bool{}, starts: map[string][]int{}, slips: 2,
	}
	for _, line := range tableLines("synonyms") {
		stems := stemsOf(line)
		for _, s := range stems {
			k.synonyms[s] = slices.Concat(k.synonyms[s], stems)
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

// readTable reads a table of a phrase a line, with a sign behind it or none.
func readTable(name string, key func(string) string) wordTable {
	t := wordTable{}
	for _, line := range tableLines(name) {
		text := strings.TrimRight(line, " +.-")
		t[key(text)] = cmp.Or(strings.TrimSpace(line[len(text):]), "=")
	}
	return t
}

// stemsOf returns the stems of a table's words; "pixel-art" is one.
func stemsOf(words string) (stems []string) {
	for w := range strings.FieldsSeq(words) {
		stems = append(stems, joinedStem(w))
	}
	return stems
}

// readIntents reads what words/intents.txt describes.
func (k *knowledge) readIntents() {
	slots := map[string]map[string]bool{} // by their text
	var in *intent
	for _, line := range tableLines("intents") {
		if meaning, ok := strings.CutPrefix(line, "="); ok {
			in = newIntent(meaning)
			continue
		}
		class, words, isClass := strings.Cut(line, ": ")
		if isClass {
			line = strings.ReplaceAll(words, " ", "/")
		}
		p := phrase{intent: in}
		for text := range strings.FieldsSeq(strings.ReplaceAll(line, "+", " +")) {
			text, tight := strings.CutPrefix(text, "+")
			if slots[text] == nil {
				slots[text] = map[string]bool{}
				for w := range strings.SplitSeq(text, "/") {
					if w[0] == '$' {
						maps.Copy(slots[text], slots[w])
					} else {
						slots[text][joinedStem(w)] = true
					}
				}
				maps.Copy(k.words, slots[text])
			}
			p.slots, p.tight = append(p.slots, slots[text]), append(p.tight, tight)
		}
		if isClass {
			slots[class] = p.slots[0]
		} else {
			k.phrases = append(k.phrases, p)
		}
	}
	slices.SortStableFunc(k.phrases, func(a, b phrase) int { return len(b.slots) - len(a.slots) })
	for n, p := range k.phrases {
		for stem := range p.slots[0] {
			k.starts[stem] = append(k.starts[stem], n)
		}
	}
}

// newIntent reads a line that begins a meaning.
func newIntent(line string) *intent {
	parts := append(strings.Split(line, "|"), "", "", "")
	in := &intent{caps: strings.Fields(parts[0]), flags: strings.Fields(parts[1]), also: stemsOf(parts[2])}
	for _, flag := range in.flags {
		if number, err := strconv.ParseFloat(flag, 32); err == nil {
			in.boost = float32(number)
		}
	}
	return in
}
