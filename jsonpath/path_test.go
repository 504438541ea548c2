package jsonpath

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/internal/javaregex"
	"postern/jsonvalue"
)

const sample = `{"a":{"b":{"c":1},"d":[1,2,3]},"n":[3,1.5,"x",null],"s":"text","big":1e7,"e":[],"em":{},` +
	`"people":[{"name":"Ann","age":31,"tags":["x","y"]},{"name":"bob","age":7,"tags":[],"nick":null},{"name":"Zoe\ud83d\ude00","age":"31"}],` +
	`"\u0061\"q":"quoted","a b":"space","ln":"1\n2","one":[1]}`

func TestEval(t *testing.T) {
	tests := []struct{ path, want string }{
		// Names.
		{`$`, sampleJSON(t)},
		{`$.a.b.c`, `1`},
		{`a.b.c`, `1`},
		{`@.a.b.c`, `1`},
		{`$['a']["b"].c`, `1`},
		{`$.['a'].d[0]`, `1`},
		{`$[ 'a' ].d`, `[1,2,3]`},
		{`$['a\"q']`, `"quoted"`},
		{`$['\u0061 b']`, `"space"`},
		{`$.a.b.c.d`, `""`},
		{`$.s.x`, `""`},
		{`$.a['b','zz','d']`, `{"b":{"c":1},"d":[1,2,3]}`},
		{`$.a['b','d'][*]`, `[1,1,2,3]`},
		{`$.zz[*]`, `""`},
		{`$.a[*].zz[*]`, `[]`},
		// Elements.
		{`$.a.d[-1]`, `3`},
		{`$.a.d[3]`, `""`},
		{`$.a.d[-4]`, `""`},
		{`$.a.d[0, 2]`, `[1,3]`},
		{`$.a.d[2,0,7]`, `[3,1]`},
		{`$.a.d[0,]`, `1`},
		{`$.a.d[1:]`, `[2,3]`},
		{`$.a.d[:-1]`, `[1,2]`},
		{`$.a.d[-2:]`, `[2,3]`},
		{`$.a.d[-9:]`, `[1,2,3]`},
		{`$.a.d[-2:-1]`, `[2]`},
		{`$.a.d[-2147483648:1]`, `[1,2,3,1]`}, // negative indexes run on into the others
		{`$.a.d[1:-1]`, `[]`},
		{`$.a.d[0:2147483647]`, `[1,2,3]`},
		{`$.s[0]`, `""`},
		// One stray character at the end does not count.
		{`$.a.d[0]x`, `1`},
		{`$.a.b.c[`, `1`},
		// Scans.
		{`$..c`, `[1]`},
		{`$..name`, `["Ann","bob","Zoe😀"]`},
		{`$..['name','age']`, `[{"name":"Ann","age":31},{"name":"bob","age":7},{"name":"Zoe😀","age":"31"}]`},
		{`$.people..tags[0]`, `["x"]`},
		{`$.people..tags.length()`, `[2,0]`},
		{`$..zz`, `[]`},
		// Filters.
		{`$.people[?(@.age > 10)].name`, `["Ann","Zoe😀"]`}, // a number and a string compare as strings
		{`$.people[?(@.age == 31)].name`, `["Ann","Zoe😀"]`},
		{`$.people[?(@.age === 31)].name`, `["Ann"]`},
		{`$.people[?(@.age !== 31)].name`, `["bob","Zoe😀"]`},
		{`$.people[?(@.age<=7)].name`, `["bob","Zoe😀"]`}, // "31" is before "7"
		{`$.people[?(7 < @.age)].name`, `["Ann"]`},
		{`$.people[?(@.name < "a")].name`, `["Ann","Zoe😀"]`},
		{`$.people[?(@.name == 'bob')].age`, `[7]`},
		{`$.people[?(@.name != 'bob')].age`, `[31,"31"]`},
		{`$.people[?(@.nick)].name`, `["bob"]`},
		{`$.people[?(!@.nick)].name`, `["Ann","Zoe😀"]`},
		{`$.people[?(!(@.nick) && @.tags)].name`, `["Ann"]`},
		{`$.people[?(@.nick == null)].name`, `["bob"]`},
		{`$.people[?(@.zz != 1)].name`, `["Ann","bob","Zoe😀"]`},
		{`$.people[?((@.age == 7 || @.name == "Ann") && @.tags)].name`, `["Ann","bob"]`},
		{`$.people[?(@.tags size 2)].name`, `["Ann"]`},
		{`$.people[?(@.name SIZE 5)].name`, `["Zoe😀"]`}, // in UTF-16
		{`$.people[?(@.tags empty true)].name`, `["bob"]`},
		{`$.people[?(@.tags EMPTY false)].name`, `["Ann"]`},
		{`$.people[?(@.tags contains 'y')].name`, `["Ann"]`},
		{`$.people[?(@.name contains 'o')].name`, `["bob","Zoe😀"]`},
		{`$.people[?(@.age in [7, 8])].name`, `["bob"]`},
		{`$.people[?(@.age nin [7, 8])].name`, `["Ann","Zoe😀"]`},
		{`$.people[?(@.age in ['31'])].name`, `["Ann","Zoe😀"]`},
		{`$.people[?(@.tags subsetof ['x','y','z'])].name`, `["Ann","bob"]`},
		{`$.people[?(@.tags anyof ['y'])].name`, `["Ann"]`},
		{`$.people[?(@.tags noneof ['y'])].name`, `["bob"]`},
		{`$.people[?(@.tags == ['x','y'])].name`, `["Ann"]`},
		{`$.people[?(['x','y'] == @.tags)].name`, `[]`},
		{`$.people[?(@.name in @.tags)].name`, `[]`},
		{`$.people[?(@.name =~ /.*O.*/i)].name`, `["bob","Zoe😀"]`},
		{`$.people[?(@.name =~ /o/)].name`, `[]`}, // the whole must match
		{`$.people[?(/[a-c&&[^a]]../ =~ @.name)].name`, `["bob"]`},
		{`$.people[?(@.tags =~ /x/)].name`, `["Ann"]`},
		{`$.people[?(@.name =~ /a\/b|bob/)].name`, `["bob"]`},
		{`$.people[?(@.age > $.a.d[2])].name`, `["Ann","bob","Zoe😀"]`},
		{`$.people[?(@.tags[0] == 'x')].name`, `["Ann"]`},
		{`$.people[?(@['name'] == 'bob')].age`, `[7]`},
		{`$.people[?(@.tags.length() == 2)].name`, `["Ann"]`},
		{`$.people[?($.name)].name`, `["Ann","bob","Zoe😀"]`}, // from the item, not the root
		{`$.people[?(@.age type 1)].name`, `[]`},
		{`$.n[?(@ > 1e0)]`, `[3,1.5,"x"]`},
		{`$.n[?(@ == 1.50)]`, `[1.5]`},
		{`$.a[?(@.c == 1)]`, `[]`},
		{`$.a.b[?(@.c == 1)]`, `[{"c":1}]`},
		{`$.people[?(@.s.x)]`, `[]`},
		{`$.people[*][?(@.x)]`, `[]`},
		{`$[?(@.b)]`, `[]`}, // the root itself, which has no b
		{`$.a[?(@.b)]`, `[{"b":{"c":1},"d":[1,2,3]}]`},
		// Functions.
		{`$.a.d.length()`, `3`},
		{`$.em.size()`, `0`},
		{`$.s.length()`, `""`},
		{`$.length($.people)`, `3`},
		{`$..people.length()`, `3`},
		{`$.a.keys()`, `["b","d"]`},
		{`$.s.keys()`, `""`},
		{`$.a.d.sum()`, `6.0`},
		{`$.a.d.avg()`, `2.0`},
		{`$.n.min()`, `1.5`},
		{`$.n.max()`, `3.0`},
		{`$.n.stddev()`, `0.75`},
		{`$.sum($.a.d, 4, 0.5)`, `10.5`},
		{`$..d.sum()`, `error`}, // of lists, not of numbers
		{`$..age.sum()`, `38.0`},
		{`$.n.concat()`, `"x"`},
		{`$.concat($.s, "-", $.people[*].name)`, `"text-AnnbobZoe😀"`},
		{`$.a.d.append(4, "five")`, `[1,2,3,4,"five"]`},
		{`$.a.d`, `[1,2,3]`},
		{`$.a.d.first()`, `1`},
		{`$.a.d.last()`, `3`},
		{`$.one.last()`, `1`},
		{`$.a.d.index(-2)`, `2`},
		{`$.zz.length()`, `""`},
		{`$.a.d.length().x`, `""`},
		// What does not fit.
		{`$.s[?(@.x)]`, `error`},
		{`$.e.sum()`, `error`},
		{`$.e.first()`, `error`},
		{`$.s.last()`, `error`},
		{`$.a.d.index()`, `error`},
	}
	for _, tt := range tests {
		if got := evalJSON(tt.path, sample); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.path, got, tt.want)
		}
	}
}

