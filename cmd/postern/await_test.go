package main

import (
	"bufio"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// await is "await COMMAND ARGS...": it starts postern in the background, waits
// for "Ready." and sets URL to the address that it printed, and ENDPOINT to the
// first ws:// word. The process is ended with the script.
func await(ts *testscript.TestScript, _ bool, args []string) {
	path, err := exec.LookPath("postern")
	if err != nil {
		path = filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], "postern")
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(cmd.Environ(), "TMPDIR="+ts.Getenv("TMPDIR"))
	stdout, err := cmd.StdoutPipe()
	ts.Check(err)
	stderr := &strings.Builder{}
	cmd.Stderr = stderr
	ts.Check(cmd.Start())
	ts.Defer(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	ready := make(chan bool, 1)
	go func() {
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			for word := range strings.FieldsSeq(lines.Text()) {
				switch {
				case strings.HasPrefix(word, "http://") && ts.Getenv("URL") == "":
					ts.Setenv("URL", word)
					ts.Setenv("LISTEN", strings.TrimPrefix(word, "http://"))
				case strings.HasPrefix(word, "ws://"):
					ts.Setenv("ENDPOINT", word)
				}
			}
			if lines.Text() == "Ready." {
				ready <- true
			}
		}
		ready <- false
	}()
	select {
	case ok := <-ready:
		if !ok {
			ts.Fatalf("postern ended: %s", stderr)
		}
	case <-time.After(20 * time.Second):
		ts.Fatalf("postern was not ready in 20 seconds: %s", stderr)
	}
}
