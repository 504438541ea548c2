package jsonpath

import (
	"cmp"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"postern/internal/javaregex"
	"postern/jsonvalue"
)

// relation is two terms and an operator between them.
type relation struct {
	left    term
	compare operator
	right   term
}

func (r relation) holds(e *evaluation, item jsonvalue.Value) (bool, error) {
	left, err := r.left.evaluate(e, item)
	if err != nil {
		return false, err
	}
	right, err := r.right.evaluate(e, item)
	if err != nil {
		return false, err
	}
	if err := e.visit(e.cost(left, right)); err != nil {
		return false, err
	}
	if left.kind != nodePattern && right.kind != nodePattern {
		return r.compare(left, right)
	}
	began := time.Now()
	ok, err := r.compare(left, right)
	if e.matching += time.Since(began); e.matching > javaregex.Timeout && err == nil {
		err = javaregex.ErrTimeout
	}
	return ok, err
}

// cost is the work of comparing two nodes, in visits: each element of a list is
// compared with each of the other, and a pattern reads a whole text.
func (e *evaluation) cost(left, right node) int {
	l, r := e.size(left), e.size(right)
	switch {
	case left.kind == nodeJSON && right.kind == nodeJSON, left.kind == nodePattern, right.kind == nodePattern:
		return l * r
	}
	return l + r
}

// patternCost is what a pattern takes for a piece of text.
const patternCost = 16

// decimalCost is what a number takes that is not one of the machine's.
const decimalCost = 64

// size is the number of values in a node, no larger than is allowed at all.
func (e *evaluation) size(n node) int {
	switch n.kind {
	case nodeString:
		return 1 + len(n.text)/textVisits
	case nodeNumber:
		if k := n.value.Kind(); k == jsonvalue.KindDecimal || k == jsonvalue.KindBigInt {
			return decimalCost
		}
	case nodePattern:
		return patternCost
	case nodeJSON:
		return 1 + count(n.value, maxVisits, 0)/comparisons
	}
	return 1
}

// comparisons is how many values are compared in the time of a visit.
const comparisons = 4

// count returns how many values there are in v, or at least most.
func count(v jsonvalue.Value, most, depth int) int {
	if depth > maxDepth {
		return most
	}
	n := 1
	if s, ok := v.Text(); ok {
		return n + len(s)/textVisits
	}
	if m := v.Map(); m != nil {
		for _, member := range m.All() {
			if n += count(member, most-n, depth+1); n >= most {
				return most
			}
		}
	}
	if l := v.List(); l != nil {
		for _, element := range l.Items() {
			if n += count(element, most-n, depth+1); n >= most {
				return most
			}
		}
	}
	return n
}

// evaluate returns a literal's node, or the one that the path leads to.
func (t term) evaluate(e *evaluation, item jsonvalue.Value) (node, error) {
	if t.path == nil {
		return t.node, nil
	}
	var v jsonvalue.Value
	var err error
	if t.path.fromRoot {
		v, err = e.rootValue(t.path)
	} else {
		v, err = e.value(t.path, item, false)
	}
	if errors.Is(err, errNotFound) {
		return node{}, nil
	}
	return nodeOf(v), err
}

// rootValue follows a path from the root, once per evaluation.
func (e *evaluation) rootValue(p *Path) (jsonvalue.Value, error) {
	o, known := e.roots[p]
	if !known {
		o.value, o.err = e.value(p, e.root, false)
		if e.roots == nil {
			e.roots = map[*Path]outcome{}
		}
		e.roots[p] = o
	}
	return o.value, o.err
}

type nodeKind uint8

const (
	nodeUndefined nodeKind = iota // a path that leads nowhere
	nodeNull
	nodeBool
	nodeNumber
	nodeString
	nodeJSON // a list or a map
	nodePattern
)

// node is a value as operators see it.
type node struct {
	kind  nodeKind
	value jsonvalue.Value
	// text is the content of a string.
	text string
	re   *javaregex.Regexp
	// literal says that JSON was written in the filter.
	literal bool
}

var nullNode = node{kind: nodeNull}

func boolNode(b bool) node { return node{kind: nodeBool, value: jsonvalue.Bool(b)} }

func stringNode(s string) node { return node{kind: nodeString, text: s} }

func numberNode(v jsonvalue.Value) node { return node{kind: nodeNumber, value: v} }

func nodeOf(v jsonvalue.Value) node {
	switch v.Kind() {
	case jsonvalue.KindNull:
		return nullNode
	case jsonvalue.KindBool:
		return node{kind: nodeBool, value: v}
	case jsonvalue.KindString:
		s, _ := v.Text()
		return stringNode(s)
	case jsonvalue.KindList, jsonvalue.KindMap:
		return node{kind: nodeJSON, value: v}
	case jsonvalue.KindObject:
		return node{}
	}
	return numberNode(v)
}

