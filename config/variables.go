package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"scenario-mcp/scenario"
)

// Names that more than the table needs.
const (
	apiKey         = "SCENARIO_API_KEY"
	apiSecret      = "SCENARIO_API_SECRET"
	fileSuffix     = "_FILE"
	callTimeout    = "SCENARIO_CALL_TIMEOUT"
	requestTimeout = "SCENARIO_REQUEST_TIMEOUT"
)

// Variable describes one variable of the environment.
type Variable struct {
	Name        string
	Default     string // as it would be written; "" for none
	Values      string // what it may hold, in words
	Description string // what it does, as one sentence without a full stop
	Secret      bool   // the value must not be shown
}

// Variables returns the table of all variables, in the order people need them.
func Variables() []Variable { return variablesOf(rules()) }

func variablesOf(table []rule) (variables []Variable) {
	for _, r := range table {
		variables = append(variables, r.Variable)
	}
	return variables
}

// rule is a variable and the check of what it holds. check gets a value that
// is not blank, without white space around it, and returns it in the form that
// envconfig decodes, or says what is wrong with it and what to write instead.
type rule struct {
	Variable
	check func(v Variable, raw string) (value, problem string)
}

func rules() []rule {
	return []rule{
		{Variable{Name: apiKey, Values: "text", Secret: true,
			Description: "API key of the Scenario account"}, checkSecret},
		{Variable{Name: apiSecret, Values: "text", Secret: true,
			Description: "API secret that belongs to the key"}, checkSecret},
		{Variable{Name: apiKey + fileSuffix, Values: "absolute path",
			Description: "file that holds the API key, in place of " + apiKey}, checkPath},
		{Variable{Name: apiSecret + fileSuffix, Values: "absolute path",
			Description: "file that holds the API secret, in place of " + apiSecret}, checkPath},
		{Variable{Name: "SCENARIO_BASE_URL", Default: scenario.DefaultBaseURL, Values: "https address; http for this machine only",
			Description: "where the Scenario API is"}, checkURL},
		{Variable{Name: callTimeout, Default: "45s", Values: "1s to 45s",
			Description: "how long a tool call may take in all, retries included"}, checkDuration(time.Second, 45*time.Second)},
		{Variable{Name: requestTimeout, Default: "15s", Values: "1s to the call's time-out",
			Description: "how long one attempt of a request may take"}, checkDuration(time.Second, 45*time.Second)},
		{Variable{Name: "SCENARIO_PUBLIC_TTL", Default: "10m", Values: "0 to 24h",
			Description: "how long the public catalog is kept in memory; 0 asks every time"}, checkDuration(0, 24*time.Hour)},
		{Variable{Name: "SCENARIO_PRIVATE_TTL", Default: "1m", Values: "0 to 24h",
			Description: "how long the list of your own models is kept in memory; 0 asks every time"}, checkDuration(0, 24*time.Hour)},
		{Variable{Name: "SCENARIO_MAX_STALE", Default: "24h", Values: "0 to 168h",
			Description: "how old a list may be and still be answered, marked stale, when a refresh fails; 0 is never"}, checkDuration(0, 168*time.Hour)},
		{Variable{Name: "SCENARIO_CACHE_DIR", Values: "absolute path, or off",
			Description: "folder to keep the public list in between sessions, in place of the user's cache folder; off keeps none"}, checkCacheDir},
		{Variable{Name: "SCENARIO_MAX_REQUESTS", Default: "6", Values: "1 to 50",
			Description: "how many requests to the API may run at once"}, checkInt(1, 50)},
		{Variable{Name: "SCENARIO_LOG_LEVEL", Default: "info", Values: "debug, info, warn or error",
			Description: "least level of what is logged on standard error"}, checkLevel},
		{Variable{Name: "NO_COLOR", Values: "anything",
			Description: "logs without color, also on a terminal"}, func(Variable, string) (string, string) { return "true", "" }},
	}
}

