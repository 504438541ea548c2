package server

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"time"

	"postern/internal/awserr"
	"postern/internal/restjson"
	"postern/internal/sigv4"
)

// signPostern is the signing name of Postern's own paths.
const signPostern = "postern"

// healthPaths answer whether the server is well: its own path, and those that
// existing tooling waits for.
var healthPaths = []string{"/_postern/health", "/health", "/_localstack/health", "/_localstack/info"}

// The paths that are Postern's own rather than a service's.
const (
	pathCA      = "/_postern/ca.pem"
	pathClock   = "/_postern/clock"
	pathMetrics = "/_postern/metrics"
	pathTrace   = "/_postern/trace"
)

// isAdmin reports whether a path is Postern's own.
func isAdmin(path string) bool {
	return strings.HasPrefix(path, "/_postern/") || path == "/health" || strings.HasPrefix(path, "/_localstack/")
}

// isPublic reports whether a request asks for what anybody may know: that the
// server is there, and which certificate it signs with.
func isPublic(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	return r.URL.Path == pathCA || slices.Contains(healthPaths, r.URL.Path)
}

// adminActions are the names by which policies allow what is not public.
var adminActions = map[string]string{pathMetrics: "postern:GetMetrics", pathTrace: "postern:GetTrace", pathClock: "postern:MoveClock"}

// administer passes a request for one of Postern's own paths on. Where
// signatures are verified, it must be signed for the service "postern", or
// carry an access key by HTTP Basic on a way that nobody can listen to: that is
// what Prometheus can do.
func (f *front) administer(w http.ResponseWriter, r *http.Request) {
	if f.open {
		f.admin.ServeHTTP(w, r)
		return
	}
	accessKeyID, err := f.administrator(r)
	if err != nil {
		refuse(w, signPostern, err)
		return
	}
	if who := f.keys.principal(accessKeyID); who.policy != nil {
		if err := f.allow(r, who, awserr.AccessDenied, adminActions[r.URL.Path], "*", "*"); err != nil {
			refuse(w, signPostern, err)
			return
		}
	}
	f.admin.ServeHTTP(w, r)
}

// administrator returns the access key that a request proves to have.
func (f *front) administrator(r *http.Request) (string, error) {
	id, secret, basic := r.BasicAuth()
	if !basic {
		scope, err := f.verify(r, signPostern)
		return scope.AccessKeyID, err
	}
	peer, _ := netip.ParseAddrPort(r.RemoteAddr)
	if r.TLS == nil && !peer.Addr().Unmap().IsLoopback() {
		return "", awserr.New(awserr.Forbidden, "HTTP Basic is for https: the secret could be read on the way")
	}
	// Only long-term keys: those that were issued are for signing.
	p, ok := f.keys.profiles[id]
	if !ok || subtle.ConstantTimeCompare([]byte(secret), []byte(p.credential.SecretAccessKey)) != 1 {
		return "", &sigv4.Failure{Reason: sigv4.UnknownKey, Message: "The access key or its secret is wrong"}
	}
	return id, nil
}

// maxAdvance bounds one movement of the clock: the longest timer is two hours.
const maxAdvance = 24 * time.Hour

// adminHandler serves what belongs to no AWS service: health, the local
// authority's certificate, figures, traces and, for tests, the clock.
func (s *Server) adminHandler() http.Handler {
	mux := http.NewServeMux()
	for _, path := range healthPaths {
		mux.HandleFunc("GET "+path, s.health)
	}
	mux.HandleFunc("GET "+pathCA, s.caPEM)
	mux.HandleFunc("POST "+pathClock, s.moveClock)
	mux.Handle("GET "+pathMetrics, s.metrics.Handler())
	mux.HandleFunc("GET "+pathTrace, s.streamTrace)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusNotFound, map[string]string{"message": "no such path: " + r.Method + " " + r.URL.Path})
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
		restjson.WriteError(w, awserr.New(awserr.Forbidden, "the clock moves only in --auth open"))
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
