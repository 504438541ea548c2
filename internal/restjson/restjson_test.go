package restjson

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/internal/awserr"
)

type thing struct {
	Name    *string           `json:"name"`
	Size    *int              `json:"size"`
	Rate    *float64          `json:"rate"`
	On      *bool             `json:"on"`
	Words   []string          `json:"words"`
	Tags    map[string]string `json:"tags"`
	Inner   *inner            `json:"inner"`
	Private string            `json:"-"`
}

type inner struct {
	Format string `json:"format"`
}

// echo is an API of a few operations that show what they were given.
func echo(log io.Writer) *API {
	a := &API{Logger: slog.New(slog.NewTextHandler(log, nil)), Limit: 1000}
	Handle(a, "POST /v2/things", 201, func(_ context.Context, _ *Request, in thing) (thing, error) { return in, nil })
	Handle(a, "GET /v2/things/{id}", 200, func(_ context.Context, r *Request, _ None) (map[string]any, error) {
		return map[string]any{"id": r.Param("id"), "none": r.Param("none"), "q": r.Query["q"]}, nil
	})
	Handle(a, "DELETE /v2/things/{id}/parts/{part}", 204, func(context.Context, *Request, None) (None, error) { return None{}, nil })
	Handle(a, "PUT /v2/things/{id}", 200, func(_ context.Context, r *Request, _ None) (None, error) {
		switch r.Param("id") {
		case "secret":
			return None{}, errors.New("the password is 1234")
		case "gone":
			return None{}, &awserr.Error{Kind: awserr.NotFound, Message: "no <thing>", Members: map[string]string{"resourceType": "Thing"}}
		}
		return None{}, awserr.New(awserr.Conflict, "taken")
	})
	return a
}

func TestAnswers(t *testing.T) {
	tests := []struct {
		name, method, target, body string
		status                     int
		errorType, want            string
	}{
		{"known members, unknown ones ignored", "POST", "/v2/things", `{"name":"a<b","x":[{}],"size":2,"rate":2,"on":false,"words":["w"],"tags":{"k":"v"},"inner":{"format":"f"}}`,
			201, "", `{"name":"a<b","size":2,"rate":2,"on":false,"words":["w"],"tags":{"k":"v"},"inner":{"format":"f"}}`},
		{"names are exact", "POST", "/v2/things", `{"Name":"a","SIZE":"no number"}`, 201, "", `{"name":null,"size":null,"rate":null,"on":null,"words":null,"tags":null,"inner":null}`},
		{"null is absent", "POST", "/v2/things", `{"size":null,"tags":null}`, 201, "", `{"name":null,"size":null,"rate":null,"on":null,"words":null,"tags":null,"inner":null}`},
		{"no body", "POST", "/v2/things", ``, 201, "", `{"name":null,"size":null,"rate":null,"on":null,"words":null,"tags":null,"inner":null}`},
		{"escaped path and query", "GET", "/v2/things/arn%3Aa%2Fb%24?q=1&q=y%20z", ``, 200, "", `{"id":"arn:a/b$","none":"","q":["1","y z"]}`},
		{"a slash at the end", "GET", "/v2/things/a/", ``, 200, "", `{"id":"a","none":"","q":null}`},
		{"no content", "DELETE", "/v2/things/a/parts/b", ``, 204, "", ``},
		{"error", "PUT", "/v2/things/a", ``, 409, "ConflictException", `{"message":"taken"}`},
		{"error with a member", "PUT", "/v2/things/gone", ``, 404, "NotFoundException", `{"message":"no <thing>","resourceType":"Thing"}`},
		{"internal error", "PUT", "/v2/things/secret", ``, 500, "InternalServerErrorException", `{"message":"Internal server error"}`},
		{"unknown path", "GET", "/v2/nothing", ``, 404, "UnknownOperationException", `{"message":"There is no operation GET /v2/nothing"}`},
		{"unknown method", "PATCH", "/v2/things", ``, 404, "UnknownOperationException", `{"message":"There is no operation PATCH /v2/things"}`},
		{"empty segment", "DELETE", "/v2/things//parts/b", ``, 404, "UnknownOperationException", `{"message":"There is no operation DELETE /v2/things//parts/b"}`},
		{"not JSON", "POST", "/v2/things", `{"name":`, 400, "BadRequestException", `{"message":"The request body is not valid JSON: unexpected end of JSON input, at byte 8"}`},
		{"text behind", "POST", "/v2/things", `{} x`, 400, "BadRequestException", `{"message":"The request body is not valid JSON: invalid character 'x' after top-level value, at byte 4"}`},
		{"a list", "POST", "/v2/things", `[]`, 400, "BadRequestException", `{"message":"The request body must be a JSON object, not array"}`},
		{"wrong type", "POST", "/v2/things", `{"size":"2"}`, 400, "BadRequestException", `{"message":"Invalid value for size: expected an integer, got string"}`},
		{"not an integer", "POST", "/v2/things", `{"size":2.5}`, 400, "BadRequestException", `{"message":"Invalid value for size: expected an integer, got number 2.5"}`},
		{"too large a number", "POST", "/v2/things", `{"size":99999999999999999999}`, 400, "BadRequestException", `{"message":"Invalid value for size: expected an integer, got number 99999999999999999999"}`},
		{"wrong type inside", "POST", "/v2/things", `{"inner":{"format":1}}`, 400, "BadRequestException", `{"message":"Invalid value for inner.format: expected a string, got number"}`},
		{"wrong type of a list", "POST", "/v2/things", `{"words":"w"}`, 400, "BadRequestException", `{"message":"Invalid value for words: expected a list, got string"}`},
		{"wrong type of an object", "POST", "/v2/things", `{"tags":true}`, 400, "BadRequestException", `{"message":"Invalid value for tags: expected an object, got bool"}`},
		{"body too large", "POST", "/v2/things", `{"name":"` + strings.Repeat("a", 1000) + `"}`, 413, "PayloadTooLargeException", `{"message":"Request body is larger than 1000 bytes"}`},
	}
	server := httptest.NewServer(echo(io.Discard))
	defer server.Close()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), tt.method, server.URL+tt.target, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, _ := io.ReadAll(resp.Body)
			if resp.StatusCode != tt.status || resp.Header.Get("x-amzn-ErrorType") != tt.errorType {
				t.Errorf("%d %q, want %d %q", resp.StatusCode, resp.Header.Get("x-amzn-ErrorType"), tt.status, tt.errorType)
			}
			if diff := cmp.Diff(tt.want, string(body)); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
			if id := resp.Header.Get("x-amzn-RequestId"); !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(id) {
				t.Errorf("x-amzn-RequestId %q", id)
			}
			if id := resp.Header.Get("x-amz-apigw-id"); !regexp.MustCompile(`^[A-Za-z0-9_-]{15}=$`).MatchString(id) {
				t.Errorf("x-amz-apigw-id %q", id)
			}
			if tt.want != "" && resp.Header.Get("Content-Type") != "application/json" {
				t.Errorf("Content-Type %q", resp.Header.Get("Content-Type"))
			}
		})
	}
}

