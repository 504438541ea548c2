package server

import (
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"postern/internal/compat"
	"postern/internal/integration"
)

// DefaultListen is the address without --listen: both loopback families, since
// clients resolve localhost to either.
const DefaultListen = "localhost:4566"

// The modes of --auth.
const (
	AuthOpen   = "open"   // any credentials, signatures not checked
	AuthStrict = "strict" // configured credentials, every signature verified
)

// Config is everything that can be set. The zero value is a local server on
// DefaultListen that keeps nothing over a restart.
type Config struct {
	// Listen is HOST:PORT; port 0 takes a free one. "localhost" is both
	// 127.0.0.1 and [::1].
	Listen string
	// Data is the directory that keeps configuration; empty means memory.
	Data string
	// NATS is the URL of an external NATS cluster that keeps it instead.
	NATS string
	// PublicURL is what clients outside should use to reach the server,
	// "https://gw.example.com"; empty means the address that it listens on.
	PublicURL string
	// Auth is AuthOpen or AuthStrict. Empty means open on a loopback address
	// and strict on any other.
	Auth string
	// Credentials is a file of profiles as in the AWS credentials file.
	Credentials string
	// Endpoints are the addresses of other AWS-compatible services, by name,
	// "dynamodb" to "http://localhost:8000". A service without one is looked for
	// in AWS_ENDPOINT_URL_<SERVICE>, then at AWS itself, unless "*" is "none".
	Endpoints map[string]string
	// VPCLinks are the addresses behind VPC links, HOST:PORT by the link's id.
	// A link without one is called like the internet.
	VPCLinks map[string]string
	// AccessLog takes a copy of the access logs of all stages: a file's name,
	// or "-" for standard output. Empty is none.
	AccessLog string
	// ExecutionLog takes a copy of the execution logs of all routes that have
	// a logging level, as AccessLog does.
	ExecutionLog string
	// AccountLimits enforces the quotas of an AWS account: events, calls of
	// @connections and new connections a second. Without it nothing but what
	// stages and routes say is throttled.
	AccountLimits bool
	// Compat turns guesses about AWS into their alternatives.
	Compat compat.Picks
	// TLSCert and TLSKey are PEM files; without them the local authority signs.
	TLSCert, TLSKey string
	// Certificates are PEM files for custom domain names, the key's by the
	// certificate's; clients get the one for the name that they ask for.
	Certificates map[string]string
	// Logger receives the server's own log; nil discards it.
	Logger *slog.Logger
	// Version is what health answers.
	Version string
	// Limits bounds what clients and APIs may use; zero fields are AWS's values.
	Limits Limits
	// Loops is the number of event loops; 0 means one per processor.
	Loops int
}

// ConfigError is a setting that cannot work: one line that names the setting.
type ConfigError struct{ Setting, Problem string }

// Error returns the line.
func (e *ConfigError) Error() string { return "--" + e.Setting + ": " + e.Problem }

// Check fails with a *ConfigError if the settings cannot work together, without
// opening anything.
func (c Config) Check() error {
	_, err := c.complete()
	return err
}

// complete fills defaults in and checks what can be checked without opening
// anything.
func (c Config) complete() (Config, error) {
	if c.Listen == "" {
		c.Listen = DefaultListen
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return c, &ConfigError{"listen", fmt.Sprintf("%q is not HOST:PORT", c.Listen)}
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return c, &ConfigError{"listen", fmt.Sprintf("%q: the port is no number from 0 to 65535", c.Listen)}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Data != "" && c.NATS != "" {
		return c, &ConfigError{"nats", "cannot be combined with --data: the cluster keeps the configuration"}
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return c, &ConfigError{"tls-cert", "--tls-cert and --tls-key go together"}
	}
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return c, &ConfigError{"public-url", fmt.Sprintf("%q is not an http or https URL", c.PublicURL)}
		}
		c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	}
	if err := c.checkDestinations(); err != nil {
		return c, err
	}
	return c.withAuth(host)
}

// checkDestinations checks where integrations are sent.
func (c Config) checkDestinations() error {
	for _, service := range slices.Sorted(maps.Keys(c.Endpoints)) {
		if service == integration.AnyService && c.Endpoints[service] == integration.NoEndpoint {
			continue
		}
		u, err := url.Parse(c.Endpoints[service])
		if service == "" || err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return &ConfigError{"endpoint", fmt.Sprintf("%q of %q is not an http or https URL", c.Endpoints[service], service)}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.VPCLinks)) {
		host, port, err := net.SplitHostPort(c.VPCLinks[id])
		if id == "" || err != nil || host == "" || port == "" {
			return &ConfigError{"vpc-link", fmt.Sprintf("%q of %q is not HOST:PORT", c.VPCLinks[id], id)}
		}
	}
	return nil
}

func (c Config) withAuth(host string) (Config, error) {
	switch c.Auth {
	case AuthOpen, AuthStrict:
	case "":
		c.Auth = AuthOpen
		if !loopback(host) {
			c.Auth = AuthStrict
		}
	default:
		return c, &ConfigError{"auth", fmt.Sprintf("%q is neither open nor strict", c.Auth)}
	}
	if c.Auth == AuthOpen && !loopback(host) {
		return c, &ConfigError{"auth", fmt.Sprintf("open is for loopback addresses only; %s can be reached by others: give --credentials FILE", c.Listen)}
	}
	if c.Auth == AuthStrict && c.Credentials == "" {
		return c, &ConfigError{"credentials", fmt.Sprintf("%s demands signed requests: give a FILE with the access keys that may be used", c.Listen)}
	}
	return c, nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// shutdownPatience is how long a stopping server waits for its connections to
// take their leave.
const shutdownPatience = 5 * time.Second
