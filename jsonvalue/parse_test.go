package jsonvalue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestParseKinds(t *testing.T) {
	tests := []struct {
		text string
		kind Kind
		java string
	}{
		{`null`, KindNull, "null"},
		{`true`, KindBool, "true"},
		{`0`, KindInt, "0"},
		{`-0`, KindInt, "0"},
		{`999999999999999999`, KindLong, "999999999999999999"},
		{`-999999999999999999`, KindLong, "-999999999999999999"},
		{`-9223372036854775808`, KindLong, "-9223372036854775808"},
		{`2147483647`, KindInt, "2147483647"},
		{`2147483648`, KindLong, "2147483648"},
		{`-2147483649`, KindLong, "-2147483649"},
		{`9223372036854775807`, KindLong, "9223372036854775807"},
		{`9223372036854775808`, KindBigInt, "9223372036854775808"},
		{`1.0`, KindDouble, "1.0"},
		{`1.10`, KindDouble, "1.1"},
		{`1e3`, KindDouble, "1000.0"},
		{`-0.0`, KindDouble, "-0.0"},
		{`1e400`, KindDouble, "Infinity"},
		{`1e-400`, KindDouble, "0.0"},
		{`33.333333333333336`, KindDouble, "33.333333333333336"},
		{`0.30000000000000004`, KindDecimal, "0.30000000000000004"},
		{`1.000000000000000000001`, KindDecimal, "1.000000000000000000001"},
		{`0e00000100000000000`, KindDouble, "0.0"},
		{`1e00000100000000000`, KindDouble, "Infinity"},
		{strings.Repeat("9", 1001), KindDouble, "Infinity"},
		{strings.Repeat("9", 999), KindBigInt, strings.Repeat("9", 999)},
		{`"a\u00e9\ud83d\ude00\/\n"`, KindString, "aé😀/\n"},
		{`"\ud83d"`, KindString, "?"},
		{`"\ud83d\u0041"`, KindString, "?A"},
		{`[]`, KindList, "[]"},
		{` [1, "a/b", {"x" : null}] `, KindList, `[1,"a\/b",{"x":null}]`},
		{`{"b":1,"a":{"c":[{"d":"e"}]},"b":2}`, KindMap, `{b=2, a={c=[{"d":"e"}]}}`},
	}
	for _, tt := range tests {
		v, err := Parse([]byte(tt.text))
		if err != nil || v.Kind() != tt.kind || v.String() != tt.java {
			t.Errorf("Parse(%s) = %s %s, %v; want %s %s", tt.text, v.Kind(), v, err, tt.kind, tt.java)
		}
		lenient, err := ParseLenient([]byte(tt.text))
		if err != nil || !lenient.Equal(v) {
			t.Errorf("ParseLenient(%s) = %s %s, %v", tt.text, lenient.Kind(), lenient, err)
		}
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{``, "line 1, column 1: unexpected end of text, expected a value"},
		{"{\n  \"a\": 1,\n}", "line 3, column 1: unexpected '}', expected a name in double quotes"},
		{`{"a" 1}`, "line 1, column 6: unexpected '1', expected ':'"},
		{`{"a":1 "b":2}`, "line 1, column 8: unexpected '\"', expected ',' or '}'"},
		{`[1,2`, "line 1, column 5: unexpected end of text, expected ',' or ']'"},
		{`{a:1}`, "line 1, column 2: unexpected 'a', expected a name in double quotes"},
		{`[tru]`, "line 1, column 2: unexpected 't', expected true"},
		{`01`, "line 1, column 1: unexpected '0', expected a value"},
		{`{} x`, "line 1, column 4: unexpected 'x' after the value"},
		{`["abc`, "line 1, column 2: string is not closed"},
		{"\"a\nb\"", "line 1, column 3: control character byte 0x0A in a string must be escaped"},
		{`"\n\q"`, "line 1, column 4: bad escape in a string"},
		{"\xef\xbb\xbf{}", "line 1, column 1: unexpected byte 0xEF, expected a value"},
		{strings.Repeat("[", MaxDepth+1), "line 1, column 401: nested too deep"},
		{strings.Repeat(`{"a":`, MaxDepth+1), "line 1, column 2001: nested too deep"},
	}
	for _, tt := range tests {
		_, err := Parse([]byte(tt.text))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || err.Error() != tt.want {
			t.Errorf("Parse(%.40q): %v; want %s", tt.text, err, tt.want)
		}
	}
}

