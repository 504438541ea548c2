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
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"postern/internal/awserr"
	"postern/internal/ids"
)

// MaxPayload is the largest message that PostToConnection takes, in bytes.
//
// Source: API Gateway Management API reference, PostToConnection; quotas of
// WebSocket APIs.
const MaxPayload = 128 << 10

// Gateway is what the service needs of the data plane. An apiID of "" stands
// for the API that the connection belongs to.
type Gateway interface {
	// Locate reads where a request is directed: an API, or "" if it names
	// none, a stage, and the escaped path after the stage.
	Locate(host, target string) (apiID, stage, rest string, ok bool)
	// HasStage reports whether an API, or any API, has a deployed stage.
	HasStage(apiID, stage string) bool
	// Post sends data as one text message; false means there is no such
	// connection.
	Post(apiID string, id ids.ID, data []byte) bool
	// Inspect tells what is known of a connection; false means there is none.
	Inspect(apiID string, id ids.ID) (connectedAt, lastActiveAt time.Time, sourceIP netip.Addr, userAgent string, ok bool)
	// Disconnect closes a connection; false means there is none.
	Disconnect(apiID string, id ids.ID) bool
}

// Options configure a Service.
type Options struct {
	Gateway Gateway // required
	// Node is the number that request ids carry.
	Node uint32
	// Logger takes what goes wrong; nil discards it.
	Logger *slog.Logger
}

// Service answers the requests of backends. It is an http.Handler for every
// path of the data plane: what is not under @connections of a stage is
// answered as an endpoint answers what it does not know, 403 Forbidden.
type Service struct {
	gateway Gateway
	logger  *slog.Logger
	node    uint32
}

var _ http.Handler = (*Service)(nil)

// New returns a Service.
func New(o Options) *Service {
	s := &Service{gateway: o.Gateway, logger: o.Logger, node: o.Node}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	return s
}

var (
	errForbidden = awserr.New(awserr.Forbidden, "Forbidden")
	// Clients print what follows "PostToConnection operation: ": nothing.
	errGone     = awserr.New(awserr.Gone, "")
	errTooLarge = awserr.New(awserr.PayloadTooLarge, "Payload too large")
)

// ServeHTTP implements http.Handler.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("x-amzn-RequestId", ids.UUID())
	h.Set("x-amz-apigw-id", ids.NewSource(s.node).Next().String())
	if err := s.serve(w, r); err != nil {
		s.fail(w, r, err)
	}
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request) error {
	apiID, stage, rest, ok := s.gateway.Locate(r.Host, r.URL.EscapedPath())
	if !ok || !s.gateway.HasStage(apiID, stage) {
		return errForbidden
	}
	segment, found := strings.CutPrefix(rest, "/@connections/")
	if !found {
		if segment, found = strings.CutPrefix(rest, "/%40connections/"); !found {
			return errForbidden
		}
	}
	id, err := connectionID(segment)
	if err != nil {
		return err
	}
	switch r.Method {
	case http.MethodPost:
		return s.postToConnection(w, r, apiID, id)
	case http.MethodGet:
		return s.getConnection(w, apiID, id)
	case http.MethodDelete:
		return s.deleteConnection(w, apiID, id)
	}
	return errForbidden
}

// maxID is the longest text that is read as a connection id at all.
const maxID = 128

// connectionID reads the last segment of the path. What could be an id but is
// none of ours is gone, whatever it was.
func connectionID(segment string) (ids.ID, error) {
	text, err := url.PathUnescape(segment)
	if err != nil {
		text = segment
	}
	valid := len(text) >= 1 && len(text) <= maxID && !strings.ContainsFunc(text, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '=' || r == '-')
	})
	if !valid {
		return ids.ID{}, awserr.Newf(awserr.BadRequest, "Invalid connectionId: %s", text)
	}
	id, ok := ids.Parse(text)
	if !ok {
		return ids.ID{}, errGone
	}
	return id, nil
}

// postToConnection implements PostToConnection.
func (s *Service) postToConnection(w http.ResponseWriter, r *http.Request, apiID string, id ids.ID) error {
	if r.ContentLength > MaxPayload {
		return errTooLarge
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxPayload))
	if err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			return errTooLarge
		}
		return err
	}
	if !s.gateway.Post(apiID, id, data) {
		return errGone
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

// isoMillis is the form of the times in GetConnection's answer.
const isoMillis = "2006-01-02T15:04:05.000Z"

// connection is the output of GetConnection.
type connection struct {
	ConnectedAt  string   `json:"connectedAt"`
	Identity     identity `json:"identity"`
	LastActiveAt string   `json:"lastActiveAt"`
}

type identity struct {
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent,omitempty"`
}

// getConnection implements GetConnection.
func (s *Service) getConnection(w http.ResponseWriter, apiID string, id ids.ID) error {
	connected, active, ip, agent, ok := s.gateway.Inspect(apiID, id)
	if !ok {
		return errGone
	}
	body, err := json.Marshal(connection{
		ConnectedAt:  connected.UTC().Format(isoMillis),
		Identity:     identity{SourceIP: ip.String(), UserAgent: agent},
		LastActiveAt: active.UTC().Format(isoMillis),
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(body)
	return err
}

// deleteConnection implements DeleteConnection.
func (s *Service) deleteConnection(w http.ResponseWriter, apiID string, id ids.ID) error {
	if !s.gateway.Disconnect(apiID, id) {
		return errGone
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// fail answers with an error: the type in a header, the message in the body. A
// GoneException has no body at all.
func (s *Service) fail(w http.ResponseWriter, r *http.Request, err error) {
	e := awserr.Of(err)
	if e.Kind == awserr.Internal {
		s.logger.Error("@connections failed", "method", r.Method, "path", r.URL.Path,
			"request", w.Header().Get("x-amzn-RequestId"), "error", err)
	}
	w.Header().Set("x-amzn-ErrorType", e.Kind.Code)
	if e.Kind == awserr.Gone {
		w.WriteHeader(e.Kind.Status)
		return
	}
	body, err := json.Marshal(map[string]string{"message": e.Message})
	if err != nil {
		body = []byte(`{"message":"Internal server error"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.Kind.Status)
	// Nobody is left to tell if the caller is gone.
	_, _ = w.Write(body)
}
