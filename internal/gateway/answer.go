package gateway

import (
	"iter"
	"slices"

	"postern/internal/deployment"
	"postern/internal/gatewayresponse"
	"postern/internal/http1"
	"postern/internal/mapping"
	"postern/internal/trace"
)

// makeAnswer makes the header, the status and the body of the answer to a
// request for a connection.
func (e *event) makeAnswer() (http1.Header, *failure) {
	in := e.route.Integration
	if in.Proxy {
		e.reply = append(e.reply[:0], e.response.Body...)
		return slices.Clone(e.response.Header), nil
	}
	r, f := e.selectResponse()
	if f != nil {
		return nil, f
	}
	if f := e.render(r); f != nil {
		return nil, f
	}
	return e.mappedHeader(r)
}

// mappedHeader is the header that response parameters and templates make. What
// a template overrides wins, and may change the status too.
func (e *event) mappedHeader(r *deployment.IntegrationResponse) (http1.Header, *failure) {
	var h http1.Header
	if r != nil {
		if r.ParametersError != nil {
			return nil, gatewayresponse.InternalError.Because(r.ParametersError)
		}
		e.answer.Reset(e.response.Body)
		scope := e.scope(&e.answer)
		scope.Response = headerParams(e.response.Header)
		r.Parameters.Apply(scope, func(t mapping.Target, values []string) {
			for _, v := range values {
				h = append(h, http1.Field{Name: t.Name, Value: v})
				e.record.Step(trace.ResponseParameters, t.Name, v, "")
			}
		})
		scope.Response = nil
	}
	for name, value := range e.input.Overrides.ResponseHeaders() {
		h = h.With(name, value)
		e.record.Step(trace.ResponseParameters, name, value, "overridden by a template")
	}
	if status, ok := e.input.Overrides.Status(); ok {
		e.response.Status = status
	}
	return h, nil
}

// headerParams are the header of a backend's answer as parameters.
type headerParams http1.Header

// Params implements mapping.Params.
func (h headerParams) Params(in mapping.Location) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		if in != mapping.Header {
			return
		}
		for _, f := range h {
			if !yield(f.Name, f.Value) {
				return
			}
		}
	}
}
