package jsonpath

import (
	"math"
	"strings"

	"postern/jsonvalue"
)

// call is a function with its arguments.
type call struct {
	name string
	args []argument
}

// argument is a path, to be followed from the root, or a value.
type argument struct {
	path  *Path
	value jsonvalue.Value
}

// functions are the functions by name.
var functions map[string]func(w *walk, model jsonvalue.Value, args []argument) (jsonvalue.Value, error)

func init() {
	functions = map[string]func(*walk, jsonvalue.Value, []argument) (jsonvalue.Value, error){
		"length": length,
		"size":   length,
		"keys":   keys,
		"append": appendTo,
		"concat": concat,
		"first": func(_ *walk, model jsonvalue.Value, _ []argument) (jsonvalue.Value, error) {
			return pickElement(model, 0)
		},
		"last": func(_ *walk, model jsonvalue.Value, _ []argument) (jsonvalue.Value, error) {
			return pickElement(model, -1)
		},
		"index": index,
		"min":   aggregate(func(n numbers) float64 { return n.min }),
		"max":   aggregate(func(n numbers) float64 { return n.max }),
		"sum":   aggregate(func(n numbers) float64 { return n.sum }),
		"avg":   aggregate(func(n numbers) float64 { return n.sum / n.count }),
		"stddev": aggregate(func(n numbers) float64 {
			return math.Sqrt(n.squares/n.count - n.sum*n.sum/n.count/n.count)
		}),
	}
}

// function reads the arguments of the function of that name, from the opening
// parenthesis on.
func (c *compiler) function(name string, start int) (step, error) {
	if functions[name] == nil {
		return step{}, c.failf(start, "unknown function %q", name)
	}
	s := step{kind: stepFunction, function: &call{name: name}}
	if c.at(c.i+1) == ')' {
		c.i++ // the parenthesis is not passed: what follows it is read as a name
		return s, nil
	}
	end := c.closing(c.i, '(', ')')
	if end < 0 {
		return step{}, c.failf(c.i, "arguments of %s are not closed", name)
	}
	for i := c.i + 1; i < end; {
		comma := c.argumentEnd(i, end)
		if err := c.argument(s.function, i, comma); err != nil {
			return step{}, err
		}
		i = comma + 1
	}
	c.i = end + 1
	return s, nil
}

