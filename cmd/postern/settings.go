package main

import (
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"postern/internal/compat"
	"postern/internal/server"
)

// A setting is a flag of the server and, as POSTERN_NAME, an environment
// variable. The order is flag, environment, default. A repeatable one may be
// given several times, and holds commas between its values in the environment.
type setting struct {
	name, fallback, usage string
	repeatable            bool
}

var settings = []setting{
	{name: "listen", fallback: server.DefaultListen, usage: "address to listen on, HOST:PORT; localhost is 127.0.0.1 and [::1]"},
	{name: "data", usage: "directory that keeps the configuration over restarts (default: memory)"},
	{name: "nats", usage: "URL of a NATS cluster that keeps the configuration instead"},
	{name: "public-url", usage: "URL under which clients reach the server, for printed endpoints"},
	{name: "auth", usage: "open (any credentials) or strict (verified signatures); default open on loopback"},
	{name: "credentials", usage: "file of access keys, in the form of the AWS credentials file, each with an optional policy = FILE"},
	{name: "endpoint", repeatable: true, usage: "SERVICE=URL, the address of another AWS-compatible service; repeat for more"},
	{name: "vpc-link", repeatable: true, usage: "ID=HOST:PORT, the address behind a VPC link; repeat for more"},
	{name: "access-log", usage: "FILE for a copy of the access logs of all stages, - for standard output"},
	{name: "execution-log", usage: "FILE for a copy of the execution logs of all routes that have a logging level, - for standard output"},
	{name: "account-limits", fallback: "none", usage: "none, or aws: throttle as an AWS account is (10,000 events and 500 new connections a second)"},
	{name: "limit", repeatable: true, usage: "NAME=VALUE, another limit than AWS's, such as idle-timeout=1m, see below; repeat for more"},
	{name: "compat", repeatable: true, usage: "NAME=VALUE, another answer to a guess about AWS, see docs/compatibility.md; repeat for more"},
	{name: "certificate", repeatable: true, usage: "CERT=KEY, the PEM files of a custom domain name; repeat for more"},
	{name: "tls-cert", usage: "PEM certificate (default: a local authority signs)"},
	{name: "tls-key", usage: "PEM key of --tls-cert"},
	{name: "log-level", fallback: "info", usage: "debug, info, warn or error"},
	{name: "log-format", fallback: "text", usage: "text or json"},
}

func (s setting) variable() string {
	return "POSTERN_" + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
}

// addSettings declares the server's flags on a command: those of the given names,
// or all.
func addSettings(cmd *cobra.Command, names ...string) {
	for _, s := range settings {
		if len(names) > 0 && !slices.Contains(names, s.name) {
			continue
		}
		usage := s.usage + " ($" + s.variable() + ")"
		if s.repeatable {
			cmd.Flags().StringArray(s.name, nil, usage)
			continue
		}
		cmd.Flags().String(s.name, s.fallback, usage)
	}
}

// addLimits lists what --limit may set, below the flags in a command's help.
func addLimits(cmd *cobra.Command) {
	var b strings.Builder
	b.WriteString("\nLimits, with the values that hold without --limit:\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, l := range server.KnownLimits {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", l.Name, l.Default, l.Usage)
	}
	_ = w.Flush() // a Builder takes everything
	// Not SetHelpTemplate: with the package text/template every method of the
	// program is linked, four megabytes.
	help := cmd.HelpFunc()
	cmd.SetHelpFunc(func(c *cobra.Command, args []string) {
		help(c, args)
		fmt.Fprint(c.OutOrStdout(), b.String())
	})
}

// values returns the values of a setting and where they come from. A setting
// that is not repeatable has one, perhaps empty.
func (s setting) values(flags *pflag.FlagSet) (values []string, origin string) {
	if f := flags.Lookup(s.name); f != nil && f.Changed {
		if list, ok := f.Value.(pflag.SliceValue); ok {
			return list.GetSlice(), "flag"
		}
		return []string{f.Value.String()}, "flag"
	}
	if v, ok := os.LookupEnv(s.variable()); ok {
		if s.repeatable {
			return strings.FieldsFunc(v, func(r rune) bool { return r == ',' }), "environment"
		}
		return []string{v}, "environment"
	}
	if s.repeatable {
		return nil, "default"
	}
	return []string{s.fallback}, "default"
}

