package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"postern/internal/server"
	"postern/internal/trace"
)

// startMock starts a server with the example deployed and returns an endpoint
// of it.
func startMock(t *testing.T, c server.Config) (s *server.Server, stage string) {
	t.Helper()
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	s, err := server.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(context.Background()) })
	text, err := os.ReadFile("../../examples/mock/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Deploy(t.Context(), server.Stack{Name: "mock", Template: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	return s, d.Outputs[0].Value + "/production"
}

// follow runs tail and returns its lines, once it follows.
func follow(t *testing.T, s *server.Server, args ...string) *bufio.Scanner {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	root := rootCommand()
	root.SetArgs(append([]string{"tail", "--listen", strings.TrimPrefix(s.URL(), "http://")}, args...))
	out, in := io.Pipe()
	ready, following := io.Pipe()
	root.SetOut(in)
	root.SetErr(following)
	done := make(chan error, 1)
	go func() {
		err := root.ExecuteContext(ctx)
		following.CloseWithError(io.EOF)
		in.Close()
		done <- err
	}()
	t.Cleanup(func() {
		cancel()
		out.Close()
		if err := <-done; err != nil {
			t.Errorf("tail ended: %v", err)
		}
	})
	if line, err := bufio.NewReader(ready).ReadString('\n'); !strings.HasPrefix(line, "Following") {
		t.Fatalf("tail said %q, %v", line, err)
	}
	return bufio.NewScanner(out)
}

func say(t *testing.T, endpoint string, messages ...string) {
	t.Helper()
	c, _, err := websocket.Dial(t.Context(), endpoint, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	for _, m := range messages {
		if err := c.Write(t.Context(), websocket.MessageText, []byte(m)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.Read(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	c.Close(websocket.StatusNormalClosure, "")
}

func TestTail(t *testing.T) {
	s, endpoint := startMock(t, server.Config{})
	lines := follow(t, s, "--route", "message")
	say(t, endpoint, "{\"action\":\"message\",\n\"messageId\":1,\"x\":\"\u009b2J\"}")
	for _, want := range []string{
		`^\d\d:\d\d:\d\d\.\d{3}  MESSAGE  [a-z0-9]+/production  \S{16}  message  [0-9.]+[mµ]s$`,
		`^  {"action":"message",⏎"messageId":1,"x":"·2J"}$`,
		`^  \+\S+  route selection  \$request\.body\.action  message`,
	} {
		if !lines.Scan() || !regexp.MustCompile(want).MatchString(lines.Text()) {
			t.Fatalf("got  %q\nwant %s", lines.Text(), want)
		}
	}
}

func TestTailJSON(t *testing.T) {
	s, endpoint := startMock(t, server.Config{})
	lines := follow(t, s, "-o", "json")
	say(t, endpoint, `{"action":"message","messageId":2}`)
	for _, want := range []string{"CONNECT", "MESSAGE", "DISCONNECT"} {
		var record trace.Record
		if !lines.Scan() || json.Unmarshal(lines.Bytes(), &record) != nil || record.EventType != want || len(record.Steps) == 0 && want != "DISCONNECT" {
			t.Errorf("got %s, want a record of %s", lines.Text(), want)
		}
	}
}

func TestTailRefusals(t *testing.T) {
	credentials := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(credentials, []byte("[a]\naws_access_key_id = AKIA\naws_secret_access_key = s\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, endpoint := startMock(t, server.Config{Auth: server.AuthStrict, Credentials: credentials})
	listen := strings.TrimPrefix(s.URL(), "http://")
	tests := []struct {
		key, secret string
		args        []string
		code        int
		want        string
	}{
		{args: []string{"--listen", listen}, code: exitFailure, want: s.URL() + ": Missing Authentication Token: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"},
		{key: "AKIA", secret: "wrong", args: []string{"--listen", listen}, code: exitFailure, want: "The request signature we calculated does not match"},
		{args: []string{"--listen", listen, "--output", "xml"}, code: exitUsage, want: `"xml" is neither text nor json`},
		{args: []string{"--listen", "127.0.0.1:1"}, code: exitFailure, want: "no server at http://127.0.0.1:1"},
	}
	for _, test := range tests {
		t.Setenv("AWS_ACCESS_KEY_ID", test.key)
		t.Setenv("AWS_SECRET_ACCESS_KEY", test.secret)
		root := rootCommand()
		root.SetArgs(append([]string{"tail"}, test.args...))
		root.SetOut(io.Discard)
		root.SetErr(io.Discard)
		err := root.ExecuteContext(t.Context())
		e, ok := errors.AsType[*exitError](err)
		if !ok || e.code != test.code || !strings.Contains(e.Error(), test.want) {
			t.Errorf("%s %v: %v, want %q", test.key, test.args, err, test.want)
		}
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIA")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "s")
	lines := follow(t, s, "-o", "json")
	say(t, endpoint)
	if !lines.Scan() {
		t.Error("a signed request saw nothing")
	}
}
