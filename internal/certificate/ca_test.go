package certificate

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func verify(t *testing.T, a *Authority, pem []byte, asked string, names ...string) {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatal("the root is no PEM certificate")
	}
	cert, err := a.Certificate(&tls.ClientHelloInfo{ServerName: asked})
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if _, err := leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: pool}); err != nil {
			t.Errorf("asked for %q: not good for %s: %v", asked, name, err)
		}
	}
}

func TestCertificateIsGoodForTheNameAskedAndTheLocalOnes(t *testing.T) {
	a, err := Open("", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	verify(t, a, a.PEM(), "", "localhost", "127.0.0.1", "::1")
	verify(t, a, a.PEM(), "abc.execute-api.us-east-1.amazonaws.com", "abc.execute-api.us-east-1.amazonaws.com", "localhost")
}

func TestOpenKeepsTheRoot(t *testing.T) {
	dir := t.TempDir()
	first, err := Open(dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	again, err := Open(dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	verify(t, again, first.PEM(), "ws.example.com", "ws.example.com")
	info, err := os.Stat(filepath.Join(dir, keyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v; only its owner may read it", info.Mode(), err)
	}
}

func TestOpenNamesABrokenRoot(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, rootFile), []byte("no certificate"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, time.Now()); err == nil || !strings.Contains(err.Error(), rootFile) {
		t.Errorf("got %v, want an error naming %s", err, rootFile)
	}
}

func TestNamesAreBounded(t *testing.T) {
	a, _ := Open("", time.Now())
	if _, err := a.Certificate(&tls.ClientHelloInfo{ServerName: strings.Repeat("a", 300)}); err == nil {
		t.Error("a name longer than DNS allows was accepted")
	}
}
