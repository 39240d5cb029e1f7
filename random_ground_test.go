package main

import (
	"fmt"
	"iter"
	"regexp"
	"strconv"
	"strings"

	"scenario-mcp/scenario/fakeapi"
)

// timeline is what one list was, version by version. An answer may be made of
// any from the oldest allowed to the last.
type timeline struct {
	versions []refList
	// held is the oldest version that the program can still have: it has shown
	// this one, and never goes back.
	held int
	// fresh is the same for an answer that must not come from an older reading.
	fresh int
}

func (l *timeline) last() int { return len(l.versions) - 1 }

// ground is the versions that an answer may have been made of.
type ground struct{ own, public int }

// world is the service's two lists over time.
type world struct {
	mode        fakeapi.Mode
	own, public timeline
	repeats     bool // pages may come twice, with their broken rows
}

// serve adds a version of both lists. askAlways says that the program must ask
// for it, at the first page of an answer.
func (w *world) serve(own, public []fakeapi.Row, askAlways bool) {
	w.own.versions = append(w.own.versions, readList(own, true, w.mode))
	w.public.versions = append(w.public.versions, readList(public, false, w.mode))
	if askAlways {
		w.expire(true)
	}
}

// expire says that what was read before is too old now, of the public list too.
func (w *world) expire(public bool) {
	w.own.fresh = w.own.last()
	if public {
		w.public.fresh = w.public.last()
	}
}

// marks are what a note says of one list.
type marks struct {
	asked                               bool
	missing, stale, refreshing, changed bool
	partial                             int // models read; -1: all
	broken                              int // rows that could not be read
}

// failed reports whether something went wrong with the list.
func (m marks) failed() bool { return m.missing || m.partial >= 0 || m.stale && !m.refreshing }

// any reports whether the answer is told to be another than one from all of the
// list as it was read before.
func (m marks) any() bool { return m.failed() || m.stale || m.changed }

const markedList = `(?i)(this list|the list of own models|the list of public models)`

var (
	partialMark = regexp.MustCompile(markedList + ` is partial: reading it stopped after (\d+) `)
	staleMark   = regexp.MustCompile(markedList + ` is \d+ (?:s|min|h) old; (refreshing it failed|a refresh is under way)`)
	changedMark = regexp.MustCompile(markedList + ` changed when it was read anew`)
	missingMark = regexp.MustCompile(`(?i)the (own|public) models are missing here`)
	brokenMark  = regexp.MustCompile(`(?i)(\d+) (own |public |)models? (?:was|were) sent in a form that cannot be read`)
)

// marksOf reads a note about the asked lists.
func marksOf(note string, askOwn, askPublic bool) (own, public marks) {
	own, public = marks{asked: askOwn, partial: -1}, marks{asked: askPublic, partial: -1}
	for _, m := range missingMark.FindAllStringSubmatch(note, -1) {
		own.missing = own.missing || strings.EqualFold(m[1], "own")
		public.missing = public.missing || strings.EqualFold(m[1], "public")
	}
	each := func(mark *regexp.Regexp, list, value int, set func(of *marks, value string)) {
		for _, m := range mark.FindAllStringSubmatch(note, -1) {
			if askOwn && !own.missing && !strings.Contains(m[list], "public") {
				set(&own, m[value])
			}
			if askPublic && !public.missing && !strings.Contains(m[list], "own") {
				set(&public, m[value])
			}
		}
	}
	each(partialMark, 1, 2, func(of *marks, n string) { of.partial = must(strconv.Atoi(n)) })
	each(staleMark, 1, 2, func(of *marks, why string) { of.stale, of.refreshing = true, why == "a refresh is under way" })
	each(changedMark, 1, 1, func(of *marks, _ string) { of.changed = true })
	each(brokenMark, 2, 1, func(of *marks, n string) { of.broken = must(strconv.Atoi(n)) })
	return own, public
}

// read returns a version as far as the marks say that it was read, and whether
// they fit it.
func (w *world) read(version refList, m marks) (l refList, fits bool) {
	switch {
	case !m.asked || m.missing:
		return refList{}, true
	case m.partial > len(version.models):
		return refList{}, false
	case m.partial >= 0:
		return refList{models: withBases(version.models[:m.partial])}, true
	}
	return version, version.broken == m.broken || w.repeats && version.broken > 0 && m.broken > version.broken
}

// span returns the first and the last version of a list that an answer with
// these marks may have been made of. Later pages may be of older ones.
func (l *timeline) span(m marks, later bool) (first, last int) {
	switch {
	case !m.asked || m.missing:
		return 0, 0 // whatever it is
	case later || m.stale || m.partial >= 0: // which is not read anew at once
		return l.held, l.last()
	}
	return max(l.held, l.fresh), l.last()
}

// grounds returns the versions on which an answer is right. If there are none,
// problem says what is wrong with it on the last ones. later: it is a later page.
func (w *world) grounds(a *randomCall, later bool, differs func(bothLists) string) (fit []ground, problem string) {
	ownFirst, ownLast := w.own.span(a.own, later)
	publicFirst, publicLast := w.public.span(a.public, later)
	for i := ownLast; i >= ownFirst; i-- {
		for j := publicLast; j >= publicFirst; j-- {
			own, ownFits := w.read(w.own.versions[i], a.own)
			public, publicFits := w.read(w.public.versions[j], a.public)
			wrong := "the note counts other rows that cannot be read"
			if ownFits && publicFits {
				wrong = differs(bothLists{own, public})
			}
			switch {
			case wrong == "":
				fit = append(fit, ground{i, j})
			case len(problem) < 300 && !strings.Contains(problem, wrong):
				problem += fmt.Sprintf("on version %d of own and %d of public models: %s; ", i, j, wrong)
			}
		}
	}
	if len(fit) > 0 {
		return fit, ""
	}
	return nil, problem
}

// since yields the lists that get_models may have been answered from. older:
// also those that are too old for the first page of an answer.
func (w *world) since(older bool) iter.Seq[bothLists] {
	return func(yield func(bothLists) bool) {
		ownFirst, _ := w.own.span(marks{asked: true}, older)
		publicFirst, _ := w.public.span(marks{asked: true}, older)
		for _, own := range w.own.versions[ownFirst:] {
			for _, public := range w.public.versions[publicFirst:] {
				if !yield(bothLists{own, public}) {
					return
				}
			}
		}
	}
}

// saw notes which versions an answer proves that the program has. A list that
// was not read to its end proves nothing.
func (w *world) saw(a *randomCall) {
	if len(a.fit) == 0 {
		return // a failure, or details
	}
	own, public := w.own.last(), w.public.last()
	for _, g := range a.fit {
		own, public = min(own, g.own), min(public, g.public)
	}
	if a.own.partial < 0 {
		w.own.held = max(w.own.held, own)
	}
	if a.public.partial < 0 {
		w.public.held = max(w.public.held, public)
	}
}
