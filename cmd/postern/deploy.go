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
	if err := d.check(text); err != nil {
		return err
	}
	parameters, err := d.parameterList()
	if err != nil {
		return err
	}
	result, err := d.server.Deploy(ctx, server.Stack{Name: d.stack, Template: string(text), Parameters: parameters})
	if err != nil {
		return fmt.Errorf("%s: %w", d.file, err)
	}
	if result.Unchanged {
		fmt.Fprintf(d.cmd.OutOrStdout(), "stack %s  nothing changed\n", d.stack)
	}
	if !result.Unchanged || !d.reported {
		d.report(ctx, result, time.Since(start))
	}
	d.reported = true
	return nil
}

// check shows where a template is wrong, which the service's own answer, being
// AWS's, does not say.
func (d *deployer) check(text []byte) error {
	t, err := template.Parse(text)
	if err == nil {
		err = t.Validate()
	}
	e, ok := errors.AsType[*template.Error](err)
	if !ok {
		return err
	}
	if e.Line == 0 {
		return fmt.Errorf("%s: %s", d.file, e.Message)
	}
	message := fmt.Sprintf("%s:%d:%d: %s", d.file, e.Line, e.Column, e.Message)
	if e.Detail != "" {
		message += ": " + e.Detail
	}
	lines := strings.Split(string(text), "\n")
	if e.Line > len(lines) {
		return errors.New(message)
	}
	line := strings.TrimRight(lines[e.Line-1], "\r")
	return fmt.Errorf("%s\n  %s\n  %s^", message, line, strings.Repeat(" ", max(0, e.Column-1)))
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
func (d *deployer) report(ctx context.Context, result *server.Deployed, took time.Duration) {
	out := d.cmd.OutOrStdout()
	fmt.Fprintf(out, "stack %s  %s  %d resources, %d ms\n", d.stack, result.Status, len(result.Resources), took.Milliseconds())
	for _, o := range result.Outputs {
		fmt.Fprintf(out, "  %s  %s\n", o.Key, o.Value)
	}
	for _, id := range result.Physical("AWS::ApiGatewayV2::Api") {
		d.reportAPI(ctx, id)
	}
}

// reportAPI prints a connect line for every stage of an API, and what will go
// wrong on it at run time.
func (d *deployer) reportAPI(ctx context.Context, apiID string) {
	out := d.cmd.OutOrStdout()
	for _, stage := range d.server.Stages(ctx, apiID) {
		fmt.Fprintf(out, "  postern connect %s/%s\n", d.server.Endpoint(apiID), stage.Name)
		for _, w := range stage.Warnings {
			fmt.Fprintf(out, "  warning: %s\n", w)
		}
	}
}
