// Package tools is everything an assistant sees: the tools' definitions, their
// arguments, answers and errors, the server's instructions, and the stdio loop
// that carries them.
//
// A tool is a plain function from checked arguments to an answer; only
// [define] knows both it and MCP. Every tool is sent to the model with each
// request, so names, descriptions and answers are kept short and are tested
// for their size in tokens.
package tools

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"scenario-mcp/scenario"
	"scenario-mcp/scenario/catalog"
	"scenario-mcp/tools/stdio"
)

// API is what the tools ask of the service beside its lists;
// [scenario.Client] is one.
type API interface {
	Model(ctx context.Context, id string) (*scenario.Detail, error)
	Examples(ctx context.Context, id string) ([]scenario.Example, error)
	About(ctx context.Context, id string) (string, error)
	Search(ctx context.Context, scope scenario.Scope, text string, limit int) (ids []string, err error)
}

// Options are what the tools work with. Catalog and API are required.
type Options struct {
	Catalog *catalog.Catalog
	API     API
	// Pictures is where show_models gets pictures; nil: none has one.
	Pictures Pictures
	// Pages is how the address of a model's page begins, for people; "": none
	// has one.
	Pages string
	// Memory bounds what calls hold, together with other servers'; nil: alone.
	Memory *Memory
	// Log gets one line per tool call; nil discards it.
	Log *slog.Logger
	// CallTimeout bounds one tool call in all, retries included; 0: 45 s.
	CallTimeout time.Duration
	// Version is told to hosts; "" is "dev".
	Version string
	// ForPerson is true where a person makes the calls: a failure then says what
	// to do, not what to tell a user.
	ForPerson bool
}

// service is what the handlers share.
type service struct {
	catalog  *catalog.Catalog
	api      API
	semantic *semantic
	pictures Pictures
	pages    string
	memory   *Memory
	log      *slog.Logger
	timeout  time.Duration
	explain  func(error) string // words a failure for who reads it
}

//go:embed instructions.md
var instructions string

// NewServer returns the MCP server with all tools. It does no network work
// before the first call of a tool.
func NewServer(o Options) *server.MCPServer {
	s := &service{
		catalog: o.Catalog, api: o.API, pages: o.Pages, explain: explain,
		memory:   cmp.Or(o.Memory, NewMemory()),
		pictures: cmp.Or[Pictures](o.Pictures, noPictures{}),
		log:      cmp.Or(o.Log, slog.New(slog.DiscardHandler)),
		timeout:  cmp.Or(o.CallTimeout, 45*time.Second),
	}
	if o.ForPerson {
		s.explain = explainToPerson
	}
	s.semantic = &semantic{api: o.API, timeout: s.timeout}
	var srv *server.MCPServer
	hooks := galleryHooks()
	hooks.AddOnError(codeErrors)
	// The tools are made when they are first asked for: it takes longer than
	// all else before the answer to initialize, which the host waits for.
	addTools := sync.OnceFunc(func() {
		for _, t := range []tool{
			s.searchTool(),
			s.listTool(scenario.Private),
			s.listTool(scenario.Public),
			s.getTool(),
			s.showTool(),
			s.tagsTool(),
		} {
			srv.AddTool(t.definition, s.handler(t))
		}
	})
	hooks.AddBeforeListTools(func(context.Context, any, *mcp.ListToolsRequest) { addTools() })
	hooks.AddBeforeCallTool(func(context.Context, any, *mcp.CallToolRequest) { addTools() })
	srv = server.NewMCPServer("scenario-mcp", cmp.Or(o.Version, "dev"),
		server.WithTitle("Scenario models"),
		server.WithInstructions(strings.TrimSpace(instructions)),
		server.WithToolCapabilities(false),
		server.WithResourceCapabilities(false, false),
		server.WithPromptCapabilities(false),
		server.WithCompletions(),
		server.WithHooks(hooks),
		server.WithPromptCompletionProvider(completer{s}),
		server.WithResourceCompletionProvider(completer{s}),
	)
	s.addContext(srv)
	s.addGallery(srv)
	return srv
}

// tool is a definition and what it runs.
type tool struct {
	definition mcp.Tool
	run        func(ctx context.Context, c *call, arguments json.RawMessage) (*mcp.CallToolResult, error)
}

// call is one tool call under way: what a handler may say besides its answer.
type call struct {
	notes    notes
	rows     int              // models in the answer, for the log
	progress func(models int) // nil when the host did not ask for progress
	gallery  *galleryData     // nil when the host shows none
	turn     func()           // gives back the turn that look took; nil when there is none
}

