package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// connectOptions are the flags of connect; those that wscat has mean the same.
type connectOptions struct {
	execute, expect []string
	headers         []string
	subprotocols    []string
	wait            time.Duration
	noCheck         bool
}

// maxReply bounds a message that connect takes: the gateway's own limit is
// 128 KB, other servers may send more.
const maxReply = 16 << 20

func connectCommand() *cobra.Command {
	var o connectOptions
	cmd := &cobra.Command{
		Use:   "connect URL",
		Short: "Talk to a WebSocket API, as with wscat",
		Long: `Connects, sends every line that you type and prints every message. With
--execute it sends the given messages instead and ends; with --expect it also
demands the given replies, in order, and fails if they do not come.

Exit codes: 0 done, 1 refused, closed by the server or another reply than
expected, 2 usage, 5 an expected reply did not come in time, 130 interrupted
before all replies came.`,
		Example: `  postern connect ws://localhost:4566/_aws/execute-api/a1b2c3d4e5/production
  postern connect URL --execute '{"action":"message","messageId":1}' --expect '{"message": "Hello World"}'`,
		Args: oneArgument("URL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return connect(cmd, args[0], o)
		},
	}
	f := cmd.Flags()
	f.StringArrayVarP(&o.execute, "execute", "x", nil, "send this message and end; repeat for more")
	f.StringArrayVar(&o.expect, "expect", nil, "demand this reply; repeat for more, in order")
	f.StringArrayVarP(&o.headers, "header", "H", nil, "request header NAME:VALUE; repeat for more")
	f.StringArrayVarP(&o.subprotocols, "subprotocol", "s", nil, "subprotocol to offer; repeat for more")
	f.DurationVarP(&o.wait, "wait", "w", 2*time.Second, "how long to wait for replies after the last message")
	f.BoolVarP(&o.noCheck, "no-check", "n", false, "accept any TLS certificate")
	return cmd
}

func connect(cmd *cobra.Command, address string, o connectOptions) error {
	ctx := cmd.Context()
	conn, err := dial(ctx, address, o)
	if err != nil {
		return err
	}
	defer conn.CloseNow()
	conn.SetReadLimit(maxReply)
	received := make(chan reply)
	reading, stop := context.WithCancel(ctx)
	defer stop()
	go receive(reading, conn, received)
	if len(o.execute) > 0 || len(o.expect) > 0 {
		err = execute(ctx, cmd.OutOrStdout(), conn, received, o)
	} else {
		err = converse(ctx, cmd, conn, received, o.wait)
	}
	if err == nil {
		// Like wscat: a close frame without a status.
		conn.Close(websocket.StatusNoStatusRcvd, "")
	}
	return err
}

// dial opens the connection; the error of a refused handshake is worded as
// wscat words it, followed by the body that wscat hides.
func dial(ctx context.Context, address string, o connectOptions) (*websocket.Conn, error) {
	if !strings.Contains(address, "://") {
		address = "ws://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, fail(exitUsage, "%q is not a WebSocket URL", address)
	}
	header := http.Header{}
	for _, h := range o.headers {
		name, value, ok := strings.Cut(h, ":")
		if !ok {
			return nil, fail(exitUsage, "--header %q is not NAME:VALUE", h)
		}
		header.Add(name, strings.TrimSpace(value))
	}
	options := &websocket.DialOptions{HTTPHeader: header, Subprotocols: o.subprotocols, Host: header.Get("Host")}
	if o.noCheck {
		options.HTTPClient = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	}
	conn, answer, err := websocket.Dial(ctx, u.String(), options)
	if err == nil {
		return conn, nil
	}
	if ctx.Err() != nil {
		return nil, &exitError{exitInterrupted, nil}
	}
	if refused, ok := errors.AsType[*net.OpError](err); ok && refused.Op == "dial" {
		return nil, fail(exitFailure, "no server at %s", address)
	}
	if answer == nil || answer.StatusCode == http.StatusSwitchingProtocols {
		return nil, fail(exitFailure, "%v", err)
	}
	text := fmt.Sprintf("Unexpected server response: %d", answer.StatusCode)
	if body, _ := io.ReadAll(io.LimitReader(answer.Body, 4096)); len(body) > 0 {
		text += " " + string(body)
	}
	return nil, fail(exitFailure, "%s", text)
}

// reply is a message, or the end of the connection.
type reply struct {
	text []byte
	err  error
}

func receive(ctx context.Context, conn *websocket.Conn, out chan<- reply) {
	for {
		_, text, err := conn.Read(ctx)
		select {
		case out <- reply{text, err}:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// execute sends the given messages and prints or checks what comes back.
func execute(ctx context.Context, out io.Writer, conn *websocket.Conn, received <-chan reply, o connectOptions) error {
	for _, m := range o.execute {
		if err := conn.Write(ctx, websocket.MessageText, []byte(m)); err != nil {
			return fail(exitFailure, "send: %v", err)
		}
	}
	deadline := time.NewTimer(o.wait)
	defer deadline.Stop()
	expect := o.expect
	for len(o.expect) == 0 || len(expect) > 0 {
		select {
		case r := <-received:
			if r.err != nil {
				return closed(r.err)
			}
			fmt.Fprintf(out, "%s\n", r.text)
			if len(expect) == 0 {
				continue
			}
			if string(r.text) != expect[0] {
				return fail(exitFailure, "unexpected reply\n  want %s\n  got  %s", expect[0], r.text)
			}
			expect = expect[1:]
		case <-deadline.C:
			if len(expect) > 0 {
				return fail(exitTimeout, "no reply within %v, want %s", o.wait, expect[0])
			}
			return nil
		case <-ctx.Done():
			return &exitError{exitInterrupted, nil}
		}
	}
	return nil
}

// closed words the end of a connection as wscat does.
func closed(err error) error {
	if c, ok := errors.AsType[websocket.CloseError](err); ok {
		return fail(exitFailure, "Disconnected (code: %d, reason: %q)", c.Code, c.Reason)
	}
	return fail(exitFailure, "Disconnected (code: 1006, reason: \"\")")
}

// converse sends what the person types and prints what comes, until one of
// them ends. A pipe's input ends at once, so its replies are given wait to
// come.
func converse(ctx context.Context, cmd *cobra.Command, conn *websocket.Conn, received <-chan reply, wait time.Duration) error {
	p, restore, err := newPrompt(cmd.InOrStdin(), cmd.OutOrStdout())
	if err != nil {
		return fail(exitFailure, "terminal: %v", err)
	}
	defer restore()
	p.note("Connected (press CTRL+C to quit)")
	lines := make(chan string)
	go p.readLines(ctx, lines)
	var end <-chan time.Time
	for {
		select {
		case line, ok := <-lines:
			if !ok && p.terminal != nil {
				return nil
			}
			if !ok {
				lines, end = nil, time.After(wait)
				continue
			}
			if err := conn.Write(ctx, websocket.MessageText, []byte(line)); err != nil {
				return fail(exitFailure, "send: %v", err)
			}
		case r := <-received:
			if r.err != nil {
				restore()
				return closed(r.err)
			}
			p.message(r.text)
		case <-end:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// isTerminal reports whether both ends are a terminal, which decides about
// prompts and colour.
func isTerminal(in io.Reader, out io.Writer) bool {
	i, ok1 := in.(*os.File)
	o, ok2 := out.(*os.File)
	return ok1 && ok2 && term.IsTerminal(int(i.Fd())) && term.IsTerminal(int(o.Fd()))
}
