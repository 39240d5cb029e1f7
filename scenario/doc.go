// Package scenario is a small client of the Scenario model API.
//
// [Client.Pages] walks over a whole list and knows every way the service has of
// paging. [Client.Model] reads one model, and [Client.Search] asks the service's
// own search. [Client.Probe] finds out how the service behaves.
//
// Requests are retried where a retry can help. What is read is bounded. Every
// failure is an [*Error], whose [Kind] says what happened.
//
// Rows are decoded leniently into the lean [Model]. A field of the wrong type is
// empty, and a row that cannot be read is counted. An answer of the wrong shape
// is an error, never an empty list.
//
// All text from the service is written by strangers. What leaves this package of
// it, error texts included, has passed [Clean]. The credentials are taken out of
// it, in whatever form the service sends them back. They leave the package in
// one header only, to the host they belong to.
package scenario
