// Package unit counts strings as Java does, in UTF-16 units: characters beyond
// U+FFFF count twice. The functions do so on UTF-8, and nothing is converted.
//
// It is not a conversion to UTF-16, and has no methods of String: those are in
// package text.
package unit

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
