package jsonvalue

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"
)

type host struct{ name string }

func (h *host) Property(name string) (Value, bool) { return String(h.name), name == "name" }

func (h *host) Call(string, []Value) (Value, bool, error) { return Value{}, false, nil }

func (h *host) AppendText(dst []byte) []byte { return append(dst, h.name...) }

func TestValueAccessors(t *testing.T) {
	m, l, h := NewMap(0), NewList(OriginVTL), &host{"h"}
	d, _ := ParseDecimal("1.50")
	tests := []struct {
		v    Value
		kind Kind
		text string
	}{
		{Value{}, KindNull, "null"},
		{Bool(true), KindBool, "true"},
		{Bool(false), KindBool, "false"},
		{Int(-7), KindInt, "-7"},
		{Int(math.MaxInt32 + 1), KindLong, "2147483648"},
		{Long(1), KindLong, "1"},
		{BigInt(big.NewInt(5)), KindBigInt, "5"},
		{Double(2), KindDouble, "2.0"},
		{d.Value(), KindDecimal, "1.50"},
		{String(""), KindString, ""},
		{String("a"), KindString, "a"},
		{m.Value(), KindMap, "{}"},
		{l.Value(), KindList, "[]"},
		{Host(h), KindObject, "h"},
		{Host(nil), KindNull, "null"},
		{BigInt(nil), KindNull, "null"},
		{(*Map)(nil).Value(), KindNull, "null"},
		{(*List)(nil).Value(), KindNull, "null"},
	}
	for _, tt := range tests {
		if tt.v.Kind() != tt.kind || tt.v.String() != tt.text {
			t.Errorf("got %s %q, want %s %q", tt.v.Kind(), tt.v, tt.kind, tt.text)
		}
		if got := tt.v.Bool(); got != (tt.text == "true") {
			t.Errorf("%s: Bool = %v", tt.v, got)
		}
	}
	if Host(h).Host() != Object(h) || m.Value().Map() != m || l.Value().List() != l {
		t.Error("a reference got lost")
	}
	if Int(3).BigInt().Int64() != 3 || Long(3).Int64() != 3 || Double(3).Int64() != 0 || Int(3).Float64() != 3 || d.Float64() != 1.5 {
		t.Error("a number changed")
	}
}

