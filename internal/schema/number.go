package schema

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// maxExponent bounds the size of numbers and, as a number of digits, their
// precision. The validator computes with exact fractions, in which 1e999999
// has a million digits.
const maxExponent = 400

// plainLength is the length up to which a number without exponent needs no
// closer look.
const plainLength = maxExponent

// sanitize bounds the numbers in v, in place, and how deep v nests.
func sanitize(v any, depth int) (any, error) {
	switch v := v.(type) {
	case json.Number:
		return clamp(v), nil
	case map[string]any:
		if depth == 0 {
			return nil, errTooDeep
		}
		for key, member := range v {
			switch member.(type) {
			case json.Number, map[string]any, []any:
				bounded, err := sanitize(member, depth-1)
				if err != nil {
					return nil, err
				}
				v[key] = bounded
			}
		}
	case []any:
		if depth == 0 {
			return nil, errTooDeep
		}
		for i, item := range v {
			bounded, err := sanitize(item, depth-1)
			if err != nil {
				return nil, err
			}
			v[i] = bounded
		}
	}
	return v, nil
}

var errTooDeep = fmt.Errorf("JSON nests too deep")

// clamp returns a number whose exponent is within maxExponent and which has at
// most that many digits. A larger number becomes 1e400, a smaller one 1e-400,
// with its sign; neither makes a difference to a schema of reasonable numbers.
func clamp(n json.Number) json.Number {
	text := string(n)
	if len(text) <= plainLength && !strings.ContainsAny(text, "eE") {
		return n
	}
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	mantissa, exponentText, _ := strings.Cut(strings.ToLower(text), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return "0"
	}
	exponent := 0
	if exponentText != "" {
		var err error
		if exponent, err = strconv.Atoi(exponentText); err != nil {
			exponent = 1 << 40 // out of an int's range, hence of ours
			if strings.HasPrefix(exponentText, "-") {
				exponent = -exponent
			}
		}
	}
	// The value is 0.digits times ten to the power of scale.
	scale := exponent + len(digits) - len(fraction)
	switch {
	case scale > maxExponent:
		return json.Number(sign + "1e" + strconv.Itoa(maxExponent))
	case scale < -maxExponent:
		return json.Number(sign + "1e-" + strconv.Itoa(maxExponent))
	}
	digits = strings.TrimRight(digits[:min(len(digits), maxExponent)], "0")
	return json.Number(sign + "0." + digits + "e" + strconv.Itoa(scale))
}
