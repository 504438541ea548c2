package clientcertificate

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/store"
)

var now = time.Date(2026, 3, 4, 5, 6, 7, 8, time.UTC)

// one is a certificate that tests share: a key takes a while.
var one = sync.OnceValue(func() *Document {
	d, err := Generate(now)
	if err != nil {
		panic(err)
	}
	d.AccountID, d.Region = "123456789012", "us-east-1"
	return d
})

func newStore(t *testing.T) *store.Store {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

func put(t *testing.T, st *store.Store, id string, value any) uint64 {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	revision, err := st.Create(t.Context(), KeyPrefix+id, text)
	if err != nil {
		t.Fatal(err)
	}
	return revision
}

func TestGenerate(t *testing.T) {
	d := one()
	shown, err := d.TLS()
	if err != nil {
		t.Fatal(err)
	}
	leaf := shown.Leaf
	if got := leaf.Subject.String(); got != "CN=ApiGateway,L=Seattle,C=US" || leaf.Issuer.String() != got {
		t.Errorf("subject %s, issuer %s", got, leaf.Issuer)
	}
	if key, ok := leaf.PublicKey.(*rsa.PublicKey); !ok || key.N.BitLen() != 2048 || leaf.SignatureAlgorithm != x509.SHA256WithRSA {
		t.Errorf("key %T, signature %s", leaf.PublicKey, leaf.SignatureAlgorithm)
	}
	if n := leaf.SerialNumber; n.Sign() <= 0 || n.BitLen() > 63 {
		t.Errorf("serial number %s", n)
	}
	c := d.Certificate
	if created := now.Truncate(time.Second); !c.CreatedDate.Equal(created) || !c.ExpirationDate.Equal(created.AddDate(1, 0, 0)) ||
		!leaf.NotBefore.Equal(c.CreatedDate.Time) || !leaf.NotAfter.Equal(c.ExpirationDate.Time) {
		t.Errorf("created %s, expires %s; the certificate says %s and %s", c.CreatedDate, c.ExpirationDate, leaf.NotBefore, leaf.NotAfter)
	}
	if len(leaf.SubjectKeyId) != 20 || !bytes.Equal(leaf.SubjectKeyId, leaf.AuthorityKeyId) {
		t.Errorf("subject key %x, authority key %x", leaf.SubjectKeyId, leaf.AuthorityKeyId)
	}
	// A backend trusts the certificate itself.
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(c.PEM)) {
		t.Fatal("the PEM is not read")
	}
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: pool, CurrentTime: now.Add(time.Hour), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
		t.Errorf("a backend that trusts the certificate refuses it: %v", err)
	}
}

func TestPrivateKeyIsHidden(t *testing.T) {
	d := Document{Region: "r", PrivateKey: PrivateKey("secret")}
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	logger.Info("m", "key", d.PrivateKey, "document", d, "pointer", &d)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "key", d.PrivateKey)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&log, verb+"\n", d.PrivateKey)
		fmt.Fprintf(&log, verb+"\n", d)
		fmt.Fprintf(&log, verb+"\n", &d)
	}
	for _, leak := range []string{"secret", "736563726574", "c2VjcmV0", "115 101 99", "0x73"} {
		if strings.Contains(log.String(), leak) {
			t.Errorf("%q is in the log:\n%s", leak, log.String())
		}
	}
	text, err := json.Marshal(one().Certificate)
	if err != nil || bytes.Contains(bytes.ToLower(text), []byte("private")) {
		t.Errorf("the certificate as clients see it: %s, %v", text, err)
	}
	var back Document
	stored, err := json.Marshal(one())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(stored, &back); err != nil || !bytes.Equal(back.PrivateKey, one().PrivateKey) {
		t.Errorf("the key does not survive the store: %v", err)
	}
}

func TestCheck(t *testing.T) {
	st := newStore(t)
	put(t, st, "abc123", one())
	tests := []struct {
		name, id string
		scope    apigateway.Scope
		ok       bool
	}{
		{"its own account and region", "abc123", one().Scope(), true},
		{"another id", "abc124", one().Scope(), false},
		{"no id", "", one().Scope(), false},
		{"an id that ends a key", "abc123.", one().Scope(), false},
		{"another account", "abc123", apigateway.Scope{AccountID: "111111111111", Region: "us-east-1"}, false},
		{"another region", "abc123", apigateway.Scope{AccountID: "123456789012", Region: "eu-west-1"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := Check(t.Context(), st, tt.scope, tt.id)
			if tt.ok && err != nil || !tt.ok && !awserr.Is(err, awserr.BadRequest) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestCertificatesFollowTheStore(t *testing.T) {
	st := newStore(t)
	put(t, st, "before", one())
	var log bytes.Buffer
	c, err := Open(t.Context(), st, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	revision := put(t, st, "after", one())
	for _, id := range []string{"before", "after"} {
		if found := c.Find(id); found == nil || found.PrivateKey == nil {
			t.Errorf("%s: %v", id, found)
		}
	}
	if c.Find("none") != nil {
		t.Error("a certificate that was never there")
	}
	broken := *one()
	broken.PrivateKey = PrivateKey("secret that is no key")
	put(t, st, "broken", &broken)
	if c.Find("broken") != nil || !strings.Contains(log.String(), "the private key cannot be read") || strings.Contains(log.String(), "secret") {
		t.Errorf("a broken document: %v, log %s", c.Find("broken"), log.String())
	}
	if err := st.Delete(context.Background(), KeyPrefix+"after", revision); err != nil {
		t.Fatal(err)
	}
	if c.Find("after") != nil {
		t.Error("a deleted certificate is still shown")
	}
}
