// Package scenario is a small client of the Scenario model API: the walk over
// a model list, one model's detail, and a probe of how the service behaves.
//
// [Client.Pages] reads a whole list and knows every way the service has of
// paging; [Client.Model] reads one model. Both retry what a retry can help,
// bound everything they read, and fail with an [*Error] whose [Kind] says what
// happened. Rows are decoded leniently into the lean [Model]: a field of the
// wrong type is empty, a row that cannot be read is counted, and an answer of
// the wrong shape is an error, never an empty list.
//
// All text from the service is written by strangers. Whatever leaves this
// package, error texts included, has passed [Clean], and the credentials are
// taken out of it, in whatever form the service sends them back. They leave the
// package in one header only, to the host they belong to.
package scenario
