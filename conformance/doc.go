// Package conformance plays sessions: text files that hold a CloudFormation
// template and what a client sends and receives once it is deployed. They are
// the specification of the data plane that a person can read, run, and send as
// a report of a bug.
//
// The package reads sessions and plays them against a Target, which is any
// place where a template can be deployed and an API be connected to. It is not
// a test framework and not a general WebSocket client: its client exists to
// send what a good client would not. README.md documents the language.
package conformance
