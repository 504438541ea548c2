package jsonvalue

import (
	"cmp"
	"errors"
	"math/big"
	"strconv"
)

// maxScale bounds the distance between decimal point and digits that
// arithmetic on decimals follows: 1e999999999 + 1 would be a gigabyte.
const maxScale = 20_000

// ErrRange reports an operation on decimals whose result has more digits than
// the package is willing to compute.
var ErrRange = errors.New("decimal number out of range")

// Decimal is a java.math.BigDecimal: Unscaled × 10^-Scale. 1.10 is 110 with
// scale 2, and stays different from 1.1 in print. A Decimal is not changed
// after it was made.
type Decimal struct {
	Unscaled *big.Int
	Scale    int32
}

// ParseDecimal reads a number as BigDecimal's constructor does: digits with an
// optional sign, point and exponent. ok is false if text is not a number or
// its scale needs more than 32 bits.
func ParseDecimal(text string) (d *Decimal, ok bool) {
	mantissa, exponent := text, int64(0)
	for i := range len(text) {
		if text[i]|0x20 == 'e' {
			e, err := strconv.ParseInt(text[i+1:], 10, 32)
			if err != nil {
				return nil, false
			}
			mantissa, exponent = text[:i], e
			break
		}
	}
	digits := make([]byte, 0, len(mantissa))
	scale, point, any := int64(0), false, false
	for i := range len(mantissa) {
		switch c := mantissa[i]; {
		case c >= '0' && c <= '9':
			digits, any = append(digits, c), true
			if point {
				scale++
			}
		case c == '.' && !point:
			point = true
		case (c == '-' || c == '+') && i == 0:
			digits = append(digits, c)
		default:
			return nil, false
		}
	}
	scale -= exponent
	if !any || int64(int32(scale)) != scale {
		return nil, false
	}
	n, ok := new(big.Int).SetString(string(digits), 10)
	return &Decimal{n, int32(scale)}, ok
}

// Value returns the decimal as a Value; a nil decimal is null.
func (d *Decimal) Value() Value {
	if d == nil {
		return Value{}
	}
	return Value{ref: d}
}

// String returns what BigDecimal's toString does: plain digits, or scientific
// notation for a negative scale or a number below 0.000001.
func (d *Decimal) String() string { return string(d.append(nil)) }

func (d *Decimal) append(dst []byte) []byte {
	if d.Scale == 0 {
		return d.Unscaled.Append(dst, 10)
	}
	digits := d.Unscaled.Append(make([]byte, 0, 32), 10)
	if digits[0] == '-' {
		dst, digits = append(dst, '-'), digits[1:]
	}
	adjusted := int64(len(digits)) - 1 - int64(d.Scale)
	if d.Scale > 0 && adjusted >= -6 {
		whole := len(digits) - int(d.Scale)
		if whole > 0 {
			dst = append(dst, digits[:whole]...)
			dst = append(dst, '.')
			return append(dst, digits[whole:]...)
		}
		dst = append(dst, "0."...)
		for ; whole < 0; whole++ {
			dst = append(dst, '0')
		}
		return append(dst, digits...)
	}
	dst = append(dst, digits[0])
	if len(digits) > 1 {
		dst = append(dst, '.')
		dst = append(dst, digits[1:]...)
	}
	if adjusted != 0 {
		dst = append(dst, 'E')
		if adjusted > 0 {
			dst = append(dst, '+')
		}
		dst = strconv.AppendInt(dst, adjusted, 10)
	}
	return dst
}

// Float64 returns the nearest double, an infinity beyond the range.
func (d *Decimal) Float64() float64 {
	b := d.Unscaled.Append(make([]byte, 0, 64), 10)
	b = append(b, 'e')
	b = strconv.AppendInt(b, -int64(d.Scale), 10)
	f, _ := strconv.ParseFloat(string(b), 64)
	return f
}

// Cmp compares the numbers, so 1.0 and 1.00 are equal.
func (d *Decimal) Cmp(e *Decimal) int {
	if s, t := d.Unscaled.Sign(), e.Unscaled.Sign(); s != t || s == 0 {
		return cmp.Compare(s, t)
	}
	if a, b := d.magnitude(), e.magnitude(); a != b {
		if (a < b) == (d.Unscaled.Sign() > 0) {
			return -1
		}
		return 1
	}
	// The same magnitude: the scales differ by no more than the digits do.
	x, y := d.Unscaled, e.Unscaled
	if d.Scale < e.Scale {
		x = shift(x, int64(e.Scale)-int64(d.Scale))
	} else if d.Scale > e.Scale {
		y = shift(y, int64(d.Scale)-int64(e.Scale))
	}
	return x.Cmp(y)
}

// magnitude returns the exponent of the first digit.
func (d *Decimal) magnitude() int64 {
	n := len(d.Unscaled.Text(10))
	if d.Unscaled.Sign() < 0 {
		n--
	}
	return int64(n) - int64(d.Scale)
}

// Add returns d+e with the larger of the two scales.
func (d *Decimal) Add(e *Decimal) (*Decimal, error) {
	x, y, scale, err := align(d, e)
	if err != nil {
		return nil, err
	}
	return &Decimal{new(big.Int).Add(x, y), scale}, nil
}

// Sub returns d-e with the larger of the two scales.
func (d *Decimal) Sub(e *Decimal) (*Decimal, error) {
	x, y, scale, err := align(d, e)
	if err != nil {
		return nil, err
	}
	return &Decimal{new(big.Int).Sub(x, y), scale}, nil
}

// Mul returns d×e with the sum of the two scales.
func (d *Decimal) Mul(e *Decimal) (*Decimal, error) {
	scale := int64(d.Scale) + int64(e.Scale)
	if int64(int32(scale)) != scale {
		return nil, ErrRange
	}
	return &Decimal{new(big.Int).Mul(d.Unscaled, e.Unscaled), int32(scale)}, nil
}

// align returns both numbers at the larger scale.
func align(d, e *Decimal) (x, y *big.Int, scale int32, err error) {
	x, y, scale = d.Unscaled, e.Unscaled, max(d.Scale, e.Scale)
	if int64(scale)-int64(min(d.Scale, e.Scale)) > maxScale {
		return nil, nil, 0, ErrRange
	}
	if d.Scale < scale {
		x = shift(x, int64(scale)-int64(d.Scale))
	}
	if e.Scale < scale {
		y = shift(y, int64(scale)-int64(e.Scale))
	}
	return x, y, scale, nil
}

// shift returns x × 10^n.
func shift(x *big.Int, n int64) *big.Int {
	p := new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil)
	return p.Mul(p, x)
}
