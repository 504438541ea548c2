package conformance

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"postern/internal/server"
)

// echoing is an API that sends every message back through an HTTP backend.
const echoing = `
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: session, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: prod, AutoDeploy: true}
  Default:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: $default, Target: !Sub 'integrations/${Backend}', RouteResponseSelectionExpression: $default}
  Response:
    Type: AWS::ApiGatewayV2::RouteResponse
    Properties: {ApiId: !Ref Api, RouteId: !Ref Default, RouteResponseKey: $default}
  Backend:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Api, IntegrationType: HTTP_PROXY, IntegrationMethod: POST, IntegrationUri: BACKEND}
`

// A protocolCase is a case of RFC 6455: what a client sends and sees, in order.
// A string is an event that it sees, a function is what it does.
type protocolCase struct {
	// name begins with the number that the Autobahn test suite gives the case
	// or its like.
	name  string
	steps []any
}

// action is what a client does.
type action func(c *client) error

// What clients do.

func text(s string) action { return frame(0x81, s) }
func ping(s string) action { return frame(0x89, s) }
func pong(s string) action { return frame(0x8a, s) }

// frame sends a masked frame with the given first byte.
func frame(head byte, payload string) action {
	return func(c *client) error { return c.masked(head, []byte(payload)) }
}

// fragments sends one text message in frames.
func fragments(parts ...string) action {
	return func(c *client) error { return sendTextFragments(c, parts) }
}

// chopped sends every write of an action byte by byte.
func chopped(a action) action {
	return func(c *client) error {
		slow := &client{conn: &byteWise{Conn: c.conn}}
		return a(slow)
	}
}

func closing(code int, reason string) action {
	return func(c *client) error { return c.closeFrame(code, reason) }
}

// What clients see: see also event.String.

func sees(s string) string   { return "text " + s }
func ponged(s string) string { return "pong " + s }
func closed(code int) string { return fmt.Sprint("close ", code) }

// silence is a ping whose pong is the next event: nothing else was sent.
var silence = []any{ping(fence), ponged(fence)}

// TestProtocol plays every text, control, fragmentation, UTF-8 and close case
// of RFC 6455 against an echo through an HTTP_PROXY integration of a real
// server. AWS differs from an echo in three ways: nothing is sent for an empty
// reply, binary messages are refused, and frames and messages have limits.
func TestProtocol(t *testing.T) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// net/http takes no more of a request once its answer has begun.
		body, _ := io.ReadAll(r.Body)
		w.Write(body)
	}))
	defer backend.Close()
	for name, loops := range map[string]int{"event loops": 0, "goroutines": -1} {
		t.Run(name, func(t *testing.T) {
			s := startWith(t, "protocol", nil, func(c *server.Config) { c.Loops = loops })
			api, err := s.Deploy(t.Context(), strings.ReplaceAll(echoing, "BACKEND", backend.URL))
			if err != nil {
				t.Fatal(err)
			}
			for _, pc := range protocolCases() {
				t.Run(pc.name, func(t *testing.T) { pc.play(t, s, s.Endpoint(api)+"/prod") })
			}
		})
	}
}

// play plays the case on a connection of its own.
func (pc protocolCase) play(t *testing.T, s *Server, target string) {
	conn, err := s.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(6 * patience))
	c, resp, body, err := handshake(conn, s.Host(), target, nil)
	if err != nil || c == nil {
		t.Fatalf("refused: %v %s %v", resp, body, err)
	}
	for i, step := range pc.steps {
		switch step := step.(type) {
		case action:
			// The server may have hung up on what came before.
			_ = step(c)
		case string:
			e, err := c.next(patience)
			if err != nil {
				t.Fatalf("step %d: %v", i, err)
			}
			if got := seenAs(e); got != step {
				t.Fatalf("step %d: got %s, want %s", i, abbreviate(got), abbreviate(step))
			}
		}
	}
}

func seenAs(e event) string {
	if e.kind == "close" {
		return closed(e.code)
	}
	return e.kind + " " + e.data
}

