package schema

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestPatterns(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          bool
		linear        bool
	}{
		{`^a.c$`, "abc", true, true},
		{`^a.c$`, "a\nc", false, true},
		{`^a.c$`, "a\rc", false, true},
		{`^a.c$`, "a\u2028c", false, true},
		{`^a$`, "a\n", false, true},
		{`^\d{3}$`, "123", true, true},
		{`^\d{3}$`, "١٢٣", false, true},
		{`^\w+$`, "ä", false, true},
		{`^\s$`, "\u00a0", true, true},
		{`^\s$`, "\ufeff", true, true},
		{`^[\s\d]+$`, "1\u20282", true, true},
		{`^\S+$`, "a\u00a0", false, true},
		{`^[^\S]$`, " ", true, false},
		{`^[[]$`, "[", true, true},
		{`^[[:alpha:]]$`, "a]", true, true},
		{`^[]$`, "", false, false},
		{`^[^]$`, "\n", true, false},
		{`^\u00e4\x41$`, "äA", true, true},
		{`^a\/b\-c$`, "a/b-c", true, true},
		{`^(?:ab|cd){2}$`, "abcd", true, true},
		{`^(a)\1$`, "aa", true, false},
		{`^(?!x)`, "xy", false, false},
		{`^(?<=a)b`, "b", false, false},
		{`^\p$`, "p", true, false},
		{`^a{2000}$`, strings.Repeat("a", 2000), true, false},
		{`b`, "abc", true, true},
		{`^a++$`, "aa", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.pattern, func(t *testing.T) {
			re, err := compileRegexp(tt.pattern)
			if err != nil {
				if tt.pattern != `^a++$` { // no possessive quantifiers in ECMA 262
					t.Fatal(err)
				}
				return
			}
			if got := re.MatchString(tt.text); got != tt.want {
				t.Errorf("match of %q: %t", tt.text, got)
			}
			if _, linear := re.(*linearPattern); linear != tt.linear {
				t.Errorf("linear: %t", linear)
			}
			if re.String() != tt.pattern {
				t.Errorf("printed as %s", re)
			}
		})
	}
}

func TestClamp(t *testing.T) {
	nines := strings.Repeat("9", 500)
	tests := []struct{ in, want string }{
		{"1", "1"}, {"-0.5", "-0.5"}, {"1e3", "0.1e4"}, {"-12.50E-1", "-0.125e1"},
		{"0e999999999999999999999", "0"}, {"1e401", "1e400"}, {"-1e99999999999999999999", "-1e400"},
		{"1e-99999999999999999999", "1e-400"}, {nines, "1e400"}, {"0." + strings.Repeat("0", 500) + "1", "1e-400"},
		{"0." + nines, "0." + nines[:400] + "e0"}, {"0.000e5", "0"},
	}
	for _, tt := range tests {
		if got := string(clamp(json.Number(tt.in))); got != tt.want {
			t.Errorf("%.40s: %.60s, want %.60s", tt.in, got, tt.want)
		}
	}
}
