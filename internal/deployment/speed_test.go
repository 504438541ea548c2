package deployment

import (
	"fmt"
	"testing"

	"postern/internal/apigateway"
)

// BenchmarkCompile compiles the largest API that the quotas allow, as happens
// with every change of one.
func BenchmarkCompile(b *testing.B) {
	doc := document(func(c *apigateway.Configuration, _ *apigateway.Stage) {
		for i := range 300 {
			id := fmt.Sprintf("n%d", i)
			c.Routes = append(c.Routes, apigateway.Route{RouteID: id, RouteKey: id, Target: "integrations/" + id})
			c.Integrations = append(c.Integrations, apigateway.Integration{IntegrationID: id, IntegrationType: "MOCK",
				RequestTemplates: map[string]string{"$default": `#set($x = $input.path('$.a.b')){"statusCode": 200, "x": "$x", "id": "$context.connectionId"}`}})
			c.IntegrationResponses[id] = []apigateway.IntegrationResponse{
				{IntegrationResponseKey: `/2\d\d/`, TemplateSelectionExpression: "${request.body.k}", ResponseTemplates: map[string]string{"a": `{"a": 1}`, "$default": "$context.requestId"}}}
		}
	})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(doc, "prod"); err != nil {
			b.Fatal(err)
		}
	}
}
