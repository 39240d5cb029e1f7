package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestProgress: who waits for a second or less sees nothing, and at the end
// nothing is left.
func TestProgress(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		act  func(*progress)
		want string
	}{
		"soon done": {func(p *progress) {
			p.read(500)
			time.Sleep(999 * time.Millisecond)
			p.read(1000)
		}, ""},
		"nothing read": {func(*progress) {
			time.Sleep(1001 * time.Millisecond)
		}, "\r\x1b[Kwaiting for Scenario …\r\x1b[K"},
		"read": {func(p *progress) {
			p.read(500)
			time.Sleep(1001 * time.Millisecond)
			p.read(1000)
		}, "\r\x1b[Kreading the list: 500 models so far …\r\x1b[Kreading the list: 1000 models so far …\r\x1b[K"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var shown strings.Builder
				p := startProgress(&shown)
				test.act(p)
				synctest.Wait()
				p.end()
				p.read(1500)
				time.Sleep(time.Minute)
				if shown.String() != test.want {
					t.Errorf("showed %q, want %q", &shown, test.want)
				}
			})
		})
	}
}
