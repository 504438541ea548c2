package javaregex

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Flags are the flags of java.util.regex.Pattern, which a pattern can also set
// inline: (?i), (?m:...).
type Flags uint8

// The flags, with the letter that sets them inline.
const (
	CaseInsensitive Flags = 1 << iota // i: ASCII letters only, without UnicodeCase
	Comments                          // x: blanks and #... are no part of the pattern
	Multiline                         // m: ^ and $ match at every line
	DotAll                            // s: . matches line ends too
	UnicodeCase                       // u
	UnixLines                         // d: only \n ends a line
	UnicodeClasses                    // U: \w, \d, \s and POSIX classes are Unicode's
)

var flagLetters = map[rune]Flags{
	'i': CaseInsensitive, 'x': Comments, 'm': Multiline, 's': DotAll, 'u': UnicodeCase, 'd': UnixLines, 'U': UnicodeClasses | UnicodeCase,
}

// maxDepth bounds the nesting of groups and classes.
const maxDepth = 200

// maxRepeat bounds the numbers in {n,m}; Java takes any int.
const maxRepeat = 100_000

// Error is a pattern that is not Java's, or uses what is not supported.
type Error struct {
	Pattern string
	// Offset is the index in Pattern of the byte where the problem shows.
	Offset int
	// Problem says what is wrong.
	Problem string
}

// Error returns the problem and its place.
func (e *Error) Error() string {
	return "regular expression " + strconv.Quote(e.Pattern) + ", offset " + strconv.Itoa(e.Offset) + ": " + e.Problem
}

// parser reads a pattern into a tree of nodes.
type parser struct {
	src   string
	i     int
	flags Flags
	depth int
	// groups counts the capturing groups seen; names gives the number of the
	// named ones.
	groups int
	names  map[string]int
	err    *Error
}

func (p *parser) fail(at int, problem string) {
	if p.err == nil {
		p.err = &Error{Pattern: p.src, Offset: at, Problem: problem}
	}
	p.i = len(p.src) // stop reading
}

func (p *parser) more() bool { return p.i < len(p.src) }

// peek returns the next character, or -1.
func (p *parser) peek() rune {
	if !p.more() {
		return -1
	}
	r, _ := utf8.DecodeRuneInString(p.src[p.i:])
	return r
}

func (p *parser) next() rune {
	if !p.more() {
		return -1
	}
	r, n := utf8.DecodeRuneInString(p.src[p.i:])
	p.i += n
	return r
}

func (p *parser) accept(text string) bool {
	if strings.HasPrefix(p.src[p.i:], text) {
		p.i += len(text)
		return true
	}
	return false
}

// skipComments passes what the flag x makes meaningless.
func (p *parser) skipComments() {
	for p.flags&Comments != 0 && p.more() {
		switch c := p.src[p.i]; {
		case c == ' ' || c >= '\t' && c <= '\r':
			p.i++
		case c == '#':
			for p.more() && !strings.ContainsRune("\n\r\u0085\u2028\u2029", p.peek()) {
				p.next()
			}
		default:
			return
		}
	}
}

// alternation reads up to a closing parenthesis or the end. Flags set inside
// end with it.
func (p *parser) alternation() node {
	flags := p.flags
	defer func() { p.flags = flags }()
	if p.depth++; p.depth > maxDepth {
		p.fail(p.i, "nested too deep")
		return nil
	}
	defer func() { p.depth-- }()
	branches := alt{p.sequence()}
	for p.accept("|") {
		branches = append(branches, p.sequence())
	}
	if len(branches) == 1 {
		return branches[0]
	}
	return branches
}

func (p *parser) sequence() node {
	var s seq
	for {
		p.skipComments()
		if c := p.peek(); c == -1 || c == '|' || c == ')' {
			return s
		}
		if p.accept(`\Q`) {
			s = p.quoted(s)
			continue
		}
		n := p.atom()
		if n == nil {
			continue
		}
		s = append(s, p.quantified(n))
	}
}

// quoted reads what stands between \Q and \E.
func (p *parser) quoted(s seq) seq {
	text, _, closed := strings.Cut(p.src[p.i:], `\E`)
	p.i += len(text)
	if closed {
		p.i += 2
	}
	for _, r := range text {
		s = append(s, p.char(r))
	}
	if n := len(s) - 1; text != "" {
		s[n] = p.quantified(s[n])
	}
	return s
}

// char returns a single character under the current flags.
func (p *parser) char(r rune) set { return p.folded(newSet(r, r)) }

func (p *parser) folded(s set) set {
	if p.flags&CaseInsensitive == 0 {
		return s
	}
	return s.fold(p.flags&UnicodeCase != 0)
}

