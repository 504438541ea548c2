package apigateway

import "testing"

func TestMasked(t *testing.T) {
	for account, want := range map[string]string{"123456789012": "********9012", "9012": "9012", "1": "1", "": ""} {
		if got := (Scope{AccountID: account, Region: "us-east-1"}).Masked(); got != (Scope{AccountID: want, Region: "us-east-1"}) {
			t.Errorf("%q is shown as %+v", account, got)
		}
	}
}
