package apigateway

import (
	"context"
	"slices"
	"strings"
	"time"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/usageplan"
)

// KeyTypeAPIKey is the one type of a usage plan key.
const KeyTypeAPIKey = "API_KEY"

// UsagePlanKey is a key in a usage plan.
//
// Source: API Gateway (V1) API reference, "UsagePlanKey".
type UsagePlanKey struct {
	ID    string `json:"id"` // the API key's
	Type  string `json:"type"`
	Value string `json:"value"`
	Name  string `json:"name,omitempty"`
}

func planKey(k *usageplan.ApiKey) UsagePlanKey {
	return UsagePlanKey{ID: k.ID, Type: KeyTypeAPIKey, Value: k.Value, Name: k.Name}
}

// CreateUsagePlanKey puts a key into a plan. It fails with Conflict if it is
// there already, or in another plan of one of the plan's stages.
func (s *Service) CreateUsagePlanKey(ctx context.Context, scope apigateway.Scope, planID, keyID, keyType string) (UsagePlanKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addKey(ctx, scope, planID, keyID, keyType)
}

func (s *Service) addKey(ctx context.Context, scope apigateway.Scope, planID, keyID, keyType string) (UsagePlanKey, error) {
	if keyType != KeyTypeAPIKey {
		return UsagePlanKey{}, awserr.Newf(awserr.BadRequest, "Invalid key type specified. Must be one of [%s]", KeyTypeAPIKey)
	}
	key, err := keys.Get(ctx, s.documents, scope, keyID)
	if err != nil {
		return UsagePlanKey{}, err
	}
	_, err = plans.Change(ctx, s.documents, scope, planID, func(d *usageplan.PlanDocument) error {
		if slices.Contains(d.KeyIDs, keyID) {
			return awserr.Newf(awserr.Conflict, "API Key %s is already in the usage plan %s", keyID, planID)
		}
		if err := s.checkOverlap(ctx, scope, d, []string{keyID}); err != nil {
			return err
		}
		d.KeyIDs = append(d.KeyIDs, keyID)
		return nil
	})
	if err != nil {
		return UsagePlanKey{}, err
	}
	return planKey(&key.Key), nil
}

// GetUsagePlanKey returns a key of a plan.
func (s *Service) GetUsagePlanKey(ctx context.Context, scope apigateway.Scope, planID, keyID string) (UsagePlanKey, error) {
	if _, err := s.planWith(ctx, scope, planID, keyID); err != nil {
		return UsagePlanKey{}, err
	}
	key, err := keys.Get(ctx, s.documents, scope, keyID)
	if err != nil {
		return UsagePlanKey{}, err
	}
	return planKey(&key.Key), nil
}

// planWith returns a plan if the key is in it.
func (s *Service) planWith(ctx context.Context, scope apigateway.Scope, planID, keyID string) (*usageplan.PlanDocument, error) {
	plan, err := plans.Get(ctx, s.documents, scope, planID)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(plan.KeyIDs, keyID) {
		return nil, keys.Missing(keyID)
	}
	return plan, nil
}

// GetUsagePlanKeys returns a page of a plan's keys whose names begin with
// name.
func (s *Service) GetUsagePlanKeys(ctx context.Context, scope apigateway.Scope, planID string, page Page, name string) (List[UsagePlanKey], error) {
	plan, err := plans.Get(ctx, s.documents, scope, planID)
	if err != nil {
		return List[UsagePlanKey]{}, err
	}
	all, err := keys.List(ctx, s.documents, &scope)
	if err != nil {
		return List[UsagePlanKey]{}, err
	}
	var selected []UsagePlanKey
	for _, d := range all {
		if slices.Contains(plan.KeyIDs, d.Key.ID) && strings.HasPrefix(d.Key.Name, name) {
			selected = append(selected, planKey(&d.Key))
		}
	}
	return paginate(selected, page, func(k UsagePlanKey) string { return k.ID })
}

