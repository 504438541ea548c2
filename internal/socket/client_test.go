package socket

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// client is a WebSocket client that can also do what it should not.
type client struct {
	t  testing.TB
	nc net.Conn
	in *bufio.Reader
}

const upgradeLines = "Host: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"

const upgradeRequest = "GET /production?token=1 HTTP/1.1\r\n" + upgradeLines + "\r\n"

// connect opens a WebSocket connection.
func (w way) connect(t testing.TB, s *Server) *client {
	t.Helper()
	c := &client{t: t, nc: w.dial(t, s)}
	c.write(upgradeRequest)
	c.switched()
	return c
}

// switched expects the answer to an accepted upgrade.
func (c *client) switched() {
	c.t.Helper()
	status, header, _ := c.response()
	if status != 101 || header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		c.t.Fatalf("upgrade answered with %d %v", status, header)
	}
}

func (c *client) reader() *bufio.Reader {
	if c.in == nil {
		c.in = bufio.NewReaderSize(c.nc, 64<<10)
	}
	c.nc.SetReadDeadline(time.Now().Add(patience))
	return c.in
}

// response reads an HTTP response.
func (c *client) response() (status int, header http.Header, body string) {
	c.t.Helper()
	r, err := http.ReadResponse(c.reader(), nil)
	if err != nil {
		c.t.Fatalf("response: %v", err)
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		c.t.Fatalf("response: %v", err)
	}
	return r.StatusCode, r.Header, string(b)
}

func (c *client) write(s string) {
	c.t.Helper()
	c.nc.SetWriteDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(c.nc, s); err != nil {
		c.t.Fatalf("write: %v", err)
	}
}

// masked returns a client's frame.
func masked(first byte, payload string) string {
	var b []byte
	switch n := len(payload); {
	case n < 126:
		b = []byte{first, 0x80 | byte(n)}
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16([]byte{first, 0x80 | 126}, uint16(n))
	default:
		b = binary.BigEndian.AppendUint64([]byte{first, 0x80 | 127}, uint64(n))
	}
	key := [4]byte{0x12, 0x9a, 0x33, 0xc7}
	b = append(b, key[:]...)
	for i := range len(payload) {
		b = append(b, payload[i]^key[i&3])
	}
	return string(b)
}

func text(payload string) string { return masked(0x81, payload) }

// bye is a client's Close frame.
func bye(code int, reason string) string { return masked(0x88, status(code, reason)) }

// status is the payload of a Close frame.
func status(code int, reason string) string {
	return string(binary.BigEndian.AppendUint16(nil, uint16(code))) + reason
}

// frame reads a server's frame as "text:…", "pong:…", "close:1000:…".
func (c *client) frame() (string, error) {
	var head [2]byte
	r := c.reader()
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return "", err
	}
	size := int(head[1])
	switch {
	case size > 126:
		return "", fmt.Errorf("header % x", head)
	case size == 126:
		var wide [2]byte
		if _, err := io.ReadFull(r, wide[:]); err != nil {
			return "", err
		}
		size = int(binary.BigEndian.Uint16(wide[:]))
	}
	payload := make([]byte, size)
	if _, err := io.ReadFull(r, payload); err != nil {
		return "", err
	}
	switch head[0] {
	case 0x81:
		return "text:" + string(payload), nil
	case 0x01:
		return "begin:" + string(payload), nil
	case 0x00:
		return "more:" + string(payload), nil
	case 0x80:
		return "end:" + string(payload), nil
	case 0x8a:
		return "pong:" + string(payload), nil
	case 0x88:
		if size == 0 {
			return "close", nil
		}
		return fmt.Sprintf("close:%d:%s", binary.BigEndian.Uint16(payload), payload[2:]), nil
	}
	return "", fmt.Errorf("frame %#x", head[0])
}

// expect reads frames and compares them.
func (c *client) expect(frames ...string) {
	c.t.Helper()
	for _, want := range frames {
		got, err := c.frame()
		if err != nil {
			c.t.Fatalf("want %.60q, got %v", want, err)
		}
		if got != want {
			c.t.Fatalf("want %.60q, got %.60q (%d bytes)", want, got, len(got))
		}
	}
}

// gone expects the server to close the connection, without another frame.
func (c *client) gone() {
	c.t.Helper()
	b, err := io.ReadAll(c.reader())
	if err != nil && !errors.Is(err, syscall.ECONNRESET) {
		c.t.Fatalf("want the end of the connection, got %v", err)
	}
	if len(b) > 0 {
		c.t.Fatalf("want the end of the connection, got %d bytes %.60q", len(b), b)
	}
}

// reset ends the connection without any politeness.
func (c *client) reset() {
	nc := c.nc
	if t, ok := nc.(interface{ NetConn() net.Conn }); ok {
		nc = t.NetConn()
	}
	nc.(*net.TCPConn).SetLinger(0)
	nc.Close()
}

func x(n int) string { return strings.Repeat("x", n) }
