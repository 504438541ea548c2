package apigateway

import (
	"strings"
)

// arnPrefix begins the ARN of every taggable resource of a region. Such ARNs
// carry no account.
func arnPrefix(region string) string {
	return "arn:" + Partition + ":apigateway:" + region + "::"
}

// APIARN returns the ARN of an API.
func APIARN(region, apiID string) string { return arnPrefix(region) + "/apis/" + apiID }

// StageARN returns the ARN of a stage.
func StageARN(region, apiID, stage string) string {
	return APIARN(region, apiID) + "/stages/" + stage
}

// DomainNameARN returns the ARN of a custom domain name.
func DomainNameARN(region, name string) string { return arnPrefix(region) + "/domainnames/" + name }

// VpcLinkARN returns the ARN of a VPC link.
func VpcLinkARN(region, id string) string { return arnPrefix(region) + "/vpclinks/" + id }

// RoutingRuleARN returns the ARN of a routing rule, which unlike the others
// carries the account.
func RoutingRuleARN(s Scope, domain, id string) string {
	return "arn:" + Partition + ":apigateway:" + s.Region + ":" + s.AccountID + ":/domainnames/" + domain + "/routingrules/" + id
}

// ExecutionARN returns the ARN that permissions on an API's routes name:
// "arn:aws:execute-api:{region}:{account}:{apiId}/{path}". The path is
// "{stage}/{routeKey}" or "{stage}/POST/@connections/{connectionId}".
func ExecutionARN(s Scope, apiID, path string) string {
	return "arn:" + Partition + ":execute-api:" + s.Region + ":" + s.AccountID + ":" + apiID + "/" + path
}

// ARN is a parsed ARN of a taggable resource.
type ARN struct {
	Region string
	// Kind is "apis", "stages", "domainnames" or "vpclinks".
	Kind string
	// ID is the API's id, the domain's name or the VPC link's id.
	ID string
	// Stage is the stage's name where Kind is "stages".
	Stage string
}

// ParseARN reads an ARN as APIARN, StageARN, DomainNameARN and VpcLinkARN
// write it, of any partition. An account in it is ignored, since some clients
// put one there.
func ParseARN(text string) (ARN, bool) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "apigateway" {
		return ARN{}, false
	}
	a := ARN{Region: parts[3]}
	path := strings.Split(strings.TrimPrefix(parts[5], "/"), "/")
	switch {
	case len(path) == 2 && path[1] != "" && (path[0] == "apis" || path[0] == "domainnames" || path[0] == "vpclinks"):
		a.Kind, a.ID = path[0], path[1]
	case len(path) == 4 && path[0] == "apis" && path[2] == "stages" && path[1] != "" && path[3] != "":
		a.Kind, a.ID, a.Stage = "stages", path[1], path[3]
	default:
		return ARN{}, false
	}
	return a, true
}
