package server

import (
	"strings"
	"testing"

	"postern/internal/service/sts"
	"postern/internal/sigv4"
)

func TestParseCredentials(t *testing.T) {
	const text = "# ours\n[default]\naws_access_key_id=AKIA1\naws_secret_access_key = a=b+c/d==\n\n; and\n[ second ]\n" +
		"region = eu-west-1\noutput = json\naws_access_key_id = AKIA2\naws_secret_access_key = s\naws_session_token = t\naws_account_id = 111111111111\n[empty]\n"
	profiles, err := parseCredentials("f", strings.NewReader(text))
	if err != nil || len(profiles) != 2 {
		t.Fatalf("%v, %v", profiles, err)
	}
	first, second := profiles["AKIA1"], profiles["AKIA2"]
	if first.name != "default" || first.credential != (sigv4.Credential{SecretAccessKey: "a=b+c/d=="}) || first.accountID != "" {
		t.Errorf("%+v", first)
	}
	if second.name != "second" || second.credential != (sigv4.Credential{SecretAccessKey: "s", SessionToken: "t"}) || second.accountID != "111111111111" {
		t.Errorf("%+v", second)
	}
	for text, want := range map[string]string{
		"":                             "f: no profile with an access key",
		"[a]\nkey\n":                   "f line 2: want NAME = VALUE",
		"[a]\naws_account_id = 1\n":    `f line 2: aws_account_id "1" is not twelve digits`,
		"[a]\naws_access_key_id = 1":   "f: profile [a] needs both",
		"[a]\npolicy = none.json":      "f line 2: open none.json: no such file",
		"[a]\nrole_arn = x":            `f line 2: unknown setting "role_arn"`,
		strings.Repeat("x", 100_000):   "f: bufio.Scanner: token too long",
		"[a]\npolicy = /dev/zero\n[b]": "f line 2: policy /dev/zero: policy document is larger than",
	} {
		if _, err := parseCredentials("f", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %s", text, err, want)
		}
	}
}

// Who an access key belongs to, by the mode.
func TestPrincipal(t *testing.T) {
	for _, open := range []bool{true, false} {
		c := &credentials{open: open, issued: sts.New(sts.Options{}), profiles: map[string]*profile{"AKIA": {name: "p", accountID: "111111111111"}}}
		if p := c.principal("AKIA"); p.arn != "arn:aws:iam::111111111111:user/p" || p.accountID != "111111111111" || p.policy != nil {
			t.Errorf("open %v: %+v", open, p)
		}
		// A key that no file names may do everything where all may, and nothing
		// where somebody took it for verified by mistake.
		if p := c.principal("222222222222"); p.accountID != "222222222222" || (p.policy == nil) != open {
			t.Errorf("open %v: %+v", open, p)
		}
		if credential, ok := c.find("222222222222"); ok != open || credential.SecretAccessKey != openSecret {
			t.Errorf("open %v: %+v, %v", open, credential, ok)
		}
	}
}

func FuzzParseCredentials(f *testing.F) {
	f.Add(accounts)
	f.Add("[a]\naws_access_key_id = x\naws_secret_access_key = y")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "policy") {
			t.Skip("opens files")
		}
		profiles, err := parseCredentials("f", strings.NewReader(text))
		if (err == nil) == (len(profiles) == 0) {
			t.Errorf("%d profiles and %v", len(profiles), err)
		}
		for id, p := range profiles {
			if id == "" || p.credential.SecretAccessKey == "" {
				t.Errorf("profile %+v of %q", p, text)
			}
		}
	})
}

func FuzzGuard(f *testing.F) {
	f.Add("https://evil.example", "localhost:4566")
	f.Add("http://[::1]:80", "[::1]")
	g := newGuard(Config{Auth: AuthOpen})
	f.Fuzz(func(t *testing.T, origin, host string) {
		r := call{url: "http://localhost/"}.request(t)
		r.Host = host
		r.Header["Origin"] = []string{origin}
		g.host(host)
		if g.page(r) == "" && origin != "" && !strings.Contains(strings.ToLower(origin), "localhost") && !strings.Contains(origin, "127.") &&
			!strings.Contains(origin, "::1") && !strings.Contains(origin, host) {
			t.Errorf("a page of %q may call %q", origin, host)
		}
	})
}
