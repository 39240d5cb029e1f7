package host

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const tomlHeader = "[mcp_servers." + ServerName + "]"

// tomlTable is the server as Codex writes it. JSON's strings are TOML's.
func tomlTable(e entry) (string, error) {
	lines := []string{tomlHeader}
	command, err := encode(e.Command, "", "")
	if err != nil {
		return "", err
	}
	lines = append(lines, "command = "+command)
	if e.Args != nil {
		args, err := encode(e.Args, "", "")
		if err != nil {
			return "", err
		}
		lines = append(lines, "args = "+args)
	}
	if e.Env != nil {
		env, err := tomlEnv(e.Env)
		if err != nil {
			return "", err
		}
		lines = append(lines, env)
	}
	return strings.Join(lines, "\n") + "\n", nil
}

func tomlEnv(env map[string]string) (string, error) {
	var pairs []string
	for _, name := range credentialVariables() {
		if v, ok := env[name]; ok {
			text, err := encode(v, "", "")
			if err != nil {
				return "", err
			}
			pairs = append(pairs, name+" = "+text)
		}
	}
	return "env = { " + strings.Join(pairs, ", ") + " }", nil
}

// errTOML is for tables that are correct but not as Codex itself writes them.
var errTOML = errors.New("host: the entry is there already, in a form this program does not edit; change it by hand")

// mergeTOML appends our table, or edits the lines of the one that is there. It
// reads no TOML but its own few lines: other ways to write the table are
// refused, never guessed.
func mergeTOML(settings []byte, e entry, overwrite bool) ([]byte, error) {
	table, err := tomlTable(e)
	if err != nil {
		return nil, err
	}
	text := string(settings)
	if err := checkTOML(text); err != nil {
		return nil, err
	}
	newline := "\n"
	if strings.Contains(text, "\r\n") {
		newline = "\r\n"
	}
	// Without its comments: one may well speak of the server.
	bare := regexp.MustCompile(`(?m)^[ \t]*#.*$`).ReplaceAllString(text, "")
	if regexp.MustCompile(`(?m)^[ \t]*["']?mcp_servers["']?[ \t]*=|^[ \t]*\[\[` + `[ \t]*["']?mcp_servers\b`).MatchString(bare) {
		return nil, errTOML
	}
	lines := strings.SplitAfter(text, "\n")
	var headers []int
	for i, line := range lines {
		if header(line) == tomlHeader {
			headers = append(headers, i)
		}
	}
	// Any other mention of both names in one header or key is the same table in
	// another form, or below a table [mcp_servers].
	other := regexp.MustCompile(`(?m)^[ \t]*\[?[ \t]*(["']?mcp_servers["']?[ \t]*\.[ \t]*)["']?` + ServerName + `["']?[ \t]*(\.|=|\])|^[ \t]*["']?` + ServerName + `["']?[ \t]*[.=]`)
	mentions := 0
	for _, line := range strings.SplitAfter(bare, "\n") {
		if other.MatchString(line) && header(line) != tomlHeader && header(line) != "[mcp_servers."+ServerName+".env]" {
			mentions++
		}
	}
	switch {
	case mentions > 0 || len(headers) > 1:
		return nil, errTOML
	case len(headers) == 0 && strings.Contains(bare, "[mcp_servers."+ServerName+".env]"):
		return nil, errTOML
	case len(headers) == 0:
		gap := ""
		if strings.TrimSpace(text) != "" {
			gap = newline
			if !strings.HasSuffix(text, "\n") {
				gap += newline
			}
		}
		return []byte(text + gap + strings.ReplaceAll(table, "\n", newline)), nil
	}

	start := headers[0] + 1
	end := start
	for end < len(lines) && (header(lines[end]) == "" || header(lines[end]) == "[mcp_servers."+ServerName+".env]") {
		end++
	}
	own := slices.Clone(lines[start:end])
	body := strings.Join(own, "")
	if strings.Contains(body, `"""`) || strings.Contains(body, "'''") || regexp.MustCompile(`(?m)^[ \t]*url[ \t]*=`).MatchString(body) {
		return nil, errTOML
	}
	if !strings.HasSuffix(lines[start-1], "\n") {
		lines[start-1] += newline
	}

	command, err := encode(e.Command, "", "")
	if err != nil {
		return nil, err
	}
	args, err := encode(append([]string{}, e.Args...), "", "")
	if err != nil {
		return nil, err
	}
	top := tomlBlock{own: own, newline: newline}
	if !top.set("command", `"(?:[^"\\]|\\.)*"|'[^']*'`, command, true) ||
		!top.set("args", `\[[^\[\]]*\]`, args, e.Args != nil) {
		return nil, errTOML
	}
	body = strings.Join(top.own, "")
	// Empty strings are no credentials.
	given := regexp.MustCompile(`\b(?:`+strings.Join(credentialVariables(), "|")+`)["']?[ \t]*=[ \t]*(""|'')?`).FindAllStringSubmatch(body, -1)
	empty := len(given) > 0 && !slices.ContainsFunc(given, func(m []string) bool { return m[1] == "" })
	switch mentioned := strings.Contains(body, keyVariable) || strings.Contains(body, secretVariable); {
	case len(e.Env) == 0 || mentioned && !empty && !overwrite:
	case mentioned:
		for _, name := range credentialVariables() {
			v, ok := e.Env[name]
			pattern := regexp.MustCompile(`(\b` + name + `["']?[ \t]*=[ \t]*)(?:"(?:[^"\\]|\\.)*"|'[^']*')`)
			if !ok && pattern.MatchString(body) || ok && !pattern.MatchString(body) {
				return nil, errTOML
			}
			value, err := encode(v, "", "")
			if err != nil {
				return nil, err
			}
			body = pattern.ReplaceAllStringFunc(body, func(m string) string {
				return pattern.FindStringSubmatch(m)[1] + value
			})
		}
	case regexp.MustCompile(`(?m)^[ \t]*env\b|^\[.*\.env\]`).MatchString(body):
		return nil, errTOML
	default:
		env, err := tomlEnv(e.Env)
		if err != nil {
			return nil, err
		}
		top.set("env", `\{[^{}]*\}`, strings.TrimPrefix(env, "env = "), true)
		body = strings.Join(top.own, "")
	}
	return []byte(strings.Join(lines[:start], "") + body + strings.Join(lines[end:], "")), nil
}