func sampleJSON(t *testing.T) string {
	v, err := jsonvalue.Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	return string(v.AppendJSON(nil))
}

func TestCompileErrors(t *testing.T) {
	tests := []struct {
		path    string
		offset  int
		problem string
	}{
		{``, 0, "path is empty"},
		{`  `, 2, "path is empty"},
		{`$.`, 1, "path must not end with '.' or '..'"},
		{`$..`, 2, "path must not end with '.' or '..'"},
		{`$a`, 1, "expected '.' or '[' behind '$'"},
		{`$$`, 1, "expected '.' or '[' behind '$'"},
		{`$...a`, 3, "three dots in a row"},
		{`$.a b`, 3, "a name with spaces must be written ['...']"},
		{`  $.a b`, 5, "a name with spaces must be written ['...']"},
		{`a b.c`, 1, "a name with spaces must be written ['...']"},
		{`$. a`, 2, "expected a name, '*' or '[', found ' '"},
		{`$[`, 2, "expected a quoted name, a number, '*' or '?' behind '['"},
		{`$.a[b]`, 4, "expected a quoted name, a number, '*' or '?' behind '['"},
		{`$['a`, 2, "name is not closed"},
		{`$['a'`, 5, "expected ',' or ']' behind the name"},
		{`$['a',]`, 6, "expected a name in '"},
		{`$['a',"b"]`, 6, "expected a name in '"},
		{`$.a[*`, 5, "expected ']' behind '*'"},
		{`$.a[1`, 4, "expected ']' behind the number"},
		{`$.a[1.0]`, 4, `bad index "1.0"`},
		{`$.a[1 2]`, 4, `bad index "1 2"`},
		{`$.a[99999999999]`, 4, `bad index "99999999999"`},
		{`$.a[:]`, 4, `bad slice ":", expected [from:to]`},
		{`$.a[::2]`, 4, `bad slice "::2", expected [from:to]`},
		{`$.a[1 : 2]`, 4, `bad slice "1 : 2", expected [from:to]`},
		{`$.a[?]`, 5, "expected '(' behind '?'"},
		{`$.a[?(@.b]`, 10, "expected '&&', '||' or ')'"},
		{`$.a[?(@.b)`, 10, "expected ']' behind the filter"},
		{`$.a[?()]`, 6, "expected a path, a string in quotes, a number, true, false, null, [...] or /.../"},
		{`$.a[?(@.b == )]`, 13, "expected a path, a string in quotes, a number, true, false, null, [...] or /.../"},
		{`$.a[?(@.b == x)]`, 13, "expected a path, a string in quotes, a number, true, false, null, [...] or /.../"},
		{`$.a[?(@.b is 1)]`, 10, "unknown operator"},
		{`$.a[?(1)]`, 7, "expected an operator behind the value"},
		{`$.a[?(@.b == 'x)]`, 13, "string is not closed"},
		{`$.a[?(@.b in ['x')]`, 19, "expected '&&', '||' or ')'"},
		{`$.a[?(@.b in ['x')`, 13, "bracket is not closed"},
		{`$.a[?(@.b[0)]`, 10, `bad index "0)"`},
		{`$.a[?(@.b =~ /x)]`, 13, "regular expression is not closed"},
		{`$.a[?(@.b =~ /(/)]`, 13, `regular expression "(", offset 0: group is not closed`},
		{`$.a[?(@x == 1)]`, 7, "expected '.' or '[' behind '@'"},
		{`$.a[?(@. == 1)]`, 7, "path must not end with '.' or '..'"},
		{`$.a.nope()`, 4, `unknown function "nope"`},
		{`$.a.sum(1`, 7, "arguments of sum are not closed"},
		{`$.sum($.a b)`, 9, "a name with spaces must be written ['...']"},
		{`$..length()`, 1, "'..' needs something to look for"},
		{`$.a[?` + strings.Repeat("(", 60), 55, "nested too deep"},
		{`$.a[?(` + strings.Repeat("@.a[?(", 60), 0, ""},
	}
	for _, tt := range tests {
		_, err := Compile(tt.path)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("Compile(%s): %v", tt.path, err)
			continue
		}
		if tt.problem != "" && (e.Offset != tt.offset || e.Problem != tt.problem || e.Path != tt.path) {
			t.Errorf("Compile(%s): %v; want offset %d: %s", tt.path, err, tt.offset, tt.problem)
		}
	}
}

