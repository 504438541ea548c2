package server

import (
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// emptyHash is the SHA-256 of an empty body.
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// Sign signs a request without a body for Postern's own paths, with the access
// key of the environment; without one it leaves the request as it is, which is
// good enough where any credentials are.
func Sign(r *http.Request) error {
	key, ok := environmentKey()
	if !ok {
		return nil
	}
	return v4.NewSigner().SignHTTP(r.Context(), key, r, emptyHash, signPostern, "us-east-1", time.Now())
}

// serviceKey signs requests to other services: the access key of the
// environment, or one that every local service takes.
func serviceKey() aws.Credentials {
	if key, ok := environmentKey(); ok {
		return key
	}
	return aws.Credentials{AccessKeyID: openSecret, SecretAccessKey: openSecret}
}

// environmentKey is the access key of the environment, if it has one.
func environmentKey() (key aws.Credentials, ok bool) {
	key = aws.Credentials{
		AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken: os.Getenv("AWS_SESSION_TOKEN"),
	}
	return key, key.AccessKeyID != "" && key.SecretAccessKey != ""
}
