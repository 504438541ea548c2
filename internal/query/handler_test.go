package query

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/internal/apigateway"
	"postern/internal/awserr"
)

type pair struct {
	Key   string `required:"true" max:"4"`
	Value *string
}

type input struct {
	StackName   string `required:"true" pattern:"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"`
	Body        string `query:"TemplateBody" maxbytes:"8"`
	Parameters  []pair
	Tags        []string
	OnFailure   string `enum:"DO_NOTHING|ROLLBACK|DELETE"`
	Protect     *bool
	Timeout     *int `min:"1" max:"5"`
	Since       *time.Time
	Rollback    *struct{ Triggers []pair }
	Identifiers map[string]string
}

type output struct {
	StackID  string `query:"StackId"`
	Empty    *string
	Absent   string
	Kept     string `empty:"keep"`
	Flag     bool
	Count    int
	None     []string
	Tags     []string
	Pairs    []pair
	Created  time.Time
	Never    time.Time
	Settings struct{}
	Pairing  map[string]string
}

// newTestHandler serves Echo, which hands its input to got, Void and Break.
func newTestHandler(got *input) http.Handler {
	api := NewAPI("http://example.com/doc/", "2010-05-15")
	Handle(api, "Echo", func(_ context.Context, _ Caller, in *input) (*output, error) {
		*got = *in
		empty := ""
		return &output{
			StackID: `a<&>"b`,
			Empty:   &empty,
			Tags:    []string{},
			Pairs:   []pair{{Key: "k", Value: &empty}},
			Created: time.Date(2026, 11, 23, 8, 38, 46, 146_900_000, time.UTC),
			Pairing: map[string]string{"b": "2", "a": "1"},
		}, nil
	})
	Handle(api, "Void", func(context.Context, Caller, *struct{}) (*struct{}, error) { return nil, nil })
	Handle(api, "Break", func(context.Context, Caller, *struct{}) (*struct{}, error) {
		return nil, errors.New("the disk is on fire")
	})
	Handle(api, "Gone", func(context.Context, Caller, *struct{}) (*struct{}, error) {
		return nil, awserr.New(awserr.Kind{Code: "ChangeSetNotFound", Status: 404}, "ChangeSet [x] does not exist")
	})
	api.Refuse("stack sets are not built", "CreateStackSet")
	other := NewAPI("http://other.example.com/doc/", "2011-06-15")
	Handle(other, "Who", func(_ context.Context, c Caller, _ *struct{}) (*output, error) {
		return &output{StackID: strings.Join([]string{c.AccountID, c.Region, c.AccessKeyID, c.SessionToken}, " ")}, nil
	})
	return NewHandler(Options{
		Logger: slog.New(slog.DiscardHandler),
		Limit:  1 << 16,
	}, api, other)
}

