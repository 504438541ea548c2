// Package text is the methods of String and Character: those that take apart and
// put together, search, regular expressions, and java.util.Formatter.
//
// How a string is counted is package unit's affair, and what a regular expression
// means that of javaregex.
package text

import "postern/vtl/internal/java/method"

type (
	// Value is a template's value.
	Value = method.Value
	// Budget is what one rendering may still spend.
	Budget = method.Budget
)
