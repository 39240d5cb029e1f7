package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// faultTables is docs/faults.md.
func faultTables(requestLines, listLines []faultLine, peak int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# What happens when the service fails

Made by `+"`go test . -run TestFaults`"+`, which starts the program against a service with each of these faults, over real sockets, and calls a tool. Rewrite it with `+"`-update`"+`. Over HTTP the same comes of them (`+"`TestFaultsOverHTTP`"+`); a caller whose key Scenario refuses is answered 401 there.

The list has %d rows on %d pages; before a refresh it grew to %d. Time-outs are the defaults, but where slowness is the fault: there a request may take 1 s, and a call 4 s. Each cell says what the assistant got, and after the dot how many requests that took.

- **rows**: everything, as if nothing had happened.
- **partial**: the pages read before the fault; a note says how far reading came, why it stopped, and that there may be more.
- **old**: the whole list as it was read last; a note says how old it is and why refreshing it failed.
- **tool error**: nothing could be had; the text says what happened, whether calling again helps and what to do. A failure never looks like an empty list.

The program never took more than %d MB of memory; the test's limit is %d MB.

## Faults of one request

A fault that passes spoils one request, one that lasts each from there on.

| Fault | | First page | Midway | Refresh, first page | Refresh, midway | Time |
|---|---|---|---|---|---|---|
`, faultBefore, (faultBefore+faultPage-1)/faultPage, faultAfter, peak>>20, memoryLimit>>20)
	for i, l := range requestLines {
		fmt.Fprintf(&b, "| %s | passes | %s | |\n| | lasts | %s | %s |\n", requestFaults[i].name,
			strings.Join(l.passes[:], " | "), strings.Join(l.lasts[:], " | "), within(l.took))
	}
	b.WriteString("\nWhat the assistant reads when the first page does not come:\n\n| Fault | Tool error |\n|---|---|\n")
	for i, l := range requestLines {
		fmt.Fprintf(&b, "| %s | %s |\n", requestFaults[i].name, l.says)
	}
	b.WriteString("\n## Faults of every page\n\n| Fault | First reading | Refresh | Time | Note, or tool error |\n|---|---|---|---|---|\n")
	for i, l := range listLines {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", listFaults[i].name, l.lasts[0], l.lasts[2], within(l.took), l.says)
	}
	b.WriteString("\nA list is whole where the service says that it ends: a page that a token led to has none, or nothing is at the offset past what came. " +
		"Whatever else ends a reading makes the list partial. A first page without a token is followed by one request past it; " +
		"where that is refused, or brings nothing new, the page was the list.\n")
	b.WriteString("\n## Faults of the host\n\nThe host asks 4 things one after the other, then 36 at once, and ends its input. " +
		"The answers take some 400 kB, and a pipe holds 64.\n\n| Fault | What comes of it |\n|---|---|\n")
	for _, f := range hostFaults {
		fmt.Fprintf(&b, "| %s | %s |\n", f.name, f.want)
	}
	fmt.Fprintf(&b, "\n## Hostile sizes\n\n`go test . -run TestMemory` makes these attacks all at once, and with `-memory.each` each by itself. "+
		"Every call is answered, within %d MB; [the bounds](../SECURITY.md#memory).\n\n| Attack | What comes of it |\n|---|---|\n", memoryLimit>>20)
	for _, size := range hostileSizes {
		fmt.Fprintf(&b, "| %s | %s: `%s` |\n", size.attack, size.comes, strings.TrimSpace(size.says))
	}
	return b.String()
}

// hostileSizes are the attacks of TestMemory, what comes of them, and what one of
// the answers says.
var hostileSizes = []struct{ name, attack, comes, says string }{
	{"hits of a search", "5,000,000 hits of a search", "the service's search counts as failed", "answer was too large to read"},
	{"values of details", "200 inputs of 1,024 values each, of ten models, twelve times", "inputs are left out and counted", " more"},
	{"texts of details", "200 inputs of 16 kB of text each, of ten models, six times", "texts are cut, and inputs left out and counted", " more"},
	{"tags", "an endless list, 64 tags a row that no other row has", "the list is partial", "longer than is ever read"},
	{"phrases in tags", "an endless list, 64 tags of nine new words each", "the list is partial", "longer than is ever read"},
	{"texts", "an endless list, 80 new words a row", "the list is partial, and not all words are searched", "more words than are searched"},
	{"rows to keep", "3,000 rows, 64 tags of 240 bytes that all share", "every row", `"total":3000`},
	{"small rows", "an endless list of 5,000 rows a page", "the list is partial", "longer than is ever read"},
	{"nested arguments", "48 calls of 1 MB of nested lists and objects", "a tool error", "more than 5000 values"},
	{"arguments in a string", "48 calls of 1 MB of lists in a string", "a tool error", "tags must be a list"},
	{"sheets", "24 sheets of twelve models that nobody reads", "every sheet", "image/jpeg"},
	{"pictures of many bytes", "pictures of 0.6 MB for sheets", "every sheet", "image/jpeg"},
	{"pictures of many pixels", "pictures of 4 megapixels for sheets", "every sheet", "image/jpeg"},
}

// within is the round number of seconds that all of these were within.
func within(took [4]time.Duration) string {
	for _, limit := range []time.Duration{time.Second / 2, time.Second, 2 * time.Second, 5 * time.Second} {
		if max(took[0], took[1], took[2], took[3]) <= limit {
			return fmt.Sprintf("≤ %v s", limit.Seconds())
		}
	}
	return "≤ 10 s"
}

// compareFile holds a generated file against text, but for times and memory,
// which differ from run to run; -update writes it.
func compareFile(t *testing.T, name, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	old, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	stable := func(s string) string {
		s = strings.ReplaceAll(s, "\r\n", "\n") // a checkout on Windows
		return regexp.MustCompile(`≤ [0-9.]+ s|[0-9]+ MB of memory`).ReplaceAllString(s, "…")
	}
	if diff := cmp.Diff(stable(string(old)), stable(text)); diff != "" {
		t.Errorf("%s is not what the test saw; rewrite it with -update (-file +seen):\n%s", name, diff)
	}
}
