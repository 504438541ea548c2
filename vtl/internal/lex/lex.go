// Package lex cuts a Velocity 1.7 template into tokens.
//
// Velocity has no grammar in which text is text and code is code: what a
// character means depends on a stack of lexical states that the tokens before
// it have pushed. "$x.y" leaves the lexer in a state where "(" opens a call;
// "$x " does not. Most surprises of the language (why "$ #set(…)" swallows the
// dollar sign, why "#" at the end of a template is an error) are consequences
// of those states, so they are modelled one by one, and the longest match
// among a state's tokens wins as it does in Velocity.
//
// The package knows nothing of syntax: which tokens may follow each other is
// the parser's business, as is the decision that a #word is a directive
// (EnterDirective).
package lex

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// state is a lexical state.
type state uint8

const (
	inText      state = iota
	inReference       // behind $
	inModifier        // behind $x.
	inCall            // within $x.y( )
	inIndex           // within $x[ ]
	afterHash         // behind #
	inDirective       // within #x( )
	inLineComment
	inFormalComment
	inBlockComment
	inTextBlock
)

// frame is a saved state.
type frame struct {
	state        state
	open, closed int
}

// Error is a place that is no token.
type Error struct {
	Pos int
	Msg string
}

func (e *Error) Error() string { return e.Msg }

// Lexer reads tokens. Its zero value is not usable; New makes one.
type Lexer struct {
	src   string
	pos   int
	state state
	stack []frame
	// open and closed count the parentheses of the current frame.
	open, closed int
	inComment    bool
	inSet        bool
	slashEnd     int // see backslashes
}

// New returns a lexer at the start of src.
func New(src string) *Lexer { return &Lexer{src: src} }

// EnterDirective says that the word just read opens a directive, whose
// arguments may follow.
func (l *Lexer) EnterDirective() { l.state = inDirective }

// LeaveDirective says that it has no arguments: text follows.
func (l *Lexer) LeaveDirective() { l.pop() }

// EndSet says that a #set is complete.
func (l *Lexer) EndSet() { l.inSet = false }

// AtParenthesis reports whether the next character that is not white space is
// an opening parenthesis.
func (l *Lexer) AtParenthesis() bool {
	rest := strings.TrimLeft(l.src[l.pos:], " \t\r\n")
	return strings.HasPrefix(rest, "(")
}

func (l *Lexer) push(to state) {
	l.stack = append(l.stack, frame{l.state, l.open, l.closed})
	l.open = 0
	l.state = to
}

func (l *Lexer) pop() bool {
	n := len(l.stack) - 1
	if n < 0 {
		l.open, l.state = 0, inText
		return false
	}
	f := l.stack[n]
	l.stack = l.stack[:n]
	l.state, l.open, l.closed = f.state, f.open, f.closed
	return true
}

// Next returns the next token; at the end one of kind EOF, again and again.
func (l *Lexer) Next() (Token, error) {
	var special, last string
	start := l.pos
	for l.pos < len(l.src) {
		kind, n := l.match()
		if kind == None {
			return Token{}, l.illegal()
		}
		at := l.pos
		l.pos += n
		switch kind {
		case dollar, dollarBang, blockStart, formalStart, commentStart, hash:
			l.begin(kind)
			if l.pos >= len(l.src) {
				return Token{}, l.unfinished(at)
			}
		case anything:
			if l.state == inTextBlock {
				if l.pos >= len(l.src) {
					return Token{}, l.unfinished(start)
				}
				continue
			}
			start = l.pos
		case endOfReference, endOfDirective:
			last = l.src[start:l.pos]
			special += specialText(last)
			l.pos = at
			start = at
			l.pop()
		default:
			if strings.HasPrefix(last, "##") {
				special = ""
			}
			t := Token{Kind: kind, Image: l.src[start:l.pos], Special: special, Pos: start}
			l.finish(&t)
			t.End = l.pos
			return t, nil
		}
	}
	return Token{Kind: EOF, Special: special, Pos: l.pos, End: l.pos}, nil
}

