package gateway

import (
	"postern/internal/apigateway"
	"postern/internal/ids"
)

// Owner tells whose an API is, for whoever decides about permissions. Where a
// request named no API, apiID is "" and the connection that it names says which
// one it is for. An API that is not here, or has no stage, gives ok false.
func (g *Gateway) Owner(apiID, connectionID string) (id string, scope apigateway.Scope, ok bool) {
	if apiID == "" {
		parsed, _ := ids.Parse(connectionID)
		c := g.registry.find(parsed)
		if c == nil {
			return "", scope, false
		}
		apiID = c.stage.live.Load().APIID
	}
	api, found := (*g.apis.Load())[apiID]
	if !found {
		return apiID, scope, false
	}
	for _, s := range api.stages {
		l := s.live.Load()
		return apiID, apigateway.Scope{AccountID: l.AccountID, Region: l.Region}, true
	}
	return apiID, scope, false
}