// define makes a tool of a handler. The handler's answer is compact JSON, which
// becomes the text and the structured content alike; outputSchema must hold for
// it. An error becomes a tool error that says what [explain] makes of it.
func define[A any](
	name, title, description, outputSchema string,
	params []param[A], defaults A,
	handle func(context.Context, *call, A) (json.RawMessage, error),
) tool {
	return newTool(name, title, description, params, defaults,
		func(ctx context.Context, c *call, args A) (*mcp.CallToolResult, error) {
			answer, err := handle(ctx, c, args)
			if err != nil {
				return nil, err
			}
			return mcp.NewToolResultStructured(answer, string(answer)), nil
		},
		mcp.WithRawOutputSchema(json.RawMessage(outputSchema)))
}

// newTool makes a tool of a handler whose answer is content of any kind.
func newTool[A any](
	name, title, description string,
	params []param[A], defaults A,
	handle func(context.Context, *call, A) (*mcp.CallToolResult, error),
	more ...mcp.ToolOption,
) tool {
	options := append([]mcp.ToolOption{
		mcp.WithDescription(description),
		mcp.WithTitleAnnotation(title),
		mcp.WithReadOnlyHintAnnotation(true),
		mcp.WithDestructiveHintAnnotation(false),
		mcp.WithIdempotentHintAnnotation(true),
		mcp.WithOpenWorldHintAnnotation(true),
	}, more...)
	return tool{
		definition: mcp.NewTool(name, append(options, schema(params, defaults)...)...),
		run: func(ctx context.Context, c *call, arguments json.RawMessage) (*mcp.CallToolResult, error) {
			args, bent, err := parse(params, defaults, arguments)
			if err != nil {
				return nil, err
			}
			c.notes.add(bent...)
			return handle(ctx, c, args)
		},
	}
}

// handler adapts a tool to mcp-go.
func (s *service) handler(t tool) server.ToolHandlerFunc {
	return func(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		start := time.Now()
		ctx, cancel := context.WithTimeout(ctx, s.timeout)
		defer cancel()
		var requests atomic.Int64
		ctx = scenario.WithCounter(ctx, &requests)

		c := &call{progress: progress(ctx, req.Params.Meta)}
		defer c.looked()
		if rendersApps(ctx) {
			c.gallery = s.newGalleryData(t.definition.Name)
		}
		answer, err := t.run(ctx, c, req.Params.RawArguments)
		result, end := s.finish(answer, err)
		switch {
		case c.gallery == nil:
		case err == nil:
			said := c.notes.String()
			result.Meta = c.gallery.meta(said, forPeople(said))
		default:
			said := mcp.GetTextFromContent(result.Content[0])
			result.Meta = c.gallery.meta(said, failureForPeople(err, said))
		}
		s.log.LogAttrs(ctx, end.level, "tool call",
			slog.String("tool", t.definition.Name),
			slog.String("outcome", end.name),
			slog.Duration("took", time.Since(start).Round(time.Microsecond)),
			slog.Int("rows", c.rows),
			slog.Int64("requests", requests.Load()))
		if err != nil {
			s.log.DebugContext(ctx, "tool error", "tool", t.definition.Name, "cause", err)
		}
		return result, nil
	}
}

type outcome struct {
	name  string
	level slog.Level
}

// finish makes the result of a call.
func (s *service) finish(result *mcp.CallToolResult, err error) (*mcp.CallToolResult, outcome) {
	bad, isBad := errors.AsType[*argumentError](err)
	switch {
	case err == nil:
		return result, outcome{"ok", slog.LevelInfo}
	case isBad:
		return mcp.NewToolResultError(bad.text), outcome{"bad arguments", slog.LevelInfo}
	case errors.Is(err, context.Canceled):
		return mcp.NewToolResultError("The call was cancelled."), outcome{"cancelled", slog.LevelInfo}
	}
	return mcp.NewToolResultError(s.explain(err)), outcome{"failed", slog.LevelWarn}
}

// progress returns the function that tells the host how far a walk is, nil
// when the host did not ask.
func progress(ctx context.Context, meta *mcp.Meta) func(int) {
	if meta == nil || meta.ProgressToken == nil {
		return nil
	}
	return func(models int) {
		stdio.Notify(ctx, "notifications/progress", map[string]any{
			"progressToken": meta.ProgressToken,
			"progress":      models,
			"message":       counted(models, "model read", "models read"),
		})
	}
}
