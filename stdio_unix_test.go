//go:build unix

package main

import (
	"fmt"
	"io"
	"os"
	"syscall"
	"testing"

	"scenario-mcp/scenario/fakeapi"
)

// TestStdioSignals: a signal ends the program soon, with exit code 0,
// whatever it is doing.
func TestStdioSignals(t *testing.T) {
	t.Parallel()
	points := []struct {
		name string
		// reach brings the program to the point.
		reach func(p *process, e era, fake *fakeapi.Server)
	}{
		{"before the handshake", func(p *process, e era, _ *fakeapi.Server) {
			p.send(e.request("1", "ping", ""))
			p.read() // it is past its start
		}},
		{"in the middle of a line", func(p *process, e era, _ *fakeapi.Server) {
			p.greet(e)
			_, _ = io.WriteString(p.in, e.request("1", "ping", "")+"\n"+`{"jsonrpc":`)
			p.read()
		}},
		{"idle", func(p *process, e era, _ *fakeapi.Server) {
			p.greet(e)
			p.send(e.request("1", "tools/list", ""))
			p.read()
		}},
		{"mid-walk", func(p *process, e era, fake *fakeapi.Server) {
			p.greet(e)
			p.send(e.call("1", "list_public_models", "{}"))
			waitForRequests(p.t, fake, 2)
		}},
		{"after the end of input, mid-walk", func(p *process, e era, fake *fakeapi.Server) {
			p.greet(e)
			p.send(e.call("1", "list_public_models", "{}"))
			_ = p.in.Close()
			waitForRequests(p.t, fake, 2)
		}},
		{"standard output blocked", func(p *process, e era, _ *fakeapi.Server) {
			p.greet(e)
			for i := range 1000 { // some 5 kB each, into a pipe of 64 kB
				p.send(e.request(fmt.Sprint(i), "tools/list", ""))
			}
		}},
	}
	both(t, func(t *testing.T, e era) {
		for _, sig := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
			for _, point := range points {
				t.Run(fmt.Sprintf("%v %s", sig, point.name), func(t *testing.T) {
					t.Parallel()
					fake, base := serveFake(t, fakeapi.Options{
						Public: fakeapi.Generate(1, 50, fakeapi.GenOptions{}), MaxPage: 40,
						Faults: []fakeapi.Fault{{Kind: fakeapi.FaultHang, On: 2}},
					})
					p := startProcess(t, account(base))
					point.reach(p, e, fake)
					if err := p.cmd.Process.Signal(sig); err != nil {
						t.Fatal(err)
					}
					p.exited()
				})
			}
		}
	})
}
