package server

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"

	"postern/internal/certificate"
)

// authority is the host and port under which a server that listens on addr is
// reached: the host as it was given, the port that it got.
func (c Config) authority(addr net.Addr) string {
	host, port, _ := net.SplitHostPort(c.Listen)
	if _, got, err := net.SplitHostPort(addr.String()); err == nil {
		port = got
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// Endpoint is an API's ApiEndpoint: an address that connects as printed, once
// "/" and a stage follow.
func (s *Server) Endpoint(apiID string) string {
	base := "ws://" + s.address
	if s.config.PublicURL != "" {
		// http becomes ws, https becomes wss.
		base = "ws" + strings.TrimPrefix(s.config.PublicURL, "http")
	}
	return base + "/_aws/execute-api/" + apiID
}

// tls returns the configuration of https and wss: the user's certificate, or
// what the local authority signs.
func (s *Server) tls() (*tls.Config, error) {
	choose, err := s.certificate()
	if err != nil {
		return nil, err
	}
	if len(s.config.Certificates) > 0 {
		var pairs []certificate.Pair
		for _, cert := range slices.Sorted(maps.Keys(s.config.Certificates)) {
			pairs = append(pairs, certificate.Pair{Cert: cert, Key: s.config.Certificates[cert]})
		}
		files, err := certificate.Load(pairs, s.clock.Now(), choose)
		if err != nil {
			return nil, &ConfigError{"certificate", err.Error()}
		}
		choose = files.Certificate
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: choose}, nil
}

// certificate returns what answers where no custom domain name has its own.
func (s *Server) certificate() (func(*tls.ClientHelloInfo) (*tls.Certificate, error), error) {
	if s.config.TLSCert != "" {
		pair, err := tls.LoadX509KeyPair(s.config.TLSCert, s.config.TLSKey)
		if err != nil {
			return nil, &ConfigError{"tls-cert", err.Error()}
		}
		return func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &pair, nil }, nil
	}
	var err error
	s.authority, err = certificate.Open(s.config.Data, s.clock.Now())
	if err != nil {
		return nil, err
	}
	return s.authority.Certificate, nil
}

// CertificateAuthority returns the PEM certificate of the local authority that a
// server keeps in its data directory. It makes none.
func CertificateAuthority(dir string) ([]byte, error) {
	authority, err := certificate.Find(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no certificate authority in %s: the server makes it when it starts with this directory", dir)
	}
	if err != nil {
		return nil, err
	}
	return authority.PEM(), nil
}
