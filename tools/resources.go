package tools

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/tools/stdio"
)

// What a host offers a person to pick from: models as resources, a prompt that
// leads to one model, and completion for the arguments of both.

const (
	modelTemplate = "scenario://models/{id}"
	pickPrompt    = "pick_model"
)

//go:embed pick_model.md
var pickText string

func (s *service) addContext(srv *server.MCPServer) {
	srv.AddResourceTemplate(mcp.NewResourceTemplate(modelTemplate, "model",
		mcp.WithTemplateTitle("Scenario model"),
		mcp.WithTemplateDescription("One model with its input parameters, as get_models tells it."),
		mcp.WithTemplateMIMEType("application/json"),
	), s.readModel)
	srv.AddPrompt(mcp.NewPrompt(pickPrompt,
		mcp.WithPromptDescription("Find the Scenario model for a task, step by step."),
		mcp.WithArgument("task", mcp.ArgumentDescription("what the model is for, in plain words"), mcp.RequiredArgument()),
		mcp.WithArgument("plan", mcp.ArgumentDescription("the Scenario plan you have: "+strings.Join(planNames, ", "))),
		mcp.WithArgument("tag", mcp.ArgumentDescription("a tag the model must have")),
	), pickModel)
}

// codeErrors is a hook that tells requests for what is not there, or with
// arguments that will not do, from failures.
func codeErrors(ctx context.Context, _ any, method mcp.MCPMethod, _ any, err error) {
	modern := mcp.IsModernProtocol(server.RequestProtocolVersion(ctx))
	switch {
	case errors.Is(err, server.ErrResourceNotFound) && !modern:
		stdio.SetErrorCode(ctx, mcp.RESOURCE_NOT_FOUND)
	case errors.Is(err, server.ErrResourceNotFound), method == mcp.MethodPromptsGet, method == mcp.MethodCompletionComplete:
		stdio.SetErrorCode(ctx, mcp.INVALID_PARAMS)
	}
}

// readModel answers scenario://models/{id} with what get_models tells of it.
func (s *service) readModel(ctx context.Context, req mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	release, err := s.memory.holdDetails(ctx, 1)
	if err != nil {
		return nil, errors.New(explain(err))
	}
	defer release()
	f := s.findOne(ctx, req.Params.URI)
	switch {
	case f.missing != nil:
		return nil, fmt.Errorf("%w: %s", server.ErrResourceNotFound, missingText(*f.missing))
	case f.detail == nil:
		return nil, errors.New(explain(f.err))
	}
	c := new(call)
	if f.err != nil {
		c.notes.warn(warning{what: "inputs are missing", because: reason(f.err)})
	}
	return []mcp.ResourceContents{mcp.TextResourceContents{
		URI:      req.Params.URI,
		MIMEType: "application/json",
		Text:     string(s.fit([]*scenario.Detail{f.detail}, details{}, nil, c)),
	}}, nil
}

// pickModel leads an assistant from a task to one model.
func pickModel(_ context.Context, req mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
	arg := func(name string) string { return scenario.Clean(req.Params.Arguments[name], 1000) }
	task := arg("task")
	if task == "" {
		return nil, errors.New("the prompt needs a task: what the model is for, in plain words")
	}
	limits := ""
	if plan := arg("plan"); plan != "" {
		if planOf(plan) == nil {
			return nil, fmt.Errorf("there is no plan %s; use one of: %s", quote(plan), strings.Join(planNames, ", "))
		}
		limits += fmt.Sprintf(" Pass plan %q to every list and search: nothing above it can be run.", strings.ToLower(plan))
	}
	if tag := arg("tag"); tag != "" {
		limits += fmt.Sprintf(" Pass tags [%q] as well.", tag)
	}
	text := strings.NewReplacer("{task}", task, "{limits}", limits).Replace(strings.TrimSpace(pickText))
	return mcp.NewGetPromptResult("Find the Scenario model for a task.", []mcp.PromptMessage{
		mcp.NewPromptMessage(mcp.RoleUser, mcp.NewTextContent(text)),
	}), nil
}

// completer completes arguments of the prompt and of the resource template.
type completer struct{ *service }

const (
	maxCompletions = 100 // the protocol's bound
	// A person is typing: what is not there by then comes with a later letter.
	completionTime = 10 * time.Second
)

// CompletePromptArgument completes plans and tags.
func (s completer) CompletePromptArgument(ctx context.Context, prompt string, arg mcp.CompleteArgument, _ mcp.CompleteContext) (*mcp.Completion, error) {
	if prompt != pickPrompt {
		return nil, fmt.Errorf("there is no prompt %s", quote(prompt))
	}
	switch arg.Name {
	case "plan":
		return completion(slices.DeleteFunc(slices.Clone(planNames), func(p string) bool {
			return !strings.HasPrefix(p, catalog.Fold(arg.Value))
		})), nil
	case "tag":
		c := new(call)
		defer c.looked()
		tags := catalog.Containing(s.atHand(ctx, c).Terms(catalog.Tags), arg.Value)
		return completion(mapped(tags, func(t catalog.Term) string { return t.Name })), nil
	}
	return completion(nil), nil
}

// CompleteResourceArgument completes a model's id, from its id or name.
func (s completer) CompleteResourceArgument(ctx context.Context, uri string, arg mcp.CompleteArgument, _ mcp.CompleteContext) (*mcp.Completion, error) {
	if uri != modelTemplate {
		return nil, fmt.Errorf("there is no resource template %s", quote(uri))
	}
	c := new(call)
	defer c.looked()
	var models []*scenario.Model
	if arg.Name == "id" {
		models = s.atHand(ctx, c).Beginning(arg.Value)
	}
	return completion(mapped(models, func(m *scenario.Model) string { return m.ID })), nil
}

// atHand returns the lists, read if need be; without what cannot be had soon.
func (s completer) atHand(ctx context.Context, c *call) *catalog.Lists {
	ctx, cancel := context.WithTimeout(ctx, min(s.timeout, completionTime))
	defer cancel()
	lists, err := s.lists(ctx, c, "all", catalog.Request{Resume: true})
	if err != nil {
		s.log.DebugContext(ctx, "completion", "cause", err)
		return catalog.NewLists()
	}
	return lists
}

func completion(values []string) *mcp.Completion {
	shown := values[:min(len(values), maxCompletions)]
	return &mcp.Completion{Values: shown, Total: len(values), HasMore: len(values) > len(shown)}
}
