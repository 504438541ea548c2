package regional

import (
	"context"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/ids"
	"postern/internal/service/apigatewayv2/member"
	"postern/internal/service/apigatewayv2/page"
	"postern/internal/service/document"
)

var vpcLinks = document.Kind[apigateway.VpcLinkDocument]{
	Prefix: "vpclink.",
	Scope: func(d *apigateway.VpcLinkDocument) apigateway.Scope {
		return apigateway.Scope{AccountID: d.AccountID, Region: d.Region}
	},
	Missing: func(id string) error {
		return awserr.Newf(awserr.NotFound, "Invalid VpcLink identifier specified %s", id)
	},
}

// CreateVpcLink creates a VPC link, which is available at once and connects
// nothing: WebSocket APIs cannot use it.
func (s *Service) CreateVpcLink(ctx context.Context, scope apigateway.Scope, in VpcLinkInput) (apigateway.VpcLink, error) {
	var c member.Check
	c.Required("name", in.Name)
	c.Length("name", in.Name, member.MaxName)
	if len(in.SubnetIDs) == 0 {
		c.Failf("subnetIds is a required parameter")
	}
	c.Tags(in.Tags, s.o.Limits.Tags)
	if c.Err != nil {
		return apigateway.VpcLink{}, c.Err
	}
	l := apigateway.VpcLink{
		CreatedDate:      s.o.Now(),
		Name:             *in.Name,
		SecurityGroupIDs: append([]string{}, in.SecurityGroupIDs...),
		SubnetIDs:        slices.Clone(in.SubnetIDs),
		Tags:             member.Full(in.Tags),
		VpcLinkStatus:    apigateway.VpcLinkAvailable,
		VpcLinkVersion:   "V2",
	}
	d := &apigateway.VpcLinkDocument{AccountID: scope.AccountID, Region: scope.Region, VpcLink: l}
	err := vpcLinks.CreateUnder(ctx, s.documents, d, ids.Resource, func(id string) { d.VpcLink.VpcLinkID = id })
	return d.VpcLink, err
}

// GetVpcLink returns a VPC link.
func (s *Service) GetVpcLink(ctx context.Context, scope apigateway.Scope, vpcLinkID string) (apigateway.VpcLink, error) {
	d, err := vpcLinks.Get(ctx, s.documents, scope, vpcLinkID)
	if err != nil {
		return apigateway.VpcLink{}, err
	}
	return d.VpcLink, nil
}

// GetVpcLinks lists the VPC links of the scope.
func (s *Service) GetVpcLinks(ctx context.Context, scope apigateway.Scope, p page.Page) (page.List[apigateway.VpcLink], error) {
	all, err := vpcLinks.List(ctx, s.documents, &scope)
	if err != nil {
		return page.List[apigateway.VpcLink]{}, err
	}
	var links []apigateway.VpcLink
	for _, d := range all {
		links = append(links, d.VpcLink)
	}
	return page.Cut(links, p, func(l *apigateway.VpcLink) string { return l.VpcLinkID })
}

// UpdateVpcLink changes the name of a VPC link.
func (s *Service) UpdateVpcLink(ctx context.Context, scope apigateway.Scope, vpcLinkID string, in VpcLinkInput) (apigateway.VpcLink, error) {
	var c member.Check
	c.Kept("name", in.Name)
	c.Length("name", in.Name, member.MaxName)
	if c.Err != nil {
		return apigateway.VpcLink{}, c.Err
	}
	d, err := s.ChangeVpcLink(ctx, scope, vpcLinkID, func(l *apigateway.VpcLink) error {
		member.Set(&l.Name, in.Name)
		return nil
	})
	if err != nil {
		return apigateway.VpcLink{}, err
	}
	return d.VpcLink, nil
}

// DeleteVpcLink deletes a VPC link.
func (s *Service) DeleteVpcLink(ctx context.Context, scope apigateway.Scope, vpcLinkID string) error {
	return vpcLinks.Remove(ctx, s.documents, scope, vpcLinkID)
}

// ChangeVpcLink runs edit on a VPC link and writes what it made of it.
func (s *Service) ChangeVpcLink(ctx context.Context, scope apigateway.Scope, id string, edit func(*apigateway.VpcLink) error) (*apigateway.VpcLinkDocument, error) {
	return vpcLinks.Change(ctx, s.documents, scope, id, func(d *apigateway.VpcLinkDocument) error { return edit(&d.VpcLink) })
}

// HasVpcLink reports whether any scope has a VPC link of that id.
func (s *Service) HasVpcLink(ctx context.Context, id string) (bool, error) {
	return vpcLinks.Has(ctx, s.documents, id)
}
