//go:build amd64 || arm64

package socket

import (
	"fmt"
	"net"
	"runtime"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// loops are the event loops of a server. Each waits on all listeners; a new
// connection goes to the loop that has fewest, for the system would wake the
// same loop again and again.
type loops struct {
	srv   *Server
	table table
	each  []*loop
	socks []int // the listeners' descriptors
	work  sync.WaitGroup
}

// accept starts what takes connections from the listeners.
func (s *Server) accept(n int) (acceptor, error) {
	if n < 0 {
		return s.acceptStreams(), nil
	}
	if n == 0 {
		n = runtime.GOMAXPROCS(0)
	}
	g := &loops{srv: s}
	for _, l := range s.listeners {
		fd, err := listenerDescriptor(l)
		if err != nil {
			g.close()
			return nil, err
		}
		g.socks = append(g.socks, fd)
		// The socket lives on in fd. The runtime would wake up for every new
		// connection, for nothing.
		l.Close()
	}
	for range n {
		l, err := newLoop(g)
		if err != nil {
			g.close()
			return nil, err
		}
		g.each = append(g.each, l)
	}
	for _, l := range g.each {
		g.work.Go(l.run)
	}
	return g, nil
}

// listenerDescriptor returns a descriptor of l that the runtime's poller does
// not know of, with the options that accepted connections inherit.
func listenerDescriptor(l net.Listener) (int, error) {
	raw, err := l.(*net.TCPListener).SyscallConn()
	if err != nil {
		return -1, fmt.Errorf("listener %s: %w", l.Addr(), err)
	}
	fd := -1
	var dupErr error
	err = raw.Control(func(own uintptr) {
		unix.SetsockoptInt(int(own), unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
		fd, dupErr = unix.FcntlInt(own, unix.F_DUPFD_CLOEXEC, 0)
	})
	if err == nil {
		err = dupErr
	}
	if err != nil {
		return -1, fmt.Errorf("listener %s: %w", l.Addr(), err)
	}
	return fd, nil
}

func (g *loops) refuse() {
	for _, l := range g.each {
		l.deaf.Store(true)
		l.wakeUp()
	}
	for _, fd := range g.socks {
		// The descriptor stays until the loops have ended; the port refuses
		// from now on.
		unix.Shutdown(fd, unix.SHUT_RD)
	}
}

func (g *loops) connections() (list []*Conn) {
	for _, l := range g.each {
		list = l.wheel.All(list)
	}
	return list
}

func (g *loops) wake() {
	for _, l := range g.each {
		l.jumped.Store(true)
		l.wakeUp()
	}
}

func (g *loops) stop() {
	for _, l := range g.each {
		l.quit.Store(true)
		l.wakeUp()
	}
	g.work.Wait()
	g.close()
}

// close frees descriptors. No loop runs.
func (g *loops) close() {
	for _, l := range g.each {
		l.close()
	}
	for _, fd := range g.socks {
		unix.Close(fd)
	}
}

// lightest returns the loop for a new connection: own, unless another has
// clearly fewer.
func (g *loops) lightest(own *loop) *loop {
	const clearly = 8
	best, least := own, own.count.Load()-clearly
	for _, l := range g.each {
		if n := l.count.Load(); n < least {
			best, least = l, n
		}
	}
	return best
}

// take accepts what waits at a listener, a few at a time: the others may wait
// for other loops.
func (l *loop) take(sock int) {
	for range 16 {
		fd, remote, errno := sysAccept(sock)
		switch errno {
		case 0:
			l.admit(fd, remote)
		case syscall.EINTR, syscall.ECONNABORTED, syscall.EPROTO:
		case syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM:
			l.srv.starved.Note("error", errno.Error())
			l.rest()
			return
		default:
			return
		}
	}
}
