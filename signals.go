package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// interruption is the signal that ended the program.
type interruption syscall.Signal

func (i interruption) Error() string { return "interrupted" }

// exitCode is the code that shells report for a command that a signal ended.
func (i interruption) exitCode() int { return 128 + int(i) }

// untilSignal returns a context that lasts until SIGINT or SIGTERM. A program
// that has not ended soon after waits for something that need not come, such as
// a reader of its output, and is ended. A server ends with success: a signal is
// how hosts end it. One for many has ten seconds, for what others asked of it.
func untilSignal(command string) context.Context {
	grace := 900 * time.Millisecond
	if command == "http" {
		grace = 10 * time.Second
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		by := interruption(syscall.SIGTERM)
		if <-signals == os.Interrupt {
			by = interruption(syscall.SIGINT)
		}
		cancel(by)
		time.Sleep(grace)
		if command == "" || command == "http" {
			os.Exit(0)
		}
		os.Exit(by.exitCode())
	}()
	return ctx
}
