package mapping

import (
	"bytes"
	"errors"
	"time"
	"unsafe"

	"postern/jsonpath"
	"postern/jsonvalue"
)

// input is $input.
type input struct {
	in *Input
}

var (
	errSearch = errors.New("the JSONPaths of the template take too long")
	errParams = errors.New("$input.params takes no argument or the name of a parameter")
)

// Property implements jsonvalue.Object.
func (o *input) Property(name string) (Value, bool) {
	if name == "body" || name == "Body" {
		return o.body(), true
	}
	return Value{}, false
}

// body is $input.body: the text as it came, {} if there is none.
func (o *input) body() Value {
	b := o.in.bodyBytes()
	if len(b) == 0 {
		return jsonvalue.String("{}")
	}
	// The body stays unchanged while the Document is in use.
	return jsonvalue.String(unsafe.String(unsafe.SliceData(b), len(b)))
}

// maxSearch is how long the JSONPaths of one rendering may look through the
// tree of the body.
const maxSearch = 200 * time.Millisecond

func (in *Input) bodyBytes() []byte {
	if in.Document == nil {
		return nil
	}
	return in.Document.Body()
}

// Call implements jsonvalue.Object.
func (o *input) Call(method string, args []Value) (Value, bool, error) {
	switch method {
	case "path", "json":
		text, ok := onlyText(args)
		if !ok {
			return Value{}, false, nil
		}
		if method == "json" {
			b, err := o.in.appendJSON(nil, text)
			return ownString(b), true, err
		}
		v, err := o.in.path(text)
		return v, true, err
	case "params":
		v, err := o.params(args)
		return v, true, err
	case "getBody":
		return o.body(), len(args) == 0, nil
	}
	return Value{}, false, nil
}

// AppendCall implements vtl.CallAppender for $input.json.
func (o *input) AppendCall(dst []byte, method string, args []Value) ([]byte, bool, error) {
	if method != "json" {
		return dst, false, nil
	}
	text, ok := onlyText(args)
	if !ok {
		return dst, false, nil
	}
	dst, err := o.in.appendJSON(dst, text)
	return dst, true, err
}

// AppendText implements jsonvalue.Object. In Java it is a class name and an
// address.
func (o *input) AppendText(dst []byte) []byte { return append(dst, "$input"...) }

// onlyText returns the text of a single argument; "" for null.
func onlyText(args []Value) (string, bool) {
	if len(args) != 1 {
		return "", false
	}
	s, ok := args[0].Text()
	return s, ok || args[0].IsNull()
}

// appendJSON is $input.json: what is missing or null is an empty string.
func (in *Input) appendJSON(dst []byte, text string) ([]byte, error) {
	p, err := in.compiled(text)
	if err != nil {
		return dst, err
	}
	if raw := in.raw(p); raw != nil && raw[0] != 'n' {
		if dst == nil {
			dst = make([]byte, 0, len(raw)+len(raw)/8)
		}
		if out, ok := appendRaw(dst, raw); ok {
			return out, nil
		}
	}
	v, err := in.path(text)
	if err != nil {
		return dst, err
	}
	if v.IsNull() {
		return append(dst, `""`...), nil
	}
	return v.AppendJSONLimit(dst, len(dst)+maxText)
}

// raw returns the text that a path leads to, nil if it takes a tree to find it
// or to know what it is.
func (in *Input) raw(p *jsonpath.Path) []byte {
	if in.tree || len(in.bodyBytes()) == 0 || !in.Document.Valid() {
		return nil
	}
	if p.Chain() != nil {
		raw, _ := p.Raw(in.Document)
		return raw
	}
	if p.String() == "$" {
		return bytes.TrimLeft(in.bodyBytes(), " \t\r\n")
	}
	return nil
}

// path is $input.path: null if the body has no such place, or is not JSON.
func (in *Input) path(text string) (Value, error) {
	p, err := in.compiled(text)
	if err != nil {
		return Value{}, err
	}
	if in.searched > maxSearch {
		return Value{}, errSearch
	}
	if len(in.bodyBytes()) == 0 {
		return in.pathOfEmpty(p)
	}
	if !in.tree && p.Chain() != nil && in.Document.Valid() {
		raw, found := p.Raw(in.Document)
		if !found {
			return Value{}, nil
		}
		if raw[0] != '{' && raw[0] != '[' {
			return jsonvalue.ParseLenient(raw) // as it would be read within the whole
		}
	}
	// Whoever gets a map or list may change it, and then everybody sees the
	// change: from now on there is only the tree.
	in.tree = true
	root, err := in.Document.Value()
	if err != nil {
		return Value{}, nil // broken JSON has no places
	}
	if p.String() == "$" {
		return root, nil
	}
	began := time.Now()
	v, _, err := p.Eval(root)
	in.searched += time.Since(began)
	return v, err
}

// pathOfEmpty is path for an empty body, which reads as {}.
func (in *Input) pathOfEmpty(p *jsonpath.Path) (Value, error) {
	if in.empty.IsNull() {
		in.empty = new(jsonvalue.Map).Value()
	}
	v, _, err := p.Eval(in.empty)
	return v, err
}

// compiled returns a path, from those that the template has as literals if it
// is one of them.
func (in *Input) compiled(text string) (*jsonpath.Path, error) {
	if p, ok := in.template.paths[text]; ok {
		return p.Path, p.err
	}
	return jsonpath.Compile(text)
}

// params is $input.params() and $input.params(name).
func (o *input) params(args []Value) (Value, error) {
	if len(args) == 0 {
		return o.allParams(), nil
	}
	name, ok := onlyText(args)
	if !ok {
		return Value{}, errParams
	}
	if o.in.Params == nil {
		return jsonvalue.String(""), nil
	}
	for l := Path; l <= Header; l++ {
		found, value := false, ""
		for n, v := range o.in.Params.Params(l) {
			if n == name {
				found, value = true, v // the last one counts
			}
		}
		if found {
			return jsonvalue.String(value), nil
		}
	}
	return jsonvalue.String(""), nil
}

func (o *input) allParams() Value {
	all := jsonvalue.NewMap(3)
	for l := Path; l <= Header; l++ {
		m := new(jsonvalue.Map)
		if o.in.Params != nil {
			for n, v := range o.in.Params.Params(l) {
				m.Set(n, jsonvalue.String(v))
			}
		}
		all.Set(l.String(), m.Value())
	}
	return all.Value()
}
