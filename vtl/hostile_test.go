package vtl_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"postern/jsonvalue"
	"postern/vtl"
)

// patience is how long a hostile template may take on a machine that is busy
// with other things; it takes some ten milliseconds of its time.
const patience = 5 * time.Second

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
		{"a power of which the size overflows", `#set($n = 99999999999999999999999999999999999999999999999999)$n.pow(1073741824)`, vtl.AWS, "digits"},
		{"a map in its own values, as text", `#set($m = {"a": 1})#set($x = $m.put("b", $m.values()))$m.toString()`, vtl.AWS, "deep"},
		{"a map in its own entries, formatted", `#set($m = {"a": 1})#set($x = $m.put("b", $m.entrySet()))$body.format("%s", $m)`, vtl.AWS, "deep"},
		{"a map in its own keys, joined", `#set($m = {"a": 1})#set($x = $m.put("b", $m.keySet()))#set($x = $m.put("c", $m.entrySet()))#set($s = "" + $m)`, vtl.AWS, "deep"},
		{"a map in its own values, compared with text", `#set($m = {"a": 1})#set($x = $m.put("b", $m.values()))#if($m == "a")x#end`, vtl.AWS, "deep"},
		{"a loop in its own values", `#foreach($i in [1])#set($foreach.x = $foreach.values())#set($s = $body.valueOf($foreach))#end`, vtl.AWS, "deep"},
		{"a number of many digits", "#set($n = " + double("9", 290_000) + ")", vtl.AWS, "digits"},
		{"a fraction of many digits", "#set($n = 0." + double("9", 290_000) + ")$n", vtl.AWS, ""},
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
			if took := time.Since(began); took > patience {
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

// TestHostileLoops does something 99,000 times with something large: each must be
// too much work, or be cheap.
func TestHostileLoops(t *testing.T) {
	array := func(n int, v func(i int) jsonvalue.Value) jsonvalue.Value {
		l := jsonvalue.NewList(jsonvalue.OriginJSON)
		for i := range n {
			l.Append(v(i))
		}
		return l.Value()
	}
	text := func(i int) jsonvalue.Value { return jsonvalue.String("") }
	object := func() jsonvalue.Value {
		m := jsonvalue.NewMap(9000)
		for i := range 9000 {
			m.Set("k"+strconv.Itoa(i), jsonvalue.Int(1))
		}
		return m.Value()
	}
	number := func(s string) func() jsonvalue.Value {
		return func() jsonvalue.Value {
			v, err := jsonvalue.Parse([]byte(s))
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	strs := []string{"charAt(119999)", "charAt(59999)", "codePointAt(59999)", "codePointCount(0, 59999)", "isBlank()", "trim()", "strip()", "equalsIgnoreCase($y)", "equals($y)",
		"compareTo($y)", "compareToIgnoreCase($y)", "substring(1)", "substring(1, 59999)", "indexOf('y')", "lastIndexOf('y')", "startsWith('y', 59999)", "contains('y')",
		"regionMatches(0, $y, 0, 59999)", "toUpperCase()", "toLowerCase()", "hashCode()", "length()", "replace('y', 'z')", "split('y')", "replaceAll('y+', 'z')", "matches('x*y')",
		"concat('')", "getBytes()", "toCharArray()", "valueOf($y)", "format('%s', $y)", "parseInt($x)", "join('', ['', ''])"}
	lists := []string{"remove('')", "remove(0)", "add(0, 1)", "contains(1)", "indexOf(1)", "lastIndexOf(1)", "clone()", "toArray()", "subList(0, 40000)", "iterator()", "hashCode()", "equals($y)",
		"toString()", "containsAll($y)", "removeAll([1])", "retainAll([''])", "addAll(0, [1])", "addAll(1, [])", "sort(null)"}
	maps := []string{"remove('k1')", "remove('k1', 1)", "put('k', 1)", "put($i, 1)", "get('k')", "get([1])", "keySet().contains('k0')", "keySet().iterator()", "keySet().toArray()", "keySet().equals($y.keySet())",
		"entrySet().contains('k0')", "entrySet().hashCode()", "entrySet().containsAll($y.entrySet())", "values().contains(1)", "values().remove(1)", "values().removeAll([1])", "keySet().retainAll([])",
		"containsValue(2)", "hashCode()", "equals($y)", "clone()", "toString()", "putAll($y)", "containsKey(1)", "entrySet().iterator().next().getKey()"}
	integers := []string{"toString()", "toString(36)", "pow(2)", "pow(1000)", "multiply($x)", "divide($y)", "mod($y)", "gcd($y)", "shiftLeft(1)", "shiftLeft(60000)", "shiftRight(1)", "not()", "and($y)", "negate()",
		"hashCode()", "doubleValue()", "intValue()", "bitCount()", "compareTo($y)"}
	decimals := []string{"intValue()", "doubleValue()", "toBigInteger()", "toPlainString()", "setScale(5, 1)", "setScale(18500)", "multiply($y)", "divide($y)", "divide($y, 4)", "divide($y, 18000, 4)", "add($y)", "pow(10)",
		"pow(999999999)", "stripTrailingZeros()", "precision()", "movePointRight(2147483647)", "compareTo($y)", "hashCode()", "toString()"}
	for _, group := range []struct {
		name  string
		make  func() jsonvalue.Value
		calls []string
	}{
		{"ASCII", func() jsonvalue.Value { return jsonvalue.String(strings.Repeat("x", 120_000)) }, strs},
		{"beyond ASCII", func() jsonvalue.Value { return jsonvalue.String(strings.Repeat("é", 60_000)) }, strs},
		{"blanks", func() jsonvalue.Value { return jsonvalue.String(strings.Repeat(" ", 120_000)) }, []string{"trim()", "strip()", "isBlank()"}},
		{"list", func() jsonvalue.Value { return array(40_000, text) }, lists},
		{"map", object, maps},
		{"BigInteger", number(strings.Repeat("9", 1000)), integers},
		{"BigDecimal", number("1." + strings.Repeat("3", 900) + "e18000"), decimals},
		{"small BigDecimal", number("1." + strings.Repeat("0", 20) + "1e-18000"), decimals},
	} {
		for _, call := range group.calls {
			t.Run(group.name+"/"+call, func(t *testing.T) {
				t.Parallel()
				template := "#foreach($i in [1..1000])#foreach($j in [1..99])#set($z = $x." + call + ")#end#end"
				// A fifth of what is allowed by default.
				tmpl, err := vtl.Parse(template, vtl.Options{Limits: vtl.Limits{Work: 10_000_000}})
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				_, err = tmpl.Render(nil, vtl.Variables{"x": group.make(), "y": group.make()})
				if took := time.Since(began); took > patience {
					t.Errorf("it took %v: %v", took, err)
				}
			})
		}
	}
}

// TestHostileSources parses templates that repeat something without end.
func TestHostileSources(t *testing.T) {
	for _, piece := range []string{
		"${", "#{", `\#if`, "$!{", "$.", "$[", "#", "#-", "#a ", "$a.", "$a[", "#if", "#set", "#end", "#(", "$a(", `\$a`, `\\#if(1)x#end`, "#{if}", "$a.b(", "'", `"`, "#*", "##", `$\`, `\#`, `\#{`, "#literal()",
		"#macro(", "#@a(", "${a", "${a.b", "#else", "a$", "$!", "#foreach", "#if($a)#elseif", " #set", "\t#set(", "#set($a=1)", "#if($a)#else#end", "#foreach($a in $b)#end", "#[[", "]]#", "$a.b", "$a[0]",
		"#define($a)", "#a(", "$a.b.c($d.e($f))", "(", "[", "{", "!", "#set($a=[", "#set($a={1:", `#set($a="`, `#set($a="$b`, "#if(!", "#if(-", "#if(1+", "\n", " ", "é", "\x00", "\xff",
	} {
		t.Run(piece, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			tmpl, err := vtl.Parse(strings.Repeat(piece, 300_000/len(piece)), vtl.Options{})
			if err == nil {
				_, err = tmpl.Render(nil, nil)
			}
			if took := time.Since(began); took > patience {
				t.Errorf("it took %v: %v", took, err)
			}
		})
	}
}