func post(t *testing.T, h http.Handler, form string) (int, string) {
	t.Helper()
	r := httptest.NewRequest("POST", "/", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKID/20261123/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=00")
	r.Header.Set("X-Amz-Security-Token", "tok")
	r = r.WithContext(apigateway.WithScope(r.Context(), apigateway.Scope{Region: "eu-west-1"}))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if id := w.Header().Get("X-Amzn-Requestid"); len(id) != 36 || !strings.Contains(w.Body.String(), "<RequestId>"+id+"</RequestId>") {
		t.Errorf("request id %q is not the one in the document", id)
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &struct{ XMLName xml.Name }{}); err != nil {
		t.Errorf("not XML: %v", err)
	}
	return w.Code, w.Body.String()
}

func TestDecoding(t *testing.T) {
	text := func(s string) *string { return &s }
	yes, five := true, 5
	since := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		name, form string
		want       input
	}{
		{"scalars", "StackName=s&TemplateBody=a%3Ab+c&OnFailure=DELETE&Protect=true&Timeout=5&Since=2026-01-02T03:04:05Z",
			input{StackName: "s", Body: "a:b c", OnFailure: "DELETE", Protect: &yes, Timeout: &five, Since: &since}},
		{"a structure in a list, by number and not by order",
			"StackName=s&Parameters.member.10.Key=b&Parameters.member.2.Key=a&Parameters.member.2.Value=x",
			input{StackName: "s", Parameters: []pair{{"a", text("x")}, {"b", nil}}}},
		{"a blank value is an empty string", "StackName=s&Parameters.member.1.Key=a&Parameters.member.1.Value=",
			input{StackName: "s", Parameters: []pair{{"a", text("")}}}},
		{"an empty list", "StackName=s&Parameters=&Tags=", input{StackName: "s", Parameters: []pair{}, Tags: []string{}}},
		{"blank numbers and booleans are none", "StackName=s&Timeout=&Protect=", input{StackName: "s"}},
		{"unknown parameters", "StackName=s&DeploymentConfig.Mode=STANDARD&X=1", input{StackName: "s"}},
		{"a map", "StackName=s&Identifiers.entry.1.key=k&Identifiers.entry.1.value=v",
			input{StackName: "s", Identifiers: map[string]string{"k": "v"}}},
		{"a nested list", "StackName=s&Rollback.Triggers.member.1.Key=x",
			input{StackName: "s", Rollback: &struct{ Triggers []pair }{[]pair{{Key: "x"}}}}},
		{"the last of a repeated name", "StackName=a&StackName=s", input{StackName: "s"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got input
			status, body := post(t, newTestHandler(&got), "Action=Echo&Version=2010-05-15&"+tt.form)
			if status != 200 {
				t.Fatalf("status %d: %s", status, body)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("input (-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	const version = "&Version=2010-05-15"
	deep := strings.Repeat("A.", 40) + "B=1"
	tests := []struct {
		name, form string
		status     int
		code, text string
	}{
		{"no action", "Version=2010-05-15", 400, "MissingAction", "The request is missing an action"},
		{"unknown action", "Action=Foo" + version, 400, "InvalidAction", "Could not find operation Foo for version 2010-05-15"},
		{"unknown version", "Action=Echo&Version=1999-01-01", 400, "InvalidAction", "Could not find operation Echo for version 1999-01-01"},
		{"an action that AWS has", "Action=CreateStackSet" + version, 400, "UnsupportedOperation",
			"The operation CreateStackSet is not supported: stack sets are not built"},
		{"required", "Action=Echo" + version, 400, "ValidationError",
			"1 validation error detected: Value null at &#39;stackName&#39; failed to satisfy constraint: Member must not be null"},
		{"pattern", "Action=Echo&StackName=*@x_$" + version, 400, "ValidationError",
			"1 validation error detected: Value &#39;*@x_$&#39; at &#39;stackName&#39; failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*<"},
		{"several", "Action=Echo&StackName=s&OnFailure=x&Timeout=9" + version, 400, "ValidationError",
			"2 validation errors detected: Value &#39;x&#39; at &#39;onFailure&#39; failed to satisfy constraint: Member must satisfy enum value set: [DO_NOTHING, ROLLBACK, DELETE]; Value &#39;9&#39; at &#39;timeout&#39; failed to satisfy constraint: Member must have value less than or equal to 5"},
		{"within a list", "Action=Echo&StackName=s&Parameters.member.1.Key=abcde" + version, 400, "ValidationError",
			"at &#39;parameters.1.member.key&#39; failed"},
		{"long values are cut", "Action=Echo&StackName=s&TemplateBody=" + strings.Repeat("é", 3000) + version, 400, "ValidationError",
			"éé...&#39; at &#39;templateBody&#39; failed to satisfy constraint: Member must have length less than or equal to 8"},
		{"zero is a value", "Action=Echo&StackName=s&Timeout=0" + version, 400, "ValidationError", "greater than or equal to 1"},
		{"not a boolean", "Action=Echo&StackName=s&Protect=maybe" + version, 400, "MalformedInput", "of Protect is not a valid boolean"},
		{"not a number", "Action=Echo&StackName=s&Timeout=1e3" + version, 400, "MalformedInput", "of Timeout is not a valid integer"},
		{"not an index", "Action=Echo&StackName=s&Tags.member.x=1" + version, 400, "MalformedInput", "of Tags.member is not a number"},
		{"a list with a value", "Action=Echo&StackName=s&Tags=1" + version, 400, "MalformedInput", "Tags is a list"},
		{"bad escape", "Action=Echo&StackName=%zz" + version, 400, "MalformedQueryString", "syntax error"},
		{"deep", "Action=Echo&" + deep + version, 400, "MalformedInput", "nested too deeply"},
		{"many", "Action=Echo" + strings.Repeat("&a=", 10_000) + version, 400, "MalformedInput", "more than 10000 parameters"},
		{"a modelled error", "Action=Gone" + version, 404, "ChangeSetNotFound", "ChangeSet [x] does not exist"},
		{"an internal error", "Action=Break" + version, 500, "InternalFailure", "Internal server error"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, body := post(t, newTestHandler(new(input)), tt.form)
			if status != tt.status || !strings.Contains(body, "<Code>"+tt.code+"</Code>") || !strings.Contains(body, tt.text) {
				t.Errorf("got %d %s\nwant %d %s %s", status, body, tt.status, tt.code, tt.text)
			}
			party := "<Type>Sender</Type>"
			if tt.status >= 500 {
				party = "<Type>Receiver</Type>"
			}
			if !strings.Contains(body, party) || strings.Contains(body, "fire") {
				t.Errorf("want %s and no internals in %s", party, body)
			}
		})
	}
}

func TestEncoding(t *testing.T) {
	_, body := post(t, newTestHandler(new(input)), "Action=Echo&Version=2010-05-15&StackName=s")
	want := `<EchoResponse xmlns="http://example.com/doc/">
  <EchoResult><StackId>a&lt;&amp;&gt;&#34;b</StackId><Empty></Empty><Kept></Kept><Flag>false</Flag><Count>0</Count><Tags></Tags>` +
		`<Pairs><member><Key>k</Key><Value></Value></member></Pairs><Created>2026-11-23T08:38:46.146Z</Created><Settings></Settings>` +
		`<Pairing><entry><key>a</key><value>1</value></entry><entry><key>b</key><value>2</value></entry></Pairing></EchoResult>
  <ResponseMetadata>
    <RequestId>`
	if got, _, _ := strings.Cut(body, "<RequestId>"); got+"<RequestId>" != want {
		t.Errorf("document (-want +got):\n%s", cmp.Diff(want, got+"<RequestId>"))
	}
	if _, body := post(t, newTestHandler(nil), "Action=Void&Version=2010-05-15"); strings.Contains(body, "VoidResult") {
		t.Errorf("a void operation has a result: %s", body)
	}
}

func TestVersionSelectsTheAPI(t *testing.T) {
	for _, form := range []string{"Action=Who&Version=2011-06-15", "Action=Who"} {
		if _, body := post(t, newTestHandler(nil), form); !strings.Contains(body, `<WhoResponse xmlns="http://other.example.com/doc/">`) ||
			!strings.Contains(body, "<StackId>000000000000 eu-west-1 AKID tok</StackId>") {
			t.Errorf("%s: %s", form, body)
		}
	}
}

func TestGetTakesTheQueryString(t *testing.T) {
	var got input
	w := httptest.NewRecorder()
	newTestHandler(&got).ServeHTTP(w, httptest.NewRequest("GET", "/?Action=Echo&Version=2010-05-15&StackName=s", nil))
	if w.Code != 200 || got.StackName != "s" {
		t.Errorf("status %d, input %+v", w.Code, got)
	}
	w = httptest.NewRecorder()
	newTestHandler(&got).ServeHTTP(w, httptest.NewRequest("PUT", "/?Action=Echo", nil))
	if w.Code != 405 {
		t.Errorf("PUT answered %d", w.Code)
	}
}

// endless counts what is read of a body that claims or turns out to be large.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func TestLargeBodyIsRefusedUnread(t *testing.T) {
	for _, length := range []int64{100 << 20, -1} {
		body := &endless{}
		r := httptest.NewRequest("POST", "/", io.NopCloser(body))
		r.ContentLength = length
		w := httptest.NewRecorder()
		newTestHandler(nil).ServeHTTP(w, r)
		if w.Code != 413 || !strings.Contains(w.Body.String(), "RequestEntityTooLarge") {
			t.Errorf("length %d: status %d: %s", length, w.Code, w.Body)
		}
		if body.read > 1<<18 {
			t.Errorf("length %d: %d bytes were read", length, body.read)
		}
	}
}

func FuzzForm(f *testing.F) {
	f.Add("Action=Echo&StackName=s&Parameters.member.1.Key=a&Tags=&Identifiers.entry.1.key=k")
	f.Add("Action=Echo&StackName.member.1=x&Parameters.member=1&Since.=..&=&.=%00")
	h := newTestHandler(new(input))
	f.Fuzz(func(t *testing.T, form string) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/", strings.NewReader(form)))
		if w.Code >= 500 && !strings.Contains(form, "Break") {
			t.Errorf("status %d", w.Code)
		}
		if err := xml.Unmarshal(w.Body.Bytes(), &struct{ XMLName xml.Name }{}); err != nil {
			t.Errorf("not XML: %v", err)
		}
	})
}

// What decides sees the parameters that the operation will see, and is asked
// for operations that exist.
func TestAuthorize(t *testing.T) {
	var got input
	var asked []string
	h := newTestHandler(&got).(*Handler)
	h.options.Authorize = func(_ *http.Request, action string, parameter func(string) string) error {
		asked = append(asked, action+" "+parameter("StackName"))
		return awserr.New(awserr.Kind{Code: "AccessDenied", Status: http.StatusForbidden}, "not you")
	}
	post := func(target, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", target, strings.NewReader(body)))
		return w
	}
	w := post("/?Action=Void&StackName=a", "Action=Echo&StackName=b&StackName=c\n")
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "<Code>AccessDenied</Code>") || got.StackName != "" {
		t.Errorf("%d %s, and the operation saw %q", w.Code, w.Body, got.StackName)
	}
	post("/", "Action=Unheard")
	if diff := cmp.Diff([]string{"Echo c"}, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}
