package store

import (
	"errors"
	"strings"
)

// encodeKey returns key as JetStream admits it. Letters, digits, "-", "_", "/"
// and the dots between them stand for themselves, so that people who look into
// the bucket find "api.a1b2c3d4e5"; every other byte is "=" and two hexadecimal
// digits.
func encodeKey(key string) (string, error) {
	if key == "" {
		return "", errors.New("empty document key")
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(key) {
		c := key[i]
		if isKeyByte(c) || c == '.' && i > 0 && i < len(key)-1 && key[i-1] != '.' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('=')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String(), nil
}

func isKeyByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '_' || c == '/'
}

// decodeKey undoes encodeKey. Text that encodeKey does not write is returned
// as it is.
func decodeKey(token string) string {
	if !strings.Contains(token, "=") {
		return token
	}
	b := make([]byte, 0, len(token))
	for i := 0; i < len(token); i++ {
		if token[i] != '=' || i+2 >= len(token) {
			b = append(b, token[i])
			continue
		}
		high, low := unhex(token[i+1]), unhex(token[i+2])
		if high < 0 || low < 0 {
			b = append(b, token[i])
			continue
		}
		b = append(b, byte(high<<4|low))
		i += 2
	}
	return string(b)
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
