package apigateway

import (
	"context"
	"maps"

	scopes "postern/internal/apigateway"
	"postern/internal/service/apigateway"
	"postern/internal/service/cloudformation/resource"
	"postern/internal/template"
)

// tagList is the shape of tags in the first API's types.
var tagList = resource.ListOf(resource.Object(
	resource.Property{Name: "Key", Shape: resource.String, Required: true},
	resource.Property{Name: "Value", Shape: resource.String, Required: true},
))

// tags returns the tags of a resource: the stack's, and over them its own.
func tags(stack map[string]string, properties *template.Node) map[string]string {
	all := maps.Clone(stack)
	if all == nil {
		all = map[string]string{}
	}
	for _, tag := range items(properties, "Tags") {
		all[deref(text(tag, "Key"))] = deref(text(tag, "Value"))
	}
	return all
}

// retag changes the tags of a resource from what they were to what they are to
// be. The path is what ends its ARN, "/apikeys/{id}".
func retag(ctx context.Context, s *apigateway.Service, path string, r *resource.Request) error {
	arn := "arn:" + scopes.Partition + ":apigateway:" + r.Scope.Region + "::" + path
	return resource.Retag(ctx, s, r.Scope, arn, tags(r.PreviousTags, r.Previous), tags(r.Tags, r.Properties))
}

// find goes through the pages of a list until an item has the tags of r. Lists
// show no tags, so each item is read by its own.
func find[T any](
	r *resource.Request, attribute string,
	list func(apigateway.Page) (apigateway.List[T], error),
	read func(T) (id string, tags map[string]string, err error),
) (resource.Result, bool, error) {
	for page := (apigateway.Page{Limit: apigateway.MaxPage}); ; {
		part, err := list(page)
		if err != nil {
			return resource.Result{}, false, err
		}
		for _, item := range part.Items {
			id, have, err := read(item)
			if err != nil {
				return resource.Result{}, false, err
			}
			if r.Made(have) {
				return named(id, attribute), true, nil
			}
		}
		if page.Position = part.Position; page.Position == "" {
			return resource.Result{}, false, nil
		}
	}
}
