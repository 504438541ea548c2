package javaregex

import (
	"strings"
	"sync"
	"unicode"
)

// Sets of the one-letter escapes.
var (
	lineEnds   = newSet('\n', '\n', '\r', '\r', 0x85, 0x85, 0x2028, 0x2029)
	digits     = newSet('0', '9')
	spaces     = newSet('\t', '\r', ' ', ' ')
	words      = newSet('0', '9', 'A', 'Z', '_', '_', 'a', 'z')
	blanks     = newSet('\t', '\t', ' ', ' ', 0xA0, 0xA0, 0x1680, 0x1680, 0x180E, 0x180E, 0x2000, 0x200A, 0x202F, 0x202F, 0x205F, 0x205F, 0x3000, 0x3000)
	verticals  = newSet('\n', '\r', 0x85, 0x85, 0x2028, 0x2029)
	everything = newSet(0, unicode.MaxRune)
)

// unicodeSets are what \d, \s and \w mean under the flag U.
var unicodeSets = sync.OnceValue(func() map[byte]set {
	alphabetic := table(unicode.L, unicode.Nl, unicode.Other_Alphabetic)
	return map[byte]set{
		'd': table(unicode.Nd),
		's': table(unicode.White_Space),
		'w': alphabetic.union(table(unicode.M, unicode.Nd, unicode.Pc, unicode.Join_Control)),
	}
})

// posix are the properties that mean ASCII characters only.
var posix = map[string]set{
	"Lower":  newSet('a', 'z'),
	"Upper":  newSet('A', 'Z'),
	"ASCII":  newSet(0, 0x7F),
	"Alpha":  newSet('a', 'z', 'A', 'Z'),
	"Digit":  digits,
	"Alnum":  newSet('a', 'z', 'A', 'Z', '0', '9'),
	"Punct":  newSet('!', '/', ':', '@', '[', '`', '{', '~'),
	"Graph":  newSet('!', '~'),
	"Print":  newSet(' ', '~'),
	"Blank":  newSet('\t', '\t', ' ', ' '),
	"Cntrl":  newSet(0, 0x1F, 0x7F, 0x7F),
	"XDigit": newSet('0', '9', 'a', 'f', 'A', 'F'),
	"Space":  spaces,
}

// javaMethods are the properties named after methods of java.lang.Character.
var javaMethods = sync.OnceValue(func() map[string]set {
	letter := table(unicode.L)
	digit := table(unicode.Nd)
	ignorable := newSet(0, 8, 0xE, 0x1B, 0x7F, 0x9F).union(table(unicode.Cf))
	start := letter.union(table(unicode.Nl))
	part := start.union(digit).union(table(unicode.Mn, unicode.Mc, unicode.Pc)).union(ignorable)
	alphabetic := start.union(table(unicode.Other_Alphabetic))
	return map[string]set{
		"javaLowerCase":              table(unicode.Ll, unicode.Other_Lowercase),
		"javaUpperCase":              table(unicode.Lu, unicode.Other_Uppercase),
		"javaTitleCase":              table(unicode.Lt),
		"javaAlphabetic":             alphabetic,
		"javaIdeographic":            table(unicode.Ideographic),
		"javaDigit":                  digit,
		"javaDefined":                assigned(),
		"javaLetter":                 letter,
		"javaLetterOrDigit":          letter.union(digit),
		"javaSpaceChar":              table(unicode.Z),
		"javaWhitespace":             table(unicode.Z).minus(chars("\u00a0\u2007\u202f")).union(newSet('\t', '\r', 0x1C, 0x1F)),
		"javaISOControl":             newSet(0, 0x1F, 0x7F, 0x9F),
		"javaIdentifierIgnorable":    ignorable,
		"javaJavaIdentifierStart":    start.union(table(unicode.Sc, unicode.Pc)),
		"javaJavaIdentifierPart":     part.union(table(unicode.Sc)),
		"javaUnicodeIdentifierStart": start.union(table(unicode.Other_ID_Start)),
		"javaUnicodeIdentifierPart":  part.union(table(unicode.Other_ID_Start, unicode.Other_ID_Continue)),
	}
})

