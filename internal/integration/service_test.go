package integration

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"postern/internal/apigateway"
	"postern/internal/http1"
	"postern/internal/sigv4"
)

func TestParseTarget(t *testing.T) {
	tests := []struct {
		uri  string
		want target
		ok   bool
	}{
		{"arn:aws:apigateway:us-east-1:dynamodb:action/PutItem", target{"aws", "us-east-1", "", "dynamodb", "PutItem", "/"}, true},
		{"arn:aws:apigateway:us-east-1:sqs:path/123456789012/queue", target{"aws", "us-east-1", "", "sqs", "", "/123456789012/queue"}, true},
		{"arn:aws:apigateway:eu-west-1:bucket.s3:path/key", target{"aws", "eu-west-1", "bucket", "s3", "", "/key"}, true},
		{"arn:aws:apigateway:us-east-1:sns:path//", target{"aws", "us-east-1", "", "sns", "", "/"}, true},
		{"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:f/invocations",
			target{"aws", "us-east-1", "", "lambda", "", "/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:f/invocations"}, true},
		{uri: "arn:aws:lambda:us-east-1:1:function:f"},
		{uri: "arn:aws:apigateway:us-east-1:sqs:something/x"},
		{uri: "http://x"},
		{uri: ""},
	}
	for _, tt := range tests {
		got, err := parseTarget(tt.uri)
		if (err == nil) != tt.ok || tt.ok && got != tt.want {
			t.Errorf("parseTarget(%q) = %+v, %v, want %+v", tt.uri, got, err, tt.want)
		}
	}
}

// service starts a backend that verifies the signature of what it is sent and
// answers with handle.
func service(t *testing.T, name string, handle func(http.ResponseWriter, *http.Request, string)) *Service {
	t.Helper()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		v := sigv4.Verifier{Now: time.Now, Credential: func(id string) (sigv4.Credential, bool) {
			return sigv4.Credential{SecretAccessKey: "secret"}, id == "key"
		}}
		header := r.Header.Clone()
		header.Set("Content-Length", strconv.FormatInt(r.ContentLength, 10))
		if _, err := v.Verify(sigv4.Request{Method: r.Method, Path: r.URL.EscapedPath(), RawQuery: r.URL.RawQuery,
			Host: r.Host, Header: header, Body: body}, name); err != nil {
			t.Errorf("signature: %v", err)
		}
		handle(w, r, string(body))
	}))
	t.Cleanup(backend.Close)
	return NewService(ServiceOptions{
		Endpoints:   map[string]string{name: backend.URL},
		Credentials: aws.Credentials{AccessKeyID: "key", SecretAccessKey: "secret"},
	})
}

func TestServiceActions(t *testing.T) {
	t.Run("a JSON service gets its target", func(t *testing.T) {
		s := service(t, "dynamodb", func(w http.ResponseWriter, r *http.Request, body string) {
			if r.Header.Get("X-Amz-Target") != "DynamoDB_20120810.PutItem" || r.Header.Get("Content-Type") != "application/x-amz-json-1.0" || body != `{"a":1}` {
				t.Errorf("got %v %q", r.Header, body)
			}
			io.WriteString(w, `{}`)
		})
		r := custom("arn:aws:apigateway:us-east-1:dynamodb:action/PutItem", `{"a":1}`)
		if answer, err := s.Invoke(t.Context(), r); err != nil || answer.Status != 200 {
			t.Errorf("got %+v, %v", answer, err)
		}
	})
	t.Run("a path with mapped headers", func(t *testing.T) {
		s := service(t, "sqs", func(w http.ResponseWriter, r *http.Request, body string) {
			if r.URL.Path != "/123456789012/queue" || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || body != "Action=SendMessage&MessageBody=x%3D1" {
				t.Errorf("got %s %v %q", r.URL, r.Header, body)
			}
		})
		r := custom("arn:aws:apigateway:us-east-1:sqs:path/123456789012/queue", "Action=SendMessage&MessageBody=x%3D1")
		r.Header = http1.Header{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}
		if _, err := s.Invoke(t.Context(), r); err != nil {
			t.Error(err)
		}
	})
	t.Run("an action of a query service", func(t *testing.T) {
		s := service(t, "sns", func(_ http.ResponseWriter, r *http.Request, _ string) {
			if r.URL.Query().Get("Action") != "Publish" || r.URL.Query().Get("Message") != "hi there" {
				t.Errorf("got %s", r.URL)
			}
		})
		r := custom("arn:aws:apigateway:us-east-1:sns:action/Publish", "")
		r.Query = map[string][]string{"Message": {"hi there"}}
		if _, err := s.Invoke(t.Context(), r); err != nil {
			t.Error(err)
		}
	})
}

