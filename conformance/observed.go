package conformance

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// pause is how long a player waits before it looks again.
const pause = 5 * time.Millisecond

// log checks "log access = LINE" and "log execution = LINE": the next line that
// was not looked at yet.
func (p *player) log(ctx context.Context, s Step) error {
	kind, want, ok := strings.Cut(s.Text, " = ")
	if !ok {
		return fmt.Errorf("want log access|execution = LINE")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	got, err := p.target.Log(ctx, kind)
	if err != nil {
		return err
	}
	if !p.scope.match(want, got) {
		return fmt.Errorf("%s log:\nwant %s\ngot  %s", kind, want, got)
	}
	return nil
}

// metric checks "metric NAME [route=KEY] = VALUE": the sum of the series of the
// session's API, or of those of one route, once it has that value; "none" is
// no series at all. An event is counted a moment after it was answered.
func (p *player) metric(ctx context.Context, s Step) error {
	what, want, ok := strings.Cut(s.Text, " = ")
	if !ok {
		return fmt.Errorf("want metric NAME = VALUE")
	}
	name, filter, _ := strings.Cut(what, " ")
	series := []string{"apigateway_" + name + "{", `api_id="` + p.scope["api"] + `"`}
	if route, ok := strings.CutPrefix(filter, "route="); ok {
		series = append(series, `route=`+strconv.Quote(route))
	}
	// Asking is not cut off by the end of patience: what is told then is what the
	// last answer said.
	end := time.After(patience)
	for {
		text, err := p.target.Metrics(ctx)
		if err != nil {
			return err
		}
		got := sum(text, series)
		if got == want {
			return nil
		}
		select {
		case <-time.After(pause):
		case <-end:
			return fmt.Errorf("metric %s: want %s, got %s", what, want, got)
		}
	}
}

// sum adds the series up whose names have all of some parts.
func sum(text string, parts []string) string {
	total, found := 0.0, false
next:
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if i := strings.LastIndexByte(line, '}'); i >= 0 {
			name, value = line[:i], strings.TrimSpace(line[i+1:])
		}
		for _, part := range parts {
			if !strings.Contains(name, part) {
				continue next
			}
		}
		n, err := strconv.ParseFloat(value, 64)
		if err != nil {
			continue
		}
		total, found = total+n, true
	}
	if !found {
		return "none"
	}
	return strconv.FormatFloat(total, 'f', -1, 64)
}

// A LogFile is a log that a server writes and a session reads, line by line.
type LogFile struct {
	Name string
	read int64
}

// Next waits for the next line.
func (l *LogFile) Next(ctx context.Context) (string, error) {
	for {
		line, err := l.next()
		if err != nil || line != "" {
			return line, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return "", fmt.Errorf("nothing was logged within %v", patience)
		}
	}
}

// next returns the next line if it is whole.
func (l *LogFile) next() (string, error) {
	f, err := os.Open(l.Name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if _, err := f.Seek(l.read, io.SeekStart); err != nil {
		return "", err
	}
	rest, err := io.ReadAll(f)
	if err != nil {
		return "", err
	}
	line, _, whole := bytes.Cut(rest, []byte("\n"))
	if !whole {
		return "", nil
	}
	l.read += int64(len(line)) + 1
	return string(line), nil
}
