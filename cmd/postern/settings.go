package main

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"postern/internal/server"
)

// A setting is a flag of the server and, as POSTERN_NAME, an environment
// variable. The order is flag, environment, default.
type setting struct {
	name, fallback, usage string
}

var settings = []setting{
	{name: "listen", fallback: server.DefaultListen, usage: "address to listen on, HOST:PORT; localhost is 127.0.0.1 and [::1]"},
	{name: "data", usage: "directory that keeps the configuration over restarts (default: memory)"},
	{name: "nats", usage: "URL of a NATS cluster that keeps the configuration instead"},
	{name: "public-url", usage: "URL under which clients reach the server, for printed endpoints"},
	{name: "auth", usage: "open (any credentials) or strict (verified signatures); default open on loopback"},
	{name: "credentials", usage: "file of access keys, in the form of the AWS credentials file"},
	{name: "tls-cert", usage: "PEM certificate (default: a local authority signs)"},
	{name: "tls-key", usage: "PEM key of --tls-cert"},
	{name: "log-level", fallback: "info", usage: "debug, info, warn or error"},
	{name: "log-format", fallback: "text", usage: "text or json"},
}

func (s setting) variable() string {
	return "POSTERN_" + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
}

// addSettings declares the server's flags on a command.
func addSettings(cmd *cobra.Command) {
	for _, s := range settings {
		cmd.Flags().String(s.name, s.fallback, s.usage+" ($"+s.variable()+")")
	}
}

// value returns a setting and where it comes from.
func (s setting) value(flags *pflag.FlagSet) (value, origin string) {
	if f := flags.Lookup(s.name); f != nil && f.Changed {
		return f.Value.String(), "flag"
	}
	if v, ok := os.LookupEnv(s.variable()); ok {
		return v, "environment"
	}
	return s.fallback, "default"
}

// readSettings makes the server's configuration of flags and environment.
func readSettings(cmd *cobra.Command) (server.Config, error) {
	v := map[string]string{}
	for _, s := range settings {
		v[s.name], _ = s.value(cmd.Flags())
	}
	logger, err := newLogger(cmd, v["log-level"], v["log-format"])
	if err != nil {
		return server.Config{}, err
	}
	return server.Config{
		Listen: v["listen"], Data: v["data"], NATS: v["nats"], PublicURL: v["public-url"],
		Auth: v["auth"], Credentials: v["credentials"], TLSCert: v["tls-cert"], TLSKey: v["tls-key"],
		Logger: logger, Version: version,
	}, nil
}

func newLogger(cmd *cobra.Command, level, format string) (*slog.Logger, error) {
	var l slog.Level
	if os.Getenv("DEBUG") == "1" && !cmd.Flags().Changed("log-level") {
		level = "debug"
	}
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, &server.ConfigError{Setting: "log-level", Problem: fmt.Sprintf("%q is none of debug, info, warn, error", level)}
	}
	options := &slog.HandlerOptions{Level: l}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(cmd.ErrOrStderr(), options)), nil
	}
	return nil, &server.ConfigError{Setting: "log-format", Problem: fmt.Sprintf("%q is neither text nor json", format)}
}

func configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Print every setting with its value and where that comes from",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "SETTING\tVALUE\tORIGIN\tVARIABLE")
			for _, s := range settings {
				value, origin := s.value(cmd.Flags())
				fmt.Fprintf(w, "--%s\t%s\t%s\t%s\n", s.name, value, origin, s.variable())
			}
			return w.Flush()
		},
	}
	addSettings(cmd)
	return cmd
}
