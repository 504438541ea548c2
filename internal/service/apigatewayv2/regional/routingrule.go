package regional

import (
	"context"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/service/apigatewayv2/member"
	"postern/internal/service/apigatewayv2/page"
)

// CreateRoutingRule adds a routing rule to a domain name. Rules are kept and
// reported; AWS documents them for REST APIs.
func (s *Service) CreateRoutingRule(ctx context.Context, scope apigateway.Scope, domainName string, in RoutingRuleInput) (out apigateway.RoutingRule, err error) {
	_, err = s.ChangeDomain(ctx, scope, domainName, func(d *apigateway.DomainDocument) error {
		out = apigateway.RoutingRule{RoutingRuleID: member.NewID(func(id string) bool { return routingRule(d, id) >= 0 })}
		out.RoutingRuleARN = apigateway.RoutingRuleARN(scope, d.Domain.DomainName, out.RoutingRuleID)
		if err := applyRoutingRule(d, &out, in); err != nil {
			return err
		}
		d.RoutingRules = append(d.RoutingRules, out)
		return nil
	})
	return out, err
}

// GetRoutingRule returns a routing rule.
func (s *Service) GetRoutingRule(ctx context.Context, scope apigateway.Scope, domainName, routingRuleID string) (apigateway.RoutingRule, error) {
	d, err := domains.Get(ctx, s.documents, scope, keyOf(domainName))
	if err != nil {
		return apigateway.RoutingRule{}, err
	}
	i := routingRule(d, routingRuleID)
	if i < 0 {
		return apigateway.RoutingRule{}, noRoutingRule(routingRuleID)
	}
	return d.RoutingRules[i], nil
}

// ListRoutingRules lists the routing rules of a domain name.
func (s *Service) ListRoutingRules(ctx context.Context, scope apigateway.Scope, domainName string, p page.Page) (page.List[apigateway.RoutingRule], error) {
	d, err := domains.Get(ctx, s.documents, scope, keyOf(domainName))
	if err != nil {
		return page.List[apigateway.RoutingRule]{}, err
	}
	return page.Cut(d.RoutingRules, p, func(r *apigateway.RoutingRule) string { return r.RoutingRuleID })
}

// PutRoutingRule replaces a routing rule.
func (s *Service) PutRoutingRule(ctx context.Context, scope apigateway.Scope, domainName, routingRuleID string, in RoutingRuleInput) (out apigateway.RoutingRule, err error) {
	_, err = s.ChangeDomain(ctx, scope, domainName, func(d *apigateway.DomainDocument) error {
		i := routingRule(d, routingRuleID)
		if i < 0 {
			return noRoutingRule(routingRuleID)
		}
		if err := applyRoutingRule(d, &d.RoutingRules[i], in); err != nil {
			return err
		}
		out = d.RoutingRules[i]
		return nil
	})
	return out, err
}

// DeleteRoutingRule deletes a routing rule.
func (s *Service) DeleteRoutingRule(ctx context.Context, scope apigateway.Scope, domainName, routingRuleID string) error {
	_, err := s.ChangeDomain(ctx, scope, domainName, func(d *apigateway.DomainDocument) error {
		i := routingRule(d, routingRuleID)
		if i < 0 {
			return noRoutingRule(routingRuleID)
		}
		d.RoutingRules = slices.Delete(d.RoutingRules, i, i+1)
		return nil
	})
	return err
}

func noRoutingRule(id string) error {
	return awserr.Newf(awserr.NotFound, "Invalid RoutingRule identifier specified %s", id)
}

func routingRule(d *apigateway.DomainDocument, id string) int {
	return slices.IndexFunc(d.RoutingRules, func(r apigateway.RoutingRule) bool { return r.RoutingRuleID == id })
}

// applyRoutingRule checks an input and makes rule what it says.
func applyRoutingRule(d *apigateway.DomainDocument, rule *apigateway.RoutingRule, in RoutingRuleInput) error {
	var c member.Check
	if in.Priority == nil {
		c.Failf("priority is a required parameter")
	}
	c.Within("priority", in.Priority, 1, 1_000_000)
	if len(in.Actions) != 1 {
		c.Failf("Invalid value for actions: exactly one action is required")
	}
	for _, a := range in.Actions {
		c.Required("actions.invokeApi.apiId", &a.InvokeApi.ApiID)
		c.Required("actions.invokeApi.stage", &a.InvokeApi.Stage)
	}
	if in.Conditions == nil {
		c.Failf("conditions is a required parameter")
	}
	for _, condition := range in.Conditions {
		if (condition.MatchBasePaths == nil) == (condition.MatchHeaders == nil) {
			c.Failf("Invalid value for conditions: a condition has either matchBasePaths or matchHeaders")
		}
	}
	if c.Err != nil {
		return c.Err
	}
	for _, other := range d.RoutingRules {
		if other.Priority == *in.Priority && other.RoutingRuleID != rule.RoutingRuleID {
			return awserr.Newf(awserr.Conflict, "RoutingRule with priority %d already exists for this domain name", *in.Priority)
		}
	}
	rule.Priority, rule.Actions, rule.Conditions = *in.Priority, in.Actions, in.Conditions
	return nil
}
