// Package resource is what CloudFormation must know about a resource type: the
// properties that it takes, the attributes that it has, and how to create,
// update and delete one.
//
// A service joins CloudFormation by registering a Type for each of its
// resource types. A Type sees finished values only: references are resolved,
// scalars have the types that the Schema says. It does not know stacks, events
// or rollbacks; those are package provision's.
package resource
