package eval_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// grammar makes templates by chance. They are mostly well-formed, so that they
// get somewhere, and a little wrong here and there.
type grammar struct {
	*rand.Rand
	b     strings.Builder
	depth int
	stock bool
}

// one returns one of several.
func (g *grammar) one(of ...string) string { return of[g.IntN(len(of))] }

// chance is true once in n times.
func (g *grammar) chance(n int) bool { return g.IntN(n) == 0 }

// write adds to the template.
func (g *grammar) write(parts ...string) {
	for _, p := range parts {
		g.b.WriteString(p)
	}
}

// template returns a template.
func (g *grammar) template() string {
	g.b.Reset()
	g.depth = 0
	for range 1 + g.IntN(8) {
		g.statement()
	}
	return g.b.String()
}

func (g *grammar) block() {
	for range g.IntN(4) {
		g.statement()
	}
}

func (g *grammar) statement() {
	if g.depth++; g.depth > 6 {
		g.write("deep")
		g.depth--
		return
	}
	defer func() { g.depth-- }()
	switch g.IntN(18) {
	case 0, 1, 2:
		g.text()
	case 3, 4, 5, 6:
		g.reference(true)
	case 7, 8, 9, 10:
		g.write("#set(", g.blank(), "$", g.name())
		if g.chance(5) {
			g.write(g.one(".a", ".b.c", "[0]", `["k"]`, "[-1]"))
		}
		g.write(" = ")
		g.expression()
		g.write(")", g.one("", "", "\n", " \n", "  "))
	case 11, 12:
		g.branches()
	case 13, 14:
		g.loop()
	case 15:
		g.write(g.one("## comment\n", "#* comment\n *#", "#** doc *#", "#[[ $a #if ]]#", `\$a`, `\\$a`, `\#set($a = 1)`, `\\#if(true)x#end`,
			"#stop", "#unknown", "#unknown($a)", "#literal() $a #end", "#{else}", "#", "$", `\`, "#end", "$!{"))
	case 16:
		g.write("#define($", g.name(), ")")
		g.block()
		g.write("#end", g.one("", "\n"))
	default:
		g.macro()
	}
}

func (g *grammar) text() {
	g.write(g.one("text", " ", "\n", "  \n", "\t", "{\"a\": ", "}", ", ", "'", "\"", "$5", "#1", "a@b.c", "é€😀", "\r\n", ".", "()", "[0]", "-1", "\\", "==", "]]#", "*#", "$ ", "# "))
}

func (g *grammar) blank() string { return g.one("", "", "", " ", "\t", "\n") }

func (g *grammar) name() string {
	return g.one("a", "b", "c", "l", "m", "s", "n", "i", "x-y", "_u", "foreach")
}

// branches writes an #if.
func (g *grammar) branches() {
	g.write("#if", g.one("", "", " "), "(")
	g.expression()
	g.write(")", g.one("", "\n", " "))
	g.block()
	for range g.IntN(2) {
		g.write("#elseif(")
		g.expression()
		g.write(")")
		g.block()
	}
	if g.chance(2) {
		g.write(g.one("#else", "#else\n", "#{else}"))
		g.block()
	}
	g.write(g.one("#end", "#end\n", "#{end}", " #end "))
}

func (g *grammar) loop() {
	g.write("#foreach(", g.blank(), "$", g.name(), g.one(" in ", "\tin ", " in  "))
	switch g.IntN(4) {
	case 0:
		g.list()
	case 1:
		g.write(g.one("[1..3]", "[3..1]", "[0..0]", "$input.path('$.list')", "$input.path('$.objects')", "$input.path('$.map')", "$m.entrySet()", "$m.keySet()", "$l.iterator()"))
	default:
		g.reference(false)
	}
	g.write(")", g.one("", "\n", " "))
	g.block()
	if g.chance(2) {
		g.write(g.one("$foreach.count", "$foreach.index", "#if($foreach.hasNext),#end", "$velocityCount", "$foreach.first$foreach.last", "#break", "$foreach.parent.count", "$foreach.topmost.index", "#if($foreach.count > 1)#break#end"))
	}
	g.write("#end", g.one("", "\n"))
}

func (g *grammar) macro() {
	if !g.stock {
		g.write(g.one("#macro(q)x#end", "#q()", "#@q()b#end", "#evaluate('$a')", "#return"))
		return
	}
	g.write(g.one("#macro(q)x#end#q()", "#macro(q $a)[$a]#end#q('v')#q($b)", "#q()", "#macro(r $a $b)$a-$b#end#r(1 $c)", "#@q()body#end", "#evaluate('$a')", "#macro(w)$bodyContent#end#@w()in#end"))
}

// reference writes a reference; formal or quiet ones only where they may stand.
func (g *grammar) reference(anywhere bool) {
	open, end := "$", ""
	if anywhere {
		switch g.IntN(8) {
		case 0:
			open = "$!"
		case 1:
			open, end = "${", "}"
		case 2:
			open, end = "$!{", "}"
		}
	}
	g.write(open)
	switch g.IntN(6) {
	case 0:
		g.write("input.", g.one("path", "json"), "('", g.path(), "')")
	case 1:
		g.write(g.one("context.connectionId", "context.identity.sourceIp", "context.authorizer.n", "context.nope.x", "stageVariables.table", "stageVariables.nope", "input.body", "input.params('q')", "input.params().querystring.q", "context.identity", "stageVariables"))
	case 2:
		g.write("util.", g.one("escapeJavaScript", "urlEncode", "urlDecode", "base64Encode", "parseJson"), "(")
		g.argument()
		g.write(")")
	default:
		g.write(g.name())
	}
	for range g.IntN(3) {
		g.step()
	}
	g.write(end)
}

// path returns a JSONPath that all releases of the library read in one way.
func (g *grammar) path() string {
	return g.one("$", "$.s", "$.n", "$.f", "$.t", "$.z", "$.list", "$.list[0]", "$.list[9]", "$.map", "$.map.k", "$.map['k']", "$.objects[1].id", "$.objects[*].id", "$.nope", "$.nope.x", "$.e", "$.big", "$.u")
}

func (g *grammar) step() {
	switch g.IntN(8) {
	case 0:
		g.write(".", g.one("a", "k", "id", "empty", "key", "value", "length", "size"))
	case 1:
		g.write("[", g.one("0", "1", "-1", "$i", `"k"`, "'id'", "99"), "]")
	default:
		g.call()
	}
}

// call writes a method with arguments that often fit.
func (g *grammar) call() {
	m := g.one(
		"length()", "isEmpty()", "charAt(0)", "substring(1)", "substring(0,2)", "indexOf(@)", "lastIndexOf('a')", "contains(@)", "startsWith('a')", "endsWith(@)",
		"toUpperCase()", "toLowerCase()", "trim()", "replace('a','b')", "replaceAll('[a-c]+','<$0>')", "replaceFirst('.','x')", "matches('.*a.*')", "split(',').size()",
		"split('').get(0)", "equals(@)", "equalsIgnoreCase('A')", "compareTo('b')", "concat('x')", "hashCode()", "toString()", "repeat(2)", "format('%5s|%-5s', 'a', 1)", "strip()",
		"size()", "get(0)", "get(@)", "add(@)", "addAll(@)", "set(0,@)", "remove(0)", "remove(@)", "subList(0,1)", "containsAll(@)", "clear()", "toArray().size()", "sort(null)",
		"put('k',@)", "put(@,1)", "get('k')", "getOrDefault('z',@)", "containsKey('k')", "containsValue(@)", "keySet()", "values()", "entrySet()", "putIfAbsent('k',@)", "replace('k',@)", "putAll(@)",
		"intValue()", "longValue()", "doubleValue()", "parseInt('12')", "valueOf(@)", "toHexString(255)", "max(1,@)", "isNaN()", "add(@)", "abs()", "setScale(1)", "scale()",
		"iterator().next()", "nope()", "nope(@)", "equals()", "size(1)", "getClazz()",
	)
	before, after, ok := strings.Cut(m, "@")
	g.write(".", before)
	if ok {
		g.argument()
		g.write(after)
	}
}

// argument writes what may be an argument: there are no operators.
func (g *grammar) argument() {
	switch g.IntN(5) {
	case 0:
		g.list()
	case 1:
		if g.depth++; g.depth < 8 {
			g.reference(false)
		} else {
			g.write("$a")
		}
		g.depth--
	default:
		g.constant()
	}
}

func (g *grammar) constant() {
	switch g.IntN(8) {
	case 0:
		g.write(strconv.Itoa(g.IntN(5) - 1))
	case 1:
		g.write(g.one("2147483647", "-2147483648", "9223372036854775807", "99999999999999999999", "1.5", ".5", "5.", "1e3", "1.0E-5", "100", "0", "0.1", "12345678.9"))
	case 2:
		g.write(g.one("true", "false", "$nope"))
	case 3, 4:
		g.write("'", g.one("", "a", "abc", "it''s", "$a", "k", "12", "a,b,c", "é😀", " x ", "{\"a\":[1,2]}", "\\n", "\""), "'")
	default:
		g.write(`"`, g.one("", "a", "$a", "${b}x", "$!c", "#if($a)y#end", "x\"\"y", "\\u0041", "##", "$a.b()", "1 $n 2", "a b"), `"`)
	}
}

func (g *grammar) list() {
	if g.depth++; g.depth > 7 {
		g.write("[]")
		g.depth--
		return
	}
	defer func() { g.depth-- }()
	if g.chance(4) {
		g.write(g.one("[1..3]", "[$i..2]", "[2..0]", "{}", "{'k':'v','a':1}", "{1:2}", "[]"))
		return
	}
	if g.chance(3) {
		g.write("{")
		for i := range g.IntN(3) {
			if i > 0 {
				g.write(", ")
			}
			g.write(fmt.Sprintf("%q", g.one("a", "k", "b")), g.one(":", " : "))
			g.argument()
		}
		g.write("}")
		return
	}
	g.write("[")
	for i := range g.IntN(4) {
		if i > 0 {
			g.write(g.one(",", ", "))
		}
		g.argument()
	}
	g.write("]")
}

func (g *grammar) expression() {
	if g.depth++; g.depth > 7 {
		g.write("1")
		g.depth--
		return
	}
	defer func() { g.depth-- }()
	switch g.IntN(10) {
	case 0, 1:
		g.constant()
	case 2, 3:
		g.reference(true)
	case 4:
		g.list()
	case 5:
		g.write(g.one("!", "not ", "! "))
		g.expression()
	case 6:
		g.write("(")
		g.expression()
		g.write(")")
	default:
		g.expression()
		g.write(g.one(" + ", " - ", " * ", " / ", " % ", "+", "*", " == ", " != ", " < ", " > ", " <= ", " >= ", "==", " eq ", " ne ", " lt ", " && ", " || ", " and ", " or ", "&&"))
		g.expression()
	}
}

// mutate changes a template a little: it cuts, repeats, moves and inserts.
func (g *grammar) mutate(template, other string) string {
	return g.change(template, other, "$", "#", "{", "}", "(", ")", "\"", "'", "\\", " ", "\n", ".", "!", "[", "]", "-", "1", "#end", "#set($a = 1)", "$a", "#else", "##", "*#", "#if($a)", "${", "..")
}

// mutateJSON does so with a body.
func (g *grammar) mutateJSON(body string) string {
	if body == "" {
		body = "{}"
	}
	return g.change(body, body, "{", "}", "[", "]", ",", ":", "\"", "'", "\\", " ", "\n", "\t", "1", "-", ".", "e", "E5", "0", "true", "null", "nul", "\\u00e9", "\\u12", "\\n", "\\/", "\\x", "é", "😀", "NaN", "\x01", "a", "12345678901234567890", "1.00000000000000000001", "/*")
}

func (g *grammar) change(text, other string, pieces ...string) string {
	b := []byte(text)
	for range 1 + g.IntN(3) {
		i, n := g.IntN(len(b)+1), g.IntN(6)
		end := min(len(b), i+n)
		switch g.IntN(5) {
		case 0:
			b = append(b[:i:i], b[end:]...)
		case 1:
			b = append(b[:end:end], b[i:]...)
		case 2:
			from := g.IntN(len(other) + 1)
			part := other[from:min(len(other), from+1+g.IntN(30))]
			b = append(b[:i:i], append([]byte(part), b[i:]...)...)
		case 3:
			piece := g.one(pieces...)
			b = append(b[:i:i], append([]byte(piece), b[i:]...)...)
		default:
			if i < len(b) {
				b[i] = g.one(pieces...)[0]
			}
		}
	}
	return string(b)
}