func protocolCases() []protocolCase {
	var all []protocolCase
	add := func(name string, steps ...any) {
		var flat []any
		for _, step := range steps {
			if list, ok := step.([]any); ok {
				flat = append(flat, list...)
				continue
			}
			flat = append(flat, step)
		}
		all = append(all, protocolCase{name, flat})
	}
	textCases(add)
	controlCases(add)
	fragmentationCases(add)
	encodingCases(add)
	closeCases(add)
	return all
}

func textCases(add func(string, ...any)) {
	add("1.1.1 an empty message has an empty echo, which is not sent", text(""), silence)
	for _, n := range []int{1, 125, 126, 127, 128, 32768} {
		add(fmt.Sprintf("1.1 a frame of %d bytes", n), text(strings.Repeat("*", n)), sees(strings.Repeat("*", n)))
	}
	large := strings.Repeat("*", 32768)
	add("1.1.6 65,536 bytes, in the frames that AWS takes", fragments(large, large), sees(large+large))
	add("1.1.8 a chopped frame", chopped(text(strings.Repeat("*", 300))), sees(strings.Repeat("*", 300)))
	add("1.2 a binary message is refused", frame(0x82, "x"), closed(1003))
	add("1.2.1 an empty binary message too", frame(0x82, ""), closed(1003))
	add("9.1 a message of 128 KB", fragments(large, large, large, large), sees(strings.Repeat(large, 4)))
	add("9.1 one byte more", fragments(large, large, large, large, "*"), closed(1009))
	add("9.1 a frame of 32 KB and a byte", text(large+"*"), closed(1009))
	add("10.1 65,536 bytes in frames of 1,300", func() action {
		var parts []string
		for rest := large + large; rest != ""; {
			n := min(1300, len(rest))
			parts = append(parts, rest[:n])
			rest = rest[n:]
		}
		return fragments(parts...)
	}(), sees(large+large))
}

func controlCases(add func(string, ...any)) {
	add("2.1 a ping without payload", ping(""), ponged(""))
	add("2.2 a ping with a payload", ping("Hello, world!"), ponged("Hello, world!"))
	add("2.3 a ping with a payload that is no text", ping("\x00\xff\xfe"), ponged("\x00\xff\xfe"))
	add("2.4 a ping of 125 bytes", ping(strings.Repeat("\xfe", 125)), ponged(strings.Repeat("\xfe", 125)))
	add("2.5 a ping of 126 bytes", ping(strings.Repeat("\xfe", 126)), closed(1002))
	add("2.6 a chopped ping", chopped(ping(strings.Repeat("\xfe", 125))), ponged(strings.Repeat("\xfe", 125)))
	add("2.7 a pong that nobody asked for", pong(""), silence)
	add("2.8 the same with a payload", pong("unsolicited"), silence)
	add("2.9 a pong, then a ping", pong("unsolicited"), ping("asked"), ponged("asked"))
	add("2.10 ten pings", func() (steps []any) {
		for i := range 10 {
			steps = append(steps, ping(fmt.Sprint("payload-", i)))
		}
		for i := range 10 {
			steps = append(steps, ponged(fmt.Sprint("payload-", i)))
		}
		return steps
	}())
	for bits := byte(1); bits < 8; bits++ {
		head := bits << 4
		add(fmt.Sprintf("3.%d reserved bits of a text frame", bits), text("ok"), sees("ok"), frame(0x81|head, "x"), closed(1002))
		add(fmt.Sprintf("3.%d reserved bits of a ping", bits), frame(0x89|head, "x"), closed(1002))
		add(fmt.Sprintf("3.%d reserved bits of a close frame", bits), frame(0x88|head, ""), closed(1002))
	}
	for _, opcode := range []byte{3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf} {
		add(fmt.Sprintf("4 the reserved opcode %#x", opcode), text("ok"), sees("ok"), frame(0x80|opcode, ""), closed(1002))
		add(fmt.Sprintf("4 the reserved opcode %#x with a payload", opcode), frame(0x80|opcode, "reserved"), closed(1002))
	}
	add("a frame without a mask", action(func(c *client) error { return c.raw([]byte("\x81\x02hi")) }), closed(1002))
	add("a length that is not minimal", action(func(c *client) error { return c.raw([]byte("\x81\xfe\x00\x02\x00\x00\x00\x00hi")) }), closed(1002))
	add("a length with the highest bit", action(func(c *client) error {
		return c.raw([]byte("\x81\xff\x80\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00hi"))
	}), closed(1002))
}

