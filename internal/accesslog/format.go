// Package accesslog writes what a stage logs: a line per event in the stage's
// access-log format, and the lines that tell how an event was executed.
//
// It renders lines and gets them out without ever holding up the event that
// they are about: to a file, to standard output, or to CloudWatch Logs. It
// knows no events: the values come through the Context of the caller. It does
// not store or query lines.
package accesslog

import (
	"slices"
	"strings"

	"postern/internal/awserr"
	"postern/jsonvalue"
)

const (
	// MaxFormat is the length of a format in bytes.
	//
	// Source: Developer Guide, "Amazon API Gateway quotas", access log template.
	MaxFormat = 3 << 10
	// EventLimit is the length of a log event in bytes; the rest is cut off.
	//
	// Source: Developer Guide, "Amazon API Gateway important notes".
	EventLimit = 1024
)

// Context gives the values of $context by their dotted names, such as
// "identity.sourceIp". A null, an empty string and a name that is not known
// are logged as "-".
//
// error.messageString is the value with its quotes; where it is not known,
// error.message is quoted instead.
type Context interface {
	ContextValue(name string) (jsonvalue.Value, bool)
}

// Format is a compiled format. It does not change and may be used by any
// number of goroutines.
type Format struct {
	pieces []piece
	limit  int
}

// A piece is literal text or, where name is set, a variable.
type piece struct {
	literal string
	name    string
}

// Compile compiles a stage's AccessLogSettings.Format: one line with variables
// $context.name or ${context.name}, one of which is requestId or
// extendedRequestId. The lines that it renders are cut after EventLimit bytes.
// The error is an awserr.BadRequest.
func Compile(format string) (*Format, error) {
	const prefix = "The following errors are found in Access Log Format: "
	if len(format) > MaxFormat {
		return nil, awserr.Newf(awserr.BadRequest, prefix+"Access Log format must not be longer than %d bytes", MaxFormat)
	}
	if strings.ContainsAny(format, "\r\n") {
		return nil, awserr.Newf(awserr.BadRequest, prefix+"Access Log format must be single line: '%s'", format)
	}
	f := &Format{pieces: split(format), limit: EventLimit}
	if !slices.ContainsFunc(f.pieces, func(p piece) bool { return p.name == "requestId" || p.name == "extendedRequestId" }) {
		return nil, awserr.Newf(awserr.BadRequest,
			prefix+"Access Log format must include either $context.requestId or $context.extendedRequestId : '%s'", format)
	}
	return f, nil
}

// split cuts a format into literals and variables. What looks like a variable
// of another kind is literal text.
func split(format string) []piece {
	var pieces []piece
	literal := 0
	for i := 0; i < len(format); {
		name, n := variable(format[i:])
		if n == 0 {
			i++
			continue
		}
		if i > literal {
			pieces = append(pieces, piece{literal: format[literal:i]})
		}
		pieces = append(pieces, piece{name: name})
		i += n
		literal = i
	}
	if literal < len(format) {
		pieces = append(pieces, piece{literal: format[literal:]})
	}
	return pieces
}

// variable reads a variable at the start of text and returns its name and how
// long it is; 0 if there is none.
func variable(text string) (name string, n int) {
	const plain, braced = "$context.", "${context."
	switch {
	case strings.HasPrefix(text, braced):
		name, _, ok := strings.Cut(text[len(braced):], "}")
		if !ok || name == "" {
			return "", 0
		}
		return name, len(braced) + len(name) + 1
	case strings.HasPrefix(text, plain):
		rest := text[len(plain):]
		end := 0
		for end < len(rest) && isNameByte(rest[end]) {
			end++
		}
		// The point or dash after a name ends a sentence or parts two values.
		name = strings.TrimRight(rest[:end], ".-")
		if name == "" {
			return "", 0
		}
		return name, len(plain) + len(name)
	}
	return "", 0
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-'
}

