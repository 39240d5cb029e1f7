//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"scenario-mcp/scenario/fakeapi"
)

// TestSignalsOfCommands: a signal ends what waits for somebody soon, and a
// command that was cut off says so by its exit code.
func TestSignalsOfCommands(t *testing.T) {
	t.Parallel()
	long := "/" + strings.Repeat("long", 20_000) // and so is the error, which a pipe does not hold
	for _, tt := range []struct {
		name    string
		env     []string
		args    []string
		watched string // which output shows that it is there; "" for a service that is asked
		codes   map[syscall.Signal]int
		says    string
	}{
		{
			"a picture that nobody reads", nil,
			[]string{"-demo", "call", "show_models", `{"ids":["model_sample-pixel-forge","model_sample-sprite-walk",` +
				`"model_sample-lantern-key-art","model_sample-starship-dock","model_sample-anime-spark","model_sample-clay-corner"]}`},
			"stdout", map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143}, "",
		},
		{
			"a start error that nobody reads", []string{"SCENARIO_API_KEY_FILE=" + long, "SCENARIO_API_SECRET=x"},
			[]string{"call", "list_public_models"},
			"stderr", map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143}, "",
		},
		{
			"a call without an answer", nil,
			[]string{"call", "list_public_models"},
			"", map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143}, "scenario-mcp: no answer: interrupted\n",
		},
	} {
		for sig, code := range tt.codes {
			t.Run(tt.name+" "+sig.String(), func(t *testing.T) {
				t.Parallel()
				cmd := program(t.Context(), tt.env, tt.args...)
				var stderr bytes.Buffer
				cmd.Stderr = &stderr
				if tt.watched != "" {
					r, w, err := os.Pipe()
					if err != nil {
						t.Fatal(err)
					}
					defer r.Close()
					if cmd.Stdout = w; tt.watched == "stderr" {
						cmd.Stdout, cmd.Stderr = nil, w
					}
					defer w.Close()
					start(t, cmd)
					if _, err := r.Read(make([]byte, 1)); err != nil {
						t.Fatal(err)
					}
				} else {
					fake, base := serveFake(t, fakeapi.Options{Faults: []fakeapi.Fault{{Kind: fakeapi.FaultHang}}})
					cmd.Env = append(cmd.Env, account(base)...)
					start(t, cmd)
					waitForRequests(t, fake, 1)
				}
				if err := cmd.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				begin := time.Now()
				_ = cmd.Wait()
				// A second, and more on a busy machine.
				if d := time.Since(begin); cmd.ProcessState.ExitCode() != code || d > 10*time.Second {
					t.Errorf("ended with %v after %v, want code %d; standard error:\n%s", cmd.ProcessState, d, code, &stderr)
				}
				if stderr.String() != tt.says {
					t.Errorf("said %q, want %q", &stderr, tt.says)
				}
			})
		}
	}
}

func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
}

// TestFailedWrites: what could not be shown is no success, and is not done.
func TestFailedWrites(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no /dev/full")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	settings := filepath.Join(t.TempDir(), "settings.json")
	for _, args := range [][]string{
		{"-h"}, {"-version"}, {"tools"}, {"-demo", "doctor"}, {"config"}, {"config", "cursor", "--file", settings},
		{"-demo", "call", "list_public_models"}, {"-demo", "call", "list_public_models", "-o", full.Name()},
		{"-demo", "config", "cursor", "--write", "--file", settings},
	} {
		cmd := program(t.Context(), []string{"HOME=" + t.TempDir()}, args...)
		var stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = full, &stderr
		if err := cmd.Run(); cmd.ProcessState.ExitCode() != 1 || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%v: %v, %s", args, err, &stderr)
		}
	}
	if _, err := os.Stat(settings); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("settings were written unseen: %v", err)
	}
}

// TestSecretFiles: what is no plain file is not waited for, and nothing is read
// without an end.
func TestSecretFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, text string) {
		if err := os.WriteFile(path(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("secret", "some-secret\n")
	write("long", strings.Repeat("x", 64<<10+1))
	if err := errors.Join(syscall.Mkfifo(path("pipe"), 0o600), os.Symlink("secret", path("link"))); err != nil {
		t.Fatal(err)
	}
	_, base := serveFake(t, fakeapi.Options{})
	for name, want := range map[string]string{
		path("secret"): "", path("link"): "",
		path("long"): "longer than 64 KiB",
		path("pipe"): "not a regular file", "/dev/zero": "not a regular file", dir: "not a regular file",
		path("none"): "no such file",
	} {
		env := []string{"SCENARIO_BASE_URL=" + base, "SCENARIO_API_KEY=some-key", "SCENARIO_API_SECRET_FILE=" + name}
		out, err := program(t.Context(), env, "call", "list_public_models").CombinedOutput()
		if want == "" && err == nil {
			continue
		}
		if want == "" || err == nil || !strings.Contains(string(out), "SCENARIO_API_SECRET_FILE: cannot read") || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v\n%.1000s", name, err, out)
		}
	}
}

// TestSignalsOfHTTP: a server for many answers what is under way when a signal
// comes, takes no more, and ends with success.
func TestSignalsOfHTTP(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			fake, base := serveFake(t, fakeapi.Options{Public: fakeapi.Generate(1, 3, fakeapi.GenOptions{}), Latency: 500 * time.Millisecond})
			site := startHTTP(t, account(base))
			answers := make(chan string, 1)
			go func() {
				_, text, err := site.post(t.Context(), eras()[0].call("1", "list_public_models", "{}"))
				answers <- fmt.Sprint(text, err)
			}()
			waitForRequests(t, fake, 1)
			if err := site.cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			if got := <-answers; !strings.Contains(got, `"total":3`) {
				t.Errorf("the call under way got %s", got)
			}
			site.exited()
			if _, _, err := site.post(t.Context(), eras()[0].request("2", "ping", "")); err == nil {
				t.Error("one more request is answered")
			}
		})
	}
}
