package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/coder/websocket"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// start starts a server on a free port of 127.0.0.1 unless c says otherwise.
func start(t *testing.T, c Config) *Server {
	t.Helper()
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	s, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, s) })
	return s
}

// stop closes a server; a second time does nothing.
func stop(t *testing.T, s *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
}

// file writes a file into a folder of the test's own.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// deployMock deploys the example and returns the id of its API.
func deployMock(t *testing.T, s *Server) string {
	t.Helper()
	text, err := os.ReadFile("../../examples/mock/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Deploy(t.Context(), Stack{Name: "mock", Template: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	return d.Physical("AWS::ApiGatewayV2::Api")[0]
}

// call is a request under construction.
type call struct {
	method, url, body string
	header            map[string]string
	host              string
	// service makes it signed, with the key and secret.
	service, key, secret, token string
	// region is us-east-1 for execute-api and eu-west-1 for others, if empty.
	region string
	at     time.Time
}

// client has connections of its own, so that none outlives its test.
func client(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: patience}
}

// do sends a request and returns status, error type and body of the answer.
func (c call) do(t *testing.T) (status int, errorType, body string) {
	t.Helper()
	answer, err := client(t).Do(c.request(t))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("X-Amzn-ErrorType"), string(text)
}

func (c call) request(t *testing.T) *http.Request {
	t.Helper()
	if c.method == "" {
		c.method = "GET"
	}
	r, err := http.NewRequestWithContext(t.Context(), c.method, c.url, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	if c.method == "POST" && strings.Contains(c.body, "Action=") {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	if c.host != "" {
		r.Host = c.host
	}
	if c.service == "" {
		return r
	}
	if c.at.IsZero() {
		c.at = time.Now()
	}
	switch {
	case c.region != "":
	case c.service == "execute-api":
		c.region = "us-east-1" // where APIs of the tests are
	default:
		c.region = "eu-west-1"
	}
	sum := sha256.Sum256([]byte(c.body))
	credentials := aws.Credentials{AccessKeyID: c.key, SecretAccessKey: c.secret, SessionToken: c.token}
	if err := v4.NewSigner().SignHTTP(t.Context(), credentials, r, hex.EncodeToString(sum[:]), c.service, c.region, c.at); err != nil {
		t.Fatal(err)
	}
	return r
}

// dial connects to a stage.
func dial(t *testing.T, url string, o *websocket.DialOptions) *websocket.Conn {
	t.Helper()
	c, _, err := websocket.Dial(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.CloseNow() })
	return c
}

// ask sends a message and returns the reply.
func ask(t *testing.T, c *websocket.Conn, message string) string {
	t.Helper()
	if err := c.Write(t.Context(), websocket.MessageText, []byte(message)); err != nil {
		t.Fatal(err)
	}
	_, reply, err := c.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSpace(reply))
}
