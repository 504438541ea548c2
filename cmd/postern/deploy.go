package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/query"
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
}

// everything is what a template deployed by its owner may make.
var everything = []string{"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"}

// caller is the account and region that dev works in, as a client without any
// settings does.
func (d *deployer) caller() query.Caller {
	scope := apigateway.DefaultScope()
	return query.Caller{AccountID: scope.AccountID, Region: scope.Region}
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
	switch err := d.apply(ctx, string(text), parameters); {
	case err != nil && strings.Contains(err.Error(), "No updates are to be performed"):
		fmt.Fprintf(d.cmd.OutOrStdout(), "stack %s  nothing changed\n", d.stack)
		return nil
	case err != nil:
		return fmt.Errorf("%s: %s", d.file, awserr.Of(err).Message)
	}
	return d.report(ctx, time.Since(start))
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

// apply brings the stack to the template. A stack that a failed creation left
// behind is removed first, as a person would.
func (d *deployer) apply(ctx context.Context, text string, parameters []cloudformation.Parameter) error {
	stacks, caller := d.server.Stacks(), d.caller()
	there, err := stacks.DescribeStacks(ctx, caller, &cloudformation.DescribeStacksInput{StackName: d.stack})
	exists := err == nil
	if exists && there.Stacks[0].StackStatus == "ROLLBACK_COMPLETE" {
		if _, err := stacks.DeleteStack(ctx, caller, &cloudformation.DeleteStackInput{StackName: d.stack}); err != nil {
			return err
		}
		exists = false
	}
	if exists {
		_, err = stacks.UpdateStack(ctx, caller, &cloudformation.UpdateStackInput{
			StackName: d.stack, TemplateBody: text, Parameters: parameters, Capabilities: everything})
	} else {
		_, err = stacks.CreateStack(ctx, caller, &cloudformation.CreateStackInput{
			StackName: d.stack, TemplateBody: text, Parameters: parameters, Capabilities: everything})
	}
	return err
}

// report prints what the stack became, and how to reach it.
func (d *deployer) report(ctx context.Context, took time.Duration) error {
	stacks, caller := d.server.Stacks(), d.caller()
	answer, err := stacks.DescribeStacks(ctx, caller, &cloudformation.DescribeStacksInput{StackName: d.stack})
	if err != nil {
		return err
	}
	s := answer.Stacks[0]
	resources, err := stacks.DescribeStackResources(ctx, caller, &cloudformation.DescribeStackResourcesInput{StackName: d.stack})
	if err != nil {
		return err
	}
	out := d.cmd.OutOrStdout()
	fmt.Fprintf(out, "stack %s  %s  %d resources, %d ms\n", d.stack, s.StackStatus, len(resources.StackResources), took.Milliseconds())
	if !strings.HasSuffix(s.StackStatus, "E_COMPLETE") || strings.Contains(s.StackStatus, "ROLLBACK") {
		return d.failure(ctx, s.StackStatusReason)
	}
	for _, o := range s.Outputs {
		fmt.Fprintf(out, "  %s  %s\n", o.Key, o.Value)
	}
	for _, r := range resources.StackResources {
		if r.ResourceType == "AWS::ApiGatewayV2::Api" {
			d.reportAPI(ctx, r.PhysicalResourceID)
		}
	}
	return nil
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

// failure says which resource failed and why.
func (d *deployer) failure(ctx context.Context, reason string) error {
	events, err := d.server.Stacks().DescribeStackEvents(ctx, d.caller(), &cloudformation.NameInput{StackName: d.stack})
	if err != nil {
		return err
	}
	// Newest first: the first failure of a resource in the latest operation is
	// the last one before the stack's own start.
	for _, e := range events.StackEvents {
		if strings.HasSuffix(e.ResourceStatus, "_FAILED") && e.ResourceStatusReason != "" && !strings.Contains(e.ResourceStatusReason, "cancelled") {
			reason = e.LogicalResourceID + ": " + e.ResourceStatusReason
		}
		if e.LogicalResourceID == d.stack && strings.HasSuffix(e.ResourceStatus, "E_IN_PROGRESS") && e.ResourceStatusReason == "User Initiated" {
			break
		}
	}
	return fmt.Errorf("%s: %s", d.file, reason)
}
