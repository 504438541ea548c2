package policy

import (
	"strings"
	"testing"
)

const connectARN = "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/prod/$connect"

func document(t *testing.T, text string) *Document {
	t.Helper()
	d, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return d
}

func TestEvaluate(t *testing.T) {
	allow := func(resource string) string {
		return `{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"` + resource + `"}`
	}
	tests := []struct {
		name       string
		statements string
		want       Decision
	}{
		{"the exact ARN", allow(connectARN), Allow},
		{"a star for the route", allow("arn:aws:execute-api:us-east-1:123456789012:abcdefghij/prod/*"), Allow},
		{"a star for all that follows the API", allow("arn:aws:execute-api:us-east-1:123456789012:abcdefghij/*"), Allow},
		{"two stars want a method that a route has not", allow("arn:aws:execute-api:us-east-1:123456789012:abcdefghij/prod/*/*"), ImplicitDeny},
		{"stars in every part", allow("arn:*:*:*:*:*"), Allow},
		{"a star alone", allow("*"), Allow},
		{"a star across the parts of an ARN that is cut short", allow("arn:aws:*"), Allow},
		{"a star does not leave its part", allow("arn:aws:*:abcdefghij/prod/$connect:x:y"), ImplicitDeny},
		{"another stage", allow("arn:aws:execute-api:us-east-1:123456789012:abcdefghij/dev/*"), ImplicitDeny},
		{"another region", allow("arn:aws:execute-api:eu-west-1:123456789012:abcdefghij/*"), ImplicitDeny},
		{"a question mark is one character", allow("arn:aws:execute-api:us-east-?:123456789012:abcdefghij/pro?/$connect"), Allow},
		{"resources keep their case", allow("arn:aws:execute-api:us-east-1:123456789012:abcdefghij/PROD/*"), ImplicitDeny},
		{"a list of resources", `{"Effect":"Allow","Action":"execute-api:Invoke","Resource":["arn:aws:s3:::x","` + connectARN + `"]}`, Allow},
		{"a list of actions", `{"Effect":"Allow","Action":["s3:*","execute-api:In*"],"Resource":"*"}`, Allow},
		{"actions have no case", `{"Effect":"Allow","Action":"EXECUTE-API:invoke","Resource":"*"}`, Allow},
		{"another action", `{"Effect":"Allow","Action":"execute-api:ManageConnections","Resource":"*"}`, ImplicitDeny},
		{"all actions but one", `{"Effect":"Allow","NotAction":"execute-api:ManageConnections","Resource":"*"}`, Allow},
		{"all actions but this", `{"Effect":"Allow","NotAction":"execute-api:*","Resource":"*"}`, ImplicitDeny},
		{"all resources but one", `{"Effect":"Allow","Action":"*","NotResource":"arn:aws:execute-api:*:*:other/*"}`, Allow},
		{"all resources but this", `{"Effect":"Allow","Action":"*","NotResource":"` + connectARN + `"}`, ImplicitDeny},
		{"a denial wins over an earlier permission", allow("*") + `,{"Effect":"Deny","Action":"*","Resource":"*"}`, ExplicitDeny},
		{"a denial wins over a later permission", `{"Effect":"Deny","Action":"*","Resource":"*"},` + allow("*"), ExplicitDeny},
		{"a denial of something else", allow("*") + `,{"Effect":"Deny","Action":"s3:*","Resource":"*"}`, Allow},
		{"no statement", ``, ImplicitDeny},
		{"a condition that holds", `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}`, Allow},
		{"two conditions, one of which does not hold", `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"},"Bool":{"aws:SecureTransport":"true"}}}`, ImplicitDeny},
		{"a variable in a resource", allow("arn:aws:execute-api:*:*:abcdefghij/${aws:username}/*"), Allow},
		{"an unknown variable", allow("arn:aws:execute-api:*:*:abcdefghij/${aws:userid}/*"), ImplicitDeny},
		{"an unknown variable with a default", allow("arn:aws:execute-api:*:*:abcdefghij/${aws:userid, 'prod'}/*"), Allow},
	}
	context := Context{}
	context.Set("aws:SourceIp", "192.0.2.7")
	context.Set("aws:username", "prod")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := document(t, `{"Version":"2012-10-17","Statement":[`+tt.statements+`]}`)
			got := d.Evaluate(Request{Action: ActionInvoke, Resource: connectARN, Context: context})
			if got.Decision != tt.want {
				t.Errorf("%v, want %v", got.Decision, tt.want)
			}
		})
	}
}

