package jsonvalue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestDocumentMember(t *testing.T) {
	tests := []struct {
		body, name, raw string
		found           bool
	}{
		{`{"action":"join"}`, "action", `"join"`, true},
		{` { "a" : 1 , "b" : [ 1 , {"a":2} ] } `, "b", `[ 1 , {"a":2} ]`, true},
		{`{"a":{"b":1},"b":2}`, "b", `2`, true},
		{`{"a":1,"b":2,"a":3}`, "a", `3`, true},
		{`{"\u0061\u0063tion":"x"}`, "action", `"x"`, true},
		{`{"\ud83d\ude00":true}`, "😀", `true`, true},
		{`{"ACTION":"x"}`, "action", "", false},
		{`{"a\"b":null}`, `a"b`, `null`, true},
		{`{"":-1.5e3}`, "", `-1.5e3`, true},
		{`{"a":{}}`, "a", `{}`, true},
		{`{"a":[]}`, "a", `[]`, true},
		{`{"a":[[],[{}]],"b":1}`, "a", `[[],[{}]]`, true},
		{`[{"a":1}]`, "a", "", false},
		{`"a"`, "a", "", false},
		{`{"a":1} x`, "a", "", false},
		{`{"a":1,}`, "a", "", false},
		{``, "a", "", false},
		{`{}`, "a", "", false},
		{`{"a":"x\u00e9\ny"}`, "a", `"x\u00e9\ny"`, true},
	}
	var d Document
	for _, tt := range tests {
		d.Reset([]byte(tt.body))
		raw, ok := d.Member(tt.name)
		if ok != tt.found || string(raw) != tt.raw {
			t.Errorf("Member(%q) of %s = %q, %v; want %q, %v", tt.name, tt.body, raw, ok, tt.raw, tt.found)
		}
		if !d.Valid() {
			continue
		}
		if raw, ok := RawMember(d.Body(), tt.name); ok != tt.found || string(raw) != tt.raw {
			t.Errorf("RawMember(%s, %q) = %q, %v; want %q, %v", tt.body, tt.name, raw, ok, tt.raw, tt.found)
		}
	}
}

