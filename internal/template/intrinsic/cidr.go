package intrinsic

import (
	"math/big"
	"net/netip"
	"strconv"

	"postern/internal/template/syntax"
)

// maxCidrs is the greatest count of Fn::Cidr.
const maxCidrs = 256

// cidr evaluates Fn::Cidr: count networks of bits host bits each, from the
// start of a block.
func (e *Evaluator) cidr(argument *syntax.Node) (*syntax.Node, error) {
	args, ok := Arguments(argument, 2, 3)
	if !ok {
		return nil, e.fail(argument, cidrForm)
	}
	texts := []string{"", "", "8"}
	for i, arg := range args {
		text, isUnknown, err := e.Text(strconv.Itoa(i), arg, cidrForm)
		if err != nil {
			return nil, err
		}
		if isUnknown {
			return unknown, nil
		}
		texts[i] = text
	}
	block, err := netip.ParsePrefix(texts[0])
	count, countErr := strconv.Atoi(texts[1])
	bits, bitsErr := strconv.Atoi(texts[2])
	if err != nil || countErr != nil || bitsErr != nil || count < 1 || count > maxCidrs || bits < 1 {
		return nil, e.fail(argument, cidrForm)
	}
	list, ok := subnets(block, count, bits)
	if !ok {
		return nil, e.fail(argument, "Template error: Fn::Cidr cannot make %d networks of %d bits within %s", count, bits, block)
	}
	return madeList(argument, list), nil
}

// subnets cuts the first count networks with the given number of host bits out
// of a block; false if it has not that many.
func subnets(block netip.Prefix, count, bits int) ([]string, bool) {
	width := block.Addr().BitLen()
	if bits > width-block.Bits() {
		return nil, false
	}
	// spare is how many bits number the networks; 2^8 is maxCidrs.
	if spare := width - bits - block.Bits(); spare < 8 && count > 1<<spare {
		return nil, false
	}
	start := new(big.Int).SetBytes(block.Masked().Addr().AsSlice())
	step := new(big.Int).Lsh(big.NewInt(1), uint(bits))
	list := make([]string, count)
	raw := make([]byte, width/8)
	for i := range list {
		addr, _ := netip.AddrFromSlice(start.FillBytes(raw))
		list[i] = netip.PrefixFrom(addr, width-bits).String()
		start.Add(start, step)
	}
	return list, true
}
