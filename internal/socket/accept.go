package socket

import (
	"net"
	"time"
)

// streamAcceptor gives every connection a goroutine.
type streamAcceptor struct {
	srv  *Server
	done chan struct{}
}

func (s *Server) acceptStreams() acceptor {
	a := &streamAcceptor{srv: s, done: make(chan struct{})}
	for _, l := range s.listeners {
		s.work.Go(func() { a.accept(l) })
	}
	return a
}

func (a *streamAcceptor) accept(l net.Listener) {
	for {
		nc, err := l.Accept()
		now := a.srv.now()
		switch {
		case a.srv.stopping.Load():
			if err == nil {
				nc.Close()
			}
			return
		case err != nil:
			a.srv.starved.Note("error", err.Error())
			select {
			case <-a.done:
			case <-time.After(500 * time.Millisecond):
			}
		case !a.srv.enter():
			nc.Close()
		default:
			go a.srv.streams.serve(nc, now, nil)
		}
	}
}

func (a *streamAcceptor) refuse() {
	close(a.done)
	for _, l := range a.srv.listeners {
		l.Close()
	}
}

func (a *streamAcceptor) connections() []*Conn { return nil }
func (a *streamAcceptor) wake()                {}
func (a *streamAcceptor) stop()                {}
