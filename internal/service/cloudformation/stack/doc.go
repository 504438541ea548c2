// Package stack holds CloudFormation's documents: stacks with their resources
// and outputs, their events, and change sets; and it keeps them in the store.
//
// The package knows what a stack is and which states it can be in. It moves no
// stack from one state to another: that is package provision's, and what a
// change set says is package change's.
//
// # Where documents are
//
// A stack that exists is found by its name, so that a name is taken once:
//
//	stack.{account}.{region}.live.{name}
//	stack.{account}.{region}.deleted.{uuid}
//	stack.{account}.{region}.events.{uuid}.{number}
//	stack.{account}.{region}.changeset.{uuid}.{change set uuid}
//
// All documents are bounded: the newest thousand events of a stack are kept,
// and of deleted stacks the newest of ninety days.
package stack
