//go:build acceptance

// Package acceptance drives Postern with the clients that people use: the AWS
// CLI, boto3, the AWS SDK for JavaScript, wscat, a browser, the CDK. run.sh
// installs them and runs the package; the scripts are in testdata, one flow
// each, and README.md says what each proves.
package acceptance

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

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

// environment is what a shell has in which "postern env" was evaluated, and
// what keeps clients from calling home.
var environment = []string{
	"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_DEFAULT_REGION=us-east-1", "AWS_REGION=us-east-1",
	"AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER=",
	"CDK_DISABLE_CLI_TELEMETRY=true", "CDK_DISABLE_VERSION_CHECK=true", "NO_COLOR=1",
}

func TestClients(t *testing.T) {
	folder, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("POSTERN_ACCEPTANCE_UPDATE") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", filepath.Dir(binary)+string(os.PathListSeparator)+os.Getenv("PATH"))
			// client.js is there as "client".
			env.Setenv("NODE_PATH", os.Getenv("NODE_PATH")+string(os.PathListSeparator)+folder)
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("ROOT", filepath.Dir(folder))
			env.Setenv("DIALOG", filepath.Join(folder, "dialog.py"))
			for _, v := range environment {
				name, value, _ := strings.Cut(v, "=")
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"server": startServer,
			"crash":  killServer,
			"start":  startProgram,
			"finish": finishProgram,
			"output": output,
			"within": within,
			"await":  await,
		},
	})
}
