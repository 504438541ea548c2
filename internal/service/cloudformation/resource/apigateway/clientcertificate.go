package apigateway

import (
	"context"

	"postern/internal/clientcertificate"
	"postern/internal/service/apigateway"
	"postern/internal/service/cloudformation/resource"
)

var clientCertificateSchema = &resource.Schema{
	Type: "AWS::ApiGateway::ClientCertificate", Service: serviceName, Tags: "Tags",
	Properties: []resource.Property{
		{Name: "Description", Shape: resource.String},
		{Name: "Tags", Shape: tagList},
	},
	Attributes: []string{"ClientCertificateId"},
}

// clientCertificateType makes certificates. An update never makes another one:
// who wants that gives the resource another logical id.
func clientCertificateType(s *apigateway.Service) *tagged {
	create := func(ctx context.Context, r *resource.Request) (resource.Result, error) {
		c, err := s.GenerateClientCertificate(ctx, r.Scope, apigateway.ClientCertificateInput{
			Description: text(r.Properties, "Description"), Tags: tags(r.Tags, r.Properties),
		})
		return named(c.ID, "ClientCertificateId"), err
	}
	update := func(ctx context.Context, r *resource.Request) (resource.Result, error) {
		var p patches
		p.set("/description", text(r.Properties, "Description"))
		if _, err := s.UpdateClientCertificate(ctx, r.Scope, r.PhysicalID, p); err != nil {
			return resource.Result{}, err
		}
		return resource.Result{}, retag(ctx, s, "/clientcertificates/"+r.PhysicalID, r)
	}
	remove := func(ctx context.Context, r *resource.Request) error {
		return s.DeleteClientCertificate(ctx, r.Scope, r.PhysicalID)
	}
	return &tagged{&kind{clientCertificateSchema, create, update, remove}, func(ctx context.Context, r *resource.Request) (resource.Result, bool, error) {
		return find(r, "ClientCertificateId",
			func(page apigateway.Page) (apigateway.List[clientcertificate.ClientCertificate], error) {
				return s.GetClientCertificates(ctx, r.Scope, page)
			},
			func(c clientcertificate.ClientCertificate) (string, map[string]string, error) {
				whole, err := s.GetClientCertificate(ctx, r.Scope, c.ID)
				return c.ID, whole.Tags, err
			})
	}}
}
