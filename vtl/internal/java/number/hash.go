package number

import (
	"math"
	"math/big"

	"postern/jsonvalue"
)

// Hash is hashCode of a number.
func Hash(b *Budget, v Value) (int32, error) {
	if err := b.Charge(4); err != nil {
		return 0, err
	}
	switch v.Kind() {
	case jsonvalue.KindLong:
		return fold(uint64(v.Int64())), nil
	case jsonvalue.KindDouble:
		return fold(math.Float64bits(v.Float64())), nil
	case jsonvalue.KindBigInt:
		return hashBig(v.BigInt()), b.ChargeNumber(v)
	case jsonvalue.KindDecimal:
		d := v.Decimal()
		if err := b.ChargeNumber(v); err != nil {
			return 0, err
		}
		return 31*hashBig(d.Unscaled) + d.Scale, nil
	}
	return int32(v.Int64()), nil
}

func fold(bits uint64) int32 { return int32(bits ^ bits>>32) }

func hashBig(n *big.Int) int32 {
	var h int32
	text := n.Bytes()
	for len(text)%4 != 0 {
		text = append([]byte{0}, text...)
	}
	for i := 0; i < len(text); i += 4 {
		h = 31*h + int32(uint32(text[i])<<24|uint32(text[i+1])<<16|uint32(text[i+2])<<8|uint32(text[i+3]))
	}
	if n.Sign() < 0 {
		return -h
	}
	return h
}
