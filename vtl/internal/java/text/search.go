package text

import (
	"strings"

	"postern/internal/javaregex"
	"postern/jsonvalue"
	"postern/vtl/internal/java/method"
	"postern/vtl/internal/java/unit"
)

// searchMethods are the methods of String that search and replace.
var searchMethods = method.Table{
	{"contains(String)", withString(func(_ *Budget, s, arg string) (Value, error) { return method.Bool(strings.Contains(s, arg)) })},
	{"startsWith(String)", withString(func(_ *Budget, s, arg string) (Value, error) { return method.Bool(strings.HasPrefix(s, arg)) })},
	{"startsWith(String,int)", func(b *Budget, self Value, args []Value) (Value, error) {
		s, from := str(self), int(args[1].Int64())
		if args[0].IsNull() {
			return Value{}, method.ErrNull
		}
		if err := b.Scan(s); err != nil {
			return Value{}, err
		}
		if from < 0 || from > unit.Length(s) {
			return method.Bool(false)
		}
		at, half := unit.Offset(s, from)
		return method.Bool(!half && strings.HasPrefix(s[at:], str(args[0])))
	}},
	{"endsWith(String)", withString(func(_ *Budget, s, arg string) (Value, error) { return method.Bool(strings.HasSuffix(s, arg)) })},
	{"indexOf(int)", search(unit.Index, 0)},
	{"indexOf(int,int)", search(unit.Index, 0)},
	{"indexOf(String)", search(unit.Index, 0)},
	{"indexOf(String,int)", search(unit.Index, 0)},
	{"lastIndexOf(int)", search(unit.LastIndex, 1<<31-1)},
	{"lastIndexOf(int,int)", search(unit.LastIndex, 1<<31-1)},
	{"lastIndexOf(String)", search(unit.LastIndex, 1<<31-1)},
	{"lastIndexOf(String,int)", search(unit.LastIndex, 1<<31-1)},
	{"regionMatches(int,String,int,int)", func(b *Budget, self Value, args []Value) (Value, error) {
		return regionMatches(b, false, str(self), args)
	}},
	{"regionMatches(boolean,int,String,int,int)", func(b *Budget, self Value, args []Value) (Value, error) {
		return regionMatches(b, args[0].Bool(), str(self), args[1:])
	}},
	{"replace(char,char)", func(b *Budget, self Value, args []Value) (Value, error) {
		return replaceLiteral(b, str(self), args[0].String(), args[1].String())
	}},
	{"replace(String,String)", func(b *Budget, self Value, args []Value) (Value, error) {
		if args[0].IsNull() || args[1].IsNull() {
			return Value{}, method.ErrNull
		}
		return replaceLiteral(b, str(self), str(args[0]), str(args[1]))
	}},
	{"matches(String)", matches},
	{"replaceFirst(String,String)", replacer(1, (*javaregex.Regexp).ReplaceFirst)},
	{"replaceAll(String,String)", replacer(-1, (*javaregex.Regexp).ReplaceAll)},
	{"split(String)", split},
	{"split(String,int)", split},
}

// search makes a method of a search for a string or a code point.
func search(find func(s, sub string, from int) int, from int) method.Func {
	return func(b *Budget, self Value, args []Value) (Value, error) {
		from := from
		if len(args) == 2 {
			from = int(args[1].Int64())
		}
		sub, ok := args[0].Text()
		switch {
		case args[0].IsNull():
			return Value{}, method.ErrNull
		case !ok:
			sub = string(rune(args[0].Int64()))
		}
		if err := b.Scan(str(self)); err != nil {
			return Value{}, err
		}
		return method.Int(find(str(self), sub, from))
	}
}

func regionMatches(b *Budget, fold bool, s string, args []Value) (Value, error) {
	if args[1].IsNull() {
		return Value{}, method.ErrNull
	}
	from, other, at, n := int(args[0].Int64()), str(args[1]), int(args[2].Int64()), max(0, int(args[3].Int64()))
	if err := b.Charge(2 * (len(s) + len(other))); err != nil {
		return Value{}, err
	}
	x, err := unit.Substring(s, from, from+n)
	if err != nil {
		return method.Bool(false)
	}
	y, err := unit.Substring(other, at, at+n)
	if err != nil {
		return method.Bool(false)
	}
	return method.Bool(x == y || fold && strings.EqualFold(x, y))
}

// replaceLiteral replaces all occurrences of a text.
func replaceLiteral(b *Budget, s, old, with string) (Value, error) {
	if err := b.Charge(len(s)/2 + 8); err != nil {
		return Value{}, err
	}
	n := strings.Count(s, old)
	if err := b.ChargeText(len(s) + n*(len(with)-len(old))); err != nil {
		return Value{}, err
	}
	if n == 0 {
		return jsonvalue.String(s), nil
	}
	if old == "" {
		return jsonvalue.String(strings.ReplaceAll(s, old, with)), nil
	}
	var out strings.Builder
	out.Grow(len(s) + n*(len(with)-len(old)))
	for range n {
		i := strings.Index(s, old)
		out.WriteString(s[:i])
		out.WriteString(with)
		s = s[i+len(old):]
	}
	out.WriteString(s)
	return jsonvalue.String(out.String()), nil
}