// string returns what a string or number is as text.
func (n node) string() string {
	if n.kind == nodeNumber {
		if d := decimal(n.value); d != nil {
			return d.String()
		}
		return n.value.String()
	}
	return n.text
}

// list returns the list that the node is; ok is false if it is something else.
func (n node) list() (l *jsonvalue.List, ok bool) {
	l = n.value.List()
	return l, n.kind == nodeJSON && l != nil
}

// equal is the equality of ==, but for two pieces of JSON: a string and a
// number are equal if one reads as the other.
func (n node) equal(m node) bool {
	switch n.kind {
	case nodeNull:
		return m.kind == nodeNull
	case nodeBool:
		return m.kind == nodeBool && n.value.Bool() == m.value.Bool()
	case nodeString:
		return (m.kind == nodeString || m.kind == nodeNumber) && n.text == m.string()
	case nodeNumber:
		other := m.value
		if m.kind == nodeString {
			d, ok := jsonvalue.ParseDecimal(m.text)
			if !ok || len(m.text) > 1000 {
				return false
			}
			other = d.Value()
		} else if m.kind != nodeNumber {
			return false
		}
		c, ok := compareNumbers(n.value, other)
		return ok && c == 0
	case nodeJSON:
		return m.kind == nodeJSON && n.value.Equal(m.value)
	}
	return false
}

// operator compares two nodes. The error may be an invalidError: then the
// whole filter is false.
type operator func(left, right node) (bool, error)

// relations are the operators by their names in upper case.
var relations map[string]operator

func init() {
	relations = map[string]operator{
		"==":       func(l, r node) (bool, error) { return equals(l, r), nil },
		"!=":       func(l, r node) (bool, error) { return !equals(l, r), nil },
		"===":      func(l, r node) (bool, error) { return l.kind == r.kind && equals(l, r), nil },
		"!==":      func(l, r node) (bool, error) { return l.kind != r.kind || !equals(l, r), nil },
		"<":        ordering(func(c int) bool { return c < 0 }),
		"<=":       ordering(func(c int) bool { return c <= 0 }),
		">":        ordering(func(c int) bool { return c > 0 }),
		">=":       ordering(func(c int) bool { return c >= 0 }),
		"=~":       matches,
		"IN":       in,
		"NIN":      func(l, r node) (bool, error) { ok, err := in(l, r); return !ok, err },
		"SUBSETOF": subsetOf,
		"ANYOF":    func(l, r node) (bool, error) { any, _, err := common(l, r); return any, err },
		"NONEOF":   func(l, r node) (bool, error) { any, ok, err := common(l, r); return ok && !any, err },
		"SIZE":     size,
		"EMPTY":    empty,
		"CONTAINS": contains,
		"EXISTS":   bothBools,
		"ALL":      notInFilters,
		"TYPE":     notInFilters,
		"MATCHES":  notInFilters,
	}
}

// notInFilters are operators that need what cannot be written in a path.
func notInFilters(node, node) (bool, error) {
	return false, invalidError("operator is not for filters in paths")
}

func equals(l, r node) bool {
	if l.kind == nodeJSON && r.kind == nodeJSON && l.literal {
		return false // JSON written on the left equals nothing
	}
	return l.equal(r)
}

// ordering makes an operator of what it takes of the comparison's result.
// Numbers and strings can be compared, and with each other as strings.
func ordering(want func(int) bool) operator {
	return func(l, r node) (bool, error) {
		switch {
		case l.kind == nodeNumber && r.kind == nodeNumber:
			c, ok := compareNumbers(l.value, r.value)
			return ok && want(c), nil
		case (l.kind == nodeNumber || l.kind == nodeString) && (r.kind == nodeNumber || r.kind == nodeString):
			return want(compareText(l.string(), r.string())), nil
		}
		return false, nil
	}
}

// compareText compares as Java does, by UTF-16 units: characters beyond U+FFFF
// come before those from U+E000 to U+FFFF.
func compareText(a, b string) int {
	for a != "" && b != "" {
		r, n := utf8.DecodeRuneInString(a)
		s, m := utf8.DecodeRuneInString(b)
		if r != s {
			if (r > 0xFFFF) != (s > 0xFFFF) && min(r, s) >= 0xE000 {
				return cmp.Compare(s, r)
			}
			return cmp.Compare(r, s)
		}
		a, b = a[n:], b[m:]
	}
	return cmp.Compare(len(a), len(b))
}

