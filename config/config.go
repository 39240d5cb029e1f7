// Package config is the program's environment: the names of the variables,
// their defaults, what they may hold, and what is said when they hold something
// else. [Variables] is the one table of them; the help text and the README are
// made from it. [Load] turns an environment into a checked [Config].
//
// The package reads neither the operating system's environment nor files by
// itself: both are passed to Load, so that a test, or a demonstration that must
// not see the user's credentials, can pass others.
//
// Values come from hosts that start the program for someone. They hand over
// empty strings for what was not filled in, so a blank value counts as unset
// everywhere; and they hand over placeholders they did not expand, so those are
// named as such. Everything wrong is reported at once, because a person who
// edits a host's configuration sees one report per restart.
package config

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"github.com/sethvargo/go-envconfig"
)

// CacheOff is the [Config.CacheDir] that keeps no list.
const CacheOff = "off"

// Config is the checked configuration. Its zero value is not usable; [Load] of
// an empty environment gives the defaults. It can be printed: secrets do not
// show.
type Config struct {
	// APIKey and APISecret are the account's credentials, both or neither,
	// given by value or by file.
	APIKey    Secret `env:"SCENARIO_API_KEY"`
	APISecret Secret `env:"SCENARIO_API_SECRET"`

	// APIKeyFile and APISecretFile are the files the credentials were read
	// from, "" for those given by value or not at all.
	APIKeyFile    string `env:"SCENARIO_API_KEY_FILE"`
	APISecretFile string `env:"SCENARIO_API_SECRET_FILE"`

	// BaseURL is where the API is, without a slash at its end.
	BaseURL string `env:"SCENARIO_BASE_URL"`

	// CallTimeout bounds one tool call in all, retries included; RequestTimeout
	// bounds one attempt of one upstream request and is never the longer one.
	CallTimeout    time.Duration `env:"SCENARIO_CALL_TIMEOUT"`
	RequestTimeout time.Duration `env:"SCENARIO_REQUEST_TIMEOUT"`

	// PublicTTL and PrivateTTL are how long a list is answered from memory
	// before it is asked for again; zero asks every time.
	PublicTTL  time.Duration `env:"SCENARIO_PUBLIC_TTL"`
	PrivateTTL time.Duration `env:"SCENARIO_PRIVATE_TTL"`

	// MaxStale is how old a list may be and still be served when a refresh
	// fails; zero never serves an expired one.
	MaxStale time.Duration `env:"SCENARIO_MAX_STALE"`

	// CacheDir is the folder to keep the public list in between processes: ""
	// for the user's cache folder, [CacheOff] for none.
	CacheDir string `env:"SCENARIO_CACHE_DIR"`

	// Concurrency is the number of upstream requests in flight at once.
	Concurrency int `env:"SCENARIO_MAX_REQUESTS"`

	LogLevel slog.Level `env:"SCENARIO_LOG_LEVEL"`

	// NoColor asks for logs without color, also on a terminal.
	NoColor bool `env:"NO_COLOR"`
}

// HasCredentials reports whether the configuration can authenticate.
func (c Config) HasCredentials() bool {
	return c.APIKey.Reveal() != "" && c.APISecret.Reveal() != ""
}

// Error is all that is wrong with an environment.
type Error struct {
	// Problems has one line for each finding, "NAME: what is wrong; what to
	// write". Values of secrets are never in it.
	Problems []string
}

// Error returns the problems below a heading, one line each.
func (e *Error) Error() string {
	return "wrong environment:\n  " + strings.Join(e.Problems, "\n  ")
}