// value returns the value of the setting of that name.
func value(cmd *cobra.Command, name string) string {
	for _, s := range settings {
		if s.name == name {
			values, _ := s.values(cmd.Flags())
			return strings.Join(values, ",")
		}
	}
	return ""
}

// table returns a repeatable setting as a map, whose values are NAME=VALUE.
func table(cmd *cobra.Command, name, form string) (map[string]string, error) {
	entries := map[string]string{}
	for _, s := range settings {
		if s.name != name {
			continue
		}
		values, _ := s.values(cmd.Flags())
		for _, v := range values {
			key, value, ok := strings.Cut(strings.TrimSpace(v), "=")
			if !ok {
				return nil, &server.ConfigError{Setting: name, Problem: fmt.Sprintf("%q is not %s", v, form)}
			}
			if before, twice := entries[key]; twice && before != value {
				return nil, &server.ConfigError{Setting: name, Problem: fmt.Sprintf("%q is given twice, as %s and %s", key, before, value)}
			}
			entries[key] = value
		}
	}
	return entries, nil
}

// readSettings makes the server's configuration of flags and environment.
func readSettings(cmd *cobra.Command) (server.Config, error) {
	logger, err := newLogger(cmd, value(cmd, "log-level"), value(cmd, "log-format"))
	if err != nil {
		return server.Config{}, err
	}
	endpoints, err := table(cmd, "endpoint", "SERVICE=URL")
	if err != nil {
		return server.Config{}, err
	}
	links, err := table(cmd, "vpc-link", "ID=HOST:PORT")
	if err != nil {
		return server.Config{}, err
	}
	certificates, err := table(cmd, "certificate", "CERT=KEY")
	if err != nil {
		return server.Config{}, err
	}
	guesses, err := table(cmd, "compat", "NAME=VALUE")
	if err != nil {
		return server.Config{}, err
	}
	picks, err := compat.Parse(guesses)
	if err != nil {
		return server.Config{}, &server.ConfigError{Setting: "compat", Problem: err.Error()}
	}
	account := value(cmd, "account-limits")
	if account != "none" && account != "aws" {
		return server.Config{}, &server.ConfigError{Setting: "account-limits", Problem: fmt.Sprintf("%q is neither none nor aws", account)}
	}
	bounds, err := table(cmd, "limit", "NAME=VALUE")
	if err != nil {
		return server.Config{}, err
	}
	limits, err := server.ParseLimits(bounds)
	if err != nil {
		return server.Config{}, &server.ConfigError{Setting: "limit", Problem: err.Error()}
	}
	return server.Config{
		Listen: value(cmd, "listen"), Data: value(cmd, "data"), NATS: value(cmd, "nats"), PublicURL: value(cmd, "public-url"),
		Auth: value(cmd, "auth"), Credentials: value(cmd, "credentials"),
		Endpoints: endpoints, VPCLinks: links, AccessLog: value(cmd, "access-log"), ExecutionLog: value(cmd, "execution-log"),
		AccountLimits: account == "aws", Limits: limits, Certificates: certificates, Compat: picks,
		TLSCert: value(cmd, "tls-cert"), TLSKey: value(cmd, "tls-key"),
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
		Long: `Prints every setting with its value and where that comes from: a flag, the
environment or the default. Settings with which no server starts are an error.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "SETTING\tVALUE\tORIGIN\tVARIABLE")
			for _, s := range settings {
				values, origin := s.values(cmd.Flags())
				fmt.Fprintf(w, "--%s\t%s\t%s\t%s\n", s.name, strings.Join(values, ","), origin, s.variable())
			}
			if err := w.Flush(); err != nil {
				return err
			}
			config, err := readSettings(cmd)
			if err != nil {
				return err
			}
			return config.Check()
		},
	}
	addSettings(cmd)
	addLimits(cmd)
	return cmd
}
