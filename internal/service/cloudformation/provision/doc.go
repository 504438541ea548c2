// Package provision moves stacks from one state to another: it creates, updates
// and deletes their resources in the order of their dependencies, writes the
// events that AWS writes, and undoes what failed.
//
// An operation is done when its function returns; until then the stack's
// document is stored after every resource, so that a process that stops in the
// middle leaves a stack that knows what exists. Resources are made one after
// the other: they live in this process, where waiting for several at once gains
// nothing.
//
// The package decides nothing about templates or requests: it is handed a bound
// template and a stack that may be changed. What a resource is, is package
// resource's.
//
// # Rollback
//
// Creation that fails deletes what it made, in reverse. An update keeps what
// was before until it succeeds: replaced resources are deleted only afterwards,
// in the cleanup, so that a failed update can take them back.
package provision
