package jsonvalue

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"
	"strconv"
)

// AppendDouble appends f as Java's Double.toString does up to Java 18: always
// with a digit behind the point, plain from 0.001 to below 10,000,000, else as
// 1.0E7. The digits are not always the fewest that tell f from its neighbours,
// as Go's and newer Javas' are: 2^60 is 1.15292150460684698E18.
func AppendDouble(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.Signbit(f):
		dst, f = append(dst, '-'), -f
	}
	switch {
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case f == 0:
		return append(dst, "0.0"...)
	}
	var d decimalDigits
	d.develop(f)
	return d.append(dst)
}

// decimalDigits are the digits of a positive number with the point before the
// first of them, times 10^exp.
type decimalDigits struct {
	digits [32]byte
	n      int
	exp    int
}

func (d *decimalDigits) append(dst []byte) []byte {
	switch digits := d.digits[:d.n]; {
	case d.exp > 0 && d.exp < 8: // 123.45
		whole := min(d.n, d.exp)
		dst = append(dst, digits[:whole]...)
		for range d.exp - whole {
			dst = append(dst, '0')
		}
		return appendFraction(append(dst, '.'), digits[whole:])
	case d.exp <= 0 && d.exp > -3: // 0.0012345
		dst = append(dst, "0."...)
		for range -d.exp {
			dst = append(dst, '0')
		}
		return append(dst, digits...)
	default: // 1.2345E-9
		dst = append(dst, digits[0], '.')
		dst = append(appendFraction(dst, digits[1:]), 'E')
		return strconv.AppendInt(dst, int64(d.exp)-1, 10)
	}
}

func appendFraction(dst, digits []byte) []byte {
	if len(digits) == 0 {
		return append(dst, '0')
	}
	return append(dst, digits...)
}

// develop finds the digits of f > 0. It is the method of Steele and White as
// Java has it, with Java's shortcut for whole numbers, its estimate of the
// exponent, its second digit wherever the number prints with an exponent, and
// its idea of when to stop.
func (d *decimalDigits) develop(f float64) {
	b := math.Float64bits(f)
	fraction, exp := b&(1<<52-1), int(b>>52)
	significant := 53
	if exp == 0 { // subnormal
		zeros := bits.LeadingZeros64(fraction)
		significant = 64 - zeros
		fraction <<= zeros - 11
		exp = 12 - zeros
	} else {
		fraction |= 1 << 52
	}
	exp -= 1023
	// f = fraction × 2^(exp-52), and fraction has 53 bits.
	zeros := bits.TrailingZeros64(fraction)
	used := 53 - zeros            // bits of fraction that say something
	behind := max(0, used-exp-1)  // of them, those behind the binary point
	if behind == 0 && exp <= 62 { // a whole number of at most 63 bits
		d.whole(fraction, exp, significant)
		return
	}
	g := generator{digits: d}
	d.exp = estimateExponent(fraction, exp)
	// f = B/S × 10^d.exp, and half the distance to the next double is M/S of
	// the same; all three are kept as 2^x × 5^y.
	g.b5, g.s5 = max(0, -d.exp), max(0, d.exp)
	g.b2, g.s2 = g.b5+behind+exp, g.s5+behind
	g.m2 = g.b2 - significant
	g.fraction = fraction >> zeros
	g.b2 -= used - 1
	common := min(g.b2, g.s2)
	g.b2, g.s2, g.m2 = g.b2-common, g.s2-common, g.m2-common
	if used == 1 {
		g.m2-- // the next smaller double is only half as far away
	}
	if g.m2 < 0 {
		g.b2, g.s2, g.m2 = g.b2-g.m2, g.s2-g.m2, 0
	}
	if g.fits() {
		g.small()
	} else {
		g.large()
	}
	d.exp++
}

// estimateExponent returns the decimal exponent of a number, or one more.
func estimateExponent(fraction uint64, exp int) int {
	one := math.Float64frombits(1023<<52 | fraction&(1<<52-1))
	return int(math.Floor((one-1.5)*0.289529654 + 0.176091259 + float64(exp)*0.301029995663981))
}

