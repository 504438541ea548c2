package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/internal/http1"
	"postern/internal/socket"
)

// spy notes what a responder took.
type spy struct {
	socket.Responder
	took atomic.Bool
}

func (s *spy) Respond(r *socket.Request, w *http1.Response) bool {
	took := s.Responder.Respond(r, w)
	s.took.Store(took)
	return took
}

// answerOf sends a request, after those of before, and returns its answer without
// what differs each time.
func answerOf(t *testing.T, address, before, request string) string {
	t.Helper()
	nc, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(nc, before+request); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(nc)
	text := ""
	for range strings.Count(before, "HTTP/1.1") + 1 {
		answer, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"Date", "X-Amzn-Requestid", "X-Amz-Apigw-Id"} {
			if answer.Header.Get(name) != "" {
				answer.Header.Set(name, "(any)")
			}
		}
		text = fmt.Sprintln(answer.Status, answer.Header, string(body))
	}
	return text
}

// spyOn opens another port of a server, with an event loop.
func spyOn(t *testing.T, s *Server) (*spy, string) {
	t.Helper()
	spy := &spy{Responder: direct{s.front}}
	l, err := socket.Listen([]string{"127.0.0.1:0"}, socket.Options{Handler: s.gateway, HTTP: s.front, Responder: spy, Loops: 1, Clock: s.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Shutdown(context.Background()) })
	return spy, l.Addrs()[0].String()
}

// passing is a request after which a connection is net/http's.
const passing = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"

// What is answered on the event loop is answered as net/http would answer it.
func TestDirectAnswers(t *testing.T) {
	s := start(t, Config{})
	spy, address := spyOn(t, s)
	apiID := deployMock(t, s)
	id := connectionOf(t, dial(t, s.Endpoint(apiID)+"/production", nil))
	base := "/_aws/execute-api/" + apiID + "/production"
	at := base + "/@connections/" + url.PathEscape(id)
	lines := func(extra ...string) string { return "Host: " + address + "\r\n" + strings.Join(extra, "") }
	for _, test := range []struct {
		name, method, target, header, body string
		direct                             bool
		want                               int
	}{
		{"a message", "POST", at, lines(), "hello", true, 200},
		{"an empty message", "POST", at, lines(), "", true, 200},
		{"as the SDKs write it", "POST", base + "/%40connections/" + strings.ReplaceAll(id, "=", "%3D"), lines(), "hello", true, 200},
		{"the connection's data", "GET", at, lines(), "", true, 200},
		{"a bare host", "POST", "/production/@connections/" + id, lines(), "x", true, 200},
		{"the host form", "POST", "/production/@connections/" + id, "Host: " + apiID + ".execute-api.us-east-1.amazonaws.com\r\n", "x", true, 200},
		{"a connection that is gone", "POST", base + "/@connections/AAAAAAAAAAAAAAA=", lines(), "x", true, 410},
		{"what is no id", "GET", base + "/@connections/a%20b", lines(), "", true, 400},
		{"no id", "DELETE", base + "/@connections/", lines(), "", true, 400},
		{"an unknown stage", "POST", "/_aws/execute-api/" + apiID + "/test/@connections/x", lines(), "x", true, 403},
		{"an unknown API", "POST", "/_aws/execute-api/none/production/@connections/x", lines(), "x", true, 403},
		{"a query", "GET", at + "?a=b", lines(), "", false, 200},
		{"an escape that is none", "GET", base + "/@connections/%zz", lines(), "", false, 400},
		{"another method", "PUT", at, lines(), "x", false, 403},
		{"another path of the stage", "POST", base, lines(), "x", false, 403},
		{"a page of this machine", "POST", at, lines("Origin: http://localhost:3000\r\n"), "x", false, 200},
		{"a page of somebody else", "POST", at, lines("Origin: http://example.com\r\n"), "x", false, 403},
		{"a link of somebody else", "GET", at, lines("Sec-Fetch-Site: cross-site\r\n"), "", false, 403},
		{"Postern's own", "GET", "/_postern/@connections/x", lines(), "", false, 404},
		{"Postern's own, escaped", "GET", "/%5fpostern/@connections/x", lines(), "", false, 404},
		{"a host that somebody made resolve here", "POST", at, "Host: evil.example\r\n", "x", false, 403},
		{"a page of that host", "POST", at, "Host: evil.example\r\nOrigin: http://evil.example\r\n", "x", false, 403},
		{"that host, bare", "POST", "/production/@connections/" + id, "Host: evil.example\r\n", "x", false, 403},
		{"a host that is none", "POST", at, "Host: a b\r\n", "x", false, 400},
		{"another service", "GET", "/v2/apis", lines(), "", false, 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			request := fmt.Sprintf("%s %s HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n%s", test.method, test.target, test.header, len(test.body), test.body)
			spy.took.Store(false)
			got := answerOf(t, address, "", request)
			if took := spy.took.Load(); took != test.direct {
				t.Errorf("answered on the loop: %t", took)
			}
			if !strings.HasPrefix(got, fmt.Sprint(test.want)) {
				t.Errorf("answered %s, want %d", got, test.want)
			}
			if diff := cmp.Diff(answerOf(t, address, passing, request), got); diff != "" {
				t.Errorf("(-net/http +event loop):\n%s", diff)
			}
		})
	}
}

// A strict server answers on the event loop only who may ask.
func TestDirectAnswersWhereSignaturesAreVerified(t *testing.T) {
	s := strictWith(t, oneAccount, "", `{"Version":"2012-10-17","Statement":[{"Action":"execute-api:ManageConnections","Effect":"Allow","Resource":"*/GET/*"}]}`)
	spy, address := spyOn(t, s)
	apiID := deployMock(t, s)
	id := connectionOf(t, dial(t, s.Endpoint(apiID)+"/production", nil))
	at := "http://" + address + "/_aws/execute-api/" + apiID + "/production/@connections/" + url.QueryEscape(id)
	signed := call{method: "POST", url: at, body: "hello", service: "execute-api"}
	forged, late, away, get := root(signed), root(signed), root(signed), limited(signed)
	away.region = "mars-1"
	forged.secret = "another"
	late.at = time.Now().Add(-time.Hour)
	get.method, get.body = "GET", ""
	for _, test := range []struct {
		name   string
		call   call
		direct bool
		want   int
	}{
		{"signed", root(signed), true, 200},
		{"signed by who may only look", limited(signed), false, 403},
		{"who may look", get, true, 200},
		{"not signed", call{method: "POST", url: at, body: "hello"}, false, 403},
		{"signed with another key", forged, false, 403},
		{"signed too long ago", late, false, 403},
		{"signed for another region", away, false, 403},
	} {
		t.Run(test.name, func(t *testing.T) {
			var request strings.Builder
			if err := test.call.request(t).Write(&request); err != nil {
				t.Fatal(err)
			}
			spy.took.Store(false)
			got := answerOf(t, address, "", request.String())
			if took := spy.took.Load(); took != test.direct {
				t.Errorf("answered on the loop: %t", took)
			}
			if !strings.HasPrefix(got, fmt.Sprint(test.want)) {
				t.Errorf("answered %s, want %d", got, test.want)
			}
			if diff := cmp.Diff(answerOf(t, address, passing, request.String()), got); diff != "" {
				t.Errorf("(-net/http +event loop):\n%s", diff)
			}
		})
	}
}
