//go:build !linux || !(amd64 || arm64)

package socket

// accept starts what takes connections from the listeners.
func (s *Server) accept(int) (acceptor, error) { return s.acceptStreams(), nil }
