package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The codes that the README promises.
func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.yaml")
	if err := os.WriteFile(broken, []byte("Resources: {}"), 0o600); err != nil {
		t.Fatal(err)
	}
	faulty := filepath.Join(dir, "faulty.vtl")
	if err := os.WriteFile(faulty, []byte("#if(1"), 0o600); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(dir, "missing")
	for _, test := range []struct {
		args string
		want int
	}{
		{"env", exitOK},
		{"health --listen 127.0.0.1:1", exitFailure},
		{"tail --listen 127.0.0.1:1", exitFailure},
		{"connect 127.0.0.1:1", exitFailure},
		{"render " + faulty, exitFailure},
		{"bogus", exitUsage},
		{"connect", exitUsage},
		{"serve --bogus", exitUsage},
		{"dev " + missing, exitUsage},
		{"lint " + missing, exitUsage},
		{"render " + missing, exitUsage},
		{"ca --data " + missing, exitUsage},
		{"serve --listen 127.0.0.1:0 --data " + broken, exitUsage},
		{"lint " + broken, exitRefused},
		{"dev --listen 127.0.0.1:0 " + broken, exitRefused},
	} {
		if got := run(strings.Fields(test.args), strings.NewReader(""), io.Discard, io.Discard); got != test.want {
			t.Errorf("%s: %d, want %d", test.args, got, test.want)
		}
	}
}

// A server that is told to end has done its work.
func TestServeEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	root := rootCommand()
	root.SetArgs([]string{"serve", "--listen", "127.0.0.1:0"})
	out, in := io.Pipe()
	root.SetOut(in)
	done := make(chan error, 1)
	go func() {
		err := root.ExecuteContext(ctx)
		in.Close()
		done <- err
	}()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "postern dev") {
			t.Errorf("the version reads as a command: %s", lines.Text())
		}
		if lines.Text() == "Ready." {
			cancel()
		}
	}
	if err := <-done; err != nil {
		t.Errorf("serve ended with %v", err)
	}
}
