// Package number is Java's numbers: arithmetic as Velocity does it, and the
// methods of Integer, Long, Double, BigInteger and BigDecimal.
//
// The numbers themselves, and how they print, are jsonvalue's. Printing with a
// format is in package text.
package number

import "postern/vtl/internal/java/method"

type (
	// Value is a template's value.
	Value = method.Value
	// Budget is what one rendering may still spend.
	Budget = method.Budget
)
