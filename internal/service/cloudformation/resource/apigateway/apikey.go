package apigateway

import (
	"context"
	"slices"

	"postern/internal/service/apigateway"
	"postern/internal/service/cloudformation/resource"
	"postern/internal/template"
	"postern/internal/usageplan"
)

var apiKeySchema = &resource.Schema{
	Type: "AWS::ApiGateway::ApiKey", Service: serviceName, Tags: "Tags",
	Properties: []resource.Property{
		{Name: "CustomerId", Shape: resource.String},
		{Name: "Description", Shape: resource.String},
		{Name: "Enabled", Shape: resource.Boolean},
		{Name: "GenerateDistinctId", Shape: resource.Boolean, CreateOnly: true},
		{Name: "Name", Shape: resource.String, CreateOnly: true},
		{Name: "StageKeys", Shape: resource.ListOf(resource.Object(
			resource.Property{Name: "RestApiId", Shape: resource.String},
			resource.Property{Name: "StageName", Shape: resource.String},
		))},
		{Name: "Tags", Shape: tagList},
		{Name: "Value", Shape: resource.String, CreateOnly: true},
	},
	Attributes: []string{"APIKeyId"},
}

func apiKeyType(s *apigateway.Service) *tagged {
	create := func(ctx context.Context, r *resource.Request) (resource.Result, error) {
		in := apigateway.ApiKeyInput{
			CustomerID: text(r.Properties, "CustomerId"), Description: text(r.Properties, "Description"),
			Enabled: boolean(r.Properties, "Enabled"), Name: text(r.Properties, "Name"),
			Value: text(r.Properties, "Value"), StageKeys: stageKeys(r.Properties), Tags: tags(r.Tags, r.Properties),
		}
		if in.Name == nil {
			in.Name = generatedName(r)
		}
		key, err := s.CreateApiKey(ctx, r.Scope, in)
		return named(key.ID, "APIKeyId"), err
	}
	update := func(ctx context.Context, r *resource.Request) (resource.Result, error) {
		key, err := s.GetApiKey(ctx, r.Scope, r.PhysicalID, false)
		if err != nil {
			return resource.Result{}, err
		}
		if _, err := s.UpdateApiKey(ctx, r.Scope, r.PhysicalID, keyPatches(&key, r.Properties)); err != nil {
			return resource.Result{}, err
		}
		return resource.Result{}, retag(ctx, s, "/apikeys/"+r.PhysicalID, r)
	}
	remove := func(ctx context.Context, r *resource.Request) error {
		return s.DeleteApiKey(ctx, r.Scope, r.PhysicalID)
	}
	return &tagged{&kind{apiKeySchema, create, update, remove}, func(ctx context.Context, r *resource.Request) (resource.Result, bool, error) {
		return find(r, "APIKeyId",
			func(page apigateway.Page) (apigateway.List[usageplan.ApiKey], error) {
				return s.GetApiKeys(ctx, r.Scope, apigateway.ApiKeyQuery{Page: page})
			},
			func(k usageplan.ApiKey) (string, map[string]string, error) {
				whole, err := s.GetApiKey(ctx, r.Scope, k.ID, false)
				return k.ID, whole.Tags, err
			})
	}}
}

func stageKeys(properties *template.Node) (keys []apigateway.StageKey) {
	for _, k := range items(properties, "StageKeys") {
		keys = append(keys, apigateway.StageKey{RestApiID: deref(text(k, "RestApiId")), StageName: deref(text(k, "StageName"))})
	}
	return keys
}

// keyPatches make a key what the properties say.
func keyPatches(key *usageplan.ApiKey, properties *template.Node) []apigateway.PatchOperation {
	var p patches
	p.set("/customerId", text(properties, "CustomerId"))
	p.set("/description", text(properties, "Description"))
	enabled := "false"
	if on := boolean(properties, "Enabled"); on != nil && *on {
		enabled = "true"
	}
	p.add(apigateway.OpReplace, "/enabled", enabled)
	var wanted []string
	for _, k := range stageKeys(properties) {
		wanted = append(wanted, k.RestApiID+"/"+k.StageName)
	}
	for _, k := range key.StageKeys {
		if !slices.Contains(wanted, k) {
			p.add(apigateway.OpRemove, "/stages", k)
		}
	}
	for _, k := range wanted {
		p.add(apigateway.OpAdd, "/stages", k)
	}
	return p
}
