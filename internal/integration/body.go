package integration

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
)

// The bounds of an answer. AWS names 10 MB for the payload; a reply to a client
// may have far less.
const (
	maxAnswer = 10 << 20 // bytes of a body
	maxHeader = 64 << 10 // bytes of a header
)

// outgoing is the body of a request. It tells when the transport is done with
// it, which is when it has been written.
type outgoing struct {
	bytes.Reader
	sent func()
	done atomic.Bool
}

// Close implements io.Closer. The transport may call it twice, and while Read
// is under way.
func (o *outgoing) Close() error {
	if !o.done.Swap(true) && o.sent != nil {
		o.sent()
	}
	return nil
}

// setBody gives an http.Request the body of r.
func setBody(request *http.Request, r *Request) {
	request.ContentLength = int64(len(r.Body))
	if len(r.Body) == 0 {
		request.Body = http.NoBody
		if r.Sent != nil {
			r.Sent()
		}
		return
	}
	// The caller's buffer is reused once Invoke returns, while net/http may
	// still be writing a request that the backend answered early.
	body := bytes.Clone(r.Body)
	o := &outgoing{sent: r.Sent}
	o.Reset(body)
	request.Body = o
	// A request of which nothing has been written yet, because its connection
	// turned out to be closed, goes to another connection.
	request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
}

var errTooLarge = errors.New("the answer is larger than 10 MB")

// readAnswer reads a body: all of it, or the first limit bytes.
func readAnswer(answer *http.Response, limit int) ([]byte, error) {
	most := maxAnswer
	if limit > 0 {
		most = min(limit, maxAnswer)
	}
	length := answer.ContentLength
	if length >= 0 {
		if length > int64(most) {
			if limit == 0 {
				return nil, errTooLarge
			}
			length = int64(most)
		}
		body := make([]byte, length)
		_, err := io.ReadFull(answer.Body, body)
		return body, err
	}
	if limit > 0 {
		return io.ReadAll(io.LimitReader(answer.Body, int64(most)))
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, int64(most)+1))
	if err == nil && len(body) > most {
		return nil, errTooLarge
	}
	return body, err
}

// unanswered words a call that brought no answer.
func unanswered(ctx context.Context, err error) error {
	if errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
		return &Failure{Cause: Timeout, Text: timedOut, Err: err}
	}
	if errors.Is(err, errTooLarge) {
		return &Failure{Cause: Misconfigured, Text: "Execution failed due to configuration error: Integration response of reported length is larger than allowed maximum of 10485760 bytes.", Err: err}
	}
	// The URL of net/url's error may hold secrets of the query.
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	text := "Execution failed due to configuration error: Unable to connect to the endpoint"
	if strings.Contains(err.Error(), "certificate") {
		text = "Execution failed due to configuration error: The certificate of the endpoint is not valid"
	}
	return &Failure{Cause: BackendUnreachable, Text: text, Err: fmt.Errorf("call the backend: %w", err)}
}
