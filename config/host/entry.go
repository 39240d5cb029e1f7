package host

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// The variables that carry credentials, and placeholders for their values.
// config.Load refuses a placeholder and names its variable.
const (
	keyVariable       = "SCENARIO_API_KEY"
	secretVariable    = "SCENARIO_API_SECRET"
	fileSuffix        = "_FILE"
	keyPlaceholder    = "<your Scenario API key>"
	secretPlaceholder = "<your Scenario API secret>"
)

// Server says how a host starts the program.
type Server struct {
	Command string // absolute path of the executable
	Demo    bool   // against the sample catalog, without an account
	// Env holds the credential variables. Nil stands for placeholders.
	Env map[string]string
}

// entry is a server in a host's settings. All hosts use the same names in it.
type entry struct {
	Name    string            `json:"name,omitempty"` // in VS Code's links only
	Type    string            `json:"type,omitempty"`
	Command string            `json:"command"`
	Args    []string          `json:"args,omitempty"`
	Env     map[string]string `json:"env,omitempty"`
	Inputs  []input           `json:"inputs,omitempty"` // in VS Code's links only
}

// input is a value that VS Code asks for and does not keep in the file.
type input struct {
	Type        string `json:"type"`
	ID          string `json:"id"`
	Description string `json:"description"`
	Password    bool   `json:"password"`
}

func (h Host) entry(s Server) (entry, []input) {
	e := entry{Command: s.Command, Env: s.Env}
	var inputs []input
	switch {
	case s.Demo:
		e.Args, e.Env = []string{"-demo"}, nil
	case h.prompts:
		inputs = []input{
			{"promptString", "scenario-key", "Scenario API key", true},
			{"promptString", "scenario-secret", "Scenario API secret", true},
		}
		e.Env = map[string]string{keyVariable: inputs[0].reference(), secretVariable: inputs[1].reference()}
	case s.Env == nil:
		e.Env = map[string]string{keyVariable: keyPlaceholder, secretVariable: secretPlaceholder}
	}
	if h.prompts {
		e.Type = "stdio"
	}
	return e, inputs
}

func (i input) reference() string { return "${input:" + i.ID + "}" }

// Snippet is what a person adds to the host's settings, or the command that adds
// it. It ends with a newline.
func (h Host) Snippet(sys System, s Server) (string, error) {
	if h.syntax == nil {
		e, _ := h.entry(s)
		text := claudeCommand(sys, e)
		if h.state(sys) == setUp {
			text = claudeRemove + text // an entry would be in the way
		}
		return text, nil
	}
	text, err := h.Merge(nil, s)
	return string(text), err
}

// claudeRemove takes the server out of Claude Code's settings.
const claudeRemove = "claude mcp remove --scope user " + ServerName + "\n"

// claudeCommand adds the server to Claude Code for all projects. On Windows it has
// no JSON: cmd and PowerShell disagree about quotes within quotes.
func claudeCommand(sys System, e entry) string {
	if sys.OS != "windows" {
		return "claude mcp add-json --scope user " + ServerName + " '" + strings.ReplaceAll(encode(e, "", ""), "'", `'\''`) + "'\n"
	}
	text := "claude mcp add --scope user " + ServerName
	for _, name := range slices.Sorted(maps.Keys(e.Env)) {
		text += fmt.Sprintf(` --env "%s=%s"`, name, e.Env[name])
	}
	return text + ` -- "` + strings.Join(append([]string{e.Command + `"`}, e.Args...), " ") + "\n"
}

// Links are addresses that open the host and add the server. The first has the
// host's own scheme, the second is for pages that accept only https. They never
// hold credentials. Most hosts have no links, which is an error.
func (h Host) Links(s Server) ([]string, error) {
	if h.links == nil {
		return nil, fmt.Errorf("host: %s has no links; vscode and cursor have", h.Name)
	}
	s.Env = nil
	return h.links(h.entry(s)), nil
}

func vscodeLinks(e entry, inputs []input) []string {
	e.Name, e.Inputs = ServerName, inputs
	link := "vscode:mcp/install?" + escape(encode(e, "", ""))
	return []string{link, "https://insiders.vscode.dev/redirect?url=" + escape(link)}
}

func cursorLinks(e entry, _ []input) []string {
	text := base64.StdEncoding.EncodeToString([]byte(encode(e, "", "")))
	query := "?name=" + ServerName + "&config=" + escape(text)
	return []string{"cursor://anysphere.cursor-deeplink/mcp/install" + query, "https://cursor.com/en/install-mcp" + query}
}

// escape is encodeURIComponent. Hosts do not read + as a space.
func escape(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// encode writes JSON for people: < and > stay. It takes values that cannot fail:
// strings and booleans, and lists, maps and structs of them.
func encode(v any, prefix, unit string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent(prefix, unit)
	_ = enc.Encode(v)
	return strings.TrimSuffix(b.String(), "\n")
}
