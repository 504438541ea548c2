package sigv4

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// recorded is a request that a real client signed and sent.
type recorded struct {
	name string
	Request
	service string
}

// record reads the requests of a capture: a title line "######## name", the
// request as sent, and "-------- response" behind it.
func record(t testing.TB, file string) []recorded {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []recorded
	for _, part := range strings.Split(string(raw), "\n######## ")[1:] {
		name, rest, _ := strings.Cut(part, "\n")
		rest, _, _ = strings.Cut(rest, "\n-------- response")
		head, body, _ := strings.Cut(rest, "\r\n\r\n")
		lines := strings.Split(head, "\r\n")
		words := strings.Fields(lines[0])
		r := recorded{name: name, Request: Request{Method: words[0], Header: http.Header{}}}
		r.Path, r.RawQuery, _ = strings.Cut(words[1], "?")
		for _, line := range lines[1:] {
			k, v, _ := strings.Cut(line, ":")
			r.Header.Add(k, strings.TrimSpace(v))
		}
		r.Host = r.Header.Get("Host")
		n, _ := strconv.Atoi(r.Header.Get("Content-Length"))
		if n > len(body) {
			continue // the capture holds only the start of a long body
		}
		r.Body = []byte(body[:n])
		if scope, ok := ScopeOf(r.Header.Get("Authorization"), r.RawQuery); ok {
			r.service = scope.Service
			out = append(out, r)
		}
	}
	return out
}

// keys are those of the recorded clients: a fixed pair and what the recorded
// AssumeRole answered.
func keys(id string) (Credential, bool) {
	if id == "AKIDEXAMPLE" {
		return Credential{SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}, true
	}
	return Credential{SecretAccessKey: "assumedsecret"}, true
}

func at(r recorded) func() time.Time {
	return func() time.Time {
		when, _ := time.Parse(timeFormat, r.Header.Get("X-Amz-Date"))
		return when.Add(time.Minute)
	}
}

func TestVerifyAcceptsWhatRealClientsSigned(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.http")
	seen := map[string]int{}
	for _, file := range files {
		for _, r := range record(t, file) {
			v := Verifier{Credential: keys, Now: at(r)}
			if _, err := v.Verify(r.Request, r.service); err != nil {
				t.Errorf("%s %s: %v", filepath.Base(file), r.name, err)
			}
			seen[r.service]++
		}
	}
	for _, service := range []string{"cloudformation", "apigateway", "execute-api", "sts", "s3", "ssm"} {
		if seen[service] == 0 {
			t.Errorf("no recorded request for %s was checked: %v", service, seen)
		}
	}
}

