// Package server puts Postern together: configuration in, a running server
// out. It opens the store, starts the control plane and the data plane over it
// and serves both, with everything that belongs to no AWS service, on one
// port. What a client can observe is decided below; here is only who meets whom.
package server
