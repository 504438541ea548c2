package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"time"
)

// isAdmin reports whether a path is Postern's own rather than a service's.
func isAdmin(path string) bool {
	return strings.HasPrefix(path, "/_postern/") || path == "/health" || strings.HasPrefix(path, "/_localstack/")
}

// maxAdvance bounds one movement of the clock: the longest timer is two hours.
const maxAdvance = 24 * time.Hour

// adminHandler serves what belongs to no AWS service: health under the paths
// that existing tooling waits for, the local authority's certificate and, for
// tests, the clock.
func (s *Server) adminHandler() http.Handler {
	mux := http.NewServeMux()
	for _, path := range []string{"/_postern/health", "/health", "/_localstack/health", "/_localstack/info"} {
		mux.HandleFunc("GET "+path, s.health)
	}
	mux.HandleFunc("GET /_postern/ca.pem", s.caPEM)
	mux.HandleFunc("POST /_postern/clock", s.moveClock)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusNotFound, map[string]string{"message": "no such path: " + r.URL.Path})
	})
	return mux
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	services := map[string]string{}
	for name := range s.front.services {
		services[name] = "available"
	}
	// Names under which LocalStack's tooling looks for the same services.
	services["apigatewayv2"] = "available"
	writeJSON(w, http.StatusOK, map[string]any{
		"status": "running", "version": s.config.Version, "services": services, "edition": "postern",
		"connections": s.gateway.Connections(), "goroutines": runtime.NumGoroutine(),
	})
}

func (s *Server) caPEM(w http.ResponseWriter, _ *http.Request) {
	if s.authority == nil {
		writeJSON(w, http.StatusNotFound, map[string]string{"message": "this server uses the certificate of --tls-cert"})
		return
	}
	w.Header().Set("Content-Type", "application/x-pem-file")
	w.Write(s.authority.PEM())
}

// moveClock takes {"advance": "600s"} and moves the server's time forward, so
// that tests reach timeouts without waiting. It exists in open mode only.
func (s *Server) moveClock(w http.ResponseWriter, r *http.Request) {
	if s.config.Auth != AuthOpen {
		writeJSON(w, http.StatusForbidden, map[string]string{"message": "the clock moves only in --auth open"})
		return
	}
	var in struct{ Advance string }
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1024)).Decode(&in); err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"message": `want {"advance": "600s"}`})
		return
	}
	d, err := time.ParseDuration(in.Advance)
	if err != nil || d < 0 || d > maxAdvance {
		writeJSON(w, http.StatusBadRequest, map[string]string{"message": fmt.Sprintf("advance: %q is not a duration between 0s and 24h", in.Advance)})
		return
	}
	s.clock.Advance(d)
	writeJSON(w, http.StatusOK, map[string]string{"now": s.clock.Now().UTC().Format(time.RFC3339Nano)})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The connection is the only thing that can fail here, and nobody is left
	// to tell.
	_ = json.NewEncoder(w).Encode(body)
}
