// Package syntax reads the text of a CloudFormation template, JSON or YAML,
// into one tree of nodes that keeps what the author wrote: the order of
// members, the spelling of numbers, and the line and column of everything.
//
// Both languages end in the same tree. YAML's short tags become the functions
// they stand for, so that "!Ref Api" and {"Ref": "Api"} are equal. Scalars are
// never decoded further than JSON's own types: 2010-09-09, 017, on and an
// account id stay text.
//
// The package knows the spelling of a template, not its meaning: sections,
// functions and references are read by package template.
package syntax
