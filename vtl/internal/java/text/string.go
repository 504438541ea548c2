package text

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"postern/jsonvalue"
	"postern/vtl/internal/java/method"
	"postern/vtl/internal/java/object"
	"postern/vtl/internal/java/unit"
)

func str(v Value) string {
	s, _ := v.Text()
	return s
}

// StringMethods are those of String.
var StringMethods = append(method.Table{
	{"length()", func(b *Budget, self Value, _ []Value) (Value, error) {
		b.Work -= int64(len(str(self)) / 2)
		return method.Int(unit.Length(str(self)))
	}},
	{"isEmpty()", func(_ *Budget, self Value, _ []Value) (Value, error) { return method.Bool(str(self) == "") }},
	{"isBlank()", func(b *Budget, self Value, _ []Value) (Value, error) {
		return jsonvalue.Bool(strings.TrimFunc(str(self), unit.IsSpace) == ""), b.Scan(str(self))
	}},
	{"charAt(int)", func(b *Budget, self Value, args []Value) (Value, error) {
		r, err := unit.At(b, str(self), args[0])
		return object.NewChar(r), err
	}},
	{"codePointAt(int)", codePointAt},
	{"codePointCount(int,int)", func(b *Budget, self Value, args []Value) (Value, error) {
		s, err := substring(b, str(self), args[0], args[1])
		return jsonvalue.Int(int64(utf8.RuneCountInString(s))), err
	}},
	{"equalsIgnoreCase(String)", func(b *Budget, self Value, args []Value) (Value, error) {
		return jsonvalue.Bool(!args[0].IsNull() && strings.EqualFold(str(self), str(args[0]))), b.Scan(str(self))
	}},
	{"compareToIgnoreCase(String)", withString(func(b *Budget, s, arg string) (Value, error) {
		if err := b.Charge(16 * (len(s) + len(arg))); err != nil {
			return Value{}, err
		}
		return method.Int(unit.Compare(fold1(s), fold1(arg)))
	})},
	{"contentEquals(String)", withString(func(_ *Budget, s, arg string) (Value, error) { return method.Bool(s == arg) })},
	{"concat(String)", withString(func(b *Budget, s, arg string) (Value, error) {
		if err := b.ChargeText(len(s) + len(arg)); err != nil {
			return Value{}, err
		}
		return jsonvalue.String(s + arg), nil
	})},
	{"substring(int)", func(b *Budget, self Value, args []Value) (Value, error) {
		s, err := substring(b, str(self), args[0], jsonvalue.Int(int64(unit.Length(str(self)))))
		return jsonvalue.String(s), err
	}},
	{"substring(int,int)", substringMethod},
	{"subSequence(int,int)", substringMethod},
	{"toLowerCase()", onLetters(strings.ToLower)},
	{"toUpperCase()", onLetters(upper)},
	{"trim()", onString(func(s string) string { return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }) })},
	{"strip()", onString(func(s string) string { return strings.TrimFunc(s, unit.IsSpace) })},
	{"stripLeading()", onString(func(s string) string { return strings.TrimLeftFunc(s, unit.IsSpace) })},
	{"stripTrailing()", onString(func(s string) string { return strings.TrimRightFunc(s, unit.IsSpace) })},
	{"intern()", onString(func(s string) string { return s })},
	{"repeat(int)", func(b *Budget, self Value, args []Value) (Value, error) {
		s, n := str(self), int(args[0].Int64())
		if n < 0 {
			return Value{}, fmt.Errorf("count %d is negative", n)
		}
		if err := b.ChargeText(len(s) * n); err != nil {
			return Value{}, err
		}
		return jsonvalue.String(strings.Repeat(s, n)), nil
	}},
	{"toCharArray()", func(b *Budget, self Value, _ []Value) (Value, error) { return toCharArray(b, str(self)) }},
	{"getBytes()", getBytes},
	{"getBytes(String)", getBytes},
	{"valueOf(char[])", joinChars},
	{"copyValueOf(char[])", func(b *Budget, self Value, args []Value) (Value, error) {
		if args[0].IsNull() {
			return Value{}, method.ErrNull
		}
		return joinChars(b, self, args)
	}},
	{"valueOf(Object)", func(b *Budget, _ Value, args []Value) (Value, error) {
		s, err := b.ToString(args[0])
		return jsonvalue.String(s), err
	}},
	{"valueOf(char...)", func(b *Budget, self Value, args []Value) (Value, error) {
		return joinChars(b, self, []Value{object.NewArray(object.CharArray, args)})
	}},
	{"join(String,Collection)", func(b *Budget, _ Value, args []Value) (Value, error) {
		if args[1].IsNull() {
			return Value{}, method.ErrNull
		}
		items, err := object.PaidItems(b, args[1])
		if err != nil {
			return Value{}, err
		}
		return join(b, args[0], items)
	}},
	{"join(String,String...)", func(b *Budget, _ Value, args []Value) (Value, error) { return join(b, args[0], spread(args[1:])) }},
	{"format(String,Object...)", func(b *Budget, _ Value, args []Value) (Value, error) {
		return formatMethod(b, args[0], spread(args[1:]))
	}},
	{"formatted(Object...)", func(b *Budget, self Value, args []Value) (Value, error) { return formatMethod(b, self, spread(args)) }},
}, searchMethods...)