func TestVerifyRefuses(t *testing.T) {
	base := record(t, "testdata/mg-01-post-stage.http")[0]
	tests := []struct {
		name   string
		change func(r *Request, v *Verifier)
		reason Reason
		text   string
	}{
		{"a request without signature", func(r *Request, _ *Verifier) { r.Header.Del("Authorization") }, Missing, "Missing Authentication Token"},
		{"another algorithm", func(r *Request, _ *Verifier) { r.Header.Set("Authorization", "Basic eDp5") }, Incomplete, "requires 'AWS4-HMAC-SHA256' algorithm"},
		{"a header without Signature", func(r *Request, _ *Verifier) {
			h, _, _ := strings.Cut(r.Header.Get("Authorization"), ", Signature")
			r.Header.Set("Authorization", h)
		}, Incomplete, "requires 'Signature' parameter"},
		{"no X-Amz-Date", func(r *Request, _ *Verifier) { r.Header.Del("X-Amz-Date") }, Incomplete, "requires existence of either"},
		{"an unknown key", func(_ *Request, v *Verifier) {
			v.Credential = func(string) (Credential, bool) { return Credential{}, false }
		}, UnknownKey, "security token included in the request is invalid"},
		{"a changed body", func(r *Request, _ *Verifier) { r.Body = []byte("other") }, Mismatch, "does not match the signature you provided"},
		{"a changed path", func(r *Request, _ *Verifier) { r.Path += "x" }, Mismatch, "does not match the signature you provided"},
		{"a changed query", func(r *Request, _ *Verifier) { r.RawQuery = "a=b" }, Mismatch, "does not match the signature you provided"},
		{"another host", func(r *Request, _ *Verifier) { r.Host = "example.com" }, Mismatch, "does not match the signature you provided"},
		{"an x-amz header that is not signed", func(r *Request, _ *Verifier) { r.Header.Set("X-Amz-Meta", "1") }, Mismatch, "not signed: x-amz-meta"},
		{"a stated hash that is not the body's", func(r *Request, _ *Verifier) { r.Header.Set("X-Amz-Content-Sha256", emptyHash) }, Mismatch, "x-amz-content-sha256"},
		{"a signature six minutes old", func(_ *Request, v *Verifier) {
			now := v.Now()
			v.Now = func() time.Time { return now.Add(6 * time.Minute) }
		}, Expired, "Signature expired: 2"},
		{"a signature from the future", func(_ *Request, v *Verifier) {
			now := v.Now()
			v.Now = func() time.Time { return now.Add(-10 * time.Minute) }
		}, Expired, "Signature not yet current: 2"},
		{"a missing session token", func(_ *Request, v *Verifier) {
			v.Credential = func(id string) (Credential, bool) {
				c, ok := keys(id)
				c.SessionToken = "t"
				return c, ok
			}
		}, UnknownKey, "security token included in the request is invalid"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := base
			r.Header, r.Body = base.Header.Clone(), bytes.Clone(base.Body)
			v := &Verifier{Credential: keys, Now: at(base)}
			tt.change(&r.Request, v)
			_, err := v.Verify(r.Request, "execute-api")
			f, ok := errors.AsType[*Failure](err)
			if !ok || f.Reason != tt.reason || !strings.Contains(f.Message, tt.text) {
				t.Errorf("got %v, want reason %d with %q", err, tt.reason, tt.text)
			}
		})
	}
	t.Run("another service", func(t *testing.T) {
		v := &Verifier{Credential: keys, Now: at(base)}
		if _, err := v.Verify(base.Request, "sts"); err == nil || !strings.Contains(err.Error(), "correct service: 'sts'") {
			t.Errorf("got %v", err)
		}
	})
}

// emptyHash is the hash of an empty body.
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestVerifyPresigned(t *testing.T) {
	r := Request{Method: "GET", Path: "/prod", Host: "localhost:4566", Header: http.Header{},
		RawQuery: "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261123%2Fus-east-1%2Fexecute-api%2Faws4_request&X-Amz-Date=20261123T084215Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host"}
	a, err := parsePresigned(r.RawQuery + "&X-Amz-Signature=x")
	if err != nil {
		t.Fatal(err)
	}
	cred, _ := keys("AKIDEXAMPLE")
	r.RawQuery += "&X-Amz-Signature=" + sign(signingKey(cred.SecretAccessKey, a.scope), stringToSign(a, canonicalRequest(a, r, canonicalQuery(r.RawQuery, recode), emptyHash)))
	when, _ := time.Parse(timeFormat, "20261123T084215Z")
	t.Run("a body that nobody signed", func(t *testing.T) {
		v := Verifier{Credential: keys, Now: func() time.Time { return when }}
		r := r
		r.Body = []byte("Action=DeleteStack")
		if f, ok := errors.AsType[*Failure](func() error { _, err := v.Verify(r, "execute-api"); return err }()); !ok || f.Reason != Mismatch {
			t.Errorf("got %v, want a mismatch", f)
		}
	})
	for _, tt := range []struct {
		after time.Duration
		ok    bool
	}{{0, true}, {59 * time.Second, true}, {61 * time.Second, false}, {-6 * time.Minute, false}} {
		v := Verifier{Credential: keys, Now: func() time.Time { return when.Add(tt.after) }}
		if _, err := v.Verify(r, "execute-api"); (err == nil) != tt.ok {
			t.Errorf("%v after signing: %v, want accepted %v", tt.after, err, tt.ok)
		}
	}
}

