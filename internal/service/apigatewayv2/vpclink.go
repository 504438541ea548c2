package apigatewayv2

import (
	"context"
	"errors"
	"maps"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/ids"
	"postern/internal/store"
)

// vpcLinkPrefix begins the keys of VPC links in the store.
const vpcLinkPrefix = "vpclink."

var vpcLinks = kept[apigateway.VpcLinkDocument]{
	prefix: vpcLinkPrefix,
	scope: func(d *apigateway.VpcLinkDocument) apigateway.Scope {
		return apigateway.Scope{AccountID: d.AccountID, Region: d.Region}
	},
	missing: func(id string) error {
		return awserr.Newf(awserr.NotFound, "Invalid VpcLink identifier specified %s", id)
	},
}

// CreateVpcLink creates a VPC link, which is available at once and connects
// nothing: WebSocket APIs cannot use it.
func (s *Service) CreateVpcLink(ctx context.Context, scope apigateway.Scope, in VpcLinkInput) (apigateway.VpcLink, error) {
	var c check
	c.required("name", in.Name)
	c.length("name", in.Name, maxName)
	if len(in.SubnetIDs) == 0 {
		c.failf("subnetIds is a required parameter")
	}
	c.tags(in.Tags, s.limits.Tags)
	if c.err != nil {
		return apigateway.VpcLink{}, c.err
	}
	l := apigateway.VpcLink{
		CreatedDate:      s.now(),
		Name:             *in.Name,
		SecurityGroupIDs: append([]string{}, in.SecurityGroupIDs...),
		SubnetIDs:        slices.Clone(in.SubnetIDs),
		Tags:             map[string]string{},
		VpcLinkStatus:    apigateway.VpcLinkAvailable,
		VpcLinkVersion:   "V2",
	}
	maps.Copy(l.Tags, in.Tags)
	for {
		l.VpcLinkID = ids.Resource()
		err := vpcLinks.create(ctx, s, l.VpcLinkID, &apigateway.VpcLinkDocument{AccountID: scope.AccountID, Region: scope.Region, VpcLink: l})
		if !errors.Is(err, store.ErrExists) {
			return l, err
		}
	}
}

// GetVpcLink returns a VPC link.
func (s *Service) GetVpcLink(ctx context.Context, scope apigateway.Scope, vpcLinkID string) (apigateway.VpcLink, error) {
	d, _, err := vpcLinks.get(ctx, s, scope, vpcLinkID)
	if err != nil {
		return apigateway.VpcLink{}, err
	}
	return d.VpcLink, nil
}

// GetVpcLinks lists the VPC links of the scope.
func (s *Service) GetVpcLinks(ctx context.Context, scope apigateway.Scope, page Page) (List[apigateway.VpcLink], error) {
	all, err := vpcLinks.list(ctx, s, &scope)
	if err != nil {
		return List[apigateway.VpcLink]{}, err
	}
	var links []apigateway.VpcLink
	for _, d := range all {
		links = append(links, d.VpcLink)
	}
	return paginate(links, page, func(l *apigateway.VpcLink) string { return l.VpcLinkID })
}

// UpdateVpcLink changes the name of a VPC link.
func (s *Service) UpdateVpcLink(ctx context.Context, scope apigateway.Scope, vpcLinkID string, in VpcLinkInput) (apigateway.VpcLink, error) {
	var c check
	c.kept("name", in.Name)
	c.length("name", in.Name, maxName)
	if c.err != nil {
		return apigateway.VpcLink{}, c.err
	}
	d, err := s.changeVpcLink(ctx, scope, vpcLinkID, func(l *apigateway.VpcLink) error {
		set(&l.Name, in.Name)
		return nil
	})
	if err != nil {
		return apigateway.VpcLink{}, err
	}
	return d.VpcLink, nil
}

// DeleteVpcLink deletes a VPC link.
func (s *Service) DeleteVpcLink(ctx context.Context, scope apigateway.Scope, vpcLinkID string) error {
	return vpcLinks.remove(ctx, s, scope, vpcLinkID)
}

func (s *Service) changeVpcLink(ctx context.Context, scope apigateway.Scope, id string, edit func(*apigateway.VpcLink) error) (*apigateway.VpcLinkDocument, error) {
	return vpcLinks.change(ctx, s, scope, id, func(d *apigateway.VpcLinkDocument) error { return edit(&d.VpcLink) })
}
