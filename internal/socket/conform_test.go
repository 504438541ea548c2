package socket

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// What a connection says to what it is told, in the manner of the Autobahn
// test suite. After a case without a Close, the client closes.
var dialogues = []struct {
	name string
	send []string
	want []string
	end  ended // zero: the connection stays open
}{
	{name: "empty text", send: []string{text("")}, want: []string{"text:"}},
	{name: "125 bytes", send: []string{text(x(125))}, want: []string{"text:" + x(125)}},
	{name: "126 bytes", send: []string{text(x(126))}, want: []string{"text:" + x(126)}},
	{name: "4 KB", send: []string{text(x(4096))}, want: []string{"text:" + x(4096)}},
	{name: "32 KB", send: []string{text(x(32768))}, want: []string{"text:" + x(32768)}},
	{name: "32 KB and a byte", send: []string{text(x(32769))}, want: []string{"close:1009:Message too big"}, end: ended{1009, "Message too big"}},
	{name: "a megabyte", send: []string{text(x(1 << 20))}, want: []string{"close:1009:Message too big"}, end: ended{1009, "Message too big"}},
	{name: "many in one piece", send: []string{strings.Repeat(text("a"), 100)}, want: repeat("text:a", 100)},
	{name: "more in one piece than is read at once", send: []string{strings.Repeat(text(x(1000)), 300)}, want: repeat("text:"+x(1000), 300)},
	{name: "a frame in two pieces", send: []string{text("hello")[:3], text("hello")[3:]}, want: []string{"text:hello"}},
	{name: "a large frame in pieces", send: split(text(x(32768)), 1000), want: []string{"text:" + x(32768)}},
	{name: "a frame byte by byte", send: split(text("hello"), 1), want: []string{"text:hello"}},

	{name: "fragments", send: []string{masked(1, "a"), masked(0, "b"), masked(0x80, "c")}, want: []string{"text:abc"}},
	{name: "fragments in one piece", send: []string{masked(1, "a") + masked(0, "b") + masked(0x80, "c") + text("d")}, want: []string{"text:abc", "text:d"}},
	{name: "fragments byte by byte", send: split(masked(1, "a")+masked(0, "")+masked(0x80, "c"), 1), want: []string{"text:ac"}},
	{name: "128 KB in fragments", send: []string{masked(1, x(32768)), masked(0, x(32768)), masked(0, x(32768)), masked(0x80, x(32768))},
		want: []string{"begin:" + x(32768), "more:" + x(32768), "more:" + x(32768), "end:" + x(32768)}},
	{name: "128 KB and a byte", send: []string{masked(1, x(32768)), masked(0, x(32768)), masked(0, x(32768)), masked(0, x(32768)), masked(0x80, "x")},
		want: []string{"close:1009:Message too big"}, end: ended{1009, "Message too big"}},
	{name: "continuation of nothing", send: []string{masked(0x80, "a")}, want: []string{"close:1002:Protocol error"}, end: ended{1002, "Protocol error"}},
	{name: "text inside a message", send: []string{masked(1, "a"), text("b")}, want: []string{"close:1002:Protocol error"}, end: ended{1002, "Protocol error"}},

	{name: "ping", send: []string{masked(0x89, "payload")}, want: []string{"pong:payload"}},
	{name: "empty ping", send: []string{masked(0x89, "")}, want: []string{"pong:"}},
	{name: "binary ping of 125 bytes", send: []string{masked(0x89, strings.Repeat("\xff", 125))}, want: []string{"pong:" + strings.Repeat("\xff", 125)}},
	{name: "ping of 126 bytes", send: []string{masked(0x89, x(126))}, want: []string{"close:1002:Protocol error"}, end: ended{1002, "Protocol error"}},
	{name: "ten pings", send: []string{strings.Repeat(masked(0x89, "p"), 10)}, want: repeat("pong:p", 10)},
	{name: "pong", send: []string{masked(0x8a, "p"), text("a")}, want: []string{"text:a"}},
	{name: "ping between fragments", send: []string{masked(1, "a"), masked(0x89, "p"), masked(0x80, "b")}, want: []string{"pong:p", "text:ab"}},
	{name: "ping in fragments", send: []string{masked(9, "p")}, want: []string{"close:1002:Protocol error"}, end: ended{1002, "Protocol error"}},

	{name: "reserved bit", send: []string{masked(0xc1, "a")}, want: []string{"close:1002:Protocol error"}, end: ended{1002, "Protocol error"}},
	{name: "reserved bit after a good message", send: []string{text("a") + masked(0x91, "b") + text("c")}, want: []string{"text:a", "close:1002:Protocol error"}, end: ended{1002, "Protocol error"}},
	{name: "reserved opcode", send: []string{masked(0x83, "a")}, want: []string{"close:1002:Protocol error"}, end: ended{1002, "Protocol error"}},
	{name: "reserved control opcode", send: []string{masked(0x8b, "")}, want: []string{"close:1002:Protocol error"}, end: ended{1002, "Protocol error"}},
	{name: "no mask", send: []string{"\x81\x01a"}, want: []string{"close:1002:Protocol error"}, end: ended{1002, "Protocol error"}},
	{name: "binary", send: []string{masked(0x82, "\x00")}, want: []string{"close:1003:Binary is not supported"}, end: ended{1003, "Binary is not supported"}},

	{name: "UTF-8", send: []string{text("κόσμε")}, want: []string{"text:κόσμε"}},
	{name: "not UTF-8", send: []string{text("a\xff")}, want: []string{"close:1007:Invalid UTF-8"}, end: ended{1007, "Invalid UTF-8"}},
	{name: "a surrogate", send: []string{text("\xed\xa0\x80")}, want: []string{"close:1007:Invalid UTF-8"}, end: ended{1007, "Invalid UTF-8"}},
	{name: "a character over fragments", send: []string{masked(1, "\xe2\x82"), masked(0x80, "\xac")}, want: []string{"text:€"}},
	{name: "half a character at the end", send: []string{masked(1, "a"), masked(0x80, "\xe2\x82")}, want: []string{"close:1007:Invalid UTF-8"}, end: ended{1007, "Invalid UTF-8"}},
	{name: "bad text is not waited with", send: []string{masked(1, "a\xff")}, want: []string{"close:1007:Invalid UTF-8"}, end: ended{1007, "Invalid UTF-8"}},

	{name: "close without code", send: []string{masked(0x88, "")}, want: []string{"close"}, end: ended{1005, "Client-side close frame status not set"}},
	{name: "close with code", send: []string{bye(1001, "")}, want: []string{"close:1001:"}, end: ended{1001, ""}},
	{name: "close with code and reason", send: []string{bye(4321, "tschüss")}, want: []string{"close:4321:tschüss"}, end: ended{4321, "tschüss"}},
	{name: "close with the longest reason", send: []string{bye(1000, x(123))}, want: []string{"close:1000:" + x(123)}, end: ended{1000, x(123)}},
	{name: "close inside a message", send: []string{masked(1, "a"), bye(1000, "r")}, want: []string{"close:1000:r"}, end: ended{1000, "r"}},
	{name: "a text after close is dropped", send: []string{bye(1000, "r") + text("a")}, want: []string{"close:1000:r"}, end: ended{1000, "r"}},
	{name: "close of one byte", send: []string{masked(0x88, "\x03")}, want: []string{"close:1002:Protocol error"}, end: ended{1002, "Protocol error"}},
	{name: "close with code 1005", send: []string{bye(1005, "")}, want: []string{"close:1002:Protocol error"}, end: ended{1002, "Protocol error"}},
	{name: "close with code 999", send: []string{bye(999, "")}, want: []string{"close:1002:Protocol error"}, end: ended{1002, "Protocol error"}},
	{name: "close with a reason that is no text", send: []string{bye(1000, "\xff")}, want: []string{"close:1007:Invalid UTF-8"}, end: ended{1007, "Invalid UTF-8"}},
}

