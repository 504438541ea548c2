// Package cloudformation is AWS CloudFormation: the operations of its API on
// stacks, change sets and templates, named as AWS names them.
//
// An operation checks its input in AWS's words, moves the stack to the status
// that says what is under way, and then does the work inline, so that the first
// poll of a client already sees the end. Only work that takes longer than a
// client waits goes on behind the answer. Handler serves the operations in the
// query protocol.
//
// What a template means is package template's, what a resource is package
// resource's, how resources come and go package provision's, what a change set
// says package change's, and how stacks are kept package stack's. This package
// joins them.
//
// Not here: stack sets, refactoring, generated templates, hooks, modules,
// private types and drift. Their operations answer an error that says so.
package cloudformation
