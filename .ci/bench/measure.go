package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"
)

// Each function measures one thing and all that it is compared with. They take
// turns, so that a busy machine slows all of them alike.

// startUp starts the servers in turns. Slow ones start in every eighth round.
func startUp(ctx context.Context, rounds int, quick, slow []command) ([]times, error) {
	all := slices.Concat(quick, slow)
	took := make([]times, len(all))
	for round := range rounds {
		n := len(quick)
		if round%8 == 0 {
			n = len(all)
		}
		for i := range n {
			i = (i + round) % n // so that none always follows the same other
			s, err := all[i].start(ctx)
			if err != nil {
				return nil, err
			}
			s.stop()
			took[i] = append(took[i], s.took)
		}
	}
	return took, nil
}

// coldCall measures the first call of a new server, alone and together with the
// server's start, and curl fetching the same pages of the list.
func coldCall(ctx context.Context, rounds int, ours command, pages []string) (call, whole, curl times, err error) {
	args := []string{"--compressed", "--silent", "--show-error", "--fail", "--user", key + ":" + secret}
	for _, page := range pages {
		args = append(args, "--output", os.DevNull, page)
	}
	for range rounds {
		start := time.Now()
		if out, err := exec.CommandContext(ctx, "curl", args...).CombinedOutput(); err != nil {
			return nil, nil, nil, fmt.Errorf("curl: %w: %s", err, out)
		}
		curl = append(curl, time.Since(start))

		s, err := ours.start(ctx)
		if err != nil {
			return nil, nil, nil, err
		}
		took, err := listsAll(s)
		s.stop()
		if err != nil {
			return nil, nil, nil, err
		}
		call, whole = append(call, took), append(whole, s.took+took)
	}
	return call, whole, curl, nil
}

// keptCall times a process that finds the list on the disk, from its start to
// the answer of its first list call, and beside it a bare server's first answer.
func keptCall(ctx context.Context, rounds int, ours, bare command) (whole, first times, err error) {
	for round := range rounds + 1 {
		s, err := bare.start(ctx)
		if err != nil {
			return nil, nil, err
		}
		s.stop()
		plain := s.took
		if s, err = ours.start(ctx); err != nil {
			return nil, nil, err
		}
		took, err := listsAll(s)
		s.stop()
		if err != nil {
			return nil, nil, err
		}
		if round > 0 { // the first one keeps the list
			whole, first = append(whole, s.took+took), append(first, plain)
		}
	}
	return whole, first, nil
}

// listsAll makes a list call, checks that it is about the whole list, and
// returns how long it took.
func listsAll(s *server) (time.Duration, error) {
	start := time.Now()
	a, err := s.call(listTool, "{}")
	if err != nil {
		return 0, err
	}
	if !bytes.Contains(a.line, fmt.Appendf(nil, `"total":%d`, catalogSize)) {
		return 0, fmt.Errorf("not all of %d models in %.300s", catalogSize, a.line)
	}
	return a.at.Sub(start), nil
}

// listPages returns the addresses of the list's pages.
func listPages(ctx context.Context, base string) ([]string, error) {
	var pages []string
	for token := ""; ; {
		address := base + "/models/public?pageSize=500"
		if token != "" {
			address += "&paginationToken=" + url.QueryEscape(token)
		}
		pages = append(pages, address)
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
		if err != nil {
			return nil, err
		}
		request.SetBasicAuth(key, secret)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil {
			return nil, err
		}
		var page struct{ NextPaginationToken string }
		if err := json.Unmarshal(body, &page); err != nil {
			return nil, fmt.Errorf("%s: %w", address, err)
		}
		if token = page.NextPaginationToken; token == "" {
			return pages, nil
		}
	}
}