func TestDefinite(t *testing.T) {
	tests := map[string]bool{
		`$`: true, `$.a.b`: true, `$.a[0]`: true, `$['a','b']`: true, `$.a.length()`: true, `$..a.length()`: true,
		`$.*`: false, `$.a[0,1]`: false, `$.a[1:]`: false, `$..a`: false, `$.a[?(@.b)]`: false, `$['a','b'].c`: false, `$.a[*].length()`: false,
	}
	for path, want := range tests {
		p, err := Compile(path)
		if err != nil {
			t.Fatal(err)
		}
		if p.Definite() != want || p.String() != path {
			t.Errorf("%s: Definite = %v", path, p.Definite())
		}
	}
}

func TestChain(t *testing.T) {
	tests := map[string][]string{
		`$.a.b`: {"a", "b"}, `$['a']["b c"]`: {"a", "b c"}, `detail-type`: {"detail-type"},
		`$`: nil, `$.a[0]`: nil, `$['a','b']`: nil, `$..a`: nil,
	}
	for path, want := range tests {
		p, err := Compile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(p.Chain(), want) {
			t.Errorf("%s: Chain = %q", path, p.Chain())
		}
	}
}

// TestRoot: what is neither map nor list has nothing but itself.
func TestRoot(t *testing.T) {
	for path, want := range map[string]string{`$`: `"a=1"`, `$.a`: `""`, `$.*`: `""`, `$..a`: `""`} {
		if got := evalJSON(path, "a=1"); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	if got := evalJSON(`$.a`, `{"a":`); got != "error" {
		t.Errorf("a broken body: got %s", got)
	}
	if got := evalJSON(`$[1]`, `[1,2]`); got != "2" {
		t.Errorf("an array: got %s", got)
	}
}

// TestEvalIsBounded: neither paths that multiply nor documents that contain
// themselves may take the process down.
func TestEvalIsBounded(t *testing.T) {
	body := strings.Repeat("[", 300) + strings.Repeat("[],", 3000) + "1" + strings.Repeat("]", 300)
	root, err := jsonvalue.Parse([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Compile(`$..*..*..*`)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Eval(root); !errors.Is(err, ErrTooMuch) {
		t.Errorf("got %v", err)
	}
	// Each match takes its time, none too much.
	slow := `[` + strings.Repeat(`"aaaaaaaaaaaaaaaaaaaaaaaa",`, 2000) + `1]`
	if root, err = jsonvalue.Parse([]byte(slow)); err != nil {
		t.Fatal(err)
	}
	if p, err = Compile(`$[?(@ =~ /(?=a)(a+)+b/)]`); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Eval(root); !errors.Is(err, javaregex.ErrTimeout) {
		t.Errorf("got %v", err)
	}
	circle := jsonvalue.NewMap(1)
	circle.Set("self", circle.Value())
	if p, err = Compile(`$..x`); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Eval(circle.Value()); !errors.Is(err, ErrTooMuch) {
		t.Errorf("got %v", err)
	}
}

// TestHostilePaths: what a path compares, joins or repeats counts too.
func TestHostilePaths(t *testing.T) {
	numbers := strings.Repeat("1,", 20_000) + "1"
	text := strings.Repeat("a", 30_000)
	root, err := jsonvalue.Parse([]byte(`{"l":[` + numbers + `],"m":[` + strings.ReplaceAll(numbers, "1", "2") + `],"s":"` + text + `b","t":"` + text + `c","d":1.` + strings.Repeat("3", 900) + `}`))
	if err != nil {
		t.Fatal(err)
	}
	tooMuch := []string{
		`$.l[?(@ in $.m)]`, `$.l[?($.l subsetof $.m)]`, `$.l[?($.l anyof $.m)]`, `$.l[?($.l noneof $.m)]`, `$.l[?($.l == $.l)]`, `$.l[?($.m contains 1)]`,
		`$.l[?($.s < $.t)]`, `$.l[?($.s contains $.t)]`, `$.l[?($.s == $.t)]`, `$.l[?($.d == $.d)]`, `$.l[?($.s =~ /.*x/)]`, `$.l[?(@.concat($.s) == 'x')]`,
		`$.l[?(@.sum($.l) == 1)]`, `$.l[?($..* == 5)]`,
	}
	for _, path := range tooMuch {
		began := time.Now()
		p, err := Compile(path)
		if err != nil {
			t.Fatal(err)
		}
		if v, _, err := p.Eval(root); !errors.Is(err, ErrTooMuch) && !errors.Is(err, javaregex.ErrTimeout) {
			t.Errorf("%s: %.60s, %v", path, v, err)
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%s: took %v", path, took)
		}
	}
	good := []string{
		`$.l[0` + strings.Repeat(",0", 8000) + `]`, `$.l[-2147483648:2147483647]`, `$` + strings.Repeat(".a", 8000), `$` + strings.Repeat("..a", 5000), `$` + strings.Repeat("[*]", 5000), `$..*`, `$..l[?(@ == 5)]`, `$..[?(@..b == 5)]`,
	}
	for _, path := range good {
		began := time.Now()
		p, err := Compile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := p.Eval(root); err != nil {
			t.Errorf("%.20s: %v", path, err)
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%.20s: took %v", path, took)
		}
	}
	for _, path := range []string{
		`$` + strings.Repeat(".a", maxLength), `$[?(` + strings.Repeat("(", 2000) + `@` + strings.Repeat(")", 2000) + `)]`, `$[?(` + strings.Repeat("!", 2000) + `@)]`, strings.Repeat(`$[?(@.a`, 1500), strings.Repeat(`$.sum(`, 2500),
	} {
		began := time.Now()
		if _, err := Compile(path); err == nil {
			t.Errorf("%.20s: no error", path)
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%.20s: took %v", path, took)
		}
	}
}

func TestEvalDocumentAllocs(t *testing.T) {
	body := []byte(`{"action":"message","messageId":1,"room":{"id":-7,"open":true}}`)
	for path, want := range map[string]float64{`$.messageId`: 0, `$.room.id`: 0, `$.room.open`: 0, `$.nope`: 0, `$.action`: 1} {
		p, err := Compile(path)
		if err != nil {
			t.Fatal(err)
		}
		var d jsonvalue.Document
		n := testing.AllocsPerRun(100, func() {
			d.Reset(body)
			if _, _, err := p.EvalDocument(&d); err != nil {
				t.Fatal(err)
			}
		})
		if n > want {
			t.Errorf("%s: %v allocations, want at most %v", path, n, want)
		}
	}
}

// TestEvalDocumentShares: a template that changes what a path led to sees the
// change through every path.
func TestEvalDocumentShares(t *testing.T) {
	var d jsonvalue.Document
	d.Reset([]byte(`{"room":{"id":1}}`))
	eval := func(path string) jsonvalue.Value {
		p, err := Compile(path)
		if err != nil {
			t.Fatal(err)
		}
		v, _, err := p.EvalDocument(&d)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if got := eval(`$.room.id`).Int64(); got != 1 {
		t.Errorf("before: %d", got)
	}
	eval(`$.room`).Map().Set("id", jsonvalue.Int(2))
	if got := eval(`$.room.id`).Int64(); got != 2 {
		t.Errorf("after: %d", got)
	}
}

func TestCompareText(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"a", "b", -1}, {"b", "a", 1}, {"a", "a", 0}, {"a", "ab", -1}, {"", "a", -1},
		{"\U0001F600", "\uE000", -1}, {"\uFFFD", "\U0001F600", 1}, {"\U0001F600", "\uD7FF", 1}, {"\U0001F600", "\U0001F601", -1},
	}
	for _, tt := range tests {
		if got := compareText(tt.a, tt.b); got != tt.want {
			t.Errorf("compareText(%q, %q) = %d", tt.a, tt.b, got)
		}
	}
}

func TestCompareNumbers(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"1", "1.0", 0}, {"1", "2", -1}, {"1.5", "1", 1}, {"1e7", "10000000", 0}, {"0.1", "0.10000000000000000001", -1},
		{"12345678901234567890", "12345678901234567891", -1}, {"9007199254740993", "9007199254740992.0", 1}, {"-1", "-1.5", 1},
	}
	for _, tt := range tests {
		a, _ := jsonvalue.Parse([]byte(tt.a))
		b, _ := jsonvalue.Parse([]byte(tt.b))
		if got, ok := compareNumbers(a, b); !ok || got != tt.want {
			t.Errorf("compareNumbers(%s, %s) = %d, %v", tt.a, tt.b, got, ok)
		}
		if got, ok := compareNumbers(b, a); !ok || got != -tt.want {
			t.Errorf("compareNumbers(%s, %s) = %d, %v", tt.b, tt.a, got, ok)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{`$.a[0]['b','c'].*`, `$..a[?(@.b == 'x' && !(@.c in [1,2]))]`, `$.a[-1:2].sum($.b, 1)`, `a b`, `$[?(@.x =~ /a.*/i)]`, `$..d.length()`} {
		f.Add(s)
	}
	root, err := jsonvalue.Parse([]byte(sample))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path string) {
		p, err := Compile(path)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(path) {
				t.Fatalf("bad error: %v", err)
			}
			return
		}
		v, found, err := p.Eval(root)
		if err != nil {
			return
		}
		if !p.Definite() && found && v.List() == nil {
			t.Fatalf("not definite, but results in %s, %v", v, found)
		}
		var d jsonvalue.Document
		d.Reset([]byte(sample))
		if w, again, err := p.EvalDocument(&d); err != nil || again != found || w.String() != v.String() {
			t.Fatalf("Eval gives %s, %v; EvalDocument %s, %v, %v", v, found, w, again, err)
		}
	})
}

func BenchmarkEvalDocument(b *testing.B) {
	for _, path := range []string{`$.messageId`, `$.action`, `$.list[?(@.n > 1)].s`} {
		b.Run(path, func(b *testing.B) {
			p, err := Compile(path)
			if err != nil {
				b.Fatal(err)
			}
			body := []byte(`{"action":"message","messageId":1,"list":[{"n":1,"s":"a"},{"n":2,"s":"b"},{"n":3,"s":"c"}]}`)
			var d jsonvalue.Document
			b.ReportAllocs()
			for b.Loop() {
				d.Reset(body)
				if _, _, err := p.EvalDocument(&d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
