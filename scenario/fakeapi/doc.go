// Package fakeapi is the Scenario model API in memory, served over real HTTP.
//
// With it, everything above the API can be tried without an account or a
// network. The tests and benchmarks use it, and the program itself with -demo.
// It shares no type with the client, so that no misreading is in both.
//
// # Starting one
//
//	public, private := fakeapi.Sample()
//	api := fakeapi.New(fakeapi.Options{Public: public, Private: private})
//	base, err := api.Start() // "http://127.0.0.1:41234/v1"
//	if err != nil { … }
//	defer api.Close()
//
// A [Server] is also an [net/http.Handler], to be mounted elsewhere. The
// command beside this package runs one in a terminal:
//
//	go run ./scenario/fakeapi/serve -models 709 -latency 100ms -fault status@2,status=503
//
// # What it serves
//
//	GET  /v1/models                   own models; privacy=public for the public ones
//	GET  /v1/models/public            the public catalog
//	GET  /v1/models/{id}              one model with inputs and uiConfig
//	GET  /v1/models/{id}/description  its description in Markdown
//	GET  /v1/models/{id}/examples     how its first pictures were made
//	POST /v1/search/models            {"query": …, "public": …, "limit": …, "offset": …}
//	POST /v1/generate/custom/{id}     checks names, types and bounds of the inputs; makes nothing
//	GET  /cdn/thumbnails/{assetId}    pictures, without credentials
//
// Every other path is answered as an API gateway does: 403 with
// {"message":"Missing Authentication Token"}. All of /v1 wants Basic
// credentials; [Options] says which.
//
// # Two dialects
//
// What is published about the service disagrees with itself. So there are two
// modes, and a client must be right in both.
//
// [Real] is the API reference and what was recorded of the live service.
//   - pageSize is 1 to 500. Unless told, it is 100, and 50 on the public route.
//   - An opaque paginationToken leads on. The last page has none.
//   - limit and offset are ignored.
//   - tags is a comma-separated OR of exact, case-sensitive names, applied to
//     public lists only. [Options.SCTagsMatchNothing] is what was seen: names
//     that start with "sc:" match nothing.
//   - An unknown status is ignored. Without a status, deleted models are left out.
//
// [Guide] is the vendor's help-center guide.
//   - limit is 20 unless told, and offset leads on.
//   - nextPaginationToken leads nowhere, because paginationToken is ignored.
//   - thumbnailUrl stands in place of thumbnail{}.
//   - Types are "checkpoint" and "lora".
//
// The server translates rows itself, so the same lists serve both modes.
// Sorting and date bounds are accepted and change nothing: rows come in the
// order they were given.
//
// # Rows
//
// A [Row] is a JSON object as a Go map, so a test can serve any nonsense. The
// keys "inputs", "uiConfig", "description" (Markdown) and "examples" never appear
// in lists. They answer the routes of one model; a row without them gets made-up ones.
//
// [Sample] is a small invented catalog for people to browse. [Generate] makes
// catalogs of any size with rows as heavy as the service's.
//
// The first picture of a sample model is a file in sample/: JPEG, PNG, GIF or
// WebP. Every other picture is a pattern with the model's initials.
//
// # Faults
//
// A [Fault] changes the answer to one list request, or to every one:
//
//	api.SetFaults(
//		fakeapi.Fault{On: 1, Kind: fakeapi.FaultStatus, Status: 429, RetryAfter: "2"},
//		fakeapi.Fault{On: 3, Kind: fakeapi.FaultCut},
//	)
//
// Requests are counted from the last [Server.SetFaults] (or [New]). Every request
// to a list route counts, whatever its answer. [Fault.Path] aims at other routes.
// [FaultKind] lists the kinds.
//
// # The log
//
// [Server.Requests] says what was asked: path, parameters, and whether
// credentials were sent and right. The credentials themselves are not kept.
//
// # In benchmarks
//
// Pages are marshaled and compressed once and then sent from memory. So make a
// first walk before the clock starts: at 70,000 models it takes seconds. Serve
// from another process to keep the server's heap out of the numbers.
package fakeapi
