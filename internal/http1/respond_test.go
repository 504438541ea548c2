package http1

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAppendRefusal(t *testing.T) {
	for _, test := range []struct {
		name   string
		status int
		body   string
		want   string
	}{
		{"error", 502, "body", "HTTP/1.1 502 Bad Gateway\r\nX: y\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody"},
		{"redirect", 301, "", "HTTP/1.1 301 Moved Permanently\r\nX: y\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
		{"no body allowed", 304, "body", "HTTP/1.1 304 Not Modified\r\nX: y\r\nConnection: close\r\n\r\n"},
		{"success is no rejection", 200, "body", "HTTP/1.1 500 Internal Server Error\r\nX: y\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody"},
		{"no status at all", 0, "", "HTTP/1.1 500 Internal Server Error\r\nX: y\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
	} {
		if got := string(AppendRefusal(nil, test.status, Header{{"X", "y"}}, []byte(test.body))); got != test.want {
			t.Errorf("%s (-want +got):\n%s", test.name, cmp.Diff(test.want, got))
		}
	}
}

func TestAppendResponse(t *testing.T) {
	date := []byte("Thu, 01 Jan 1970 00:00:00 GMT")
	for _, test := range []struct {
		response Response
		want     string
	}{
		{Response{Status: 200}, "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n"},
		{Response{Status: 204, Body: []byte("none")}, "HTTP/1.1 204 No Content\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n"},
		{Response{Status: 410, Header: Header{{"x-a", "b\r\nc"}}, Body: []byte("{}")},
			"HTTP/1.1 410 Gone\r\nx-a: b  c\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}"},
	} {
		if got := string(test.response.Append(nil, date)); got != test.want {
			t.Errorf("%d (-want +got):\n%s", test.response.Status, cmp.Diff(test.want, got))
		}
	}
}

// A WebSocket is opened as the example of RFC 6455, section 1.3, says, with the
// lines of the handler that are not the handshake's own.
func TestAppendSwitching(t *testing.T) {
	got := string(AppendSwitching([]byte("before"), "dGhlIHNhbXBsZSBub25jZQ==", Header{
		{"upgrade", "h2c"}, {"X", "a\r\nB: c"}, {"not a name", "a"}, {"Sec-WebSocket-Extensions", "permessage-deflate"}}))
	want := "beforeHTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nX: a  B: c\r\n\r\n"
	if got != want {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, got))
	}
}
