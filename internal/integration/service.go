package integration

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"postern/internal/http1"
)

// AnyService among the endpoints stands for every service without one of its own.
// Its only value is NoEndpoint: such services are not called, not even at AWS.
const (
	AnyService = "*"
	NoEndpoint = "none"
)

// ServiceOptions configure an AWS invoker.
type ServiceOptions struct {
	// Endpoints are the addresses of services by name, "dynamodb" to
	// "http://localhost:8000". A service without one is looked for in
	// AWS_ENDPOINT_URL_<SERVICE>, then at AWS itself, unless AnyService is
	// NoEndpoint.
	Endpoints map[string]string
	// Credentials sign the requests of integrations without a role, and assume
	// the roles of the others where the endpoint of sts is configured. Required.
	Credentials aws.Credentials
	// Now is the time of a signature; nil is the system's.
	Now func() time.Time
	// Logger is told, once for each service, of calls that go to AWS itself;
	// nil discards that.
	Logger *slog.Logger
}

// Service is the way out of AWS and AWS_PROXY integrations: a request to any
// AWS service by action or path, signed with Signature Version 4.
type Service struct {
	options ServiceOptions
	signer  *v4.Signer
	// connections are shared by all services.
	connections connections
	roles       roles
	// remote are the services that were called at AWS itself.
	remote sync.Map
}

var _ Invoker = (*Service)(nil)

// NewService returns an AWS invoker.
func NewService(o ServiceOptions) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	// S3 and the path of other services are signed differently; see sign.
	return &Service{options: o, signer: v4.NewSigner()}
}

// target is an integration URI taken apart:
// arn:{partition}:apigateway:{region}:{subdomain.service|service}:{path|action}/{rest}.
type target struct {
	partition, region, subdomain, service string
	action                                string // of action/…
	path                                  string // of path/…, with its leading slash
}

func parseTarget(uri string) (t target, err error) {
	part := strings.SplitN(uri, ":", 6)
	malformed := &Failure{Cause: Misconfigured,
		Text: fmt.Sprintf("Execution failed due to configuration error: Invalid integration URI %q", uri)}
	if len(part) != 6 || part[0] != "arn" || part[2] != "apigateway" {
		return t, malformed
	}
	t.partition, t.region, t.service = part[1], part[3], part[4]
	if i := strings.LastIndexByte(t.service, '.'); i >= 0 {
		t.subdomain, t.service = t.service[:i], t.service[i+1:]
	}
	kind, rest, ok := strings.Cut(part[5], "/")
	switch {
	case ok && kind == "path":
		t.path = "/" + strings.TrimPrefix(rest, "/")
	case ok && kind == "action":
		t.action, t.path = rest, "/"
	default:
		return t, malformed
	}
	return t, nil
}

// wire says how a service that speaks AWS's JSON protocol names its actions.
type wire struct{ prefix, contentType string }

// jsonServices are those whose X-Amz-Target API Gateway adds by itself; other
// JSON services have it mapped by the user.
var jsonServices = map[string]wire{
	"dynamodb": {"DynamoDB_20120810.", "application/x-amz-json-1.0"},
	"kinesis":  {"Kinesis_20131202.", "application/x-amz-json-1.1"},
	"ssm":      {"AmazonSSM.", "application/x-amz-json-1.1"},
	"states":   {"AWSStepFunctions.", "application/x-amz-json-1.0"},
}

// Invoke sends the request to the service that the URI names.
func (s *Service) Invoke(ctx context.Context, r *Request) (*Response, error) {
	uri, err := fillPath(r.Integration.URI, r.Path)
	if err != nil {
		return nil, err
	}
	t, err := parseTarget(uri)
	if err != nil {
		return nil, err
	}
	if r.Integration.Function {
		return s.lambda(ctx, t, r)
	}
	if r.Integration.Proxy {
		return nil, &Failure{Cause: Misconfigured,
			Text: fmt.Sprintf("Execution failed due to configuration error: Integrations of type AWS_PROXY invoke Lambda functions, not %s", t.service)}
	}
	return s.send(ctx, t, r)
}

// Close ends the connections that are kept for later calls.
func (s *Service) Close() { s.connections.close() }

