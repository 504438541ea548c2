package integration

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/internal/http1"
)

func TestReadProxy(t *testing.T) {
	tests := []struct {
		name, payload string
		want          *Response // nil: malformed
	}{
		{"all members", `{"statusCode": 201, "headers": {"A": "1", "B": true}, "multiValueHeaders": {"C": ["x", "y"]}, "body": "hi"}`,
			&Response{Status: 201, Header: http1.Header{{Name: "A", Value: "1"}, {Name: "B", Value: "true"}, {Name: "C", Value: "x"}, {Name: "C", Value: "y"}}, Body: []byte("hi")}},
		{"no status is 200", `{"body": "x"}`, &Response{Status: 200, Body: []byte("x")}},
		{"a numeric text is a status", `{"statusCode": "201"}`, &Response{Status: 201}},
		{"the list wins over the single value", `{"headers": {"a": "1"}, "multiValueHeaders": {"A": ["2"]}}`, &Response{Status: 200, Header: http1.Header{{Name: "A", Value: "2"}}}},
		{"wherever it stands", `{"multiValueHeaders": {"A": ["2"]}, "headers": {"a": "1"}}`, &Response{Status: 200, Header: http1.Header{{Name: "A", Value: "2"}}}},
		{"the last of a name", `{"headers": {"a": "1", "b": "2", "A": "3"}}`, &Response{Status: 200, Header: http1.Header{{Name: "b", Value: "2"}, {Name: "A", Value: "3"}}}},
		{"names as they are written", `{"headers": {"x-request-ID": "1", "Sec-WebSocket-Protocol": "p", "a-B": "2"}}`,
			&Response{Status: 200, Header: http1.Header{{Name: "x-request-ID", Value: "1"}, {Name: "Sec-WebSocket-Protocol", Value: "p"}, {Name: "a-B", Value: "2"}}}},
		{"base64", `{"body": "aGk=", "isBase64Encoded": true}`, &Response{Status: 200, Body: []byte("hi")}},
		{"null members are absent", `{"headers": null, "multiValueHeaders": null, "body": null}`, &Response{Status: 200, Body: []byte{}}},
		{"an unknown member", `{"statusCode": 200, "wrongValue": "v"}`, nil},
		{"a bare text", `"justAString"`, nil},
		{"null", `null`, nil},
		{"a list", `[1]`, nil},
		{"no JSON", `oops`, nil},
		{"nothing", ``, nil},
		{"a status that is no number", `{"statusCode": "abc"}`, nil},
		{"a fractional status", `{"statusCode": 200.5}`, nil},
		{"headers that are no object", `{"headers": ["a"]}`, nil},
		{"a header that is a number", `{"headers": {"a": 1}}`, nil},
		{"a header that is null", `{"headers": {"a": null}}`, nil},
		{"a header that is an object", `{"headers": {"a": {}}}`, nil},
		{"a multi-value header that is a text", `{"multiValueHeaders": {"a": "b"}}`, nil},
		{"a body that is an object", `{"body": {}}`, nil},
		{"bad base64", `{"body": "*", "isBase64Encoded": true}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, failure := ReadProxy([]byte(tt.payload))
			if tt.want == nil {
				if failure == nil || failure.Cause != FunctionError || failure.Text != malformed {
					t.Errorf("got %+v, %v, want the malformed failure", got, failure)
				}
				return
			}
			if failure != nil {
				t.Fatal(failure)
			}
			if len(got.Body) == 0 && len(tt.want.Body) == 0 {
				got.Body = tt.want.Body
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

// A function may answer with as many headers as fit: each costs the same.
func TestReadProxyWithManyHeaders(t *testing.T) {
	const many = 200_000
	payload := []byte(`{"headers": {`)
	for i := range many {
		payload = fmt.Appendf(payload, `"x%06d": "", `, i)
	}
	payload = append(payload, `"last": ""}}`...)
	if got, failure := ReadProxy(payload); failure != nil || len(got.Header) != many+1 {
		t.Errorf("%v", failure)
	}
}
