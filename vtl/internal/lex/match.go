package lex

import (
	"strings"
	"unicode/utf8"
)

// longest collects the candidates for the next token: the longest wins, the
// first of equals.
type longest struct {
	kind Kind
	n    int
}

func (m *longest) add(kind Kind, n int) {
	if n > m.n || n == m.n && n > 0 && kind < m.kind {
		m.kind, m.n = kind, n
	}
}

func (m *longest) literal(kind Kind, s, text string) {
	if strings.HasPrefix(s, text) {
		m.add(kind, len(text))
	}
}

// match returns the kind and length of the next token in the current state;
// None if there is none.
func (l *Lexer) match() (Kind, int) {
	s := l.src[l.pos:]
	var m longest
	if s[0] == '#' {
		matchHash(&m, s, l.state)
	} else if s[0] == '$' || s[0] == '\\' {
		matchDollar(&m, s, l.backslashes(), l.state)
	}
	switch l.state {
	case inText:
		matchText(&m, s, l.backslashes())
	case inReference, inModifier:
		matchReference(&m, s, l.state)
	case inCall:
		matchCall(&m, s)
	case inIndex:
		m.literal(IndexClose, s, "]")
		matchConstants(&m, s)
	case afterHash:
		matchAfterHash(&m, s)
	case inDirective:
		matchDirective(&m, s)
	case inLineComment:
		m.add(LineCommentEnd, newline(s))
		m.add(anything, runeLen(s))
	case inFormalComment:
		m.literal(FormalComment, s, "*#")
		m.add(anything, runeLen(s))
	case inBlockComment:
		m.literal(BlockComment, s, "*#")
		m.add(anything, runeLen(s))
	case inTextBlock:
		m.literal(TextBlock, s, "]]#")
		m.add(anything, runeLen(s))
	}
	return m.kind, m.n
}

