package number

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"postern/jsonvalue"
	"postern/vtl/internal/java/method"
)

func parseDouble(b *Budget, _ Value, args []Value) (Value, error) {
	if err := b.Scan(str(args[0])); err != nil {
		return Value{}, err
	}
	s := strings.Trim(str(args[0]), "\x00\t\n\v\f\r ")
	f, err := strconv.ParseFloat(strings.TrimRight(s, "dDfF"), 64)
	if errors.Is(err, strconv.ErrSyntax) || strings.Contains(s, "_") || strings.HasPrefix(strings.ToLower(strings.TrimLeft(s, "+-")), "inf") && !strings.Contains(s, "Infinity") {
		return Value{}, fmt.Errorf("%q is no number", method.Short(str(args[0])))
	}
	return jsonvalue.Double(f), nil
}

// DoubleMethods are those of Double.
var DoubleMethods = append(method.Table{
	{"isNaN()", func(_ *Budget, self Value, _ []Value) (Value, error) { return method.Bool(math.IsNaN(self.Float64())) }},
	{"isNaN(double)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return method.Bool(math.IsNaN(args[0].Float64()))
	}},
	{"isInfinite()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		return method.Bool(math.IsInf(self.Float64(), 0))
	}},
	{"isInfinite(double)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return method.Bool(math.IsInf(args[0].Float64(), 0))
	}},
	{"isFinite(double)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		f := args[0].Float64()
		return method.Bool(!math.IsInf(f, 0) && !math.IsNaN(f))
	}},
	{"parseDouble(String)", parseDouble},
	{"valueOf(String)", parseDouble},
	{"valueOf(double)", func(_ *Budget, _ Value, args []Value) (Value, error) { return jsonvalue.Double(args[0].Float64()), nil }},
	{"hashCode(double)", func(b *Budget, _ Value, args []Value) (Value, error) {
		h, err := Hash(b, jsonvalue.Double(args[0].Float64()))
		return jsonvalue.Int(int64(h)), err
	}},
	{"toString(double)", func(b *Budget, _ Value, args []Value) (Value, error) {
		return b.NewString(jsonvalue.Double(args[0].Float64()).String())
	}},
	{"toHexString(double)", func(b *Budget, _ Value, args []Value) (Value, error) {
		return b.NewString(hexDouble(args[0].Float64()))
	}},
	{"sum(double,double)", onDoubles(func(x, y float64) float64 { return x + y })},
	{"max(double,double)", onDoubles(math.Max)},
	{"min(double,double)", onDoubles(math.Min)},
	{"compare(double,double)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return method.Int(order(args[0].Float64(), args[1].Float64()))
	}},
}, append(doubleBitMethods, numberMethods...)...)

func onDoubles(f func(x, y float64) float64) method.Func {
	return func(_ *Budget, _ Value, args []Value) (Value, error) {
		return jsonvalue.Double(f(args[0].Float64(), args[1].Float64())), nil
	}
}

// doubleBitMethods are the methods of Double that show its bits.
var doubleBitMethods = method.Table{
	{"doubleToLongBits(double)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return jsonvalue.Long(int64(math.Float64bits(args[0].Float64()))), nil
	}},
	{"doubleToRawLongBits(double)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return jsonvalue.Long(int64(math.Float64bits(args[0].Float64()))), nil
	}},
	{"longBitsToDouble(long)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return jsonvalue.Double(math.Float64frombits(uint64(args[0].Int64()))), nil
	}},
}

// hexDouble is Double.toHexString.
func hexDouble(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return jsonvalue.Double(f).String()
	}
	b := math.Float64bits(f)
	sign, fraction, exp := "", fmt.Sprintf("%013x", b&(1<<52-1)), int(b>>52&(1<<11-1))
	if b>>63 != 0 {
		sign = "-"
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction == "" {
		fraction = "0"
	}
	switch {
	case exp > 0:
		return fmt.Sprintf("%s0x1.%sp%d", sign, fraction, exp-1023)
	case fraction == "0":
		return sign + "0x0.0p0"
	}
	return sign + "0x0." + fraction + "p-1022"
}