// The expected results are json-smart 2.2's own.
func TestParseLenient(t *testing.T) {
	tests := []struct{ text, java string }{
		{`{a:1}`, `{a=1}`},
		{`{ statusCode: 200 }`, `{statusCode=200}`},
		{`{'a':"b", "c":'d"e'}`, `{a=b, c=d"e}`},
		{`{"a":1,}`, `{a=1}`},
		{`{"a":1,,"b":2}`, `{a=1, b=2}`},
		{`[1,,2,]`, `[1,2]`},
		{`["a" "b"]`, `["a","b"]`},
		{`{"a":x y}`, `{a=x y}`},
		{`{a b:1}`, `{a b=1}`},
		{`{"a":1 "b":2}`, `{a=1 "b":2}`},
		{`{"a":01}`, `{a=1}`},
		{`{"a":+1}`, `{a=+1}`},
		{`{"a":1.}`, `{a=1.0}`},
		{`{"a":1e}`, `{a=1e}`},
		{`{"a":-}`, `{a=0}`},
		{`{"a":TRUE}`, `{a=TRUE}`},
		{`{"a":NaN}`, `{a=NaN}`},
		{`{"a":1_000}`, `{a=1_000}`},
		{`{"a":,"b":1}`, `{a=, b=1}`},
		{`{1:2}`, `{1=2}`},
		{`{"a":1} rest`, `{a=1}`},
		{`{"a":1, }foo: ''}`, `{a=1}`},
		{`{"a":1, foo}: [ba r]}`, `{a=1, foo}=["ba r"]}`},
		{"{\"a\":\"x\ny\"}", "{a=x\ny}"},
		{"{\"a\":\"\\tx\ny\"}", "{a=\txy}"}, // control characters go where there are escapes
		{`{"a":"\x41\q\'"}`, `{a=A'}`},
		{`a=1&b=2`, `a=1&b=2`},
		{" hello \x01 ", "hello"},
		{`1 2`, `1 2`},
		{"12\u00a0x", `12`},
		{``, ``},
		{`-`, `0`},
		{"\x01true", `true`},
		{"{a:1\x1a,b:2}", "ERR"},
		{`{`, "ERR"}, {`}`, "ERR"}, {`]`, "ERR"}, {`:`, "ERR"}, {`'`, "ERR"}, {`{"a":1`, "ERR"}, {`{"a"`, "ERR"}, {`[1`, "ERR"},
		{`{"a":}`, "ERR"}, {`{:1}`, "ERR"}, {`{"a"="b"}`, "ERR"}, {`{"a':1}`, "ERR"}, {`{{a:1}}`, "ERR"}, {`{a:1, {b:2}}`, "ERR"},
		{`{"a":"\u12"}`, "ERR"}, {`{"a":"b`, "ERR"}, {`[1}`, "ERR"}, {`{"a":"x" "b":1}`, "ERR"}, {`{a:-e5}`, "ERR"},
		{strings.Repeat("[", MaxDepth+1), "ERR"},
	}
	for _, tt := range tests {
		v, err := ParseLenient([]byte(tt.text))
		got := v.String()
		if err != nil {
			got = "ERR"
		}
		if got != tt.java {
			t.Errorf("ParseLenient(%q) = %q, %v; want %q", tt.text, got, err, tt.java)
		}
	}
}

func TestParseAllocs(t *testing.T) {
	for text, want := range map[string]float64{`123`: 0, `-5`: 0, `true`: 0, `null`: 0, `"abc"`: 1} {
		b := []byte(text)
		if n := testing.AllocsPerRun(100, func() { _, _ = Parse(b) }); n > want {
			t.Errorf("%s: %v allocations", text, n)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,"x"]}`, `[1e400,-0.0,12345678901234567890]`, `{a:'b'} c`, `"\ud83d\ude00"`, `1.23456789012345678901`, `0000000000000000.00`} {
		f.Add([]byte(s))
	}
	var document Document // its memory serves text after text
	f.Fuzz(func(t *testing.T, text []byte) {
		for range 2 {
			document.Reset(text)
			tree, err := document.Value()
			again, errAgain := ParseLenient(text)
			if (err == nil) != (errAgain == nil) || !tree.Equal(again) {
				t.Fatalf("the document has %s, %v; the text is %s, %v", tree, err, again, errAgain)
			}
			document.Release()
		}
		v, err := Parse(text)
		if err == nil && !json.Valid(text) {
			t.Fatalf("accepted what encoding/json refuses")
		}
		lenient, lerr := ParseLenient(text)
		if err == nil && !bytes.ContainsRune(text, 0x7F) {
			if lerr != nil || !lenient.Equal(v) {
				t.Fatalf("strict %s, lenient %s, %v", v, lenient, lerr)
			}
		}
		if lerr != nil {
			return
		}
		// What is printed as JSON must be JSON and mean the same, but for
		// numbers that JSON does not have.
		out := lenient.AppendJSON(nil)
		if bytes.Contains(out, []byte("NaN")) {
			return
		}
		if !json.Valid(out) {
			t.Fatalf("printed %s", out)
		}
		again, err := Parse(out)
		if err != nil {
			t.Fatalf("printed %s: %v", out, err)
		}
		// A fraction of many digits is a BigDecimal, which prints shorter than it
		// was written and is then a Double: 0000000000000000.00, 0.00, 0.0.
		if twice := again.AppendJSON(nil); !bytes.Equal(twice, out) && !bytes.ContainsAny(out, `".E`) {
			t.Fatalf("printed %s, then %s", out, twice)
		}
	})
}

// chat is a message with ten objects in an array.
func chat() []byte {
	b := []byte(`{"room":"general","messages":[`)
	for i := range 10 {
		b = fmt.Appendf(b, `{"id":"m%d","user":"user-%d","text":"hello \"number %d\", it's a/b","priority":%d},`, i, i%3, i, i)
	}
	return append(b[:len(b)-1], "]}"...)
}

func BenchmarkParseLenient(b *testing.B) {
	for _, bm := range []struct {
		name string
		body []byte
	}{
		{"scalar", []byte(`"some text"`)},
		{"small", []byte(`{"action":"message","messageId":1}`)},
		{"chat", chat()},
		{"32KB-fields", fields(32 << 10)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.SetBytes(int64(len(bm.body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseLenient(bm.body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
