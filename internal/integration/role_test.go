package integration

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

const roleARN = "arn:aws:iam::000000000000:role/writes"

// assumed is the answer of STS.
const assumed = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken><Expiration>%s</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>`

// A role is assumed once, for all requests that it signs.
func TestRoles(t *testing.T) {
	var asked atomic.Int32
	release := make(chan struct{})
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch {
		case !strings.Contains(r.Header.Get("Authorization"), "Credential=key/"), !strings.Contains(string(body), "Action=AssumeRole"),
			!strings.Contains(string(body), "RoleSessionName=BackplaneAssumeRoleSession"):
			t.Errorf("got %v %s", r.Header, body)
		case strings.Contains(string(body), "hangs"):
			<-release
			return
		case !strings.Contains(string(body), "role%2Fwrites"):
			w.WriteHeader(http.StatusForbidden)
			io.WriteString(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`)
			return
		}
		asked.Add(1)
		fmt.Fprintf(w, assumed, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
	}))
	defer tokens.Close()
	defer close(release)
	var signer, token string
	queue := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, signer, _ = strings.Cut(r.Header.Get("Authorization"), "Credential=")
		signer, _, _ = strings.Cut(signer, "/")
		token = r.Header.Get("X-Amz-Security-Token")
	}))
	defer queue.Close()
	s := NewService(ServiceOptions{
		Endpoints:   map[string]string{"sqs": queue.URL, "sts": tokens.URL},
		Credentials: aws.Credentials{AccessKeyID: "key", SecretAccessKey: "secret"},
	})
	defer s.Close()
	send := func(s *Service, arn string) error {
		signer, token = "", ""
		r := custom("arn:aws:apigateway:us-east-1:sqs:path/123456789012/queue", "x")
		r.Integration.CredentialsARN = arn
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if strings.HasSuffix(arn, "hangs") {
			ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
		}
		defer cancel()
		_, err := s.Invoke(ctx, r)
		return err
	}
	for range 2 {
		if err := send(s, roleARN); err != nil || signer != "ASIAROLE" || token != "role-token" {
			t.Errorf("%v, signed by %q with the token %q", err, signer, token)
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("assumed %d times", n)
	}
	for _, arn := range []string{"", "arn:aws:iam::*:user/*"} {
		if err := send(s, arn); err != nil || signer != "key" || token != "" {
			t.Errorf("%q: %v, signed by %q", arn, err, signer)
		}
	}
	err := send(s, "arn:aws:iam::000000000000:role/other")
	want := "Execution failed due to configuration error: API Gateway does not have permission to assume the provided role arn:aws:iam::000000000000:role/other"
	if f := FailureOf(err); err == nil || f.Cause != Misconfigured || f.Text != want || signer != "" {
		t.Errorf("got %v, signed by %q", err, signer)
	}
	if err := send(s, "arn:aws:iam::000000000000:role/hangs"); err == nil || FailureOf(err).Cause != Timeout {
		t.Errorf("got %v", err)
	}
	// Nobody says where roles can be assumed.
	own := NewService(ServiceOptions{Endpoints: map[string]string{"sqs": queue.URL}, Credentials: s.options.Credentials})
	defer own.Close()
	if err := send(own, roleARN); err != nil || signer != "key" {
		t.Errorf("%v, signed by %q", err, signer)
	}
}
