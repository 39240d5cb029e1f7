package main

import (
	"context"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// interruption is the signal that ended the program.
type interruption syscall.Signal

func (i interruption) Error() string { return "interrupted" }

// exitCode is that of a command that was cut off, as shells report a signal.
func (i interruption) exitCode() int { return 128 + int(i) }

// untilSignal returns a context that lasts until SIGINT or SIGTERM. A program
// that has not ended soon after it waits for something that need not come, such
// as a reader of what it writes, and is ended: with success if it is a server,
// which hosts end like this.
func untilSignal(args []string) context.Context {
	serves := !slices.ContainsFunc(args, func(arg string) bool { return !strings.HasPrefix(arg, "-") })
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		by := interruption(syscall.SIGTERM)
		if <-signals == os.Interrupt {
			by = interruption(syscall.SIGINT)
		}
		cancel(by)
		time.Sleep(900 * time.Millisecond)
		if serves {
			os.Exit(0)
		}
		os.Exit(by.exitCode())
	}()
	return ctx
}