func (p *parser) atom() node {
	at := p.i
	switch c := p.next(); c {
	case '(':
		return p.group(at)
	case '[':
		return p.class(at)
	case '\\':
		return p.escape(at)
	case '.':
		switch {
		case p.flags&DotAll != 0:
			return everything
		case p.flags&UnixLines != 0:
			return newSet('\n', '\n').negate()
		}
		return lineEnds.negate()
	case '^':
		return lineStart{p.flags}
	case '$':
		return lineEnd{p.flags}
	case '*', '+', '?':
		p.fail(at, "nothing to repeat before '"+string(c)+"'")
	case '{':
		p.fail(at, "nothing to repeat before '{'; a brace itself is \\{")
	default:
		return p.char(c)
	}
	return nil
}

// quantified reads the quantifiers behind n, if any.
func (p *parser) quantified(n node) node {
	for {
		p.skipComments()
		at := p.i
		low, high := 0, -1
		switch p.peek() {
		case '*':
			p.i++
		case '+':
			p.i++
			low = 1
		case '?':
			p.i++
			high = 1
		case '{':
			p.i++
			if low, high = p.bounds(at); p.err != nil {
				return n
			}
		default:
			return n
		}
		mode := greedy
		if p.accept("?") {
			mode = lazy
		} else if p.accept("+") {
			mode = possessive
		}
		n = repeat{n, low, high, mode}
		if c := p.peek(); c == '*' || c == '+' || c == '?' {
			p.fail(p.i, "nothing to repeat before '"+string(c)+"'")
			return n
		}
	}
}

// bounds reads what follows the brace of {n}, {n,} or {n,m}.
func (p *parser) bounds(at int) (low, high int) {
	low, ok := p.number()
	if !ok {
		p.fail(at, "bad repetition; a brace itself is \\{")
		return 0, 0
	}
	high = low
	if p.accept(",") {
		if high, ok = p.number(); !ok {
			high = -1
		}
	}
	switch {
	case !p.accept("}"):
		p.fail(at, "repetition is not closed")
	case high >= 0 && high < low:
		p.fail(at, "bad repetition: the lower bound is above the upper one")
	case low > maxRepeat || high > maxRepeat:
		p.fail(at, "repetition is too large")
	}
	return low, high
}

func (p *parser) number() (n int, ok bool) {
	for p.more() && p.src[p.i] >= '0' && p.src[p.i] <= '9' {
		n = min(n*10+int(p.src[p.i]-'0'), maxRepeat+1)
		ok = true
		p.i++
	}
	return n, ok
}

// group reads what follows an opening parenthesis.
func (p *parser) group(at int) node {
	g := group{}
	switch {
	case p.accept("?:"):
	case p.accept("?="):
		g.kind = lookahead
	case p.accept("?!"):
		g.kind = notAhead
	case p.accept("?<="):
		g.kind = lookbehind
	case p.accept("?<!"):
		g.kind = notBehind
	case p.accept("?>"):
		g.kind = atomic
	case p.accept("?<"):
		g.kind = capture
		p.name(at)
	case p.accept("?"):
		flags := p.flags
		if p.inlineFlags(at) {
			return nil // (?i): up to the end of the enclosing group
		}
		defer func() { p.flags = flags }()
	default:
		g.kind = capture
		p.groups++
	}
	g.body = p.alternation()
	if !p.accept(")") {
		p.fail(at, "group is not closed")
	}
	return g
}

// name reads the name of a capturing group and counts the group.
func (p *parser) name(at int) {
	name, _, ok := strings.Cut(p.src[p.i:], ">")
	if !ok || !validName(name) {
		p.fail(at, "group name must be letters and digits, and closed by '>'")
		return
	}
	if _, twice := p.names[name]; twice {
		p.fail(at, "group name "+name+" is used twice")
		return
	}
	p.i += len(name) + 1
	p.groups++
	if p.names == nil {
		p.names = map[string]int{}
	}
	p.names[name] = p.groups
}

