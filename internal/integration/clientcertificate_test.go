package integration

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/internal/clientcertificate"
)

// shown are two client certificates by their ids; making them takes a while.
var shown = sync.OnceValue(func() map[string]*tls.Certificate {
	all := map[string]*tls.Certificate{}
	for _, id := range []string{"one", "two"} {
		d, err := clientcertificate.Generate(time.Now())
		if err != nil {
			panic(err)
		}
		if all[id], err = d.TLS(); err != nil {
			panic(err)
		}
	}
	return all
})

// asking is a backend over https that asks for a client certificate, trusts
// the one named one, and answers with the id of what it was shown. It counts
// its connections.
func asking(t *testing.T, auth tls.ClientAuthType, version uint16) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	var opened atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text := "nothing"
		for _, peer := range r.TLS.PeerCertificates {
			for id, c := range shown() {
				if peer.Equal(c.Leaf) {
					text = id
				}
			}
		}
		io.WriteString(w, text)
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.TLS = &tls.Config{ClientAuth: auth, ClientCAs: x509.NewCertPool(), MaxVersion: version}
	s.TLS.ClientCAs.AddCert(shown()["one"].Leaf)
	s.StartTLS()
	t.Cleanup(s.Close)
	trusted = x509.NewCertPool()
	trusted.AddCert(s.Certificate())
	t.Cleanup(func() { trusted = nil })
	return s, &opened
}

func certified(t *testing.T) *HTTP {
	h := NewHTTP(HTTPOptions{ClientCertificate: func(id string) *tls.Certificate { return shown()[id] }})
	t.Cleanup(h.Close)
	return h
}

func TestClientCertificateIsShown(t *testing.T) {
	tests := []struct {
		name     string
		auth     tls.ClientAuthType
		version  uint16
		id, want string // the answer, or what the failure says
	}{
		{"demanded", tls.RequireAndVerifyClientCert, tls.VersionTLS13, "one", "one"},
		{"demanded, TLS 1.2", tls.RequireAndVerifyClientCert, tls.VersionTLS12, "one", "one"},
		{"asked for", tls.RequestClientCert, tls.VersionTLS13, "one", "one"},
		{"asked for in the name of others", tls.RequestClientCert, tls.VersionTLS13, "two", "two"},
		{"not asked for", tls.NoClientCert, tls.VersionTLS13, "one", "nothing"},
		{"a stage without one, asked", tls.RequestClientCert, tls.VersionTLS13, "", "nothing"},
		{"a stage without one, demanded", tls.RequireAndVerifyClientCert, tls.VersionTLS13, "", "Received fatal alert: certificate_required"},
		{"a stage without one, demanded, TLS 1.2", tls.RequireAndVerifyClientCert, tls.VersionTLS12, "", "Received fatal alert: handshake_failure"},
		{"one that the backend does not trust", tls.RequireAndVerifyClientCert, tls.VersionTLS13, "two", "Received fatal alert: unknown_ca"},
		{"one that the backend does not trust, TLS 1.2", tls.RequireAndVerifyClientCert, tls.VersionTLS12, "two", "Received fatal alert: unknown_ca"},
		{"one that is gone", tls.RequireAndVerifyClientCert, tls.VersionTLS13, "gone", "Invalid client certificate identifier specified"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, _ := asking(t, tt.auth, tt.version)
			r := request(s.URL, "x")
			r.ClientCertificateID = tt.id
			answer, err := certified(t).Invoke(t.Context(), r)
			if err != nil {
				const configuration = "Execution failed due to configuration error: "
				if f := FailureOf(err); f.Text != configuration+tt.want {
					t.Errorf("%q: %v", f.Text, err)
				}
			} else if string(answer.Body) != tt.want {
				t.Errorf("the backend saw %s", answer.Body)
			}
		})
	}
}

// A connection on which one certificate was shown is not used for another.
func TestConnectionsOfCertificatesAreApart(t *testing.T) {
	s, opened := asking(t, tls.RequestClientCert, tls.VersionTLS13)
	h := certified(t)
	for range 3 {
		for id, want := range map[string]string{"one": "one", "two": "two", "": "nothing"} {
			r := request(s.URL, "x")
			r.ClientCertificateID = id
			answer, err := h.Invoke(t.Context(), r)
			if err != nil || string(answer.Body) != want {
				t.Errorf("%q: %+v, %v", id, answer, err)
			}
		}
	}
	if n := opened.Load(); n != 3 {
		t.Errorf("%d connections for three certificates", n)
	}
}

func TestClientCertificateWithoutTLS(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "plain") }))
	defer s.Close()
	for _, h := range []*HTTP{certified(t), NewHTTP(HTTPOptions{})} {
		r := request(s.URL, "x")
		r.ClientCertificateID = "one"
		if answer, err := h.Invoke(t.Context(), r); err != nil || string(answer.Body) != "plain" {
			t.Errorf("%+v, %v", answer, err)
		}
		h.Close()
	}
	h := NewHTTP(HTTPOptions{})
	r := request("https"+strings.TrimPrefix(s.URL, "http"), "x")
	r.ClientCertificateID = "one"
	if _, err := h.Invoke(t.Context(), r); err == nil || FailureOf(err).Cause != Misconfigured {
		t.Errorf("without certificates: %v", err)
	}
}