// whole takes the digits of a whole number, less those at its end that its
// bits do not determine.
func (d *decimalDigits) whole(fraction uint64, exp, significant int) {
	n := fraction >> max(0, 52-exp) << max(0, exp-52)
	drop := 0
	if p := exp - significant - 1; p > 1 {
		drop = p * 30103 / 100000 // digits in p bits
	}
	if drop > 0 {
		pow := uint64(1)
		for range drop {
			pow *= 10
		}
		rest := n % pow
		n /= pow
		if rest >= pow/2 {
			n++
		}
	}
	s := strconv.AppendUint(d.digits[:0], n, 10)
	d.exp = len(s) + drop
	for s[len(s)-1] == '0' && len(s) > 1 {
		s = s[:len(s)-1]
	}
	d.n = len(s)
}

// generator makes digits of fraction × 2^b2 × 5^b5 over 2^s2 × 5^s5, until
// what is left is less than 2^m2 × 5^b5 from the number or from the next one
// with as many digits.
type generator struct {
	digits                 *decimalDigits
	fraction               uint64
	b2, b5, s2, s5, m2     int
	low, high, firstIsOver bool
}

// fits reports whether everything stays below 64 bits.
func (g *generator) fits() bool {
	return bits.Len64(g.fraction)+g.b2+bitsOf5(g.b5) < 64 && g.s2+1+bitsOf5(g.s5+1) < 64
}

// bitsOf5 returns the bits of 5^n, more than that for a large n.
func bitsOf5(n int) int {
	if n < 27 {
		return bits.Len64(pow5(n))
	}
	return 3 * n
}

func pow5(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 5
	}
	return p
}

// put takes one digit; the first one may be a zero that does not count.
func (g *generator) put(digit byte) {
	d := g.digits
	if d.n == 0 && !g.firstIsOver {
		g.firstIsOver = true
		if digit == 0 && !g.high {
			d.exp--
		} else {
			d.digits[0], d.n = '0'+digit, 1
		}
		if d.exp < -3 || d.exp >= 8 {
			g.low, g.high = false, false // an exponent will follow: two digits at least
		}
		return
	}
	d.digits[d.n] = '0' + digit
	d.n++
}

// round decides about the last digit; half compares what is left with a half.
func (g *generator) round(half int) {
	last := g.digits.digits[g.digits.n-1]
	if g.high && (!g.low || half > 0 || half == 0 && last&1 != 0) {
		g.digits.roundUp()
	}
}

func (d *decimalDigits) roundUp() {
	for i := d.n - 1; i >= 0; i-- {
		if d.digits[i] != '9' {
			d.digits[i]++
			return
		}
		d.digits[i] = '0'
	}
	d.digits[0] = '1'
	d.exp++
}

func (g *generator) small() {
	b := g.fraction * pow5(g.b5) << g.b2
	s := pow5(g.s5) << g.s2
	m := pow5(g.b5) << g.m2
	for tens := s * 10; !g.low && !g.high; {
		q := b / s
		b = b % s * 10
		if m *= 10; int64(m) > 0 {
			g.low, g.high = b < m, int64(b+m) > int64(tens) // signed, as Java's long wraps
		} else {
			g.low, g.high = true, true // m went over; it is larger than all
		}
		g.put(byte(q))
		if g.low || g.high {
			g.round(cmp.Compare(b*2, tens))
		}
	}
}

func (g *generator) large() {
	b := pow52(g.b5, g.b2)
	b.Mul(b, new(big.Int).SetUint64(g.fraction))
	s := pow52(g.s5, g.s2)
	m := pow52(g.b5, g.m2)
	ten := big.NewInt(10)
	tens := new(big.Int).Mul(s, ten)
	var q, sum big.Int
	for !g.low && !g.high {
		q.QuoRem(b, s, b)
		b.Mul(b, ten)
		m.Mul(m, ten)
		g.low, g.high = b.Cmp(m) < 0, tens.Cmp(sum.Add(b, m)) <= 0
		g.put(byte(q.Uint64()))
	}
	g.round(b.Lsh(b, 1).Cmp(tens))
}

// pow52 returns 5^n5 × 2^n2.
func pow52(n5, n2 int) *big.Int {
	p := new(big.Int).Exp(big.NewInt(5), big.NewInt(int64(n5)), nil)
	return p.Lsh(p, uint(n2))
}
