package apigateway

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"slices"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/ids"
	"postern/internal/usageplan"
)

// The length of a key's value in characters, and of one that is generated.
//
// Source: Developer Guide, "Amazon API Gateway important notes".
const (
	minValue       = 20
	maxValue       = 128
	generatedValue = 40
)

// ApiKeyInput is the input of CreateApiKey. A nil member was not sent.
type ApiKeyInput struct {
	CustomerID  *string           `json:"customerId"`
	Description *string           `json:"description"`
	Enabled     *bool             `json:"enabled"` // default false
	Name        *string           `json:"name"`
	StageKeys   []StageKey        `json:"stageKeys"`
	Tags        map[string]string `json:"tags"`
	Value       *string           `json:"value"` // generated if absent
}

// StageKey names a stage in the manner from before there were usage plans. It
// is kept and admits nobody.
type StageKey struct {
	RestApiID string `json:"restApiId"`
	StageName string `json:"stageName"`
}

// CreateApiKey creates a key. It fails with BadRequest for a value that is too
// short or too long, with Conflict for one that is taken.
func (s *Service) CreateApiKey(ctx context.Context, scope apigateway.Scope, in ApiKeyInput) (usageplan.ApiKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.createKey(ctx, scope, in)
}

func (s *Service) createKey(ctx context.Context, scope apigateway.Scope, in ApiKeyInput) (usageplan.ApiKey, error) {
	now := s.now()
	key := usageplan.ApiKey{
		Name: deref(in.Name), Description: deref(in.Description), CustomerID: deref(in.CustomerID),
		Value: deref(in.Value), Enabled: in.Enabled != nil && *in.Enabled, StageKeys: []string{},
		CreatedDate: now, LastUpdatedDate: now, Tags: maps.Clone(in.Tags),
	}
	for _, k := range in.StageKeys {
		key.StageKeys = append(key.StageKeys, k.RestApiID+"/"+k.StageName)
	}
	if err := errors.Join(checkText("name", key.Name), checkText("description", key.Description), checkText("customerId", key.CustomerID), checkTags(key.Tags)); err != nil {
		return usageplan.ApiKey{}, err
	}
	switch n := len(key.Value); {
	case n == 0:
		key.Value = newValue()
	case n < minValue:
		return usageplan.ApiKey{}, awserr.Newf(awserr.BadRequest, "API Key value should be at least %d characters", minValue)
	case n > maxValue:
		return usageplan.ApiKey{}, awserr.Newf(awserr.BadRequest, "API Key value should be at most %d characters", maxValue)
	}
	all, err := keys.List(ctx, s.documents, &scope)
	if err != nil {
		return usageplan.ApiKey{}, err
	}
	if slices.ContainsFunc(all, func(d *usageplan.KeyDocument) bool { return d.Key.Value == key.Value }) {
		return usageplan.ApiKey{}, awserr.New(awserr.Conflict, "API Key already exists")
	}
	if len(all) >= maxKeys {
		return usageplan.ApiKey{}, awserr.Newf(awserr.LimitExceeded, "Maximum number of API keys reached: %d", maxKeys)
	}
	d := &usageplan.KeyDocument{AccountID: scope.AccountID, Region: scope.Region, Key: key}
	err = keys.CreateUnder(ctx, s.documents, d, ids.API, func(id string) { d.Key.ID = id })
	return d.Key, err
}

// newValue returns a value for a key: secret, unlike an id.
func newValue() string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	// A byte that would favour the beginning of the alphabet is not used.
	const fair = 256 / len(alphabet) * len(alphabet)
	value := make([]byte, 0, generatedValue)
	var b [2 * generatedValue]byte
	for len(value) < generatedValue {
		rand.Read(b[:])
		for _, c := range b {
			if int(c) < fair && len(value) < generatedValue {
				value = append(value, alphabet[int(c)%len(alphabet)])
			}
		}
	}
	return string(value)
}

