package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"postern/internal/server"
	"postern/internal/template"
)

func lintCommand() *cobra.Command {
	var parameters []string
	cmd := &cobra.Command{
		Use:   "lint TEMPLATE",
		Short: "Say what is wrong with a CloudFormation template, without a server",
		Long: `Deploys the template to a server in memory that nobody can reach, with the
defaults of its parameters, and compiles every API in it. What AWS would refuse is
an error. What AWS takes and clients then suffer from is a warning: a route
without a target, a mapping template that does not parse, a reply that goes
nowhere.

Exit codes: 0 no errors, 2 usage or a file that cannot be read, 4 errors.`,
		Example: `  postern lint template.yaml
  postern lint template.yaml --parameter Stage=test`,
		Args: oneArgument("TEMPLATE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			d := &deployer{cmd: cmd, file: args[0], stack: stackName(args[0]), parameters: parameters}
			return d.lint(cmd.Context())
		},
	}
	cmd.Flags().StringArrayVar(&parameters, "parameter", nil, "template parameter NAME=VALUE; repeat for more")
	return cmd
}

// lint prints what is wrong with the template.
func (d *deployer) lint(ctx context.Context) (err error) {
	text, err := os.ReadFile(d.file)
	if err != nil {
		return &exitError{exitUsage, pathless(err, d.file)}
	}
	parameters, err := d.parameterList()
	if err != nil {
		return err
	}
	d.server, err = server.Offline(ctx, server.Config{})
	if err != nil {
		return &exitError{exitFailure, err}
	}
	defer func() { err = errors.Join(err, d.server.Close(context.WithoutCancel(ctx))) }()
	result, err := d.server.Deploy(ctx, server.Stack{Name: d.stack, Template: string(text), Parameters: parameters})
	if err != nil {
		return &exitError{exitRefused, d.located(text, err)}
	}
	t, err := template.Parse(text)
	if err != nil {
		return &exitError{exitRefused, fmt.Errorf("%s: %w", d.file, err)} // the server has parsed it
	}
	out := d.cmd.OutOrStdout()
	switch count := d.warn(ctx, t, result); count {
	case 0:
		fmt.Fprintf(out, "%s: no problems\n", d.file)
	case 1:
		fmt.Fprintf(out, "%s: 1 warning\n", d.file)
	default:
		fmt.Fprintf(out, "%s: %d warnings\n", d.file, count)
	}
	return nil
}
