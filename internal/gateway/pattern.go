package gateway

import (
	"strings"

	"postern/internal/apigateway"
)

// widenPatterns has the patterns of a document's integration responses match
// the beginning of a value, for Picks.PrefixPatterns.
func widenPatterns(doc *apigateway.Document) {
	for _, c := range doc.Frozen {
		for _, responses := range c.IntegrationResponses {
			for i := range responses {
				key := &responses[i].IntegrationResponseKey
				if pattern, ok := strings.CutPrefix(*key, "/"); ok && strings.HasSuffix(pattern, "/") {
					*key = "/(?:" + strings.TrimSuffix(pattern, "/") + `)[\s\S]*/`
				}
			}
		}
	}
}