func runeLen(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// backslashes returns how many backslashes stand at the current place. A long
// row of them is measured once, not once for each.
func (l *Lexer) backslashes() int {
	if l.pos >= l.slashEnd {
		l.slashEnd = run(l.src, l.pos, '\\')
	}
	return l.slashEnd - l.pos
}

// matchHash matches what # begins. It means something in every state, within
// comments too, where it only takes part in finding the longest match.
func matchHash(m *longest, s string, in state) {
	m.add(hash, 1)
	m.literal(commentStart, s, "#*")
	m.literal(blockStart, s, "#[[")
	if strings.HasPrefix(s, "#**") && len(s) > 3 && s[3] != '#' {
		m.add(formalStart, 3+runeLen(s[3:]))
	}
	if in == inText || in == inReference || in == inDirective || in == afterHash {
		m.literal(LineComment, s, "##")
	}
}

// matchDollar matches what $ begins, as matchHash does, i backslashes before
// it included.
func matchDollar(m *longest, s string, i int, in state) {
	if i == len(s) || s[i] != '$' {
		return
	}
	m.add(dollar, i+1)
	if j := run(s, i+1, '\\'); j < len(s) && s[j] == '!' {
		m.add(dollarBang, j+1)
	}
	if i == 0 && (in == inText || in == inReference) {
		for _, text := range [...]string{"$[", "$.", "$![", `$\![`} {
			m.literal(EmptyIndex, s, text)
		}
	}
}

// run returns the offset behind the cs that start at i.
func run(s string, i int, c byte) int {
	for i < len(s) && s[i] == c {
		i++
	}
	return i
}

func matchText(m *longest, s string, slashes int) {
	switch s[0] {
	case '\\':
		m.add(Escape, 1)
		m.literal(DoubleEscape, s, `\\`)
		if i := slashes; i%2 == 1 && i < len(s) && s[i] == '#' {
			if n := max(word(s[i+1:]), curlyWord(s[i+1:])); n > 0 {
				m.add(EscapedDirective, i+1+n)
			}
		}
	case '$', '#':
	default:
		n := strings.IndexAny(s, "$#\\")
		if n < 0 {
			n = len(s)
		}
		m.add(Text, n)
	}
	matchSet(m, s)
}

// matchSet matches "#set(" and "#{set}(" with the blanks before them.
func matchSet(m *longest, s string) {
	i := blanks(s, 0)
	if i == len(s) || s[i] != '#' {
		return
	}
	rest := s[i+1:]
	n := 0
	switch {
	case strings.HasPrefix(rest, "set"):
		n = len("set")
	case strings.HasPrefix(rest, "{set}"):
		n = len("{set}")
	default:
		return
	}
	n = run(rest, n, ' ')
	if n < len(rest) && rest[n] == '(' {
		m.add(SetOpen, i+1+n+1)
	}
}

func blanks(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	return i
}

// newline returns the length of the newline that s begins with.
func newline(s string) int {
	switch {
	case strings.HasPrefix(s, "\r\n"):
		return 2
	case s != "" && (s[0] == '\n' || s[0] == '\r'):
		return 1
	}
	return 0
}

// withRestOfLine returns n, or the offset behind the newline if only blanks
// stand between.
func withRestOfLine(s string, n int) int {
	i := blanks(s, n)
	if nl := newline(s[i:]); nl > 0 {
		return i + nl
	}
	return n
}

func matchReference(m *longest, s string, in state) {
	m.literal(IndexOpen, s, "[")
	m.literal(FormalOpen, s, "{")
	m.literal(FormalClose, s, "}")
	if in == inModifier {
		m.literal(ParenOpen, s, "(")
	}
	matchSet(m, s)
	matchName(m, s)
	m.add(endOfReference, runeLen(s))
}

func matchName(m *longest, s string) {
	n := 0
	if isLetter(s[0]) || s[0] == '_' {
		for n = 1; n < len(s) && (isWordChar(s[n]) || s[n] == '-'); n++ {
		}
	}
	m.add(Identifier, n)
	m.literal(True, s, "true")
	m.literal(False, s, "false")
	if s[0] == '.' && len(s) > 1 && isLetter(s[1]) {
		m.add(Dot, 2)
	}
}

func matchCall(m *longest, s string) {
	m.literal(CallClose, s, ")")
	matchSet(m, s)
	matchPunctuation(m, s)
	matchName(m, s)
	matchConstants(m, s)
}

func matchPunctuation(m *longest, s string) {
	switch s[0] {
	case '[':
		m.add(BracketOpen, 1)
	case ']':
		m.add(BracketClose, 1)
	case ',':
		m.add(Comma, 1)
	case ':':
		m.add(Colon, 1)
	case '{':
		m.add(CurlyOpen, 1)
	case '}':
		m.add(CurlyClose, 1)
	case '.':
		m.literal(Range, s, "..")
	}
}

// matchConstants matches space, strings, numbers, true and false.
func matchConstants(m *longest, s string) {
	switch c := s[0]; {
	case c == '"' || c == '\'':
		m.add(String, stringLiteral(s))
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		m.add(Space, len(s)-len(strings.TrimLeft(s, " \t\r\n")))
	case c == 't':
		m.literal(True, s, "true")
	case c == 'f':
		m.literal(False, s, "false")
	default:
		matchNumber(m, s)
	}
}

// stringLiteral returns the length of the string that s begins with, 0 if it
// has no end. A doubled quote stands for one, unless the string can only end
// between the two.
func stringLiteral(s string) int {
	end, quote := 0, s[0]
	for i := 1; i < len(s); i++ {
		if s[i] != quote {
			continue
		}
		end = i + 1
		if end == len(s) || s[end] != quote {
			break
		}
		i++
	}
	return end
}

func matchNumber(m *longest, s string) {
	i := 0
	if s[0] == '-' {
		i = 1
	}
	whole := digits(s, i)
	if whole > i {
		m.add(Integer, whole)
		if strings.HasPrefix(s[whole:], "..") {
			m.add(Integer, whole+2)
		}
		if n := exponent(s, whole); n > whole {
			m.add(Float, n)
		}
	}
	if whole < len(s) && s[whole] == '.' {
		if n := digits(s, whole+1); n > whole+1 || whole > i {
			m.add(Float, exponent(s, n))
		}
	}
}

func digits(s string, i int) int {
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

// exponent returns the offset behind the exponent at i, or i.
func exponent(s string, i int) int {
	if i == len(s) || s[i]|0x20 != 'e' {
		return i
	}
	j := i + 1
	if j < len(s) && (s[j] == '+' || s[j] == '-') {
		j++
	}
	if n := digits(s, j); n > j {
		return n
	}
	return i
}

func matchAfterHash(m *longest, s string) {
	m.add(Word, word(s))
	m.add(CurlyWord, curlyWord(s))
	for _, k := range [...]struct {
		kind Kind
		name string
	}{{End, "end"}, {If, "if"}, {ElseIf, "elseif"}, {Else, "else"}} {
		n := len(k.name)
		if !strings.HasPrefix(s, k.name) {
			if n += 2; len(s) < n || s[0] != '{' || s[n-1] != '}' || s[1:n-1] != k.name {
				continue
			}
		}
		if k.kind == End || k.kind == Else {
			n = withRestOfLine(s, n)
		}
		m.add(k.kind, n)
	}
	matchNumber(m, s)
	m.add(endOfDirective, runeLen(s))
}

func matchDirective(m *longest, s string) {
	switch c := s[0]; {
	case c == ')':
		m.add(ParenClose, withRestOfLine(s, 1))
	case c == '(':
		m.add(ParenOpen, 1)
	case isLetter(c) || c == '_' || c == '@':
		m.add(Word, word(s))
		matchWordOperator(m, s)
	case c == '{':
		m.add(CurlyWord, curlyWord(s))
	default:
		matchOperator(m, s)
	}
	matchPunctuation(m, s)
	matchConstants(m, s)
}

func matchWordOperator(m *longest, s string) {
	for _, o := range [...]struct {
		kind Kind
		name string
	}{{And, "and"}, {Or, "or"}, {Less, "lt"}, {LessEqual, "le"}, {Greater, "gt"}, {GreaterEqual, "ge"}, {Equal, "eq"}, {NotEqual, "ne"}, {Not, "not"}} {
		m.literal(o.kind, s, o.name)
	}
}

func matchOperator(m *longest, s string) {
	for _, o := range [...]struct {
		kind Kind
		sign string
	}{
		{Minus, "-"}, {Plus, "+"}, {Times, "*"}, {Divide, "/"}, {Modulo, "%"}, {And, "&&"}, {Or, "||"}, {Less, "<"}, {LessEqual, "<="},
		{Greater, ">"}, {GreaterEqual, ">="}, {Equal, "=="}, {NotEqual, "!="}, {Not, "!"}, {Assign, "="},
	} {
		m.literal(o.kind, s, o.sign)
	}
}

// word returns the length of the directive name that s begins with.
func word(s string) int {
	if s == "" || !isLetter(s[0]) && s[0] != '_' && s[0] != '@' {
		return 0
	}
	n := 1
	for n < len(s) && (isWordChar(s[n]) || s[n] == '@') {
		n++
	}
	return n
}

// curlyWord returns the length of the {name} that s begins with.
func curlyWord(s string) int {
	if len(s) < 3 || s[0] != '{' || !isLetter(s[1]) && s[1] != '_' {
		return 0
	}
	if n := 1 + word(s[1:]); n < len(s) && s[n] == '}' {
		return n + 1
	}
	return 0
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isWordChar(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' || c == '_' }
