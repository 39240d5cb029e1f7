package config_test

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sethvargo/go-envconfig"

	"scenario-mcp/config"
)

func TestHTTPToken(t *testing.T) {
	absolute := func(name string) string {
		path, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	token, none := absolute("token"), absolute("none")
	read := func(name string) ([]byte, error) {
		if name == token {
			return []byte("from-file\r\n"), nil
		}
		return nil, fs.ErrNotExist
	}
	for _, tt := range []struct {
		value, file string
		want        string
		problem     string
	}{
		{},
		{value: " ", file: " "},
		{value: "by-value", want: "by-value"},
		{file: token, want: "from-file"},
		{value: "by-value", file: token, problem: "SCENARIO_HTTP_TOKEN_FILE: set together with SCENARIO_HTTP_TOKEN; keep one of the two"},
		{value: "two words", problem: "SCENARIO_HTTP_TOKEN: has white space, a control character or a letter outside ASCII in it; copy it again"},
		{file: "token", problem: "SCENARIO_HTTP_TOKEN_FILE: not an absolute path; write the whole path of a file that holds the value"},
		{file: none, problem: fmt.Sprintf("SCENARIO_HTTP_TOKEN_FILE: cannot read %q: file does not exist", none)},
	} {
		env := envconfig.MapLookuper(map[string]string{"SCENARIO_HTTP_TOKEN": tt.value, "SCENARIO_HTTP_TOKEN_FILE": tt.file})
		got, err := config.HTTPToken(env, read)
		var problems []string
		if wrong, ok := errors.AsType[*config.Error](err); ok {
			problems = wrong.Problems
		}
		if got.Reveal() != tt.want || !slices.Equal(problems, slices.DeleteFunc([]string{tt.problem}, func(s string) bool { return s == "" })) {
			t.Errorf("%q, %q: %q, %v", tt.value, tt.file, got.Reveal(), err)
		}
	}
}

func TestHTTPVariables(t *testing.T) {
	for _, v := range config.HTTPVariables() {
		if slices.ContainsFunc(config.Variables(), func(other config.Variable) bool { return other.Name == v.Name }) {
			t.Errorf("%s is a variable of every server", v.Name)
		}
	}
}
