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
