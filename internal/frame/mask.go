package frame

import "encoding/binary"

// highBits has the bit set in every byte that no ASCII character has.
const highBits = 0x8080808080808080

// unmask applies a masking key, read as a little-endian number, to p. It
// reports whether the result is ASCII: that costs next to nothing here and
// spares most messages their UTF-8 check.
func unmask(p []byte, key uint32) (ascii bool) {
	wide := uint64(key)<<32 | uint64(key)
	var seen uint64
	for len(p) >= 32 {
		q := p[:32:32]
		a := binary.LittleEndian.Uint64(q) ^ wide
		b := binary.LittleEndian.Uint64(q[8:]) ^ wide
		c := binary.LittleEndian.Uint64(q[16:]) ^ wide
		d := binary.LittleEndian.Uint64(q[24:]) ^ wide
		binary.LittleEndian.PutUint64(q, a)
		binary.LittleEndian.PutUint64(q[8:], b)
		binary.LittleEndian.PutUint64(q[16:], c)
		binary.LittleEndian.PutUint64(q[24:], d)
		seen |= a | b | c | d
		p = p[32:]
	}
	for len(p) >= 8 {
		a := binary.LittleEndian.Uint64(p) ^ wide
		binary.LittleEndian.PutUint64(p, a)
		seen |= a
		p = p[8:]
	}
	for i := range p {
		p[i] ^= byte(key >> (8 * (i & 3)))
		seen |= uint64(p[i])
	}
	return seen&highBits == 0
}
