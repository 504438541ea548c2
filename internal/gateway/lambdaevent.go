package gateway

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"postern/internal/authorizer"
	"postern/internal/http1"
)

// The events that Lambda functions get, member by member in the order of those
// that were captured. What an event does not have is left out.
//
// Source: captured events; Developer Guide, "Set up a WebSocket API
// integration request" and "Control access to WebSocket APIs with AWS Lambda
// REQUEST authorizers".

// appendProxyEvent appends what a proxy integration sends its function.
func (e *event) appendProxyEvent(dst []byte) []byte {
	dst = append(dst, '{')
	switch e.kind {
	case connectEvent:
		dst = appendHeaders(dst, e.upgrade.headers())
		if query := e.upgrade.parameters(); len(query) > 0 {
			dst = appendQuery(dst, query)
		}
	case disconnectEvent:
		dst = appendHeaders(dst, http1.Header{{Name: "Host", Value: e.conn.domain.Value()},
			{Name: "x-api-key"}, {Name: "X-Forwarded-For"}, {Name: "x-restapi"}})
	}
	dst = appendName(dst, "requestContext")
	dst = e.appendRequestContext(dst)
	if len(e.live.variables) > 0 {
		dst = appendName(dst, "stageVariables")
		dst = append(dst, e.live.variables...)
	}
	if e.kind == messageEvent {
		dst = append(dst, `,"body":`...)
		dst = appendQuoted(dst, e.message.Body())
	}
	return append(dst, `,"isBase64Encoded":false}`...)
}

// appendAuthorizerEvent appends what an authorizer's function gets. It has
// every member, empty if need be, and the headers that integrations do not
// see.
func (e *event) appendAuthorizerEvent(dst []byte) []byte {
	dst = append(dst, `{"type":"REQUEST","methodArn":`...)
	dst = appendQuoted(dst, e.methodARN())
	header := slices.Concat(e.upgrade.headers(), http1.Header{
		{Name: "Connection", Value: "upgrade"}, {Name: "Upgrade", Value: "websocket"}, {Name: "content-length", Value: "0"}})
	dst = appendHeaders(dst, header)
	dst = appendQuery(dst, e.upgrade.parameters())
	dst = appendName(dst, "stageVariables")
	if len(e.live.variables) > 0 {
		dst = append(dst, e.live.variables...)
	} else {
		dst = append(dst, "{}"...)
	}
	dst = appendName(dst, "requestContext")
	dst = e.appendRequestContext(dst)
	return append(dst, '}')
}

// quoteMap returns a map of strings as a JSON object in the order of its keys,
// nil if it is empty.
func quoteMap(m map[string]string) []byte {
	if len(m) == 0 {
		return nil
	}
	dst := []byte{'{'}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		dst = appendMember(dst, name, m[name])
	}
	return append(dst, '}')
}

func (e *event) appendRequestContext(dst []byte) []byte {
	var id [16]byte
	request := e.requestIdentity().Append(id[:0])
	dst = append(dst, `{"routeKey":`...)
	dst = appendQuoted(dst, e.route.RouteKey)
	dst = e.appendAuthorizer(dst)
	switch e.kind {
	case messageEvent:
		dst = append(dst, `,"messageId":"`...)
		dst = e.messageIdentity().Append(dst)
		dst = append(dst, '"')
	case disconnectEvent:
		dst = append(dst, `,"disconnectStatusCode":`...)
		dst = strconv.AppendInt(dst, int64(e.closed.code), 10)
	}
	dst = append(dst, `,"eventType":"`...)
	dst = append(dst, e.kind...)
	dst = append(dst, `","extendedRequestId":"`...)
	dst = append(dst, request...)
	dst = append(dst, `","requestTime":"`...)
	dst = e.time().UTC().AppendFormat(dst, clfTime)
	dst = append(dst, `","messageDirection":"IN"`...)
	if e.kind == disconnectEvent {
		dst = append(dst, `,"disconnectReason":`...)
		dst = appendQuoted(dst, e.closed.reason)
	}
	dst = append(dst, `,"stage":`...)
	dst = appendQuoted(dst, e.live.Stage)
	dst = append(dst, `,"connectedAt":`...)
	dst = strconv.AppendInt(dst, e.conn.connectedAt, 10)
	dst = append(dst, `,"requestTimeEpoch":`...)
	dst = strconv.AppendInt(dst, e.time().UnixMilli(), 10)
	dst = append(dst, `,"identity":`...)
	dst = e.appendIdentity(dst)
	dst = append(dst, `,"requestId":"`...)
	dst = append(dst, request...)
	dst = append(dst, `","domainName":`...)
	dst = appendQuoted(dst, e.conn.domain.Value())
	dst = append(dst, `,"connectionId":"`...)
	dst = e.conn.id.Append(dst)
	dst = append(dst, `","apiId":`...)
	dst = appendQuoted(dst, e.live.APIID)
	return append(dst, '}')
}

