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
var version = unreleased

// unreleased is the version of what no release build made.
const unreleased = "dev"

// Exit codes, the same for every command. Those that run until a signal comes
// end with exitOK then.
const (
	exitOK          = 0
	exitFailure     = 1   // no server, a refused or closed connection, another reply than expected, a faulty mapping template
	exitUsage       = 2   // bad flags or settings, a file that cannot be read, a port in use, an unusable data directory
	exitRefused     = 4   // a template that the service refuses
	exitTimeout     = 5   // an expected reply did not come
	exitInterrupted = 130 // a signal came before the work was done
)

// exitError carries the exit code of a command that failed, and why if there is
// anything to say.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

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
		if exit.Error() != "" {
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

// oneArgument is for commands that take just that.
func oneArgument(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return fail(exitUsage, "%s is missing: postern %s", name, cmd.Use)
		case len(args) > 1:
			return fail(exitUsage, "%s takes one %s: %q is one too many", cmd.Name(), name, args[1])
		}
		return nil
	}
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
