package server

import "postern/internal/trace"

// Trace is where the records of events come from: how each was treated, for as
// long as somebody listens.
func (s *Server) Trace() *trace.Feed { return s.gateway.Trace() }
