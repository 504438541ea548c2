// Package clientcertificate holds the certificates that stages show to the
// backends of their HTTP integrations: the noun as the control plane stores it,
// how one is generated, and the read side by which the data plane finds what it
// shows.
//
// The package answers no HTTP request and writes no document; operations are in
// service/apigateway. It is not certificate, which is the authority behind this
// server's own https.
package clientcertificate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/store"
)

// KeyPrefix begins the keys of the documents in the store; an id follows.
const KeyPrefix = "clientcertificate."

// ClientCertificate is a client certificate as clients see it.
//
// Source: API Gateway (V1) API reference, "ClientCertificate".
type ClientCertificate struct {
	ID             string            `json:"clientCertificateId"` // six characters of [a-z0-9]
	Description    string            `json:"description,omitempty"`
	PEM            string            `json:"pemEncodedCertificate"`
	CreatedDate    apigateway.Epoch  `json:"createdDate"`
	ExpirationDate apigateway.Epoch  `json:"expirationDate"`
	Tags           map[string]string `json:"tags,omitzero"`
}

// Document is the unit that the store keeps under "clientcertificate.{id}".
// Nothing but the store gets it: what is answered is the certificate alone.
type Document struct {
	AccountID   string            `json:"accountId"`
	Region      string            `json:"region"`
	Certificate ClientCertificate `json:"certificate"`
	PrivateKey  PrivateKey        `json:"privateKey"`
}

// Scope returns the account and region of the certificate.
func (d *Document) Scope() apigateway.Scope {
	return apigateway.Scope{AccountID: d.AccountID, Region: d.Region}
}

// PrivateKey is a private key in the form of PKCS #8. It is encoded for the
// store and hides itself from whatever prints it.
type PrivateKey []byte

const hidden = "(private key)"

// Format implements fmt.Formatter, for every verb.
func (PrivateKey) Format(f fmt.State, _ rune) { io.WriteString(f, hidden) } //nolint:errcheck // fmt's own

// LogValue implements slog.LogValuer.
func (PrivateKey) LogValue() slog.Value { return slog.StringValue(hidden) }

// Reader is the part of the store that Check needs.
type Reader interface {
	Get(ctx context.Context, key string) (store.Entry, error)
}

// Check fails with BadRequest unless id is that of a certificate of the scope:
// what a stage must name.
//
// AWS: not documented for V2; the text is modelled on those of other ids and
// unverified.
func Check(ctx context.Context, from Reader, scope apigateway.Scope, id string) error {
	e, err := from.Get(ctx, KeyPrefix+id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	var d Document
	if err == nil {
		if err := json.Unmarshal(e.Value, &d); err != nil {
			return fmt.Errorf("document of client certificate %s: %w", id, err)
		}
	}
	if err != nil || d.Scope() != scope {
		return awserr.New(awserr.BadRequest, "Invalid client certificate identifier specified")
	}
	return nil
}
