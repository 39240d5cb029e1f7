package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// site is an MCP server over HTTP that was started.
type site struct {
	*server // of which only the process is used
	address string
}

// startSite starts a server whose first line on stdout holds its address.
func (c command) startSite(ctx context.Context) (*site, error) {
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, c.env...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &site{server: &server{cmd: cmd}}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if m := regexp.MustCompile(`http://([^/ ]+)/mcp`).FindStringSubmatch(line); m != nil {
		s.address = m[1]
		return s, nil
	}
	s.stop()
	return nil, fmt.Errorf("%s said %q: %w", c.args, line, err)
}

func (s *site) stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// post returns the bytes of a request of a tenant, "" of nobody.
func post(tenant, body string) []byte {
	authorization := ""
	if tenant != "" {
		authorization = "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(tenant+":secret")) + "\r\n"
	}
	return fmt.Appendf(nil, "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n%sContent-Length: %d\r\n\r\n%s",
		authorization, len(body), body)
}

// connection is one client, which takes little time from the server.
type connection struct {
	net.Conn
	answers *bufio.Reader
	request []byte
}

func connect(ctx context.Context, address string, request []byte) (*connection, error) {
	c, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &connection{c, bufio.NewReaderSize(c, 32<<10), request}, nil
}

// ask sends the request and wants an answer that is no error.
func (c *connection) ask() error {
	if _, err := c.Write(c.request); err != nil {
		return err
	}
	resp, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		return err
	}
	var head strings.Builder
	_, err = io.CopyN(&head, resp.Body, 40)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	if err == nil {
		_, err = io.Copy(io.Discard, resp.Body)
	}
	_ = resp.Body.Close()
	if err == nil && resp.StatusCode == http.StatusServiceUnavailable {
		return errBusy
	}
	if err == nil && (resp.StatusCode != http.StatusOK || !strings.Contains(head.String(), `"result"`)) {
		err = fmt.Errorf("answered %s, %s…", resp.Status, head.String())
	}
	return err
}

const (
	listCall = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"` + listTool + `","arguments":{}}}`
	ownCall  = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_private_models","arguments":{}}}`
	pingCall = `{"jsonrpc":"2.0","id":1,"method":"ping"}`
)

// overHTTP measures list calls of many connections, which as many tenants share,
// pings of as many of a bare server, in turns; and what memory that took ours.
func overHTTP(ctx context.Context, rounds int, turn time.Duration, connections, tenants int, ours, bare command) (calls, pings rates, peak int, err error) {
	var all [2][]*connection
	var sites [2]*site
	for i, c := range []command{ours, bare} {
		s, err := c.startSite(ctx)
		if err != nil {
			return nil, nil, 0, err
		}
		defer s.stop()
		sites[i] = s
		for n := range connections {
			request := post("", pingCall)
			if i == 0 {
				request = post(fmt.Sprint("tenant-", n%tenants), listCall)
			}
			conn, err := connect(ctx, s.address, request)
			if err != nil {
				return nil, nil, 0, err
			}
			defer func() { _ = conn.Close() }()
			all[i] = append(all[i], conn)
		}
	}
	for n := range tenants { // who come one after the other, and have both lists
		c := *all[0][n]
		for _, call := range []string{ownCall, listCall} {
			c.request = post(fmt.Sprint("tenant-", n), call)
			if err := c.ask(); err != nil {
				return nil, nil, 0, err
			}
		}
	}
	for range rounds {
		rate, err := together(len(all[0]), turn, func(i int) error { return all[0][i].ask() })
		if err != nil {
			return nil, nil, 0, err
		}
		calls = append(calls, rate)
		if rate, err = together(len(all[1]), turn, func(i int) error { return all[1][i].ask() }); err != nil {
			return nil, nil, 0, err
		}
		pings = append(pings, rate)
	}
	peak, err = sites[0].peak()
	return calls, pings, peak, err
}

// reportHTTP measures a server for many with few and with many tenants.
func reportHTTP(ctx context.Context, report *table, n func(int) int, turn time.Duration, ours, bare command) error {
	const connections = 1000
	for _, tenants := range []int{10, 100} {
		calls, pings, peak, err := overHTTP(ctx, n(4), turn, connections, tenants, ours, bare)
		if err != nil {
			return err
		}
		report.more(fmt.Sprintf("over HTTP, list calls per second of %d connections and %d tenants, against `ping` of a bare mcp-go server", connections, tenants),
			median(calls), median(pings), 0.5)
		goal := 0 // the connections alone take most of what few tenants do
		if tenants == 100 {
			goal = 40_000_000 + tenants*1_200_000
		}
		report.size("… peak resident memory", peak, goal)
	}
	return nil
}
