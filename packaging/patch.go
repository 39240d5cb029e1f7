package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/tailscale/hujson"
)

// change is one operation of a JSON patch (RFC 6902).
type change map[string]any

// replace sets the value of a member, which must be there.
func replace(path string, value any) change {
	return change{"op": "replace", "path": path, "value": value}
}

// patch writes a changed copy of a committed file. Members keep their order.
func patch(name, file string, changes []change) error {
	text, err1 := os.ReadFile(name)
	document, err2 := hujson.Parse(text)
	operations, err3 := json.Marshal(changes)
	if err := errors.Join(err1, err2, err3, document.Patch(operations)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	patched := jsontext.Value(document.Pack())
	if err := patched.Format(jsontext.Multiline(true), jsontext.WithIndent("  ")); err != nil {
		return err
	}
	return os.WriteFile(file, append(patched, '\n'), 0o644)
}
