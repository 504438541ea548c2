package integration

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"postern/jsonvalue"
)

// lambda invokes a function. For a custom integration (type AWS) the payload
// is the answer, and its errorMessage selects the integration response; for a
// proxy integration the payload says what the answer is.
func (s *Service) lambda(ctx context.Context, t target, r *Request) (*Response, error) {
	if r.Integration.Proxy {
		// A proxy integration is always synchronous, whatever is mapped.
		r.Query = nil
	}
	answer, err := s.send(ctx, t, r)
	if err != nil {
		return nil, err
	}
	response, failure := outcome(answer, r.Integration.Proxy)
	if failure != nil {
		failure.Answer = answer
		return nil, failure
	}
	return response, nil
}

// outcome is what Lambda's answer means.
func outcome(answer *Response, proxy bool) (*Response, *Failure) {
	switch {
	case answer.Status == http.StatusForbidden, answer.Status == http.StatusNotFound:
		return nil, &Failure{Cause: Misconfigured,
			Text: "Execution failed due to configuration error: Invalid permissions on Lambda function", Err: status(answer)}
	case answer.Status == http.StatusTooManyRequests, answer.Status >= 500:
		return nil, &Failure{Cause: Refused, Text: internal, Err: status(answer)}
	case answer.Status >= 300 && proxy:
		return nil, &Failure{Cause: Misconfigured,
			Text: fmt.Sprintf("Execution failed due to configuration error: Lambda refused the request: %s", clip(answer.Body)), Err: status(answer)}
	case !proxy:
		// AWS: the expression reads the payload's errorMessage, whether the
		// function failed or not. Lambda's own complaint, such as that the
		// request is no JSON, is a payload too.
		answer.ErrorMessage = errorMessage(answer.Body)
		return answer, nil
	case answer.Header.Get("X-Amz-Function-Error") != "":
		return nil, &Failure{Cause: FunctionError, Text: fmt.Sprintf(
			"Lambda execution failed with status %d due to customer function error: %s. Lambda request id: %s",
			answer.Status, clip(errorMessage(answer.Body)), answer.RequestID)}
	}
	proxied, failure := ReadProxy(answer.Body)
	if failure != nil {
		return nil, failure
	}
	proxied.RequestID, proxied.Payload = answer.RequestID, answer
	return proxied, nil
}

func status(r *Response) error { return fmt.Errorf("status %d: %s", r.Status, clip(r.Body)) }

// clip keeps what a log line can hold of a body.
func clip(body []byte) string {
	const most = 256
	if len(body) > most {
		return string(body[:most]) + "…"
	}
	return string(body)
}

// errorMessage is the errorMessage member of a function's payload, nil without
// one.
func errorMessage(payload []byte) []byte {
	var d jsonvalue.Document
	d.Reset(payload)
	raw, ok := d.Member("errorMessage")
	if !ok {
		return nil
	}
	if text, ok := jsonvalue.AppendUnquoted(nil, raw); ok {
		return text
	}
	if string(raw) == "null" {
		return nil
	}
	return bytes.Clone(raw)
}
