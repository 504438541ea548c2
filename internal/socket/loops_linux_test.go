//go:build amd64 || arm64

package socket

import (
	"bytes"
	"log/slog"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"postern/internal/clock"
)

func TestLoopsShareConnections(t *testing.T) {
	s := start(t, Options{Handler: newSpy(), Loops: 3})
	for range 90 {
		ways[0].connect(t, s)
	}
	for i, l := range s.plain.(*loops).each {
		if n := l.count.Load(); n < 20 {
			t.Errorf("loop %d has %d of 90 connections", i, n)
		}
	}
}

// Without a free descriptor nothing is accepted, nothing spins and nothing
// fails; clients are served when there is one again.
func TestOutOfDescriptors(t *testing.T) {
	var log syncBuffer
	time := new(clock.Adjustable)
	s := start(t, Options{Handler: newSpy(), Loops: 2, Clock: time, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	old := ways[0].connect(t, s)

	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	lowest, err := unix.Dup(fd)
	if err != nil {
		t.Fatal(err)
	}
	unix.Close(lowest)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	restore := sync.OnceFunc(func() { syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before) })
	defer restore()
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: uint64(lowest), Max: before.Max}); err != nil {
		t.Skip("cannot lower the limit:", err)
	}
	to := &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}, Port: s.Addrs()[0].(*net.TCPAddr).Port}
	if err := unix.Connect(fd, to); err != nil {
		t.Fatal(err)
	}
	unix.Write(fd, []byte(upgradeRequest))
	for !strings.Contains(log.String(), "not accepting connections") {
		old.write(text("a"))
		old.expect("text:a")
	}
	restore()
	time.Advance(second)
	answer := make([]byte, 100)
	if n, err := unix.Read(fd, answer); err != nil || !strings.HasPrefix(string(answer[:n]), "HTTP/1.1 101") {
		t.Errorf("answer %q, %v", answer[:n], err)
	}
	if lines := strings.Count(log.String(), "\n"); lines > 2 {
		t.Errorf("%d lines of log:\n%s", lines, &log)
	}
}

// syncBuffer is a log that is read while it is written.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
