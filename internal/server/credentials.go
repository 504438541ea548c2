package server

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/policy"
	"postern/internal/service/sts"
	"postern/internal/sigv4"
)

// openSecret is the secret of every access key in open mode that the
// credentials file does not name, for the few signatures that are checked
// there.
const openSecret = "test"

// profile is an access key of the credentials file and what its holder may do.
type profile struct {
	name        string
	accessKeyID string
	credential  sigv4.Credential
	accountID   string           // "" is the account that the key stands for
	policy      *policy.Document // nil allows everything
}

// credentials are the access keys that may sign: those of the file and those
// that were issued for one of them.
type credentials struct {
	profiles map[string]*profile // by access key id
	issued   *sts.Service
	open     bool
}

// find implements sigv4.Verifier's lookup.
func (c *credentials) find(accessKeyID string) (sigv4.Credential, bool) {
	if p, ok := c.profiles[accessKeyID]; ok {
		return p.credential, true
	}
	if session, ok := c.issued.Credential(accessKeyID); ok {
		return session, true
	}
	return sigv4.Credential{SecretAccessKey: openSecret}, c.open
}

// principal is who stands behind an access key.
type principal struct {
	arn       string
	accountID string
	policy    *policy.Document // nil allows everything
}

// maxIssuers bounds the way from a session back to the profile at its root.
const maxIssuers = 16

// principal returns who an access key belongs to. A session acts in the account
// of its role and is bound by the policy of the profile that asked for it; one
// whose profile cannot be found may do nothing.
func (c *credentials) principal(accessKeyID string) principal {
	session, ok := c.issued.Session(accessKeyID)
	if !ok {
		return c.user(accessKeyID)
	}
	who := principal{arn: session.ARN, policy: &policy.Document{}}
	if who.accountID = accountOf(session.ARN); who.accountID == "" {
		who.accountID = c.user(session.IssuedBy).accountID
	}
	for range maxIssuers {
		issuer, ok := c.issued.Session(session.IssuedBy)
		if !ok {
			who.policy = c.user(session.IssuedBy).policy
			return who
		}
		session = issuer
	}
	return who
}

// user returns the holder of a long-term access key.
func (c *credentials) user(accessKeyID string) principal {
	p := c.profiles[accessKeyID]
	if p == nil {
		p = &profile{name: accessKeyID}
		if !c.open {
			p.policy = &policy.Document{}
		}
	}
	who := principal{accountID: p.accountID, policy: p.policy}
	if who.accountID == "" {
		who.accountID = sigv4.AccountID(accessKeyID, apigateway.DefaultAccountID)
	}
	who.arn = "arn:" + apigateway.Partition + ":iam::" + who.accountID + ":user/" + p.name
	return who
}

// accountOf returns the account in an ARN, or "" if there is none.
func accountOf(arn string) string {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) < 6 {
		return ""
	}
	return sigv4.AccountID(fields[4], "")
}

// named returns the user whose access key the credentials file names.
func (c *credentials) named(accessKeyID string) (arn string, ok bool) {
	if _, ok := c.profiles[accessKeyID]; !ok {
		return "", false
	}
	return c.user(accessKeyID).arn, true
}

// load reads the credentials file, if there is one.
func (c *credentials) load(file string, issued *sts.Service) (err error) {
	c.issued = issued
	if file != "" {
		c.profiles, err = readCredentials(file)
	}
	return err
}

// readCredentials reads a file in the form of the AWS credentials file:
// profiles in brackets with aws_access_key_id and aws_secret_access_key. A
// profile may name a policy, a file with an IAM policy document; a relative
// name starts at the folder of the credentials file.
func readCredentials(name string) (map[string]*profile, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, &ConfigError{"credentials", err.Error()}
	}
	defer f.Close()
	return parseCredentials(name, f)
}

// parseCredentials reads the text of a credentials file; the name is for its
// errors, and where policies are looked for.
func parseCredentials(name string, text io.Reader) (map[string]*profile, error) {
	r := profileReader{file: name, profiles: map[string]*profile{}, current: &profile{}}
	lines := bufio.NewScanner(text)
	for n := 1; lines.Scan(); n++ {
		if err := r.line(n, strings.TrimSpace(lines.Text())); err != nil {
			return nil, err
		}
	}
	if err := lines.Err(); err != nil {
		return nil, r.problem("%v", err)
	}
	if err := r.finish(); err != nil {
		return nil, err
	}
	if len(r.profiles) == 0 {
		return nil, r.problem("no profile with an access key")
	}
	return r.profiles, nil
}

// profileReader makes profiles of the lines of a file.
type profileReader struct {
	file     string
	profiles map[string]*profile
	current  *profile
}

func (r *profileReader) problem(format string, args ...any) error {
	return &ConfigError{"credentials", r.file + ": " + fmt.Sprintf(format, args...)}
}

func (r *profileReader) line(n int, line string) error {
	if line == "" || line[0] == '#' || line[0] == ';' {
		return nil
	}
	if line[0] == '[' {
		if err := r.finish(); err != nil {
			return err
		}
		r.current = &profile{name: strings.TrimSpace(strings.Trim(line, "[]"))}
		return nil
	}
	key, value, ok := strings.Cut(line, "=")
	if !ok {
		return &ConfigError{"credentials", fmt.Sprintf("%s line %d: want NAME = VALUE", r.file, n)}
	}
	p, value := r.current, strings.TrimSpace(value)
	var err error
	switch key = strings.TrimSpace(key); key {
	case "aws_access_key_id":
		p.accessKeyID = value
	case "aws_secret_access_key":
		p.credential.SecretAccessKey = value
	case "aws_session_token":
		p.credential.SessionToken = value
	case "aws_account_id":
		if p.accountID = sigv4.AccountID(value, ""); p.accountID == "" {
			err = fmt.Errorf("aws_account_id %q is not twelve digits", value)
		}
	case "policy":
		p.policy, err = readPolicy(r.file, value)
	case "region", "output":
		// A client's settings, which may stand in the same file.
	default:
		// A policy that is spelled wrong would allow everything.
		err = fmt.Errorf("unknown setting %q", key)
	}
	if err != nil {
		return &ConfigError{"credentials", fmt.Sprintf("%s line %d: %v", r.file, n, err)}
	}
	return nil
}

// finish keeps the profile that ends.
func (r *profileReader) finish() error {
	p := r.current
	switch {
	case p.accessKeyID == "" && p.credential.SecretAccessKey == "" && p.policy == nil:
		return nil
	case p.accessKeyID == "" || p.credential.SecretAccessKey == "":
		return r.problem("profile [%s] needs both aws_access_key_id and aws_secret_access_key", p.name)
	case r.profiles[p.accessKeyID] != nil:
		return r.problem("profiles [%s] and [%s] have the same access key", r.profiles[p.accessKeyID].name, p.name)
	}
	r.profiles[p.accessKeyID] = p
	return nil
}

func readPolicy(credentialsFile, name string) (*policy.Document, error) {
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(credentialsFile), name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, policy.MaxDocument+1))
	if err != nil {
		return nil, err
	}
	document, err := policy.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", name, err)
	}
	return document, nil
}
