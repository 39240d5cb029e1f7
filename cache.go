package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/sethvargo/go-envconfig"

	"scenario-mcp/config"
	"scenario-mcp/scenario/catalog"
)

// cacheFolder returns where public lists are kept between processes, by the
// value of SCENARIO_CACHE_DIR: a folder of the program's own in the one that is
// set, or in the user's cache folder. "" is nowhere; the error says why.
func cacheFolder(setting string) (string, error) {
	if strings.EqualFold(setting, config.CacheOff) {
		return "", nil
	}
	if setting == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("this user has no cache folder: %w; set SCENARIO_CACHE_DIR", err)
		}
		setting = base
	}
	return filepath.Join(setting, "scenario-mcp"), nil
}

// newDisk returns what keeps the public list of an account, nil where none is,
// and says where in the words of a report.
func newDisk(cfg *config.Config) (disk *catalog.Disk, where string) {
	dir, err := cacheFolder(cfg.CacheDir)
	switch {
	case err != nil:
		return nil, "not kept between sessions: " + err.Error()
	case dir == "":
		return nil, "not kept between sessions, as SCENARIO_CACHE_DIR says"
	}
	where = dir
	if home, err := os.UserHomeDir(); err == nil {
		if rest, ok := strings.CutPrefix(dir, home+string(filepath.Separator)); ok {
			where = filepath.Join("~", rest) // a report need not tell the user's name
		}
	}
	return catalog.NewDisk(dir, cfg.BaseURL, cfg.APIKey.Reveal()), "kept between sessions in " + where
}

// cache says where public lists are kept, or removes them. It needs no valid
// environment.
func cache(remove bool, env envconfig.Lookuper, stdout io.Writer) error {
	setting, _ := env.Lookup("SCENARIO_CACHE_DIR")
	dir, err := cacheFolder(strings.TrimSpace(setting))
	if err != nil {
		return err
	}
	switch {
	case remove:
		n, err := catalog.ClearDisk(dir)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(stdout, "removed %d from %s\n", n, dir)
		return err
	case dir == "":
		_, err = fmt.Fprintln(stdout, "off: no list is kept")
	default:
		_, err = fmt.Fprintln(stdout, dir)
	}
	return err
}
