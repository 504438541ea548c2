// Package lambdaevent writes the events that Lambda functions get, member by
// member in the order of those that were captured. What an event does not have
// is left out.
//
// It reads no answers, and it calls no function.
//
// Source: captured events; Developer Guide, "Set up a WebSocket API
// integration request" and "Control access to WebSocket APIs with AWS Lambda
// REQUEST authorizers".
package lambdaevent

import (
	"net/netip"
	"slices"
	"strconv"
	"time"

	"postern/internal/apigateway"
	"postern/internal/authorizer"
	"postern/internal/connect"
	"postern/internal/http1"
	"postern/internal/ids"
	"postern/internal/jsontext"
)

// The types of events, as eventType shows them.
const (
	Connect    = "CONNECT"
	Message    = "MESSAGE"
	Disconnect = "DISCONNECT"
)

// Event is what there is to tell of an event.
type Event struct {
	Type                   string // Connect, Message or Disconnect
	APIID, Stage, RouteKey string
	// StageVariables are a JSON object; nil for none.
	StageVariables []byte

	// RequestID is also the extended request id. MessageID is that of a
	// Message.
	RequestID, MessageID, ConnectionID ids.ID
	// Time is that of the event; ConnectedAt, in milliseconds since 1970, that
	// of the connection.
	Time        time.Time
	ConnectedAt int64

	// DomainName is the host that the client used; UserAgent may be "".
	DomainName, UserAgent string
	SourceIP              netip.Addr
	// Caller is what is known of who opened the connection; nil for nothing.
	Caller *connect.Caller

	// Request is that of a Connect, and AuthorizerLatency how long its
	// authorizer took.
	Request           *connect.Request
	AuthorizerLatency time.Duration
	// Body is the text of a Message.
	Body []byte
	// DisconnectStatusCode and DisconnectReason are those of a Disconnect.
	DisconnectStatusCode int
	DisconnectReason     string
}

// AppendProxy appends what a proxy integration sends its function.
func (e *Event) AppendProxy(dst []byte) []byte {
	dst = append(dst, '{')
	switch e.Type {
	case Connect:
		dst = appendHeaders(dst, e.Request.Header())
		if query := e.Request.Query(); len(query) > 0 {
			dst = appendQuery(dst, query)
		}
	case Disconnect:
		dst = appendHeaders(dst, http1.Header{{Name: "Host", Value: e.DomainName},
			{Name: "x-api-key"}, {Name: "X-Forwarded-For"}, {Name: "x-restapi"}})
	}
	dst = jsontext.AppendName(dst, "requestContext")
	dst = e.appendRequestContext(dst)
	if len(e.StageVariables) > 0 {
		dst = jsontext.AppendName(dst, "stageVariables")
		dst = append(dst, e.StageVariables...)
	}
	if e.Type == Message {
		dst = append(dst, `,"body":`...)
		dst = jsontext.AppendString(dst, e.Body)
	}
	return append(dst, `,"isBase64Encoded":false}`...)
}

// AppendAuthorizer appends what the function of an authorizer gets. It has
// every member, empty if need be, and the headers that integrations do not
// see. The ARN is that of the route.
func (e *Event) AppendAuthorizer(dst []byte, methodARN string) []byte {
	dst = append(dst, `{"type":"REQUEST","methodArn":`...)
	dst = jsontext.AppendString(dst, methodARN)
	header := slices.Concat(e.Request.Header(), http1.Header{
		{Name: "Connection", Value: "upgrade"}, {Name: "Upgrade", Value: "websocket"}, {Name: "content-length", Value: "0"}})
	dst = appendHeaders(dst, header)
	dst = appendQuery(dst, e.Request.Query())
	dst = jsontext.AppendName(dst, "stageVariables")
	if len(e.StageVariables) > 0 {
		dst = append(dst, e.StageVariables...)
	} else {
		dst = append(dst, "{}"...)
	}
	dst = jsontext.AppendName(dst, "requestContext")
	dst = e.appendRequestContext(dst)
	return append(dst, '}')
}

