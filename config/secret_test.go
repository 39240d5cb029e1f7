package config_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"

	"scenario-mcp/config"
)

const text = "hunter2-sample"

// mustHide fails when out shows text, or text in hexadecimal or as bytes.
func mustHide(t *testing.T, how, out string) {
	t.Helper()
	lower := strings.ToLower(out)
	for _, form := range []string{
		text,
		hex.EncodeToString([]byte(text)),
		fmt.Sprintf("% x", text),
		strings.Trim(fmt.Sprint([]byte(text)), "[]"),
	} {
		if strings.Contains(lower, form) {
			t.Errorf("%s shows the secret: %q", how, out)
		}
	}
}

// holders are the ways a secret gets into what is printed.
func holders() map[string]any {
	type inside struct{ secret config.Secret }
	type pointing struct{ secret *config.Secret }
	s := config.NewSecret(text)
	c := config.Config{APIKey: s, APISecret: s}
	return map[string]any{
		"value":              s,
		"pointer":            &s,
		"config":             c,
		"config pointer":     &c,
		"unexported":         inside{s},
		"unexported pointer": &inside{s},
		"pointing":           pointing{&s},
		"slice":              []config.Secret{s},
		"map":                map[string]inside{"k": {s}},
		"unexported config":  struct{ c *config.Config }{&c},
		"wrapped":            fmt.Errorf("outer: %w", fmt.Errorf("%v", inside{s})),
	}
}

func TestSecretIsNotPrinted(t *testing.T) {
	for name, v := range holders() {
		for _, verb := range "vsqxXdobcUeEfFgGtTpw" {
			for _, flags := range []string{"", "+", "#", " ", "0", "-20", "+#", "# ", ".3", "20.10"} {
				format := "%" + flags + string(verb)
				mustHide(t, name+" "+format, fmt.Sprintf(format, v))
			}
		}
		mustHide(t, name+" Sprint", fmt.Sprint(v))
		mustHide(t, name+" Errorf", fmt.Errorf("x: %v %+v", v, v).Error())
		if out, err := json.Marshal(v); err == nil {
			mustHide(t, name+" encoding/json", string(out))
		}
		if out, err := jsonv2.Marshal(v); err == nil {
			mustHide(t, name+" json v2", string(out))
		}
	}
}

func TestSecretIsNotLogged(t *testing.T) {
	var out bytes.Buffer
	opts := &slog.HandlerOptions{Level: slog.LevelDebug}
	loggers := map[string]*slog.Logger{
		"text":  slog.New(slog.NewTextHandler(&out, opts)),
		"json":  slog.New(slog.NewJSONHandler(&out, opts)),
		"plain": config.NewLogger(&out, slog.LevelDebug, false),
		"color": config.NewLogger(&out, slog.LevelDebug, true),
	}
	for kind, logger := range loggers {
		for name, v := range holders() {
			out.Reset()
			logger.With("with", v).WithGroup("g").Debug("m", "k", v, slog.Group("h", "k", v))
			if out.Len() == 0 {
				t.Errorf("%s, %s: nothing logged", kind, name)
			}
			mustHide(t, kind+" "+name, out.String())
		}
	}
}

func TestSecretText(t *testing.T) {
	for _, test := range []struct {
		secret config.Secret
		want   string
	}{
		{config.Secret{}, ""},
		{config.NewSecret(""), ""},
		{config.NewSecret(text), "[redacted]"},
	} {
		marshaled, err := json.Marshal(test.secret)
		if err != nil {
			t.Fatal(err)
		}
		for how, got := range map[string]string{
			"String":   test.secret.String(),
			"%#x":      fmt.Sprintf("%#x", test.secret),
			"LogValue": test.secret.LogValue().String(),
			"JSON":     strings.Trim(string(marshaled), `"`),
		} {
			if got != test.want {
				t.Errorf("%s = %q, want %q", how, got, test.want)
			}
		}
	}
}

func TestSecretReveal(t *testing.T) {
	if got := (config.Secret{}).Reveal(); got != "" {
		t.Errorf("zero Secret reveals %q", got)
	}
	var s config.Secret
	if err := json.Unmarshal([]byte(`"`+text+`"`), &s); err != nil {
		t.Fatal(err)
	}
	if got := s.Reveal(); got != text {
		t.Errorf("Reveal = %q, want %q", got, text)
	}
}

func TestSecretInPanic(t *testing.T) {
	defer func() {
		mustHide(t, "recovered", fmt.Sprint(recover()))
	}()
	panic(errors.Join(fmt.Errorf("%+v", holders())))
}
