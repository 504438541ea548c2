package number

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"postern/vtl/internal/java/method"
)

// bitMethods are the methods of Integer and Long that treat a number as bits; T
// stands for int or long.
func bitMethods(size int, make func(int64) Value) method.Table {
	high := uint(64 - size)
	// unsigned is the number as the bits of its type say.
	unsigned := func(x int64) uint64 { return uint64(x) << high >> high }
	return method.Table{
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
			return b.NewString(strconv.FormatUint(unsigned(args[0].Int64()), base))
		}},
		{"decode(String)", decode(size, make)},
	}
}

func rotate(x uint64, n int64, size int) int64 {
	k := uint(n) & uint(size-1)
	return int64(x<<k | x>>(uint(size)-k))
}

func divideUnsigned(unsigned func(int64) uint64, make func(int64) Value, f func(x, y uint64) uint64) method.Func {
	return func(_ *Budget, _ Value, args []Value) (Value, error) {
		x, y := unsigned(args[0].Int64()), unsigned(args[1].Int64())
		if y == 0 {
			return Value{}, errZero
		}
		return make(int64(f(x, y))), nil
	}
}

// decode reads a number with a prefix 0x, # or 0.
func decode(size int, make func(int64) Value) method.Func {
	return func(_ *Budget, _ Value, args []Value) (Value, error) {
		if args[0].IsNull() {
			return Value{}, method.ErrNull
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
			return Value{}, fmt.Errorf("%q is no number of %d bits", method.Short(s), size)
		}
		return make(i), nil
	}
}
