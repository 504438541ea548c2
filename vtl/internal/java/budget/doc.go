// Package budget counts what a rendering may still spend: work, memory, the
// length of texts and the time of regular expressions.
//
// It is not a clock and not a limit of the output: work is counted in units that
// methods charge themselves for, so that the same template stops at the same
// place on every machine. Only regular expressions are timed.
package budget

import "postern/jsonvalue"

// Value is a template's value.
type Value = jsonvalue.Value
