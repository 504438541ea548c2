package conformance

import (
	"bufio"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Opcodes of RFC 6455, section 5.2.
const (
	opContinuation = 0x0
	opText         = 0x1
	opBinary       = 0x2
	opClose        = 0x8
	opPing         = 0x9
	opPong         = 0xA
)

// An event is what a client received: a whole message, a control frame, or the
// end of the connection.
type event struct {
	kind   string // text, binary, ping, pong, close or end
	data   string
	code   int // of a close; 1005 without a status
	reason string
	err    error // of an end
}

// String returns the event as a session would write it.
func (e event) String() string {
	switch e.kind {
	case "text":
		return "< " + abbreviate(e.data)
	case "close":
		return strings.TrimSpace(fmt.Sprintf("closed %d %s", e.code, e.reason))
	case "end":
		return fmt.Sprintf("end of the connection (%v)", e.err)
	}
	return e.kind + " " + abbreviate(e.data)
}

func abbreviate(s string) string {
	if len(s) > 300 {
		return fmt.Sprintf("%s… (%d bytes)", s[:300], len(s))
	}
	return s
}

// A header is a name and a value as sent.
type header struct{ name, value string }

// A client is one side of a WebSocket connection that may break every rule.
type client struct {
	conn   net.Conn
	events chan event
	// mu keeps frames whole: the reader answers the server's close frame.
	mu      sync.Mutex
	closing bool // a close frame was sent
}

// handshake sends an upgrade request for target over conn and returns the
// answer with its body. Its client is nil unless the answer is 101.
func handshake(conn net.Conn, host, target string, headers []header) (*client, *http.Response, []byte, error) {
	key := make([]byte, 16)
	rand.Read(key)
	fields := []header{
		{"Host", host}, {"Upgrade", "websocket"}, {"Connection", "Upgrade"},
		{"Sec-WebSocket-Version", "13"},
		{"Sec-WebSocket-Key", base64.StdEncoding.EncodeToString(key)},
	}
	own := len(fields)
	for _, h := range headers {
		replaced := false
		for i := range fields[:own] {
			if strings.EqualFold(fields[i].name, h.name) {
				fields[i], replaced = h, true
			}
		}
		if !replaced {
			fields = append(fields, h)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\n", target)
	for _, h := range fields {
		fmt.Fprintf(&b, "%s: %s\r\n", h.name, h.value)
	}
	b.WriteString("\r\n")
	if _, err := io.WriteString(conn, b.String()); err != nil {
		return nil, nil, nil, fmt.Errorf("send the handshake: %w", err)
	}
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, &http.Request{Method: http.MethodGet})
	if err != nil {
		return nil, nil, nil, fmt.Errorf("read the handshake's answer: %w", err)
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		body, err := io.ReadAll(resp.Body)
		return nil, resp, body, err
	}
	c := &client{conn: conn, events: make(chan event, 1024)}
	go c.receive(r)
	return c, resp, nil, nil
}

// frame sends one masked frame.
func (c *client) frame(fin bool, opcode byte, payload []byte) error {
	if fin {
		opcode |= 0x80
	}
	return c.masked(opcode, payload)
}

// masked sends one masked frame with the given first byte, right or wrong.
func (c *client) masked(head byte, payload []byte) error {
	b := []byte{head, 0x80}
	switch n := len(payload); {
	case n < 126:
		b[1] |= byte(n)
	case n < 1<<16:
		b[1] |= 126
		b = binary.BigEndian.AppendUint16(b, uint16(n))
	default:
		b[1] |= 127
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	mask := make([]byte, 4)
	rand.Read(mask)
	b = append(b, mask...)
	for i, x := range payload {
		b = append(b, x^mask[i%4])
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if head&0xf == opClose {
		c.closing = true
	}
	_, err := c.conn.Write(b)
	return err
}

// raw sends bytes as they are.
func (c *client) raw(b []byte) error {
	_, err := c.conn.Write(b)
	return err
}

// closeFrame sends a close frame; code 0 is one without a status.
func (c *client) closeFrame(code int, reason string) error {
	var payload []byte
	if code != 0 {
		payload = binary.BigEndian.AppendUint16(nil, uint16(code))
		payload = append(payload, reason...)
	}
	return c.frame(true, opClose, payload)
}

// receive reads frames until the connection ends.
func (c *client) receive(r *bufio.Reader) {
	defer close(c.events)
	var message []byte
	var kind byte
	for {
		fin, op, payload, err := readFrame(r)
		if err != nil {
			c.events <- event{kind: "end", err: err}
			return
		}
		switch op {
		case opText, opBinary:
			kind, message = op, payload
		case opContinuation:
			message = append(message, payload...)
		case opPing:
			c.events <- event{kind: "ping", data: string(payload)}
			continue
		case opPong:
			c.events <- event{kind: "pong", data: string(payload)}
			continue
		case opClose:
			c.events <- closeEvent(payload)
			c.mu.Lock()
			answered := c.closing
			c.mu.Unlock()
			if !answered {
				// The server may be gone by now, which ends the loop.
				_ = c.frame(true, opClose, payload)
			}
			continue
		}
		if fin {
			name := "text"
			if kind == opBinary {
				name = "binary"
			}
			c.events <- event{kind: name, data: string(message)}
			message = nil
		}
	}
}

func closeEvent(payload []byte) event {
	if len(payload) < 2 {
		return event{kind: "close", code: 1005}
	}
	return event{kind: "close", code: int(binary.BigEndian.Uint16(payload)), reason: string(payload[2:])}
}

func readFrame(r *bufio.Reader) (fin bool, op byte, payload []byte, err error) {
	var h [2]byte
	if _, err = io.ReadFull(r, h[:]); err != nil {
		return
	}
	if h[0]&0x70 != 0 || h[1]&0x80 != 0 {
		return false, 0, nil, errors.New("a frame from the server with reserved bits or a mask")
	}
	n := uint64(h[1] & 0x7f)
	var ext [8]byte
	switch n {
	case 126:
		if _, err = io.ReadFull(r, ext[:2]); err != nil {
			return
		}
		n = uint64(binary.BigEndian.Uint16(ext[:2]))
	case 127:
		if _, err = io.ReadFull(r, ext[:]); err != nil {
			return
		}
		n = binary.BigEndian.Uint64(ext[:])
	}
	if n > 1<<24 {
		return false, 0, nil, fmt.Errorf("a frame of %d bytes", n)
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(r, payload)
	return h[0]&0x80 != 0, h[0] & 0xf, payload, err
}

// next returns the next event, or an error after patience.
func (c *client) next(patience time.Duration) (event, error) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case e, ok := <-c.events:
		if !ok {
			return event{kind: "end", err: net.ErrClosed}, nil
		}
		return e, nil
	case <-timer.C:
		return event{}, fmt.Errorf("nothing within %v", patience)
	}
}
