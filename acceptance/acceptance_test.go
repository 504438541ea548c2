//go:build acceptance

// Package acceptance drives Postern with the clients that people use: the AWS
// CLI, boto3, the AWS SDK for JavaScript, wscat. run.sh installs them and runs
// the package; the scripts are in testdata, one flow each.
package acceptance

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// binary is the program under test, built as a release is.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "postern")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "postern")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "postern/cmd/postern")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s", out)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func TestClients(t *testing.T) {
	folder, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", filepath.Dir(binary)+string(os.PathListSeparator)+os.Getenv("PATH"))
			env.Setenv("NODE_PATH", os.Getenv("NODE_PATH"))
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("ROOT", filepath.Dir(folder))
			env.Setenv("DIALOG", filepath.Join(folder, "dialog.py"))
			for _, v := range []string{"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_DEFAULT_REGION=us-east-1", "AWS_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER="} {
				name, value, _ := strings.Cut(v, "=")
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"server": startServer,
			"kill":   killServer,
			"output": output,
			"within": within,
		},
	})
}

type servers struct{ cmd *exec.Cmd }

// startServer is "server [COMMAND] FLAGS...": it starts postern on a free port,
// waits for Ready. and sets AWS_ENDPOINT_URL.
func startServer(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		args = append([]string{"serve"}, args...)
	}
	cmd := exec.Command(binary, append(args, "--listen", "localhost:0")...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() { stop(cmd) })
	ready := make(chan string, 1)
	go func() {
		var url string
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			for word := range strings.FieldsSeq(lines.Text()) {
				if url == "" && strings.HasPrefix(word, "http://") {
					url = word
				}
			}
			if lines.Text() == "Ready." {
				ready <- url
			}
		}
	}()
	select {
	case url := <-ready:
		ts.Setenv("AWS_ENDPOINT_URL", url)
		ts.Setenv("SERVER_PID", fmt.Sprint(cmd.Process.Pid))
	case <-time.After(10 * time.Second):
		ts.Fatalf("the server was not ready within 10 seconds")
	}
}

func stop(cmd *exec.Cmd) {
	cmd.Process.Signal(os.Interrupt)
	done := make(chan struct{})
	go func() { cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		cmd.Process.Kill()
		<-done
	}
}

// killServer ends the server as a crash would.
func killServer(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(exec.Command("kill", "-9", ts.Getenv("SERVER_PID")).Run())
}

// output is "output NAME COMMAND...": it keeps what the command prints, without
// the last newline, in a variable.
func output(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: output NAME COMMAND...")
	}
	ts.Check(ts.Exec(args[1], args[2:]...))
	ts.Setenv(args[0], strings.TrimRight(ts.ReadFile("stdout"), "\n"))
}

// within is "within DURATION COMMAND...": the command must succeed in time.
func within(ts *testscript.TestScript, _ bool, args []string) {
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	start := time.Now()
	err = ts.Exec(args[1], args[2:]...)
	if err != nil {
		ts.Fatalf("%v\n%s", err, bytes.TrimSpace([]byte(ts.ReadFile("stderr"))))
	}
	if took := time.Since(start); took > limit {
		ts.Fatalf("%s took %v, more than %v", args[1], took, limit)
	}
}
