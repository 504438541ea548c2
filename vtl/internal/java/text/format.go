package text

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"postern/jsonvalue"
	"postern/vtl/internal/java/method"
	"postern/vtl/internal/java/number"
	"postern/vtl/internal/java/object"
	"postern/vtl/internal/java/unit"
)

// specifier is one % of java.util.Formatter: index, flags, width, precision and
// conversion. Dates are left out: a template has none.
var specifier = regexp.MustCompile(`%(\d+\$)?([-#+ 0,(<]*)?(\d+)?(\.\d+)?([a-zA-Z%])`)

func formatMethod(b *Budget, format Value, args []Value) (Value, error) {
	if format.IsNull() {
		return Value{}, method.ErrNull
	}
	s, next := str(format), 0
	var out strings.Builder
	for {
		m := specifier.FindStringSubmatchIndex(s)
		if m == nil {
			break
		}
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return s[m[2*i]:m[2*i+1]]
		}
		if i := strings.IndexByte(s[:m[0]], '%'); i >= 0 {
			return Value{}, fmt.Errorf("unknown format conversion %q", s[i:min(len(s), i+2)])
		}
		out.WriteString(s[:m[0]])
		f := conversion{flags: group(2), verb: group(5), precision: -1}
		f.width, _ = strconv.Atoi(group(3))
		if p := group(4); p != "" {
			f.precision, _ = strconv.Atoi(p[1:])
		}
		if err := b.ChargeText(out.Len() + f.width + f.precision + 1); err != nil {
			return Value{}, err
		}
		var v Value
		if f.verb != "n" && f.verb != "%" {
			at := next
			if n, err := strconv.Atoi(strings.TrimSuffix(group(1), "$")); err == nil {
				at = n - 1
			} else {
				next++
			}
			if at < 0 || at >= len(args) {
				return Value{}, fmt.Errorf("format specifier %q has no argument", s[m[0]:m[1]])
			}
			v = args[at]
		}
		text, err := f.format(b, v)
		if err != nil {
			return Value{}, err
		}
		if err := b.Scan(text); err != nil {
			return Value{}, err
		}
		out.WriteString(text)
		s = s[m[1]:]
	}
	if i := strings.IndexByte(s, '%'); i >= 0 {
		return Value{}, fmt.Errorf("unknown format conversion %q", s[i:min(len(s), i+2)])
	}
	return b.NewString(out.String() + s)
}

type conversion struct {
	flags            string
	width, precision int
	verb             string
}

func (f conversion) has(flag string) bool { return strings.Contains(f.flags, flag) }

func (f conversion) format(b *Budget, v Value) (string, error) {
	var s string
	var err error
	lower := strings.ToLower(f.verb)
	switch {
	case f.verb == "n":
		return "\n", nil
	case f.verb == "%":
		s = "%"
	case lower == "s":
		if s, err = b.ToString(v); f.precision >= 0 && err == nil {
			s, _ = unit.Substring(s, 0, min(f.precision, unit.Length(s)))
		}
	case lower == "b":
		s = strconv.FormatBool(v.Bool() || !v.IsNull() && v.Kind() != jsonvalue.KindBool)
	case v.IsNull():
		s = "null"
	case f.verb == "d" && v.IsInteger():
		err = b.ChargeNumber(v)
		s = f.number(v.BigInt())
	case (lower == "x" || f.verb == "o") && v.IsInteger():
		s = f.unsigned(v)
	case (f.verb == "f" || lower == "e") && (v.Kind() == jsonvalue.KindDouble || v.Kind() == jsonvalue.KindDecimal):
		s = f.float(v.Float64())
	case lower == "c" && (object.ClassOf(v) == object.CharacterClass || object.ClassOf(v) == object.IntegerClass):
		if s = v.String(); object.ClassOf(v) == object.IntegerClass {
			s = string(rune(v.Int64()))
		}
	case lower == "h":
		var h int32
		h, err = object.Hash(b, v)
		s = strconv.FormatUint(uint64(uint32(h)), 16)
	default:
		return "", fmt.Errorf("format conversion %%%s does not fit a value of this class", f.verb)
	}
	if f.verb != lower {
		s = strings.ToUpper(s)
	}
	return f.pad(s), err
}

func (f conversion) pad(s string) string {
	n := f.width - unit.Length(s)
	switch {
	case n <= 0:
		return s
	case f.has("-"):
		return s + strings.Repeat(" ", n)
	case f.has("0") && strings.Trim(f.verb, "sScCbBhH%") != "":
		digits := strings.TrimLeft(s, "+- (")
		return s[:len(s)-len(digits)] + strings.Repeat("0", n) + digits
	}
	return strings.Repeat(" ", n) + s
}

// signed adds the sign that the flags ask for.
func (f conversion) signed(digits string, negative bool) string {
	switch {
	case negative && f.has("("):
		return "(" + digits + ")"
	case negative:
		return "-" + digits
	case f.has("+"):
		return "+" + digits
	case f.has(" "):
		return " " + digits
	}
	return digits
}

func (f conversion) number(i *big.Int) string {
	digits := new(big.Int).Abs(i).Text(10)
	if f.has(",") {
		digits = grouped(digits)
	}
	return f.signed(digits, i.Sign() < 0)
}

func (f conversion) unsigned(v Value) string {
	base := 16
	if f.verb == "o" {
		base = 8
	}
	var s string
	switch v.Kind() {
	case jsonvalue.KindInt:
		s = strconv.FormatUint(uint64(uint32(v.Int64())), base)
	case jsonvalue.KindLong:
		s = strconv.FormatUint(uint64(v.Int64()), base)
	default:
		s = v.BigInt().Text(base)
	}
	if f.has("#") {
		s = map[int]string{16: "0x", 8: "0"}[base] + s
	}
	return s
}

func (f conversion) float(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return jsonvalue.Double(x).String()
	}
	if f.precision < 0 {
		f.precision = 6
	}
	verb := f.verb[0] | 0x20
	digits := roundHalfUp(math.Abs(x), verb, min(f.precision, 350))
	if f.has(",") && verb == 'f' {
		whole, rest, ok := strings.Cut(digits, ".")
		if digits = grouped(whole); ok {
			digits += "." + rest
		}
	}
	return f.signed(digits, math.Signbit(x))
}

// roundHalfUp prints a number with that many digits behind the point. Java
// rounds the shortest decimal that is the number, half up; Go rounds its exact
// value.
func roundHalfUp(x float64, verb byte, precision int) string {
	if verb == 'f' {
		d, ok := jsonvalue.ParseDecimal(strconv.FormatFloat(x, 'e', -1, 64))
		if ok && int(d.Scale) > precision && d.Scale < 400 {
			power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(int(d.Scale)-precision)), nil)
			half := new(big.Int).Rsh(power, 1)
			n := half.Quo(half.Add(half, d.Unscaled), power)
			return number.Plain(&jsonvalue.Decimal{Unscaled: n, Scale: int32(precision)})
		}
	}
	return strconv.FormatFloat(x, verb, precision, 64)
}

// grouped puts a comma between every three digits.
func grouped(digits string) string {
	var b strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}
