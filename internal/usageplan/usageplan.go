// Package usageplan holds API keys and usage plans: the nouns as the control
// plane stores them, and the read side by which the data plane decides whether
// a caller's key admits it to a stage.
//
// What a plan limits is counted in the memory of one process: several nodes
// together admit the sum, and a restart begins anew. AWS, too, calls usage
// plans best effort. The package answers no HTTP request and writes no
// document; operations are in service/apigateway.
package usageplan

import "postern/internal/apigateway"

// The prefixes of the documents' keys in the store; an id follows.
const (
	KeyPrefix  = "apikey."
	PlanPrefix = "usageplan."
)

// ApiKey is an API key.
//
// Source: API Gateway (V1) API reference, "ApiKey".
type ApiKey struct {
	ID              string            `json:"id"` // ten characters of [a-z0-9]
	Value           string            `json:"value,omitempty"`
	Name            string            `json:"name,omitempty"`
	CustomerID      string            `json:"customerId,omitempty"`
	Description     string            `json:"description,omitempty"`
	Enabled         bool              `json:"enabled"` // default false
	CreatedDate     apigateway.Epoch  `json:"createdDate"`
	LastUpdatedDate apigateway.Epoch  `json:"lastUpdatedDate"`
	StageKeys       []string          `json:"stageKeys"` // "{apiId}/{stage}", from before there were usage plans
	Tags            map[string]string `json:"tags,omitzero"`
}

// UsagePlan says which stages its keys may use, and how much.
//
// Source: API Gateway (V1) API reference, "UsagePlan".
type UsagePlan struct {
	ID          string            `json:"id"` // six characters of [a-z0-9]
	Name        string            `json:"name"`
	Description string            `json:"description,omitempty"`
	APIStages   []APIStage        `json:"apiStages"`
	Throttle    *ThrottleSettings `json:"throttle,omitempty"`
	Quota       *QuotaSettings    `json:"quota,omitempty"`
	ProductCode string            `json:"productCode,omitempty"`
	Tags        map[string]string `json:"tags,omitzero"`
}

// APIStage is a stage of an API in a usage plan.
type APIStage struct {
	APIID string `json:"apiId"`
	Stage string `json:"stage"`
	// Throttle holds limits of single routes by route key, "$connect", which
	// hold in place of the plan's.
	Throttle map[string]ThrottleSettings `json:"throttle,omitempty"`
}

// ThrottleSettings limit how often a key may connect. A nil half is inherited
// from the account's quota.
type ThrottleSettings struct {
	BurstLimit *int     `json:"burstLimit,omitempty"`
	RateLimit  *float64 `json:"rateLimit,omitempty"` // per second
}

// Periods of a quota.
const (
	Day   = "DAY"
	Week  = "WEEK"
	Month = "MONTH"
)

// QuotaSettings limit how often a key may connect within a period.
type QuotaSettings struct {
	Limit int `json:"limit"`
	// Offset is the day on which a period starts, counted from 0: of the week
	// from Sunday, of the month from the first. 0 to 6, 0 to 27; a DAY has 0.
	//
	// Source: CloudFormation User Guide, "AWS::ApiGateway::UsagePlan
	// QuotaSettings".
	Offset int    `json:"offset"`
	Period string `json:"period"`
}

// Stage returns the plan's entry of a stage, or nil.
func (p *UsagePlan) Stage(apiID, stage string) *APIStage {
	for i := range p.APIStages {
		if p.APIStages[i].APIID == apiID && p.APIStages[i].Stage == stage {
			return &p.APIStages[i]
		}
	}
	return nil
}

// KeyDocument is the unit that the store keeps under "apikey.{id}".
type KeyDocument struct {
	AccountID string `json:"accountId"`
	Region    string `json:"region"`
	Key       ApiKey `json:"key"`
}

// PlanDocument is the unit that the store keeps under "usageplan.{id}".
type PlanDocument struct {
	AccountID string    `json:"accountId"`
	Region    string    `json:"region"`
	Plan      UsagePlan `json:"plan"`
	// KeyIDs are the keys of the plan.
	KeyIDs []string `json:"keyIds,omitempty"`
}
