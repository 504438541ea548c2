package apigateway

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"postern/internal/awserr"
	"postern/internal/service/apigateway"
	"postern/internal/service/cloudformation/resource"
	"postern/internal/template"
	"postern/internal/usageplan"
)

var throttleSettings = resource.Object(
	resource.Property{Name: "BurstLimit", Shape: resource.Integer},
	resource.Property{Name: "RateLimit", Shape: resource.Number},
)

var usagePlanSchema = &resource.Schema{
	Type: "AWS::ApiGateway::UsagePlan", Service: serviceName, Tags: "Tags",
	Properties: []resource.Property{
		{Name: "ApiStages", Shape: resource.ListOf(resource.Object(
			resource.Property{Name: "ApiId", Shape: resource.String},
			resource.Property{Name: "Stage", Shape: resource.String},
			resource.Property{Name: "Throttle", Shape: resource.MapOf(throttleSettings)},
		))},
		{Name: "Description", Shape: resource.String},
		{Name: "Quota", Shape: resource.Object(
			resource.Property{Name: "Limit", Shape: resource.Integer},
			resource.Property{Name: "Offset", Shape: resource.Integer},
			resource.Property{Name: "Period", Shape: resource.String},
		)},
		{Name: "Tags", Shape: tagList},
		{Name: "Throttle", Shape: throttleSettings},
		{Name: "UsagePlanName", Shape: resource.String},
	},
	Attributes: []string{"Id"},
}

func usagePlanType(s *apigateway.Service) *tagged {
	create := func(ctx context.Context, r *resource.Request) (resource.Result, error) {
		in := apigateway.UsagePlanInput{
			APIStages: apiStages(r.Properties), Description: text(r.Properties, "Description"),
			Name: text(r.Properties, "UsagePlanName"), Quota: quota(r.Properties.Get("Quota")),
			Throttle: throttle(r.Properties.Get("Throttle")), Tags: tags(r.Tags, r.Properties),
		}
		if in.Name == nil {
			in.Name = generatedName(r)
		}
		plan, err := s.CreateUsagePlan(ctx, r.Scope, in)
		return named(plan.ID, "Id"), err
	}
	update := func(ctx context.Context, r *resource.Request) (resource.Result, error) {
		plan, err := s.GetUsagePlan(ctx, r.Scope, r.PhysicalID)
		if err != nil {
			return resource.Result{}, err
		}
		if _, err := s.UpdateUsagePlan(ctx, r.Scope, r.PhysicalID, planPatches(&plan, r.Properties)); err != nil {
			return resource.Result{}, err
		}
		return resource.Result{}, retag(ctx, s, "/usageplans/"+r.PhysicalID, r)
	}
	remove := func(ctx context.Context, r *resource.Request) error {
		return s.DeleteUsagePlan(ctx, r.Scope, r.PhysicalID)
	}
	return &tagged{&kind{usagePlanSchema, create, update, remove}, func(ctx context.Context, r *resource.Request) (resource.Result, bool, error) {
		return find(r, "Id",
			func(page apigateway.Page) (apigateway.List[usageplan.UsagePlan], error) {
				return s.GetUsagePlans(ctx, r.Scope, page, "")
			},
			func(p usageplan.UsagePlan) (string, map[string]string, error) {
				whole, err := s.GetUsagePlan(ctx, r.Scope, p.ID)
				return p.ID, whole.Tags, err
			})
	}}
}

func throttle(n *template.Node) *usageplan.ThrottleSettings {
	if n == nil {
		return nil
	}
	return &usageplan.ThrottleSettings{BurstLimit: integer(n, "BurstLimit"), RateLimit: number(n, "RateLimit")}
}

func quota(n *template.Node) *usageplan.QuotaSettings {
	if n == nil {
		return nil
	}
	q := &usageplan.QuotaSettings{Period: deref(text(n, "Period"))}
	if limit := integer(n, "Limit"); limit != nil {
		q.Limit = *limit
	}
	if offset := integer(n, "Offset"); offset != nil {
		q.Offset = *offset
	}
	return q
}

