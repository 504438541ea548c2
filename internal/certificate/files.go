package certificate

import (
	"crypto/tls"
	"fmt"
	"time"
)

// Pair is a certificate in two PEM files: the certificate, with those that
// signed it behind, and its key.
type Pair struct{ Cert, Key string }

// Files are certificates that their owners gave, for custom domain names.
type Files struct {
	pairs []*tls.Certificate
	next  func(*tls.ClientHelloInfo) (*tls.Certificate, error)
}

// Load reads certificates. Next answers for names that none of them is for. A
// pair whose key is another's, or whose time is over, is an error that names
// the file.
func Load(pairs []Pair, now time.Time, next func(*tls.ClientHelloInfo) (*tls.Certificate, error)) (*Files, error) {
	f := &Files{next: next}
	for _, p := range pairs {
		pair, err := tls.LoadX509KeyPair(p.Cert, p.Key)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Cert, err)
		}
		switch leaf := pair.Leaf; {
		case len(leaf.DNSNames) == 0:
			return nil, fmt.Errorf("%s: the certificate is for no domain name", p.Cert)
		case now.After(leaf.NotAfter):
			return nil, fmt.Errorf("%s: the certificate was valid until %s", p.Cert, leaf.NotAfter.Format(time.DateOnly))
		}
		f.pairs = append(f.pairs, &pair)
	}
	return f, nil
}

// Certificate returns the first certificate for the name that the client asks
// for, wildcards included. It is a tls.Config.GetCertificate.
func (f *Files) Certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if hello.ServerName != "" {
		for _, pair := range f.pairs {
			if pair.Leaf.VerifyHostname(hello.ServerName) == nil {
				return pair, nil
			}
		}
	}
	return f.next(hello)
}
