// Package certificate is the local certificate authority: it makes a root once,
// keeps it in the data directory and signs a certificate for whatever server
// name a TLS client asks for, so that https and wss work on the same port as
// http and ws without anybody preparing files.
//
// It is for local use: people who own a certificate give it with --tls-cert
// and --tls-key, and the authority stays unused.
package certificate

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// How long certificates are good for. A server certificate is made anew at
// every start; 397 days is the longest that browsers accept.
const (
	rootLife   = 10 * 365 * 24 * time.Hour
	serverLife = 397 * 24 * time.Hour
)

// maxNames bounds the certificates kept in memory: a client can ask for any
// number of names.
const maxNames = 512

// Authority signs server certificates.
type Authority struct {
	root    *x509.Certificate
	key     crypto.Signer
	rootPEM []byte

	mu     sync.Mutex
	issued map[string]*tls.Certificate
}

// file names of the root inside the data directory.
const (
	rootFile = "ca.pem"
	keyFile  = "ca-key.pem"
)

// Open returns the authority kept in dir, making it on first use. An empty dir
// makes one that lives as long as the process.
func Open(dir string, now time.Time) (*Authority, error) {
	if dir == "" {
		return create(now)
	}
	a, err := Find(dir)
	if errors.Is(err, errNone) {
		return createIn(dir, now)
	}
	return a, err
}

// errNone is about a directory without an authority.
var errNone = fmt.Errorf("local certificate authority: %w", fs.ErrNotExist)

// Find returns the authority kept in dir. It fails with fs.ErrNotExist if there is
// none.
func Find(dir string) (*Authority, error) {
	certPEM, err := os.ReadFile(filepath.Join(dir, rootFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNone
	}
	if err != nil {
		return nil, fmt.Errorf("local certificate authority: %w", err)
	}
	keyPEM, err := os.ReadFile(filepath.Join(dir, keyFile))
	if err != nil {
		return nil, fmt.Errorf("local certificate authority: %w", err)
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("local certificate authority %s: %w", filepath.Join(dir, rootFile), err)
	}
	key, ok := pair.PrivateKey.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("local certificate authority: the key in %s cannot sign", keyFile)
	}
	return &Authority{root: pair.Leaf, key: key, rootPEM: certPEM, issued: map[string]*tls.Certificate{}}, nil
}

func create(now time.Time) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("local certificate authority: %w", err)
	}
	t := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Postern local CA", Organization: []string{"Postern"}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(rootLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("local certificate authority: %w", err)
	}
	root, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("local certificate authority: %w", err)
	}
	return &Authority{
		root: root, key: key, issued: map[string]*tls.Certificate{},
		rootPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
	}, nil
}

func createIn(dir string, now time.Time) (*Authority, error) {
	a, err := create(now)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return nil, fmt.Errorf("local certificate authority: %w", err)
	}
	// The key first: without a certificate beside it nobody takes it for whole.
	if err := write(filepath.Join(dir, keyFile), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		return nil, err
	}
	return a, write(filepath.Join(dir, rootFile), a.rootPEM, 0o644)
}

func write(name string, data []byte, mode fs.FileMode) error {
	tmp := name + ".new"
	if err := os.WriteFile(tmp, data, mode); err != nil {
		return fmt.Errorf("local certificate authority: %w", err)
	}
	if err := os.Rename(tmp, name); err != nil {
		return fmt.Errorf("local certificate authority: %w", err)
	}
	return nil
}

// PEM returns the root certificate for clients to trust.
func (a *Authority) PEM() []byte { return bytes.Clone(a.rootPEM) }

// Certificate returns a certificate for the name that the client asks for, or
// for the local names where it asks for none. It is a tls.Config.GetCertificate.
func (a *Authority) Certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := hello.ServerName
	if len(name) > 253 {
		return nil, fmt.Errorf("server name of %d characters", len(name))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if c, ok := a.issued[name]; ok {
		return c, nil
	}
	c, err := a.issue(name, time.Now())
	if err != nil {
		return nil, err
	}
	if len(a.issued) >= maxNames {
		clear(a.issued)
	}
	a.issued[name] = c
	return c, nil
}

func (a *Authority) issue(name string, now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Postern"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(serverLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if name != "" && name != "localhost" {
		t.DNSNames = append(t.DNSNames, name)
	}
	der, err := x509.CreateCertificate(rand.Reader, t, a.root, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der, a.root.Raw}, PrivateKey: key}, nil
}

func serial() *big.Int {
	var b [16]byte
	rand.Read(b[:])
	b[0] &= 0x7f
	return new(big.Int).SetBytes(b[:])
}
