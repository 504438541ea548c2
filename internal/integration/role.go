package integration

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// roleSession is the name of the sessions in which API Gateway has a role.
//
// Source: CloudTrail events of API Gateway.
const roleSession = "BackplaneAssumeRoleSession"

// roles are the credentials of the roles that integrations name. The zero value
// has none.
type roles struct {
	mu      sync.Mutex
	assumed map[assumption]*aws.CredentialsCache
}

// assumption is a role, assumed at an endpoint of STS.
type assumption struct{ arn, region, endpoint string }

// keptRoles bounds how many roles are kept: stacks come and go.
const keptRoles = 1000

// assumeTimeout is how long STS may take.
const assumeTimeout = 10 * time.Second

// of returns the credentials of a role, which are assumed with others and kept
// for as long as they last.
func (r *roles) of(ctx context.Context, a assumption, with aws.Credentials) (aws.Credentials, error) {
	r.mu.Lock()
	cache := r.assumed[a]
	if cache == nil {
		if r.assumed == nil || len(r.assumed) >= keptRoles {
			r.assumed = map[assumption]*aws.CredentialsCache{}
		}
		cache = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(client(a, with), a.arn,
			func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = roleSession }))
		r.assumed[a] = cache
	}
	r.mu.Unlock()
	return cache.Retrieve(ctx)
}

// client is one of STS. Roles are assumed once an hour: its connections need
// not be kept.
func client(a assumption, with aws.Credentials) *sts.Client {
	return sts.New(sts.Options{
		Region: a.region, BaseEndpoint: &a.endpoint, Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return with, nil }),
		// A call outlives whoever asked for it first, for the sake of the others.
		HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: assumeTimeout},
	})
}

// credentials are those that a request is signed with: those of the
// integration's role where it names one and an endpoint of STS is configured,
// else the server's own. Without such an endpoint a role is only a name, as to
// other local emulators.
func (s *Service) credentials(ctx context.Context, t target, r *Request) (aws.Credentials, error) {
	arn, endpoint := r.Integration.CredentialsARN, s.endpoint("sts")
	if endpoint == "" || !strings.Contains(arn, ":role/") {
		return s.options.Credentials, nil
	}
	c, err := s.roles.of(ctx, assumption{arn, t.region, endpoint}, s.options.Credentials)
	if err != nil {
		if ctx.Err() != nil {
			return c, &Failure{Cause: Timeout, Text: timedOut, Err: err}
		}
		return c, &Failure{Cause: Misconfigured,
			Text: "Execution failed due to configuration error: API Gateway does not have permission to assume the provided role " + arn, Err: err}
	}
	return c, nil
}
