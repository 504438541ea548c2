package jsonvalue

import (
	"math"
	"strconv"
)

// AppendDouble appends f as Java's Double.toString does: always with a digit
// behind the point, plain from 0.001 to below 10,000,000, else as 1.0E7.
func AppendDouble(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	case f == 0 && math.Signbit(f):
		return append(dst, "-0.0"...)
	case f == 0:
		return append(dst, "0.0"...)
	}
	if a := math.Abs(f); a >= 1e-3 && a < 1e7 {
		n := len(dst)
		dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
		for _, c := range dst[n:] {
			if c == '.' {
				return dst
			}
		}
		return append(dst, ".0"...)
	}
	return appendScientific(dst, f)
}

func appendScientific(dst []byte, f float64) []byte {
	if math.Abs(f) == math.SmallestNonzeroFloat64 {
		// Java gives two digits where one would do.
		if f < 0 {
			dst = append(dst, '-')
		}
		return append(dst, "4.9E-324"...)
	}
	var buf [32]byte
	s := strconv.AppendFloat(buf[:0], f, 'e', -1, 64) // -d.dddde±dd
	e := len(s) - 1
	for s[e] != 'e' {
		e--
	}
	dst = append(dst, s[:e]...)
	if e == 1 || e == 2 && s[0] == '-' { // a single digit
		dst = append(dst, ".0"...)
	}
	exp, _ := strconv.Atoi(string(s[e+1:]))
	dst = append(dst, 'E')
	return strconv.AppendInt(dst, int64(exp), 10)
}
