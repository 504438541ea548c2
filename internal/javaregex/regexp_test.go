package javaregex

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// The expected results are Java 17's.
func TestMatch(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          bool
	}{
		{``, ``, true},
		{``, `a`, false},
		{`200`, `200`, true},
		{`200`, `2000`, false},
		{`2\d\d`, `204`, true},
		{`2\d\d`, `1204`, false},
		{`2\d\d`, "2\u0660\u0660", false}, // \d is ASCII
		{`.*four hundred.*`, `error four hundred!`, true},
		{`.*four hundred.*`, "error four hundred!\n", false},
		{`(?s).*four hundred.*`, "error four hundred!\n", true},
		{`a.b`, "a\u0085b", false},
		{`(?d)a.b`, "a\rb", true},
		{`^2..$`, `200`, true},
		{`5..|4..`, `404`, true},
		{`5..|4..`, `4045`, false},
		{`(?i)error`, `ERROR`, true},
		{`(?i)k`, "\u212a", false}, // the Kelvin sign needs u
		{`(?iu)k`, "\u212a", true},
		{`(?i:e)rror`, `Error`, true},
		{`(?i:e)rror`, `ERROR`, false},
		{`(?i)\p{Lower}`, `A`, true},
		{`[a-z&&[^aeiou]]+`, `xyz`, true},
		{`[a-z&&[^aeiou]]+`, `xaz`, false},
		{`[a-d[m-p]]+`, `ampd`, true},
		{`[a-z&&def]`, `d`, true},
		{`[a-z&&def]`, `g`, false},
		{`[^a-z&&[b]]`, `a`, true},
		{`[]a]+`, `a]`, true},
		{`[^]a]`, `b`, true},
		{`[a-]+`, `-a`, true},
		{`[a&b]+`, `a&b`, true},
		{`[\d-x]+`, `1-x`, true},
		{`[\Q^]\E]+`, `^]`, true},
		{`[a&&b]`, `a`, false},
		{`\h\v`, "\u00a0\u2028", true},
		{`\R`, "\r\n", true},
		{`\R\R`, "\r\n", false},
		{`\Qa.b\E`, `a.b`, true},
		{`\Qa.b\E+`, `a.bb`, true},
		{`\x41\u0042\x{43}\0104\e\cA`, "ABCD\x1b\x01", true},
		{`\p{L}\pN\p{IsAlphabetic}\p{javaWhitespace}\p{Sc}\P{Alpha}`, "é1ä\t€1", true},
		{`\p{Punct}+`, `!~@`, true},
		{`\p{IsGreek}\p{script=Latin}\p{gc=Lu}`, "ωaÄ", true},
		{`(?U)\w+`, "éß", true},
		{`\w+`, "é", false},
		{`(a)(?<n>b)\2\k<n>\1`, `abbba`, true},
		{`(?=a)\w(?<=a)b(?!c)`, `ab`, true},
		{`a*+a`, `aaa`, false},
		{`(?>a+)?a`, `a`, true},
		{`a{2}{2}`, `aaaa`, true},
		{`a{2,3}`, `aaa`, true},
		{`a{2,}`, `a`, false},
		{`(?x) a b # c`, `ab`, true},
		{`\1(a)`, `aa`, false},
		{`\3`, ``, false},
		{`}]`, `}]`, true},
		{`\bé\b`, `é`, true},
		{`a\B.`, "aé", true},
		{`\/\-\"\{`, `/-"{`, true},
		{"\U0001F600?", "\U0001F600", true},
	}
	for _, tt := range tests {
		r, err := Compile(tt.pattern, 0)
		if err != nil {
			t.Errorf("Compile(%q): %v", tt.pattern, err)
			continue
		}
		if got, err := r.MatchString(tt.text); err != nil || got != tt.want {
			t.Errorf("%q on %q = %v, %v", tt.pattern, tt.text, got, err)
		}
		if got, err := r.Match([]byte(tt.text)); err != nil || got != tt.want {
			t.Errorf("%q on bytes of %q = %v, %v", tt.pattern, tt.text, got, err)
		}
	}
}

