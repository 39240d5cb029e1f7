package config

import "github.com/sethvargo/go-envconfig"

const httpToken = "SCENARIO_HTTP_TOKEN"

// HTTPVariables returns the variables that only a server for many reads: a host
// that starts the program for one person has no use for them.
func HTTPVariables() []Variable { return variablesOf(httpRules()) }

func httpRules() []rule {
	return []rule{
		{Variable{Name: httpToken, Values: "text", Secret: true,
			Description: "token that callers of scenario-mcp http must send, where it serves them with this account"}, checkSecret},
		{Variable{Name: httpToken + fileSuffix, Values: "absolute path",
			Description: "file that holds the token, in place of " + httpToken}, checkPath},
	}
}

// HTTPToken returns the token that callers must send, given by value or by file;
// the empty secret if there is none. An error is an *[Error].
func HTTPToken(l envconfig.Lookuper, readFile func(name string) ([]byte, error)) (Secret, error) {
	env := &environment{base: l, rules: httpRules(), right: map[string]bool{}}
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
