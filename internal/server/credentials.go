package server

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"postern/internal/sigv4"
)

// openSecret is the secret of every access key in open mode that the
// credentials file does not name, for the few signatures that are checked
// there.
const openSecret = "test"

// credentials are the access keys that may sign.
type credentials struct {
	keys map[string]sigv4.Credential
	open bool
}

// find implements sigv4.Verifier's lookup.
func (c *credentials) find(accessKeyID string) (sigv4.Credential, bool) {
	if k, ok := c.keys[accessKeyID]; ok {
		return k, true
	}
	return sigv4.Credential{SecretAccessKey: openSecret}, c.open
}

// loadCredentials reads the file that the configuration names, if it does.
func loadCredentials(c Config) (*credentials, error) {
	keys := &credentials{open: c.Auth == AuthOpen}
	if c.Credentials == "" {
		return keys, nil
	}
	var err error
	keys.keys, err = readCredentials(c.Credentials)
	return keys, err
}

// readCredentials reads a file in the form of the AWS credentials file:
// profiles in brackets with aws_access_key_id and aws_secret_access_key.
func readCredentials(name string) (map[string]sigv4.Credential, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, &ConfigError{"credentials", err.Error()}
	}
	defer f.Close()
	keys := map[string]sigv4.Credential{}
	var profile, id, secret, token string
	finish := func() error {
		switch {
		case id == "" && secret == "":
			return nil
		case id == "" || secret == "":
			return &ConfigError{"credentials", fmt.Sprintf("%s: profile [%s] needs both aws_access_key_id and aws_secret_access_key", name, profile)}
		}
		keys[id] = sigv4.Credential{SecretAccessKey: secret, SessionToken: token}
		id, secret, token = "", "", ""
		return nil
	}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		if line[0] == '[' {
			if err := finish(); err != nil {
				return nil, err
			}
			profile = strings.Trim(line, "[]")
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, &ConfigError{"credentials", fmt.Sprintf("%s line %d: want NAME = VALUE", name, n)}
		}
		switch value = strings.TrimSpace(value); strings.TrimSpace(key) {
		case "aws_access_key_id":
			id = value
		case "aws_secret_access_key":
			secret = value
		case "aws_session_token":
			token = value
		}
	}
	if err := lines.Err(); err != nil {
		return nil, &ConfigError{"credentials", fmt.Sprintf("%s: %v", name, err)}
	}
	if err := finish(); err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, &ConfigError{"credentials", name + ": no profile with an access key"}
	}
	return keys, nil
}
