package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"postern/internal/server"
	"postern/internal/service/cloudformation"
	"postern/internal/template"
)

// deployer puts the template of a file on a server and says how that went.
type deployer struct {
	cmd        *cobra.Command
	server     *server.Server
	file       string
	stack      string
	parameters []string // NAME=VALUE
	reported   bool     // that the stack is there, and where
}

// deploy creates or updates the stack. Nothing to do is fine.
func (d *deployer) deploy(ctx context.Context) error {
	start := time.Now()
	text, err := os.ReadFile(d.file)
	if err != nil {
		return pathless(err, d.file)
	}
	parameters, err := d.parameterList()
	if err != nil {
		return err
	}
	result, err := d.server.Deploy(ctx, server.Stack{Name: d.stack, Template: string(text), Parameters: parameters})
	if err != nil {
		return d.located(text, err)
	}
	t, err := template.Parse(text)
	if err != nil {
		return fmt.Errorf("%s: %w", d.file, err) // the server has parsed it
	}
	if result.Unchanged {
		fmt.Fprintf(d.cmd.OutOrStdout(), "stack %s  nothing changed\n", d.stack)
	}
	if !result.Unchanged || !d.reported {
		d.report(ctx, t, result, time.Since(start))
	}
	d.reported = true
	return nil
}

// located words an error with its place: the line with a caret, or where the
// resource at fault begins.
func (d *deployer) located(text []byte, err error) error {
	e, ok := errors.AsType[*server.DeployError](err)
	lines := strings.Split(string(text), "\n")
	switch {
	case !ok || e.Line == 0 || e.Line > len(lines):
		return fmt.Errorf("%s: %w", d.file, err)
	case e.Column == 0:
		return fmt.Errorf("%s:%d: %w", d.file, e.Line, err)
	}
	line := strings.TrimRight(lines[e.Line-1], "\r")
	return fmt.Errorf("%s:%d:%d: %w\n  %s\n  %s^", d.file, e.Line, e.Column, err, line, strings.Repeat(" ", max(0, e.Column-1)))
}

func (d *deployer) parameterList() ([]cloudformation.Parameter, error) {
	var list []cloudformation.Parameter
	for _, p := range d.parameters {
		name, value, ok := strings.Cut(p, "=")
		if !ok {
			return nil, fail(exitUsage, "--parameter %q is not NAME=VALUE", p)
		}
		list = append(list, cloudformation.Parameter{ParameterKey: name, ParameterValue: &value})
	}
	return list, nil
}

// report prints what the stack became, and how to reach it.
func (d *deployer) report(ctx context.Context, t *template.Template, result *server.Deployed, took time.Duration) {
	out := d.cmd.OutOrStdout()
	fmt.Fprintf(out, "stack %s  %s  %d resources, %d ms\n", d.stack, result.Status, len(result.Resources), took.Milliseconds())
	for _, o := range result.Outputs {
		fmt.Fprintf(out, "  %s  %s\n", o.Key, o.Value)
	}
	for _, id := range result.Physical("AWS::ApiGatewayV2::Api") {
		for _, stage := range d.server.Stages(ctx, id) {
			fmt.Fprintf(out, "  postern connect %s/%s\n", d.server.Endpoint(id), stage.Name)
		}
	}
	d.warn(ctx, t, result)
}
