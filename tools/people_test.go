package tools

import (
	"os"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"

	"scenario-mcp/scenario"
)

func TestForPeople(t *testing.T) {
	for text, want := range map[string]string{
		"": "",
		`No model knows "pixl". 3 of 20 rows fit into an answer; the rest is at offset 3.`:           `No model knows "pixl".`,
		`Nothing matched these filters. No capability "*2txt"; in use: "txt2img" 8.`:                 "Nothing matched these filters.",
		"4 deprecated matches are hidden.":                                                           "4 retired matches are hidden.",
		"Offset 500 is past the end: 79 models match; start at offset 0.":                            "This is past the end: 79 models match.",
		"This account owns no trained model, which is normal for a new one; use list_public_models.": "This account owns no trained model, which is normal for a new one.",
	} {
		if got := forPeople(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// TestFailureForPeople: a failure is told as on a terminal, and what is unexpected
// without its cause, which may hold anything.
func TestFailureForPeople(t *testing.T) {
	for err, want := range map[error]string{
		&scenario.Error{Kind: scenario.KindTimeout}: explainToPerson(&scenario.Error{Kind: scenario.KindTimeout}),
		os.ErrClosed:           "Something unexpected went wrong inside scenario-mcp; its log on stderr has the cause. Try again.",
		badArgument("Sample."): "Sample.",
	} {
		result, _ := (&service{explain: explain}).finish(nil, err)
		said := mcp.GetTextFromContent(result.Content[0])
		if got := failureForPeople(err, said); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
}
