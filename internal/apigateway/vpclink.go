package apigateway

// VpcLinkDocument is the unit that the store keeps under "vpclink.{id}".
type VpcLinkDocument struct {
	AccountID string  `json:"accountId"`
	Region    string  `json:"region"`
	VpcLink   VpcLink `json:"vpcLink"`
}

// VpcLinkAvailable is the status of a usable VPC link. Postern has no virtual
// networks: a link is kept and reported, and is available at once.
const VpcLinkAvailable = "AVAILABLE"

// VpcLink connects HTTP APIs to a private network; WebSocket APIs cannot use
// it.
//
// Source: API Gateway V2 API reference, "VpcLink".
type VpcLink struct {
	CreatedDate      Time              `json:"createdDate"`
	Name             string            `json:"name"` // 1 to 128 characters
	SecurityGroupIDs []string          `json:"securityGroupIds"`
	SubnetIDs        []string          `json:"subnetIds"`
	Tags             map[string]string `json:"tags"`
	VpcLinkID        string            `json:"vpcLinkId"`
	VpcLinkStatus    string            `json:"vpcLinkStatus"`
	VpcLinkVersion   string            `json:"vpcLinkVersion"` // V2
}
