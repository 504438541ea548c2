package apigateway

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/ids"
	"postern/internal/store"
	"postern/internal/usageplan"
)

// planID is the length of a usage plan's id.
const planID = 6

// UsagePlanInput is the input of CreateUsagePlan. A nil member was not sent.
type UsagePlanInput struct {
	APIStages   []usageplan.APIStage        `json:"apiStages"`
	Description *string                     `json:"description"`
	Name        *string                     `json:"name"` // required
	Quota       *usageplan.QuotaSettings    `json:"quota"`
	Tags        map[string]string           `json:"tags"`
	Throttle    *usageplan.ThrottleSettings `json:"throttle"`
}

// CreateUsagePlan creates a plan. It fails with NotFound if it names a stage
// that does not exist.
func (s *Service) CreateUsagePlan(ctx context.Context, scope apigateway.Scope, in UsagePlanInput) (usageplan.UsagePlan, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := &usageplan.PlanDocument{AccountID: scope.AccountID, Region: scope.Region, Plan: usageplan.UsagePlan{
		Name: deref(in.Name), Description: deref(in.Description), APIStages: append([]usageplan.APIStage{}, in.APIStages...),
		Quota: in.Quota, Throttle: in.Throttle, Tags: maps.Clone(in.Tags),
	}}
	if err := errors.Join(s.checkPlan(ctx, scope, d, nil), checkTags(in.Tags)); err != nil {
		return usageplan.UsagePlan{}, err
	}
	all, err := plans.List(ctx, s.documents, &scope)
	if err != nil {
		return usageplan.UsagePlan{}, err
	}
	if len(all) >= maxPlans {
		return usageplan.UsagePlan{}, awserr.Newf(awserr.LimitExceeded, "Maximum number of usage plans reached: %d", maxPlans)
	}
	err = plans.CreateUnder(ctx, s.documents, d, func() string { return ids.Resource()[:planID] }, func(id string) { d.Plan.ID = id })
	return d.Plan, err
}

// GetUsagePlan returns a plan.
func (s *Service) GetUsagePlan(ctx context.Context, scope apigateway.Scope, id string) (usageplan.UsagePlan, error) {
	d, err := plans.Get(ctx, s.documents, scope, id)
	if err != nil {
		return usageplan.UsagePlan{}, err
	}
	return shownPlan(d.Plan), nil
}

func shownPlan(p usageplan.UsagePlan) usageplan.UsagePlan {
	if p.Tags == nil {
		p.Tags = map[string]string{}
	}
	return p
}

// GetUsagePlans returns a page of the plans; with a key's id those that the
// key is in.
func (s *Service) GetUsagePlans(ctx context.Context, scope apigateway.Scope, page Page, keyID string) (List[usageplan.UsagePlan], error) {
	all, err := plans.List(ctx, s.documents, &scope)
	if err != nil {
		return List[usageplan.UsagePlan]{}, err
	}
	var selected []usageplan.UsagePlan
	for _, d := range all {
		if keyID == "" || slices.Contains(d.KeyIDs, keyID) {
			d.Plan.Tags = nil // a list shows none
			selected = append(selected, d.Plan)
		}
	}
	return paginate(selected, page, func(p usageplan.UsagePlan) string { return p.ID })
}

// UpdateUsagePlan changes a plan.
func (s *Service) UpdateUsagePlan(ctx context.Context, scope apigateway.Scope, id string, patch []PatchOperation) (usageplan.UsagePlan, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := plans.Change(ctx, s.documents, scope, id, func(d *usageplan.PlanDocument) error {
		had := slices.Clone(d.Plan.APIStages)
		for _, p := range patch {
			if err := patchPlan(&d.Plan, p); err != nil {
				return err
			}
		}
		return s.checkPlan(ctx, scope, d, had)
	})
	if err != nil {
		return usageplan.UsagePlan{}, err
	}
	return shownPlan(d.Plan), nil
}

// DeleteUsagePlan deletes a plan. Its keys stay, without it.
func (s *Service) DeleteUsagePlan(ctx context.Context, scope apigateway.Scope, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return plans.Remove(ctx, s.documents, scope, id)
}

