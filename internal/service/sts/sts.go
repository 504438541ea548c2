// Package sts is the part of the Security Token Service that clients need to
// get going: who am I, and credentials of a role.
//
// Roles are not kept anywhere: any role of any name may be assumed, and its
// session may do what its issuer may. Sessions live in memory, and end with
// the process at the latest.
//
// Source: AWS Security Token Service API reference.
package sts

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"time"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/clock"
	"postern/internal/query"
	"postern/internal/sigv4"
)

// How long sessions last, in seconds: without a wish, and at most.
const (
	defaultDuration      = 3600
	defaultTokenDuration = 43200
)

// maxSessions bounds the sessions that are remembered; the oldest go first.
const maxSessions = 10_000

// Options are a Service's settings.
type Options struct {
	// Clock dates sessions; nil is the system's clock.
	Clock clock.Clock
	// User returns the ARN of the user whose long-term access key it is, if it
	// is somebody's. Without one, every such key is the account's root.
	User func(accessKeyID string) (arn string, ok bool)
}

// Service issues credentials. It is safe for concurrent use.
type Service struct {
	clock clock.Clock
	user  func(accessKeyID string) (arn string, ok bool)

	mu       sync.Mutex
	sessions map[string]session // by access key id
	order    []string           // access key ids, the oldest first
}

// session is a set of temporary credentials.
type session struct {
	credential sigv4.Credential
	// arn and userID are what GetCallerIdentity says.
	arn, userID string
	issuedBy    string // the access key id of who asked
}

// New returns a Service without sessions.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = &clock.Adjustable{}
	}
	if o.User == nil {
		o.User = func(string) (string, bool) { return "", false }
	}
	return &Service{clock: o.Clock, user: o.User, sessions: map[string]session{}}
}

// API returns the operations by their names.
func (s *Service) API() *query.API {
	a := query.NewAPI("https://sts.amazonaws.com/doc/2011-06-15/", "2011-06-15")
	query.Handle(a, "GetCallerIdentity", s.GetCallerIdentity)
	query.Handle(a, "AssumeRole", s.AssumeRole)
	query.Handle(a, "GetSessionToken", s.GetSessionToken)
	a.Refuse("there is nobody to trust: use AssumeRole",
		"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot", "GetFederationToken",
		"DecodeAuthorizationMessage", "GetAccessKeyInfo", "GetDelegatedAccessToken", "GetWebIdentityToken")
	return a
}

// Handler serves the operations in the query protocol.
func (s *Service) Handler() http.Handler { return query.NewHandler(query.Options{}, s.API()) }

// Credential returns the key behind an access key id that the Service issued,
// for whoever verifies signatures. Expired ones are returned, too: the verifier
// has its own words for them.
func (s *Service) Credential(accessKeyID string) (sigv4.Credential, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.sessions[accessKeyID]
	return found.credential, ok
}

// Session is who holds temporary credentials.
type Session struct {
	// ARN is that of the assumed role, or of who asked for a session token.
	ARN string
	// IssuedBy is the access key id that asked for the credentials; "" if the
	// request was not signed.
	IssuedBy string
}

// Session returns whose the credentials of an access key id are, if the Service
// issued them. What a session may do is not more than what IssuedBy may.
func (s *Service) Session(accessKeyID string) (Session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.sessions[accessKeyID]
	return Session{ARN: found.arn, IssuedBy: found.issuedBy}, ok
}

// CallerIdentity is who sent a request.
type CallerIdentity struct {
	Arn     string
	UserID  string `query:"UserId"`
	Account string
}

// GetCallerIdentity says who the caller is: the session of a role, a user, or
// else the root of the account.
func (s *Service) GetCallerIdentity(_ context.Context, c query.Caller, _ *struct{}) (*CallerIdentity, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok := s.sessions[c.AccessKeyID]; ok {
		account := strings.Split(found.arn, ":")[4]
		return &CallerIdentity{found.arn, found.userID, account}, nil
	}
	if arn, ok := s.user(c.AccessKeyID); ok {
		return &CallerIdentity{arn, uniqueID("AIDA", arn), c.AccountID}, nil
	}
	return &CallerIdentity{root(c.AccountID), c.AccountID, c.AccountID}, nil
}

func root(account string) string { return "arn:" + apigateway.Partition + ":iam::" + account + ":root" }

