package apigateway

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestARNs(t *testing.T) {
	scope := Scope{AccountID: "123456789012", Region: "eu-west-1"}
	tests := []struct{ name, got, want string }{
		{"API", APIARN("eu-west-1", "abc"), "arn:aws:apigateway:eu-west-1::/apis/abc"},
		{"stage", StageARN("eu-west-1", "abc", "prod"), "arn:aws:apigateway:eu-west-1::/apis/abc/stages/prod"},
		{"domain name", DomainNameARN("eu-west-1", "a.b"), "arn:aws:apigateway:eu-west-1::/domainnames/a.b"},
		{"VPC link", VpcLinkARN("eu-west-1", "v"), "arn:aws:apigateway:eu-west-1::/vpclinks/v"},
		{"routing rule", RoutingRuleARN(scope, "a.b", "r"), "arn:aws:apigateway:eu-west-1:123456789012:/domainnames/a.b/routingrules/r"},
		{"execution", ExecutionARN(scope, "abc", "prod/$connect"), "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/$connect"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, tt.got, tt.want)
		}
	}
}

func TestParseARN(t *testing.T) {
	tests := []struct {
		text string
		want ARN
		ok   bool
	}{
		{APIARN("r", "abc"), ARN{Region: "r", Kind: "apis", ID: "abc"}, true},
		{StageARN("r", "abc", "prod"), ARN{Region: "r", Kind: "stages", ID: "abc", Stage: "prod"}, true},
		{DomainNameARN("r", "*.a.b"), ARN{Region: "r", Kind: "domainnames", ID: "*.a.b"}, true},
		{VpcLinkARN("r", "v"), ARN{Region: "r", Kind: "vpclinks", ID: "v"}, true},
		{"arn:aws-cn:apigateway:r:123456789012:/apis/abc", ARN{Region: "r", Kind: "apis", ID: "abc"}, true},
		{"arn:aws:apigateway:r::/apis/", ARN{}, false},
		{"arn:aws:apigateway:r::/apis/abc/routes/x", ARN{}, false},
		{"arn:aws:apigateway:r::/restapis/abc", ARN{}, false},
		{"arn:aws:lambda:r::/apis/abc", ARN{}, false},
		{"abc", ARN{}, false},
		{"", ARN{}, false},
	}
	for _, tt := range tests {
		got, ok := ParseARN(tt.text)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("ParseARN(%q) = %v, %v, want %v, %v", tt.text, got, ok, tt.want, tt.ok)
		}
	}
}

func TestScopeOfAContext(t *testing.T) {
	ctx := t.Context()
	tests := []struct {
		name string
		ctx  context.Context
		want Scope
	}{
		{"none", ctx, Scope{"000000000000", "us-east-1"}},
		{"both", WithScope(ctx, Scope{"123456789012", "eu-west-1"}), Scope{"123456789012", "eu-west-1"}},
		{"the region alone", WithScope(ctx, Scope{Region: "eu-west-1"}), Scope{"000000000000", "eu-west-1"}},
		{"the account alone", WithScope(ctx, Scope{AccountID: "123456789012"}), Scope{"123456789012", "us-east-1"}},
	}
	for _, tt := range tests {
		if got := ScopeFrom(tt.ctx); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestLimitsDefaults(t *testing.T) {
	want := Limits{APIs: 600, DomainNames: 120, Routes: 7, Integrations: 300, Stages: 10, Authorizers: 10, StageVariables: 100, Tags: 50, TemplateSize: 300 << 10,
		IntegrationTimeout: 29 * time.Second, AutoDeployments: 10}
	if diff := cmp.Diff(want, Limits{Routes: 7}.WithDefaults()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
