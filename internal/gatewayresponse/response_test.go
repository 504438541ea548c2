package gatewayresponse

import (
	"errors"
	"testing"

	"postern/internal/awserr"
	"postern/internal/ids"
)

func TestTypes(t *testing.T) {
	for want, r := range map[string]*Response{
		"ACCESS_DENIED":                  Forbidden,
		"INTEGRATION_TIMEOUT":            TimedOut,
		"INTEGRATION_FAILURE":            Unreachable,
		"UNAUTHORIZED":                   Unauthorized,
		"THROTTLED":                      Throttled,
		"QUOTA_EXCEEDED":                 QuotaExceeded,
		"UNSUPPORTED_MEDIA_TYPE":         UnsupportedMediaType,
		"BAD_REQUEST_BODY":               BadRequestBody,
		"AUTHORIZER_CONFIGURATION_ERROR": AuthorizerConfigurationError,
		"INVALID_SIGNATURE":              {Kind: awserr.Kind{Code: "InvalidSignatureException", Status: 403}},
		"DEFAULT_5XX":                    InternalError,
		"DEFAULT_4XX":                    {Kind: awserr.Kind{Code: "Odd", Status: 418}},
	} {
		if got := r.Type(); got != want {
			t.Errorf("%q of status %d is %s, want %s", r.Message, r.Kind.Status, got, want)
		}
	}
	for want, kinds := range map[string][]awserr.Kind{
		"ACCESS_DENIED":                {awserr.Forbidden, {Code: "UnrecognizedClientException", Status: 403}},
		"MISSING_AUTHENTICATION_TOKEN": {{Code: "MissingAuthenticationTokenException", Status: 403}},
		"INVALID_SIGNATURE":            {{Code: "InvalidSignatureException", Status: 403}},
		"THROTTLED":                    {{Code: "LimitExceededException", Status: 429}},
		"BAD_REQUEST_BODY":             {awserr.BadRequest},
		"DEFAULT_4XX":                  {awserr.NotFound},
		"DEFAULT_5XX":                  {awserr.Internal},
	} {
		for _, k := range kinds {
			if got := TypeOf(k.Code, k.Status); got != want {
				t.Errorf("%s %d is %s, want %s", k.Code, k.Status, got, want)
			}
		}
	}
}

func TestOfAuthorization(t *testing.T) {
	signature := &Response{"The request signature …", awserr.Kind{Code: "InvalidSignatureException", Status: 403}}
	for r, want := range map[*Response]bool{
		Unauthorized: true, AccessDenied: true, ExplicitDeny: true, AuthorizerConfigurationError: true, signature: true,
		Forbidden: false, InternalError: false, Throttled: false,
	} {
		if r.OfAuthorization() != want {
			t.Errorf("%q: %t", r.Message, !want)
		}
	}
}

func TestErrorMessages(t *testing.T) {
	a, b, c := ids.NewSource(1).Next(), ids.NewSource(1).Next(), ids.NewSource(1).Next()
	for want, id := range map[string]IDs{
		`{"message": "a \"b\"", "connectionId":"` + a.String() + `", "requestId":"` + b.String() + `"}`:                                   {Connection: a, Request: b},
		`{"message": "a \"b\"", "connectionId":"` + a.String() + `", "messageId":"` + c.String() + `"}`:                                   {Connection: a, Message: c},
		`{"message": "a \"b\"", "connectionId":"` + a.String() + `", "requestId":"` + b.String() + `", "messageId":"` + c.String() + `"}`: {a, b, c},
	} {
		if got := string(AppendError(nil, `a "b"`, id)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := string(AppendRefusal(nil, "no\n")); got != `{"message":"no\n"}` {
		t.Error(got)
	}
}

func TestTextOfAFailure(t *testing.T) {
	cause := errors.New("why")
	f := Forbidden.Because(cause)
	if f.Text() != "Forbidden" || !errors.Is(f.Cause, cause) {
		t.Errorf("%+v", f)
	}
	f.Message = "other"
	if f.Text() != "other" {
		t.Errorf("text %q", f.Text())
	}
}
