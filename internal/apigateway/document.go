package apigateway

import "time"

// Document is one API with everything that belongs to it: the unit that the
// store keeps, changed whole under compare-and-swap.
type Document struct {
	AccountID string `json:"accountId"`
	Region    string `json:"region"`
	// Draft is the configuration that operations edit. Clients of a stage see
	// it only once a deployment froze it.
	Draft       Configuration `json:"draft"`
	Stages      []Stage       `json:"stages,omitempty"`
	Deployments []Deployment  `json:"deployments,omitempty"`
	// Frozen holds the configuration of each deployment by its id.
	Frozen map[string]Configuration `json:"frozen,omitempty"`
}

// Configuration is what a deployment freezes: the API and all that decides how
// its messages are treated, without stages.
type Configuration struct {
	API                  Api                              `json:"api"`
	Routes               []Route                          `json:"routes,omitempty"`
	RouteResponses       map[string][]RouteResponse       `json:"routeResponses,omitempty"` // by route id
	Integrations         []Integration                    `json:"integrations,omitempty"`
	IntegrationResponses map[string][]IntegrationResponse `json:"integrationResponses,omitempty"` // by integration id
	Authorizers          []Authorizer                     `json:"authorizers,omitempty"`
	Models               []Model                          `json:"models,omitempty"`
}

// Time is a point in time with the precision and form of API Gateway's bodies:
// UTC to the second, 2018-11-15T06:23:51Z.
type Time struct{ time.Time }

// NewTime returns t in UTC, cut to the second.
func NewTime(t time.Time) Time { return Time{t.UTC().Truncate(time.Second)} }

// MarshalJSON writes the ISO-8601 form to the second.
func (t Time) MarshalJSON() ([]byte, error) {
	return t.UTC().AppendFormat(nil, `"2006-01-02T15:04:05Z"`), nil
}
