// Package fakeapi is the Scenario model API in memory, served over real HTTP.
//
// It exists so that everything above it can be tried without an account and
// without a network: the tests and benchmarks of the client talk to it, and so
// does the program itself when started with -demo. It speaks JSON as the
// service does and shares no type with the client, so a misreading on one side
// cannot hide behind the same misreading on the other.
//
// # Starting one
//
//	public, private := fakeapi.Sample()
//	api := fakeapi.New(fakeapi.Options{Public: public, Private: private})
//	base, err := api.Start() // "http://127.0.0.1:41234/v1"
//	if err != nil { … }
//	defer api.Close()
//
// A [Server] is also an [net/http.Handler], to be mounted elsewhere. To have
// one in a terminal, run the command beside this package:
//
//	go run ./scenario/fakeapi/serve -models 709 -latency 100ms -fault status@2,status=503
//
// # What it serves
//
//	GET  /v1/models                   own models; privacy=public for the public ones
//	GET  /v1/models/public            the public catalog
//	GET  /v1/models/{id}              one model with inputs and uiConfig
//	GET  /v1/models/{id}/description  its description in Markdown
//	POST /v1/models/get-bulk          {"modelIds": […]}
//	POST /v1/search/models            {"query": …, "public": …, "limit": …, "offset": …}
//	GET  /v1/tags, /v1/collections    of the own models only
//	GET  /cdn/thumbnails/{assetId}    pictures, without credentials
//
// Anything else answers as an API gateway does, 403 with
// {"message":"Missing Authentication Token"}. All of /v1 wants Basic
// credentials; see [Options] for which.
//
// # Two dialects
//
// What is published about the service disagrees with itself, so there are two
// modes, and a client must be right in both.
//
// [Real] is the API reference and what was recorded of the live service:
// pageSize (1..500; 100 unless told, 50 on the public route) and an opaque
// paginationToken, which is absent after the last row. limit and offset are
// ignored. tags is a comma-separated OR of exact, case-sensitive names, applied
// to public lists only; with [Options.SCTagsMatchNothing] names that start with
// "sc:" match nothing there, as was seen. An unknown status is ignored and
// brings deleted models too; without a status those are left out.
//
// [Guide] is the vendor's help-center guide: limit (20 unless told) and offset;
// a nextPaginationToken that leads nowhere, because paginationToken is ignored;
// thumbnailUrl in place of thumbnail{}; types "checkpoint" and "lora". The
// server translates rows itself, so the same lists serve both modes.
//
// Sorting and date bounds are accepted and have no effect: rows come in the
// order they were given.
//
// # Rows
//
// A [Row] is a JSON object as a Go map, so a test can serve any nonsense it
// likes: a nil Row is a null row, and a value may be of any type or a
// [encoding/json.RawMessage]. The keys "inputs", "uiConfig" and "description"
// (Markdown) never appear in lists; they answer the routes of one model, and
// are made up from the capabilities where a row has none.
//
// [Sample] is a small invented catalog for people to browse; every name in it
// starts with "Sample", every id with "model_sample-". [Generate] makes catalogs
// of any size with rows as heavy as the service's: the same seed gives the same
// bytes, and a longer catalog starts with the shorter one.
//
// The first picture of a sample model is a file in sample/: JPEG, PNG, GIF or
// WebP. Every other picture is a pattern with the model's initials.
//
// # Faults
//
// A [Fault] spoils one list request, or every one:
//
//	api.SetFaults(
//		fakeapi.Fault{On: 1, Kind: fakeapi.FaultStatus, Status: 429, RetryAfter: "2"},
//		fakeapi.Fault{On: 3, Kind: fakeapi.FaultCut},
//	)
//
// Requests are counted from the last [Server.SetFaults] (or [New]); requests to
// both list routes count, also those that find no public route or carry no
// credentials. [Fault.Path] aims at other routes. See [FaultKind] for the kinds.
//
// # Looking on
//
// [Server.Requests] tells what was asked: path, parameters, whether credentials
// were sent and right, but never the credentials themselves.
// [Server.Update] changes anything between two requests, which is how a test
// tells a catalog that grew from one that did not.
//
// # In benchmarks
//
// Pages are marshaled and compressed once and then sent from memory, so after
// a first walk the server costs little beside the client under measurement (that
// first walk takes seconds at 70,000 models: make one before the clock starts).
// Serve from a process of its own to keep its heap out of the numbers.
package fakeapi
