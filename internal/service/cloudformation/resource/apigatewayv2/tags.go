package apigatewayv2

import (
	"context"
	"maps"

	"postern/internal/service/apigatewayv2"
	"postern/internal/service/cloudformation/resource"
	"postern/internal/template"
)

// tags returns the tags of a resource: the stack's, and over them its own.
func tags(stack map[string]string, properties *template.Node) map[string]string {
	all := maps.Clone(stack)
	if all == nil {
		all = map[string]string{}
	}
	if own := properties.Get("Tags"); own != nil {
		for _, m := range own.Members {
			all[m.Name], _ = m.Value.Scalar()
		}
	}
	return all
}

// retag changes the tags of the resource at arn from what they were to what
// they are to be.
func retag(ctx context.Context, s *apigatewayv2.Service, arn string, r *resource.Request) error {
	return resource.Retag(ctx, s, r.Scope, arn, tags(r.PreviousTags, r.Previous), tags(r.Tags, r.Properties))
}

// find goes through the pages of a list until an item was made for r.
func find[T any](r *resource.Request, list func(apigatewayv2.Page) (apigatewayv2.List[T], error), tagsOf func(T) map[string]string) (found T, ok bool, err error) {
	var none T
	for page := (apigatewayv2.Page{}); ; {
		part, err := list(page)
		if err != nil {
			return none, false, err
		}
		for _, item := range part.Items {
			if r.Made(tagsOf(item)) {
				return item, true, nil
			}
		}
		if page.NextToken = part.NextToken; page.NextToken == "" {
			return none, false, nil
		}
	}
}