func validName(name string) bool {
	for i, r := range name {
		if !isASCIILetter(r) && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

// inlineFlags reads the letters behind (? and sets the flags. whole says that
// the parenthesis closed; otherwise a colon and a group follow.
func (p *parser) inlineFlags(at int) (whole bool) {
	off := false
	for {
		c := p.next()
		f, known := flagLetters[c]
		switch {
		case known && off:
			p.flags &^= f
		case known:
			p.flags |= f
		case c == '-' && !off:
			off = true
		case c == ')':
			return true
		case c == ':':
			return false
		default:
			p.fail(at, "unknown kind of group")
			return true
		}
	}
}

// escape reads what follows a backslash outside a class.
func (p *parser) escape(at int) node {
	if s, ok := p.classEscape(at); ok {
		return s
	}
	start := p.i
	switch c := p.next(); c {
	case -1:
		if p.err == nil {
			p.fail(at, "nothing follows the backslash")
		}
	case 'b', 'B':
		if c == 'b' && p.accept("{g}") {
			p.fail(at, `\b{g} is not supported`)
		}
		return boundary(c)
	case 'A':
		return lineStart{}
	case 'Z':
		return lineEnd{p.flags & UnixLines}
	case 'z':
		return textEnd{}
	case 'G':
		return raw(`\G`)
	case 'R':
		return raw(`(?>\r\n|[\n\v\f\r\x85` + "\u2028\u2029])")
	case 'X':
		return raw(`\X`)
	case 'k':
		name, _, ok := strings.Cut(p.src[p.i:], ">")
		number, known := p.names[strings.TrimPrefix(name, "<")]
		if !ok || !strings.HasPrefix(name, "<") || !known {
			p.fail(at, "no group of that name before this place")
			return nil
		}
		p.i += len(name) + 1
		return backReference{number, p.flags}
	case '1', '2', '3', '4', '5', '6', '7', '8', '9':
		number := int(c - '0')
		for p.more() && p.src[p.i] >= '0' && p.src[p.i] <= '9' && number*10+int(p.src[p.i]-'0') <= p.groups {
			number = number*10 + int(p.src[p.i]-'0')
			p.i++
		}
		return backReference{number, p.flags}
	default:
		p.i = start
		if r, ok := p.charEscape(at); ok {
			return p.char(r)
		}
	}
	return nil
}

// classEscape reads the escapes that mean a set, if one is next.
func (p *parser) classEscape(at int) (set, bool) {
	var s set
	c := p.peek()
	switch c | 0x20 {
	case 'd', 's', 'w':
		s = map[rune]set{'d': digits, 's': spaces, 'w': words}[c|0x20]
		if p.flags&UnicodeClasses != 0 {
			s = unicodeSets()[byte(c|0x20)]
		}
	case 'h':
		s = blanks
	case 'v':
		s = verticals
	case 'p':
		return p.property(at)
	default:
		return nil, false
	}
	p.i++
	if unicode.IsUpper(c) {
		s = s.negate()
	}
	return s, true
}

// property reads \p{name}, \pL and their negations.
func (p *parser) property(at int) (set, bool) {
	negated := p.next() == 'P'
	name := ""
	if p.accept("{") {
		var ok bool
		if name, _, ok = strings.Cut(p.src[p.i:], "}"); !ok {
			p.fail(at, "property is not closed")
			return nil, true
		}
		p.i += len(name) + 1
	} else if c := p.next(); c != -1 {
		name = string(c)
	}
	s, ok := property(name, p.flags)
	switch {
	case !ok && (strings.HasPrefix(name, "In") || strings.HasPrefix(strings.ToLower(name), "bl")):
		p.fail(at, "Unicode blocks are not supported: "+name)
	case !ok:
		p.fail(at, "unknown character property {"+name+"}")
	}
	if negated {
		s = s.negate()
	}
	return s, true
}

// charEscape reads an escape that means one character.
func (p *parser) charEscape(at int) (rune, bool) {
	c := p.next()
	switch c {
	case 't':
		return '\t', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 'f':
		return '\f', true
	case 'a':
		return '\a', true
	case 'e':
		return 0x1B, true
	case 'c':
		if r := p.next(); r >= 0 {
			return r ^ 64, true
		}
	case '0':
		return p.octal(at)
	case 'x':
		if p.accept("{") {
			text, _, ok := strings.Cut(p.src[p.i:], "}")
			p.i = min(p.i+len(text)+1, len(p.src))
			return p.hex(at, text, ok)
		}
		return p.hexDigits(at, 2)
	case 'u':
		r, ok := p.hexDigits(at, 4)
		if r >= 0xD800 && r < 0xDC00 && p.accept(`\u`) {
			low, ok := p.hexDigits(at, 4)
			return (r-0xD800)<<10 + (low - 0xDC00) + 0x10000, ok
		}
		return r, ok
	case 'N':
		p.fail(at, `\N{name} is not supported`)
		return 0, false
	default:
		if c >= 0 && !isASCIILetter(c) {
			return c, true
		}
	}
	p.fail(at, "unknown escape")
	return 0, false
}

func (p *parser) hexDigits(at, n int) (rune, bool) {
	end := min(p.i+n, len(p.src))
	text := p.src[p.i:end]
	p.i = end
	return p.hex(at, text, len(text) == n)
}

func (p *parser) hex(at int, text string, ok bool) (rune, bool) {
	n, err := strconv.ParseUint(text, 16, 32)
	if !ok || err != nil || n > unicode.MaxRune {
		p.fail(at, "bad hexadecimal escape")
		return 0, false
	}
	return rune(n), true
}

// octal reads \0n, \0nn or \0nnn up to \0377.
func (p *parser) octal(at int) (rune, bool) {
	n, count := rune(0), 0
	for ; count < 3 && p.more() && p.src[p.i] >= '0' && p.src[p.i] <= '7' && n*8 <= 0o377-rune(p.src[p.i]-'0'); count++ {
		n = n*8 + rune(p.src[p.i]-'0')
		p.i++
	}
	if count == 0 {
		p.fail(at, "bad octal escape")
	}
	return n, count > 0
}
