package apigatewayv2

import (
	"context"
	"maps"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/service/apigatewayv2/member"
)

// noRouteSettings are the settings of a stage that has none.
func noRouteSettings() apigateway.RouteSettings {
	return apigateway.RouteSettings{LoggingLevel: apigateway.LoggingOff}
}

// DeleteRouteSettings removes the settings of a route from a stage. It fails
// with NotFound if there are none.
func (s *Service) DeleteRouteSettings(ctx context.Context, scope apigateway.Scope, apiID, stageName, routeKey string) error {
	_, err := s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.stage(stageName)
		if err != nil {
			return err
		}
		st := &r.Stages[i]
		if _, ok := st.RouteSettings[routeKey]; !ok {
			return awserr.Newf(awserr.NotFound, "Unable to find Route by key %s within the provided RouteSettings", routeKey)
		}
		st.RouteSettings = maps.Clone(st.RouteSettings)
		delete(st.RouteSettings, routeKey)
		st.LastUpdatedDate = s.now()
		return nil
	})
	return err
}

// applyRouteSettings merges the sent settings into those of a stage.
func applyRouteSettings(r *record, st *apigateway.Stage, sent map[string]RouteSettingsInput) error {
	settings := map[string]apigateway.RouteSettings{}
	maps.Copy(settings, st.RouteSettings)
	for _, key := range slices.Sorted(maps.Keys(sent)) {
		in := sent[key]
		if in.isEmpty() {
			delete(settings, key)
			continue
		}
		var c check
		if c.settings("routeSettings."+key, &in); c.Err != nil {
			return c.Err
		}
		if !slices.ContainsFunc(r.Draft.Routes, func(rt apigateway.Route) bool { return rt.RouteKey == key }) {
			return awserr.Newf(awserr.NotFound, "Unable to find Route by key %s within the provided RouteSettings", key)
		}
		settings[key] = changedSettings(settings[key], in)
	}
	st.RouteSettings = settings
	return nil
}

func (in RouteSettingsInput) isEmpty() bool {
	return in.DataTraceEnabled == nil && in.DetailedMetricsEnabled == nil && in.LoggingLevel == nil &&
		in.ThrottlingBurstLimit == nil && in.ThrottlingRateLimit == nil
}

// changedSettings returns the settings with the sent members.
func changedSettings(old apigateway.RouteSettings, in RouteSettingsInput) apigateway.RouteSettings {
	if in.Replace || in.isEmpty() {
		old = noRouteSettings()
	}
	member.Set(&old.DataTraceEnabled, in.DataTraceEnabled)
	member.Set(&old.DetailedMetricsEnabled, in.DetailedMetricsEnabled)
	member.Set(&old.LoggingLevel, in.LoggingLevel)
	member.OrDefault(&old.LoggingLevel, apigateway.LoggingOff)
	if in.ThrottlingBurstLimit != nil {
		old.ThrottlingBurstLimit = new(*in.ThrottlingBurstLimit)
	}
	if in.ThrottlingRateLimit != nil {
		old.ThrottlingRateLimit = new(*in.ThrottlingRateLimit)
	}
	return old
}

func (c *check) settings(member string, in *RouteSettingsInput) {
	if in == nil {
		return
	}
	c.OneOf(member+".loggingLevel", in.LoggingLevel, apigateway.LoggingError, apigateway.LoggingInfo, apigateway.LoggingOff)
	if n := in.ThrottlingBurstLimit; n != nil && *n < 0 {
		c.Failf("Invalid value for %s.throttlingBurstLimit: must not be negative", member)
	}
	if n := in.ThrottlingRateLimit; n != nil && !(*n >= 0) {
		c.Failf("Invalid value for %s.throttlingRateLimit: must not be negative", member)
	}
}
