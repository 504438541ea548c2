package resource

import (
	"context"
	"maps"
	"slices"

	"postern/internal/apigateway"
)

// The tags that a resource gets from its stack besides the stack's own, which
// tell where it belongs.
const (
	TagStackName = "aws:cloudformation:stack-name"
	TagStackID   = "aws:cloudformation:stack-id"
	TagLogicalID = "aws:cloudformation:logical-id"
)

// Made reports whether a resource with the given tags is the one that Create
// made for the request.
func (r *Request) Made(tags map[string]string) bool {
	return r.StackID != "" && tags[TagStackID] == r.StackID && tags[TagLogicalID] == r.LogicalID
}

// A Tagger changes the tags of the resource of an ARN.
type Tagger interface {
	TagResource(ctx context.Context, scope apigateway.Scope, arn string, tags map[string]string) error
	UntagResource(ctx context.Context, scope apigateway.Scope, arn string, keys []string) error
}

// Retag changes the tags of the resource of an ARN from what they were to what
// they are to be.
func Retag(ctx context.Context, t Tagger, scope apigateway.Scope, arn string, before, after map[string]string) error {
	var gone []string
	for _, key := range slices.Sorted(maps.Keys(before)) {
		if _, kept := after[key]; !kept {
			gone = append(gone, key)
		}
	}
	changed := map[string]string{}
	for key, value := range after {
		if old, had := before[key]; !had || old != value {
			changed[key] = value
		}
	}
	if len(gone) > 0 {
		if err := t.UntagResource(ctx, scope, arn, gone); err != nil {
			return err
		}
	}
	if len(changed) == 0 {
		return nil
	}
	return t.TagResource(ctx, scope, arn, changed)
}
