package mapping_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// patience is how long a hostile template or body may take on a busy machine. On
// an idle one it is some ten milliseconds, a tenth of a second for paths.
const patience = 3 * time.Second

// TestHostileBodies renders bodies that somebody has thought about.
func TestHostileBodies(t *testing.T) {
	repeat := strings.Repeat
	bodies := []string{
		repeat("[", 100_000), repeat(`{"a":`, 25_000), repeat("[", 60_000) + repeat("]", 60_000), repeat("{a", 40_000), repeat("[,", 60_000), repeat("[1 ", 40_000),
		repeat("'", 100_000), repeat(" ", 120_000), repeat("-", 100_000), repeat("1", 120_000), repeat("/*", 60_000), repeat("\x00", 1000), "\x1a", "\xff\xfe",
		`"` + repeat(`\u`, 60_000), `"` + repeat(`\u0041`, 20_000) + `"`, `"` + repeat(`\ud83d`, 20_000) + `"`, `"` + repeat(`\\`, 60_000), `{"a":"` + repeat(`\ude00\ud83d`, 10_000) + `"}`,
		"1e999999999", "-1e-999999999", "1e" + repeat("9", 100_000), "0." + repeat("0", 120_000) + "1", "1.00000000000000000000e999999999", "1.00000000000000000000e-2147483648", "1.00000000000000000000e2147483648",
		"{" + repeat(`"k":1,`, 20_000) + `"k":2}`, `{"a":[` + repeat("1.5e300,", 15_000) + `1]}`, "{" + repeat(`k:`, 60_000), `{"a":{"a":` + repeat("9", 999) + `}}`,
	}
	for _, template := range []string{
		"$input.path('$')", "$input.json('$')", "$input.body", "$input.path('$.a')$input.json('$.a')", "$input.path('$..a')", "$util.escapeJavaScript($input.path('$'))", "$util.parseJson($input.body)",
		"#set($n = $input.path('$'))#set($m = $n + 1)#set($m = $n * $n)#set($m = $n / 3)$m $n.intValue() #if($n > 1)x#end",
		"#set($n = $input.path('$.a.a'))$n.pow(100) $n.multiply($n)",
	} {
		for _, body := range bodies {
			began := time.Now()
			out, err := render(t, template, newInput(t, body))
			if took := time.Since(began); took > patience {
				t.Errorf("%s with %.20q: %d bytes, %v after %v", template, body, len(out), err, took)
			}
		}
	}
}

// TestHostileTemplates renders templates that build what has no end, and look
// through it.
func TestHostileTemplates(t *testing.T) {
	const (
		circle = `#set($r = $input.path('$'))#set($x = $r.put("self", $r))#set($x = $r.put("me", $r))`
		views  = `#set($r = $input.path('$'))#set($x = $r.put("v", $r.values()))#set($x = $r.put("e", $r.entrySet()))#set($x = $r.put("k", $r.keySet()))`
	)
	double := func(variable string) string {
		return "#set(" + variable + " = [1])" + strings.Repeat("#set("+variable+" = ["+variable+", "+variable+"])", 50)
	}
	bombs := double("$l") + double("$m") + `#set($r = $input.path('$'))#set($x = $r.put("p", $l))#set($x = $r.put("q", $m))`
	tests := []struct{ name, template, want string }{
		{"a circle, scanned", circle + "$input.path('$..a')", "too many"},
		{"a circle, scanned for all", circle + "$input.json('$..*')", "too many"},
		{"a circle, compared", circle + "$input.path('$.list[?(@.x == $.self)]')", ""},
		{"a circle, joined", circle + "$input.path('$.concat($.list, $..me)')", "too many"},
		{"a circle, printed", circle + "$r", "(this Map)"},
		{"a circle as JSON", circle + "$input.json('$')", "too long"},
		{"a circle, escaped", circle + "$util.escapeJavaScript($r)", "(this Map)"},
		{"a long way around", circle + "$input.path('$" + strings.Repeat(".self", 3000) + ".a')", "1"},
		{"a way that is too long", circle + "#set($p = '$" + strings.Repeat(".self", 20_000) + "')$input.path($p)", "more than"},
		{"views of itself, printed", views + "$r", "deep"},
		{"views of itself as JSON", views + "$input.json('$')", "too long"},
		{"views of itself, escaped", views + "$util.escapeJavaScript($r)", "too long"},
		{"views of itself, scanned", views + "$input.json('$..a')", "[1]"},
		{"views in an array of itself", `#set($r = $input.path('$'))#set($x = $r.list.clear())#set($x = $r.list.add($r.values()))#set($x = $r.list.add($r.entrySet()))$r`, "nested too deep"},
		{"views in an array of itself as JSON", `#set($r = $input.path('$'))#set($x = $r.list.clear())#set($x = $r.list.add($r.values()))$input.json('$.list')`, "nested too deep"},
		{"$context in itself", `#set($context.a = $context)#set($context.b = $context.values())$util.escapeJavaScript($context)`, "deep"},
		{"$context in a list in itself", `#set($context.a = [$context])$context`, "deep"},
		{"$stageVariables in itself", `#set($stageVariables.a = [$stageVariables])$util.escapeJavaScript($stageVariables)`, "deep"},
		{"bombs, compared", bombs + "$input.path('$.list[?($.p == $.q)]')", "too many"},
		{"bombs, scanned", bombs + "$input.path('$..a')", "too many"},
		{"bombs, printed", bombs + "$r", "limit"},
		{"bombs as JSON", bombs + "$input.json('$.p')", "too long"},
		{"bombs, escaped", bombs + "$util.escapeJavaScript($r)", "too long"},
		{"bombs, joined", bombs + "$input.path('$.concat($.list, $.p)')", "too many"},
		{"a scan a thousand times", "#foreach($i in [1..1000])$input.path('$..*').size() #end", "too long"},
		{"lists, each with each", "$input.path('$.list[?(@ in $.numbers)]').size()", "too many"},
		{"lists within lists", "$input.path('$.list[?($.list subsetof $.numbers)]').size()", "too many"},
		{"long texts, each with each", "$input.path('$.list[?($.text < $.other)]').size()", "too many"},
		{"a pattern on long texts", "$input.path('$.list[?($.text =~ /.*x/)]').size()", "too"},
	}
	numbers := make([]int, 12_000)
	for i := range numbers {
		numbers[i] = -i - 1
	}
	list := make([]int, 6000)
	text := strings.Repeat("a", 12_000)
	body, err := json.Marshal(map[string]any{"a": 1, "list": list, "numbers": numbers, "text": text + "b", "other": text + "c"})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := newInput(t, string(body))
			began := time.Now()
			out, err := render(t, test.template, in)
			if took := time.Since(began); took > patience {
				t.Errorf("it took %v", took)
			}
			if err != nil {
				out = err.Error()
			}
			if !strings.Contains(out, test.want) {
				t.Errorf("got %.200s, %v, want %q", out, err, test.want)
			}
		})
	}
}