func TestValuesDoNotAllocate(t *testing.T) {
	s, h := strings.Repeat("x", 40), &host{}
	var sink Value
	n := testing.AllocsPerRun(100, func() {
		sink = String(s)
		sink = Int(1 << 40)
		sink = Double(1.5)
		sink = Bool(true)
		sink = Host(h)
		if sink.Kind() != KindObject {
			t.Fatal(sink.Kind())
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestMapOrder(t *testing.T) {
	for _, size := range []int{3, indexFrom + 5} {
		m := NewMap(0)
		name := func(i int) string { return strings.Repeat("k", i+1) }
		for i := range size {
			m.Set(name(i), Int(int64(i)))
		}
		m.Set(name(1), String("one"))
		m.SetKey(Int(1), String("int"))
		if v, _ := m.Get(name(1)); v.String() != "one" || m.At(1).Value.String() != "one" {
			t.Errorf("size %d: a key that is set again must keep its place: %s", size, m.Value())
		}
		if v, ok := m.GetKey(Int(1)); !ok || v.String() != "int" {
			t.Errorf("size %d: GetKey(1) = %s, %v", size, v, ok)
		}
		if _, ok := m.GetKey(Long(1)); ok {
			t.Errorf("size %d: the Long 1 is another key", size)
		}
		if !m.Delete(name(0)) || m.Delete(name(0)) || !m.DeleteKey(Int(1)) {
			t.Errorf("size %d: Delete", size)
		}
		for i := 2; i < size; i++ {
			if v, ok := m.Get(name(i)); !ok || v.Int64() != int64(i) {
				t.Errorf("size %d: after Delete %s is %s, %v", size, name(i), v, ok)
			}
		}
		if m.Len() != size-1 {
			t.Errorf("Len = %d", m.Len())
		}
		m.Clear()
		if _, ok := m.Get(name(2)); ok || m.Len() != 0 {
			t.Errorf("size %d: Clear", size)
		}
	}
}

func TestList(t *testing.T) {
	l := NewList(OriginVTL, Int(1), Int(3))
	l.Insert(1, Int(2))
	l.Append(Int(4), Int(5))
	l.Delete(0)
	l.Set(0, String("two"))
	if got := l.Value().String(); got != "[two, 3, 4, 5]" {
		t.Error(got)
	}
	if l.Len() != 4 || l.At(3).Int64() != 5 || len(l.Items()) != 4 || l.Origin() != OriginVTL {
		t.Error(l.Value())
	}
	if l.Clear(); l.Len() != 0 {
		t.Error("Clear")
	}
}

func TestPrinting(t *testing.T) {
	inner := NewMap(1)
	inner.Set("k", String("a/\"b\"\u20ac\u0080\u2028é\x7f"))
	vtl := NewList(OriginVTL, Int(1), inner.Value(), NewList(OriginJSON, inner.Value()).Value())
	m := NewMap(0)
	m.Set("l", vtl.Value())
	m.SetKey(Int(2), Value{})
	m.Set("inf", Double(math.Inf(1)))
	tests := []struct{ got, want string }{
		{m.Value().String(), "{l=[1, {k=a/\"b\"\u20ac\u0080\u2028é\x7f}, [{\"k\":\"a\\/\\\"b\\\"\\u20AC\\u0080\\u2028é\\u007F\"}]], 2=null, inf=Infinity}"},
		{string(m.Value().AppendJSON(nil)), `{"l":[1,{"k":"a/\"b\"\u20AC\u0080\u2028é\u007F"},[{"k":"a/\"b\"\u20AC\u0080\u2028é\u007F"}]],"2":null,"inf":null}`},
		{string(NewList(OriginJSON, String("x"), inner.Value(), NewList(OriginJSON, Value{}).Value()).Value().AppendPlain(nil)), "[x, {k=a/\"b\"\u20ac\u0080\u2028é\x7f}, [null]]"},
		{string(String("\b\f\n\r\t\x01").AppendJSON(nil)), `"\b\f\n\r\t\u0001"`},
		{string(NewList(OriginJSON, Host(&host{"$util"})).Value().AppendJSON(nil)), `["$util"]`},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got  %s\nwant %s", tt.got, tt.want)
		}
	}
}

// shelf is an object that prints a list.
type shelf struct{ l *List }

func (s *shelf) Property(string) (Value, bool)             { return Value{}, false }
func (s *shelf) Call(string, []Value) (Value, bool, error) { return Value{}, false, nil }
func (s *shelf) AppendText(dst []byte) []byte              { return append(dst, "not asked for"...) }

func (s *shelf) AppendNested(dst []byte, n Nesting) ([]byte, error) {
	return n.AppendJava(append(dst, '<'), s.l.Value())
}

func TestPrintingIsBounded(t *testing.T) {
	self := NewList(OriginVTL, Int(1))
	self.Append(self.Value())
	if got := self.Value().String(); got != "[1, (this Collection)]" {
		t.Error(got)
	}
	m := NewMap(1)
	m.Set("m", m.Value())
	if got := m.Value().String(); got != "{m=(this Map)}" {
		t.Error(got)
	}
	a, b := NewList(OriginVTL), NewList(OriginVTL)
	a.Append(b.Value())
	b.Append(a.Value())
	if _, err := a.Value().AppendJavaLimit(nil, 1<<20); !errors.Is(err, ErrNesting) {
		t.Errorf("a circle: %v", err)
	}
	bomb := NewList(OriginVTL, String("x"))
	for range 40 {
		bomb = NewList(OriginVTL, bomb.Value(), bomb.Value())
	}
	if out, err := bomb.Value().AppendJavaLimit(nil, 1<<10); !errors.Is(err, ErrTooLong) || len(out) > 1<<11 {
		t.Errorf("a bomb: %d bytes, %v", len(out), err)
	}
	if out, err := bomb.Value().AppendJSONLimit(nil, 1<<10); !errors.Is(err, ErrTooLong) || len(out) > 1<<11 {
		t.Errorf("a bomb: %d bytes, %v", len(out), err)
	}
	for i := range 3 {
		// An object that prints what it is in.
		l := NewList(OriginJSON, String("x"))
		l.Append(Host(&shelf{l}), Host(&shelf{l}))
		v := [...]Value{l.Value(), Host(&shelf{l}), NewList(OriginVTL, l.Value()).Value()}[i]
		if out, err := v.AppendJavaLimit(nil, 1<<16); !errors.Is(err, ErrNesting) && !errors.Is(err, ErrTooLong) || len(out) > 1<<18 {
			t.Errorf("an object in itself: %d bytes, %v", len(out), err)
		}
		if out, err := v.AppendJSONLimit(nil, 1<<16); !errors.Is(err, ErrNesting) && !errors.Is(err, ErrTooLong) || len(out) > 1<<18 {
			t.Errorf("an object in itself as JSON: %d bytes, %v", len(out), err)
		}
	}
	if out, err := String("abc").AppendJavaLimit([]byte("12"), 5); err != nil || string(out) != "12abc" {
		t.Errorf("%q, %v", out, err)
	}
}

func TestEqual(t *testing.T) {
	parse := func(s string) Value {
		v, err := Parse([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	tests := []struct {
		a, b Value
		want bool
	}{
		{parse(`{"a":1,"b":[2]}`), parse(`{"b":[2],"a":1}`), true},
		{parse(`{"a":1}`), parse(`{"a":1,"b":2}`), false},
		{parse(`{"a":null}`), parse(`{"b":null}`), false},
		{parse(`[1,2]`), parse(`[2,1]`), false},
		{parse(`1`), parse(`1.0`), false},
		{Int(1), Long(1), false},
		{parse(`"x"`), String("x"), true},
		{parse(`123456789012345678901`), parse(`123456789012345678901`), true},
		{parse(`1.0000000000000000000`), parse(`1.00000000000000000000`), false},
		{Double(math.NaN()), Double(math.NaN()), true},
		{Host(&host{"a"}), Host(&host{"a"}), false},
		{Value{}, Value{}, true},
	}
	for _, tt := range tests {
		if got := tt.a.Equal(tt.b); got != tt.want {
			t.Errorf("%s == %s: %v", tt.a, tt.b, got)
		}
	}
}

// The expected texts are those of Java 17.
func TestAppendDouble(t *testing.T) {
	tests := []struct {
		f    float64
		want string
	}{
		{0, "0.0"}, {math.Copysign(0, -1), "-0.0"}, {1, "1.0"}, {-1.5, "-1.5"}, {100, "100.0"},
		{9999999, "9999999.0"}, {1e7, "1.0E7"}, {12345678.9, "1.23456789E7"}, {1e21, "1.0E21"}, {1e23, "9.999999999999999E22"},
		{0.001, "0.001"}, {0.00099, "9.9E-4"}, {1e-4, "1.0E-4"}, {8.41, "8.41"}, {12345678.9 + 1, "1.23456799E7"},
		{123456.789, "123456.789"}, {0.30000000000000004, "0.30000000000000004"}, {1.0 / 3, "0.3333333333333333"},
		{4.9e-324, "4.9E-324"}, {2 * 4.9e-324, "1.0E-323"}, {math.MaxFloat64, "1.7976931348623157E308"},
		{2.2250738585072014e-308, "2.2250738585072014E-308"}, {1 << 60, "1.15292150460684698E18"},
		{1.23456789012151e17, "1.23456789012151008E17"}, {2e23, "1.9999999999999998E23"}, {3.0886919347762366e25, "3.0886919347762366E25"},
		{math.NaN(), "NaN"}, {math.Inf(1), "Infinity"}, {math.Inf(-1), "-Infinity"},
	}
	for _, tt := range tests {
		if got := string(AppendDouble(nil, tt.f)); got != tt.want {
			t.Errorf("AppendDouble(%g) = %s, want %s", tt.f, got, tt.want)
		}
	}
}

func FuzzAppendDouble(f *testing.F) {
	f.Add(uint64(1))
	f.Add(math.Float64bits(1e23))
	f.Add(math.Float64bits(0.1))
	f.Fuzz(func(t *testing.T, bits uint64) {
		x := math.Float64frombits(bits)
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return
		}
		v, err := Parse(AppendDouble(nil, x))
		got := v.Float64()
		if err != nil || got != x {
			t.Fatalf("%s is read as %g, not %g: %v", AppendDouble(nil, x), got, x, err)
		}
	})
}

func TestDecimal(t *testing.T) {
	prints := []struct{ text, want string }{
		{"1.10", "1.10"}, {"-0.000001", "-0.000001"}, {"0.0000001", "1E-7"}, {"1e3", "1E+3"}, {"12e3", "1.2E+4"}, {"-12.5E-10", "-1.25E-9"},
		{"0.00", "0.00"}, {"+5.", "5"}, {".5", "0.5"}, {"1e999999999", "1E+999999999"}, {"00.10", "0.10"},
	}
	for _, tt := range prints {
		if d, ok := ParseDecimal(tt.text); !ok || d.String() != tt.want {
			t.Errorf("ParseDecimal(%s) = %v, %v; want %s", tt.text, d, ok, tt.want)
		}
	}
	for _, s := range []string{"", ".", "-", "1e", "1e+", "1.2.3", "1x", "e5", "1e99999999999", "1e2147483648"} {
		if d, ok := ParseDecimal(s); ok {
			t.Errorf("ParseDecimal(%q) = %s", s, d)
		}
	}
	dec := func(s string) *Decimal { d, _ := ParseDecimal(s); return d }
	sum, _ := dec("0.30000000000000004").Add(dec("1"))
	diff, _ := dec("1.50").Sub(dec("0.5"))
	product, _ := dec("0.30000000000000004").Mul(dec("2"))
	if sum.String() != "1.30000000000000004" || diff.String() != "1.00" || product.String() != "0.60000000000000008" {
		t.Error(sum, diff, product)
	}
	if _, err := dec("1e999999999").Add(dec("1")); !errors.Is(err, ErrRange) {
		t.Error(err)
	}
	cmps := []struct {
		a, b string
		want int
	}{
		{"1.0", "1.00", 0}, {"1e999999999", "2", 1}, {"-1e999999999", "2", -1}, {"-1e999999999", "-2", -1}, {"0", "-1", 1}, {"0.0", "0", 0},
		{"12.3", "12.4", -1}, {"-12.3", "-12.4", 1}, {"1e3", "1000", 0}, {"0", "1e-999999999", -1},
	}
	for _, tt := range cmps {
		if got := dec(tt.a).Cmp(dec(tt.b)); got != tt.want {
			t.Errorf("Cmp(%s, %s) = %d", tt.a, tt.b, got)
		}
	}
}