func fragmentationCases(add func(string, ...any)) {
	add("5.1 a ping in two fragments", frame(0x09, "a"), frame(0x80, "b"), closed(1002))
	add("5.2 a pong in two fragments", frame(0x0a, "a"), frame(0x80, "b"), closed(1002))
	add("5.3 a message in two fragments", fragments("frag", "ment"), sees("fragment"))
	add("5.4 the same, chopped", chopped(fragments("frag", "ment")), sees("fragment"))
	add("5.6 a ping between two fragments", frame(0x01, "frag"), ping("between"), ponged("between"), frame(0x80, "ment"), sees("fragment"))
	add("5.8 the same, chopped", chopped(frame(0x01, "frag")), chopped(ping("between")), ponged("between"),
		chopped(frame(0x80, "ment")), sees("fragment"))
	add("5.9 a continuation of nothing, final", frame(0x80, "x"), closed(1002))
	add("5.12 a continuation of nothing", frame(0x00, "x"), closed(1002))
	add("5.15 a continuation after a whole message", fragments("frag", "ment"), sees("fragment"), frame(0x00, "x"), closed(1002))
	add("5.18 a message within a message", frame(0x01, "frag"), text("ment"), closed(1002))
	add("5.19 five fragments with pings between them", frame(0x01, "1"), frame(0x00, "2"), ping("p1"), ponged("p1"),
		frame(0x00, "3"), frame(0x00, "4"), ping("p2"), ponged("p2"), frame(0x80, "5"), sees("12345"))
	add("5 a binary message within a text message", frame(0x01, "frag"), frame(0x82, "x"), closed(1002))
	add("5 a binary message in fragments", frame(0x02, "frag"), closed(1003))
	add("6.1.2 three empty fragments", fragments("", "", ""), silence)
	add("6.1.3 text between empty fragments", fragments("", "middle", ""), sees("middle"))
}

func closeCases(add func(string, ...any)) {
	add("7.1.1 a message, then a close frame", text("Hello World!"), sees("Hello World!"), closing(1000, ""), closed(1000), "end ")
	add("7.1.2 two close frames", closing(1000, ""), closing(1000, ""), closed(1000), "end ")
	add("7.1.3 a ping after a close frame", closing(1000, ""), ping("late"), closed(1000), "end ")
	add("7.1.4 a message after a close frame", closing(1000, ""), text("late"), closed(1000), "end ")
	add("7.1.5 the rest of a message after a close frame", frame(0x01, "frag"), closing(1000, ""), frame(0x80, "ment"), closed(1000), "end ")
	add("7.3.1 a close frame without payload", frame(0x88, ""), closed(1005))
	add("7.3.2 a payload of one byte", frame(0x88, "x"), closed(1002))
	add("7.3.3 a code", closing(1000, ""), closed(1000))
	add("7.3.4 a code and a reason", closing(1000, "Hello World!"), closed(1000))
	add("7.3.5 the longest reason", closing(1000, strings.Repeat("*", 123)), closed(1000))
	add("7.3.6 a reason that is too long", closing(1000, strings.Repeat("*", 124)), closed(1002))
	add("7.5.1 a reason that is not UTF-8", closing(1000, "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80"), closed(1007))
	add("7 a close frame in fragments", frame(0x08, ""), closed(1002))
	for _, code := range []int{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999} {
		add(fmt.Sprintf("7.7 the code %d", code), closing(code, ""), closed(code))
	}
	for _, code := range []int{0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999} {
		payload := string([]byte{byte(code >> 8), byte(code)})
		add(fmt.Sprintf("7.9 the impossible code %d", code), frame(0x88, payload), closed(1002))
	}
}

// byteWise is a connection that writes byte by byte.
type byteWise struct{ net.Conn }

func (b *byteWise) Write(p []byte) (int, error) {
	for i := range p {
		if _, err := b.Conn.Write(p[i : i+1]); err != nil {
			return i, err
		}
	}
	return len(p), nil
}