// A query means the same however a client on the way encodes it.
func TestVerifyQueryEncodedAnew(t *testing.T) {
	const signed = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261123%2Fus-east-1%2Fexecute-api%2Faws4_request&X-Amz-Date=20261123T084215Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&token=a%2Fb%20c"
	a, err := parsePresigned(signed + "&X-Amz-Signature=x")
	if err != nil {
		t.Fatal(err)
	}
	cred, _ := keys("AKIDEXAMPLE")
	when, _ := time.Parse(timeFormat, "20261123T084215Z")
	r := Request{Method: "GET", Path: "/prod", Host: "localhost:4566", Header: http.Header{}}
	signature := "&X-Amz-Signature=" + sign(signingKey(cred.SecretAccessKey, a.scope), stringToSign(a, canonicalRequest(a, r, signed, emptyHash)))
	for query, ok := range map[string]bool{
		signed:                                   true,
		strings.Replace(signed, "%2Fb", "/b", 1): true,
		strings.Replace(signed, "%2Fb", "%2fb", 1):     true,
		strings.ReplaceAll(signed, "%2F", "/"):         true,
		strings.Replace(signed, "token", "%74oken", 1): true,
		strings.Replace(signed, "%20c", "+c", 1):       true,
		strings.Replace(signed, "%20c", "%2Bc", 1):     false,
		strings.Replace(signed, "%2Fb", "%252Fb", 1):   false,
	} {
		r.RawQuery = query + signature
		v := Verifier{Credential: keys, Now: func() time.Time { return when }}
		if _, err := v.Verify(r, "execute-api"); (err == nil) != ok {
			t.Errorf("%s: %v", query, err)
		}
	}
	// What a client signs as it sends it is accepted as well.
	odd := strings.ReplaceAll(signed, "%2F", "%2f")
	r.RawQuery = odd + "&X-Amz-Signature=" + sign(signingKey(cred.SecretAccessKey, a.scope), stringToSign(a, canonicalRequest(a, r, odd, emptyHash)))
	v := Verifier{Credential: keys, Now: func() time.Time { return when }}
	if _, err := v.Verify(r, "execute-api"); err != nil {
		t.Error(err)
	}
}

// Keys are kept, each for its own scope and secret.
func TestSigningKeys(t *testing.T) {
	var k signingKeys
	scope := Scope{AccessKeyID: "A", Date: "20261123", Region: "us-east-1", Service: "sts"}
	for i := range 3 * keptKeys {
		s := scope
		s.Region = strconv.Itoa(i)
		k.of("secret", s)
	}
	if n := len(k.derived); n > keptKeys {
		t.Errorf("%d keys are kept", n)
	}
	for range 2 {
		for _, secret := range []string{"secret", "other"} {
			if got, want := k.of(secret, scope), signingKey(secret, scope); !bytes.Equal(got, want) {
				t.Errorf("%s: %x, want %x", secret, got, want)
			}
		}
	}
	if n := testing.AllocsPerRun(100, func() { k.of("secret", scope) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestAccountID(t *testing.T) {
	for key, want := range map[string]string{"123456789012": "123456789012", "test": "000000000000", "12345678901x": "000000000000", "": "000000000000"} {
		if got := AccountID(key, "000000000000"); got != want {
			t.Errorf("AccountID(%q) = %s, want %s", key, got, want)
		}
	}
}

func FuzzScope(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=A/20261123/r/s/aws4_request, SignedHeaders=host, Signature=00", "")
	f.Add("", "X-Amz-Credential=A%2F2%2Fr%2Fs%2Faws4_request&X-Amz-Algorithm=AWS4-HMAC-SHA256")
	f.Fuzz(func(t *testing.T, header, query string) {
		ScopeOf(header, query)
		v := Verifier{Credential: keys, Now: time.Now}
		if _, err := v.Verify(Request{Method: "GET", Path: "/", RawQuery: query, Header: http.Header{"Authorization": {header}}}, "s"); err == nil {
			t.Error("a made-up signature was accepted")
		}
	})
}
