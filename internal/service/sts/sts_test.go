package sts

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"postern/internal/clock"
	"postern/internal/query"
)

func call(t *testing.T, s *Service, accessKey, form string) (int, string) {
	t.Helper()
	r := httptest.NewRequest("POST", "/", strings.NewReader(form+"&Version=2011-06-15"))
	if accessKey != "" {
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+accessKey+"/20261123/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=00")
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestGetCallerIdentity(t *testing.T) {
	_, body := call(t, New(Options{}), "AKIDEXAMPLE", "Action=GetCallerIdentity")
	want := `<GetCallerIdentityResult><Arn>arn:aws:iam::000000000000:root</Arn><UserId>000000000000</UserId><Account>000000000000</Account></GetCallerIdentityResult>`
	if !strings.Contains(body, want) || !strings.Contains(body, `xmlns="https://sts.amazonaws.com/doc/2011-06-15/"`) {
		t.Errorf("got %s", body)
	}
}

func TestGetCallerIdentityOfAUser(t *testing.T) {
	s := New(Options{User: func(accessKeyID string) (string, bool) {
		return "arn:aws:iam::000000000000:user/ada", accessKeyID == "AKIAADA"
	}})
	who := regexp.MustCompile(`<Arn>arn:aws:iam::000000000000:user/ada</Arn><UserId>AIDA[A-Z2-7]{17}</UserId><Account>000000000000</Account>`)
	_, body := call(t, s, "AKIAADA", "Action=GetCallerIdentity")
	if !who.MatchString(body) {
		t.Errorf("got %s", body)
	}
	// A session token is the user's own.
	_, body = call(t, s, "AKIAADA", "Action=GetSessionToken")
	key := regexp.MustCompile(`ASIA[0-9A-F]{16}`).FindString(body)
	if _, body = call(t, s, key, "Action=GetCallerIdentity"); !who.MatchString(body) {
		t.Errorf("of the session: %s", body)
	}
	if _, body = call(t, s, "AKIAOTHER", "Action=GetCallerIdentity"); !strings.Contains(body, ":root</Arn>") {
		t.Errorf("another key: %s", body)
	}
}

func TestAssumedRoleIsKnownAfterwards(t *testing.T) {
	c := &clock.Adjustable{}
	s := New(Options{Clock: c})
	// As the CDK sends it.
	status, body := call(t, s, "AKIDEXAMPLE", "Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpath%2Fcdk-deploy&RoleSessionName=aws-cdk-root")
	if status != 200 || !strings.Contains(body, "<Arn>arn:aws:sts::123456789012:assumed-role/cdk-deploy/aws-cdk-root</Arn>") {
		t.Fatalf("%d %s", status, body)
	}
	key := regexp.MustCompile(`<AccessKeyId>(ASIA[0-9A-F]{16})</AccessKeyId>`).FindStringSubmatch(body)
	if key == nil {
		t.Fatalf("no access key in %s", body)
	}
	credential, ok := s.Credential(key[1])
	if !ok || !strings.Contains(body, "<SecretAccessKey>"+credential.SecretAccessKey+"</SecretAccessKey>") ||
		!strings.Contains(body, "<SessionToken>"+credential.SessionToken+"</SessionToken>") {
		t.Errorf("the credential %+v is not what was answered", credential)
	}
	if left := credential.Expires.Sub(c.Now()); left < 59*time.Minute || left > time.Hour {
		t.Errorf("expires in %s", left)
	}
	if got, ok := s.Session(key[1]); !ok || got.IssuedBy != "AKIDEXAMPLE" || !strings.HasSuffix(got.ARN, "assumed-role/cdk-deploy/aws-cdk-root") {
		t.Errorf("whose session: %+v, %v", got, ok)
	}
	_, body = call(t, s, key[1], "Action=GetCallerIdentity")
	if !strings.Contains(body, "assumed-role/cdk-deploy/aws-cdk-root</Arn>") || !strings.Contains(body, "<Account>123456789012</Account>") ||
		!regexp.MustCompile(`<UserId>AROA[A-Z2-7]{17}:aws-cdk-root</UserId>`).MatchString(body) {
		t.Errorf("identity of the session: %s", body)
	}
	_, body = call(t, s, key[1], "Action=GetSessionToken&DurationSeconds=900")
	if !strings.Contains(body, "<AccessKeyId>ASIA") {
		t.Errorf("session token: %s", body)
	}
}

func TestRefusals(t *testing.T) {
	for form, want := range map[string]string{
		"Action=AssumeRole": "2 validation errors detected",
		"Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:user/x&RoleSessionName=abc":                     "arn:aws:iam::123456789012:user/x is invalid",
		"Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/x&RoleSessionName=abc&DurationSeconds=899": "greater than or equal to 900",
		"Action=AssumeRoot": "UnsupportedOperation",
	} {
		if status, body := call(t, New(Options{}), "", form); status != 400 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", form, status, body)
		}
	}
}

func TestSessionsAreBounded(t *testing.T) {
	s := New(Options{})
	first, _ := s.GetSessionToken(t.Context(), query.Caller{AccountID: "123456789012"}, &GetSessionTokenInput{})
	for range maxSessions {
		s.issue(query.Caller{}, 900, "arn:aws:iam::123456789012:root", "x")
	}
	if _, ok := s.Credential(first.Credentials.AccessKeyID); ok || len(s.sessions) != maxSessions {
		t.Errorf("%d sessions are kept", len(s.sessions))
	}
}
