package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"postern/internal/server"
)

func serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server",
		Long: `Runs the server until it is interrupted: the control plane (CloudFormation,
apigatewayv2), the WebSocket endpoints and @connections, all on one port that
speaks HTTP, HTTPS, WS and WSS. "Ready." is printed once it answers.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withServer(cmd, func(ctx context.Context, s *server.Server) error {
				fmt.Fprintln(cmd.OutOrStdout(), "Ready.")
				<-ctx.Done()
				return nil
			})
		},
	}
	addSettings(cmd)
	addLimits(cmd)
	return cmd
}

// withServer starts a server, says where it is and runs body with it. Ending
// by a signal is a success.
func withServer(cmd *cobra.Command, body func(context.Context, *server.Server) error) error {
	config, err := readSettings(cmd)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	s, err := server.Start(ctx, config)
	if err != nil {
		if _, ok := errors.AsType[*server.ConfigError](err); ok {
			return err
		}
		return &exitError{exitUsage, err}
	}
	greet(cmd.OutOrStdout(), s, config)
	err = body(ctx, s)
	// The signal has cancelled ctx; the connections still get their leave.
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, s.Close(closing))
}

func greet(out io.Writer, s *server.Server, config server.Config) {
	kept := "in memory"
	switch {
	case config.Data != "":
		kept = "in " + config.Data
	case config.NATS != "":
		kept = "in NATS at " + config.NATS
	}
	release := version
	if version == unreleased {
		release = "(development build)" // not to be read as the command dev
	}
	fmt.Fprintf(out, "postern %s  %s  configuration %s, up to %d connections\n", release, s.URL(), kept, s.MaxConnections())
}

func caCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ca",
		Short: "Print the certificate of the local authority, for clients to trust",
		Long: `Prints the PEM certificate that signs the server's https and wss certificates.
The server makes it once in its data directory (--data); one that keeps nothing
makes a new one at every start and shows it at /_postern/ca.pem.`,
		Example: `  postern ca --data ./data > postern-ca.pem && export NODE_EXTRA_CA_CERTS=$PWD/postern-ca.pem`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			data := value(cmd, "data")
			if data == "" {
				return &server.ConfigError{Setting: "data", Problem: "is needed: without a data directory the certificate lives as long as the server, see /_postern/ca.pem"}
			}
			pem, err := server.CertificateAuthority(data)
			if err != nil {
				return &server.ConfigError{Setting: "data", Problem: err.Error()}
			}
			_, err = cmd.OutOrStdout().Write(pem)
			return err
		},
	}
	addSettings(cmd, "data")
	return cmd
}
