// Package collection is the methods of lists and maps, and of what those return:
// arrays, views, entries and iterators.
//
// Lists and maps themselves are jsonvalue's, and the other values are package
// object's.
package collection

import "postern/vtl/internal/java/method"

type (
	// Value is a template's value.
	Value = method.Value
	// Budget is what one rendering may still spend.
	Budget = method.Budget
)
