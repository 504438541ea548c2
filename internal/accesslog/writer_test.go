package accesslog

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// gate is an io.Writer that waits until it is opened.
type gate struct {
	open    chan struct{}
	entered chan struct{}
	once    sync.Once
	mu      sync.Mutex
	text    bytes.Buffer
	writes  int
	err     error
}

func newGate() *gate { return &gate{open: make(chan struct{}), entered: make(chan struct{})} }

func (g *gate) Write(p []byte) (int, error) {
	g.once.Do(func() { close(g.entered) })
	<-g.open
	g.mu.Lock()
	defer g.mu.Unlock()
	g.writes++
	if g.err != nil {
		return 0, g.err
	}
	return g.text.Write(p)
}

func TestWriterBatchesWhatComesMeanwhile(t *testing.T) {
	g := newGate()
	w := NewWriter(g, WriterOptions{})
	w.Log(time.Time{}, []byte("first"))
	<-g.entered // it is being written
	line := []byte("second")
	w.Log(time.Time{}, line)
	copy(line, "xxxxxx") // the caller's buffer is reused
	w.Log(time.Time{}, []byte("third\nline"))
	close(g.open)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := g.text.String(), "first\nsecond\nthird line\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if g.writes != 2 {
		t.Errorf("%d writes, want 2", g.writes)
	}
	w.Log(time.Time{}, []byte("late"))
	if n := w.Dropped(); n != 1 {
		t.Errorf("%d lines lost, want the one after Close", n)
	}
}

func TestWriterLosesLinesRatherThanBlock(t *testing.T) {
	g := newGate()
	w := NewWriter(g, WriterOptions{Queue: 10})
	w.Log(time.Time{}, []byte("1"))
	<-g.entered
	for range 6 {
		w.Log(time.Time{}, []byte("2"))
	}
	w.Log(time.Time{}, []byte("too long to fit"))
	if n := w.Dropped(); n != 2 {
		t.Errorf("%d lines lost, want 2", n)
	}
	close(g.open)
	w.Flush()
	if got, want := g.text.String(), "1\n"+strings.Repeat("2\n", 5); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestWriterReportsAFailureOnce(t *testing.T) {
	g := newGate()
	close(g.open)
	g.err = errors.New("disk full")
	var reports bytes.Buffer
	w := NewWriter(g, WriterOptions{Logger: slog.New(slog.NewTextHandler(&reports, nil))})
	for range 3 {
		w.Log(time.Time{}, []byte("x"))
		w.Flush()
	}
	g.err = nil
	w.Log(time.Time{}, []byte("y"))
	w.Flush()
	if n := strings.Count(reports.String(), "disk full"); n != 1 {
		t.Errorf("reported %d times:\n%s", n, &reports)
	}
	if !strings.Contains(reports.String(), "written again") {
		t.Errorf("recovery is not reported:\n%s", &reports)
	}
	if n := w.Dropped(); n != 3 {
		t.Errorf("%d lines lost, want 3", n)
	}
}

func TestOpenFileAppends(t *testing.T) {
	name := filepath.Join(t.TempDir(), "access.log")
	for _, line := range []string{"a", "b"} {
		w, closer, err := OpenFile(name, WriterOptions{})
		if err != nil {
			t.Fatal(err)
		}
		w.Log(time.Time{}, []byte(line))
		if err := closer.Close(); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(name)
	if err != nil || string(text) != "a\nb\n" {
		t.Errorf("%q, %v", text, err)
	}
	if _, _, err := OpenFile(filepath.Join(name, "x"), WriterOptions{}); err == nil {
		t.Error("a file below a file")
	}
}

func TestWriterFromManyGoroutines(t *testing.T) {
	g := newGate()
	close(g.open)
	w := NewWriter(g, WriterOptions{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				w.Log(time.Time{}, []byte("0123456789"))
			}
		})
	}
	wg.Wait()
	w.Close()
	if n := strings.Count(g.text.String(), "0123456789\n"); n != 800 {
		t.Errorf("%d whole lines, want 800", n)
	}
}
