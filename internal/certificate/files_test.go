package certificate

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// files writes a certificate for a name and returns where it is.
func files(t *testing.T, a *Authority, name string, now time.Time) Pair {
	t.Helper()
	c, err := a.issue(name, now)
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	base := filepath.Join(t.TempDir(), "pair")
	p := Pair{base + ".pem", base + "-key.pem"}
	for name, block := range map[string]*pem.Block{
		p.Cert: {Type: "CERTIFICATE", Bytes: c.Certificate[0]}, p.Key: {Type: "PRIVATE KEY", Bytes: key},
	} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func TestFiles(t *testing.T) {
	now := time.Now()
	a, err := Open("", now)
	if err != nil {
		t.Fatal(err)
	}
	errNext := errors.New("next")
	f, err := Load([]Pair{files(t, a, "ws.example.com", now), files(t, a, "*.example.org", now)}, now,
		func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, errNext })
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"ws.example.com": true, "WS.EXAMPLE.COM": true, "any.example.org": true,
		"a.b.example.org": false, "example.com": false, "": false,
	} {
		c, err := f.Certificate(&tls.ClientHelloInfo{ServerName: name})
		switch {
		case want && (err != nil || c.Leaf.VerifyHostname(name) != nil):
			t.Errorf("%q: %v", name, err)
		case !want && !errors.Is(err, errNext):
			t.Errorf("%q has a certificate", name)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	now := time.Now()
	a, err := Open("", now)
	if err != nil {
		t.Fatal(err)
	}
	one, two := files(t, a, "a.example.com", now), files(t, a, "b.example.com", now)
	old := files(t, a, "c.example.com", now.Add(-2*serverLife))
	for name, tt := range map[string]struct {
		pair Pair
		want string
	}{
		"another's key":              {Pair{one.Cert, two.Key}, "private key does not match"},
		"a certificate that is over": {old, "was valid until"},
		"a file that is not there":   {Pair{one.Cert + "x", one.Key}, "no such file"},
		"a key for a certificate":    {Pair{one.Key, one.Key}, "PEM"},
	} {
		if _, err := Load([]Pair{tt.pair}, now, nil); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), tt.pair.Cert) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