func (e *Event) appendRequestContext(dst []byte) []byte {
	dst = append(dst, `{"routeKey":`...)
	dst = jsontext.AppendString(dst, e.RouteKey)
	dst = e.appendAuthorizer(dst)
	switch e.Type {
	case Message:
		dst = append(dst, `,"messageId":"`...)
		dst = e.MessageID.Append(dst)
		dst = append(dst, '"')
	case Disconnect:
		dst = append(dst, `,"disconnectStatusCode":`...)
		dst = strconv.AppendInt(dst, int64(e.DisconnectStatusCode), 10)
	}
	dst = append(dst, `,"eventType":"`...)
	dst = append(dst, e.Type...)
	dst = append(dst, `","extendedRequestId":"`...)
	dst = e.RequestID.Append(dst)
	dst = append(dst, `","requestTime":"`...)
	dst = e.Time.UTC().AppendFormat(dst, apigateway.RequestTime)
	dst = append(dst, `","messageDirection":"IN"`...)
	if e.Type == Disconnect {
		dst = append(dst, `,"disconnectReason":`...)
		dst = jsontext.AppendString(dst, e.DisconnectReason)
	}
	dst = append(dst, `,"stage":`...)
	dst = jsontext.AppendString(dst, e.Stage)
	dst = append(dst, `,"connectedAt":`...)
	dst = strconv.AppendInt(dst, e.ConnectedAt, 10)
	dst = append(dst, `,"requestTimeEpoch":`...)
	dst = strconv.AppendInt(dst, e.Time.UnixMilli(), 10)
	dst = append(dst, `,"identity":`...)
	dst = e.appendIdentity(dst)
	dst = append(dst, `,"requestId":"`...)
	dst = e.RequestID.Append(dst)
	dst = append(dst, `","domainName":`...)
	dst = jsontext.AppendString(dst, e.DomainName)
	dst = append(dst, `,"connectionId":"`...)
	dst = e.ConnectionID.Append(dst)
	dst = append(dst, `","apiId":`...)
	dst = jsontext.AppendString(dst, e.APIID)
	return append(dst, '}')
}

// latencyMember says how long the authorizer took, in milliseconds.
const latencyMember = "integrationLatency"

// appendAuthorizer appends what the authorizer said. How long it took is for
// the event that it was asked for alone.
func (e *Event) appendAuthorizer(dst []byte) []byte {
	if e.Caller == nil || e.Caller.Authorizer == nil {
		return dst
	}
	said := e.Caller.Authorizer
	dst = append(dst, `,"authorizer":{`...)
	dst = jsontext.AppendMember(dst, authorizer.PrincipalID, said.PrincipalID)
	for _, entry := range said.Context {
		if e.Type == Connect && entry.Name == latencyMember {
			continue // the event's own follows
		}
		dst = jsontext.AppendMember(dst, entry.Name, entry.Value)
	}
	if e.Type == Connect {
		dst = append(dst, `,"`+latencyMember+`":`...)
		dst = strconv.AppendInt(dst, e.AuthorizerLatency.Milliseconds(), 10)
	}
	return append(dst, '}')
}

// identityMembers are the members of identity in the order of captured events.
var identityMembers = [...]string{"userArn", "userAgent", "accountId", "caller", "sourceIp", "accessKey", "user", "apiKey", "apiKeyId"}

func (e *Event) appendIdentity(dst []byte) []byte {
	dst = append(dst, '{')
	for _, name := range identityMembers {
		switch name {
		case "sourceIp":
			var text [64]byte
			dst = jsontext.AppendName(dst, name)
			dst = jsontext.AppendString(dst, e.SourceIP.AppendTo(text[:0]))
			continue
		case "userAgent":
			if e.UserAgent != "" {
				dst = jsontext.AppendMember(dst, name, e.UserAgent)
			}
			continue
		}
		if text := e.Caller.Identity(name); text != "" {
			dst = jsontext.AppendMember(dst, name, text)
		}
	}
	return append(dst, '}')
}
