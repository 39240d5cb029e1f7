package config

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
	"unicode"

	"github.com/lmittmann/tint"
)

// NewLogger returns a logger that writes records of level and above to w, one
// line each: time of day, three-letter level, message, attributes. With color
// they are colored by ANSI sequences, which is for terminals only.
//
// Texts in a record may come from upstream, so characters that do not print,
// escape sequences and line breaks among them, never reach w.
func NewLogger(w io.Writer, level slog.Level, color bool) *slog.Logger {
	return slog.New(tint.NewTextHandler(w, &tint.Options{
		Level:       level,
		TimeFormat:  time.TimeOnly,
		NoColor:     !color,
		ReplaceAttr: printable,
	}))
}

// printable makes the value of a fit for a terminal. The handler itself does
// not: it writes messages raw, and with color on it keeps escape characters.
func printable(_ []string, a slog.Attr) slog.Attr {
	var text string
	switch a.Value.Kind() {
	case slog.KindString:
		text = a.Value.String()
	case slog.KindAny:
		v := a.Value.Any()
		if _, ok := v.(slog.Level); ok || v == nil {
			return a
		}
		text = fmt.Sprintf("%+v", v)
	default:
		return a
	}
	return slog.String(a.Key, strings.Map(func(r rune) rune {
		switch {
		case unicode.IsPrint(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return -1
	}, text))
}

// LibraryLog returns a writer for the standard logger, through which libraries
// speak: each line becomes a debug record of log. net/http quotes what a server
// sent, secrets perhaps, so a line is kept up to its first quote only.
//
// net/http logs while it holds a connection's lock. Were the standard logger
// left to a stderr that nobody reads, every later request would wait for it.
func LibraryLog(log *slog.Logger) io.Writer { return libraryLog{log} }

type libraryLog struct{ log *slog.Logger }

func (l libraryLog) Write(p []byte) (int, error) {
	text, _, _ := strings.Cut(string(p), `"`)
	l.log.Debug("a library logged", "text", strings.TrimSpace(text))
	return len(p), nil
}
