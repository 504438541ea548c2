package text

import (
	"errors"
	"strings"
	"sync"
	"time"

	"postern/internal/javaregex"
	"postern/jsonvalue"
	"postern/vtl/internal/java/budget"
	"postern/vtl/internal/java/method"
	"postern/vtl/internal/java/object"
)

// compiled holds the patterns in use. It is emptied when it is full: a template
// may make patterns without end.
var compiled struct {
	sync.Mutex
	patterns map[string]*javaregex.Regexp
}

const maxCompiled = 256

// errPattern reports a pattern that is too long to be worth compiling.
var errPattern = errors.New("regular expression longer than 4,096 bytes")

func compile(b *Budget, pattern Value) (*javaregex.Regexp, error) {
	if pattern.IsNull() {
		return nil, method.ErrNull
	}
	source := str(pattern)
	if len(source) > 4096 {
		return nil, errPattern
	}
	compiled.Lock()
	re := compiled.patterns[source]
	compiled.Unlock()
	if re != nil {
		return re, nil
	}
	if err := b.Charge(5000 + 200*len(source)); err != nil {
		return nil, err
	}
	re, err := javaregex.Compile(source, 0)
	if err != nil {
		return nil, err
	}
	if err := b.Charge(200 * re.Size()); err != nil {
		return nil, err
	}
	compiled.Lock()
	defer compiled.Unlock()
	if len(compiled.patterns) >= maxCompiled || compiled.patterns == nil {
		compiled.patterns = map[string]*javaregex.Regexp{}
	}
	compiled.patterns[source] = re
	return re, nil
}

// timed runs a match on a text and takes its time off the budget.
func timed(b *Budget, s string, match func() error) error {
	if err := b.Charge(64 + 4*len(s)); err != nil {
		return err
	}
	if b.Regex <= 0 {
		return javaregex.ErrTimeout
	}
	began := time.Now()
	err := match()
	b.Regex -= time.Since(began)
	return err
}

func matches(b *Budget, self Value, args []Value) (Value, error) {
	re, err := compile(b, args[0])
	if err != nil {
		return Value{}, err
	}
	ok := false
	err = timed(b, str(self), func() error {
		ok, err = re.MatchString(str(self))
		return err
	})
	return jsonvalue.Bool(ok), err
}

// replacer makes a method of ReplaceFirst (n is 1) or ReplaceAll (-1).
func replacer(n int, replace func(re *javaregex.Regexp, s, with string, limit int) (string, error)) method.Func {
	return func(b *Budget, self Value, args []Value) (Value, error) {
		re, err := compile(b, args[0])
		if err != nil {
			return Value{}, err
		}
		if args[1].IsNull() {
			return Value{}, method.ErrNull
		}
		// What is only text needs no engine.
		if text, ok := re.Literal(); ok && n < 0 && text != "" && !strings.ContainsAny(str(args[1]), `\$`) {
			return replaceLiteral(b, str(self), text, str(args[1]))
		}
		var out string
		err = timed(b, str(self), func() error {
			out, err = replace(re, str(self), str(args[1]), b.Text)
			return err
		})
		if err != nil {
			return Value{}, err
		}
		return b.NewString(out)
	}
}

func split(b *Budget, self Value, args []Value) (Value, error) {
	re, err := compile(b, args[0])
	if err != nil {
		return Value{}, err
	}
	limit := 0
	if len(args) == 2 {
		limit = int(args[1].Int64())
	}
	var parts []string
	err = timed(b, str(self), func() error {
		parts, err = re.Split(str(self), limit)
		return err
	})
	if err != nil {
		return Value{}, err
	}
	items := make([]Value, len(parts))
	for i, p := range parts {
		items[i] = jsonvalue.String(p)
	}
	return object.NewArray(object.StringArray, items), b.Charge(budget.ItemWork * len(items))
}
