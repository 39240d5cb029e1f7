package config

import (
	"github.com/sethvargo/go-envconfig"
)

const httpToken = "SCENARIO_HTTP_TOKEN"

// HTTPVariables returns the variables that only a server for many reads: a host
// that starts the program for one person has no use for them.
func HTTPVariables() []Variable {
	return []Variable{
		{Name: httpToken, Values: "text", Secret: true, Description: "token that callers of scenario-mcp http must send, where it serves them with this account"},
		{Name: httpToken + fileSuffix, Values: "absolute path", Description: "file that holds the token, in place of " + httpToken},
	}
}

// HTTPToken returns the token that callers must send, given by value or by file;
// the empty secret if there is none. An error is an *[Error].
func HTTPToken(l envconfig.Lookuper, readFile func(name string) ([]byte, error)) (Secret, error) {
	env := &environment{base: l, right: map[string]bool{}}
	for i, v := range HTTPVariables() {
		env.rules = append(env.rules, rule{v, []func(Variable, string) (string, string){checkSecret, checkPath}[i]})
	}
	value, _ := env.Lookup(httpToken)
	token := NewSecret(value)
	if path, _ := env.Lookup(httpToken + fileSuffix); path != "" {
		token = env.secretFile(httpToken, path, readFile)
	}
	if len(env.problems) > 0 {
		return Secret{}, &Error{Problems: env.problems}
	}
	return token, nil
}