// GetApiKey returns a key, with its value if that is asked for.
func (s *Service) GetApiKey(ctx context.Context, scope apigateway.Scope, id string, includeValue bool) (usageplan.ApiKey, error) {
	d, err := keys.Get(ctx, s.documents, scope, id)
	if err != nil {
		return usageplan.ApiKey{}, err
	}
	return shown(d.Key, includeValue), nil
}

// shown returns a key as Get and Update answer it.
func shown(key usageplan.ApiKey, includeValue bool) usageplan.ApiKey {
	if !includeValue {
		key.Value = ""
	}
	if key.Tags == nil {
		key.Tags = map[string]string{}
	}
	return key
}

// ApiKeyQuery selects keys.
type ApiKeyQuery struct {
	Page
	Name          string // the beginning of the name
	CustomerID    string
	IncludeValues bool
}

// GetApiKeys returns a page of the keys that a query selects.
func (s *Service) GetApiKeys(ctx context.Context, scope apigateway.Scope, q ApiKeyQuery) (List[usageplan.ApiKey], error) {
	all, err := keys.List(ctx, s.documents, &scope)
	if err != nil {
		return List[usageplan.ApiKey]{}, err
	}
	var selected []usageplan.ApiKey
	for _, d := range all {
		if !strings.HasPrefix(d.Key.Name, q.Name) || q.CustomerID != "" && d.Key.CustomerID != q.CustomerID {
			continue
		}
		key := shown(d.Key, q.IncludeValues)
		key.Tags = nil // a list shows none
		selected = append(selected, key)
	}
	return paginate(selected, q.Page, func(k usageplan.ApiKey) string { return k.ID })
}

// UpdateApiKey changes a key.
func (s *Service) UpdateApiKey(ctx context.Context, scope apigateway.Scope, id string, patch []PatchOperation) (usageplan.ApiKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := keys.Change(ctx, s.documents, scope, id, func(d *usageplan.KeyDocument) error {
		for _, p := range patch {
			if err := patchKey(&d.Key, p); err != nil {
				return err
			}
		}
		d.Key.LastUpdatedDate = s.now()
		return nil
	})
	if err != nil {
		return usageplan.ApiKey{}, err
	}
	return shown(d.Key, false), nil
}

func patchKey(key *usageplan.ApiKey, p PatchOperation) (err error) {
	paths := []string{"/name", "/description", "/enabled", "/customerId", "/stages"}
	switch {
	case p.Path == "/stages" && p.Op == OpAdd:
		if !strings.Contains(p.Value, "/") {
			return p.invalid()
		}
		if !slices.Contains(key.StageKeys, p.Value) {
			key.StageKeys = append(key.StageKeys, p.Value)
		}
		return nil
	case p.Path == "/stages" && p.Op == OpRemove:
		key.StageKeys = slices.DeleteFunc(key.StageKeys, func(k string) bool { return k == p.Value })
		return nil
	case !p.sets():
		return p.refuse(paths...)
	}
	switch p.Path {
	case "/name":
		key.Name = p.Value
	case "/description":
		key.Description = p.Value
	case "/customerId":
		key.CustomerID = p.Value
	case "/enabled":
		key.Enabled, err = p.bool()
		return err
	default:
		return p.refuse(paths...)
	}
	return checkText(strings.TrimPrefix(p.Path, "/"), p.Value)
}

// DeleteApiKey deletes a key and takes it out of its plans.
func (s *Service) DeleteApiKey(ctx context.Context, scope apigateway.Scope, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := keys.Remove(ctx, s.documents, scope, id); err != nil {
		return err
	}
	all, err := plans.List(ctx, s.documents, &scope)
	if err != nil {
		return err
	}
	for _, d := range all {
		if !slices.Contains(d.KeyIDs, id) {
			continue
		}
		if _, err := plans.Change(ctx, s.documents, scope, d.Plan.ID, func(d *usageplan.PlanDocument) error {
			d.KeyIDs = slices.DeleteFunc(d.KeyIDs, func(k string) bool { return k == id })
			return nil
		}); err != nil && !awserr.Is(err, awserr.NotFound) {
			return err
		}
	}
	return nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
