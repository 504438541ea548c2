package gateway

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"postern/internal/apigateway"
	"postern/internal/compat"
	"postern/internal/deployment"
	"postern/internal/gatewayresponse"
	"postern/internal/integration"
	"postern/internal/mapping"
	"postern/internal/selection"
	"postern/internal/trace"
	"postern/jsonvalue"
)

// environment prepares what selection expressions may read.
func (e *event) environment() *selection.Env {
	e.env.Document = &e.message
	if e.env.Integration != nil && e.gateway.options.Compat.ResponseBody == compat.IntegrationBody {
		e.env.Document = &e.request
	}
	e.env.Context = e
	e.env.StageVariables = e.live.StageVariables
	return &e.env
}

// scope prepares what a template may read; $input is the given document.
func (e *event) scope(input *jsonvalue.Document) *mapping.Input {
	e.scoped = true
	e.input.Document = input
	e.input.Context = e
	e.input.StageVariables = e.live.StageVariables
	e.input.Params = nil
	if e.upgrade != nil {
		e.input.Params = &e.upgrade.Request
	}
	return &e.input
}

// makeRequest makes the body of the integration request: the client's message
// as it is, or what a template makes of it.
func (e *event) makeRequest() *failure {
	if c := e.constant(); c != nil {
		e.request.Reset(c.request)
		return nil
	}
	in := e.route.Integration
	if in == nil {
		return gatewayresponse.InternalError.Because(e.route.TargetError)
	}
	switch {
	case in.Type == apigateway.IntegrationAWSProxy:
		event := e.lambdaEvent()
		e.rendered = event.AppendProxy(e.rendered[:0])
		e.request.Reset(e.rendered)
		return nil
	case in.Proxy:
		e.request.Reset(e.message.Body())
		return e.toBinary(in)
	}
	t, f := e.selectTemplate(&in.Templates, trace.TemplateSelection)
	if f != nil {
		return f
	}
	if t == nil {
		return e.passthrough(in)
	}
	if t.Err != nil {
		return gatewayresponse.InternalError.Because(fmt.Errorf("request template %q: %w", t.Key, t.Err))
	}
	var err error
	if e.rendered, err = e.apply(t, e.rendered[:0], &e.message); err != nil {
		return gatewayresponse.InternalError.Because(fmt.Errorf("request template %q: %w", t.Key, err))
	}
	e.record.Bytes(trace.RequestTemplate, t.Key, e.rendered, "")
	e.request.Reset(e.rendered)
	return e.toBinary(in)
}

// selectTemplate finds the template that an expression selects; nil if there
// is none.
func (e *event) selectTemplate(ts *deployment.Templates, kind string) (*deployment.Template, *failure) {
	if ts.SelectionError != nil {
		return nil, gatewayresponse.InternalError.Because(fmt.Errorf("TemplateSelectionExpression: %w", ts.SelectionError))
	}
	e.key = e.key[:0]
	if ts.Selection != nil {
		e.key = ts.Selection.Append(e.key, e.environment())
	}
	t := ts.Select(e.key)
	if e.record != nil {
		note := "no template: the body passes unchanged"
		if t != nil {
			note = "template " + t.Key
		}
		e.record.Bytes(kind, ts.Source, e.key, note)
	}
	return t, nil
}

var (
	errNotBase64 = errors.New("Execution failed due to configuration error: Unable to base64 decode the body.")
	errNoMatch   = errors.New("no request template matches and PassthroughBehavior refuses the message")
)

// passthrough is what the PassthroughBehavior says for a message that no
// template takes.
func (e *event) passthrough(in *deployment.Integration) *failure {
	refused := in.Passthrough == apigateway.PassthroughNever ||
		in.Passthrough == apigateway.PassthroughWhenNoTemplates && in.Templates.Len() > 0
	if refused {
		return &failure{Response: gatewayresponse.UnsupportedMediaType, Message: e.gateway.options.Compat.UnsupportedMediaText, Cause: errNoMatch}
	}
	e.request.Reset(e.message.Body())
	return e.toBinary(in)
}

// toBinary decodes the request body for an integration that asks for bytes.
func (e *event) toBinary(in *deployment.Integration) *failure {
	if in.ContentHandling != apigateway.ConvertToBinary {
		return nil
	}
	body, err := base64.StdEncoding.AppendDecode(nil, e.request.Body())
	if err != nil {
		return gatewayresponse.InternalError.Because(errNotBase64)
	}
	e.rendered = body
	e.request.Reset(body)
	return nil
}

var errTooManyCalls = errors.New("as many integrations as this node may have are under way")

// invoker is the way out of the event's route; nil for MOCK, and without an
// integration.
func (e *event) invoker() integration.Invoker { return e.live.routes[e.route.Index].invoker }

// integrate lets the integration answer. It blocks unless it is MOCK.
func (e *event) integrate() *failure {
	if i := e.invoker(); i != nil {
		return e.invoke(i)
	}
	return e.mock()
}

// invoke lets another integration answer. It blocks.
func (e *event) invoke(i integration.Invoker) *failure {
	in, g := e.route.Integration, e.gateway
	if g.calls.Add(1) > int64(g.options.Calls) {
		g.calls.Add(-1)
		return gatewayresponse.Throttled.Because(errTooManyCalls)
	}
	defer g.calls.Add(-1)
	ctx, cancel := context.WithTimeout(g.context, in.Timeout)
	defer cancel()
	request, err := e.invocation(in)
	if err != nil {
		return gatewayresponse.InternalError.Because(err)
	}
	request.Sent = e.sent
	e.sending(request)
	start := time.Now()
	r, err := i.Invoke(ctx, request)
	e.took(start)
	if err != nil {
		f := integration.FailureOf(err)
		e.received(f.Answer)
		return responseTo(f.Cause).Because(f)
	}
	e.response = *r
	e.result = selection.IntegrationResult{Status: r.Status, Header: r.Header, Body: r.Body, ErrorMessage: r.ErrorMessage}
	e.received(cmp.Or(r.Payload, r))
	if e.record != nil {
		e.record.Step(trace.Integration, in.Type, fmt.Sprint(r.Status), "")
	}
	return nil
}

// apply renders a template, and lists the references that it resolved in the
// trace.
func (e *event) apply(t *deployment.Template, dst []byte, input *jsonvalue.Document) ([]byte, error) {
	if e.record == nil {
		if text, ok := t.Constant(); ok {
			return append(dst, text...), nil
		}
		return t.Render(dst, e.scope(input))
	}
	return t.Trace(dst, e.scope(input), func(text string, line, col int, v mapping.Value) {
		e.record.Step(trace.Reference, text, v.String(), fmt.Sprintf("line %d, column %d of template %s", line, col, t.Key))
	})
}

// responseTo is what the client sees of an integration that did not answer.
func responseTo(c integration.Cause) *gatewayresponse.Response {
	switch c {
	case integration.Timeout:
		return gatewayresponse.TimedOut
	case integration.FunctionError:
		return gatewayresponse.BadGateway
	case integration.BackendUnreachable:
		return gatewayresponse.Unreachable
	}
	return gatewayresponse.InternalError
}
