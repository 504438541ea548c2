package gateway

import (
	"errors"
	"fmt"

	"postern/internal/compat"
	"postern/internal/deployment"
	"postern/internal/gatewayresponse"
	"postern/internal/schema"
	"postern/internal/trace"
)

// noModel is the model of messages that select none: no message fits it.
var noModel = &deployment.Model{Err: errNoModel}

var errNoModel = errors.New("no model is selected for the message")

// selectModel finds the model that a message must fit.
func (e *event) selectModel() *failure {
	v := e.route.Validation
	if v == nil {
		return nil
	}
	if v.SelectionError != nil {
		return gatewayresponse.InternalError.Because(fmt.Errorf("ModelSelectionExpression: %w", v.SelectionError))
	}
	e.key = v.Selection.Append(e.key[:0], e.environment())
	if e.model = v.Select(e.key); e.model == nil {
		e.model = noModel
	}
	return nil
}

// quick reports whether validating the message takes little time.
func (e *event) quick() bool {
	return e.model.Schema == nil || e.model.Schema.Quick(len(e.message.Body()))
}

// validate checks the message against its model, if it must fit one.
func (e *event) validate() *failure {
	m := e.model
	if m == nil {
		return nil
	}
	var detail string
	switch {
	case m == noModel:
		detail = "[" + errNoModel.Error() + "]"
	case m.Err != nil:
		return gatewayresponse.InternalError.Because(fmt.Errorf("model %s: %w", m.Name, m.Err))
	default:
		err := m.Schema.Validate(e.message.Body())
		if err == nil {
			e.record.Step(trace.Validation, m.Name, "valid", "")
			return nil
		}
		detail = err.Error()
		if s, ok := errors.AsType[*schema.Error](err); ok {
			detail = s.Detail
		}
	}
	e.record.Step(trace.Validation, m.Name, detail, "the integration is not called")
	return &failure{Response: gatewayresponse.BadRequestBody, Detail: detail,
		Cause: fmt.Errorf("Request body does not match model schema for content type application/json: %s", detail)}
}

// appendInvalid appends the error message for a message that does not fit its
// model: AWS documents it with a messageId, all others have a requestId.
func (e *event) appendInvalid(dst []byte, text string) []byte {
	id := gatewayresponse.IDs{Connection: e.conn.id}
	if e.gateway.options.Compat.ValidationIDs != compat.MessageIDOnly {
		id.Request = e.requestIdentity()
	}
	if e.gateway.options.Compat.ValidationIDs != compat.RequestIDOnly {
		id.Message = e.messageIdentity()
	}
	return gatewayresponse.AppendError(dst, text, id)
}
