package javaregex

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// node is a piece of a parsed pattern.
type node interface {
	emit(w *writer)
}

type (
	seq           []node
	alt           []node
	lineStart     struct{ flags Flags } // ^, \A
	lineEnd       struct{ flags Flags } // $, \Z
	textEnd       struct{}              // \z
	boundary      rune                  // \b, \B
	raw           string                // what the backtracking engine has by the same name
	backReference struct {
		number int
		flags  Flags
	}
	repeat struct {
		body      node
		low, high int // high < 0: no bound
		mode      repeatMode
	}
	group struct {
		kind groupKind
		body node
	}
)

type repeatMode uint8

const (
	greedy repeatMode = iota
	lazy
	possessive
)

type groupKind uint8

const (
	plain groupKind = iota
	capture
	lookahead
	notAhead
	lookbehind
	notBehind
	atomic
)

var groupOpening = [...]string{plain: "(?:", capture: "(", lookahead: "(?=", notAhead: "(?!", lookbehind: "(?<=", notBehind: "(?<!", atomic: "(?>"}

// writer writes a pattern for one of the two engines.
type writer struct {
	strings.Builder
	// linear is for Go's regexp; impossible says that it cannot be done.
	linear, impossible bool
	// whole says that the pattern must match the whole text, tail that what is
	// written now stands at its very end.
	whole, tail bool
	// groups is the number of capturing groups in the pattern.
	groups int
}

// only writes what just the backtracking engine has.
func (w *writer) only(text string) {
	w.impossible = true
	w.WriteString(text)
}

func (s seq) emit(w *writer) {
	tail := w.tail
	for i, n := range s {
		w.tail = tail && i == len(s)-1
		n.emit(w)
	}
	w.tail = tail
}

func (a alt) emit(w *writer) {
	for i, n := range a {
		if i > 0 {
			w.WriteByte('|')
		}
		n.emit(w)
	}
}

func (g group) emit(w *writer) {
	if g.kind > capture {
		w.impossible = true
	}
	tail := w.tail
	w.tail = tail && g.kind <= capture
	w.WriteString(groupOpening[g.kind])
	g.body.emit(w)
	if g.kind == atomic {
		w.WriteString(atomicEnd)
	}
	w.WriteByte(')')
	w.tail = tail
}

// atomicEnd is a branch that never matches. Without it, the backtracking engine
// takes (?>a+)? for a loop that gives nothing back, not even the whole group.
const atomicEnd = `|[^\s\S]`

func (r repeat) emit(w *writer) {
	tail := w.tail
	w.tail = false
	if r.mode == possessive {
		w.only("(?>")
	}
	w.WriteString("(?:") // Go knows no a{2}{3}
	r.body.emit(w)
	w.WriteByte(')')
	w.tail = tail
	switch {
	case r.low == 0 && r.high < 0:
		w.WriteByte('*')
	case r.low == 1 && r.high < 0:
		w.WriteByte('+')
	case r.low == 0 && r.high == 1:
		w.WriteByte('?')
	case r.high < 0:
		w.WriteString("{" + strconv.Itoa(r.low) + ",}")
	default:
		w.WriteString("{" + strconv.Itoa(r.low) + "," + strconv.Itoa(r.high) + "}")
	}
	switch r.mode {
	case lazy:
		w.WriteByte('?')
	case possessive:
		w.only(atomicEnd + ")")
	}
}

// lineEnding is the class of the characters that end a line.
const lineEnding = "[\n\r\u0085\u2028\u2029]"

func (l lineStart) emit(w *writer) {
	switch {
	case l.flags&Multiline == 0:
		// Where a search starts in the middle, Go's regexp would take that
		// place for the beginning.
		if !w.whole {
			w.impossible = true
		}
		w.WriteString(`\A`)
	case l.flags&UnixLines != 0:
		w.only(`(?:\A|(?<=\n)(?!\z))`)
	default:
		w.only(`(?:\A|(?<=` + lineEnding + `)(?<!\r(?=\n))(?!\z))`)
	}
}

func (l lineEnd) emit(w *writer) {
	switch {
	case w.whole && w.tail:
		w.WriteString(`\z`)
	case l.flags&(Multiline|UnixLines) == Multiline|UnixLines:
		w.only(`(?=\n|\z)`)
	case l.flags&Multiline != 0:
		w.only(`(?=` + lineEnding + `|\z)(?<!\r(?=\n))`)
	case l.flags&UnixLines != 0:
		w.only(`(?=\n?\z)`)
	default:
		w.only(`(?=(?:\r\n|` + lineEnding + `)?\z)(?<!\r(?=\n))`)
	}
}

func (textEnd) emit(w *writer) { w.WriteString(`\z`) }

// A boundary is between a letter, digit or underscore and something else;
// Java asks Unicode for letters and digits here, unlike for \w.
func (b boundary) emit(w *writer) {
	const word = `[\p{L}\p{Nd}_]`
	if b == 'b' {
		w.only(`(?:(?<=` + word + `)(?!` + word + `)|(?<!` + word + `)(?=` + word + `))`)
		return
	}
	w.only(`(?:(?<=` + word + `)(?=` + word + `)|(?<!` + word + `)(?!` + word + `))`)
}

func (r raw) emit(w *writer) { w.only(string(r)) }

func (b backReference) emit(w *writer) {
	if b.number > w.groups { // never matches
		w.only("(?!)")
		return
	}
	reference := `\` + strconv.Itoa(b.number) + ")"
	if b.flags&CaseInsensitive != 0 {
		w.only("(?i:" + reference)
		return
	}
	w.only("(?:" + reference)
}

func (s set) emit(w *writer) {
	if r, ok := s.one(); ok {
		writeRune(w, r)
		return
	}
	if len(s) == 0 { // matches nothing
		if w.linear {
			w.WriteString(`[^\x00-\x{10FFFF}]`)
		} else {
			w.WriteString(`(?!)`)
		}
		return
	}
	w.WriteByte('[')
	for i := 0; i < len(s); i += 2 {
		lo, hi := s[i], s[i+1]
		if lo >= 0xD800 && lo <= 0xDFFF { // surrogates are no characters in Go
			lo = 0xE000
		}
		if hi >= 0xD800 && hi <= 0xDFFF {
			hi = 0xD7FF
		}
		if lo > hi {
			continue
		}
		writeRune(w, lo)
		if hi > lo {
			w.WriteByte('-')
			writeRune(w, hi)
		}
	}
	w.WriteByte(']')
}

// writeRune writes a character that stands for itself in both engines, in and
// outside classes.
func writeRune(w *writer, r rune) {
	switch {
	case r < 0x20 || r == 0x7F:
		const hex = "0123456789abcdef"
		w.WriteString(`\x`)
		w.WriteByte(hex[r>>4])
		w.WriteByte(hex[r&15])
	case r < utf8.RuneSelf && !isASCIILetter(r) && (r < '0' || r > '9') && r != '_':
		w.WriteByte('\\')
		w.WriteRune(r)
	default:
		w.WriteRune(r)
	}
}
