package conformance

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"postern/internal/server"
)

// named is an API behind the custom domain name ws.example.com.
const named = `
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: session, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: prod, AutoDeploy: true}
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: $default, Target: !Sub 'integrations/${Mock}'}
  Mock:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Api, IntegrationType: MOCK}
  Domain:
    Type: AWS::ApiGatewayV2::DomainName
    Properties:
      DomainName: ws.example.com
      DomainNameConfigurations: [{EndpointType: REGIONAL, CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/x'}]
  Mapping:
    Type: AWS::ApiGatewayV2::ApiMapping
    Properties: {DomainName: !Ref Domain, ApiId: !Ref Api, Stage: !Ref Stage}
`

// selfSigned writes a certificate for a name and returns its files.
func selfSigned(t *testing.T, name string) (cert, key string, roots *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for file, data := range map[string][]byte{cert: certPEM, key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})} {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM(certPEM)
	return cert, key, roots
}

// TestCustomDomainOverTLS: wss of a custom domain name has its own certificate,
// and every other name that of the local authority.
//
// Source: data-plane 13; decisions 14.
func TestCustomDomainOverTLS(t *testing.T) {
	cert, key, own := selfSigned(t, "ws.example.com")
	s := startWith(t, "tls", nil, func(c *server.Config) { c.Certificates = map[string]string{cert: key} })
	if _, err := s.Deploy(t.Context(), named); err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(s.URL + "/_postern/ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	authority, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	local := x509.NewCertPool()
	local.AppendCertsFromPEM(bytes.TrimSpace(authority))
	for _, tt := range []struct {
		host   string
		roots  *x509.CertPool
		status int
	}{
		{"ws.example.com", own, http.StatusSwitchingProtocols},
		{"other.example.com", local, http.StatusForbidden},
	} {
		conn, err := s.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(patience))
		secure := tls.Client(conn, &tls.Config{ServerName: tt.host, RootCAs: tt.roots, MinVersion: tls.VersionTLS12})
		_, resp, body, err := handshake(secure, tt.host, "/", nil)
		if err != nil {
			t.Errorf("%s: %v", tt.host, err)
			continue
		}
		if resp.StatusCode != tt.status {
			t.Errorf("%s: %d %s", tt.host, resp.StatusCode, body)
		}
	}
}
