package clientcertificate

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"

	"postern/internal/apigateway"
)

// Lifetime is how long a certificate is valid from its creation on.
//
// Source: Developer Guide, "Generate and configure an SSL certificate for
// backend authentication in API Gateway", "Rotate an expiring client
// certificate".
const Lifetime = 365 * 24 * time.Hour

// keyBits is the length of the keys of certificates that AWS has generated.
const keyBits = 2048

// subject is that of the certificates that AWS has generated: published ones
// read C=US, L=Seattle, CN=ApiGateway.
var subject = pkix.Name{Country: []string{"US"}, Locality: []string{"Seattle"}, CommonName: "ApiGateway"}

// Generate returns a new certificate that is valid from now on, and its private
// key. Both lack what the owner adds: id, account, region, description, tags.
// It takes a good part of a second of one processor.
//
// AWS: subject, serial number of 64 bits, key and signature are those of
// published certificates; which extensions these have is not known. None here
// restricts the use of the certificate, so that every backend can take it. As
// all have one subject, the identifiers of the key are what OpenSSL tells two of
// them apart by where a backend trusts both, as while one is rotated.
func Generate(now time.Time) (*Document, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, fmt.Errorf("generate the key of a client certificate: %w", err)
	}
	var serial [8]byte
	rand.Read(serial[:])
	created := apigateway.NewEpoch(now)
	expires := apigateway.NewEpoch(created.Add(Lifetime))
	// RFC 7093, section 2, method 1.
	digest := sha256.Sum256(x509.MarshalPKCS1PublicKey(&key.PublicKey))
	id := digest[:20]
	form := &x509.Certificate{
		// Positive, and never zero.
		SerialNumber: new(big.Int).SetUint64(binary.BigEndian.Uint64(serial[:])>>1 | 1),
		Subject:      subject, NotBefore: created.Time, NotAfter: expires.Time,
		SignatureAlgorithm: x509.SHA256WithRSA,
		SubjectKeyId:       id, AuthorityKeyId: id,
	}
	signed, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("sign a client certificate: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode the key of a client certificate: %w", err)
	}
	return &Document{
		Certificate: ClientCertificate{
			PEM:         string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})),
			CreatedDate: created, ExpirationDate: expires,
		},
		PrivateKey: private,
	}, nil
}

// TLS returns the certificate in the form in which a connection shows it.
func (d *Document) TLS() (*tls.Certificate, error) {
	block, _ := pem.Decode([]byte(d.Certificate.PEM))
	if block == nil {
		return nil, errors.New("the certificate is not in PEM")
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(d.PrivateKey)
	if err != nil {
		// What the parser says may quote the key.
		return nil, errors.New("the private key cannot be read")
	}
	return &tls.Certificate{Certificate: [][]byte{block.Bytes}, PrivateKey: key, Leaf: leaf}, nil
}