func TestInternalErrorsAreLogged(t *testing.T) {
	var log bytes.Buffer
	w := httptest.NewRecorder()
	echo(&log).ServeHTTP(w, httptest.NewRequest("PUT", "/v2/things/secret", nil))
	if !strings.Contains(log.String(), "the password is 1234") || !strings.Contains(log.String(), w.Header()["x-amzn-RequestId"][0]) {
		t.Errorf("log %q", log.String())
	}
}

// endless is a body that must not be read to its end.
type endless struct{ read atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.read.Add(int64(len(p)))
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestHugeBodiesAreNotRead(t *testing.T) {
	for _, length := range []int64{100 << 20, -1} {
		body := &endless{}
		r := httptest.NewRequest("POST", "/v2/things", body)
		r.ContentLength = length
		w := httptest.NewRecorder()
		(&API{routes: echo(io.Discard).routes}).ServeHTTP(w, r)
		if w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("length %d: status %d", length, w.Code)
		}
		if read := body.read.Load(); length > 0 && read > 0 || read > 2*DefaultLimit {
			t.Errorf("length %d: %d bytes were read", length, read)
		}
	}
}

func TestHugeBodyOverTheWire(t *testing.T) {
	server := httptest.NewServer(echo(io.Discard))
	defer server.Close()
	body := &endless{}
	resp, err := http.Post(server.URL+"/v2/things", "application/json", io.LimitReader(body, 100<<20))
	if err != nil {
		t.Skip("the connection was closed before the answer was read:", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", resp.StatusCode)
	}
	if read := body.read.Load(); read > 50<<20 {
		t.Errorf("%d bytes were taken", read)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{}`, `{"name":"a","size":1}`, `{"inner":{"format":[]}}`, `[`, "null", `{"tags":{"a":null}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var in thing
		if err := Decode(body, &in); err != nil && !awserr.Is(err, awserr.BadRequest) {
			t.Errorf("error %v", err)
		}
	})
}
