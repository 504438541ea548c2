package lambdaevent

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/internal/authorizer"
	"postern/internal/connect"
	"postern/internal/http1"
	"postern/internal/ids"
)

// object returns the members that append made, as an object.
func object(append func([]byte) []byte) string { return string(append([]byte("{"))) + "}" }

func TestHeadersOfAnEvent(t *testing.T) {
	tests := []struct {
		name   string
		header http1.Header
		want   string
	}{
		{"none", nil, `{"headers":{},"multiValueHeaders":{}}`},
		{"sorted without case", http1.Header{{Name: "b", Value: "1"}, {Name: "C", Value: "2"}, {Name: "A", Value: "3"}},
			`{"headers":{"A":"3","b":"1","C":"2"},"multiValueHeaders":{"A":["3"],"b":["1"],"C":["2"]}}`},
		{"several of a name, in the spelling of the first", http1.Header{{Name: "x-a", Value: "1"}, {Name: "Y", Value: "y"}, {Name: "X-A", Value: "2"}, {Name: "x-A", Value: "3"}},
			`{"headers":{"x-a":"3","Y":"y"},"multiValueHeaders":{"x-a":["1","2","3"],"Y":["y"]}}`},
		{"one that begins another", http1.Header{{Name: "ab", Value: "2"}, {Name: "a", Value: "1"}},
			`{"headers":{"a":"1","ab":"2"},"multiValueHeaders":{"a":["1"],"ab":["2"]}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, object(func(b []byte) []byte { return appendHeaders(b, tt.header) })); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestQueryOfAnEvent(t *testing.T) {
	got := object(func(b []byte) []byte {
		return appendQuery(b, []connect.Parameter{{Name: "b", Value: "1"}, {Name: "a", Value: ""}, {Name: "b", Value: "2"}, {Name: "B", Value: "3"}, {Name: "b", Value: "4"}})
	})
	want := `{"queryStringParameters":{"b":"4","a":"","B":"3"},"multiValueQueryStringParameters":{"b":["1","2","4"],"a":[""],"B":["3"]}}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// message is a MESSAGE event with a text.
func message(text string) *Event {
	source := ids.NewSource(1)
	return &Event{
		Type: Message, APIID: "api1", Stage: "prod", RouteKey: "$default", RequestID: source.Next(), MessageID: source.Next(), ConnectionID: source.Next(),
		Time: time.UnixMilli(1700000001000), ConnectedAt: 1700000000000, DomainName: "localhost:4566",
		SourceIP: netip.MustParseAddr("192.0.2.7"), Body: []byte(text),
	}
}

func TestEventIsJSONWhateverTheClientSends(t *testing.T) {
	e := message("\"\\\x00€ {}")
	e.StageVariables = []byte(`{"a":"1","b\"":"\n"}`)
	text := e.AppendProxy(nil)
	var got struct {
		Body           string
		StageVariables map[string]string
		RequestContext struct {
			RouteKey, Stage, RequestTime string
			Identity                     map[string]string
		}
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if got.Body != "\"\\\x00€ {}" || got.StageVariables["b\""] != "\n" || got.RequestContext.RouteKey != "$default" ||
		got.RequestContext.RequestTime != "14/Nov/2023:22:13:21 +0000" || got.RequestContext.Identity["sourceIp"] != "192.0.2.7" {
		t.Errorf("%+v", got)
	}
}

func TestEventsOfAConnection(t *testing.T) {
	m := message("hi")
	caller := &connect.Caller{APIKey: "key", APIKeyID: "k"}
	caller.Identify(&authorizer.Result{PrincipalID: "me", Context: []authorizer.Entry{{Name: "a", Value: "1"}}})
	opening := *m
	opening.Type, opening.Caller, opening.AuthorizerLatency, opening.UserAgent = Connect, caller, 7*time.Millisecond, "test"
	opening.Request = &connect.Request{Head: &http1.Request{Target: "/prod?a=1", Host: "h", Header: http1.Header{{Name: "X-Amzn-Trace-Id", Value: "Root"}}}}
	closing := *m
	closing.Type, closing.DisconnectStatusCode, closing.DisconnectReason = Disconnect, 1005, "Client-side close frame status not set"
	id := strings.NewReplacer(m.RequestID.String(), "REQUEST", m.MessageID.String(), "MESSAGE", m.ConnectionID.String(), "CONNECTION")
	for name, tt := range map[string]struct{ got, want string }{
		"a message": {string(m.AppendProxy(nil)), `{"requestContext":{"routeKey":"$default","messageId":"MESSAGE","eventType":"MESSAGE",` +
			`"extendedRequestId":"REQUEST","requestTime":"14/Nov/2023:22:13:21 +0000","messageDirection":"IN","stage":"prod","connectedAt":1700000000000,` +
			`"requestTimeEpoch":1700000001000,"identity":{"sourceIp":"192.0.2.7"},"requestId":"REQUEST","domainName":"localhost:4566",` +
			`"connectionId":"CONNECTION","apiId":"api1"},"body":"hi","isBase64Encoded":false}`},
		"an end": {string(closing.AppendProxy(nil)), `{"headers":{"Host":"localhost:4566","x-api-key":"","X-Forwarded-For":"","x-restapi":""},` +
			`"multiValueHeaders":{"Host":["localhost:4566"],"x-api-key":[""],"X-Forwarded-For":[""],"x-restapi":[""]},` +
			`"requestContext":{"routeKey":"$default","disconnectStatusCode":1005,"eventType":"DISCONNECT",` +
			`"extendedRequestId":"REQUEST","requestTime":"14/Nov/2023:22:13:21 +0000","messageDirection":"IN",` +
			`"disconnectReason":"Client-side close frame status not set","stage":"prod","connectedAt":1700000000000,` +
			`"requestTimeEpoch":1700000001000,"identity":{"sourceIp":"192.0.2.7"},"requestId":"REQUEST","domainName":"localhost:4566",` +
			`"connectionId":"CONNECTION","apiId":"api1"},"isBase64Encoded":false}`},
		"a beginning, for an authorizer": {string(opening.AppendAuthorizer(nil, "arn")), `{"type":"REQUEST","methodArn":"arn",` +
			`"headers":{"Connection":"upgrade","content-length":"0","Upgrade":"websocket","X-Amzn-Trace-Id":"Root","X-Forwarded-For":"invalid IP","X-Forwarded-Port":"80","X-Forwarded-Proto":"http"},` +
			`"multiValueHeaders":{"Connection":["upgrade"],"content-length":["0"],"Upgrade":["websocket"],"X-Amzn-Trace-Id":["Root"],"X-Forwarded-For":["invalid IP"],"X-Forwarded-Port":["80"],"X-Forwarded-Proto":["http"]},` +
			`"queryStringParameters":{"a":"1"},"multiValueQueryStringParameters":{"a":["1"]},"stageVariables":{},` +
			`"requestContext":{"routeKey":"$default","authorizer":{"principalId":"me","a":"1","integrationLatency":7},"eventType":"CONNECT",` +
			`"extendedRequestId":"REQUEST","requestTime":"14/Nov/2023:22:13:21 +0000","messageDirection":"IN","stage":"prod","connectedAt":1700000000000,` +
			`"requestTimeEpoch":1700000001000,"identity":{"userAgent":"test","sourceIp":"192.0.2.7","apiKey":"key","apiKeyId":"k"},"requestId":"REQUEST",` +
			`"domainName":"localhost:4566","connectionId":"CONNECTION","apiId":"api1"}}`},
	} {
		if diff := cmp.Diff(tt.want, id.Replace(tt.got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestMessageIsWrittenWithoutAllocation(t *testing.T) {
	e, dst := message("hi"), make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(100, func() { dst = e.AppendProxy(dst[:0]) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkProxyEvent(b *testing.B) {
	e := message(`{"action":"message","pad":"` + strings.Repeat("x", 200) + `"}`)
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = e.AppendProxy(dst[:0])
	}
}