// checkPlan checks a plan as a whole. The stages that it had before are not
// looked for again.
func (s *Service) checkPlan(ctx context.Context, scope apigateway.Scope, d *usageplan.PlanDocument, had []usageplan.APIStage) error {
	p := &d.Plan
	if p.Name == "" {
		return awserr.New(awserr.BadRequest, "Usage Plan name must be specified")
	}
	if err := errors.Join(checkText("name", p.Name), checkText("description", p.Description), checkText("productCode", p.ProductCode)); err != nil {
		return err
	}
	if err := checkQuota(p.Quota); err != nil {
		return err
	}
	if err := checkThrottle(p.Throttle); err != nil {
		return err
	}
	for i := range p.APIStages {
		stage := &p.APIStages[i]
		for _, t := range stage.Throttle {
			if err := checkThrottle(&t); err != nil {
				return err
			}
		}
		same := func(other usageplan.APIStage) bool { return other.APIID == stage.APIID && other.Stage == stage.Stage }
		if slices.ContainsFunc(p.APIStages[:i], same) {
			return awserr.Newf(awserr.Conflict, "API Stage %s:%s is already in the usage plan", stage.APIID, stage.Stage)
		}
		if slices.ContainsFunc(had, same) {
			continue
		}
		if err := s.checkStage(ctx, scope, stage); err != nil {
			return err
		}
	}
	return s.checkOverlap(ctx, scope, d, d.KeyIDs)
}

// checkStage looks for a stage of a WebSocket API.
func (s *Service) checkStage(ctx context.Context, scope apigateway.Scope, stage *usageplan.APIStage) error {
	missing := awserr.Newf(awserr.NotFound, "API Stage not found: %s:%s", stage.APIID, stage.Stage)
	if stage.APIID == "" || stage.Stage == "" {
		return missing
	}
	e, err := s.store.Get(ctx, "api."+stage.APIID)
	if errors.Is(err, store.ErrNotFound) {
		return missing
	}
	if err != nil {
		return err
	}
	var api struct {
		AccountID, Region string
		Stages            []struct{ StageName string }
	}
	if err := json.Unmarshal(e.Value, &api); err != nil {
		return err
	}
	if api.AccountID != scope.AccountID || api.Region != scope.Region {
		return missing
	}
	for _, known := range api.Stages {
		if known.StageName == stage.Stage {
			return nil
		}
	}
	return missing
}

// checkOverlap refuses keys of a plan that are in another plan of one of its
// stages: it would be open which plan counts.
func (s *Service) checkOverlap(ctx context.Context, scope apigateway.Scope, d *usageplan.PlanDocument, keyIDs []string) error {
	if len(keyIDs) == 0 || len(d.Plan.APIStages) == 0 {
		return nil
	}
	all, err := plans.List(ctx, s.documents, &scope)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.Plan.ID == d.Plan.ID {
			continue
		}
		for _, stage := range d.Plan.APIStages {
			if other.Plan.Stage(stage.APIID, stage.Stage) == nil {
				continue
			}
			for _, key := range keyIDs {
				if slices.Contains(other.KeyIDs, key) {
					return awserr.Newf(awserr.Conflict,
						"Usage Plan %s cannot be added because API Key %s cannot reference multiple Usage Plans with the same api stage: %s:%s",
						d.Plan.ID, key, stage.APIID, stage.Stage)
				}
			}
		}
	}
	return nil
}

func checkQuota(q *usageplan.QuotaSettings) error {
	if q == nil {
		return nil
	}
	switch {
	case q.Period != usageplan.Day && q.Period != usageplan.Week && q.Period != usageplan.Month:
		return awserr.New(awserr.BadRequest, "Invalid Usage Plan quota period specified. Must be one of [DAY, WEEK, MONTH]")
	case q.Limit <= 0:
		return awserr.New(awserr.BadRequest, "Usage Plan quota limit must be greater than zero")
	case q.Period == usageplan.Day && q.Offset != 0:
		return awserr.New(awserr.BadRequest, "Usage Plan quota offset must be zero in the DAY period")
	case q.Period == usageplan.Week && (q.Offset < 0 || q.Offset > 6):
		return awserr.New(awserr.BadRequest, "Usage Plan quota offset must be between 0 and 6 inclusive in the WEEK period")
	case q.Period == usageplan.Month && (q.Offset < 0 || q.Offset > 27):
		return awserr.New(awserr.BadRequest, "Usage Plan quota offset must be between 0 and 27 inclusive in the MONTH period")
	}
	return nil
}

func checkThrottle(t *usageplan.ThrottleSettings) error {
	if t != nil && (t.BurstLimit != nil && *t.BurstLimit < 0 || t.RateLimit != nil && *t.RateLimit < 0) {
		return awserr.New(awserr.BadRequest, "Usage Plan throttle limits must not be negative")
	}
	return nil
}

// planPaths are the paths that an Update of a plan knows.
var planPaths = []string{
	"/name", "/description", "/productCode", "/apiStages", "/quota", "/quota/limit", "/quota/offset", "/quota/period",
	"/throttle", "/throttle/rateLimit", "/throttle/burstLimit",
	"/apiStages/{apiId:stageName}/throttle", "/apiStages/{apiId:stageName}/throttle/{path}/rateLimit",
	"/apiStages/{apiId:stageName}/throttle/{path}/burstLimit",
}

