package mapping

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
	"unsafe"

	"postern/jsonvalue"
)

// util is $util.
type util struct {
	in *Input
}

// Property implements jsonvalue.Object.
func (u *util) Property(string) (Value, bool) { return Value{}, false }

// AppendText implements jsonvalue.Object. In Java it is a class name and an
// address.
func (u *util) AppendText(dst []byte) []byte { return append(dst, "$util"...) }

// Call implements jsonvalue.Object.
func (u *util) Call(method string, args []Value) (Value, bool, error) {
	if method == "parseJson" {
		return parseJSON(args)
	}
	if len(args) != 1 {
		return Value{}, false, nil
	}
	if method == "escapeJavaScript" && args[0].IsNull() {
		return Value{}, true, nil
	}
	s, _ := args[0].Text()
	text, ok, err := u.AppendCall(make([]byte, 0, len(s)+len(s)/4+16), method, args)
	return ownString(text), ok, err
}

// ownString makes a string of a buffer that nobody else has.
func ownString(b []byte) Value {
	return jsonvalue.String(unsafe.String(unsafe.SliceData(b), len(b)))
}

var errNullText = errors.New("null where a string is needed")

// AppendCall implements vtl.CallAppender for everything that returns a string.
func (u *util) AppendCall(dst []byte, method string, args []Value) ([]byte, bool, error) {
	if len(args) != 1 {
		return dst, false, nil
	}
	if method == "escapeJavaScript" {
		return escapeAny(dst, args[0])
	}
	convert := conversions[method]
	s, isText := args[0].Text()
	switch {
	case convert == nil:
		return dst, false, nil
	case args[0].IsNull():
		return dst, true, errNullText
	case !isText:
		return dst, false, nil
	}
	dst, err := convert(dst, s)
	return dst, true, err
}

// conversions are the methods from a string to a string.
var conversions = map[string]func(dst []byte, s string) ([]byte, error){
	"urlEncode": func(dst []byte, s string) ([]byte, error) { return appendURLEncoded(dst, s), nil },
	"urlDecode": appendURLDecoded,
	"base64Encode": func(dst []byte, s string) ([]byte, error) {
		return base64.StdEncoding.AppendEncode(dst, []byte(s)), nil
	},
	"base64Decode": appendBase64Decoded,
}

// parseJSON is $util.parseJson: null for an empty string, an error for what is
// no JSON to the permissive reader either.
func parseJSON(args []Value) (Value, bool, error) {
	s, ok := onlyText(args)
	if !ok || s == "" {
		return Value{}, ok, nil
	}
	v, err := jsonvalue.ParseLenient([]byte(s))
	return v, true, err
}

// escapeAny is $util.escapeJavaScript, which takes any value.
func escapeAny(dst []byte, v Value) ([]byte, bool, error) {
	if v.IsNull() {
		return dst, false, nil
	}
	s, ok := v.Text()
	if !ok {
		text, err := v.AppendJavaLimit(nil, maxText)
		if err != nil {
			return dst, true, err
		}
		s = string(text)
	}
	return appendJavaScript(dst, s), true, nil
}

const upperHex = "0123456789ABCDEF"

// appendJavaScript escapes as commons-lang's escapeJavaScript does: quotes of
// both kinds, \ and /, control characters, and everything beyond ASCII in
// UTF-16.
func appendJavaScript(dst []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		kind := escapes[c]
		if kind == asIs {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		size := 1
		switch kind {
		case withBackslash:
			dst = append(dst, '\\', c)
		case asControl:
			dst = appendControl(dst, c)
		default:
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			if r > 0xFFFF {
				r -= 0x10000
				dst = appendUnit(dst, 0xD800+r>>10)
				r = 0xDC00 + r&0x3FF
			}
			dst = appendUnit(dst, r)
		}
		i += size
		start = i
	}
	return append(dst, s[start:]...)
}

// The ways in which escapeJavaScript treats a byte.
const (
	asIs = iota
	withBackslash
	asControl
	asUnit // it begins a character beyond ASCII
)

var escapes = func() (kinds [256]uint8) {
	for c := range kinds {
		switch {
		case c >= utf8.RuneSelf:
			kinds[c] = asUnit
		case c < ' ':
			kinds[c] = asControl
		}
	}
	for _, c := range []byte(`'"\/`) {
		kinds[c] = withBackslash
	}
	return kinds
}()

func appendUnit(dst []byte, r rune) []byte {
	return append(dst, '\\', 'u', upperHex[r>>12&15], upperHex[r>>8&15], upperHex[r>>4&15], upperHex[r&15])
}

func appendControl(dst []byte, c byte) []byte {
	switch c {
	case '\b':
		return append(dst, `\b`...)
	case '\n':
		return append(dst, `\n`...)
	case '\t':
		return append(dst, `\t`...)
	case '\f':
		return append(dst, `\f`...)
	case '\r':
		return append(dst, `\r`...)
	}
	return appendUnit(dst, rune(c))
}

// appendURLEncoded encodes as a form does: a blank is +, and all but letters,
// digits and .-*_ is %XX.
func appendURLEncoded(dst []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z', c >= '0' && c <= '9', strings.IndexByte(".-*_", c) >= 0:
			dst = append(dst, c)
		case c == ' ':
			dst = append(dst, '+')
		default:
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}

func appendURLDecoded(dst []byte, s string) ([]byte, error) {
	start := len(dst)
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '+':
			dst = append(dst, ' ')
		case '%':
			if i+2 >= len(s) {
				return dst[:start], errors.New("urlDecode: % at the end without two hexadecimal digits")
			}
			hi, lo := unhex(s[i+1]), unhex(s[i+2])
			if hi < 0 || lo < 0 {
				return dst[:start], fmt.Errorf("urlDecode: %q is not two hexadecimal digits behind %%", s[i+1:i+3])
			}
			dst = append(dst, byte(hi<<4|lo))
			i += 2
		default:
			dst = append(dst, s[i])
		}
	}
	return valid(dst, start), nil
}

func unhex(c byte) int {
	return strings.IndexByte("0123456789abcdef", c|0x20&(c>>1&0x20)) // letters in lower case
}

// valid replaces what is no UTF-8 behind start, as Java does.
func valid(dst []byte, start int) []byte {
	if utf8.Valid(dst[start:]) {
		return dst
	}
	return append(dst[:start], strings.ToValidUTF8(string(dst[start:]), "\uFFFD")...)
}

// appendBase64Decoded decodes with or without padding; anything else but the
// alphabet is an error.
func appendBase64Decoded(dst []byte, s string) ([]byte, error) {
	start := len(dst)
	encoding := base64.StdEncoding
	if len(s)%4 != 0 {
		encoding = base64.RawStdEncoding
	}
	if strings.ContainsAny(s, "\r\n") {
		return dst, errors.New("base64Decode: line break in the text")
	}
	out, err := encoding.AppendDecode(dst, []byte(s))
	if err != nil {
		return dst, fmt.Errorf("base64Decode: %w", err)
	}
	return valid(out, start), nil
}
