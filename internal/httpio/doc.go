// Package httpio is how the edges speak HTTP: bodies in, bodies and problems
// out, and the headers every answer carries.
//
// What it guarantees:
//
//   - One table from kinds of fault to status codes, see Status.
//   - Errors leave as RFC 9457 problem documents. An internal error says nothing
//     about itself but the reference under which it is in the log.
//   - Every reader of a body is bounded, and what is wrong is named by field;
//     all bad fields at once, where that can be known.
//   - SafeRedirect never leaves the site; Attachment never lets a browser run
//     what somebody uploaded.
//
// What it deliberately does not do: it has no routes, no sessions, no rights and
// no sentences of its own beyond English defaults: the edge hands a Tongue in.
//
// How to test: go test ./internal/httpio; the readers have fuzz targets, for
// example go test -fuzz FuzzForm ./internal/httpio.
package httpio
