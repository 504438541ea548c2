// Package http1 reads the heads of HTTP/1.1 requests and writes responses, as a
// pure codec on byte slices. It takes only what is beyond doubt: a request with
// anything unusual about it is [Doubtful], and net/http is to answer it from its
// first byte on.
//
// It is not an HTTP server: it knows no connections, no chunks, no HTTP/1.0, no
// "100 Continue".
package http1