// warmCall measures calls that need no network, and pings through the same pipe.
func warmCall(ctx context.Context, rounds int, ours command) (call, ping times, err error) {
	s, err := ours.start(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer s.stop()
	if _, err := listsAll(s); err != nil {
		return nil, nil, err
	}
	for range rounds {
		pinged, err := s.timed("ping", "{}")
		if err != nil {
			return nil, nil, err
		}
		called, err := s.timed("tools/call", callParams(listTool, "{}"))
		if err != nil {
			return nil, nil, err
		}
		ping, call = append(ping, pinged), append(call, called)
	}
	return call, ping, nil
}

// caller is a server and the tool that lists models.
type caller struct {
	command
	tool string
}

// throughput returns the calls per second that each server answers to a number
// of concurrent callers. The servers take turns.
func throughput(ctx context.Context, rounds int, turn time.Duration, callers int, servers []caller) ([]rates, error) {
	perSecond := make([]rates, len(servers))
	running := make([]*server, len(servers))
	for i, c := range servers {
		s, err := c.start(ctx)
		if err != nil {
			return nil, err
		}
		defer s.stop()
		if _, err := s.call(c.tool, "{}"); err != nil {
			return nil, err
		}
		running[i] = s
	}
	for range rounds {
		for i, s := range running {
			rate, err := s.load(servers[i].tool, turn, callers)
			if err != nil {
				return nil, err
			}
			perSecond[i] = append(perSecond[i], rate)
		}
	}
	return perSecond, nil
}

// load returns the calls per second of one turn. Each caller makes its next call
// when the last is answered.
func (s *server) load(tool string, turn time.Duration, callers int) (float64, error) {
	return together(callers, turn, func(int) error {
		_, err := s.call(tool, "{}")
		return err
	})
}

// errBusy is the answer of a server that has too much to do.
var errBusy = errors.New("busy")

// together lets every caller ask again and again until the turn is over, and once
// at least. It returns the answers per second, without those that were errBusy.
func together(callers int, turn time.Duration, ask func(caller int) error) (float64, error) {
	var (
		group  sync.WaitGroup
		mu     sync.Mutex
		calls  int
		failed error
	)
	start := time.Now()
	for i := range callers {
		group.Go(func() {
			n := 0
			var err error
			for err == nil && (n == 0 || time.Since(start) < turn) {
				switch err = ask(i); {
				case err == nil:
					n++
				case errors.Is(err, errBusy):
					err = nil
				}
			}
			mu.Lock()
			defer mu.Unlock()
			calls += n
			if err != nil {
				failed = err
			}
		})
	}
	group.Wait()
	return float64(calls) / time.Since(start).Seconds(), failed
}

// pingBehindSlow measures pings while a number of calls wait for the API.
func pingBehindSlow(ctx context.Context, rounds, calls int, ours command) (times, error) {
	s, err := ours.start(ctx)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	if _, err := listsAll(s); err != nil { // the list is then in memory
		return nil, err
	}
	var took times
	for round := range rounds {
		var lines []byte
		answers := make([]<-chan answer, calls)
		for i := range answers {
			line, answer := s.prepare("tools/call", callParams("get_models", fmt.Sprintf(`{"ids":["model_unknown-%d-%d"]}`, round, i)))
			lines, answers[i] = append(lines, line...), answer
		}
		if err := s.send(lines); err != nil {
			return nil, err
		}
		ping, err := s.timed("ping", "{}")
		if err != nil {
			return nil, err
		}
		took = append(took, ping)
		for i := range answers {
			if len(answers[i]) > 0 {
				return nil, fmt.Errorf("call %d of %d was not slow", i+1, calls)
			}
		}
		for _, answer := range answers {
			<-answer
		}
	}
	return took, nil
}

// pingBehindMany measures a ping that is written right behind a number of calls.
// Its time starts with the first byte of the first call.
func pingBehindMany(ctx context.Context, rounds, calls int, ours command) (ping, all times, err error) {
	s, err := ours.start(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer s.stop()
	if _, err := listsAll(s); err != nil {
		return nil, nil, err
	}
	for range rounds {
		var lines []byte
		answers := make([]<-chan answer, calls)
		for i := range answers {
			line, answer := s.prepare("tools/call", callParams(listTool, "{}"))
			lines, answers[i] = append(lines, line...), answer
		}
		line, pong := s.prepare("ping", "{}")
		lines = append(lines, line...)
		start := time.Now()
		sent := make(chan error, 1)
		go func() { sent <- s.send(lines) }()
		a, err := await(pong)
		if err != nil {
			return nil, nil, err
		}
		ping = append(ping, a.at.Sub(start))
		for _, answer := range answers {
			if _, err := await(answer); err != nil {
				return nil, nil, err
			}
		}
		all = append(all, time.Since(start))
		if err := <-sent; err != nil {
			return nil, nil, err
		}
	}
	return ping, all, nil
}

// memory returns the peak of memory twice: after the list was read, and after it
// was paged to the end and searched.
func memory(ctx context.Context, rounds int, ours command) (read, used sizes, err error) {
	for range rounds {
		s, err := ours.start(ctx)
		if err != nil {
			return nil, nil, err
		}
		defer s.stop()
		if _, err := listsAll(s); err != nil {
			return nil, nil, err
		}
		n, err := s.peak()
		if err != nil {
			return nil, nil, err
		}
		read = append(read, n)
		for offset := 0; offset < catalogSize; offset += 20 {
			if _, err := s.call(listTool, fmt.Sprintf(`{"offset":%d}`, offset)); err != nil {
				return nil, nil, err
			}
		}
		if _, err := s.call("search_models", `{"query":"pixel art characters","scope":"public"}`); err != nil {
			return nil, nil, err
		}
		if n, err = s.peak(); err != nil {
			return nil, nil, err
		}
		used = append(used, n)
	}
	return read, used, nil
}
