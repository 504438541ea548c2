package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// prompt is the person's side of connect: a line editor with "> " on a
// terminal, plain lines in a pipe. Messages are shown behind "< " on a
// terminal and bare in a pipe, as wscat does.
type prompt struct {
	in       io.Reader
	out      io.Writer
	terminal *term.Terminal // nil in a pipe
	colour   bool
}

// newPrompt puts a terminal into raw mode; restore, which may be called more
// than once, gives it back.
func newPrompt(in io.Reader, out io.Writer) (p *prompt, restore func(), err error) {
	p = &prompt{in: in, out: out}
	if !isTerminal(in, out) {
		return p, func() {}, nil
	}
	fd := int(in.(*os.File).Fd())
	state, err := term.MakeRaw(fd)
	if err != nil {
		return nil, nil, err
	}
	p.terminal = term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, out}, "> ")
	p.colour = os.Getenv("NO_COLOR") == ""
	if w, h, err := term.GetSize(fd); err == nil {
		// A terminal that tells its size and refuses to use it still works.
		_ = p.terminal.SetSize(w, h)
	}
	return p, func() { _ = term.Restore(fd, state) }, nil
}

// note tells the person something that is no message; pipes do not get it.
func (p *prompt) note(text string) {
	if p.terminal != nil {
		fmt.Fprintf(p.terminal, "%s\n", p.paint("\x1b[32m", text))
	}
}

// message prints a message that came in.
func (p *prompt) message(text []byte) {
	if p.terminal == nil {
		fmt.Fprintf(p.out, "%s\n", text)
		return
	}
	fmt.Fprintf(p.terminal, "%s\n", p.paint("\x1b[34m", "< "+string(text)))
}

func (p *prompt) paint(colour, text string) string {
	if !p.colour {
		return text
	}
	return colour + text + "\x1b[39m"
}

// readLines sends what is typed until the input ends or the person gives up
// (Ctrl-C, Ctrl-D), and then closes lines.
func (p *prompt) readLines(ctx context.Context, lines chan<- string) {
	defer close(lines)
	next := p.terminalLine
	if p.terminal == nil {
		scanner := bufio.NewScanner(p.in)
		scanner.Buffer(nil, maxReply)
		next = func() (string, bool) { ok := scanner.Scan(); return scanner.Text(), ok }
	}
	for {
		line, ok := next()
		if !ok {
			return
		}
		select {
		case lines <- line:
		case <-ctx.Done():
			return
		}
	}
}

func (p *prompt) terminalLine() (string, bool) {
	line, err := p.terminal.ReadLine()
	return line, err == nil
}
