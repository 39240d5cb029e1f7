package terminal

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Tool is a tool's definition, as far as a person needs it.
type Tool struct {
	Name, Description string
	InputSchema       struct {
		Properties json.RawMessage
		Required   []string
	}
}

// Tools reads the result of tools/list.
func Tools(definitions []byte) ([]Tool, error) {
	var result struct{ Tools []Tool }
	if err := json.Unmarshal(definitions, &result); err != nil {
		return nil, fmt.Errorf("terminal: read the tools: %w", err)
	}
	return result.Tools, nil
}

// ShowTools writes a short list of tools.
func ShowTools(w io.Writer, columns int, tools []Tool) error {
	for _, t := range tools {
		arguments, err := t.arguments()
		if err != nil {
			return err
		}
		var names []string
		for _, a := range arguments {
			names = append(names, a.name)
		}
		first, _, _ := strings.Cut(t.Description, ". ")
		_, err = fmt.Fprintf(w, "%s\n  %s\n  %s\n\n", t.Name,
			Wrap(strings.TrimSuffix(first, ".")+".", columns-2, "  "), Wrap("Arguments: "+cmp.Or(strings.Join(names, ", "), "none"), columns-2, "  "))
		if err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(w, "More of one: scenario-mcp help TOOL. As an assistant sees them: -json.")
	return err
}

// ShowTool writes all that a person needs to call a tool.
func ShowTool(w io.Writer, columns int, t Tool) error {
	arguments, err := t.arguments()
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "Usage: scenario-mcp call %s [key=value ...]\n\n%s\n\nArguments\n", t.Name, Wrap(t.Description, columns, "")); err != nil {
		return err
	}
	widest := 0
	for _, a := range arguments {
		widest = max(widest, len(a.name))
	}
	for _, a := range arguments {
		if _, err := io.WriteString(w, labeled("  ", a.name, widest, a.text, columns)); err != nil {
			return err
		}
	}
	return nil
}

// argument is a tool's argument, and what is said of it.
type argument struct{ name, text string }

func (t Tool) arguments() (arguments []argument, err error) {
	members, err := membersOf(t.InputSchema.Properties)
	if err != nil {
		return nil, fmt.Errorf("terminal: read the arguments of %s: %w", t.Name, err)
	}
	for _, m := range members {
		var s struct {
			Type, Description string
			Enum              []string
			Default           json.RawMessage
			Minimum, Maximum  *int
		}
		if err := json.Unmarshal(m.value, &s); err != nil {
			return nil, fmt.Errorf("terminal: read the argument %s of %s: %w", m.name, t.Name, err)
		}
		words := map[string]string{"array": "words between commas", "integer": "a number", "boolean": "true or false", "string": "text"}[s.Type]
		if len(s.Enum) > 0 {
			words = strings.Join(s.Enum, " | ")
		}
		switch {
		case s.Minimum != nil && s.Maximum != nil:
			words = fmt.Sprintf("%d to %d", *s.Minimum, *s.Maximum)
		case s.Minimum != nil:
			words = fmt.Sprintf("%d or more", *s.Minimum)
		case s.Maximum != nil:
			words = fmt.Sprintf("up to %d", *s.Maximum)
		}
		if slices.Contains(t.InputSchema.Required, m.name) {
			words += ", required"
		}
		if s.Default != nil {
			words += fmt.Sprintf(" (%s)", strings.Trim(string(s.Default), `"`))
		}
		if s.Description != "" {
			words += "; " + s.Description
		}
		arguments = append(arguments, argument{m.name, words})
	}
	return arguments, nil
}
