package integration

import (
	"errors"
	"testing"

	"postern/jsonvalue"
)

func TestMock(t *testing.T) {
	tests := []struct {
		body string
		want int
		ok   bool
	}{
		{`{"statusCode": 200}`, 200, true},
		{`{"statusCode": 404, "x": {"statusCode": 1}}`, 404, true},
		{`{"statusCode":0}`, 0, true},
		{`{"statusCode":-1000}`, -1000, true},
		{`{"statusCode":99999}`, 99999, true},
		{`{"statusCode":200,"statusCode":201}`, 201, true},
		{` { "a" : [1, 2] , "statusCode" : 200 } `, 200, true},
		// The lenient reader's.
		{`{ statusCode: 200 }`, 200, true},
		{`{statusCode: 200}`, 200, true},
		{`{'statusCode': 200, '': ''}`, 200, true},
		{`{"statusCode": 200 ,, }`, 200, true},
		{`{"statusCode": 200 , null: null }`, 200, true},
		{`{"statusCode": 200, "messageId": }`, 200, true},
		{`{"statusCode": 200,}`, 200, true},
		{`{"statusCode": 200, "messageId": {foo=bar}}`, 200, true},
		{`{"statusCode": 200, "text": it's, }`, 200, true},
		{`{"messageId": , "statusCode": 201}`, 201, true},
		{`{junk, "statusCode": 201}`, 201, true},

		{`{"statusCode": "200"}`, 0, false},
		{`{"statusCode": 200.0}`, 0, false},
		{`{"statusCode": 2e2}`, 0, false},
		{`{"statusCode": 12345678901}`, 0, false},
		{`{"statusCode": null}`, 0, false},
		{`{"statusCode": [200]}`, 0, false},
		{`{"statuscode": 200}`, 0, false},
		{`{"status": 200}`, 0, false},
		{`{}`, 0, false},
		{`200`, 0, false},
		{`[200]`, 0, false},
		{``, 0, false},
		{`hello`, 0, false},
		{`{"statusCode': 200 }`, 0, false},
		{`statusCode: 200`, 0, false},
		{`{"statusCode": 200`, 0, false},
		{`{{"statusCode": 200}}`, 0, false},
		{`{"statusCode": 200}}`, 0, false},
		{`{"statusCode": 200} x`, 0, false},
		{`{statusCode: '200'}`, 0, false},
		{`{`, 0, false},
		{`{"`, 0, false},
		{`{"a":"}`, 0, false},
		{`{"a":[}`, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.body, func(t *testing.T) {
			var doc jsonvalue.Document
			doc.Reset([]byte(tt.body))
			got, err := Mock(&doc)
			if got != tt.want || (err == nil) != tt.ok {
				t.Errorf("got %d, %v; want %d, ok %t", got, err, tt.want, tt.ok)
			}
			if f, ok := errors.AsType[*Failure](err); err != nil && (!ok || f.Cause != Misconfigured) {
				t.Errorf("error %v is not a Misconfigured failure", err)
			}
		})
	}
}

func TestMockAllocatesNothing(t *testing.T) {
	var doc jsonvalue.Document
	body := []byte(`{"statusCode": 200, "messageId": 1}`)
	if n := testing.AllocsPerRun(100, func() {
		doc.Reset(body)
		if _, err := Mock(&doc); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkMock(b *testing.B) {
	var doc jsonvalue.Document
	body := []byte(`{"statusCode": 200, "messageId": 1}`)
	b.ReportAllocs()
	for b.Loop() {
		doc.Reset(body)
		Mock(&doc)
	}
}

func TestUnsupportedNamesTheType(t *testing.T) {
	_, err := Unsupported{}.Invoke(t.Context(), &Request{Integration: lambda})
	f := FailureOf(err)
	if f.Cause != Misconfigured || f.Error() != "integrations of type AWS_PROXY are not supported yet" {
		t.Errorf("failure %+v", f)
	}
}

func FuzzMock(f *testing.F) {
	for _, seed := range []string{`{"statusCode": 200}`, `{statusCode: 200,, 'a': {b=[c]}}`, `{"a":"\\`, `{a:'`, `{[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var doc jsonvalue.Document
		doc.Reset(body)
		if status, err := Mock(&doc); err != nil && status != 0 {
			t.Errorf("status %d with error %v", status, err)
		}
	})
}
