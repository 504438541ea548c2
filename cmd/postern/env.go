package main

import (
	"fmt"
	"net"
	"os"

	"github.com/spf13/cobra"

	"postern/internal/server"
)

// endpointOf returns the URL at which a client on this machine reaches the
// server that the given --listen or POSTERN_LISTEN describes.
func endpointOf(cmd *cobra.Command) (string, error) {
	listen := value(cmd, "listen")
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", &server.ConfigError{Setting: "listen", Problem: fmt.Sprintf("%q is not HOST:PORT", listen)}
	}
	if host == "" || net.ParseIP(host).IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port), nil
}

func addListen(cmd *cobra.Command) {
	cmd.Flags().String("listen", server.DefaultListen, "address of the server, HOST:PORT ($POSTERN_LISTEN)")
}

func envCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "env",
		Short: `Print shell lines that point AWS tools at Postern: eval "$(postern env)"`,
		Long: `Prints export lines for AWS_ENDPOINT_URL, a region and credentials. Variables
that are already set, except the endpoint, are kept.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			endpoint, err := endpointOf(cmd)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "export AWS_ENDPOINT_URL=%s\n", endpoint)
			for _, v := range [][2]string{
				{"AWS_ACCESS_KEY_ID", "test"}, {"AWS_SECRET_ACCESS_KEY", "test"},
				{"AWS_DEFAULT_REGION", "us-east-1"}, {"AWS_REGION", "us-east-1"},
				{"AWS_EC2_METADATA_DISABLED", "true"},
			} {
				if os.Getenv(v[0]) == "" {
					fmt.Fprintf(cmd.OutOrStdout(), "export %s=%s\n", v[0], v[1])
				}
			}
			return nil
		},
	}
	addListen(cmd)
	return cmd
}
