package apigateway

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/clientcertificate"
	"postern/internal/ids"
)

// certificateID is the length of a certificate's id.
//
// Source: API Gateway (V1) API reference, GenerateClientCertificate; examples
// in the CLI's reference.
const certificateID = 6

// ClientCertificateInput is the input of GenerateClientCertificate. A nil
// member was not sent.
type ClientCertificateInput struct {
	Description *string           `json:"description"`
	Tags        map[string]string `json:"tags"`
}

// GenerateClientCertificate makes a certificate and its private key, which
// stays with the document. It fails with LimitExceeded where the account has as
// many as it may.
func (s *Service) GenerateClientCertificate(ctx context.Context, scope apigateway.Scope, in ClientCertificateInput) (clientcertificate.ClientCertificate, error) {
	none := clientcertificate.ClientCertificate{}
	if err := errors.Join(checkText("description", deref(in.Description)), checkTags(in.Tags)); err != nil {
		return none, err
	}
	// Who is at the quota does not get to use the processor; the count holds
	// below, where nobody else creates one.
	if err := s.roomForCertificate(ctx, scope); err != nil {
		return none, err
	}
	d, err := clientcertificate.Generate(s.clock.Now())
	if err != nil {
		return none, err
	}
	d.AccountID, d.Region = scope.AccountID, scope.Region
	d.Certificate.Description, d.Certificate.Tags = deref(in.Description), maps.Clone(in.Tags)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.roomForCertificate(ctx, scope); err != nil {
		return none, err
	}
	err = certificates.CreateUnder(ctx, s.documents, d, func() string { return ids.Resource()[:certificateID] }, func(id string) { d.Certificate.ID = id })
	return d.Certificate, err
}

func (s *Service) roomForCertificate(ctx context.Context, scope apigateway.Scope) error {
	all, err := certificates.List(ctx, s.documents, &scope)
	if err != nil {
		return err
	}
	if len(all) >= maxCertificates {
		return awserr.Newf(awserr.LimitExceeded, "Maximum number of client certificates reached: %d", maxCertificates)
	}
	return nil
}

// GetClientCertificate returns a certificate.
func (s *Service) GetClientCertificate(ctx context.Context, scope apigateway.Scope, id string) (clientcertificate.ClientCertificate, error) {
	d, err := certificates.Get(ctx, s.documents, scope, id)
	if err != nil {
		return clientcertificate.ClientCertificate{}, err
	}
	return shownCertificate(d.Certificate), nil
}

// shownCertificate returns a certificate as Get and Update answer it.
func shownCertificate(c clientcertificate.ClientCertificate) clientcertificate.ClientCertificate {
	if c.Tags == nil {
		c.Tags = map[string]string{}
	}
	return c
}

// GetClientCertificates returns a page of the certificates.
func (s *Service) GetClientCertificates(ctx context.Context, scope apigateway.Scope, p Page) (List[clientcertificate.ClientCertificate], error) {
	all, err := certificates.List(ctx, s.documents, &scope)
	if err != nil {
		return List[clientcertificate.ClientCertificate]{}, err
	}
	items := make([]clientcertificate.ClientCertificate, len(all))
	for i, d := range all {
		items[i] = d.Certificate
		items[i].Tags = nil // a list shows none, as those of keys and plans
	}
	return paginate(items, p, func(c clientcertificate.ClientCertificate) string { return c.ID })
}

// UpdateClientCertificate changes a certificate: /description.
func (s *Service) UpdateClientCertificate(ctx context.Context, scope apigateway.Scope, id string, patch []PatchOperation) (clientcertificate.ClientCertificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := certificates.Change(ctx, s.documents, scope, id, func(d *clientcertificate.Document) error {
		for _, p := range patch {
			if p.Path != "/description" || !p.sets() {
				return p.refuse("/description")
			}
			if err := checkText("description", p.Value); err != nil {
				return err
			}
			d.Certificate.Description = p.Value
		}
		return nil
	})
	if err != nil {
		return clientcertificate.ClientCertificate{}, err
	}
	return shownCertificate(d.Certificate), nil
}

// DeleteClientCertificate deletes a certificate and its private key. It fails
// with BadRequest while a stage uses it.
//
// AWS: that it refuses, and the text, are unverified. A stage that takes the
// certificate at the same moment may keep its id; its calls over https fail
// then, and the execution log says why.
func (s *Service) DeleteClientCertificate(ctx context.Context, scope apigateway.Scope, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := certificates.Get(ctx, s.documents, scope, id); err != nil {
		return err
	}
	if err := s.certificateUnused(ctx, scope, id); err != nil {
		return err
	}
	return certificates.Remove(ctx, s.documents, scope, id)
}

// certificateUnused looks through the stages of the scope.
func (s *Service) certificateUnused(ctx context.Context, scope apigateway.Scope, id string) error {
	const prefix = "api."
	entries, err := s.store.List(ctx, prefix)
	if err != nil {
		return err
	}
	for _, e := range entries {
		var api struct {
			AccountID, Region string
			Stages            []struct{ StageName, ClientCertificateID string }
		}
		if err := json.Unmarshal(e.Value, &api); err != nil {
			return err
		}
		if api.AccountID != scope.AccountID || api.Region != scope.Region {
			continue
		}
		for _, stage := range api.Stages {
			if stage.ClientCertificateID == id {
				return awserr.Newf(awserr.BadRequest, "Client certificate %s is in use by the stage %s of the API %s",
					id, stage.StageName, strings.TrimPrefix(e.Key, prefix))
			}
		}
	}
	return nil
}