func apiStages(properties *template.Node) (stages []usageplan.APIStage) {
	for _, n := range items(properties, "ApiStages") {
		stage := usageplan.APIStage{APIID: deref(text(n, "ApiId")), Stage: deref(text(n, "Stage"))}
		if limits := n.Get("Throttle"); limits != nil {
			stage.Throttle = make(map[string]usageplan.ThrottleSettings, len(limits.Members))
			for _, m := range limits.Members {
				stage.Throttle[m.Name] = *throttle(m.Value)
			}
		}
		stages = append(stages, stage)
	}
	return stages
}

// planPatches make a plan what the properties say. Limits are removed before
// they are set, so that no half of an earlier one stays.
func planPatches(plan *usageplan.UsagePlan, properties *template.Node) []apigateway.PatchOperation {
	var p patches
	if name := text(properties, "UsagePlanName"); name != nil {
		p.set("/name", name)
	}
	p.set("/description", text(properties, "Description"))
	p.add(apigateway.OpRemove, "/throttle", "")
	p.throttle("/throttle", throttle(properties.Get("Throttle")))
	p.add(apigateway.OpRemove, "/quota", "")
	if q := quota(properties.Get("Quota")); q != nil {
		p.add(apigateway.OpReplace, "/quota/limit", strconv.Itoa(q.Limit))
		p.add(apigateway.OpReplace, "/quota/offset", strconv.Itoa(q.Offset))
		p.add(apigateway.OpReplace, "/quota/period", q.Period)
	}
	wanted := apiStages(properties)
	for _, have := range plan.APIStages {
		same := func(s usageplan.APIStage) bool { return s.APIID == have.APIID && s.Stage == have.Stage }
		if !slices.ContainsFunc(wanted, same) {
			p.add(apigateway.OpRemove, "/apiStages", have.APIID+":"+have.Stage)
		}
	}
	for _, stage := range wanted {
		name := stage.APIID + ":" + stage.Stage
		if plan.Stage(stage.APIID, stage.Stage) == nil {
			p.add(apigateway.OpAdd, "/apiStages", name)
		}
		p.add(apigateway.OpRemove, "/apiStages/"+name+"/throttle", "")
		for route, limits := range stage.Throttle {
			p.throttle("/apiStages/"+name+"/throttle/"+pointer(route), &limits)
		}
	}
	return p
}

// throttle sets the halves of a limit that are there.
func (p *patches) throttle(path string, t *usageplan.ThrottleSettings) {
	if t == nil {
		return
	}
	if t.BurstLimit != nil {
		p.add(apigateway.OpReplace, path+"/burstLimit", strconv.Itoa(*t.BurstLimit))
	}
	if t.RateLimit != nil {
		p.add(apigateway.OpReplace, path+"/rateLimit", strconv.FormatFloat(*t.RateLimit, 'g', -1, 64))
	}
}

// pointer escapes a segment of a JSON pointer.
func pointer(segment string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(segment)
}

var usagePlanKeySchema = &resource.Schema{
	Type: "AWS::ApiGateway::UsagePlanKey", Service: serviceName,
	Properties: []resource.Property{
		{Name: "KeyId", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "KeyType", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "UsagePlanId", Shape: resource.String, Required: true, CreateOnly: true},
	},
	Attributes: []string{"Id"},
}

// usagePlanKeyType puts a key into a plan. Its physical id is key and plan,
// "{keyId}:{usagePlanId}"; unverified.
func usagePlanKeyType(s *apigateway.Service) *kind {
	create := func(ctx context.Context, r *resource.Request) (resource.Result, error) {
		keyID, planID := deref(text(r.Properties, "KeyId")), deref(text(r.Properties, "UsagePlanId"))
		_, err := s.CreateUsagePlanKey(ctx, r.Scope, planID, keyID, deref(text(r.Properties, "KeyType")))
		return named(keyID+":"+planID, "Id"), err
	}
	update := func(context.Context, *resource.Request) (resource.Result, error) { return resource.Result{}, nil }
	remove := func(ctx context.Context, r *resource.Request) error {
		keyID, planID, ok := strings.Cut(r.PhysicalID, ":")
		if !ok {
			return awserr.Newf(awserr.NotFound, "%s is no usage plan key", r.PhysicalID)
		}
		return s.DeleteUsagePlanKey(ctx, r.Scope, planID, keyID)
	}
	return &kind{usagePlanKeySchema, create, update, remove}
}
