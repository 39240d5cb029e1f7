package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"scenario-mcp/scenario/fakeapi"
)

// terminalScreen runs a command on a terminal and returns all that this got to
// show, and how it ended. Once that contains when, typed is typed there.
func terminalScreen(cmd *exec.Cmd, width int, when, typed string) (string, error) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return "", err
	}
	defer master.Close()
	fd := int(master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		return "", err
	}
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		return "", err
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: uint16(width)}); err != nil {
		return "", err
	}
	slave, err := os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return "", err
	}
	if cmd.Stdin == nil {
		cmd.Stdin = slave
	}
	if cmd.Stdout == nil {
		cmd.Stdout = slave
	}
	cmd.Stderr = slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 2}
	err = cmd.Start()
	_ = slave.Close()
	if err != nil {
		return "", err
	}
	var shown []byte
	for part := make([]byte, 4096); ; {
		n, err := master.Read(part)
		shown = append(shown, part[:n]...)
		if err != nil { // the program has ended
			return strings.ReplaceAll(string(shown), "\r\n", "\n"), cmd.Wait()
		}
		if typed != "" && strings.Contains(string(shown), when) {
			if _, err := io.WriteString(master, typed); err != nil {
				return "", err
			}
			typed = ""
		}
	}
}

// TestProgressOnTerminal: a walk that takes long says so meanwhile, on a terminal
// alone, and takes that away before the answer.
func TestProgressOnTerminal(t *testing.T) {
	t.Parallel()
	_, base := serveFake(t, fakeapi.Options{Latency: 1200 * time.Millisecond})
	screen, err := terminalScreen(program(t.Context(), account(base), "call", "list_public_models"), 80, "", "")
	if err != nil || !strings.HasPrefix(screen, eraseLine+"waiting for Scenario …"+eraseLine) {
		t.Errorf("%v, %q", err, screen)
	}
}

// TestInterrupt: Ctrl-C leaves a line for the prompt, and no words about it.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	for when, tt := range map[string]struct {
		args []string
		code int
	}{"waiting for Scenario": {[]string{"call", "list_public_models"}, 130}, "To leave: Ctrl-C.": {nil, 0}} {
		_, base := serveFake(t, fakeapi.Options{Faults: []fakeapi.Fault{{Kind: fakeapi.FaultHang}}})
		cmd := program(t.Context(), account(base), tt.args...)
		screen, _ := terminalScreen(cmd, 80, when, "\x03")
		if code := cmd.ProcessState.ExitCode(); code != tt.code || !strings.HasSuffix(screen, eraseLine) {
			t.Errorf("%q: code %d, %q", tt.args, code, screen)
		}
	}
}

// TestHostOnTerminal: a host that leaves stderr to its terminal is no person.
func TestHostOnTerminal(t *testing.T) {
	t.Parallel()
	cmd := program(t.Context(), nil)
	var answers strings.Builder
	cmd.Stdin, cmd.Stdout = strings.NewReader(session), &answers
	if screen, err := terminalScreen(cmd, 80, "", ""); err != nil || !strings.Contains(screen, "no credentials") {
		t.Errorf("%v, %q", err, screen)
	}
	if !strings.Contains(answers.String(), "Tell the user to create an API key") {
		t.Errorf("answered %s", &answers)
	}
}
