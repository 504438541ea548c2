package text

import (
	"strings"
	"unicode"

	"postern/vtl/internal/java/method"
	"postern/vtl/internal/java/object"
	"postern/vtl/internal/java/unit"
)

// CharacterMethods are those of Character.
var CharacterMethods = method.Table{
	{"charValue()", func(_ *Budget, self Value, _ []Value) (Value, error) { return self, nil }},
	{"hashCode(char)", func(_ *Budget, _ Value, args []Value) (Value, error) { return method.Int(int(object.CharOf(args[0]))) }},
	{"compare(char,char)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return method.Int(int(object.CharOf(args[0]) - object.CharOf(args[1])))
	}},
	{"isAlphabetic(int)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return method.Bool(unicode.IsLetter(rune(args[0].Int64())))
	}},
	{"isSpaceChar(char)", onChar(func(r rune) bool { return unicode.In(r, unicode.Z) })},
	{"isDigit(char)", onChar(unicode.IsDigit)},
	{"isLetter(char)", onChar(unicode.IsLetter)},
	{"isLetterOrDigit(char)", onChar(func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })},
	{"isUpperCase(char)", onChar(unicode.IsUpper)},
	{"isLowerCase(char)", onChar(unicode.IsLower)},
	{"isWhitespace(char)", onChar(unit.IsSpace)},
	{"toUpperCase(char)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return object.NewChar(unicode.ToUpper(object.CharOf(args[0]))), nil
	}},
	{"toLowerCase(char)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return object.NewChar(unicode.ToLower(object.CharOf(args[0]))), nil
	}},
	{"getNumericValue(char)", func(_ *Budget, _ Value, args []Value) (Value, error) {
		return method.Int(strings.IndexRune("0123456789abcdefghijklmnopqrstuvwxyz", unicode.ToLower(object.CharOf(args[0]))))
	}},
	{"valueOf(char)", func(_ *Budget, _ Value, args []Value) (Value, error) { return args[0], nil }},
	{"toString(char)", func(b *Budget, _ Value, args []Value) (Value, error) { return b.NewString(args[0].String()) }},
}

func onChar(f func(r rune) bool) method.Func {
	return func(_ *Budget, _ Value, args []Value) (Value, error) { return method.Bool(f(object.CharOf(args[0]))) }
}