// argumentEnd returns the place of the comma behind the argument at i, or end.
func (c *compiler) argumentEnd(i, end int) int {
	for depth := 0; i < end; i++ {
		switch c.src[i] {
		case '"':
			closing := c.closingQuote(i)
			if closing < 0 || closing > end {
				return end
			}
			i = closing
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return end
}

// argument reads one argument: a path, or JSON. As in JsonPath, anything else
// (a string in single quotes, a word) does not count.
func (c *compiler) argument(f *call, from, to int) error {
	text := strings.Trim(c.src[from:to], " \t\r\n")
	if text == "" {
		return nil
	}
	switch b := text[0]; {
	case b == '$' || b == '@':
		sub := compiler{given: c.given, depth: c.depth + 1}
		if sub.depth > maxNesting {
			return c.fail(from, "nested too deep")
		}
		offset := strings.Index(c.src[from:to], text)
		p, err := sub.compile(text, c.base+from+offset)
		if err != nil {
			return err
		}
		if f.name == "length" || f.name == "size" {
			p.countChildren()
		}
		f.args = append(f.args, argument{path: p})
	case b == '{' || b == '"' || b == '-' || b >= '0' && b <= '9':
		v, err := jsonvalue.ParseLenient([]byte(text))
		if err != nil {
			return c.failf(from, "argument of %s: %v", f.name, err)
		}
		f.args = append(f.args, argument{value: v})
	}
	return nil
}

// countChildren makes a path whose result is to be counted lead to the
// children: length($.a) counts what is in $.a.
func (p *Path) countChildren() {
	if n := len(p.steps); n > 0 && p.steps[n-1].kind != stepFunction {
		p.steps = append(p.steps, step{kind: stepWildcard})
		p.seal()
	}
}

// invert turns $..a.sum() into $.sum($..a): a function behind a scan is for
// all that the scan finds, not for each. ok is false if the scan looks for
// nothing.
func (p *Path) invert() (ok bool) {
	n := len(p.steps)
	if n < 2 || p.steps[0].kind != stepScan || p.steps[n-1].kind != stepFunction {
		return true
	}
	first := 0
	for p.steps[first].kind != stepFunction {
		first++
	}
	if first == 1 {
		return false
	}
	inner := &Path{source: p.source, fromRoot: true, steps: p.steps[:first:first]}
	inner.seal()
	f := &call{name: p.steps[first].function.name, args: []argument{{path: inner}}}
	if f.name == "length" || f.name == "size" {
		inner.countChildren()
	}
	p.steps = append([]step{{kind: stepFunction, function: f}}, p.steps[first+1:]...)
	return true
}

// call runs a function on the value that the path has led to.
func (w *walk) call(f *call, model jsonvalue.Value) (jsonvalue.Value, error) {
	return functions[f.name](w, model, f.args)
}

func (w *walk) argument(a argument) (jsonvalue.Value, error) {
	if a.path == nil {
		return a.value, nil
	}
	return w.value(a.path, w.root, false)
}

// length counts the elements or members, of the first argument if there is
// one; null for anything else.
func length(w *walk, model jsonvalue.Value, args []argument) (jsonvalue.Value, error) {
	if len(args) > 0 && args[0].path != nil {
		inner, err := w.value(args[0].path, model, false)
		if err != nil {
			return jsonvalue.Value{}, err
		}
		if l := inner.List(); l != nil {
			return jsonvalue.Int(int64(l.Len())), nil
		}
	}
	if l := model.List(); l != nil {
		return jsonvalue.Int(int64(l.Len())), nil
	}
	if m := model.Map(); m != nil {
		return jsonvalue.Int(int64(m.Len())), nil
	}
	return jsonvalue.Value{}, nil
}

// keys lists the names of an object's members; null for anything else.
func keys(w *walk, model jsonvalue.Value, _ []argument) (jsonvalue.Value, error) {
	m := model.Map()
	if m == nil {
		return jsonvalue.Value{}, nil
	}
	if err := w.visit(m.Len()); err != nil {
		return jsonvalue.Value{}, err
	}
	l := jsonvalue.NewList(jsonvalue.OriginVTL) // a Set in Java
	for key := range m.All() {
		l.Append(key)
	}
	return l.Value(), nil
}

// appendTo gives a copy of an array with the arguments behind it; anything
// else as it is.
func appendTo(w *walk, model jsonvalue.Value, args []argument) (jsonvalue.Value, error) {
	l := model.List()
	if l == nil {
		return model, nil
	}
	if err := w.visit(l.Len()); err != nil {
		return jsonvalue.Value{}, err
	}
	longer := jsonvalue.NewList(l.Origin())
	longer.Append(l.Items()...)
	for _, a := range args {
		v, err := w.argument(a)
		if err != nil {
			return jsonvalue.Value{}, err
		}
		longer.Append(v)
	}
	return longer.Value(), nil
}

// maxText is the length of the longest text that a function makes.
const maxText = 4 << 20

// concat joins the strings of an array, then the arguments.
func concat(w *walk, model jsonvalue.Value, args []argument) (jsonvalue.Value, error) {
	if err := w.visit(count(model, maxVisits, 0)); err != nil {
		return jsonvalue.Value{}, err
	}
	var b []byte
	if l := model.List(); l != nil {
		for _, v := range l.Items() {
			if s, ok := v.Text(); ok {
				b = append(b, s...)
			}
		}
	}
	for _, a := range args {
		v, err := w.argument(a)
		if err != nil {
			return jsonvalue.Value{}, err
		}
		if err := w.visit(count(v, maxVisits, 0)); err != nil {
			return jsonvalue.Value{}, err
		}
		if l := v.List(); l != nil {
			for _, element := range l.Items() {
				if element.IsNull() {
					continue
				}
				if b, err = element.AppendJavaLimit(b, maxText); err != nil {
					return jsonvalue.Value{}, ErrTooMuch
				}
			}
		} else if s, ok := v.Text(); ok {
			b = append(b, s...)
		}
	}
	return jsonvalue.String(string(b)), nil
}

// index picks the element whose index is the first number among the arguments.
func index(w *walk, model jsonvalue.Value, args []argument) (jsonvalue.Value, error) {
	for _, a := range args {
		v, err := w.argument(a)
		if err != nil {
			return jsonvalue.Value{}, err
		}
		if v.IsNumber() {
			return pickElement(model, int(v.Float64()))
		}
	}
	return jsonvalue.Value{}, invalidError("index() needs a number")
}

func pickElement(model jsonvalue.Value, i int) (jsonvalue.Value, error) {
	l := model.List()
	if l == nil {
		return jsonvalue.Value{}, notComputable("first(), last() and index() need an array")
	}
	if i < 0 {
		i += l.Len()
	}
	if i < 0 || i >= l.Len() {
		return jsonvalue.Value{}, notComputable("first(), last() or index(): no such element")
	}
	return l.At(i), nil
}

// notComputable is an error of a function. Unlike an invalidError it ends the
// evaluation even inside a filter.
type notComputable string

func (e notComputable) Error() string { return string(e) }

// numbers sums up the numbers that an aggregating function is given.
type numbers struct {
	count, sum, squares, min, max float64
}

func (n *numbers) add(v jsonvalue.Value) {
	if !v.IsNumber() {
		return
	}
	f := v.Float64()
	if n.count == 0 {
		n.min, n.max = f, f
	}
	n.count++
	n.sum += f
	n.squares += f * f
	n.min, n.max = math.Min(n.min, f), math.Max(n.max, f)
}

// aggregate makes a function of the numbers in an array and the arguments.
func aggregate(result func(numbers) float64) func(*walk, jsonvalue.Value, []argument) (jsonvalue.Value, error) {
	return func(w *walk, model jsonvalue.Value, args []argument) (jsonvalue.Value, error) {
		var n numbers
		if l := model.List(); l != nil {
			if err := w.visit(l.Len()); err != nil {
				return jsonvalue.Value{}, err
			}
			for _, v := range l.Items() {
				n.add(v)
			}
		}
		for _, a := range args {
			v, err := w.argument(a)
			if err != nil {
				return jsonvalue.Value{}, err
			}
			if l := v.List(); l != nil {
				if err := w.visit(l.Len()); err != nil {
					return jsonvalue.Value{}, err
				}
				for _, element := range l.Items() {
					n.add(element)
				}
			} else {
				n.add(v)
			}
		}
		if n.count == 0 {
			return jsonvalue.Value{}, notComputable("no numbers to compute with")
		}
		return jsonvalue.Double(result(n)), nil
	}
}
