// Package terminal shows what the tools answer to a person at a terminal: rows as
// a table that fits the width, and models and vocabularies as pages. It reads the
// JSON that hosts get, so a tool has one implementation.
//
// A file each: table has the rows of lists and searches, page all other answers,
// definitions what the tools take, and text the fitting of words into columns.
package terminal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Show writes the answer of a tool, a JSON object, in lines of at most so
// many columns. What cannot be broken, such as an id, may be longer.
func Show(w io.Writer, columns int, answer []byte) error {
	var b bytes.Buffer
	var shape struct{ Total *int }
	err := json.Unmarshal(answer, &shape)
	if err == nil && shape.Total != nil {
		err = writeTable(&b, columns, answer)
	} else if err == nil {
		err = writePage(&b, columns, answer)
	}
	if err != nil {
		return fmt.Errorf("terminal: show the answer: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}
