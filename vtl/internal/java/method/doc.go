// Package method is the form in which the methods of a class are written down:
// a table of Java signatures with a function for each.
//
// It does not know any class, and does not pick the method for a call: that is
// package java's part.
package method

import (
	"postern/jsonvalue"
	"postern/vtl/internal/java/budget"
)

// The two words that every signature is made of.
type (
	// Value is a template's value.
	Value = jsonvalue.Value
	// Budget is what one rendering may still spend.
	Budget = budget.Budget
)
