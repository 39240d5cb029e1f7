package main

import (
	"strings"

	"github.com/sethvargo/go-envconfig"

	"scenario-mcp/config"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/scenario/fakeapi"
	"scenario-mcp/scenario/pictures"
)

// source is where the program's settings and models come from.
type source struct {
	env      envconfig.Lookuper
	pictures pictures.Options
	pages    string // see [tools.Options]
	disk     func(*config.Config) (keep *catalog.Disk, where string)
	close    func()
}

// liveSource is the process's environment, and the vendor's pictures and web app.
func liveSource() source {
	return source{env: envconfig.OsLookuper(), pages: "https://app.scenario.com/models/", disk: newDisk, close: func() {}}
}

func newSource(demo bool) (source, error) {
	if demo {
		return startDemo()
	}
	return liveSource(), nil
}

// startDemo starts the fake API with its sample catalog.
func startDemo() (source, error) {
	public, private := fakeapi.Sample()
	fake := fakeapi.New(fakeapi.Options{Public: public, Private: private})
	base, err := fake.Start()
	if err != nil {
		return source{}, err
	}
	return source{
		env:      demoEnv(base),
		pictures: pictures.Options{Base: strings.TrimSuffix(base, "/v1") + "/cdn", AllowLoopback: true},
		disk:     func(*config.Config) (*catalog.Disk, string) { return nil, "not kept between sessions, being a sample" },
		close:    fake.Close,
	}, nil
}

// demoEnv is the process's environment, but for the account: the fake API's
// address, and credentials that are none. No text of a sample holds them, for
// credentials are taken out of what is shown.
func demoEnv(base string) envconfig.Lookuper {
	return envconfig.MultiLookuper(envconfig.MapLookuper(map[string]string{
		"SCENARIO_BASE_URL": base,
		"SCENARIO_API_KEY":  "no-key-at-all", "SCENARIO_API_KEY_FILE": "",
		"SCENARIO_API_SECRET": "no-secret-at-all", "SCENARIO_API_SECRET_FILE": "",
	}), envconfig.OsLookuper())
}
