package apigatewaymanagementapi

import (
	"encoding/json"
	"net/http"

	"postern/internal/http1"
)

// postToConnection implements PostToConnection.
func (s *Service) postToConnection(c *call, r *Request) error {
	switch {
	case r.Unread != nil:
		return r.Unread
	case len(r.Body) > s.most:
		return errTooLarge
	}
	c.Request = r.Body
	return s.gateway.Post(c.Address.APIID, c.id, r.Body)
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
func (s *Service) getConnection(c *call, w *http1.Response) error {
	peer, err := s.gateway.Inspect(c.Address.APIID, c.id)
	if err != nil {
		return err
	}
	body, err := json.Marshal(connection{
		ConnectedAt:  peer.ConnectedAt.UTC().Format(isoMillis),
		Identity:     identity{SourceIP: peer.SourceIP.String(), UserAgent: peer.UserAgent},
		LastActiveAt: peer.LastActiveAt.UTC().Format(isoMillis),
	})
	if err != nil {
		return err
	}
	w.Body = body
	w.Header = append(w.Header, http1.Field{Name: "Content-Type", Value: "application/json"})
	return nil
}

// deleteConnection implements DeleteConnection.
func (s *Service) deleteConnection(c *call, w *http1.Response) error {
	if err := s.gateway.Disconnect(c.Address.APIID, c.id); err != nil {
		return err
	}
	w.Status = http.StatusNoContent
	return nil
}