// Load reads and checks the variables that l has; readFile, usually
// [os.ReadFile], reads the files that SCENARIO_API_KEY_FILE and
// SCENARIO_API_SECRET_FILE name and is not called without them. When anything
// is wrong the error is an *[Error] that names every wrong variable. There is
// still a Config, for a server that only tells of it: without credentials, and
// with the defaults in place of what is wrong.
func Load(ctx context.Context, l envconfig.Lookuper, readFile func(name string) ([]byte, error)) (*Config, error) {
	env := &environment{base: l, rules: rules(), right: map[string]bool{}}
	c := new(Config)
	if err := envconfig.ProcessWith(ctx, &envconfig.Config{Target: c, Lookuper: env}); err != nil {
		return nil, fmt.Errorf("read environment: %w", err)
	}

	if c.APIKeyFile != "" {
		c.APIKey = env.secretFile(apiKey, c.APIKeyFile, readFile)
	}
	if c.APISecretFile != "" {
		c.APISecret = env.secretFile(apiSecret, c.APISecretFile, readFile)
	}
	env.checkPair(apiKey, apiSecret)
	env.checkPair(apiSecret, apiKey)

	if c.RequestTimeout > c.CallTimeout {
		if env.right[requestTimeout] {
			env.report(requestTimeout, fmt.Sprintf("%v is longer than %s, which is %v; make it shorter or leave it out",
				c.RequestTimeout, callTimeout, c.CallTimeout))
		}
		// Who shortens the call alone means the attempts as well.
		c.RequestTimeout = c.CallTimeout
	}

	if len(env.problems) > 0 {
		c.APIKey, c.APISecret = Secret{}, Secret{}
		return c, &Error{Problems: env.problems}
	}
	return c, nil
}

// environment is the Lookuper that envconfig sees. envconfig stops at the first
// value it cannot decode and names the Go field, so it is given only values
// that were checked before, and the default in place of a wrong one.
type environment struct {
	base     envconfig.Lookuper
	rules    []rule
	right    map[string]bool // whether what was given is right, by variable
	problems []string
}

// given reports whether a variable holds something, right or wrong.
func (e *environment) given(name string) bool {
	_, ok := e.right[name]
	return ok
}

// Lookup implements [envconfig.Lookuper].
func (e *environment) Lookup(name string) (string, bool) {
	r := e.rule(name)
	raw, _ := e.base.Lookup(name)
	if raw = strings.TrimSpace(raw); raw != "" {
		value, problem := r.apply(raw)
		e.right[name] = problem == ""
		if problem == "" {
			return value, true
		}
		e.report(name, problem)
	}
	return r.Default, r.Default != ""
}

// secretFile returns the secret called name out of the file at path.
func (e *environment) secretFile(name, path string, readFile func(string) ([]byte, error)) Secret {
	variable := name + fileSuffix
	if e.given(name) {
		e.report(variable, "set together with "+name+"; keep one of the two")
		return Secret{}
	}
	data, err := readFile(path)
	if err != nil {
		if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
			err = pathErr.Err // the path is in the text already
		}
		e.report(variable, fmt.Sprintf("cannot read %q: %v", path, err))
		return Secret{}
	}
	raw := strings.TrimSpace(string(data))
	if raw == "" {
		e.report(variable, fmt.Sprintf("%q is empty", path))
		return Secret{}
	}
	value, problem := e.rule(name).apply(raw)
	if problem != "" {
		e.report(variable, fmt.Sprintf("in %q: %s", path, problem))
		return Secret{}
	}
	return NewSecret(value)
}

// checkPair reports that other is missing when name is given, in either form.
func (e *environment) checkPair(name, other string) {
	inAForm := func(name string) bool { return e.given(name) || e.given(name+fileSuffix) }
	if inAForm(name) && !inAForm(other) {
		e.report(other, "missing; it goes with "+name+": set both or neither")
	}
}

func (e *environment) report(name, problem string) {
	e.problems = append(e.problems, name+": "+problem)
}

func (e *environment) rule(name string) rule {
	for _, r := range e.rules {
		if r.Name == name {
			return r
		}
	}
	// A field of Config without a row in the table: a test keeps them equal.
	panic("config: no rule for " + name)
}