// appendAuthorizer appends what the authorizer said. How long it took is for
// the event that it was asked for alone.
func (e *event) appendAuthorizer(dst []byte) []byte {
	c := e.conn.caller
	if c == nil || c.authorizer == nil {
		return dst
	}
	dst = append(dst, `,"authorizer":{`...)
	dst = appendMember(dst, authorizer.PrincipalID, c.authorizer.PrincipalID)
	for _, entry := range c.authorizer.Context {
		dst = appendMember(dst, entry.Name, entry.Value)
	}
	if e.kind == connectEvent {
		dst = append(dst, `,"integrationLatency":`...)
		dst = strconv.AppendInt(dst, e.upgrade.authorizerLatency.Milliseconds(), 10)
	}
	return append(dst, '}')
}

// identityMembers are the members of identity in the order of captured events,
// and which of them are known.
var identityMembers = [...]string{"userArn", "userAgent", "accountId", "caller", "sourceIp", "accessKey", "user", "apiKey", "apiKeyId"}

func (e *event) appendIdentity(dst []byte) []byte {
	dst = append(dst, '{')
	for _, name := range identityMembers {
		switch name {
		case "sourceIp":
			dst = appendMember(dst, name, e.sourceIP())
			continue
		case "userAgent":
			if agent := e.conn.agent.Value(); agent != "" {
				dst = appendMember(dst, name, agent)
			}
			continue
		}
		if e.conn.caller == nil {
			continue
		}
		if v, ok := e.conn.caller.value("identity." + name); ok {
			dst = appendMember(dst, name, v.String())
		}
	}
	return append(dst, '}')
}

// appendHeaders appends a header twice: with the last value of each name, and
// with all of them. Names are sorted as Java sorts without regard to case, as
// in captured events.
func appendHeaders(dst []byte, h http1.Header) []byte {
	sorted := slices.Clone(h)
	slices.SortStableFunc(sorted, func(a, b http1.Field) int { return compareFold(a.Name, b.Name) })
	return appendBoth(dst, "headers", "multiValueHeaders", len(sorted),
		func(i int) (string, string) { return sorted[i].Name, sorted[i].Value }, strings.EqualFold)
}

// compareFold compares names of headers without regard to case.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if x, y := lower(a[i]), lower(b[i]); x != y {
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// appendQuery appends query parameters twice, as appendHeaders does, in the
// order in which the client first sent each.
func appendQuery(dst []byte, query []parameter) []byte {
	first := make(map[string]int, len(query))
	for i, p := range query {
		if _, ok := first[p.name]; !ok {
			first[p.name] = i
		}
	}
	grouped := slices.Clone(query)
	slices.SortStableFunc(grouped, func(a, b parameter) int { return first[a.name] - first[b.name] })
	return appendBoth(dst, "queryStringParameters", "multiValueQueryStringParameters", len(grouped),
		func(i int) (string, string) { return grouped[i].name, grouped[i].value },
		func(a, b string) bool { return a == b })
}

// appendBoth appends two members, one with the last value of each name and one
// with all. Equal names stand together.
func appendBoth(dst []byte, single, multi string, n int, at func(int) (name, value string), same func(a, b string) bool) []byte {
	dst = appendName(dst, single)
	dst = append(dst, '{')
	first := ""
	for i := range n {
		name, value := at(i)
		if i == 0 || !same(name, first) {
			first = name
		}
		if i+1 < n {
			if next, _ := at(i + 1); same(first, next) {
				continue
			}
		}
		dst = appendMember(dst, first, value)
	}
	dst = append(dst, '}')
	dst = appendName(dst, multi)
	dst = append(dst, '{')
	for i := range n {
		name, value := at(i)
		if i > 0 && same(name, first) {
			dst = append(dst[:len(dst)-1], ',')
		} else {
			first = name
			dst = appendName(dst, name)
			dst = append(dst, '[')
		}
		dst = appendQuoted(dst, value)
		dst = append(dst, ']')
	}
	return append(dst, '}')
}