func repeat(s string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = s
	}
	return list
}

func split(s string, n int) (pieces []string) {
	for len(s) > n {
		pieces, s = append(pieces, s[:n]), s[n:]
	}
	return append(pieces, s)
}

func TestDialogues(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler = h
		s := start(t, o)
		for _, test := range dialogues {
			t.Run(test.name, func(t *testing.T) {
				c := w.connect(t, s)
				go func() {
					for _, piece := range test.send {
						c.nc.Write([]byte(piece))
					}
				}()
				c.expect(test.want...)
				end := test.end
				if end == (ended{}) {
					end = ended{4000, "done"}
					c.write(bye(end.Code, end.Reason))
					c.expect("close:4000:done")
				} else if end.Code == 1002 || end.Code == 1003 || end.Code == 1007 || end.Code == 1009 {
					// A server that closes waits for the client's Close.
					c.write(bye(end.Code, ""))
				}
				c.gone()
				if got := await(t, h.closed, "Closed"); got != end {
					t.Errorf("closed with %v, want %v", got, end)
				}
			})
		}
	})
}

// A client library that was not written for this server.
func TestLibraryClient(t *testing.T) {
	for _, scheme := range []string{"ws", "wss"} {
		t.Run(scheme, func(t *testing.T) {
			h := newSpy()
			s := start(t, Options{Handler: h, TLS: serverTLS(), Loops: 2})
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			transport := &http.Transport{TLSClientConfig: clientTLS()}
			defer transport.CloseIdleConnections()
			c, _, err := websocket.Dial(ctx, scheme+"://"+s.Addrs()[0].String()+"/production", &websocket.DialOptions{
				HTTPClient:      &http.Client{Transport: transport},
				CompressionMode: websocket.CompressionContextTakeover,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer c.CloseNow()
			c.SetReadLimit(1 << 20)
			for _, size := range []int{0, 1, 125, 126, 5000, 32768} {
				if err := c.Write(ctx, websocket.MessageText, []byte(x(size))); err != nil {
					t.Fatal(err)
				}
				kind, got, err := c.Read(ctx)
				if err != nil || kind != websocket.MessageText || string(got) != x(size) {
					t.Fatalf("%d bytes: %v %v, %d bytes", size, err, kind, len(got))
				}
			}
			if err := c.Close(4000, "bye"); err != nil {
				t.Errorf("close: %v", err)
			}
			h.ended(t, 4000, "bye")
		})
	}
}

func TestLibraryClientIsClosed(t *testing.T) {
	h := newSpy()
	s := start(t, Options{Handler: h, Loops: 1})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, _, err := websocket.Dial(ctx, "ws://"+s.Addrs()[0].String()+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	began := time.Now()
	await(t, h.opened, "Open").Close(1000, "Connection Closed Normally")
	_, _, err = c.Read(ctx)
	if websocket.CloseStatus(err) != 1000 || !strings.Contains(err.Error(), "Connection Closed Normally") {
		t.Errorf("read: %v", err)
	}
	h.ended(t, 1000, "Connection Closed Normally")
	if took := time.Since(began); took > s.Limits().Closing {
		t.Errorf("took %v: the client's Close was not noticed", took)
	}
}
