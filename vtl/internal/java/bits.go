package java

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"

	"postern/jsonvalue"
)

// bitMethods are the methods of Integer and Long that treat a number as bits; T
// stands for int or long.
func bitMethods(size int, make func(int64) Value) methods {
	high := uint(64 - size)
	// unsigned is the number as the bits of its type say.
	unsigned := func(x int64) uint64 { return uint64(x) << high >> high }
	return methods{
		{"bitCount(T)", onInt(func(x int64) int64 { return int64(bits.OnesCount64(unsigned(x))) }, makeInt)},
		{"numberOfLeadingZeros(T)", onInt(func(x int64) int64 { return int64(bits.LeadingZeros64(unsigned(x)) - int(high)) }, makeInt)},
		{"numberOfTrailingZeros(T)", onInt(func(x int64) int64 { return int64(min(size, bits.TrailingZeros64(uint64(x)))) }, makeInt)},
		{"highestOneBit(T)", onInt(func(x int64) int64 {
			if x == 0 {
				return 0
			}
			return int64(uint64(1) << (bits.Len64(unsigned(x)) - 1))
		}, make)},
		{"lowestOneBit(T)", onInt(func(x int64) int64 { return x & -x }, make)},
		{"reverse(T)", onInt(func(x int64) int64 { return int64(bits.Reverse64(uint64(x)) >> high) }, make)},
		{"reverseBytes(T)", onInt(func(x int64) int64 { return int64(bits.ReverseBytes64(uint64(x)) >> high) }, make)},
		{"rotateLeft(T,int)", onInts(func(x, n int64) int64 { return rotate(unsigned(x), n, size) }, make)},
		{"rotateRight(T,int)", onInts(func(x, n int64) int64 { return rotate(unsigned(x), -n, size) }, make)},
		{"compareUnsigned(T,T)", onInts(func(x, y int64) int64 {
			switch a, b := unsigned(x), unsigned(y); {
			case a < b:
				return -1
			case a > b:
				return 1
			}
			return 0
		}, makeInt)},
		{"divideUnsigned(T,T)", divideUnsigned(unsigned, make, func(x, y uint64) uint64 { return x / y })},
		{"remainderUnsigned(T,T)", divideUnsigned(unsigned, make, func(x, y uint64) uint64 { return x % y })},
		{"toUnsignedString(T)", radix(10, size)},
		{"toUnsignedString(T,int)", func(b *Budget, _ Value, args []Value) (Value, error) {
			base := int(args[1].Int64())
			if base < 2 || base > 36 {
				base = 10
			}
			return b.text(strconv.FormatUint(unsigned(args[0].Int64()), base))
		}},
		{"decode(String)", decode(size, make)},
	}
}

func rotate(x uint64, n int64, size int) int64 {
	k := uint(n) & uint(size-1)
	return int64(x<<k | x>>(uint(size)-k))
}

func divideUnsigned(unsigned func(int64) uint64, make func(int64) Value, f func(x, y uint64) uint64) function {
	return func(_ *Budget, _ Value, args []Value) (Value, error) {
		x, y := unsigned(args[0].Int64()), unsigned(args[1].Int64())
		if y == 0 {
			return Value{}, errZero
		}
		return make(int64(f(x, y))), nil
	}
}

// decode reads a number with a prefix 0x, # or 0.
func decode(size int, make func(int64) Value) function {
	return func(_ *Budget, _ Value, args []Value) (Value, error) {
		if args[0].IsNull() {
			return Value{}, errNull
		}
		s := str(args[0])
		digits, sign := strings.TrimLeft(s, "+-"), s[:min(1, len(s))]
		base := 10
		for _, p := range [...]struct {
			prefix string
			base   int
		}{{"0x", 16}, {"0X", 16}, {"#", 16}, {"0", 8}} {
			if rest, ok := strings.CutPrefix(digits, p.prefix); ok && rest != "" {
				digits, base = rest, p.base
				break
			}
		}
		if sign == "-" {
			digits = "-" + digits
		}
		i, err := strconv.ParseInt(digits, base, size)
		if err != nil || strings.Contains(s, "_") {
			return Value{}, fmt.Errorf("%q is no number of %d bits", short(s), size)
		}
		return make(i), nil
	}
}