// compareNumbers compares two numbers of any kind; ok is false if one is no
// finite number.
func compareNumbers(a, b jsonvalue.Value) (c int, ok bool) {
	const exact = 1 << 53
	x, y := a.Kind(), b.Kind()
	switch {
	case x <= jsonvalue.KindLong && y <= jsonvalue.KindLong:
		return cmp.Compare(a.Int64(), b.Int64()), true
	case x == jsonvalue.KindDouble && y == jsonvalue.KindDouble,
		x == jsonvalue.KindDouble && y <= jsonvalue.KindLong && max(b.Int64(), -b.Int64()) < exact,
		y == jsonvalue.KindDouble && x <= jsonvalue.KindLong && max(a.Int64(), -a.Int64()) < exact:
		f, g := a.Float64(), b.Float64()
		return cmp.Compare(f, g), f-f == 0 && g-g == 0
	}
	d, e := decimal(a), decimal(b)
	if d == nil || e == nil {
		return 0, false
	}
	return d.Cmp(e), true
}

// decimal returns a number as Java's BigDecimal reads its text; nil for
// infinities and what is no number.
func decimal(v jsonvalue.Value) *jsonvalue.Decimal {
	if d := v.Decimal(); d != nil {
		return d
	}
	if b := v.BigInt(); b != nil {
		return &jsonvalue.Decimal{Unscaled: b}
	}
	d, _ := jsonvalue.ParseDecimal(v.String())
	return d
}

// matches holds if exactly one side is a regular expression and the other one
// matches it as a whole; of a list, one element is enough. What is no text
// counts as the empty one.
func matches(l, r node) (bool, error) {
	if (l.kind == nodePattern) == (r.kind == nodePattern) {
		return false, nil
	}
	re, input := l.re, r
	if r.kind == nodePattern {
		re, input = r.re, l
	}
	list, ok := input.list()
	if !ok {
		return re.MatchString(matchText(input))
	}
	for _, element := range list.Items() {
		if ok, err := re.MatchString(matchText(nodeOf(element))); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func matchText(n node) string {
	switch n.kind {
	case nodeString, nodeNumber:
		return n.string()
	case nodeBool:
		return n.value.String()
	}
	return ""
}

// has reports whether a list has an element equal to n.
func has(l *jsonvalue.List, n node) bool {
	for _, element := range l.Items() {
		if n.equal(nodeOf(element)) {
			return true
		}
	}
	return false
}

// needList returns the list that a node is. A map is none, without error; what
// is no JSON at all makes the filter false.
func needList(n node) (l *jsonvalue.List, ok bool, err error) {
	if n.kind != nodeJSON {
		return nil, false, invalidError("operator needs a list")
	}
	l, ok = n.list()
	return l, ok, nil
}

func in(l, r node) (bool, error) {
	list, ok, err := needList(r)
	return ok && has(list, l), err
}

func subsetOf(l, r node) (bool, error) {
	super, ok, err := needList(r)
	if !ok {
		return false, err
	}
	sub, ok, err := needList(l)
	if !ok {
		return false, err
	}
	for _, element := range sub.Items() {
		if !has(super, nodeOf(element)) {
			return false, nil
		}
	}
	return true, nil
}

// common reports whether two lists have an element in common; ok is false if
// they are not both lists.
func common(l, r node) (any, ok bool, err error) {
	right, ok, err := needList(r)
	if !ok {
		return false, false, err
	}
	left, ok, err := needList(l)
	if !ok {
		return false, false, err
	}
	for _, element := range left.Items() {
		if has(right, nodeOf(element)) {
			return true, true, nil
		}
	}
	return false, true, nil
}

func size(l, r node) (bool, error) {
	if r.kind != nodeNumber {
		return false, nil
	}
	want := int(r.value.Float64())
	if l.kind == nodeString {
		return utf16Length(l.text) == want, nil
	}
	list, ok := l.list()
	return ok && list.Len() == want, nil
}

// utf16Length is the length of a string in Java.
func utf16Length(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

func empty(l, r node) (bool, error) {
	var is bool
	switch {
	case l.kind == nodeString:
		is = l.text == ""
	case l.kind != nodeJSON:
		return false, nil
	case l.value.Map() != nil:
		is = l.value.Map().Len() == 0
	default:
		is = l.value.List().Len() == 0
	}
	if r.kind != nodeBool {
		return false, invalidError("empty needs true or false")
	}
	return is == r.value.Bool(), nil
}

func contains(l, r node) (bool, error) {
	if l.kind == nodeString && r.kind == nodeString {
		return strings.Contains(l.text, r.text), nil
	}
	list, ok := l.list()
	return ok && has(list, r), nil
}

func bothBools(l, r node) (bool, error) {
	if l.kind != nodeBool || r.kind != nodeBool {
		return false, invalidError("exists needs true or false on both sides")
	}
	return l.value.Bool() == r.value.Bool(), nil
}
