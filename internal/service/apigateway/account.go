package apigateway

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/store"
	"postern/internal/throttle"
	"postern/internal/usageplan"
)

// accountPrefix begins the keys of account documents in the store; account and
// region follow.
const accountPrefix = "account."

// Account holds the settings of an account in a region.
//
// Source: API Gateway (V1) API reference, "Account".
type Account struct {
	// CloudwatchRoleARN is the role that AWS writes logs with. It is kept for
	// clients that set it; nothing here needs it.
	CloudwatchRoleARN string                     `json:"cloudwatchRoleArn,omitempty"`
	ThrottleSettings  usageplan.ThrottleSettings `json:"throttleSettings"`
	Features          []string                   `json:"features"`
	ApiKeyVersion     string                     `json:"apiKeyVersion"`
}

// accountDocument is what is stored of an account.
type accountDocument struct {
	CloudwatchRoleARN string `json:"cloudwatchRoleArn,omitempty"`
}

const (
	featureUsagePlans = "UsagePlans"
	apiKeyVersion     = "4"
)

func (d accountDocument) account() Account {
	rate, burst := float64(throttle.AccountRate), int(throttle.AccountBurst)
	return Account{
		CloudwatchRoleARN: d.CloudwatchRoleARN,
		ThrottleSettings:  usageplan.ThrottleSettings{BurstLimit: &burst, RateLimit: &rate},
		Features:          []string{featureUsagePlans},
		ApiKeyVersion:     apiKeyVersion,
	}
}

func accountKey(scope apigateway.Scope) string {
	return accountPrefix + scope.AccountID + "." + scope.Region
}

func (s *Service) loadAccount(ctx context.Context, scope apigateway.Scope) (d accountDocument, revision uint64, err error) {
	e, err := s.store.Get(ctx, accountKey(scope))
	if errors.Is(err, store.ErrNotFound) {
		return d, 0, nil
	}
	if err != nil {
		return d, 0, err
	}
	return d, e.Revision, json.Unmarshal(e.Value, &d)
}

// GetAccount returns the account's settings.
func (s *Service) GetAccount(ctx context.Context, scope apigateway.Scope) (Account, error) {
	d, _, err := s.loadAccount(ctx, scope)
	return d.account(), err
}

// UpdateAccount changes the account's settings: /cloudwatchRoleArn.
func (s *Service) UpdateAccount(ctx context.Context, scope apigateway.Scope, patch []PatchOperation) (Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		d, revision, err := s.loadAccount(ctx, scope)
		if err != nil {
			return Account{}, err
		}
		for _, p := range patch {
			if err := patchAccount(&d, p); err != nil {
				return Account{}, err
			}
		}
		text, err := json.Marshal(d)
		if err != nil {
			return Account{}, err
		}
		write := context.WithoutCancel(ctx)
		if revision == 0 {
			_, err = s.store.Create(write, accountKey(scope), text)
		} else {
			_, err = s.store.Update(write, accountKey(scope), text, revision)
		}
		if errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrConflict) {
			continue
		}
		return d.account(), err
	}
}

func patchAccount(d *accountDocument, p PatchOperation) error {
	switch {
	case p.Path == "/cloudwatchRoleArn" && (p.Op == OpRemove || p.sets() && p.Value == ""):
		d.CloudwatchRoleARN = ""
	case p.Path == "/cloudwatchRoleArn" && p.sets():
		parts := strings.SplitN(p.Value, ":", 6)
		if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" || !strings.HasPrefix(parts[5], "role/") {
			return awserr.New(awserr.BadRequest, "The role ARN is not well formed")
		}
		d.CloudwatchRoleARN = p.Value
	case p.Path == "/features" && p.Value == featureUsagePlans && p.sets():
		// Every account has them.
	default:
		return p.refuse("/cloudwatchRoleArn")
	}
	return nil
}