// doubleBitMethods are the methods of Double that show its bits.
var doubleBitMethods = methods{
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

// bigBitMethods are the methods of BigInteger beyond arithmetic.
var bigBitMethods = methods{
	{"remainder(BigInteger)", onBigs(func(x, y *big.Int) *big.Int { return new(big.Int).Rem(x, y) }, true)},
	{"gcd(BigInteger)", onBigs(func(x, y *big.Int) *big.Int {
		return new(big.Int).GCD(nil, nil, new(big.Int).Abs(x), new(big.Int).Abs(y))
	}, false)},
	{"max(BigInteger)", onBigs(func(x, y *big.Int) *big.Int {
		if x.Cmp(y) > 0 {
			return x
		}
		return y
	}, false)},
	{"min(BigInteger)", onBigs(func(x, y *big.Int) *big.Int {
		if x.Cmp(y) < 0 {
			return x
		}
		return y
	}, false)},
	{"and(BigInteger)", onBigs(func(x, y *big.Int) *big.Int { return new(big.Int).And(x, y) }, false)},
	{"or(BigInteger)", onBigs(func(x, y *big.Int) *big.Int { return new(big.Int).Or(x, y) }, false)},
	{"xor(BigInteger)", onBigs(func(x, y *big.Int) *big.Int { return new(big.Int).Xor(x, y) }, false)},
	{"andNot(BigInteger)", onBigs(func(x, y *big.Int) *big.Int { return new(big.Int).AndNot(x, y) }, false)},
	{"bitCount()", func(b *Budget, self Value, _ []Value) (Value, error) {
		return jsonvalue.Int(int64(bitCount(self.BigInt()))), b.chargeDigits(self.BigInt(), new(big.Int))
	}},
	{"not()", onBigInt((*big.Int).Not)},
	{"shiftLeft(int)", shift(1)},
	{"shiftRight(int)", shift(-1)},
	{"testBit(int)", func(_ *Budget, self Value, args []Value) (Value, error) {
		n := args[0].Int64()
		if n < 0 {
			return Value{}, errNegative
		}
		return boolean(self.BigInt().Bit(int(n)) == 1)
	}},
}

// bitCount counts the bits that differ from the sign.
func bitCount(x *big.Int) int {
	if x.Sign() < 0 {
		x = new(big.Int).Not(x)
	}
	n := 0
	for _, w := range x.Bits() {
		n += bits.OnesCount(uint(w))
	}
	return n
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

// onBigInt makes a method of a function of one BigInteger.
func onBigInt(f func(to, x *big.Int) *big.Int) function {
	return func(b *Budget, self Value, _ []Value) (Value, error) {
		if err := b.chargeDigits(self.BigInt(), new(big.Int)); err != nil {
			return Value{}, err
		}
		return jsonvalue.BigInt(f(new(big.Int), self.BigInt())), nil
	}
}

// onBigs makes a method of a function of two BigIntegers, which may not be
// called with zero.
func onBigs(f func(x, y *big.Int) *big.Int, divides bool) function {
	return func(b *Budget, self Value, args []Value) (Value, error) {
		if args[0].IsNull() {
			return Value{}, errNull
		}
		x, y := self.BigInt(), args[0].BigInt()
		if divides && y.Sign() == 0 {
			return Value{}, errZero
		}
		if err := b.chargeDigits(x, y); err != nil {
			return Value{}, err
		}
		return bigResult(f(x, y))
	}
}

func shift(direction int64) function {
	return func(b *Budget, self Value, args []Value) (Value, error) {
		n, x := direction*args[0].Int64(), self.BigInt()
		if err := b.chargeDigits(x, new(big.Int)); err != nil {
			return Value{}, err
		}
		if n < 0 {
			return jsonvalue.BigInt(new(big.Int).Rsh(x, uint(-n))), nil
		}
		if err := b.chargeText(int(n)/8 + len(x.Bits())*8); err != nil {
			return Value{}, err
		}
		return bigResult(new(big.Int).Lsh(x, uint(n)))
	}
}