// checkTOML refuses what cannot be TOML: it looks at how lines begin, and at
// whether strings and brackets end. That is less than a parser does, and enough
// not to take anything else for settings.
func checkTOML(text string) error {
	const key = `(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')`
	line := regexp.MustCompile(`^[ \t]*(?:\r?\n|$|#|\[|` + key + `(?:[ \t]*\.[ \t]*` + key + `)*[ \t]*=[ \t]*(?:["'\[{]|[+-]?(?:\d|inf\b|nan\b)|(?:true|false)\b))`)
	token := regexp.MustCompile(`^(?:"""(?s:[^\\]|\\.)*?"{3,5}|'''(?s:.)*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[\[\]{}\n]|[^"'#\[\]{}\n]+)`)
	rest, depth := strings.TrimPrefix(text, "\ufeff"), 0 // of brackets
	for begins := true; rest != ""; {
		next := token.FindString(rest)
		open := len(next) < 6 && (strings.HasPrefix(rest, `"""`) || strings.HasPrefix(rest, `'''`))
		if next == "" || open || begins && depth == 0 && !line.MatchString(rest) {
			break
		}
		switch next {
		case "[", "{":
			depth++
		case "]", "}":
			depth--
		}
		begins, rest = next == "\n", rest[len(next):]
	}
	if rest != "" || depth != 0 {
		return fmt.Errorf("host: the file cannot be read as TOML: see line %d", 1+strings.Count(text[:len(text)-len(rest)], "\n"))
	}
	return nil
}

// header is a table's header line without white space and comment, "" for any
// other line.
func header(line string) string {
	m := regexp.MustCompile(`^[ \t]*(\[[^\[\]"']+\]|\[\[[^\[\]"']+\]\]|\[["'\w.-].*\])[ \t]*(?:#.*)?\r?\n?$`).FindStringSubmatch(line)
	if m == nil {
		return ""
	}
	return strings.NewReplacer(" ", "", "\t", "").Replace(m[1])
}

// tomlBlock is the lines of a table.
type tomlBlock struct {
	own     []string
	newline string
}

// set gives a key of one line a value, or adds it as the first line if add is
// set. It reports false if the key has a value that does not look as expected,
// such as one of several lines.
func (b *tomlBlock) set(key, expected, value string, add bool) bool {
	is := regexp.MustCompile(`^[ \t]*` + key + `[ \t]*=`)
	exact := regexp.MustCompile(`^([ \t]*` + key + `[ \t]*=[ \t]*)(` + expected + `)([ \t]*(?:#.*)?\r?\n?)$`)
	for i, line := range b.own {
		if header(line) != "" {
			break
		}
		if !is.MatchString(line) {
			continue
		}
		m := exact.FindStringSubmatch(line)
		if m == nil {
			return false
		}
		b.own[i] = m[1] + value + m[3]
		return true
	}
	if add {
		at := 0
		if key != "command" && len(b.own) > 0 && strings.HasPrefix(strings.TrimSpace(b.own[0]), "command") {
			at = 1
			if !strings.HasSuffix(b.own[0], "\n") {
				b.own[0] += b.newline
			}
		}
		b.own = slices.Insert(b.own, at, key+" = "+value+b.newline)
	}
	return true
}
