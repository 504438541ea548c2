package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/spf13/cobra"

	"postern/internal/server"
	"postern/internal/service/cloudformation"
)

func devCommand() *cobra.Command {
	var stack string
	var parameters []string
	cmd := &cobra.Command{
		Use:   "dev TEMPLATE",
		Short: "Run the server with a CloudFormation template deployed",
		Long: `Starts a server (the flags are those of serve), deploys the template, prints the
endpoints with a ready-made line to connect, and deploys again whenever the file
is saved. Connections stay open over that: they meet the new deployment with
their next message.`,
		Example: `  postern dev examples/mock/template.yaml
  postern dev template.yaml --parameter Stage=test --data ./data`,
		Args: oneArgument("TEMPLATE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			d := &deployer{cmd: cmd, file: args[0], stack: stack, parameters: parameters}
			if d.stack == "" {
				d.stack = stackName(args[0])
			}
			if !cloudformation.IsStackName(d.stack) {
				return fail(exitUsage, "--stack-name: %q is no name of a stack: a letter, then letters, digits and hyphens, at most 128", d.stack)
			}
			if _, err := os.Stat(args[0]); err != nil {
				return fail(exitUsage, "%v", pathless(err, args[0]))
			}
			return withServer(cmd, d.run)
		},
	}
	cmd.Flags().StringVar(&stack, "stack-name", "", "name of the stack (default: made of the file's name)")
	cmd.Flags().StringArrayVar(&parameters, "parameter", nil, "template parameter NAME=VALUE; repeat for more")
	addSettings(cmd)
	addLimits(cmd)
	return cmd
}

// pathless words a file error with the name as it was given.
func pathless(err error, name string) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		err = p.Err
	}
	return fmt.Errorf("%s: %w", name, err)
}

var notInName = regexp.MustCompile(`[^a-zA-Z0-9]+`)

// stackName makes a stack name of a file name: template.yaml in the folder
// chat becomes chat, my-api.yaml becomes my-api.
func stackName(file string) string {
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	if name == "template" {
		if abs, err := filepath.Abs(file); err == nil {
			name = filepath.Base(filepath.Dir(abs))
		}
	}
	name = strings.Trim(notInName.ReplaceAllString(name, "-"), "-")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = "stack-" + name
	}
	return name[:min(len(name), maxStackName)]
}

// maxStackName is how long the name of a stack may be.
const maxStackName = 128

// run deploys once, which must succeed, and then at every save, which need not.
func (d *deployer) run(ctx context.Context, s *server.Server) error {
	d.server = s
	if err := d.deploy(ctx); err != nil {
		return &exitError{exitRefused, err}
	}
	fmt.Fprintln(d.cmd.OutOrStdout(), "Ready.")
	return d.watch(ctx)
}

// settle is how long a file must be left alone before it is read: editors
// write in several steps.
const settle = 50 * time.Millisecond

// watch deploys whenever the file changes. The folder is watched rather than
// the file, since many editors put a new file in the old one's place.
func (d *deployer) watch(ctx context.Context) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fail(exitFailure, "watch %s: %v", d.file, err)
	}
	defer w.Close()
	if err := w.Add(filepath.Dir(d.file)); err != nil {
		return fail(exitFailure, "watch %s: %v", d.file, err)
	}
	var due <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-w.Events:
			if filepath.Base(e.Name) == filepath.Base(d.file) && !e.Has(fsnotify.Chmod) {
				due = time.After(settle)
			}
		case err := <-w.Errors:
			fmt.Fprintf(d.cmd.ErrOrStderr(), "watch %s: %v\n", d.file, err)
		case <-due:
			due = nil
			if err := d.deploy(ctx); err != nil && ctx.Err() == nil {
				fmt.Fprintf(d.cmd.ErrOrStderr(), "%v\nthe deployment before this one stays\n", err)
			}
		}
	}
}
