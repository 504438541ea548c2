package integration

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"postern/internal/http1"
	"postern/jsonvalue"
)

// malformed is what AWS writes into the execution log for an answer of a
// proxy function that is not of the documented form.
const malformed = "Execution failed due to configuration error: Malformed Lambda proxy response"

// ReadProxy reads the answer of an AWS_PROXY function: an object of
// statusCode, headers, multiValueHeaders, body and isBase64Encoded and of
// nothing else. A missing statusCode is 200, a numeric text counts as one. The
// cause of a failure is FunctionError.
//
// Source: Developer Guide, "Output format of a Lambda function for proxy
// integration".
func ReadProxy(payload []byte) (*Response, *Failure) {
	refuse := func() (*Response, *Failure) { return nil, &Failure{Cause: FunctionError, Text: malformed} }
	v, err := jsonvalue.Parse(payload)
	if err != nil || v.Map() == nil {
		return refuse()
	}
	r := &Response{Status: http.StatusOK}
	var encoded bool
	var single, several jsonvalue.Value
	for name, member := range v.Map().All() {
		ok := true
		switch name.String() {
		case "statusCode":
			r.Status, ok = statusOf(member)
		case "headers":
			single = member
		case "multiValueHeaders":
			several = member
		case "body":
			var text string
			text, ok = scalar(member)
			r.Body = []byte(text)
		case "isBase64Encoded":
			encoded = member.Bool()
		default:
			ok = false
		}
		if !ok {
			return refuse()
		}
	}
	ok := false
	if r.Header, ok = header(single, several); !ok {
		return refuse()
	}
	if encoded {
		if r.Body, err = base64.StdEncoding.DecodeString(string(r.Body)); err != nil {
			return refuse()
		}
	}
	return r, nil
}

func statusOf(v jsonvalue.Value) (int, bool) {
	if text, ok := v.Text(); ok {
		n, err := strconv.Atoi(text)
		return n, err == nil
	}
	return int(v.Int64()), v.Kind() == jsonvalue.KindInt
}

// scalar is the text of a value that is no object or array; null is none.
func scalar(v jsonvalue.Value) (string, bool) {
	if v.IsNull() {
		return "", true
	}
	if text, ok := v.Text(); ok {
		return text, true
	}
	return v.String(), v.Map() == nil && v.List() == nil
}

// header makes the header of the members headers, whose values are texts or
// booleans, and multiValueHeaders, whose values are lists. Names stay as they
// are written. Where a header is in both, the list wins.
func header(single, several jsonvalue.Value) (http1.Header, bool) {
	one, isOne := mapOrNull(single)
	many, areMany := mapOrNull(several)
	if !isOne || !areMany {
		return nil, false
	}
	var h named
	for name, value := range one.All() {
		// AWS: a number is malformed, as recorded for REST APIs.
		if k := value.Kind(); k != jsonvalue.KindString && k != jsonvalue.KindBool {
			return nil, false
		}
		h.set(name.String(), value.String())
	}
	for name, values := range many.All() {
		if values.List() == nil {
			return nil, false
		}
		var texts []string
		for _, value := range values.List().Items() {
			text, ok := scalar(value)
			if !ok {
				return nil, false
			}
			texts = append(texts, text)
		}
		h.set(name.String(), texts...)
	}
	return h.fields(), true
}

// named are the values of names, for as many as a payload can have. The zero
// value has none.
type named struct {
	lines []line
	last  map[string]int // which of the lines holds, by name in lower case
}

type line struct {
	name   string
	values []string
}

// set gives a name its values, in place of those that it has.
func (n *named) set(name string, values ...string) {
	if n.last == nil {
		n.last = map[string]int{}
	}
	key := strings.ToLower(name)
	if i, ok := n.last[key]; ok {
		n.lines[i].values = nil
	}
	n.last[key] = len(n.lines)
	n.lines = append(n.lines, line{name, values})
}

func (n *named) fields() (h http1.Header) {
	for _, l := range n.lines {
		for _, v := range l.values {
			h = append(h, http1.Field{Name: l.name, Value: v})
		}
	}
	return h
}

// mapOrNull returns the map that v is, an empty one for null.
func mapOrNull(v jsonvalue.Value) (m *jsonvalue.Map, ok bool) {
	if v.IsNull() {
		return new(jsonvalue.Map), true
	}
	return v.Map(), v.Map() != nil
}
