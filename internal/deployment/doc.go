// Package deployment compiles a stage: the configuration that its deployment
// froze, together with the settings of the stage itself, becomes an immutable
// Snapshot in which every route is resolved, every template parsed and every
// pattern ready to match. It is the one place where the control plane and the
// data plane meet.
//
// Compiling is a pure function. It reads no store, knows no connections and
// does not judge a configuration: what AWS accepts and refuses at run time (a
// route without a target, a template that does not parse) becomes part of the
// snapshot as the error to answer with, and a Warning for whoever wants to tell
// people before their clients do.
package deployment