func (r rule) apply(raw string) (value, problem string) {
	if regexp.MustCompile(`(?s)^(\$\{.*\}|\$[A-Z][A-Z0-9_]*|%[A-Z][A-Z0-9_]*%)$`).MatchString(raw) {
		// Not quoted: the default in ${NAME:-default} could be a secret.
		return "", "not expanded by the host, still a placeholder; write the value itself or leave it out"
	}
	return r.check(r.Variable, raw)
}

func checkSecret(v Variable, raw string) (value, problem string) {
	lower := strings.ToLower(raw)
	switch {
	case strings.HasPrefix(raw, "<") && strings.HasSuffix(raw, ">"),
		strings.HasPrefix(lower, "your_"), strings.HasPrefix(lower, "your-"), strings.HasPrefix(lower, "your "):
		return "", "still an example's placeholder; write the value itself or leave it out"
	case strings.Trim(raw, "\"'`“”‘’") != raw:
		return "", "has quotes around it; remove them"
	case strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", "has white space, a control character or a letter outside ASCII in it; copy it again"
	case v.Name == apiKey && strings.Contains(raw, ":"):
		// Basic authentication would end the key there.
		return "", "has a colon in it; the part after the colon is probably the secret and belongs in " + apiSecret
	}
	return raw, ""
}

// checkPath wants an absolute path: hosts start the program in any directory.
// It does not show what is not one, because that may be the secret itself.
func checkPath(_ Variable, raw string) (value, problem string) {
	if !filepath.IsAbs(raw) {
		return "", "not an absolute path; write the whole path of a file that holds the value"
	}
	return raw, ""
}

// checkCacheDir wants an absolute path, or the word that keeps nothing.
func checkCacheDir(_ Variable, raw string) (value, problem string) {
	if strings.EqualFold(raw, CacheOff) {
		return CacheOff, ""
	}
	if !filepath.IsAbs(raw) {
		return "", "not an absolute path; write the whole path of a folder, or off"
	}
	return raw, ""
}

func checkURL(_ Variable, raw string) (value, problem string) {
	value, err := scenario.CheckBaseURL(raw)
	if err != nil {
		return "", err.Error()
	}
	return value, ""
}

func checkDuration(low, high time.Duration) func(Variable, string) (string, string) {
	return func(v Variable, raw string) (value, problem string) {
		d, err := time.ParseDuration(raw)
		if err != nil {
			if _, err := strconv.ParseUint(raw, 10, 64); err == nil {
				return "", fmt.Sprintf("%q has no unit; write e.g. %ss", short(raw), raw)
			}
			return "", fmt.Sprintf("%q is not a duration; write e.g. 30s or 2m", short(raw))
		}
		if d < low || d > high {
			return "", outOfRange(v, raw)
		}
		return raw, ""
	}
}

func checkInt(low, high int) func(Variable, string) (string, string) {
	return func(v Variable, raw string) (value, problem string) {
		n, err := strconv.Atoi(raw)
		switch {
		case errors.Is(err, strconv.ErrRange):
			return "", outOfRange(v, raw)
		case err != nil:
			return "", fmt.Sprintf("%q is not a whole number; write %s", short(raw), v.Values)
		case n < low || n > high:
			return "", outOfRange(v, raw)
		}
		// envconfig would read 010 as octal.
		return strconv.Itoa(n), ""
	}
}

func checkLevel(v Variable, raw string) (value, problem string) {
	switch lower := strings.ToLower(raw); lower {
	case "debug", "info", "warn", "error":
		return lower, ""
	}
	return "", fmt.Sprintf("%q is not a level; write %s", short(raw), v.Values)
}

func outOfRange(v Variable, raw string) string {
	return fmt.Sprintf("%q is out of range; write %s", short(raw), v.Values)
}

// short bounds what an error repeats of a value. What is longer than any right
// one may be a secret in the wrong place: hardly anything of it is shown.
func short(raw string) string {
	const limit, shown = 16, 3
	if r := []rune(raw); len(r) > limit {
		return string(r[:shown]) + "…"
	}
	return raw
}