// binaries are the properties written \p{IsName}, in lower case without
// underscores.
var binaries = sync.OnceValue(func() map[string]set {
	java := javaMethods()
	return map[string]set{
		"alphabetic":            java["javaAlphabetic"],
		"ideographic":           java["javaIdeographic"],
		"letter":                java["javaLetter"],
		"lowercase":             java["javaLowerCase"],
		"uppercase":             java["javaUpperCase"],
		"titlecase":             java["javaTitleCase"],
		"digit":                 java["javaDigit"],
		"alnum":                 java["javaAlphabetic"].union(java["javaDigit"]),
		"punctuation":           table(unicode.P),
		"control":               table(unicode.Cc),
		"whitespace":            table(unicode.White_Space),
		"hexdigit":              table(unicode.Nd, unicode.Hex_Digit),
		"joincontrol":           table(unicode.Join_Control),
		"noncharactercodepoint": table(unicode.Noncharacter_Code_Point),
		"assigned":              assigned(),
	}
})

func assigned() set {
	return table(unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.C)
}

// property returns the set that \p{name} means.
func property(name string, flags Flags) (set, bool) {
	s, ok := plainProperty(name, flags)
	if flags&CaseInsensitive == 0 {
		return s, ok
	}
	switch strings.TrimPrefix(name, "Is") {
	case "Lower", "Upper":
		return posix["Alpha"], true
	case "Lu", "Ll", "Lt", "javaLowerCase", "javaUpperCase", "javaTitleCase", "Lowercase", "Uppercase", "Titlecase":
		return s.union(table(unicode.Lu, unicode.Ll, unicode.Lt)), true
	}
	return s, ok
}

func plainProperty(name string, flags Flags) (set, bool) {
	if key, value, ok := strings.Cut(name, "="); ok {
		switch strings.ToLower(key) {
		case "sc", "script":
			return script(value)
		case "gc", "general_category":
			return category(value)
		}
		return nil, false
	}
	if s, ok := posix[name]; ok {
		if flags&UnicodeClasses != 0 {
			if u, ok := unicodePosix(name); ok {
				return u, true
			}
		}
		return s, true
	}
	if strings.HasPrefix(name, "java") {
		s, ok := javaMethods()[name]
		return s, ok
	}
	if rest, ok := strings.CutPrefix(name, "Is"); ok {
		if s, ok := binaries()[strings.ToLower(strings.ReplaceAll(rest, "_", ""))]; ok {
			return s, true
		}
		if s, ok := category(rest); ok {
			return s, true
		}
		return script(rest)
	}
	return category(name)
}

// unicodePosix is posix under the flag U.
func unicodePosix(name string) (set, bool) {
	b := binaries()
	switch name {
	case "Lower":
		return b["lowercase"], true
	case "Upper":
		return b["uppercase"], true
	case "Alpha":
		return b["alphabetic"], true
	case "Digit":
		return b["digit"], true
	case "Alnum":
		return b["alnum"], true
	case "Punct":
		return b["punctuation"], true
	case "Space":
		return b["whitespace"], true
	case "XDigit":
		return b["hexdigit"], true
	case "Cntrl":
		return b["control"], true
	}
	return nil, false
}

func category(name string) (set, bool) {
	switch name {
	case "LC":
		return table(unicode.Lu, unicode.Ll, unicode.Lt), true
	case "LD":
		return table(unicode.L, unicode.Nd), true
	case "L1":
		return newSet(0, 0xFF), true
	case "all":
		return everything, true
	case "Cn":
		return assigned().negate(), true
	}
	t, ok := unicode.Categories[name]
	if !ok || len(name) > 2 {
		return nil, false
	}
	return table(t), true
}

func script(name string) (set, bool) {
	for known, t := range unicode.Scripts {
		if strings.EqualFold(known, name) {
			return table(t), true
		}
	}
	return nil, false
}