func patchPlan(plan *usageplan.UsagePlan, p PatchOperation) (err error) {
	if rest, ok := strings.CutPrefix(p.Path, "/apiStages/"); ok {
		return patchStageThrottle(plan, p, rest)
	}
	switch {
	case p.Path == "/apiStages":
		return patchStages(plan, p)
	case p.Op == OpRemove && p.Path == "/quota":
		plan.Quota = nil
		return nil
	case p.Op == OpRemove && p.Path == "/throttle":
		plan.Throttle = nil
		return nil
	case p.Op == OpRemove && p.Path == "/description":
		plan.Description = ""
		return nil
	case p.Op == OpRemove && p.Path == "/productCode":
		plan.ProductCode = ""
		return nil
	case !p.sets():
		return p.refuse(planPaths...)
	}
	quota := func() *usageplan.QuotaSettings {
		if plan.Quota == nil {
			plan.Quota = &usageplan.QuotaSettings{}
		}
		return plan.Quota
	}
	switch p.Path {
	case "/name":
		plan.Name = p.Value
	case "/description":
		plan.Description = p.Value
	case "/productCode":
		plan.ProductCode = p.Value
	case "/quota/limit":
		quota().Limit, err = p.int()
	case "/quota/offset":
		quota().Offset, err = p.int()
	case "/quota/period":
		quota().Period = p.Value
	case "/throttle/rateLimit", "/throttle/burstLimit":
		t := usageplan.ThrottleSettings{}
		if plan.Throttle != nil {
			t = *plan.Throttle
		}
		err = patchThrottle(&t, p, p.Path)
		plan.Throttle = &t
	default:
		err = p.refuse(planPaths...)
	}
	return err
}

func patchThrottle(t *usageplan.ThrottleSettings, p PatchOperation, path string) error {
	switch {
	case strings.HasSuffix(path, "/rateLimit"):
		f, err := p.float()
		t.RateLimit = &f
		return err
	case strings.HasSuffix(path, "/burstLimit"):
		n, err := p.int()
		t.BurstLimit = &n
		return err
	}
	return p.refuse(planPaths...)
}

// patchStages adds or removes a stage, "apiId:stageName".
func patchStages(plan *usageplan.UsagePlan, p PatchOperation) error {
	apiID, stage, ok := strings.Cut(p.Value, ":")
	if !ok {
		return p.invalid()
	}
	switch p.Op {
	case OpAdd:
		plan.APIStages = append(plan.APIStages, usageplan.APIStage{APIID: apiID, Stage: stage})
	case OpRemove:
		if plan.Stage(apiID, stage) == nil {
			return awserr.Newf(awserr.NotFound, "API Stage not found: %s", p.Value)
		}
		plan.APIStages = slices.DeleteFunc(plan.APIStages, func(s usageplan.APIStage) bool { return s.APIID == apiID && s.Stage == stage })
	default:
		return p.refuse(planPaths...)
	}
	return nil
}

// patchStageThrottle changes the limits of a route of a stage. The route's key
// may hold slashes, in the manner of REST APIs: /pets/GET.
func patchStageThrottle(plan *usageplan.UsagePlan, p PatchOperation, rest string) error {
	name, path, _ := strings.Cut(rest, "/")
	apiID, stageName, _ := strings.Cut(name, ":")
	stage := plan.Stage(apiID, stageName)
	if stage == nil {
		return awserr.Newf(awserr.NotFound, "API Stage not found: %s", name)
	}
	if p.Op == OpRemove && path == "throttle" {
		stage.Throttle = nil
		return nil
	}
	route, ok := strings.CutPrefix(path, "throttle/")
	if !ok {
		return p.refuse(planPaths...)
	}
	if p.Op == OpRemove {
		delete(stage.Throttle, unescape(route))
		return nil
	}
	key := unescape(strings.TrimSuffix(strings.TrimSuffix(route, "/rateLimit"), "/burstLimit"))
	if !p.sets() || key == "" || key == unescape(route) {
		return p.refuse(planPaths...)
	}
	t := stage.Throttle[key]
	if err := patchThrottle(&t, p, route); err != nil {
		return err
	}
	if stage.Throttle == nil {
		stage.Throttle = map[string]usageplan.ThrottleSettings{}
	}
	stage.Throttle[key] = t
	return nil
}

// unescape undoes the escapes of JSON pointers.
func unescape(path string) string { return strings.NewReplacer("~1", "/", "~0", "~").Replace(path) }
