// Bench measures what scenario-mcp costs, side by side with yardsticks, and
// prints a table in Markdown. The script run, beside it, builds what it needs.
package main

import (
	"bufio"
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

const (
	key, secret = "key", "secret"
	listTool    = "list_public_models"
	catalogSize = 709
	latency     = 100 * time.Millisecond
	heavyRow    = 7000 // bytes
)

type (
	times = []time.Duration
	rates = []float64
	sizes = []int
)

// median returns the middle value.
func median[T cmp.Ordered](values []T) T {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}

func main() {
	programs := flag.String("programs", "", "`directory` of scenario-mcp, fakeapi, mcpgo and gosdk")
	typescript := flag.String("typescript", "", "the TypeScript yardstick's `file`")
	smoke := flag.Bool("smoke", false, "measure everything once, to see that it works")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout, *programs, *typescript, *smoke)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, programs, typescript string, smoke bool) error {
	program := func(name string) string { return filepath.Join(programs, name) }
	// n returns the number of rounds, which is 1 in a smoke run.
	n := func(n int) int {
		if smoke {
			return 1
		}
		return n
	}

	apis := map[string]string{} // base URLs
	for name, args := range map[string][]string{
		"plain": nil,
		"slow":  {"-latency", latency.String()},
		"crawl": {"-latency", "500ms"},
		"heavy": {"-row", fmt.Sprint(heavyRow)},
	} {
		base, stop, err := startAPI(ctx, program("fakeapi"), args)
		if err != nil {
			return err
		}
		defer stop()
		apis[name] = base
	}
	with := func(api string, args ...string) command {
		return command{args, []string{"SCENARIO_BASE_URL=" + apis[api], "SCENARIO_API_KEY=" + key, "SCENARIO_API_SECRET=" + secret}}
	}
	var (
		ours   = program("scenario-mcp")
		mcpgo  = program("mcpgo")
		gosdk  = program("gosdk")
		report table
	)

	started, err := startUp(ctx, n(200),
		[]command{with("plain", ours), with("plain", mcpgo), with("plain", gosdk)},
		[]command{with("plain", "node", typescript)})
	if err != nil {
		return fmt.Errorf("start-up: %w", err)
	}
	start, bare, official, node := median(started[0]), median(started[1]), median(started[2]), median(started[3])
	report.ratio("start to first answer, against a bare mcp-go server", start, bare, 1.1)
	report.ratio("… against a bare Go SDK server", start, official, 0)
	report.ratio("… against a bare TypeScript SDK server", start, node, 0.08)

	pages, err := listPages(ctx, apis["plain"])
	if err != nil {
		return err
	}
	call, whole, curl, err := coldCall(ctx, n(40), with("plain", ours), pages)
	if err != nil {
		return fmt.Errorf("cold call: %w", err)
	}
	report.ratio(fmt.Sprintf("first list call of %d models, against `curl --compressed` of the same %d pages", catalogSize, len(pages)), median(call), median(curl), 3)
	report.ratio("… with the program's own start", median(whole), median(curl), 0)

	folder, err := os.MkdirTemp("", "bench-cache-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	kept := func(api string) command {
		c := with(api, ours)
		c.env = append(c.env, "SCENARIO_CACHE_DIR="+folder)
		return c
	}
	warm, bareFirst, err := keptCall(ctx, n(200), kept("plain"), with("plain", mcpgo))
	if err != nil {
		return fmt.Errorf("call with the list on disk: %w", err)
	}
	_, whole, curl, err = coldCall(ctx, n(40), kept("plain"), pages)
	if err != nil {
		return fmt.Errorf("call with the list on disk: %w", err)
	}
	report.ratio("first list call with the list on disk, start included, against a bare mcp-go server's first answer", median(warm), median(bareFirst), 1.4)
	report.ratio("… against `curl --compressed` of the pages", median(whole), median(curl), 0.4)
	_, anew, _, err := coldCall(ctx, n(3), with("crawl", ours), pages)
	if err != nil {
		return fmt.Errorf("call of a slow API: %w", err)
	}
	warm, _, err = keptCall(ctx, n(3), kept("crawl"), with("plain", mcpgo))
	if err != nil {
		return fmt.Errorf("call of a slow API: %w", err)
	}
	report.more("… first answers per second where a page takes 500 ms, against reading the list", 1/median(warm).Seconds(), 1/median(anew).Seconds(), 20)

	call, ping, err := warmCall(ctx, n(10_000), with("plain", ours))
	if err != nil {
		return fmt.Errorf("warm call: %w", err)
	}
	report.ratio("warm list call of 20 rows, against `ping` through the same pipe", median(call), median(ping), 2)

	const callers = 64
	turn := 1500 * time.Millisecond
	if smoke {
		turn = 2 * latency
	}
	perSecond, err := throughput(ctx, n(4), turn, callers, []caller{
		{with("slow", ours), listTool}, {with("slow", mcpgo), "list_models"}, {with("slow", gosdk), "list_models"},
	})
	if err != nil {
		return fmt.Errorf("throughput: %w", err)
	}
	answered := fmt.Sprintf("calls per second to %d callers, API at %v, against a pass-through by ", callers, latency)
	report.more(answered+"mcp-go", median(perSecond[0]), median(perSecond[1]), 20)
	report.more(answered+"the Go SDK", median(perSecond[0]), median(perSecond[2]), 0)

	ping, err = pingBehindSlow(ctx, n(15), callers, with("slow", ours))
	if err != nil {
		return fmt.Errorf("ping behind slow calls: %w", err)
	}
	report.within(fmt.Sprintf("`ping` behind %d calls that wait for the API, worst of %d", callers, len(ping)), slices.Max(ping), 20*time.Millisecond)

	const pipelined = 5000
	ping, all, err := pingBehindMany(ctx, n(9), pipelined, with("plain", ours))
	if err != nil {
		return fmt.Errorf("ping behind many calls: %w", err)
	}
	report.within(fmt.Sprintf("`ping` written behind %d list calls, from the first byte of them; median of %d", pipelined, len(ping)), median(ping), 500*time.Millisecond)
	report.within("… until the last of the calls is answered", median(all), 0)

	read, used, err := memory(ctx, n(5), with("plain", ours))
	if err != nil {
		return fmt.Errorf("memory: %w", err)
	}
	heavy, _, err := memory(ctx, n(5), with("heavy", ours))
	if err != nil {
		return fmt.Errorf("memory, heavy rows: %w", err)
	}
	report.size(fmt.Sprintf("peak resident memory after reading %d models", catalogSize), median(read), 25e6)
	report.size("… and paging through them all, and a search", median(used), 0)
	report.add(fmt.Sprintf("… after reading as many rows of %d bytes, against the common ones", heavyRow),
		megabytes(median(heavy)), megabytes(median(read)), fmt.Sprintf("%.2f ×", float64(median(heavy))/float64(median(read))),
		"≤ 1.3 ×", float64(median(heavy)) <= 1.3*float64(median(read)))

	if err := reportHTTP(ctx, &report, n, turn, command{[]string{ours, "http", "-listen", "127.0.0.1:0"}, []string{
		"SCENARIO_BASE_URL=" + apis["plain"], "SCENARIO_LOG_LEVEL=info",
	}}, command{[]string{mcpgo, "http"}, nil}); err != nil {
		return fmt.Errorf("over HTTP: %w", err)
	}

	info, err := os.Stat(ours)
	if err != nil {
		return err
	}
	report.size("the program, stripped", int(info.Size()), 13e6)

	_, err = fmt.Fprintf(out, "%s\n%s", machine(ctx), &report)
	return err
}

