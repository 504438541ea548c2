package gateway

import (
	"fmt"

	"postern/internal/apigateway"
	"postern/internal/deployment"
	"postern/internal/gatewayresponse"
	"postern/internal/integration"
	"postern/internal/trace"
	"postern/jsonvalue"
)

// constant is what a MOCK integration does with every event alike, because its
// request template is only text: found out once, when the stage is compiled.
type constant struct {
	request  []byte // the integration request. Read only
	status   int    // what it answers
	response *deployment.IntegrationResponse
}

// constantOf returns what an integration does with every event alike, nil if
// that depends on the event, or fails.
func constantOf(in *deployment.Integration) *constant {
	if in == nil || in.Type != apigateway.IntegrationMock || in.ContentHandling != "" || in.SelectsByMessage ||
		in.Templates.Selection != nil || in.Templates.SelectionError != nil {
		return nil
	}
	t := in.Templates.Select(nil)
	if t == nil || t.Err != nil {
		return nil
	}
	text, ok := t.Constant()
	if !ok {
		return nil
	}
	c := &constant{request: []byte(text)}
	var body jsonvalue.Document
	body.Reset(c.request)
	var err error
	if c.status, err = integration.Mock(&body); err != nil {
		return nil
	}
	if c.response, err = in.Response(fmt.Append(nil, c.status)); err != nil || c.response == nil {
		return nil
	}
	return c
}

// constant is that of the event's route; nil also where somebody listens to
// how it comes about.
func (e *event) constant() *constant {
	if e.record != nil {
		return nil
	}
	return e.live.routes[e.route.Index].constant
}

// mock lets the MOCK integration answer.
func (e *event) mock() *failure {
	if c := e.constant(); c != nil {
		e.response.Status, e.result.Status, e.invoked = c.status, c.status, true
		return nil
	}
	status, err := integration.Mock(&e.request)
	if err != nil {
		return gatewayresponse.InternalError.Because(err)
	}
	e.response.Status, e.result.Status, e.invoked = status, status, true
	if e.record != nil {
		e.record.Step(trace.Integration, apigateway.IntegrationMock, fmt.Sprint(status), "")
	}
	return nil
}
