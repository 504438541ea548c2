package vtl_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"postern/jsonvalue"
	"postern/vtl"
)

// TestHostile renders templates that ask for too much. Each must end soon: with
// an error, or, where Java too would be done at once, with a result.
func TestHostile(t *testing.T) {
	double := func(statement string, n int) string { return strings.Repeat(statement, n) }
	body := strings.Repeat("a", 100_000)
	tests := []struct {
		name, template string
		profile        vtl.Profile
		want           string // part of the error; "" if there is none
	}{
		{"loops in loops", "#foreach($i in [1..1000])#foreach($j in [1..1000])#foreach($k in [1..1000])#end#end#end", vtl.AWS, "rounds"},
		{"a long loop in a long body", "#foreach($i in [1..1000])#foreach($j in [1..99])" + double("$i", 3000) + "#end#end", vtl.AWS, "limit"},
		{"a huge range", "#set($r = [1..2000000000])", vtl.AWS, "range"},
		{"a doubled string", `#set($s = "x")` + double("#set($s = $s + $s)", 60), vtl.AWS, "limit"},
		{"a doubled string in a string", `#set($s = "x")` + double(`#set($s = "$s$s")`, 60), vtl.AWS, "limit"},
		{"a repeated string", `#set($s = "x")$s.repeat(2000000000)`, vtl.AWS, "limit"},
		{"a replaced string", `#set($s = "$body")$s.replace("", $s)`, vtl.AWS, "limit"},
		{"a replaced pattern", `#set($s = "$body")$s.replaceAll("a", $s)`, vtl.AWS, "limit"},
		{"a padded number", `#set($s = "x")$s.format("%2000000000d", 1)`, vtl.AWS, "limit"},
		{"a padded number in a precision", `#set($s = "x")$s.format("%.2000000000f", 1.5)`, vtl.AWS, "limit"},
		{"a list of lists", `#set($l = [1])` + double("#set($l = [$l, $l])", 60) + "$l", vtl.AWS, "limit"},
		{"two lists of lists compared", `#set($l = [1])#set($m = [1])` + double("#set($l = [$l, $l])#set($m = [$m, $m])", 60) + "#if($l == $m)x#end", vtl.AWS, "limit"},
		{"a list of lists hashed", `#set($l = [1])` + double("#set($l = [$l, $l])", 60) + "$l.hashCode()", vtl.AWS, "limit"},
		{"a list of lists for a key", `#set($l = [1])` + double("#set($l = [$l, $l])", 60) + "#set($m = {$l: 1})$m.get($l)", vtl.AWS, "key"},
		{"a list added to itself", `#set($l = [1])` + double("#set($x = $l.addAll($l))", 60), vtl.AWS, "limit"},
		{"a list in itself", `#set($l = [])#set($x = $l.add($l))$l`, vtl.AWS, ""},
		{"a list in a list in itself", `#set($l = [])#set($x = $l.add([$l]))$l`, vtl.AWS, "deep"},
		{"a map in its own values", `#set($m = {"a": 1})#set($x = $m.put("b", $m.values()))$m`, vtl.AWS, "deep"},
		{"a map in its own entries", `#set($m = {"a": 1})#set($x = $m.put("b", $m.entrySet()))$m.hashCode()`, vtl.AWS, "deep"},
		{"a map that is its own key", `#set($m = {"a": 1})#set($x = $m.put($m, 1))$m`, vtl.AWS, "deep"},
		{"a loop in itself", `#foreach($i in [1])#set($foreach.x = [$foreach])$foreach#end`, vtl.AWS, "deep"},
		{"a definition in itself", `#define($d)$d$d#end$d`, vtl.AWS, ""},
		{"definitions in definitions", definitions(60), vtl.AWS, "limit"},
		{"a chain of definitions", chain(3000), vtl.AWS, "deep"},
		{"a squared number", `#set($n = 99999999999999999999)` + double("#set($n = $n * $n)", 40), vtl.AWS, "limit"},
		{"a power", `#set($n = 99999999999999999999)$n.pow(100000000)`, vtl.AWS, "limit"},
		{"a shifted number", `#set($n = 99999999999999999999)$n.shiftLeft(2000000000)`, vtl.AWS, "limit"},
		{"an exponential pattern", `$body.matches("(a+)+b")`, vtl.AWS, ""},
		{"an exponential pattern with look-ahead", `$body.matches("(?=(a+)+b)(a|aa)+\1c")`, vtl.AWS, "too long"},
		{"parentheses", "#if(" + double("(", 100_000) + "1" + double(")", 100_000) + ")#end", vtl.AWS, "deep"},
		{"brackets", "#set($x = " + double("[", 100_000) + double("]", 100_000) + ")", vtl.AWS, "deep"},
		{"negations", "#if(" + double("!", 100_000) + "true)#end", vtl.AWS, "deep"},
		{"blocks", double("#if(true)", 100_000) + double("#end", 100_000), vtl.AWS, "deep"},
		{"calls in calls", "$x" + double(".a($x", 50_000) + double(")", 50_000), vtl.AWS, "deep"},
		{"backslashes", double(`\`, 300_000) + "x", vtl.AWS, ""},
		{"dollars", double("$", 300_000) + " ", vtl.AWS, ""},
		{"open strings", "#set($x = " + double(`"$`, 100_000), vtl.AWS, "unexpected"},
		{"open comments", double("#* ", 100_000) + "*#", vtl.AWS, ""},
		{"open blocks of text", double("#[[", 100_000), vtl.AWS, "]]#"},
		{"a macro in itself", `#macro(m)#m()#end#m()`, vtl.Stock, "deep"},
		{"a macro twice in itself", `#macro(m)#m()#m()#end#m()`, vtl.Stock, "deep"},
		{"an argument in itself", `#macro(m $a)$a#end#macro(n $a)#m($a)#end#n($a)`, vtl.Stock, ""},
		{"an evaluation in itself", `#set($e = '#evaluate($e)#evaluate($e)')#evaluate($e)`, vtl.Stock, "deep"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			began := time.Now()
			scope := vtl.Variables{"body": jsonvalue.String(body)}
			tmpl, err := vtl.Parse(test.template, vtl.Options{Profile: test.profile})
			if err == nil {
				_, err = tmpl.Render(nil, scope)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("it took %v", took)
			} else {
				t.Logf("%v", took)
			}
			if e := new(vtl.Error); err != nil && !errors.As(err, &e) {
				t.Errorf("error %T", err)
			}
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// definitions is a #define that renders the next twice, and so on.
func definitions(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("#define($" + name(i) + ")$" + name(i+1) + "$" + name(i+1) + "#end")
	}
	return b.String() + "$" + name(0)
}

// chain is a #define that renders the next, and so on.
func chain(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("#define($" + name(i) + ")$" + name(i+1) + "#end")
	}
	return b.String() + "$" + name(0)
}

func name(i int) string {
	return "v" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676))
}
