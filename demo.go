package main

import (
	"os"

	"github.com/sethvargo/go-envconfig"
)

// demoEnv is the environment of -demo: the fake API's address, credentials that
// are none, and of the user's own variables all but those about the account.
func demoEnv(base string) envconfig.Lookuper {
	demo := map[string]string{"SCENARIO_BASE_URL": base, "SCENARIO_API_KEY": "demo", "SCENARIO_API_SECRET": "demo"}
	return lookupFunc(func(name string) (string, bool) {
		switch name {
		case "SCENARIO_BASE_URL", "SCENARIO_API_KEY", "SCENARIO_API_SECRET":
			return demo[name], true
		case "SCENARIO_API_KEY_FILE", "SCENARIO_API_SECRET_FILE":
			return "", false
		}
		return os.LookupEnv(name)
	})
}

type lookupFunc func(string) (string, bool)

func (f lookupFunc) Lookup(name string) (string, bool) { return f(name) }
