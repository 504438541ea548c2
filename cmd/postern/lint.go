package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"postern/internal/deployment"
	"postern/internal/server"
	"postern/internal/template"
	"postern/vtl"
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

Exit codes: 0 no errors, 2 usage, 4 errors.`,
		Example: `  postern lint template.yaml
  postern lint template.yaml --parameter Stage=test`,
		Args: cobra.ExactArgs(1),
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
	if err := d.check(text); err != nil {
		return &exitError{exitConflict, err}
	}
	t, err := template.Parse(text)
	if err != nil {
		return &exitError{exitConflict, err} // check has parsed it
	}
	d.server, err = server.Offline(ctx, server.Config{})
	if err != nil {
		return &exitError{exitFailure, err}
	}
	defer func() { err = errors.Join(err, d.server.Close(context.WithoutCancel(ctx))) }()
	result, err := d.server.Deploy(ctx, server.Stack{Name: d.stack, Template: string(text), Parameters: parameters})
	if err != nil {
		return &exitError{exitConflict, d.located(t, err)}
	}
	out, count := d.cmd.OutOrStdout(), 0
	for _, apiID := range result.Physical("AWS::ApiGatewayV2::Api") {
		count += d.lintAPI(ctx, out, t, result, apiID)
	}
	switch count {
	case 0:
		fmt.Fprintf(out, "%s: no problems\n", d.file)
	case 1:
		fmt.Fprintf(out, "%s: 1 warning\n", d.file)
	default:
		fmt.Fprintf(out, "%s: %d warnings\n", d.file, count)
	}
	return nil
}

// lintAPI prints the warnings about an API and returns how many there are.
func (d *deployer) lintAPI(ctx context.Context, out io.Writer, t *template.Template, result *server.Deployed, apiID string) int {
	logical := map[string]string{}
	for _, r := range result.Resources {
		logical[r.PhysicalID] = r.LogicalID
	}
	faults, ids := d.server.Draft(ctx, apiID)
	seen := map[string]bool{}
	for _, w := range faults {
		seen[w.String()] = true
	}
	stages := d.server.Stages(ctx, apiID)
	if len(stages) == 0 {
		faults = append(faults, deployment.Warning{Subject: "api " + apiID, Err: errors.New("it has no stage: nobody can connect")})
	}
	for _, stage := range stages {
		for _, w := range stage.Warnings {
			// What an older deployment has as well is said once.
			if !seen[w.String()] {
				seen[w.String()] = true
				faults = append(faults, w)
			}
		}
	}
	name := func(w deployment.Warning) string { return cmp.Or(logical[ids[w.Subject]], w.Subject) }
	slices.SortStableFunc(faults, func(a, b deployment.Warning) int { return line(t, name(a)) - line(t, name(b)) })
	for _, w := range faults {
		id := name(w)
		fmt.Fprintf(out, "%swarning: %s: %s\n", d.place(t, id), id, detail(w))
		if e, ok := errors.AsType[*vtl.Error](w.Err); ok {
			fmt.Fprintln(out, "  "+strings.ReplaceAll(e.Snippet(), "\n", "\n  "))
		}
	}
	return len(faults)
}

// detail is a warning without its subject.
func detail(w deployment.Warning) string {
	text := w.Err.Error()
	if w.Member != "" {
		text = w.Member + ": " + text
	}
	if route, ok := strings.CutPrefix(w.Subject, "route "); ok {
		text = "route " + route + ": " + text
	}
	return text
}

// line is where a resource stands, 0 for what is none.
func line(t *template.Template, logicalID string) int {
	if r := t.Resource(logicalID); r != nil {
		return r.Line
	}
	return 0
}

// place is where a resource stands, "template.yaml:12: ".
func (d *deployer) place(t *template.Template, logicalID string) string {
	if n := line(t, logicalID); n > 0 {
		return fmt.Sprintf("%s:%d: ", d.file, n)
	}
	return d.file + ": "
}

// located adds the place to the error of a resource.
func (d *deployer) located(t *template.Template, err error) error {
	e, ok := errors.AsType[*server.DeployError](err)
	if !ok {
		return fmt.Errorf("%s: %w", d.file, err)
	}
	return fmt.Errorf("%s%w", d.place(t, e.LogicalID), err)
}
