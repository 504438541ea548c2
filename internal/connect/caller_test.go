package connect

import (
	"testing"

	"postern/internal/authorizer"
)

func TestValuesOfACaller(t *testing.T) {
	c := &Caller{APIKey: "key", APIKeyID: "k", AccessKeyID: "AKIA", Principal: &Principal{ARN: "arn", AccountID: "000000000000", UserID: "me"}}
	c.Identify(&authorizer.Result{PrincipalID: "p", Context: []authorizer.Entry{{Name: "a", Value: "1"}, {Name: "principalId", Value: "x"}}})
	for name, want := range map[string]string{
		"authorizer.principalId": "p", "authorizer.a": "1", "authorizer.b": "",
		"identity.apiKey": "key", "identity.apiKeyId": "k", "identity.accessKey": "AKIA", "identity.accountId": "000000000000",
		"identity.userArn": "arn", "identity.caller": "me", "identity.user": "me", "identity.other": "", "apiKey": "",
	} {
		v, ok := c.Value(name)
		if ok != (want != "") || ok && v.String() != want {
			t.Errorf("%s is %s, %t; want %q", name, v, ok, want)
		}
		if _, ok := (*Caller)(nil).Value(name); ok {
			t.Errorf("nobody has %s", name)
		}
		if _, ok := (&Caller{}).Value(name); ok {
			t.Errorf("an unknown caller has %s", name)
		}
	}
}