// Credentials are temporary credentials.
type Credentials struct {
	AccessKeyID     string `query:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      time.Time
}

// AssumeRoleInput is the input of AssumeRole. Policies, tags and the like are
// ignored: a session may do what its issuer may.
type AssumeRoleInput struct {
	RoleArn         string `required:"true" min:"20" max:"2048"`
	RoleSessionName string `required:"true" min:"2" max:"64" pattern:"[\\w+=,.@-]*"`
	DurationSeconds *int   `min:"900" max:"43200"`
	SourceIdentity  string `min:"2" max:"64" pattern:"[\\w+=,.@-]*"`
}

// AssumedRoleUser is the session of a role.
type AssumedRoleUser struct {
	AssumedRoleID string `query:"AssumedRoleId"`
	Arn           string
}

// AssumeRoleOutput is the answer of AssumeRole.
type AssumeRoleOutput struct {
	Credentials     Credentials
	AssumedRoleUser AssumedRoleUser
	SourceIdentity  string
}

// AssumeRole returns credentials of a session of the role.
func (s *Service) AssumeRole(_ context.Context, c query.Caller, in *AssumeRoleInput) (*AssumeRoleOutput, error) {
	fields := strings.SplitN(in.RoleArn, ":", 6)
	if len(fields) != 6 || fields[0] != "arn" || fields[2] != "iam" || !strings.HasPrefix(fields[5], "role/") {
		return nil, awserr.Newf(awserr.ValidationError, "%s is invalid", in.RoleArn)
	}
	role := fields[5][strings.LastIndexByte(fields[5], '/')+1:]
	user := AssumedRoleUser{
		AssumedRoleID: uniqueID("AROA", in.RoleArn) + ":" + in.RoleSessionName,
		Arn:           "arn:" + fields[1] + ":sts::" + fields[4] + ":assumed-role/" + role + "/" + in.RoleSessionName,
	}
	seconds := defaultDuration
	if in.DurationSeconds != nil {
		seconds = *in.DurationSeconds
	}
	return &AssumeRoleOutput{
		Credentials:     s.issue(c, seconds, user.Arn, user.AssumedRoleID),
		AssumedRoleUser: user,
		SourceIdentity:  in.SourceIdentity,
	}, nil
}

// GetSessionTokenInput is the input of GetSessionToken.
type GetSessionTokenInput struct {
	DurationSeconds *int `min:"900" max:"129600"`
}

// GetSessionTokenOutput is the answer of GetSessionToken.
type GetSessionTokenOutput struct{ Credentials Credentials }

// GetSessionToken returns temporary credentials of the caller.
func (s *Service) GetSessionToken(ctx context.Context, c query.Caller, in *GetSessionTokenInput) (*GetSessionTokenOutput, error) {
	me, err := s.GetCallerIdentity(ctx, c, nil)
	if err != nil {
		return nil, err
	}
	seconds := defaultTokenDuration
	if in.DurationSeconds != nil {
		seconds = *in.DurationSeconds
	}
	return &GetSessionTokenOutput{s.issue(c, seconds, me.Arn, me.UserID)}, nil
}

// issue makes and remembers credentials.
func (s *Service) issue(caller query.Caller, seconds int, arn, userID string) Credentials {
	var b [88]byte
	rand.Read(b[:])
	c := Credentials{
		AccessKeyID:     "ASIA" + strings.ToUpper(hex.EncodeToString(b[:8])),
		SecretAccessKey: base64.StdEncoding.EncodeToString(b[8:38]),
		SessionToken:    base64.StdEncoding.EncodeToString(b[40:]),
		Expiration:      s.clock.Now().UTC().Add(time.Duration(seconds) * time.Second),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[c.AccessKeyID] = session{
		credential: sigv4.Credential{SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken, Expires: c.Expiration},
		arn:        arn, userID: userID, issuedBy: caller.AccessKeyID,
	}
	s.order = append(s.order, c.AccessKeyID)
	for len(s.order) > maxSessions {
		delete(s.sessions, s.order[0])
		s.order = s.order[1:]
	}
	return c
}

// uniqueID returns an identifier of a role (AROA) or a user (AIDA) in AWS's form,
// always the same for the same one.
func uniqueID(prefix, arn string) string {
	var sum uint64 = 14695981039346656037 // FNV-1a
	for i := range len(arn) {
		sum = (sum ^ uint64(arn[i])) * 1099511628211
	}
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	id := []byte(prefix)
	for range 17 {
		id = append(id, digits[sum&31])
		sum = sum>>4 ^ sum<<60
	}
	return string(id)
}
