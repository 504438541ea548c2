package integration

import (
	"context"
	"fmt"
	"net/http"

	"postern/jsonvalue"
)

// lambda invokes a function. For a custom integration (type AWS) the payload
// is the answer, and its errorMessage selects the integration response; for a
// proxy integration the caller reads the payload with ProxyAnswer.
func (s *Service) lambda(ctx context.Context, t target, r *Request) (*Response, error) {
	answer, err := s.send(ctx, t, r)
	if err != nil {
		return nil, err
	}
	switch {
	case answer.Status == http.StatusForbidden, answer.Status == http.StatusNotFound:
		return nil, &Failure{Cause: Misconfigured,
			Text: "Execution failed due to configuration error: Invalid permissions on Lambda function", Err: status(answer)}
	case answer.Status == http.StatusTooManyRequests, answer.Status >= 500:
		return nil, &Failure{Cause: BackendUnreachable, Text: "Execution failed due to an internal error", Err: status(answer)}
	case answer.Status >= 400:
		return nil, &Failure{Cause: Misconfigured,
			Text: fmt.Sprintf("Execution failed due to configuration error: Lambda refused the request: %s", clip(answer.Body)), Err: status(answer)}
	}
	if answer.Header.Get("X-Amz-Function-Error") == "" {
		return answer, nil
	}
	message := errorMessage(answer.Body)
	if r.Integration.Proxy {
		return nil, &Failure{Cause: FunctionError, Text: fmt.Sprintf(
			"Lambda execution failed with status %d due to customer function error: %s. Lambda request id: %s",
			answer.Status, message, answer.Header.Get("X-Amzn-Requestid"))}
	}
	answer.ErrorMessage = []byte(message)
	return answer, nil
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

// errorMessage is the errorMessage member of a failed function's payload.
func errorMessage(payload []byte) string {
	v, err := jsonvalue.Parse(payload)
	if err != nil || v.Map() == nil {
		return ""
	}
	m, _ := v.Map().Get("errorMessage")
	text, _ := m.Text()
	return text
}