// startAPI starts a fake API with a generated catalog.
func startAPI(ctx context.Context, program string, args []string) (base string, stop func(), err error) {
	cmd := exec.CommandContext(ctx, program, append([]string{"-addr", "127.0.0.1:0", "-models", fmt.Sprint(catalogSize)}, args...)...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("fake API: %w", err)
	}
	base, _, _ = strings.Cut(line, " ")
	return base, stop, nil
}

// machine describes the machine and the tools that measured.
func machine(ctx context.Context) string {
	version := func(name string, args ...string) string {
		out, err := exec.CommandContext(ctx, name, args...).Output()
		if err != nil {
			return name
		}
		first, _, _ := strings.Cut(string(out), "\n")
		return first
	}
	curl, _, _ := strings.Cut(strings.TrimPrefix(version("curl", "--version"), "curl "), " ")
	return fmt.Sprintf("%s/%s, %d cores, %s, Node.js %s, curl %s\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), version("node", "--version"), curl)
}

// table is the report. A goal of 0 is no goal.
type table struct{ rows [][]string }

func (t *table) add(what, measured, yardstick, ratio, goal string, met bool) {
	verdict := ""
	switch {
	case goal == "":
	case met:
		verdict = "met"
	default:
		verdict = "**missed**"
	}
	t.rows = append(t.rows, []string{what, measured, yardstick, ratio, goal, verdict})
}

func (t *table) ratio(what string, measured, yardstick time.Duration, goal float64) {
	ratio, text := measured.Seconds()/yardstick.Seconds(), ""
	if goal > 0 {
		text = fmt.Sprintf("≤ %v ×", goal)
	}
	t.add(what, rounded(measured), rounded(yardstick), fmt.Sprintf("%.3g ×", ratio), text, ratio <= goal)
}

func (t *table) more(what string, measured, yardstick, goal float64) {
	ratio, text := measured/yardstick, ""
	if goal > 0 {
		text = fmt.Sprintf("≥ %v ×", goal)
	}
	t.add(what, fmt.Sprintf("%.0f", measured), fmt.Sprintf("%.0f", yardstick), fmt.Sprintf("%.3g ×", ratio), text, ratio >= goal)
}

func (t *table) within(what string, measured, goal time.Duration) {
	text := ""
	if goal > 0 {
		text = "≤ " + goal.String()
	}
	t.add(what, rounded(measured), "", "", text, measured <= goal)
}

func (t *table) size(what string, measured, goal int) {
	text := ""
	if goal > 0 {
		text = "≤ " + megabytes(goal)
	}
	t.add(what, megabytes(measured), "", "", text, measured <= goal)
}

func (t *table) String() string {
	var b strings.Builder
	b.WriteString("| | Measured | Yardstick | Ratio | Goal | |\n|---|---|---|---|---|---|\n")
	for _, row := range t.rows {
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	return b.String()
}

// rounded writes a duration with three digits.
func rounded(d time.Duration) string {
	if d < time.Millisecond {
		return fmt.Sprintf("%.3g µs", d.Seconds()*1e6)
	}
	return fmt.Sprintf("%.3g ms", d.Seconds()*1e3)
}

func megabytes(n int) string { return fmt.Sprintf("%.3g MB", float64(n)/1e6) }