func TestEvaluateNamesTheStatement(t *testing.T) {
	d := document(t, `{"Version":"2012-10-17","Statement":[
		{"Sid":"a","Effect":"Allow","Action":"s3:*","Resource":"*"},
		{"Sid":"b","Effect":"Allow","Action":"execute-api:*","Resource":"*"}]}`)
	got := d.Evaluate(Request{Action: ActionInvoke, Resource: connectARN})
	if want := (Result{Allow, 1, "b"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	got = d.Evaluate(Request{Action: "sqs:SendMessage", Resource: connectARN})
	if want := (Result{ImplicitDeny, -1, ""}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestEvaluateSeveralDocuments(t *testing.T) {
	allow := document(t, `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)
	deny := document(t, `{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`)
	r := Request{Action: ActionInvoke, Resource: connectARN}
	for _, docs := range [][]*Document{{allow, deny}, {deny, allow}} {
		if got := Evaluate(r, docs...); got.Decision != ExplicitDeny {
			t.Errorf("%v, want an explicit deny", got.Decision)
		}
	}
	if got := Evaluate(r); got.Decision != ImplicitDeny {
		t.Errorf("without documents: %v", got.Decision)
	}
}

func TestVariablesCameWithTheSecondVersion(t *testing.T) {
	for version, want := range map[string]Decision{version2012: Allow, version2008: ImplicitDeny} {
		d := document(t, `{"Version":"`+version+`","Statement":{"Effect":"Allow","Action":"*","Resource":"x/${aws:username}"}}`)
		got := d.Evaluate(Request{Action: ActionInvoke, Resource: "x/me", Context: Context{"aws:username": {"me"}}})
		if got.Decision != want {
			t.Errorf("%s: %v, want %v", version, got.Decision, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	statement := func(members string) string { return `{"Statement":[{` + members + `}]}` }
	rest := `"Action":"*","Resource":"*"`
	tests := []struct {
		name, text, want string
	}{
		{"no JSON", `Allow`, "not JSON"},
		{"a list", `[]`, "not a JSON object"},
		{"no statement", `{"Version":"2012-10-17"}`, "Statement: missing"},
		{"a statement that is a string", `{"Statement":"Allow"}`, "Statement: missing, or neither"},
		{"a list of strings", `{"Statement":["Allow"]}`, "Statement[0]: not an object"},
		{"an unknown version", `{"Version":"2020-01-01","Statement":[]}`, "Version: 2020-01-01"},
		{"a version that is a number", `{"Version":2012,"Statement":[]}`, "Version: 2012 is neither"},
		{"an unknown element", `{"statement":[]}`, `unknown element "statement"`},
		{"an unknown element of a statement", statement(`"Effects":"Allow",` + rest), `Statement[0]: unknown element "Effects"`},
		{"no effect", statement(rest), "Effect is missing"},
		{"another effect", statement(`"Effect":"allow",` + rest), "Effect: allow is neither"},
		{"no action", statement(`"Effect":"Allow","Resource":"*"`), "needs either Action or NotAction"},
		{"two actions", statement(`"Effect":"Allow","NotAction":"s3:*",` + rest), "needs either Action or NotAction"},
		{"an action without service", statement(`"Effect":"Allow","Action":"Invoke","Resource":"*"`), "Invoke"},
		{"an empty list of actions", statement(`"Effect":"Allow","Action":[],"Resource":"*"`), "Action: neither"},
		{"an action that is a number", statement(`"Effect":"Allow","Action":[1],"Resource":"*"`), "1 is not a string"},
		{"no resource", statement(`"Effect":"Allow","Action":"*"`), "needs either Resource or NotResource"},
		{"a long resource", statement(`"Effect":"Allow","Action":"*","Resource":"` + strings.Repeat("x", MaxResource+1) + `"`), "longer than 512"},
		{"a principal", statement(`"Effect":"Allow","Principal":"*",` + rest), "Principal: belongs"},
		{"a large document", `{"Statement":[],"Id":"` + strings.Repeat("x", MaxDocument) + `"}`, "larger than"},
		{"a condition that is a string", statement(`"Effect":"Allow","Condition":"x",` + rest), "Condition: not an object"},
		{"an unknown operator", statement(`"Effect":"Allow","Condition":{"StringSame":{"a":"b"}},` + rest), "Condition: StringSame: a: unknown condition operator"},
		{"a condition on no number", statement(`"Effect":"Allow","Condition":{"NumericEquals":{"a":"b"}},` + rest), `"b" is not a number`},
		{"a condition on no date", statement(`"Effect":"Allow","Condition":{"DateEquals":{"a":"soon"}},` + rest), `"soon" is not a date`},
		{"a condition on no address", statement(`"Effect":"Allow","Condition":{"IpAddress":{"a":"10.0.0.0/33"}},` + rest), "neither an IP address"},
		{"a condition on no bool", statement(`"Effect":"Allow","Condition":{"Bool":{"a":"yes"}},` + rest), "neither true nor false"},
		{"a condition on an object", statement(`"Effect":"Allow","Condition":{"Bool":{"a":{}}},` + rest), "neither a value"},
		{"a variable without a name", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"${}"}}`, "has no name"},
		{"a default without quotes", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"${a,b}"}}`, "single quotes"},
		{"an unclosed variable", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"${aws:username"}}`, "not closed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse([]byte(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"execute-api:*","Resource":"arn:aws:execute-api:*:*:${aws:username}/*"}]}`, connectARN)
	f.Add(`{"Statement":{"Effect":"Deny","NotAction":["a:b"],"NotResource":"*?*","Condition":{"ForAllValues:StringLike":{"k":["*","a?"]}}}}`, "x")
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"${*}${?}${$}${a,'b'}","Condition":{"Null":{"a":true},"DateLessThan":{"k":"2020-01-01T00:00:00Z"},"IpAddress":{"k":"::1/64"}}}}`, "*?$b")
	f.Fuzz(func(t *testing.T, text, value string) {
		d, err := Parse([]byte(text))
		if err != nil {
			return
		}
		r := Request{Action: ActionInvoke, Resource: value, Context: Context{"k": {value, "x"}, "aws:username": {value}}}
		if a, b := d.Evaluate(r), d.Evaluate(r); a != b {
			t.Errorf("two evaluations differ: %v, %v", a, b)
		}
	})
}
