package apigatewaymanagementapi

import (
	"encoding/json"
	"net/http"
)

// postToConnection implements PostToConnection.
func (s *Service) postToConnection(c *call, w http.ResponseWriter, r *http.Request) error {
	if err := c.read(w, r); err != nil {
		return err
	}
	c.Request = c.body
	if err := s.gateway.Post(c.Address.APIID, c.id, c.body); err != nil {
		return err
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
func (s *Service) getConnection(c *call, w http.ResponseWriter) error {
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
	c.Response = body
	w.Header().Set("Content-Type", "application/json")
	// Nobody is left to tell if the caller is gone.
	_, _ = w.Write(body)
	return nil
}

// deleteConnection implements DeleteConnection.
func (s *Service) deleteConnection(c *call, w http.ResponseWriter) error {
	if err := s.gateway.Disconnect(c.Address.APIID, c.id); err != nil {
		return err
	}
	c.Status = http.StatusNoContent
	w.WriteHeader(http.StatusNoContent)
	return nil
}