// send signs a request and returns the service's answer.
func (s *Service) send(ctx context.Context, t target, r *Request) (*Response, error) {
	u, err := s.locate(t)
	if err != nil {
		return nil, err
	}
	header := slices.Clone(r.Header) // a signature will be added
	query := u.Query()
	maps.Copy(query, r.Query)
	if t.action != "" {
		if w, ok := jsonServices[t.service]; ok {
			header = header.With("X-Amz-Target", w.prefix+t.action)
			if header.Get("Content-Type") == "application/json" {
				header = header.With("Content-Type", w.contentType)
			}
		} else if header.Get("X-Amz-Target") == "" {
			query.Set("Action", t.action)
		}
	}
	u.RawQuery = query.Encode()
	credentials, err := s.credentials(ctx, t, r)
	if err != nil {
		return nil, err
	}
	if header, err = s.sign(ctx, u, header, t, r, credentials); err != nil {
		return nil, &Failure{Cause: Misconfigured, Text: "Execution failed due to configuration error: the request cannot be signed", Err: err}
	}
	answer, err := s.connections.exchange(ctx, destinationOf(u), &call{
		method: method(r.Integration.Method), url: u, header: header, body: r.Body, limit: r.Limit, sent: r.Sent,
	})
	if err != nil {
		return nil, err
	}
	if answer.RequestID = answer.Header.Get("X-Amzn-Requestid"); answer.RequestID == "" {
		answer.RequestID = answer.Header.Get("X-Amz-Request-Id")
	}
	return answer, nil
}

// signature are the fields that signing a request sets.
var signature = [...]string{"X-Amz-Content-Sha256", "X-Amz-Date", "X-Amz-Security-Token", "Authorization"}

// sign returns the header with the signature in it.
func (s *Service) sign(ctx context.Context, u *url.URL, h http1.Header, t target, r *Request, credentials aws.Credentials) (http1.Header, error) {
	sum := sha256.Sum256(r.Body)
	hash := hex.EncodeToString(sum[:])
	header := h.Map()
	if t.service == "s3" {
		header.Set("X-Amz-Content-Sha256", hash)
	}
	header.Del("Authorization")
	signed := &http.Request{Method: method(r.Integration.Method), URL: u, Host: u.Host, Header: header, ContentLength: int64(len(r.Body))}
	if host := header.Get("Host"); host != "" {
		signed.Host = host
	}
	err := s.signer.SignHTTP(ctx, credentials, signed, hash, t.service, t.region, s.options.Now(),
		func(o *v4.SignerOptions) { o.DisableURIPathEscaping = t.service == "s3" })
	if err != nil {
		return nil, err
	}
	for _, name := range signature {
		h = h.With(name, header[name]...)
	}
	return h, nil
}

// toAWS says that calls of a service leave this machine: what is local otherwise
// would write to somebody's account unnoticed.
func (s *Service) toAWS(service, host string) {
	if _, known := s.remote.LoadOrStore(service, true); !known {
		s.options.Logger.Warn("an integration calls AWS itself: no --endpoint names another address for this service",
			"service", service, "host", host)
	}
}

// endpoint is the configured address of a service, "" for none.
func (s *Service) endpoint(service string) string {
	if base := s.options.Endpoints[service]; base != "" {
		return base
	}
	return os.Getenv("AWS_ENDPOINT_URL_" + strings.ToUpper(strings.ReplaceAll(service, "-", "_")))
}

// locate returns the URL of a service's path.
func (s *Service) locate(t target) (*url.URL, error) {
	base := s.endpoint(t.service)
	if base == "" && s.options.Endpoints[AnyService] == NoEndpoint {
		return nil, &Failure{Cause: Misconfigured, Text: fmt.Sprintf("Execution failed due to configuration error: there is no endpoint of %s, and AWS itself is not to be called", t.service)}
	}
	if base == "" {
		host := t.service + "." + t.region + ".amazonaws.com"
		if t.subdomain != "" {
			host = t.subdomain + "." + host
		}
		base = "https://" + host
		s.toAWS(t.service, host)
	}
	path, query, _ := strings.Cut(t.path, "?")
	u, err := url.Parse(strings.TrimSuffix(base, "/") + path)
	if err != nil || u.Host == "" {
		return nil, &Failure{Cause: Misconfigured, Text: fmt.Sprintf("Execution failed due to configuration error: the endpoint of %s, %q, is no URL", t.service, base)}
	}
	u.RawQuery = query
	return u, nil
}
