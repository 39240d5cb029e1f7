package tools

import (
	"context"
	"embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// The gallery lets a person choose by eye: a page of the MCP Apps extension
// that a host shows beside the answers of the tools in galleryTools. Hosts that
// did not declare the extension see nothing of it, and models never do: what
// only the page needs is in the _meta of a result (galleryData).

const (
	appsExtension = "io.modelcontextprotocol/ui"
	appMIMEType   = "text/html;profile=mcp-app"
	galleryURI    = "ui://scenario/gallery.html"
	galleryKey    = "scenario/gallery" // of a result's _meta
)

//go:embed gallery
var galleryFiles embed.FS

// galleryPage returns the page in one piece. {{name}} in page.html is another file.
func galleryPage() string {
	read := func(name string) string {
		b, err := galleryFiles.ReadFile("gallery/" + name)
		if err != nil {
			panic("tools: " + err.Error()) // it is part of the program
		}
		return string(b)
	}
	return regexp.MustCompile(`\{\{.+\}\}\n`).ReplaceAllStringFunc(read("page.html"), func(place string) string {
		return read(strings.Trim(place, "{}\n"))
	})
}

func galleryTools() []string {
	return []string{"list_private_models", "list_public_models", "search_models"}
}

// rendersApps reports whether the host behind a request declared the extension:
// in the request itself in the stateless era, else when it introduced itself.
func rendersApps(ctx context.Context) bool {
	var declared mcp.ClientCapabilities
	if info := server.RequestProtocolInfoFromContext(ctx); info != nil && info.Modern {
		if info.ClientCapabilities != nil {
			declared = *info.ClientCapabilities
		}
	} else if session, ok := server.ClientSessionFromContext(ctx).(server.SessionWithClientInfo); ok {
		declared = session.GetClientCapabilities()
	}
	settings, ok := declared.Extensions[appsExtension].(map[string]any)
	if !ok {
		return false
	}
	// Some hosts leave the list out; there is one type so far.
	types, ok := settings["mimeTypes"].([]any)
	return !ok || slices.Contains(types, any(appMIMEType))
}

// galleryHooks add the gallery to what hosts with the extension are told, and
// take it from what the others are.
func galleryHooks() *server.Hooks {
	extension := map[string]any{appsExtension: map[string]any{}}
	hooks := new(server.Hooks)
	hooks.AddAfterInitialize(func(ctx context.Context, _ any, _ *mcp.InitializeRequest, result *mcp.InitializeResult) {
		if rendersApps(ctx) {
			result.Capabilities.Extensions = extension
		}
	})
	hooks.AddAfterDiscover(func(ctx context.Context, _ any, _ *mcp.DiscoverRequest, result *mcp.DiscoverResult) {
		if rendersApps(ctx) {
			result.Capabilities.Extensions = extension
		}
	})
	hooks.AddAfterListTools(func(ctx context.Context, _ any, _ *mcp.ListToolsRequest, result *mcp.ListToolsResult) {
		if !rendersApps(ctx) {
			return
		}
		for i, t := range result.Tools {
			if slices.Contains(galleryTools(), t.Name) {
				result.Tools[i].Meta = &mcp.Meta{AdditionalFields: map[string]any{
					"ui": map[string]any{"resourceUri": galleryURI},
				}}
			}
		}
	})
	hooks.AddAfterListResources(func(ctx context.Context, _ any, _ *mcp.ListResourcesRequest, result *mcp.ListResourcesResult) {
		if !rendersApps(ctx) {
			result.Resources = slices.DeleteFunc(result.Resources, func(r mcp.Resource) bool { return r.URI == galleryURI })
		}
	})
	return hooks
}

// addGallery serves the page. It may load pictures from the one origin that
// they have, and nothing else from anywhere.
func (s *service) addGallery(srv *server.MCPServer) {
	origins := []string{}
	if origin := s.pictures.Origin(); origin != "" {
		origins = append(origins, origin)
	}
	meta := map[string]any{"ui": map[string]any{
		"csp":           map[string]any{"connectDomains": []string{}, "resourceDomains": origins},
		"prefersBorder": true,
	}}
	page := sync.OnceValue(galleryPage)
	srv.AddResource(mcp.NewResource(galleryURI, "gallery",
		mcp.WithResourceDescription("Models as cards with pictures, to choose one by eye."),
		mcp.WithMIMEType(appMIMEType),
	), func(ctx context.Context, req mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
		if !rendersApps(ctx) {
			// In the library's words for a resource that is not there.
			return nil, fmt.Errorf("handler not found for resource URI '%s': %w", req.Params.URI, server.ErrResourceNotFound)
		}
		return []mcp.ResourceContents{mcp.TextResourceContents{
			URI: galleryURI, MIMEType: appMIMEType, Text: page(), Meta: meta,
		}}, nil
	})
}
