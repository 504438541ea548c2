package server

import (
	"encoding/json"
	"net/http"
	"time"

	"postern/internal/trace"
)

// Trace is where the records of events come from: how each was treated, for as
// long as somebody listens.
func (s *Server) Trace() *trace.Feed { return s.gateway.Trace() }

const (
	// maxStreams bounds those who listen at the same time.
	maxStreams = 16
	// streamRoom is how many records may wait for a listener that reads too
	// slowly; further ones are lost to it, and counted.
	streamRoom = 1024
	// streamPatience is how long a listener may take to read one write.
	streamPatience = 10 * time.Second
	// streamPulse is how often an empty line is sent while nothing happens, so
	// that a listener that is gone is found out and tracing can stop.
	streamPulse = 15 * time.Second
)

// dropped is a line of a stream in place of the records that were lost.
type dropped struct {
	Dropped uint64 `json:"dropped"`
}

// streamTrace answers with a line of JSON for every event until the client
// leaves: trace.Records, dropped where the client was too slow, and empty lines
// while nothing happens. The parameters api, stage, route and connection select
// events.
func (s *Server) streamTrace(w http.ResponseWriter, r *http.Request) {
	if s.streams.Add(1) > maxStreams {
		s.streams.Add(-1)
		w.Header().Set("Retry-After", "5")
		writeJSON(w, http.StatusServiceUnavailable, map[string]string{"message": "too many are listening already"})
		return
	}
	defer s.streams.Add(-1)
	query := r.URL.Query()
	selects := func(record *trace.Record) bool {
		for name, value := range map[string]string{
			"api": record.APIID, "stage": record.Stage, "route": record.RouteKey, "connection": record.ConnectionID,
		} {
			if query.Has(name) && query.Get(name) != value {
				return false
			}
		}
		return true
	}
	listener := s.Trace().Listen(streamRoom)
	defer listener.Close()
	w.Header().Set("Content-Type", "application/jsonl")
	w.Header().Set("Cache-Control", "no-store")
	out := lineWriter{w: w, control: http.NewResponseController(w)}
	if out.write(nil) != nil {
		return
	}
	pulse := time.NewTicker(streamPulse)
	defer pulse.Stop()
	var lost uint64
	for {
		var err error
		select {
		case record := <-listener.C:
			if n := listener.Dropped(); n > lost {
				err = out.write(dropped{n - lost})
				lost = n
			}
			if err == nil && selects(record) {
				err = out.write(record)
			}
		case <-pulse.C:
			err = out.write(nil)
		case <-r.Context().Done():
			return
		case <-s.closing:
			return
		}
		if err != nil {
			return
		}
	}
}

// lineWriter sends lines, each at once.
type lineWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// write sends a value as a line of JSON; nil is an empty line.
func (l lineWriter) write(value any) error {
	var line []byte
	if value != nil {
		var err error
		if line, err = json.Marshal(value); err != nil {
			return err
		}
	}
	if err := l.control.SetWriteDeadline(time.Now().Add(streamPatience)); err != nil {
		return err
	}
	if _, err := l.w.Write(append(line, '\n')); err != nil {
		return err
	}
	return l.control.Flush()
}
