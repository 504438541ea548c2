package conformance

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// emptyHash is the SHA-256 of an empty body, which is what an upgrade has.
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// sign signs an upgrade request where its headers ask for that: "@sign" in a
// header, "@presign" in the query. The value is KEY SECRET REGION [AGE].
func sign(ctx context.Context, host, target string, headers []header) (string, []header, error) {
	var rest []header
	for i, h := range headers {
		if h.name != "@sign" && h.name != "@presign" {
			rest = append(rest, h)
			continue
		}
		fields := strings.Fields(h.value)
		if len(fields) < 3 {
			return "", nil, fmt.Errorf("want %s: KEY SECRET REGION [AGE]", h.name)
		}
		at := time.Now()
		if len(fields) > 3 {
			age, err := time.ParseDuration(fields[3])
			if err != nil {
				return "", nil, err
			}
			at = at.Add(-age)
		}
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return "", nil, err
		}
		u.Scheme, u.Host = "http", host
		r := &http.Request{Method: http.MethodGet, URL: u, Host: host, Header: http.Header{}}
		key := aws.Credentials{AccessKeyID: fields[0], SecretAccessKey: fields[1]}
		rest = append(rest, headers[i+1:]...)
		if h.name == "@presign" {
			q := u.Query()
			q.Set("X-Amz-Expires", "60")
			u.RawQuery = q.Encode()
			signed, _, err := v4.NewSigner().PresignHTTP(ctx, key, r, emptyHash, "execute-api", fields[2], at)
			if err != nil {
				return "", nil, err
			}
			return strings.TrimPrefix(signed, "http://"+host), rest, nil
		}
		if err := v4.NewSigner().SignHTTP(ctx, key, r, emptyHash, "execute-api", fields[2], at); err != nil {
			return "", nil, err
		}
		for name := range r.Header {
			rest = append(rest, header{name, r.Header.Get(name)})
		}
		return target, rest, nil
	}
	return target, rest, nil
}
