package server

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
)

// Half a key is none, and other services are signed to in any case.
func TestServiceKey(t *testing.T) {
	for _, test := range []struct {
		id, secret, token string
		want              aws.Credentials
	}{
		{"AKIA", "s", "t", aws.Credentials{AccessKeyID: "AKIA", SecretAccessKey: "s", SessionToken: "t"}},
		{"AKIA", "", "t", aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}},
		{"", "s", "", aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}},
	} {
		t.Setenv("AWS_ACCESS_KEY_ID", test.id)
		t.Setenv("AWS_SECRET_ACCESS_KEY", test.secret)
		t.Setenv("AWS_SESSION_TOKEN", test.token)
		if diff := cmp.Diff(test.want, serviceKey()); diff != "" {
			t.Errorf("%q and %q (-want +got):\n%s", test.id, test.secret, diff)
		}
	}
}