// onString makes a method of a function of the string alone.
func onString(f func(s string) string) method.Func {
	return func(b *Budget, self Value, _ []Value) (Value, error) {
		if err := b.Scan(str(self)); err != nil {
			return Value{}, err
		}
		return b.NewString(f(str(self)))
	}
}

// onLetters is onString for what looks up each character.
func onLetters(f func(s string) string) method.Func {
	return func(b *Budget, self Value, _ []Value) (Value, error) {
		if err := b.Charge(6 * len(str(self))); err != nil {
			return Value{}, err
		}
		return b.NewString(f(str(self)))
	}
}

// withString makes a method of a function of two strings.
func withString(f func(b *Budget, s, arg string) (Value, error)) method.Func {
	return func(b *Budget, self Value, args []Value) (Value, error) {
		if args[0].IsNull() {
			return Value{}, method.ErrNull
		}
		if err := b.Charge((len(str(self))+len(str(args[0])))/2 + 8); err != nil {
			return Value{}, err
		}
		return f(b, str(self), str(args[0]))
	}
}

// spread returns the arguments of a variadic method: the items of an array that
// is passed as the only one.
func spread(args []Value) []Value {
	if len(args) == 1 && object.ClassOf(args[0]) == object.ArrayClass {
		return object.Items(args[0])
	}
	return args
}

// fold1 folds the case of each character as compareToIgnoreCase does.
func fold1(s string) string { return strings.ToLower(strings.ToUpper(s)) }

// upper is toUpperCase, which may lengthen a string: ß becomes SS.
func upper(s string) string {
	return strings.ReplaceAll(strings.ToUpper(s), "ß", "SS")
}

func codePointAt(b *Budget, self Value, args []Value) (Value, error) {
	s, i := str(self), int(args[0].Int64())
	r, err := unit.At(b, s, args[0])
	if err == nil && r >= 0xD800 && r < 0xDC00 {
		at, _ := unit.Offset(s, i)
		r, _ = utf8.DecodeRuneInString(s[at:])
	}
	return jsonvalue.Int(int64(r)), err
}

// substring returns units from to to, and charges for finding them.
func substring(b *Budget, s string, from, to Value) (string, error) {
	if err := b.Scan(s); err != nil {
		return "", err
	}
	return unit.Substring(s, int(from.Int64()), int(to.Int64()))
}

func substringMethod(b *Budget, self Value, args []Value) (Value, error) {
	s, err := substring(b, str(self), args[0], args[1])
	return jsonvalue.String(s), err
}

func toCharArray(b *Budget, s string) (Value, error) {
	if err := b.Charge(64 * len(s)); err != nil {
		return Value{}, err
	}
	var items []Value
	for _, r := range s {
		if r > 0xFFFF {
			items = append(items, object.NewChar(0xD800+(r-0x10000)>>10))
			r = 0xDC00 + (r-0x10000)&0x3FF
		}
		items = append(items, object.NewChar(r))
	}
	return object.NewArray(object.CharArray, items), nil
}

// getBytes knows UTF-8 only, which is all that a template can show again.
func getBytes(b *Budget, self Value, args []Value) (Value, error) {
	if len(args) == 1 {
		switch name := strings.ToUpper(str(args[0])); {
		case args[0].IsNull():
			return Value{}, nil // two methods would fit: Velocity takes none
		case name != "UTF-8" && name != "UTF8":
			return Value{}, fmt.Errorf("unsupported encoding %q", method.Short(name))
		}
	}
	s := str(self)
	if err := b.Charge(16 * len(s)); err != nil {
		return Value{}, err
	}
	items := make([]Value, len(s))
	for i := range len(s) {
		items[i] = jsonvalue.Int(int64(int8(s[i])))
	}
	return object.NewArray(object.ByteArray, items), nil
}

// joinChars makes a string of an array of characters.
func joinChars(b *Budget, _ Value, args []Value) (Value, error) {
	if args[0].IsNull() {
		return b.NewString("null")
	}
	items := object.Items(args[0])
	if err := b.Charge(8 * len(items)); err != nil {
		return Value{}, err
	}
	var s strings.Builder
	for i := 0; i < len(items); i++ {
		r := object.CharOf(items[i])
		if r >= 0xD800 && r < 0xDC00 && i+1 < len(items) {
			if low := object.CharOf(items[i+1]); low >= 0xDC00 && low < 0xE000 {
				r = (r-0xD800)<<10 + (low - 0xDC00) + 0x10000
				i++
			}
		}
		if r >= 0xD800 && r < 0xE000 {
			r = '?'
		}
		s.WriteRune(r)
	}
	return b.NewString(s.String())
}

func join(b *Budget, separator Value, items []Value) (Value, error) {
	if separator.IsNull() {
		return Value{}, method.ErrNull
	}
	var s []byte
	for i, item := range items {
		if i > 0 {
			s = append(s, str(separator)...)
		}
		if k := item.Kind(); k != jsonvalue.KindString && k != jsonvalue.KindNull {
			return Value{}, errors.New("only strings can be joined")
		}
		s = append(s, item.String()...)
		if len(s) > b.Text {
			return Value{}, b.ChargeText(len(s))
		}
		if err := b.Charge(16); err != nil {
			return Value{}, err
		}
	}
	return b.NewString(string(s))
}
