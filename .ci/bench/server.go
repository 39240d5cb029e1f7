package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// command is how a server is started.
type command struct {
	args []string
	env  []string
}

// server is an MCP server over stdio that was started and has answered
// initialize. Its requests may be made by many goroutines.
type server struct {
	cmd   *exec.Cmd
	took  time.Duration // from the start to the first answer
	stdin io.WriteCloser

	write sync.Mutex

	mu      sync.Mutex
	last    int
	pending map[int]chan answer // each of capacity 1; closed when the server ends
	ended   bool
}

// answer is the line that answers a request, and when it was read.
type answer struct {
	line []byte
	at   time.Time
}

// start starts a server and initializes it. It is killed when ctx is done.
func (c command) start(ctx context.Context) (*server, error) {
	s := &server{cmd: exec.CommandContext(ctx, c.args[0], c.args[1:]...), pending: map[int]chan answer{}}
	// A host hands over no more than this and the configured variables.
	s.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, c.env...)
	var err error
	if s.stdin, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	started := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go s.read(stdout)
	initialized, err := s.request("initialize", `{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1.0.0"}}`)
	s.took = initialized.at.Sub(started)
	if err == nil {
		err = s.send([]byte(`{"jsonrpc":"2.0","method":"notifications/initialized"}` + "\n"))
	}
	if err != nil {
		s.stop()
		return nil, fmt.Errorf("%s: %w", c.args, err)
	}
	return s, nil
}

// stop ends the server.
func (s *server) stop() {
	_ = s.stdin.Close()
	killer := time.AfterFunc(2*time.Second, func() { _ = s.cmd.Process.Kill() })
	defer killer.Stop()
	_ = s.cmd.Wait() // a yardstick may end with any code
}

// call makes one call of a tool.
func (s *server) call(tool, arguments string) (answer, error) {
	return s.request("tools/call", callParams(tool, arguments))
}

func callParams(tool, arguments string) string {
	return `{"name":"` + tool + `","arguments":` + arguments + `}`
}

// request makes one request and waits for its answer.
func (s *server) request(method, params string) (answer, error) {
	line, answers := s.prepare(method, params)
	if err := s.send(line); err != nil {
		return answer{}, err
	}
	return await(answers)
}

// timed makes one request and returns how long its answer took.
func (s *server) timed(method, params string) (time.Duration, error) {
	line, answers := s.prepare(method, params)
	start := time.Now()
	if err := s.send(line); err != nil {
		return 0, err
	}
	a, err := await(answers)
	return a.at.Sub(start), err
}

// prepare returns a request's line, and what receives its answer.
func (s *server) prepare(method, params string) ([]byte, <-chan answer) {
	answers := make(chan answer, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	if s.ended {
		close(answers)
	} else {
		s.pending[s.last] = answers
	}
	return fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`+"\n", s.last, method, params), answers
}

func (s *server) send(lines []byte) error {
	s.write.Lock()
	defer s.write.Unlock()
	_, err := s.stdin.Write(lines)
	return err
}

// await waits for an answer and refuses an error.
func await(answers <-chan answer) (answer, error) {
	a, ok := <-answers
	if !ok {
		return a, errors.New("the server ended before it answered")
	}
	if bytes.Contains(a.line, []byte(`"isError":true`)) || bytes.Contains(a.line, []byte(`"error":{`)) {
		return a, fmt.Errorf("it answered %s", a.line)
	}
	return a, nil
}

// read hands out the answers until the server's output ends.
func (s *server) read(stdout io.Reader) {
	r := bufio.NewReaderSize(stdout, 64<<10)
	for {
		line, err := r.ReadBytes('\n')
		if err != nil {
			break
		}
		now := time.Now()
		if id := answerID(line); id > 0 {
			s.mu.Lock()
			answers := s.pending[id]
			delete(s.pending, id)
			s.mu.Unlock()
			if answers != nil {
				answers <- answer{line, now}
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	for _, answers := range s.pending {
		close(answers)
	}
}

// answerID returns the id of an answer, or 0 for anything else. It reads only
// the start of most lines, because it takes time from the server.
func answerID(line []byte) int {
	if rest, ok := bytes.CutPrefix(line, []byte(`{"jsonrpc":"2.0","id":`)); ok {
		if digits, _, ok := bytes.Cut(rest, []byte(",")); ok {
			id, _ := strconv.Atoi(string(digits))
			return id
		}
	}
	var m struct {
		ID     int
		Method string
	}
	if json.Unmarshal(line, &m) != nil || m.Method != "" {
		return 0
	}
	return m.ID
}

// peak returns the peak of resident memory in bytes, or 0 if the system does not
// report it.
func (s *server) peak() (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			return n << 10, err
		}
	}
	return 0, err
}
