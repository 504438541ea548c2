package integration

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"postern/internal/deployment"
)

var lambda = &deployment.Integration{Type: "AWS_PROXY"}

func TestFailureOf(t *testing.T) {
	own := &Failure{Cause: FunctionError, Text: "boom"}
	tests := []struct {
		name string
		err  error
		want Cause
	}{
		{"a failure is itself", fmt.Errorf("invoke: %w", own), FunctionError},
		{"an expired deadline is a timeout", fmt.Errorf("post: %w", context.DeadlineExceeded), Timeout},
		{"what remains is an unreachable backend", errors.New("connection refused"), BackendUnreachable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if f := FailureOf(tt.err); f.Cause != tt.want || f.Error() == "" {
				t.Errorf("got %+v, want cause %d", f, tt.want)
			}
		})
	}
}
