package syntax

// Error is a text that is not well formed.
type Error struct {
	// Message is AWS's text, whole: "Template format error: …".
	Message string
	// Line and Column say where, counted from 1; zero if unknown.
	Line, Column int
	// Detail is what is wrong in the reader's own words, for people; AWS does
	// not say it. It may be empty.
	Detail string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }
