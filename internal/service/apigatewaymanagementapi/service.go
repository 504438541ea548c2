// Package apigatewaymanagementapi is the service by which a backend reaches the
// clients that are connected to its API: PostToConnection, GetConnection and
// DeleteConnection, under @connections of a stage.
//
// It is the one service that talks to live connections, and it does so through
// the Gateway interface: it does not know on which node a connection is, nor
// who may ask. Signatures and permissions are checked before a request gets
// here.
package apigatewaymanagementapi

import (
	"cmp"
	"encoding/binary"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/google/uuid"

	"postern/internal/awserr"
	"postern/internal/compat"
	"postern/internal/endpoint"
	"postern/internal/gateway"
	"postern/internal/gatewayresponse"
	"postern/internal/http1"
	"postern/internal/ids"
	"postern/internal/monitoring"
)

// MaxPayload is the largest message that PostToConnection takes, in bytes, unless
// Options say another.
//
// Source: API Gateway Management API reference, PostToConnection; it is the
// quota of messages.
const MaxPayload = gateway.DefaultMaxMessage

// Gateway is what the service needs of the data plane. The errors of its
// methods are awserr's: Forbidden, LimitExceeded and Gone.
type Gateway interface {
	// Resolve reads where a request is directed.
	Resolve(host, target string) (endpoint.Address, bool)
	// Admit takes a call in, or refuses it, and completes its address.
	Admit(a endpoint.Address, id ids.ID) (endpoint.Address, error)
	// Post sends data as one text message.
	Post(apiID string, id ids.ID, data []byte) error
	// Inspect tells what is known of a connection.
	Inspect(apiID string, id ids.ID) (gateway.Peer, error)
	// Disconnect closes a connection.
	Disconnect(apiID string, id ids.ID) error
	// Called is told of every call when it is done. It keeps nothing of it.
	Called(c *monitoring.Call)
}

// Options configure a Service.
type Options struct {
	Gateway Gateway // required
	// Node is the number that request ids carry.
	Node uint32
	// MaxPayload is the largest message, in bytes; 0 is MaxPayload.
	MaxPayload int
	// Compat turns guesses about AWS into their alternatives.
	Compat compat.Picks
	// Logger takes what goes wrong; nil discards it.
	Logger *slog.Logger
}

// Service answers the requests of backends, through net/http or without. It is
// an http.Handler for every path of the data plane: what is not under
// @connections of a stage is answered as an endpoint answers what it does not
// know, 403 Forbidden.
type Service struct {
	gateway Gateway
	logger  *slog.Logger
	compat  compat.Picks
	most    int       // bytes of a message
	sources sync.Pool // of *ids.Source
	calls   sync.Pool // of *call
	webs    sync.Pool // of *exchange
}

var _ http.Handler = (*Service)(nil)

// New returns a Service.
func New(o Options) *Service {
	s := &Service{gateway: o.Gateway, logger: o.Logger, compat: o.Compat, most: cmp.Or(o.MaxPayload, MaxPayload)}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	s.sources.New = func() any { return ids.NewSource(o.Node) }
	s.calls.New = func() any { return &call{} }
	s.webs.New = func() any { return &exchange{} }
	return s
}

var (
	errForbidden = awserr.New(awserr.Forbidden, "Forbidden")
	errGone      = awserr.New(awserr.Gone, "")
	errTooLarge  = awserr.New(awserr.PayloadTooLarge, "Payload too large")
)

// Answer fills in the answer to a request. It does not block, and keeps nothing
// of the request.
func (s *Service) Answer(r *Request, w *http1.Response) {
	c := s.begin(r)
	w.Status = http.StatusOK
	w.Header = append(w.Header[:0], http1.Field{Name: "x-amzn-RequestId", Value: requestID()},
		http1.Field{Name: "x-amz-apigw-id", Value: c.RequestID.String()})
	if err := s.serve(c, r, w); err != nil {
		s.fail(c, w, err)
	}
	c.Status, c.Response = w.Status, w.Body
	s.end(c)
}

// Refused says that a request was answered with an error before it got here,
// such as one of its signature: it is logged and counted as any other.
func (s *Service) Refused(r *Request, err error) {
	c := s.begin(r)
	segment, _ := connectionSegment(r.Address.Rest)
	_ = c.identify(segment) // whatever it is
	e := awserr.Of(err)
	c.Status, c.Code, c.Message = e.Kind.Status, e.Kind.Code, e.Message
	s.end(c)
}

// requestID returns a random UUID. It names a request and guards nothing.
func requestID() string {
	var id uuid.UUID
	binary.LittleEndian.PutUint64(id[:8], rand.Uint64())
	binary.LittleEndian.PutUint64(id[8:], rand.Uint64())
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id.String()
}

func (s *Service) serve(c *call, r *Request, w *http1.Response) error {
	segment, found := connectionSegment(r.Address.Rest)
	if !found {
		return noRoute(r.Address, r.Method)
	}
	// A stage that is not there is said before an id that is none.
	invalid := c.identify(segment)
	var err error
	if c.Address, err = s.gateway.Admit(r.Address, c.id); err != nil {
		return err
	}
	if invalid != nil {
		return invalid
	}
	switch r.Method {
	case http.MethodPost:
		return s.postToConnection(c, r)
	case http.MethodGet:
		return s.getConnection(c, w)
	case http.MethodDelete:
		return s.deleteConnection(c, w)
	}
	return errForbidden
}

// noRoute is the answer to a path that is none of @connections. A custom domain
// name says more than an endpoint does: it is what people see who append the
// stage to it.
//
// Source: a captured error, aws-samples/simple-websockets-chat-app#40.
func noRoute(a endpoint.Address, method string) error {
	path := strings.TrimPrefix(a.Rest, "/")
	if !a.Mapped || a.APIID == "" || !strings.Contains(path, "connections/") {
		return errForbidden
	}
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	return awserr.Newf(awserr.NotFound, "No method found matching route %s for http method %s.", path, method)
}

// fail answers with an error: the type in a header, the message in the body. A
// GoneException has no body at all.
func (s *Service) fail(c *call, w *http1.Response, err error) {
	e := awserr.Of(err)
	c.Code, c.Message = e.Kind.Code, e.Message
	w.Status, w.Body = e.Kind.Status, nil
	if e.Kind == awserr.Internal {
		s.logger.Error("@connections failed", "method", c.Method, "connection", c.ConnectionID,
			"request", c.RequestID.String(), "error", err)
	}
	if e.Kind == awserr.PayloadTooLarge && s.compat.BarePayloadTooLarge {
		w.Header = w.Header[:0]
		return
	}
	w.Header = append(w.Header, http1.Field{Name: "x-amzn-ErrorType", Value: e.Kind.Code})
	if e.Kind == awserr.Gone {
		return
	}
	w.Body = gatewayresponse.AppendRefusal(nil, e.Message)
	w.Header = append(w.Header, http1.Field{Name: "Content-Type", Value: "application/json"})
}
