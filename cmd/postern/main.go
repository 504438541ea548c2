// Command postern is the WebSocket half of Amazon API Gateway as one binary.
//
// Rules of its output: what a program may want to read goes to stdout, what a
// person should know goes to stderr; colour and prompts only on a terminal;
// one line per problem, naming the flag, file or property.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"postern/internal/server"
)

// version is set by the release build.
var version = "dev"

// Exit codes, the same for every command.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2 // bad flags or settings, a port in use, an unusable data directory
	exitNotFound    = 3
	exitConflict    = 4 // a template or request that the service refused
	exitTimeout     = 5
	exitInterrupted = 130
)

// exitError carries the exit code of a command that failed.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func fail(code int, format string, args ...any) error {
	return &exitError{code, fmt.Errorf(format, args...)}
}

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is main with its surroundings as arguments; tests call it.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if exit, ok := errors.AsType[*exitError](err); ok {
		if exit.err != nil && exit.err.Error() != "" {
			fmt.Fprintln(stderr, "postern:", exit.err)
		}
		return exit.code
	}
	fmt.Fprintln(stderr, "postern:", err)
	if _, ok := errors.AsType[*server.ConfigError](err); ok {
		return exitUsage
	}
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return exitInterrupted
	}
	return exitUsage // cobra's own errors: an unknown flag, command or argument
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "postern",
		Short: "API Gateway WebSocket APIs on your own machine",
		Long: `Postern is the WebSocket half of Amazon API Gateway as one program that you run
yourself. The AWS CLI, SDKs, CDK and Terraform are its user interface:

  postern dev template.yaml        # or: postern serve
  eval "$(postern env)"
  aws cloudformation deploy --template-file template.yaml --stack-name my-stack
  postern connect URL`,
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(
		serveCommand(), devCommand(), envCommand(), connectCommand(),
		tailCommand(), lintCommand(), evalCommand(), renderCommand(), healthCommand(), configCommand(), caCommand(),
	)
	return root
}
