package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// randomCall is one request of a random run, and what was seen of its answer.
type randomCall struct {
	id        string // as JSON
	line      string
	check     func(m message) (problem string)
	answers   int
	cancelled bool

	failed      bool // a tool error
	text, note  string
	own, public marks    // of the lists asked
	fit         []ground // on which the answer is right
	ids         []string // of a page
	total, next int
}

// randomHost is a host that knows what it asked: each request is answered once,
// or when it was cancelled at most once.
type randomHost struct {
	*process
	era      era
	ids      int
	asked    map[string]*randomCall
	progress map[string]*randomCall // by token
	said     []string               // what happened so far, for a report
	checked  int                    // answers
}

// ask makes a request of a tool call and does not send it yet.
func (h *randomHost) ask(d dice, tool string, arguments map[string]any) *randomCall {
	h.ids++
	id := any(h.ids)
	if d.chance(30) {
		id = fmt.Sprintf("%s-%d", oneOf(d, "call", "é", "a \"b\"", "日本"), h.ids)
	}
	params := map[string]any{"name": tool, "arguments": arguments}
	meta := map[string]any{}
	if h.era.meta != "" {
		_ = json.Unmarshal([]byte(strings.TrimPrefix(h.era.meta, `"_meta":`)), &meta)
	}
	r := &randomCall{}
	if d.chance(20) {
		meta["progressToken"] = h.ids
		h.progress[strconv.Itoa(h.ids)] = r
	}
	if len(meta) > 0 {
		params["_meta"] = meta
	}
	r.id = string(must(json.Marshal(id)))
	r.line = string(must(json.Marshal(map[string]any{"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})))
	h.asked[r.id] = r
	h.note("%s: %s %s", r.id, tool, must(json.Marshal(arguments)))
	return r
}

// note keeps what happens for a report.
func (h *randomHost) note(format string, args ...any) {
	h.said = append(h.said, fmt.Sprintf(format, args...))
}

// take notes a message from the program, and reports what is wrong with it.
func (h *randomHost) take(m message) (problem string) {
	if m.Method != "" {
		var params struct{ ProgressToken json.RawMessage }
		var notification struct{ Params json.RawMessage }
		_ = json.Unmarshal([]byte(m.raw), &notification)
		_ = json.Unmarshal(notification.Params, &params)
		switch r := h.progress[string(params.ProgressToken)]; {
		case m.Method != "notifications/progress" || r == nil:
			return "nobody asked for " + m.raw
		case r.answers > 0:
			return "progress after the answer: " + m.raw
		}
		return ""
	}
	r := h.asked[string(m.ID)]
	if r == nil {
		return "nobody asked: " + m.raw
	}
	r.answers++
	h.checked++
	if r.answers > 1 {
		return "answered twice: " + m.raw
	}
	if problem := r.check(m); problem != "" {
		return fmt.Sprintf("%s\nthe request: %s\nthe answer:  %s", problem, r.line, m.raw)
	}
	return ""
}

// await reads until all of these that were not cancelled are answered.
func (h *randomHost) await(all ...*randomCall) {
	h.t.Helper()
	for _, r := range all {
		for r.answers == 0 && !r.cancelled {
			if problem := h.take(h.read()); problem != "" {
				h.t.Fatal(problem)
			}
		}
	}
}

// piece is a part of what is written, and how long after the one before.
type piece struct {
	pause time.Duration
	text  string
}

// pieces cuts lines into parts of any length.
func (d dice) pieces(lines []string) (all []piece) {
	text := strings.Join(lines, "\n") + "\n"
	for len(text) > 0 {
		n := min(len(text), oneOf(d, 10, 1000, 10_000, 1<<20))
		all = append(all, piece{time.Duration(max(0, d.IntN(20)-17)) * time.Millisecond, text[:n]})
		text = text[n:]
	}
	return all
}

// write sends pieces. That the program may not read them is not an error.
func (h *randomHost) write(pieces []piece) {
	for _, p := range pieces {
		time.Sleep(p.pause)
		_, _ = io.WriteString(h.in, p.text)
	}
}

// finish reads what is left after the end of input: the program exits with 0,
// and nothing asked is left.
func (h *randomHost) finish() {
	h.t.Helper()
	rest, err := io.ReadAll(h.lines)
	if err != nil {
		h.t.Error(err)
	}
	h.exited()
	for line := range strings.Lines(string(rest)) {
		if problem := h.take(parseMessage(h.t, line)); problem != "" {
			h.t.Fatal(problem)
		}
	}
	if left := h.unanswered(); len(left) > 0 {
		h.t.Errorf("never answered: %s", left)
	}
}

// unanswered returns the ids of requests that are due an answer.
func (h *randomHost) unanswered() (ids []string) {
	for id, r := range h.asked {
		if r.answers == 0 && !r.cancelled {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