func TestDocumentValid(t *testing.T) {
	nested := func(n int) string { return strings.Repeat(`[`, n) + strings.Repeat(`]`, n) }
	tests := []struct {
		body string
		want bool
	}{
		{`{"a":1}`, true}, {` [] `, true}, {`"x"`, true}, {`-0`, true}, {`null`, true},
		{nested(MaxDepth), true},
		{nested(MaxDepth + 1), false},
		{strings.Repeat(`{"a":`, MaxDepth) + "1" + strings.Repeat("}", MaxDepth), true},
		{strings.Repeat(`[`, MaxDepth), false},
		{``, false}, {` `, false}, {`hello`, false}, {`{a:1}`, false}, {`{'a':1}`, false},
		{`[1,]`, false}, {`[,1]`, false}, {`[1 2]`, false}, {`{"a"}`, false}, {`{"a":}`, false}, {`{"a":1]`, false},
		{`[1}`, false}, {`{"a" 1}`, false}, {`{"a":1 "b":2}`, false}, {`1 2`, false},
		{`01`, false}, {`1.`, false}, {`.5`, false}, {`+1`, false}, {`-`, false}, {`1e`, false}, {`1e+`, false}, {`1E5`, true},
		{`tru`, false}, {`truex`, false}, {`nul`, false}, {`False`, false},
		{`"`, false}, {`"a`, false}, {`"\`, false}, {`"\q"`, false}, {`"\u12"`, false}, {`"\u12g4"`, false}, {`"\u12G4"`, false},
		{"\"a\tb\"", false}, {"\"0123456\x1f\"", false}, {"\"01234567\x00\"", false}, {"\"0123456789\x7f\"", true},
		{"\ufeff{}", false},
	}
	var d Document
	for _, tt := range tests {
		d.Reset([]byte(tt.body))
		if got := d.Valid(); got != tt.want {
			t.Errorf("Valid(%.60q) = %v", tt.body, got)
		}
		if _, err := Parse([]byte(tt.body)); (err == nil) != tt.want {
			t.Errorf("Parse(%.60q): %v", tt.body, err)
		}
	}
}

// TestDocumentReuse: what one body left behind must not show in the next.
func TestDocumentReuse(t *testing.T) {
	var d Document
	d.Reset([]byte(`{"a":1,"b":2}`))
	if _, err := d.Value(); err != nil || !d.Valid() {
		t.Fatal(err)
	}
	d.Reset([]byte(`{"c":3`))
	if _, ok := d.Member("a"); ok || d.Valid() {
		t.Error("the first body is still there")
	}
	if v, err := d.Value(); err == nil {
		t.Errorf("Value = %v, want an error", v)
	}
}

func TestDocumentValue(t *testing.T) {
	tests := []struct{ body, java string }{
		{`{"a":[1,{"b":"x"}],"c":{"d":null}}`, `{a=[1,{"b":"x"}], c={d=null}}`},
		{`a=1&b=2`, `a=1&b=2`},
		{`{statusCode: 200}`, `{statusCode=200}`},
	}
	for _, tt := range tests {
		var d Document
		d.Reset([]byte(tt.body))
		v, err := d.Value()
		if err != nil || v.String() != tt.java {
			t.Errorf("Value of %s = %s, %v; want %s", tt.body, v, err, tt.java)
		}
		if again, _ := d.Value(); again.Map() != v.Map() {
			t.Errorf("%s was read twice", tt.body)
		}
	}
}

// TestDocumentRelease: the memory of a tree serves the next one, but nothing of
// the one shows in the other.
func TestDocumentRelease(t *testing.T) {
	large := func(n int) string {
		return `[` + strings.Repeat(`{"a":[1,2],"b":{"c":"d\n"}},`, n) + `{}]`
	}
	bodies := []string{
		`{"a":[1,{"b":"x"}],"c":{}}`, `{}`, `[]`, `7`, `"text"`, `not JSON`, `{"a":[{"b":1},`, large(1), large(30), large(300),
		`{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11,"l":12,"m":13,"a":14}`,
		`{"a":[` + strings.Repeat("1,", 200) + `2]}`, `{"b":2}`,
	}
	var d, other Document
	other.Reset([]byte(`{"other":["stays",{"as":"it is"}]}`))
	stays, _ := other.Value()
	for range 3 {
		for _, body := range bodies {
			d.Reset([]byte(body))
			want, wantErr := ParseLenient([]byte(body))
			for range 2 {
				v, err := d.Value()
				if (err == nil) != (wantErr == nil) || !v.Equal(want) {
					t.Fatalf("%s: %s, %v", body, v, err)
				}
				if m := v.Map(); m != nil {
					m.Set("added", String("x"))
					m.Delete("a")
				}
				if l := v.List(); l != nil && l.Len() > 0 {
					l.Set(0, String("changed"))
					l.Append(String("added"))
				}
				d.Release()
			}
		}
	}
	if got := stays.String(); got != `{other=["stays",{"as":"it is"}]}` {
		t.Errorf("the tree of another document has become %s", got)
	}
}

func TestDocumentReleaseKeepsStrings(t *testing.T) {
	var d Document
	d.Reset([]byte(`{"a":"one\n"}`))
	v, _ := d.Value()
	s, _ := v.Map().Get("a")
	d.Release()
	d.Reset([]byte(`{"b":"two\n"}`))
	if _, err := d.Value(); err != nil || s.String() != "one\n" {
		t.Errorf("%q, %v", s, err)
	}
}

func TestDocumentAllocs(t *testing.T) {
	body := []byte(`{"action":"message","messageId":1,"list":[1,2,{"x":null}],"\u0061":true}`)
	var d Document
	n := testing.AllocsPerRun(100, func() {
		d.Reset(body)
		if _, ok := d.Member("messageId"); !ok {
			t.Fatal("no member")
		}
		if _, ok := d.Member("a"); !ok {
			t.Fatal("no escaped member")
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzDocument(f *testing.F) {
	for _, s := range []string{`{"a":1,"a":"\u0061"}`, `[1,-2.5e3,{"x":[]}]`, `"a\\b"`, `{"k":{"k":null}}`, "{\"a\x00\":1}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var d Document
		d.Reset(body)
		valid := d.Valid()
		if want := json.Valid(body); valid != want && !(want && bytes.Count(body, []byte("["))+bytes.Count(body, []byte("{")) > MaxDepth) {
			t.Fatalf("Valid = %v, encoding/json says %v", valid, want)
		}
		v, err := Parse(body)
		if (err == nil) != valid {
			t.Fatalf("Valid = %v, but Parse says %v", valid, err)
		}
		if !valid || v.Map() == nil {
			return
		}
		for key, member := range v.Map().All() {
			name, _ := key.Text()
			raw, ok := d.Member(name)
			again, err := Parse(raw)
			if !ok || err != nil || !again.Equal(member) {
				t.Fatalf("Member(%q) = %q, %v; %v", name, raw, ok, err)
			}
			if other, ok := RawMember(body, name); !ok || !bytes.Equal(other, raw) {
				t.Fatalf("RawMember(%q) = %q, %v; Member has %q", name, other, ok, raw)
			}
		}
	})
}

func message(size int) []byte {
	head := `{"action":"message","messageId":1,"pad":"`
	return []byte(head + strings.Repeat("x", size-len(head)-2) + `"}`)
}

// fields returns an object of about size bytes with many members.
func fields(size int) []byte {
	b := []byte(`{"action":"message"`)
	for i := 0; len(b) < size; i++ {
		b = fmt.Appendf(b, `,"field%d":{"name":"user %d","n":[%d,2.5,true],"t":"some text of ordinary length"}`, i, i, i)
	}
	return append(b, '}')
}

func BenchmarkDocumentScan(b *testing.B) {
	for _, bm := range []struct {
		name string
		body []byte
	}{
		{"64B", message(64)},
		{"1KB-pad", message(1 << 10)},
		{"4KB-pad", message(4 << 10)},
		{"1KB-fields", fields(1 << 10)},
		{"32KB-fields", fields(32 << 10)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			var d Document
			b.SetBytes(int64(len(bm.body)))
			b.ReportAllocs()
			for b.Loop() {
				d.Reset(bm.body)
				if _, ok := d.Member("action"); !ok {
					b.Fatal("no action")
				}
			}
		})
	}
}