func TestCompileErrors(t *testing.T) {
	tests := []struct {
		pattern string
		offset  int
		problem string
	}{
		{`a(b`, 1, "group is not closed"},
		{`a)b`, 1, "closing parenthesis without an opening one"},
		{`*a`, 0, "nothing to repeat before '*'"},
		{`a**`, 2, "nothing to repeat before '*'"},
		{`{`, 0, `nothing to repeat before '{'; a brace itself is \{`},
		{`a{x}`, 1, `bad repetition; a brace itself is \{`},
		{`a{2,1}`, 1, "bad repetition: the lower bound is above the upper one"},
		{`a{1`, 1, "repetition is not closed"},
		{`a{999999999999}`, 1, "repetition is too large"},
		{`x[a-`, 1, "character class is not closed"},
		{`[z-a]`, 1, "bad range in a character class"},
		{`ab\`, 2, "nothing follows the backslash"},
		{`\y`, 0, "unknown escape"},
		{`\xg1`, 0, "bad hexadecimal escape"},
		{`\u12`, 0, "bad hexadecimal escape"},
		{`\09`, 0, "bad octal escape"},
		{`\p{Nope}`, 0, "unknown character property {Nope}"},
		{`\p{InGreek}`, 0, "Unicode blocks are not supported: InGreek"},
		{`\p{javaMirrored}`, 0, "unknown character property {javaMirrored}"},
		{`\p{L`, 0, "property is not closed"},
		{`\N{DOLLAR SIGN}`, 0, `\N{name} is not supported`},
		{`\b{g}`, 0, `\b{g} is not supported`},
		{`(?<1>a)`, 0, "group name must be letters and digits, and closed by '>'"},
		{`(?<a>a)(?<a>b)`, 7, "group name a is used twice"},
		{`\k<a>`, 0, "no group of that name before this place"},
		{`(?q)`, 0, "unknown kind of group"},
		{strings.Repeat("(", 300), 200, "nested too deep"},
		{strings.Repeat("[", 300), 199, "nested too deep"},
	}
	for _, tt := range tests {
		_, err := Compile(tt.pattern, 0)
		var e *Error
		if !errors.As(err, &e) || e.Offset != tt.offset || e.Problem != tt.problem {
			t.Errorf("Compile(%.20q): %v; want offset %d: %s", tt.pattern, err, tt.offset, tt.problem)
		}
	}
}

func TestEngines(t *testing.T) {
	tests := []struct {
		pattern                 string
		isLiteral, backtracking bool
	}{
		{`200`, true, false},
		{`a\.b`, true, false},
		{`2\d\d`, false, false},
		{`^(2..|304)$`, false, false},
		{`(?i)timeout.*`, false, false},
		{`[a-z&&[^x]]+?`, false, false},
		{`a++`, false, true},
		{`(?!x).*`, false, true},
		{`a$b`, false, true},
		{`(a)\1`, false, true},
	}
	for _, tt := range tests {
		r, err := Compile(tt.pattern, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, literal := r.Literal(); literal != tt.isLiteral || r.Backtracking() != tt.backtracking {
			t.Errorf("%s: literal %v, backtracking %v", tt.pattern, literal, r.Backtracking())
		}
	}
}

func TestTimeout(t *testing.T) {
	r, err := Compile(`(?=a)(a+)+b`, 0)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, err := r.MatchString(strings.Repeat("a", 60)); !errors.Is(err, ErrTimeout) {
		t.Errorf("got %v", err)
	}
	if d := time.Since(start); d > 20*Timeout {
		t.Errorf("gave up only after %v", d)
	}
}

// TestLongText: on a long text no pattern takes much longer than on a short one,
// and where the engine changes, the result does not.
func TestLongText(t *testing.T) {
	tests := []struct {
		pattern string
		replace bool // the result is the text with every match replaced
	}{
		{`(x{0,1000}y?)*z`, false}, {`[a-x]{500}[a-x]{500}z`, true}, {`(?:x?){1000}z`, true}, {`((x?){30}){30}z`, true}, {`(.{0,900}q)+`, true}, {`(x|x|x|x){1000}z`, true},
		{`\p{L}{1000}1`, true}, {`x(.*y)?`, true}, {`(?=x)(x+)+y`, true}, {`x{1,1000}`, true}, {`(?i)X`, true},
	}
	text := strings.Repeat("x", 120_000)
	for _, tt := range tests {
		r, err := Compile(tt.pattern, 0)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if tt.replace {
			_, err = r.ReplaceAll(text, "", len(text))
		} else {
			_, err = r.MatchString(text)
		}
		if err != nil && !errors.Is(err, ErrTimeout) {
			t.Errorf("%s: %v", tt.pattern, err)
		}
		if d := time.Since(start); d > 30*Timeout {
			t.Errorf("%s: took %v", tt.pattern, d)
		}
	}
	r, err := Compile(`(a{1,900}b?|c)+`, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{10, 100, 1000, 5000} {
		text := strings.Repeat("aac", n)
		if r.whole.fits(len(text)) != (n <= 1000) {
			t.Errorf("%d bytes and %d instructions: fits %v", len(text), r.whole.size, r.whole.fits(len(text)))
		}
		if ok, err := r.MatchString(text); !ok || err != nil {
			t.Errorf("%d times: %v, %v", n, ok, err)
		}
		if ok, err := r.MatchString(text + "d"); ok || err != nil && !errors.Is(err, ErrTimeout) {
			t.Errorf("%d times and more: %v, %v", n, ok, err)
		}
		if got, err := r.ReplaceAll(text+"d", "x", 100); got != "xd" || err != nil {
			t.Errorf("%d times replaced: %q, %v", n, got, err)
		}
	}
}

func TestReplace(t *testing.T) {
	tests := []struct{ pattern, text, replacement, all, first string }{
		{`\s+`, `a  b c`, `-`, `a-b-c`, `a-b c`},
		{`x*`, `xab`, `-`, `--a-b-`, `-ab`},
		{`\s+$`, `ab  `, ``, `ab`, `ab`},
		{`^a`, `aab`, ``, `ab`, `ab`},
		{`(\w)(\d)?`, `a1b`, `[$1$2]`, `[a1][b]`, `[a1]b`},
		{`(?<k>\w)`, `ab`, `${k}${k}`, `aabb`, `aab`},
		{`a`, `a`, `\$1\\`, `$1\`, `$1\`},
		{`(a)`, `a`, `$12`, `a2`, `a2`},
		{`z`, `abc`, `$9`, `abc`, `abc`}, // the replacement is not looked at
		{`'`, `it's`, `\\'`, `it\'s`, `it\'s`},
		{`é`, `aéb`, `e`, `aeb`, `aeb`},
		{`(?m)^`, "a\nb", `> `, "> a\n> b", "> a\nb"},
		{`(?m)$`, "a\r\nb", `;`, "a;\r\nb;", "a;\r\nb"},
		{`\b`, `a b`, `|`, `|a| |b|`, `|a b`},
	}
	for _, tt := range tests {
		r, err := Compile(tt.pattern, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.ReplaceAll(tt.text, tt.replacement, 1000); err != nil || got != tt.all {
			t.Errorf("ReplaceAll(%q, %q, %q) = %q, %v", tt.pattern, tt.text, tt.replacement, got, err)
		}
		if got, err := r.ReplaceFirst(tt.text, tt.replacement, 1000); err != nil || got != tt.first {
			t.Errorf("ReplaceFirst(%q, %q, %q) = %q, %v", tt.pattern, tt.text, tt.replacement, got, err)
		}
	}
	r, _ := Compile(`(a)`, 0)
	for _, bad := range []string{`$`, `$x`, `$2`, `${n}`, `${n`, `\`} {
		if got, err := r.ReplaceAll("a", bad, 1000); err == nil {
			t.Errorf("replacement %q gives %q", bad, got)
		}
	}
	if _, err := r.ReplaceAll(strings.Repeat("a", 100), strings.Repeat("b", 100), 1000); !errors.Is(err, ErrTooLong) {
		t.Errorf("got %v", err)
	}
}

func TestSplit(t *testing.T) {
	tests := []struct {
		pattern, text string
		limit         int
		want          []string
	}{
		{`,`, `a,b,,c,,`, 0, []string{"a", "b", "", "c"}},
		{`,`, `a,b,,c,,`, -1, []string{"a", "b", "", "c", "", ""}},
		{`,`, `a,b,c`, 2, []string{"a", "b,c"}},
		{`,`, `abc`, 0, []string{"abc"}},
		{`,`, ``, 0, []string{""}},
		{`,`, `,`, 0, nil},
		{``, `abc`, 0, []string{"a", "b", "c"}},
		{`&`, `a=1&b=2`, 0, []string{"a=1", "b=2"}},
		{`\s*,\s*`, `a , b`, 0, []string{"a", "b"}},
		{`,`, `,a`, 0, []string{"", "a"}},
		{`\|`, `a|b`, 0, []string{"a", "b"}},
		{`(?=b)`, `abab`, 0, []string{"a", "ba", "b"}},
	}
	for _, tt := range tests {
		r, err := Compile(tt.pattern, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Split(tt.text, tt.limit); err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("Split(%q, %q, %d) = %q, %v", tt.pattern, tt.text, tt.limit, got, err)
		}
	}
}

func TestFindString(t *testing.T) {
	r, err := Compile(`b+`, CaseInsensitive)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"aBc": true, "ac": false} {
		if got, err := r.FindString(text); err != nil || got != want {
			t.Errorf("FindString(%q) = %v, %v", text, got, err)
		}
	}
}

func TestLiteralDoesNotAllocate(t *testing.T) {
	r, _ := Compile(`200`, 0)
	text := []byte("200")
	if n := testing.AllocsPerRun(100, func() { _, _ = r.Match(text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{`2\d\d`, `[a-z&&[^b]]+`, `(?i)(a|b)*?\1`, `\p{L}\Q.\E`, `(?<n>x)\k<n>`, `(?x) a # b`} {
		f.Add(s, "abc")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 60 || len(text) > 60 {
			return
		}
		r, err := Compile(pattern, 0)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(pattern) {
				t.Fatalf("bad error %v", err)
			}
			return
		}
		whole, err := r.MatchString(text)
		if err != nil {
			return
		}
		if literal, ok := r.Literal(); ok && whole != (literal == text) {
			t.Fatalf("literal %q, text %q: %v", literal, text, whole)
		}
		if found, err := r.FindString(text); err == nil && whole && !found {
			t.Fatalf("matches the whole but is not found")
		}
	})
}
