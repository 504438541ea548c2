package integration

import (
	"encoding/base64"
	"net/http"
	"strconv"

	"postern/jsonvalue"
)

// malformed is what AWS writes into the execution log for an answer of a
// proxy function that is not of the documented form.
const malformed = "Execution failed due to configuration error: Malformed Lambda proxy response"

// ReadProxy reads the answer of an AWS_PROXY function: an object of
// statusCode, headers, multiValueHeaders, body and isBase64Encoded and of
// nothing else. A missing statusCode is 200, a numeric text counts as one. The
// error is a *Failure with the cause FunctionError.
//
// Source: Developer Guide, "Output format of a Lambda function for proxy
// integration".
func ReadProxy(payload []byte) (*Response, error) {
	refuse := func() (*Response, error) { return nil, &Failure{Cause: FunctionError, Text: malformed} }
	v, err := jsonvalue.Parse(payload)
	if err != nil || v.Map() == nil {
		return refuse()
	}
	r := &Response{Status: http.StatusOK, Header: http.Header{}}
	var encoded bool
	for name, member := range v.Map().All() {
		ok := true
		switch name.String() {
		case "statusCode":
			r.Status, ok = statusOf(member)
		case "headers":
			ok = single(r.Header, member)
		case "multiValueHeaders":
			ok = several(r.Header, member)
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

// single sets a header of every member; its values are texts or booleans.
func single(header http.Header, v jsonvalue.Value) bool {
	if v.IsNull() {
		return true
	}
	if v.Map() == nil {
		return false
	}
	for name, value := range v.Map().All() {
		// AWS: a number is malformed, as recorded for REST APIs.
		if k := value.Kind(); k != jsonvalue.KindString && k != jsonvalue.KindBool {
			return false
		}
		header.Set(name.String(), value.String())
	}
	return true
}

// several adds lists of values; where a header is in both members, the list
// wins.
func several(header http.Header, v jsonvalue.Value) bool {
	if v.IsNull() {
		return true
	}
	if v.Map() == nil {
		return false
	}
	for name, values := range v.Map().All() {
		if values.List() == nil {
			return false
		}
		header.Del(name.String())
		for _, value := range values.List().Items() {
			text, ok := scalar(value)
			if !ok {
				return false
			}
			header.Add(name.String(), text)
		}
	}
	return true
}
