// Package object is what the values of a template are to Java: their class, and
// what holds for values of any class: equality, order, hash code, going through
// the items.
//
// Beside the values of jsonvalue there are those that JSON does not have: a
// Character, an array, a view of a map, its entry, an iterator. Their methods are
// not here, but in the packages text and collection.
package object

import (
	"postern/jsonvalue"
	"postern/vtl/internal/java/budget"
)

type (
	// Value is a template's value.
	Value = jsonvalue.Value
	// Budget is what one rendering may still spend.
	Budget = budget.Budget
)
