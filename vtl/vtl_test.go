package vtl_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/jsonvalue"
	"postern/vtl"
)

// scope is what the templates of the tests can see.
func scope(t testing.TB) vtl.Variables {
	t.Helper()
	v, err := jsonvalue.Parse([]byte(`{"name":"Ada","age":36,"list":[3,1,2],"map":{"k":"v","a/b":[{"x":"y/z"}]},"nothing":null,"yes":true,"price":1.5}`))
	if err != nil {
		t.Fatal(err)
	}
	s := vtl.Variables{}
	for k, v := range v.Map().All() {
		s[k.String()] = v
	}
	return s
}

func render(t testing.TB, template string, profile vtl.Profile) (string, error) {
	t.Helper()
	tmpl, err := vtl.Parse(template, vtl.Options{Profile: profile})
	if err != nil {
		return "", err
	}
	out, err := tmpl.Render(nil, scope(t))
	return string(out), err
}

// TestRender has the language in short; the corpus of package eval has it at
// length.
func TestRender(t *testing.T) {
	tests := []struct{ name, template, want string }{
		{"text", `a $ b # c $5 #fff`, `a $ b # c $5 #fff`},
		{"a reference", `$name ${name}s $!name`, `Ada Adas Ada`},
		{"a hyphen belongs to the name", `$name-x|${name}-x`, `|Ada-x`},
		{"what is missing is empty", `[$nope][$nope.a.b()][$map.nope][$nothing][$name.nope()]`, `[][][][][]`},
		{"and true", `#if($nope)T#end#if(!$nope)F#end#if($nope == "")E#end`, `TE`},
		{"constants are false", `#if("x")T#end#if(1)T#end#if([1])T#end#if(true)T#end`, `T`},
		{"a map prints as in Java", `$map`, `{k=v, a/b=[{"x":"y\/z"}]}`},
		{"a list of the template too", `#set($l = [1, "a", {"b": true}])$l`, `[1, a, {b=true}]`},
		{"an index from the end", `$list[-1]$list[0]$map["k"]`, `23v`},
		{"arithmetic grows", `#set($x = 2147483647 + 1)$x #set($x = $x * $x * $x)$x`, "21474836489903520314283042199192993792"},
		{"division by zero changes nothing", `#set($x = 1)#set($x = 5 / 0)$x`, `1`},
		{"a string joins", `#set($x = 1 + 2 + "a" + $price)$x`, `3a1.5`},
		{"doubles print as in Java", `#set($x = 10000000.0)$x|#set($x = 0.0001)$x`, `1.0E7|1.0E-4`},
		{"different classes compare as text", `#if("36" == $age)T#end#if("2" > 1)T#end`, `T`},
		{"a string is a template", `#set($x = "#if($yes)$name says ""hi""#end\u0021")$x`, `Ada says "hi"!`},
		{"a quoted string is not", `#set($x = '$name isn''t')$x`, `$name isn't`},
		{"a loop", `#foreach($i in $list)$foreach.count:$i#if($foreach.hasNext), #end#end`, `1:3, 2:1, 3:2`},
		{"loops in a loop", `#foreach($i in [1..2])#foreach($j in [1..2])$foreach.parent.index$foreach.index #end#end`, `00 01 10 11 `},
		{"the values of a map", `#foreach($v in {"a": 1, "b": 2})$v#end`, `12`},
		{"entries", `#foreach($e in $map.entrySet())$e.key;#end`, `k;a/b;`},
		{"break and stop", `#foreach($i in [1..9])#if($i == 3)#break#end$i#end-#stop x`, `12-`},
		{"break an outer loop", `#foreach($i in [1..3])#foreach($j in [1..3])#if($j == 2)#break($foreach.parent)#end$i$j #end#end`, `11 `},
		{"an item that is null stays null", `#set($m = {"a": 1, "b": 2})#set($d = $m.put("a", null))#foreach($i in $m)#set($i = "x")[$i]#end`, `[][x]`},
		{"a thousand rounds", `#foreach($i in [1..2000])#if($foreach.count == 1000)$i#end#if($i > 1000)x#end#end`, `1000`},
		{"a definition", `#define($d)[$x]#end#set($x = 1)$d#set($x = 2)$d`, `[1][2]`},
		{"a definition in itself", `#define($d)a$d#end$d`, `aa$d`},
		{"macros are text", `#macro(m)x#end#m() #evaluate("$name")`, `#m() #evaluate("$name")`},
		{"escapes", `\$name \\$name \#if \#foo`, `$name \Ada #if \#foo`},
		{"blocks of text", `#[[$name #if]]# #literal()$name#end`, `$name #if $name`},
		{"white space", "{\n  #set($a = 1)\n  \"a\": $a#if($yes)\n,\n#end\n}", "{\n    \"a\": 1,\n}"},
		{"methods", `$name.toUpperCase().substring(1, 3) $name.replaceAll("(.)a", "$1o") $name.split("d")[1]`, `DA Ado a`},
		{"UTF-16", `#set($s = "é漢🎉")$s.length() $s.substring(2) $s.indexOf("🎉")`, `4 🎉 2`},
		{"there is no way out", `[$name.class][$name.getClass()][$list.getClass().forName("java.lang.Runtime")]`, `[][][]`},
		{"assignment", `#set($map.k = 1)#set($map["n"] = [])#set($list[0] = "z")$map.k$map.n$list`, `1[]["z",1,2]`},
		{"braces on the left", `#set(${x} = 1)[$x]`, `[]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := render(t, test.template, vtl.AWS)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestStock(t *testing.T) {
	tests := []struct{ name, template, want string }{
		{"what is missing prints as written", `$nope $!nope ${nope.a} $map.nope \$nope`, `$nope  ${nope.a} $map.nope \$nope`},
		{"and is false", `#if($nope)T#{else}F#end`, `F`},
		{"null is not assigned", `#set($x = 1)#set($x = $nope)$x`, `1`},
		{"a macro", `#macro(hi $who)Hi $who!#end#hi("a")#hi($name)`, `Hi a!Hi Ada!`},
		{"a macro before its definition", `#m()#macro(m)x#end`, `x`},
		{"arguments by name", `#macro(m $a)#set($x = 2)$a#end#set($x = 1)#m($x)#m("$x")`, `22`},
		{"a missing argument prints as in the call", `#macro(m $a)$a#end#m($nope.b)`, `$nope.b`},
		{"a body", `#macro(m)[$bodyContent]#end#@m()x$name#end`, `[xAda]`},
		{"no macro", `#nope($name)`, `#nope($name)`},
		{"an evaluation", `#set($y = 1)#evaluate('$y#set($z = 2)')$z`, `12`},
		{"more than a thousand rounds", `#foreach($i in [1..1001])#if($foreach.last)$i#end#end`, `1001`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := render(t, test.template, vtl.Stock)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestError(t *testing.T) {
	tests := []struct {
		name, template string
		line, col      int
		msg            string
	}{
		{"an open if", "a\n  #if($x)\n#foreach($i in $l)#end", 2, 3, "#if without #end"},
		{"an end too many", "#if($x)#end\n#end", 2, 1, "#end without a block"},
		{"a dollar at the end", "cost $", 1, 6, "end of the template"},
		{"an expression for an argument", "$l.get(1 + 1)", 1, 10, "compute it with #set first"},
		{"a minus without a blank", "#set($i = $i -1)", 1, 14, "$i - 1"},
		{"a quote with a backslash", `#set($x = "a\"b")`, 1, 15, `written ""`},
		{"null", "#set($x = null)", 1, 11, "there is no null"},
		{"an error in a string", "#set($x = \"a\n  $y.z(1\")", 2, 9, "end of the string"},
		{"behind an escape in a string", `#set($x = "\u0041 ""a"" ${x y}")`, 1, 28, `unexpected " y}`},
		{"behind other letters", "é漢🎉 #end", 1, 5, "#end"},
		{"an index out of range", "é $list[9]", 1, 8, "index 9 is out of range for length 3"},
		{"a method's error", "\n$name.substring(9)", 2, 7, "begin 9"},
		{"in a loop", "#foreach($i in $list)\n $name.charAt($i)\n#end", 2, 8, "index 3"},
		{"an unknown break", `#break("x")`, 1, 1, "not a $foreach"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := render(t, test.template, vtl.AWS)
			e := new(vtl.Error)
			if !errors.As(err, &e) {
				t.Fatalf("error %v, want a *vtl.Error", err)
			}
			if e.Line != test.line || e.Col != test.col || !strings.Contains(e.Msg, test.msg) {
				t.Errorf("error %v, want line %d, column %d: %s", err, test.line, test.col, test.msg)
			}
		})
	}
}

func TestSnippet(t *testing.T) {
	long := strings.Repeat("x", 200)
	tests := []struct{ name, template, want string }{
		{"a line of several", "a\n\tb #end c\nd", " b #end c\n   ^"},
		{"a line that is cut", long + "#end " + long, "… " + long[:60] + "#end " + long[:55] + " …\n" + strings.Repeat(" ", 62) + "^"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := vtl.Parse(test.template, vtl.Options{})
			e := new(vtl.Error)
			if !errors.As(err, &e) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, e.Snippet()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	tests := []struct {
		name, template string
		limits         vtl.Limits
		want           string
	}{
		{"output", "$name$name", vtl.Limits{Output: 5}, "limit of 5 bytes"},
		{"output that fits", "$name", vtl.Limits{Output: 3}, ""},
		{"rounds", "#foreach($i in [1..3])#end#foreach($i in [1..3])#end", vtl.Limits{Rounds: 5}, "rounds"},
		{"a range", "#set($x = [1..6])", vtl.Limits{Range: 5}, "limit of 5"},
		{"depth", "#define($a)$b#end#define($b)$c#end#define($c)#end$a", vtl.Limits{Depth: 2}, "2 levels deep"},
		{"work", "#foreach($i in [1..100])$i#end", vtl.Limits{Work: 100}, "work"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tmpl, err := vtl.Parse(test.template, vtl.Options{Limits: test.limits})
			if err != nil {
				t.Fatal(err)
			}
			dst := []byte("before ")
			out, err := tmpl.Render(dst, scope(t))
			if test.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if string(out) != "before " {
				t.Errorf("output %q is left behind", out)
			}
		})
	}
}

func TestParseProfile(t *testing.T) {
	for _, p := range []vtl.Profile{vtl.AWS, vtl.Stock} {
		if got, err := vtl.ParseProfile(p.String()); got != p || err != nil {
			t.Errorf("%v is read as %v, %v", p, got, err)
		}
	}
	if _, err := vtl.ParseProfile("velocity"); err == nil {
		t.Error("no error for an unknown profile")
	}
}

func TestConstant(t *testing.T) {
	for template, want := range map[string]bool{"": true, "text": true, "a## comment\nb": true, "\\#if #foo()": true, "$x": false, "#if(true)#end": false} {
		tmpl, err := vtl.Parse(template, vtl.Options{})
		if err != nil {
			t.Fatal(err)
		}
		text, ok := tmpl.Constant()
		if ok != want {
			t.Errorf("%q: constant %v, want %v", template, ok, want)
		}
		if out, _ := tmpl.Render(nil, nil); ok && string(out) != text {
			t.Errorf("%q: constant %q, but it renders %q", template, text, out)
		}
	}
}

func TestStringArguments(t *testing.T) {
	const template = `$input.path('$.a') #set($x = "$input.json(""$.b"")")$input.path("$.$x") $a.b.c('d', $e.f("g"))`
	tmpl, err := vtl.Parse(template, vtl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []vtl.StringArgument{
		{Variable: "input", Method: "path", Text: "$.a", Offset: 7},
		{Variable: "input", Method: "json", Text: "$.b", Offset: 37},
		{Variable: "e", Method: "f", Text: "g", Offset: 87},
		{Variable: "a", Method: "c", Text: "d", Offset: 77},
	}
	if diff := cmp.Diff(want, tmpl.StringArguments()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTrace(t *testing.T) {
	const template = "$name\n#set($x = $age + 1)$x $nope.length()"
	tmpl, err := vtl.Parse(template, vtl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	out, err := tmpl.Trace(nil, scope(t), func(r vtl.Reference, v jsonvalue.Value) {
		got = append(got, r.Text+"="+v.String())
		if line, _ := tmpl.Position(r.Offset); (line == 1) != (r.Text == "$name") {
			t.Errorf("%s in line %d", r.Text, line)
		}
	})
	if err != nil || string(out) != "Ada\n37 " {
		t.Errorf("output %q, %v", out, err)
	}
	if diff := cmp.Diff([]string{"$name=Ada", "$age=36", "$x=37", "$nope.length()="}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestConcurrent renders one template in many goroutines; run it with -race.
func TestConcurrent(t *testing.T) {
	const template = `#define($d)$i#end#foreach($i in $list)#set($x = "$d;$name.replaceAll('a+', 'b')")$x#end#set($map.k = $x)$map.k`
	tmpl, err := vtl.Parse(template, vtl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const want = "3;Adb1;Adb2;Adb2;Adb"
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				out, err := tmpl.Render(nil, scope(t))
				if err != nil || string(out) != want {
					t.Errorf("output %q, %v, want %q", out, err, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

// host is a host object that counts what it is asked.
type host struct {
	calls []string
}

func (h *host) Property(name string) (jsonvalue.Value, bool) {
	return jsonvalue.String("the " + name), name == "thing"
}

func (h *host) Call(method string, args []jsonvalue.Value) (jsonvalue.Value, bool, error) {
	h.calls = append(h.calls, method)
	switch method {
	case "join":
		s := ""
		for _, a := range args {
			s += a.String() + ";"
		}
		return jsonvalue.String(s), true, nil
	case "fail":
		return jsonvalue.Value{}, true, errHost
	}
	return jsonvalue.Value{}, false, nil
}

func (h *host) AppendText(dst []byte) []byte { return append(dst, "a host"...) }

var errHost = errors.New("the host refuses")

func TestHost(t *testing.T) {
	h := &host{}
	s := vtl.Variables{"h": jsonvalue.Host(h)}
	tmpl, err := vtl.Parse(`$h|$h.thing|$h.other|$h.join(1, "a", $h.join(2))|$h.nope()|$h.toString()|#if($h == $h)same#end`, vtl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := tmpl.Render(nil, s)
	if want := "a host|the thing||1;a;2;;||a host|same"; err != nil || string(out) != want {
		t.Errorf("output %q, %v, want %q", out, err, want)
	}
	tmpl, err = vtl.Parse("x\n$h.fail()", vtl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = tmpl.Render(nil, s)
	if e := new(vtl.Error); !errors.Is(err, errHost) || !errors.As(err, &e) || e.Line != 2 || e.Col != 4 {
		t.Errorf("error %v", err)
	}
}
