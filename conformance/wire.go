package conformance

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// send plays the verbs by which a client acts.
func (p *player) send(c *client, s Step) error {
	text := p.scope.expand(s.Text)
	switch s.Verb {
	case ">":
		return c.frame(true, opText, []byte(text))
	case ">q":
		plain, err := strconv.Unquote(text)
		if err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
		return c.frame(true, opText, []byte(plain))
	case "drop":
		return c.conn.Close()
	case "close":
		code, reason, _ := strings.Cut(text, " ")
		n := 0
		if code != "" {
			var err error
			if n, err = strconv.Atoi(code); err != nil {
				return err
			}
		}
		return c.closeFrame(n, reason)
	}
	what, arg, _ := strings.Cut(text, " ")
	switch what {
	case "ping":
		return c.frame(true, opPing, []byte(arg))
	case "pong":
		return c.frame(true, opPong, []byte(arg))
	case "size":
		return sendFragments(c, arg)
	case "fragments":
		return sendTextFragments(c, strings.Split(arg, " | "))
	}
	b, err := hex.DecodeString(strings.ReplaceAll(arg, " ", ""))
	if err != nil {
		return fmt.Errorf("send %s: %w", what, err)
	}
	switch what {
	case "text":
		return c.frame(true, opText, b)
	case "binary":
		return c.frame(true, opBinary, b)
	case "raw":
		return c.raw(b)
	}
	return fmt.Errorf("unknown send %q", what)
}

// sendFragments sends one message of as many frames as there are sizes.
func sendFragments(c *client, sizes string) error {
	fields := strings.Fields(sizes)
	parts := make([]string, len(fields))
	for i, f := range fields {
		n, err := strconv.Atoi(f)
		if err != nil {
			return err
		}
		parts[i] = strings.Repeat("x", n)
	}
	return sendTextFragments(c, parts)
}

func sendTextFragments(c *client, parts []string) error {
	for i, part := range parts {
		op := byte(opContinuation)
		if i == 0 {
			op = opText
		}
		if err := c.frame(i == len(parts)-1, op, []byte(part)); err != nil {
			return err
		}
	}
	return nil
}

// fence is the payload of the ping that "!" sends.
const fence = "conformance fence"

// receive plays the verbs by which a client expects.
func (p *player) receive(c *client, s Step) error {
	if s.Verb == "!" {
		if err := c.frame(true, opPing, []byte(fence)); err != nil {
			return err
		}
		s.Verb, s.Text = "pong", fence
	}
	got, err := c.next(patience)
	if err != nil {
		return err
	}
	ok := false
	switch s.Verb {
	case "<":
		ok = got.kind == "text" && p.scope.match(s.Text, got.data)
	case "<q":
		plain, err := strconv.Unquote(s.Text)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Text, err)
		}
		ok = got.kind == "text" && p.scope.match(plain, got.data)
	case "pong":
		ok = got.kind == "pong" && got.data == s.Text
	case "closed":
		ok = got.kind == "close" && p.scope.match(s.Text, strings.TrimSpace(strconv.Itoa(got.code)+" "+got.reason))
	default:
		return fmt.Errorf("%q cannot be used here", s.Verb)
	}
	if !ok {
		return fmt.Errorf("want %s %s, got %v", s.Verb, s.Text, got)
	}
	return nil
}
