package accesslog

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"
)

// DefaultQueue is the number of bytes that wait for a slow destination.
const DefaultQueue = 1 << 20

// WriterOptions are a Writer's settings.
type WriterOptions struct {
	// Queue is the number of bytes that may wait to be written; 0 is
	// DefaultQueue. Lines beyond it are lost.
	Queue int
	// Logger is told when writing begins to fail and when it works again; nil
	// discards it.
	Logger *slog.Logger
}

// Writer is a Destination that writes lines to an io.Writer: the ones that
// came while it was writing all at once. A goroutine lives while there is
// something to write.
type Writer struct {
	w      io.Writer
	queue  int
	logger *slog.Logger

	mu      sync.Mutex
	idle    sync.Cond // signalled when nothing is being written
	waiting []byte    // lines to be written next
	lines   uint64    // number of lines in waiting
	spare   []byte    // the other of two buffers
	writing bool
	closed  bool
	dropped uint64
	failing bool // used by the writing goroutine only
}

var _ Destination = (*Writer)(nil)

// NewWriter returns a Writer to w, which is not closed by it.
func NewWriter(w io.Writer, o WriterOptions) *Writer {
	if o.Queue <= 0 {
		o.Queue = DefaultQueue
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	wr := &Writer{w: w, queue: o.Queue, logger: o.Logger}
	wr.idle.L = &wr.mu
	return wr
}

// OpenFile returns a Writer that appends to the named file, which it creates
// if it is not there; "-" is standard output. The file is closed by Close.
func OpenFile(name string, o WriterOptions) (*Writer, io.Closer, error) {
	if name == "-" {
		w := NewWriter(os.Stdout, o)
		return w, w, nil
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
	if err != nil {
		return nil, nil, err
	}
	w := NewWriter(f, o)
	return w, closers{w, f}, nil
}

type closers []io.Closer

func (c closers) Close() error {
	var errs []error
	for _, closer := range c {
		errs = append(errs, closer.Close())
	}
	return errors.Join(errs...)
}

// Log implements Destination. The time is not written: a format that wants it
// has it in its line.
func (w *Writer) Log(_ time.Time, line []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || len(w.waiting)+len(line)+1 > w.queue {
		w.dropped++
		return
	}
	start := len(w.waiting)
	w.waiting = append(w.waiting, line...)
	for i := start; i < len(w.waiting); i++ {
		if w.waiting[i] == '\n' { // a payload in an execution line
			w.waiting[i] = ' '
		}
	}
	w.waiting = append(w.waiting, '\n')
	w.lines++
	if !w.writing {
		w.writing = true
		go w.drain()
	}
}

// drain writes until nothing waits.
func (w *Writer) drain() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.waiting) > 0 {
		batch, lines := w.waiting, w.lines
		w.waiting, w.lines = w.spare[:0], 0
		w.mu.Unlock()
		err := w.write(batch)
		w.mu.Lock()
		w.spare = batch
		if err != nil {
			w.dropped += lines
		}
	}
	w.writing = false
	w.idle.Broadcast()
}

func (w *Writer) write(batch []byte) error {
	_, err := w.w.Write(batch)
	switch {
	case err != nil && !w.failing:
		w.logger.Error("access log cannot be written, lines are lost", "error", err)
	case err == nil && w.failing:
		w.logger.Info("access log is written again")
	}
	w.failing = err != nil
	return err
}

// Dropped returns the number of lines that were lost.
func (w *Writer) Dropped() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dropped
}

// Flush returns when everything logged before has been written or lost.
func (w *Writer) Flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.writing {
		w.idle.Wait()
	}
}

// Close flushes the Writer. What is logged afterwards is lost.
func (w *Writer) Close() error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.Flush()
	return nil
}