// Names returns the names of the format's variables in their order, each once.
func (f *Format) Names() []string {
	var names []string
	for _, p := range f.pieces {
		if p.name != "" && !slices.Contains(names, p.name) {
			names = append(names, p.name)
		}
	}
	return names
}

// Unknown returns the variables of the format that API Gateway documents for
// no WebSocket event and that therefore always are "-".
func (f *Format) Unknown() []string {
	return slices.DeleteFunc(f.Names(), func(name string) bool {
		return known[name] || strings.HasPrefix(name, "authorizer.")
	})
}

// WithLimit returns the same format with another limit for the length of a
// line in bytes; 0 is no limit.
func (f *Format) WithLimit(bytes int) *Format { return &Format{pieces: f.pieces, limit: bytes} }

// Append appends the line of an event to dst, without a line end.
func (f *Format) Append(dst []byte, c Context) []byte {
	start := len(dst)
	for i := range f.pieces {
		p := &f.pieces[i]
		if p.name == "" {
			dst = append(dst, p.literal...)
			continue
		}
		dst = appendValue(dst, p.name, c)
		if f.limit > 0 && len(dst)-start > f.limit {
			break
		}
	}
	if f.limit > 0 {
		return dst[:start+len(Truncate(dst[start:], f.limit))]
	}
	return dst
}

func appendValue(dst []byte, name string, c Context) []byte {
	v, ok := c.ContextValue(name)
	if (!ok || v.IsNull()) && name == "error.messageString" {
		if text, ok := textOf(c, "error.message"); ok {
			return appendQuoted(dst, text)
		}
	}
	if !ok || v.IsNull() {
		return append(dst, '-')
	}
	start := len(dst)
	if text, ok := v.Text(); ok {
		dst = append(dst, text...)
	} else {
		dst = v.AppendJava(dst)
	}
	if len(dst) == start {
		return append(dst, '-')
	}
	// A value must not be able to forge a line.
	for i := start; i < len(dst); i++ {
		if dst[i] == '\n' || dst[i] == '\r' {
			dst[i] = ' '
		}
	}
	return dst
}

// appendQuoted puts text in quotes, such that it can stand in JSON.
func appendQuoted(dst []byte, text string) []byte {
	dst = append(dst, '"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ':
			dst = append(dst, ' ')
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

func textOf(c Context, name string) (string, bool) {
	v, ok := c.ContextValue(name)
	if !ok {
		return "", false
	}
	text, ok := v.Text()
	return text, ok && text != ""
}

// known holds the variables of WebSocket access logs, but for the members of
// authorizer.
//
// Source: Developer Guide, "Monitoring WebSocket API execution with CloudWatch
// metrics" and "API Gateway WebSocket API mapping template reference".
var known = func() map[string]bool {
	names := []string{
		"apiId", "authorize.error", "authorize.latency", "authorize.status",
		"authenticate.error", "authenticate.latency", "authenticate.status",
		"connectedAt", "connectionId", "domainName", "domainPrefix", "error.message",
		"error.messageString", "error.responseType", "error.validationErrorString",
		"eventType", "extendedRequestId", "integration.error",
		"integration.integrationStatus", "integration.latency", "integration.requestId",
		"integration.status", "integrationLatency", "messageDirection", "messageId", "requestId",
		"requestTime", "requestTimeEpoch", "routeKey", "stage", "status",
		"disconnectReason", "disconnectStatusCode",
		"waf.error", "waf.latency", "waf.status", "wafResponseCode", "webaclArn",
	}
	for _, name := range []string{
		"accountId", "apiKey", "apiKeyId", "caller", "cognitoAuthenticationProvider",
		"cognitoAuthenticationType", "cognitoIdentityId", "cognitoIdentityPoolId",
		"principalOrgId", "sourceIp", "user", "userAgent", "userArn",
	} {
		names = append(names, "identity."+name)
	}
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}()
