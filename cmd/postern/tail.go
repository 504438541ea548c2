package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"postern/internal/server"
	"postern/internal/trace"
)

type tailOptions struct{ api, stage, route, connection, output string }

func tailCommand() *cobra.Command {
	var o tailOptions
	cmd := &cobra.Command{
		Use:   "tail",
		Short: "Follow how a running server treats messages, step by step",
		Long: `Prints every event of the server at --listen as it ends, one line per step: the
route that was selected and why, what each template made of the message, what the
integration answered. Nothing is traced while nobody follows.

A server with --auth strict wants a signature: the access key is taken from
AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
		Example: `  postern tail
  postern tail --route '$connect'
  postern tail --output json | jq .steps`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return tail(cmd, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.api, "api", "", "only events of this API")
	f.StringVar(&o.stage, "stage", "", "only events of this stage")
	f.StringVar(&o.route, "route", "", "only events of this route key")
	f.StringVar(&o.connection, "connection", "", "only events of this connection")
	f.StringVarP(&o.output, "output", "o", "text", "text or json, one record per line")
	addListen(cmd)
	return cmd
}

// maxRecord bounds a line of the stream: a message of 128 KB, its steps and
// what JSON makes of them.
const maxRecord = 16 << 20

func tail(cmd *cobra.Command, o tailOptions) error {
	if o.output != "text" && o.output != "json" {
		return fail(exitUsage, "--output: %q is neither text nor json", o.output)
	}
	answer, err := openStream(cmd, o)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	fmt.Fprintln(cmd.ErrOrStderr(), "Following (press CTRL+C to quit)")
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, maxRecord)
	for lines.Scan() {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue // a pulse
		}
		if o.output == "json" {
			fmt.Fprintf(cmd.OutOrStdout(), "%s\n", line)
			continue
		}
		if err := printRecord(cmd.OutOrStdout(), line); err != nil {
			return fail(exitFailure, "%v", err)
		}
	}
	if cmd.Context().Err() != nil {
		return nil // ended by the person who watched
	}
	return fail(exitFailure, "the server ended the stream")
}

// openStream asks the server for its records.
func openStream(cmd *cobra.Command, o tailOptions) (*http.Response, error) {
	endpoint, err := endpointOf(cmd)
	if err != nil {
		return nil, err
	}
	query := url.Values{}
	for name, value := range map[string]string{"api": o.api, "stage": o.stage, "route": o.route, "connection": o.connection} {
		if value != "" {
			query.Set(name, value)
		}
	}
	request, err := http.NewRequestWithContext(cmd.Context(), http.MethodGet, endpoint+"/_postern/trace?"+query.Encode(), nil)
	if err != nil {
		return nil, fail(exitUsage, "%v", err)
	}
	if err := server.Sign(request); err != nil {
		return nil, fail(exitFailure, "%v", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fail(exitFailure, "no server at %s", endpoint)
	}
	if answer.StatusCode == http.StatusOK {
		return answer, nil
	}
	defer answer.Body.Close()
	var problem struct{ Message string }
	body, _ := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if json.Unmarshal(body, &problem) != nil || problem.Message == "" {
		problem.Message = answer.Status
	}
	if answer.StatusCode == http.StatusForbidden && os.Getenv("AWS_ACCESS_KEY_ID") == "" {
		problem.Message += ": set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to an access key of the server's --credentials"
	}
	return nil, fail(exitFailure, "%s: %s", endpoint, problem.Message)
}

// printRecord prints a line of the stream for a person:
//
//	15:04:05.000  MESSAGE  a1b2c3d4e5/prod  L0SM9cOFvHcCIhw=  message  1.2ms
//	  {"action": "message"}
//	  +0.1ms  route selection  $request.body.action  message  the route of that key
func printRecord(out io.Writer, line []byte) error {
	var record struct {
		trace.Record
		Dropped uint64 `json:"dropped"`
	}
	if err := json.Unmarshal(line, &record); err != nil {
		return fmt.Errorf("a line of the stream is no record: %w", err)
	}
	if record.Dropped > 0 {
		fmt.Fprintf(out, "… %d events were too fast to be shown\n", record.Dropped)
		return nil
	}
	head := []string{record.Start.Local().Format("15:04:05.000"), record.EventType, record.APIID + "/" + record.Stage, record.ConnectionID}
	if record.RouteKey != "" {
		head = append(head, record.RouteKey)
	}
	if record.Status != 0 {
		head = append(head, fmt.Sprint(record.Status))
	}
	fmt.Fprintln(out, strings.Join(append(head, brief(record.Duration)), "  "))
	if record.Body != "" {
		fmt.Fprintln(out, "  "+oneLine(record.Body))
	}
	for _, s := range record.Steps {
		parts := []string{"+" + brief(s.At), s.Kind}
		for _, p := range []string{s.Rule, s.Value, s.Note} {
			if p != "" {
				parts = append(parts, oneLine(p))
			}
		}
		fmt.Fprintln(out, "  "+strings.Join(parts, "  "))
	}
	return nil
}

// brief is a duration to the digits that matter.
func brief(d time.Duration) string { return d.Round(max(d/1000, time.Microsecond)).String() }

// longest is how much of a value a line shows; --output json has all of it.
const longest = 2000

// oneLine makes a text safe for a terminal and keeps it in one line: what
// clients send may hold escape sequences.
func oneLine(text string) string {
	cut := ""
	if r := []rune(text); len(r) > longest {
		text, cut = string(r[:longest]), fmt.Sprintf(" … %d more characters", len(r)-longest)
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return '⏎'
		case r < ' ', r >= 0x7f && r < 0xa0:
			return '·'
		}
		return r
	}, text) + cut
}