// DeleteUsagePlanKey takes a key out of a plan.
func (s *Service) DeleteUsagePlanKey(ctx context.Context, scope apigateway.Scope, planID, keyID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := plans.Change(ctx, s.documents, scope, planID, func(d *usageplan.PlanDocument) error {
		if !slices.Contains(d.KeyIDs, keyID) {
			return keys.Missing(keyID)
		}
		d.KeyIDs = slices.DeleteFunc(d.KeyIDs, func(k string) bool { return k == keyID })
		return nil
	})
	return err
}

// UsageReport is what keys used of a plan, day by day.
//
// Source: API Gateway (V1) API reference, "Usage".
type UsageReport struct {
	UsagePlanID string `json:"usagePlanId"`
	StartDate   string `json:"startDate"`
	EndDate     string `json:"endDate"`
	Position    string `json:"position,omitempty"`
	// Values holds per key id a pair for each day: what was used, and what was
	// left of the quota, -1 without one.
	Values map[string][][2]int `json:"values"`
}

// UsageQuery selects usage. The dates are both included, at most 90 days
// apart.
type UsageQuery struct {
	Page
	KeyID              string // "" is all keys of the plan
	StartDate, EndDate string // 2006-01-02
}

const maxUsageDays = 90

// GetUsage returns what keys used, as far as this process has counted it.
func (s *Service) GetUsage(ctx context.Context, scope apigateway.Scope, planID string, q UsageQuery) (UsageReport, error) {
	start, err := time.Parse(time.DateOnly, q.StartDate)
	if err != nil {
		return UsageReport{}, awserr.New(awserr.BadRequest, "Invalid start date specified, must be of the form YYYY-MM-DD")
	}
	end, err := time.Parse(time.DateOnly, q.EndDate)
	if err != nil {
		return UsageReport{}, awserr.New(awserr.BadRequest, "Invalid end date specified, must be of the form YYYY-MM-DD")
	}
	if end.Before(start) || end.Sub(start) >= maxUsageDays*24*time.Hour {
		return UsageReport{}, awserr.Newf(awserr.BadRequest, "Invalid date range specified, must be of 1 to %d days", maxUsageDays)
	}
	plan, err := plans.Get(ctx, s.documents, scope, planID)
	if err != nil {
		return UsageReport{}, err
	}
	selected := slices.Sorted(slices.Values(plan.KeyIDs))
	if q.KeyID != "" {
		if !slices.Contains(selected, q.KeyID) {
			return UsageReport{}, keys.Missing(q.KeyID)
		}
		selected = []string{q.KeyID}
	}
	page, err := paginate(selected, q.Page, func(id string) string { return id })
	if err != nil {
		return UsageReport{}, err
	}
	report := UsageReport{UsagePlanID: planID, StartDate: q.StartDate, EndDate: q.EndDate, Position: page.Position, Values: map[string][][2]int{}}
	for _, id := range page.Items {
		if days := s.usage.Usage(planID, id, start, end); days != nil {
			report.Values[id] = days
		}
	}
	return report, nil
}

// UpdateUsage sets what is left of a key's quota until the period ends.
func (s *Service) UpdateUsage(ctx context.Context, scope apigateway.Scope, planID, keyID string, patch []PatchOperation) (UsageReport, error) {
	plan, err := s.planWith(ctx, scope, planID, keyID)
	if err != nil {
		return UsageReport{}, err
	}
	if plan.Plan.Quota == nil {
		return UsageReport{}, awserr.Newf(awserr.BadRequest, "Usage plan %s has no quota", planID)
	}
	for _, p := range patch {
		if p.Op != OpReplace || p.Path != "/remaining" {
			return UsageReport{}, p.refuse("/remaining")
		}
		remaining, err := p.int()
		if err != nil {
			return UsageReport{}, err
		}
		if remaining < 0 {
			return UsageReport{}, p.invalid()
		}
		s.usage.SetRemaining(planID, keyID, remaining)
	}
	today := s.clock.Now().UTC().Format(time.DateOnly)
	return s.GetUsage(ctx, scope, planID, UsageQuery{KeyID: keyID, StartDate: today, EndDate: today})
}
