package config_test

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"scenario-mcp/config"
)

func TestNewLogger(t *testing.T) {
	at := time.Date(2026, time.March, 4, 5, 6, 7, 890, time.UTC)
	tests := []struct {
		name  string
		color bool
		level slog.Level
		msg   string
		attrs []slog.Attr
		want  string
	}{
		{"plain", false, slog.LevelInfo, "tool call", []slog.Attr{
			slog.String("tool", "list_public_models"), slog.Duration("took", 1500*time.Microsecond),
			slog.Int("rows", 20), slog.Bool("stale", false), slog.Any("tags", []string{"a", "b"}),
		}, "05:06:07 INF tool call tool=list_public_models took=1.5ms rows=20 stale=false tags=\"[a b]\"\n"},
		{"error", false, slog.LevelError, "refresh", []slog.Attr{
			slog.Any("err", errors.New("page 2: time-out")), slog.Any("nothing", nil),
			slog.Group("page", slog.Int("n", 2), slog.Time("at", at)),
		}, "05:06:07 ERR refresh err=\"page 2: time-out\" nothing=<nil> page.n=2 page.at=2026-03-04T05:06:07.000Z\n"},
		{"hostile", false, slog.LevelWarn, "up\x1b[31mstream\nERR fake", []slog.Attr{
			slog.String("name", "\x1b]0;title\a\u202egpj.exe\r\n"), slog.Any("err", errors.New("a\x1b[2Jb\nc")),
		}, "05:06:07 WRN up[31mstream ERR fake name=\"]0;titlegpj.exe  \" err=\"a[2Jb c\"\n"},
		{"color", true, slog.LevelWarn, "slow", []slog.Attr{
			slog.String("k", "\x1b[31mv\x1b[0m"), slog.Any("tags", []string{"\x1b[2J"}),
		}, "\x1b[2m05:06:07\x1b[0m \x1b[93mWRN\x1b[0m slow \x1b[2mk=\x1b[0m[31mv[0m \x1b[2mtags=\x1b[0m[[2J]\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			record := slog.NewRecord(at, test.level, test.msg, 0)
			record.AddAttrs(test.attrs...)
			if err := config.NewLogger(&out, slog.LevelDebug, test.color).Handler().Handle(t.Context(), record); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestNewLoggerLevel(t *testing.T) {
	var out bytes.Buffer
	logger := config.NewLogger(&out, slog.LevelWarn, false)
	logger.Debug("below")
	logger.Info("below")
	if out.Len() != 0 {
		t.Errorf("logged below its level: %q", out.String())
	}
	logger.Warn("at")
	if out.Len() == 0 {
		t.Error("not logged at its level")
	}
}
