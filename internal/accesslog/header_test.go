package accesslog

import (
	"net/http"
	"testing"
)

func TestSecretsAreMasked(t *testing.T) {
	got := shownHeader(http.Header{"X-Api-Key": {"0123456789abcdef"}, "Authorization": {"short"}, "A": {"1", "2"}})
	if want := "{A=1, 2, Authorization=*****, X-Api-Key=**********abcdef}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRequestIDOfAService(t *testing.T) {
	for want, h := range map[string]http.Header{
		"a": {"X-Amzn-Requestid": {"a"}, "X-Amz-Request-Id": {"b"}}, "b": {"X-Amz-Request-Id": {"b"}}, "": {"X-Request-Id": {"c"}},
	} {
		if got := RequestIDOf(h); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