// unfinished is the error at the end of a template that is within a token. Even
// a $ or # that is only text cannot be the last character.
func (l *Lexer) unfinished(at int) error {
	if l.state == inTextBlock {
		return &Error{at, "#[[ without ]]#"}
	}
	return &Error{at, fmt.Sprintf("%s at the end of the template is not text: more must follow", l.src[at:])}
}

func (l *Lexer) illegal() error {
	if l.state == inIndex || l.state == inCall || l.state == inDirective {
		if c := l.src[l.pos]; c == '"' || c == '\'' {
			return &Error{l.pos, "string without end"}
		}
	}
	r, _ := utf8.DecodeRuneInString(l.src[l.pos:])
	msg := fmt.Sprintf("%q cannot stand here", r)
	if (l.state == inCall || l.state == inIndex) && strings.ContainsRune("+-*/%=<>(", r) {
		msg = fmt.Sprintf("%q in an argument or index, which is no expression: compute it with #set first", r)
	}
	return &Error{l.pos, msg}
}

// begin acts on a token's beginning, which decides the state that the rest of
// the token is read in.
func (l *Lexer) begin(kind Kind) {
	if l.inComment {
		return
	}
	switch kind {
	case dollar, dollarBang:
		if l.state == inReference {
			l.pop()
		}
		l.push(inReference)
	case hash:
		if l.state == inReference || l.state == inModifier {
			l.pop()
		}
		l.push(afterHash)
	case blockStart:
		l.inComment = true
		l.push(inTextBlock)
	case formalStart:
		// The character behind #** was only looked at.
		l.pos = l.lastRune()
		l.inComment = true
		l.push(inFormalComment)
	case commentStart:
		l.inComment = true
		l.push(inBlockComment)
	}
}

// lastRune is the offset of the character before pos.
func (l *Lexer) lastRune() int {
	i := l.pos - 1
	for i > 0 && l.src[i]&0xC0 == 0x80 {
		i--
	}
	return i
}

// finish acts on a whole token.
func (l *Lexer) finish(t *Token) {
	switch t.Kind {
	case IndexOpen:
		l.push(inIndex)
	case IndexClose, FormalClose:
		l.pop()
	case ParenOpen:
		l.open++
		if l.state == inModifier {
			l.state = inCall
		}
	case ParenClose:
		l.closeParenthesis()
	case CallClose:
		l.state = inReference
	case SetOpen:
		l.push(inDirective)
		l.inSet = true
		l.open++
	case LineComment:
		if l.state == inReference {
			l.pop()
		}
		l.inComment = true
		l.push(inLineComment)
	case LineCommentEnd, FormalComment, BlockComment, TextBlock:
		l.inComment = false
		l.pop()
	case End, Else:
		l.pop()
	case If, ElseIf:
		l.state = inDirective
	case String:
		if l.state == inDirective && !l.inSet && l.open == 0 {
			l.pop()
		}
	case Integer:
		if strings.HasSuffix(t.Image, "..") {
			t.Image = t.Image[:len(t.Image)-2]
			l.pos -= 2
		}
		if l.open == 0 && !l.inSet && l.state != inCall && l.state != inIndex {
			l.pop()
		}
	case Float:
		if l.open == 0 && !l.inSet && l.state != inCall {
			l.pop()
		}
	case Dot:
		// The letter behind it was only looked at.
		l.pos--
		t.Image = "."
		l.state = inModifier
	}
}

// closeParenthesis drops to the state that the parenthesis was opened in.
func (l *Lexer) closeParenthesis() {
	for l.open == 0 {
		if !l.pop() {
			return
		}
	}
	if l.open == l.closed+1 {
		l.pop()
	} else {
		l.closed++
	}
}

// specialText returns what of a passed-over image is still text: $ and #, and
// backslashes before a $.
func specialText(image string) string {
	var b strings.Builder
	for i := 0; i < len(image); i++ {
		switch image[i] {
		case '#', '$':
			b.WriteByte(image[i])
		case '\\':
			j := i
			for j < len(image) && image[j] == '\\' {
				j++
			}
			if j < len(image) && image[j] == '$' {
				b.WriteString(image[i : j+1])
				i = j + 1
			}
		}
	}
	return b.String()
}
