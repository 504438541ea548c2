package integration

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"postern/internal/http1"
)

// keptRequest is how much memory a connection keeps for its next request.
const keptRequest = 16 << 10

// call is a request to a backend, ready to be sent.
type call struct {
	method string
	url    *url.URL
	header http1.Header // not changed
	body   []byte
	limit  int    // of the answer's body; 0 for all, up to 10 MB
	sent   func() // may be nil
}

// What an answer depends on: servers answer HEAD without a body.
var (
	withoutBody = &http.Request{Method: http.MethodHead}
	withBody    = &http.Request{Method: http.MethodPost}
)

// exchange sends a call over a connection to where it leads and reads the
// answer. It ends when ctx does.
func (cs *connections) exchange(ctx context.Context, to destination, r *call) (*Response, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	c, err := cs.open(ctx, to)
	if err != nil {
		return nil, unanswered(ctx, err)
	}
	stop := context.AfterFunc(ctx, c.abort)
	answer, reusable, err := c.exchange(r)
	if !stop() || err != nil || !reusable {
		c.Close()
	} else {
		cs.keep(c)
	}
	if err != nil {
		return nil, unanswered(ctx, err)
	}
	return answer, nil
}

// longAgo is a deadline that has passed.
var longAgo = time.Unix(1, 0)

// abort ends a call that is under way.
func (c *connection) abort() { c.plain.SetDeadline(longAgo) } //nolint:errcheck // then it is closed already

// exchange writes the request and reads the answer. reusable says that the
// connection may serve another call.
func (c *connection) exchange(r *call) (answer *Response, reusable bool, err error) {
	c.out = r.append(c.out[:0])
	_, writeErr := c.Write(c.out)
	if r.sent != nil {
		r.sent()
	}
	request := withBody
	if r.method == http.MethodHead {
		request = withoutBody
	}
	// The body is not closed: that would read a long one to its end. The
	// connection is.
	got, err := c.readHead(request) //nolint:bodyclose // see above
	if err != nil {
		return nil, false, errors.Join(writeErr, err)
	}
	body, err := readAnswer(got, r.limit)
	if err != nil {
		return nil, false, err
	}
	whole := got.Body == http.NoBody || got.ContentLength == int64(len(body))
	if !whole && got.ContentLength < 0 && (r.limit == 0 || len(body) < r.limit) {
		whole = true // the chunks ended
	}
	reusable = whole && writeErr == nil && !got.Close && got.ProtoAtLeast(1, 1) && c.in.Buffered() == 0
	return &Response{Status: got.StatusCode, Header: http1.FromMap(got.Header), Body: body}, reusable, nil
}

// maxInformational is how many 1xx answers may come before the answer.
const maxInformational = 5

// readHead reads the answer up to its body.
func (c *connection) readHead(request *http.Request) (*http.Response, error) {
	c.left = maxHeader
	for range maxInformational {
		got, err := http.ReadResponse(c.in, request)
		if err != nil {
			return nil, err
		}
		switch {
		case got.StatusCode == http.StatusSwitchingProtocols:
			return nil, errors.New("the backend switches to another protocol")
		case got.StatusCode >= 200:
			c.left = -1
			return got, nil
		case got.StatusCode < 100:
			return nil, fmt.Errorf("the backend answers with status %d", got.StatusCode)
		}
	}
	return nil, errors.New("the backend does not come to its answer")
}

// ownFields are the fields that a request gets from its call, or that concern
// the connection.
var ownFields = []string{"Host", "Content-Length", "Transfer-Encoding", "Connection", "Trailer", "TE", "Upgrade", "Expect"}

// append appends the request as it goes over the wire.
func (r *call) append(dst []byte) []byte {
	dst = append(dst, r.method...)
	dst = append(dst, ' ')
	dst = append(dst, strings.ReplaceAll(r.url.RequestURI(), " ", "%20")...)
	dst = append(dst, " HTTP/1.1\r\nHost: "...)
	dst = append(dst, r.host()...)
	for _, f := range r.header {
		if http1.Among(f.Name, ownFields) {
			continue
		}
		dst = append(dst, "\r\n"...)
		dst = append(dst, f.Name...)
		dst = append(dst, ": "...)
		dst = append(dst, f.Value...)
	}
	if len(r.body) > 0 || r.method != http.MethodGet && r.method != http.MethodHead {
		dst = append(dst, "\r\nContent-Length: "...)
		dst = strconv.AppendInt(dst, int64(len(r.body)), 10)
	}
	dst = append(dst, "\r\n\r\n"...)
	return append(dst, r.body...)
}

// host is the value of the Host field: a mapped one, or that of the URL.
func (r *call) host() string {
	if host := r.header.Get("Host"); host != "" {
		return host
	}
	return r.url.Host
}

// check refuses what would not be the request that it looks like.
func (r *call) check() error {
	bad := ""
	switch {
	case !http1.IsName(r.method):
		bad = fmt.Sprintf("the method %q", r.method)
	case !http1.IsValue(r.url.RequestURI()):
		bad = "the endpoint address"
	}
	for _, f := range r.header {
		if !http1.IsName(f.Name) || !http1.IsValue(f.Value) {
			bad = "the header " + strconv.Quote(f.Name)
		}
	}
	if bad == "" {
		return nil
	}
	return &Failure{Cause: Misconfigured, Text: "Execution failed due to configuration error: Invalid value of " + bad}
}

// destinationOf returns where a URL leads.
func destinationOf(u *url.URL) destination {
	to := destination{secure: u.Scheme == "https", address: u.Host}
	if u.Port() == "" {
		port := "80"
		if to.secure {
			port = "443"
		}
		to.address = net.JoinHostPort(u.Hostname(), port)
	}
	if to.secure {
		to.serverName = u.Hostname()
	}
	return to
}

var errTooLarge = errors.New("the answer is larger than 10 MB")

// readAnswer reads a body: all of it, or the first limit bytes.
func readAnswer(answer *http.Response, limit int) ([]byte, error) {
	if answer.Body == http.NoBody {
		// To HEAD, whatever length it has.
		return nil, nil
	}
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
		if length == 0 {
			return nil, nil
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

// The bounds of an answer. AWS names 10 MB for the payload; a reply to a client
// may have far less.
const (
	maxAnswer = 10 << 20 // bytes of a body
	maxHeader = 64 << 10 // bytes of a header
)

// unanswered words a call that brought no answer.
func unanswered(ctx context.Context, err error) error {
	if _, ok := errors.AsType[*Failure](err); ok {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
		return &Failure{Cause: Timeout, Text: timedOut, Err: err}
	}
	if errors.Is(err, errTooLarge) {
		return &Failure{Cause: Misconfigured, Text: "Execution failed due to configuration error: Integration response of reported length is larger than allowed maximum of 10485760 bytes.", Err: err}
	}
	text := "Execution failed due to configuration error: Unable to connect to the endpoint"
	if strings.Contains(err.Error(), "certificate") {
		text = "Execution failed due to configuration error: The certificate of the endpoint is not valid"
	}
	return &Failure{Cause: BackendUnreachable, Text: text, Err: fmt.Errorf("call the backend: %w", err)}
}
