package gateway

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"postern/internal/apigateway"
	"postern/internal/compat"
	"postern/internal/deployment"
	"postern/internal/gatewayresponse"
	"postern/internal/trace"
)

var errReplyTooLarge = errors.New("Execution failed: the reply is larger than the quota of messages")

// makeReply makes the client's message of the integration's answer.
func (e *event) makeReply() *failure {
	in := e.route.Integration
	if in.Proxy {
		e.reply = append(e.reply[:0], e.response.Body...)
		return nil
	}
	r, f := e.selectResponse()
	if f != nil {
		return f
	}
	return e.render(r)
}

// selectResponse finds the integration response that the answer matches. On
// $connect none is needed where none is defined.
func (e *event) selectResponse() (*deployment.IntegrationResponse, *failure) {
	if c := e.constant(); c != nil {
		return c.response, nil
	}
	in := e.route.Integration
	e.key = strconv.AppendInt(e.key[:0], int64(e.response.Status), 10)
	value := e.key
	if in.SelectsByMessage {
		value = e.response.ErrorMessage
	}
	r, err := in.Response(value)
	if err != nil {
		return nil, gatewayresponse.InternalError.Because(fmt.Errorf("IntegrationResponseKey: %w", err))
	}
	if e.record != nil {
		note := "no integration response matches"
		if r != nil {
			note = "integration response " + r.Key
		}
		e.record.Bytes(trace.IntegrationResponseSelection, "", value, note)
	}
	if r == nil && !e.passesWithoutResponse(in) {
		return nil, gatewayresponse.InternalError.Because(fmt.Errorf("Execution failed due to configuration error: No match for output mapping "+
			"and no default output mapping configured. Endpoint Response Status Code: %d", e.response.Status))
	}
	return r, nil
}

// passesWithoutResponse: published constructs define no integration response
// on $connect and are accepted; a MOCK must say 2xx for that.
func (e *event) passesWithoutResponse(in *deployment.Integration) bool {
	return e.kind == connectEvent && !in.HasResponses() && !e.gateway.options.Compat.ConnectNeedsResponse &&
		(in.Type != apigateway.IntegrationMock || successful(e.response.Status))
}

// successful reports whether a status opens a connection.
func successful(status int) bool { return status >= 200 && status < 300 }

// render makes the reply of the answer's body; r is nil where none was needed.
func (e *event) render(r *deployment.IntegrationResponse) *failure {
	body := e.response.Body
	if r == nil {
		e.reply = append(e.reply[:0], body...)
		return nil
	}
	if body != nil && r.ContentHandling != "" {
		var err error
		if body, err = convert(body, r.ContentHandling); err != nil {
			return gatewayresponse.InternalError.Because(err)
		}
	}
	ts := &r.Templates
	if ts.Len() == 0 {
		e.reply = append(e.reply[:0], body...)
		return nil
	}
	t, f := e.selectResponseTemplate(ts)
	switch {
	case f != nil:
		return f
	case t == nil:
		e.reply = append(e.reply[:0], body...)
		return nil
	case t.Err != nil:
		return gatewayresponse.InternalError.Because(fmt.Errorf("response template %q: %w", t.Key, t.Err))
	}
	if body != nil {
		e.answer.Reset(body)
	}
	var err error
	if e.reply, err = e.apply(t, e.reply[:0], &e.answer); err != nil {
		return gatewayresponse.InternalError.Because(fmt.Errorf("response template %q: %w", t.Key, err))
	}
	e.record.Bytes(trace.ResponseTemplate, t.Key, e.reply, "")
	return nil
}

// selectResponseTemplate lets the expression read, besides the message, what
// the integration was sent and what it answered.
func (e *event) selectResponseTemplate(ts *deployment.Templates) (*deployment.Template, *failure) {
	e.env.Integration = &e.result
	if e.gateway.options.Compat.ResponseBody == compat.EitherBody {
		e.env.Fallback = &e.request
	}
	t, f := e.selectTemplate(ts, trace.ResponseTemplateSelection)
	e.env.Fallback, e.env.Integration = nil, nil
	return t, f
}

// convert applies a ContentHandlingStrategy to an answer.
func convert(body []byte, strategy string) ([]byte, error) {
	if strategy == apigateway.ConvertToText {
		return base64.StdEncoding.AppendEncode(nil, body), nil
	}
	out, err := base64.StdEncoding.AppendDecode(nil, body)
	if err != nil {
		return nil, errNotBase64
	}
	return out, nil
}

// validText replaces every byte that is not UTF-8 with U+FFFD: clients are
// sent text only.
func validText(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	out := make([]byte, 0, len(b)+utf8.UTFMax*8)
	for len(b) > 0 {
		// An invalid byte decodes as RuneError of size 1.
		r, n := utf8.DecodeRune(b)
		out = utf8.AppendRune(out, r)
		b = b[n:]
	}
	return out
}
