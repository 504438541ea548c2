package number

import (
	"math/big"
	"math/bits"

	"postern/jsonvalue"
	"postern/vtl/internal/java/method"
)

// onBig makes a method of an operation of two BigIntegers.
func onBig(op Operation) method.Func {
	return func(b *Budget, self Value, args []Value) (Value, error) {
		if args[0].IsNull() {
			return Value{}, method.ErrNull
		}
		if op >= Divide && isZero(args[0]) {
			return Value{}, errZero
		}
		return Compute(b, op, self, args[0])
	}
}

// BigIntegerMethods are those of BigInteger.
var BigIntegerMethods = append(method.Table{
	{"add(BigInteger)", onBig(Add)},
	{"subtract(BigInteger)", onBig(Subtract)},
	{"multiply(BigInteger)", onBig(Multiply)},
	{"divide(BigInteger)", onBig(Divide)},
	{"mod(BigInteger)", onBig(Modulo)},
	{"negate()", onBigInt((*big.Int).Neg)},
	{"abs()", onBigInt((*big.Int).Abs)},
	{"signum()", func(_ *Budget, self Value, _ []Value) (Value, error) { return method.Int(self.BigInt().Sign()) }},
	{"bitLength()", func(_ *Budget, self Value, _ []Value) (Value, error) { return method.Int(self.BigInt().BitLen()) }},
	{"pow(int)", func(b *Budget, self Value, args []Value) (Value, error) {
		n, x := args[0].Int64(), self.BigInt()
		if n < 0 {
			return Value{}, errNegative
		}
		p, err := power(b, x, n)
		if err != nil {
			return Value{}, err
		}
		return bigResult(p)
	}},
	{"toString(int)", func(b *Budget, self Value, args []Value) (Value, error) {
		base := int(args[0].Int64())
		if base < 2 || base > 36 {
			base = 10
		}
		if err := b.ChargeNumber(self); err != nil {
			return Value{}, err
		}
		return b.NewString(self.BigInt().Text(base))
	}},
	{"valueOf(long)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return jsonvalue.BigInt(big.NewInt(args[0].Int64())), nil
	}},
}, append(bigBitMethods, numberMethods...)...)

// bigBitMethods are the methods of BigInteger beyond arithmetic.
var bigBitMethods = method.Table{
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
		return jsonvalue.Int(int64(bitCount(self.BigInt()))), chargeDigits(b, self.BigInt(), new(big.Int))
	}},
	{"not()", onBigInt((*big.Int).Not)},
	{"shiftLeft(int)", shift(1)},
	{"shiftRight(int)", shift(-1)},
	{"testBit(int)", func(_ *Budget, self Value, args []Value) (Value, error) {
		n := args[0].Int64()
		if n < 0 {
			return Value{}, errNegative
		}
		return method.Bool(self.BigInt().Bit(int(n)) == 1)
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

// onBigInt makes a method of a function of one BigInteger.
func onBigInt(f func(to, x *big.Int) *big.Int) method.Func {
	return func(b *Budget, self Value, _ []Value) (Value, error) {
		if err := chargeDigits(b, self.BigInt(), new(big.Int)); err != nil {
			return Value{}, err
		}
		return jsonvalue.BigInt(f(new(big.Int), self.BigInt())), nil
	}
}

// onBigs makes a method of a function of two BigIntegers, which may not be
// called with zero.
func onBigs(f func(x, y *big.Int) *big.Int, divides bool) method.Func {
	return func(b *Budget, self Value, args []Value) (Value, error) {
		if args[0].IsNull() {
			return Value{}, method.ErrNull
		}
		x, y := self.BigInt(), args[0].BigInt()
		if divides && y.Sign() == 0 {
			return Value{}, errZero
		}
		if err := chargeDigits(b, x, y); err != nil {
			return Value{}, err
		}
		return bigResult(f(x, y))
	}
}

func shift(direction int64) method.Func {
	return func(b *Budget, self Value, args []Value) (Value, error) {
		n, x := direction*args[0].Int64(), self.BigInt()
		if err := chargeDigits(b, x, new(big.Int)); err != nil {
			return Value{}, err
		}
		if n < 0 {
			return jsonvalue.BigInt(new(big.Int).Rsh(x, uint(-n))), nil
		}
		if err := b.ChargeText(int(n)/8 + len(x.Bits())*8); err != nil {
			return Value{}, err
		}
		return bigResult(new(big.Int).Lsh(x, uint(n)))
	}
}