// custom is a request of an AWS integration that is no proxy.
func custom(uri, body string) *Request {
	r := request(uri, body)
	r.Integration.Type, r.Integration.Proxy = apigateway.IntegrationAWS, false
	return r
}

const functionURI = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f:live/invocations"

func TestLambda(t *testing.T) {
	tests := []struct {
		name    string
		proxy   bool
		status  int
		failed  bool
		payload string
		cause   Cause // where there is an error
		isErr   bool
		body    string
		message string
	}{
		{name: "a function's payload", payload: `{"x":1}`, status: 200, body: `{"x":1}`},
		{name: "no payload, as of an asynchronous call", status: 202},
		{name: "a failed function selects by its message", payload: `{"errorMessage":"four hundred"}`, status: 200, failed: true, body: `{"errorMessage":"four hundred"}`, message: "four hundred"},
		{name: "and so does one that only says so", payload: `{"errorMessage":"\u20ac"}`, status: 200, body: `{"errorMessage":"\u20ac"}`, message: "€"},
		{name: "a message that is none", payload: `{"errorMessage":null}`, status: 200, failed: true, body: `{"errorMessage":null}`},
		{name: "a request that is no JSON", status: 400, payload: `{"message":"Could not parse request body into json"}`, body: `{"message":"Could not parse request body into json"}`},
		{name: "no permission", status: 403, payload: `{}`, isErr: true, cause: Misconfigured},
		{name: "no function", status: 404, payload: `{}`, isErr: true, cause: Misconfigured},
		{name: "throttled", status: 429, payload: `{}`, isErr: true, cause: Refused},
		{name: "a fault of the service", status: 500, payload: `{}`, isErr: true, cause: Refused},
		{name: "a proxy function's answer", proxy: true, status: 200, payload: `{"statusCode":201,"body":"hi"}`, body: "hi"},
		{name: "one that is malformed", proxy: true, status: 200, payload: `"hi"`, isErr: true, cause: FunctionError},
		{name: "a failed proxy function", proxy: true, payload: `{"errorMessage":"boom"}`, status: 200, failed: true, isErr: true, cause: FunctionError},
		{name: "an event that Lambda refuses", proxy: true, status: 400, payload: `{}`, isErr: true, cause: Misconfigured},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := service(t, "lambda", func(w http.ResponseWriter, r *http.Request, _ string) {
				if r.URL.EscapedPath() != "/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f:live/invocations" {
					t.Errorf("path %s", r.URL.EscapedPath())
				}
				if tt.failed {
					w.Header().Set("X-Amz-Function-Error", "Unhandled")
				}
				w.Header().Set("X-Amzn-RequestId", "id")
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.payload)
			})
			r := custom(functionURI, `{}`)
			r.Integration.Proxy = tt.proxy
			answer, err := s.Invoke(t.Context(), r)
			switch {
			case tt.isErr:
				if err == nil || FailureOf(err).Cause != tt.cause {
					t.Errorf("got %+v, %v, want cause %d", answer, err, tt.cause)
				}
			case err != nil || string(answer.Body) != tt.body || string(answer.ErrorMessage) != tt.message || answer.RequestID != "id":
				t.Errorf("got %+v, %v", answer, err)
			}
		})
	}
}

func TestProxyInvokesFunctionsOnly(t *testing.T) {
	r := request("arn:aws:apigateway:us-east-1:sqs:path/1/q", "")
	if _, err := NewService(ServiceOptions{}).Invoke(t.Context(), r); err == nil || FailureOf(err).Cause != Misconfigured {
		t.Errorf("got %v", err)
	}
}

// Nothing leaves the machine where that is forbidden.
func TestAWSItselfIsNotCalled(t *testing.T) {
	t.Setenv("AWS_ENDPOINT_URL_SNS", "http://localhost:2")
	s := NewService(ServiceOptions{Endpoints: map[string]string{"sqs": "http://localhost:1", AnyService: NoEndpoint}})
	for service, ok := range map[string]bool{"sqs": true, "sns": true, "states": false} {
		u, err := s.locate(target{region: "us-east-1", service: service, path: "/"})
		if (err == nil) != ok || err != nil && FailureOf(err).Cause != Misconfigured {
			t.Errorf("%s: %v, %v", service, u, err)
		}
	}
}

// What leaves the machine is said once for each service.
func TestCallsOfAWSItselfAreSaid(t *testing.T) {
	var log bytes.Buffer
	s := NewService(ServiceOptions{Endpoints: map[string]string{"sqs": "http://localhost:1"}, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	for _, service := range []string{"sqs", "sns", "sns", "states"} {
		if _, err := s.locate(target{region: "us-east-1", service: service, path: "/"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(log.String(), "calls AWS itself"); n != 2 || !strings.Contains(log.String(), "host=sns.us-east-1.amazonaws.com") {
		t.Errorf("log:\n%s", log.String())
	}
}
