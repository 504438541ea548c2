package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"postern/internal/eval"
	"postern/vtl"
)

func evalCommand() *cobra.Command {
	var profile string
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Render templates given as JSON lines, for programs",
		Long: `Reads one case a line from standard input and answers each with one line:

  {"id", "template", "body", "params", "context", "stageVariables"}
      -> {"id", "output"} or {"id", "error", "message", "line", "column"}

A case {"id", "path", "document"} is a JSONPath, answered with {"id", "result"}
or {"id", "error", "message", "column"}; --jsonpath says so for readers, the
cases are told apart by their members.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := profileOf(profile)
			if err != nil {
				return err
			}
			if err := eval.Lines(cmd.InOrStdin(), cmd.OutOrStdout(), eval.Options{Profile: p}); err != nil {
				return fail(exitFailure, "%v", err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&profile, "profile", "aws", "aws (as API Gateway) or stock (as Velocity 1.7 alone)")
	cmd.Flags().Bool("jsonpath", false, "the cases are JSONPaths")
	return cmd
}

func profileOf(name string) (vtl.Profile, error) {
	switch name {
	case "aws":
		return vtl.AWS, nil
	case "stock":
		return vtl.Stock, nil
	}
	return 0, fail(exitUsage, "--profile %q is neither aws nor stock", name)
}

// renderOptions are the flags of render.
type renderOptions struct{ body, params, context, stageVariables, profile string }

func renderCommand() *cobra.Command {
	var o renderOptions
	cmd := &cobra.Command{
		Use:   "render TEMPLATE",
		Short: "Render a mapping template and show where every value came from",
		Long: `Renders the template in the file TEMPLATE ("-" is standard input) as API Gateway
would. The output goes to standard output, and to standard error each reference
with the value it had; a mistake is shown with its line and a caret, exit code 1.`,
		Example: `  postern render request.vtl --body '{"messageId": 1}'
  postern render request.vtl --body @message.json --context '{"connectionId": "abc="}'`,
		Args: oneArgument("TEMPLATE"),
		RunE: func(cmd *cobra.Command, args []string) error { return render(cmd, args[0], o) },
	}
	f := cmd.Flags()
	f.StringVarP(&o.body, "body", "b", "", "the message, $input; @FILE reads a file")
	f.StringVar(&o.params, "params", "", `JSON of {"path", "querystring", "header"}, each a map`)
	f.StringVar(&o.context, "context", "", "JSON of $context")
	f.StringVar(&o.stageVariables, "stage-variables", "", "JSON of $stageVariables")
	f.StringVar(&o.profile, "profile", "aws", "aws or stock")
	return cmd
}

func render(cmd *cobra.Command, file string, o renderOptions) error {
	profile, err := profileOf(o.profile)
	if err != nil {
		return err
	}
	text, err := readArgument(cmd, file)
	if err != nil {
		return err
	}
	body := []byte(o.body)
	if len(body) > 1 && body[0] == '@' {
		if body, err = readArgument(cmd, o.body[1:]); err != nil {
			return err
		}
	}
	// A case as a line of eval has it: one reader for both.
	members := map[string]any{"template": string(text), "body": string(body)}
	for _, m := range []struct{ name, flag, value string }{
		{"params", "params", o.params}, {"context", "context", o.context}, {"stageVariables", "stage-variables", o.stageVariables},
	} {
		if m.value == "" {
			continue
		}
		if !json.Valid([]byte(m.value)) {
			return fail(exitUsage, "--%s is not JSON: %s", m.flag, m.value)
		}
		members[m.name] = json.RawMessage(m.value)
	}
	line, err := json.Marshal(members)
	if err != nil {
		return err
	}
	c, err := eval.ParseCase(line)
	if err != nil {
		return fail(exitUsage, "%v", err)
	}
	err = eval.Render(cmd.OutOrStdout(), cmd.ErrOrStderr(), c, eval.Options{Profile: profile})
	if errors.Is(err, eval.ErrTemplate) {
		return &exitError{exitFailure, errors.New("")}
	}
	return err
}

// readArgument reads the file that an argument names, or standard input.
func readArgument(cmd *cobra.Command, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(cmd.InOrStdin())
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fail(exitUsage, "%v", err)
	}
	return text, nil
}
