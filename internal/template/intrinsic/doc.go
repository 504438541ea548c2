// Package intrinsic is the functions of CloudFormation templates: Ref,
// Fn::GetAtt, Fn::Sub and the others, which forms they have, what they mention
// and what they come to.
//
// Three things go over an expression: a Checker refuses functions of the wrong
// form or in the wrong place, a Walker visits the references in it, and an
// Evaluator computes its value once parameters, conditions and resources are
// known. All of them stand expressions of any shape: one that no Checker has
// seen gives an error, never a panic.
//
// The package knows no sections, no resources and no stack: what functions may
// mention comes to it as a Scope.
package intrinsic
