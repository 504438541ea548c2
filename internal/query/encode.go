package query

import (
	"bytes"
	"encoding/xml"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// timeForm is the form of timestamps: UTC to the millisecond.
const timeForm = "2006-01-02T15:04:05.000Z"

// encode returns the response document of an action. A nil out makes a
// document without a result element.
func encode(namespace, action, requestID string, out any) []byte {
	var b bytes.Buffer
	b.WriteString("<" + action + `Response xmlns="`)
	escape(&b, namespace)
	b.WriteString("\">\n")
	if out != nil {
		b.WriteString("  <" + action + "Result>")
		encodeStruct(&b, reflect.Indirect(reflect.ValueOf(out)))
		b.WriteString("</" + action + "Result>\n")
	}
	b.WriteString("  <ResponseMetadata>\n    ")
	element(&b, "RequestId", requestID)
	b.WriteString("\n  </ResponseMetadata>\n</" + action + "Response>\n")
	return b.Bytes()
}

func encodeStruct(b *bytes.Buffer, v reflect.Value) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Tag.Get("empty") == "keep" && v.Field(i).Kind() == reflect.String {
			encodeElement(b, wireName(f), v.Field(i))
			continue
		}
		encodeMember(b, wireName(f), v.Field(i))
	}
}

func encodeMember(b *bytes.Buffer, name string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			encodeElement(b, name, v.Elem())
		}
		return
	case reflect.Slice, reflect.Map:
		if v.IsNil() {
			return
		}
	case reflect.String:
		if v.Len() == 0 {
			return
		}
	case reflect.Struct:
		if v.Type() == timeType && v.Interface().(time.Time).IsZero() {
			return
		}
	}
	encodeElement(b, name, v)
}

// encodeElement writes an element in any case, empty if its value is.
func encodeElement(b *bytes.Buffer, name string, v reflect.Value) {
	b.WriteString("<" + name + ">")
	switch v.Kind() {
	case reflect.String:
		escape(b, v.String())
	case reflect.Bool:
		b.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int64:
		b.WriteString(strconv.FormatInt(v.Int(), 10))
	case reflect.Slice:
		for i := range v.Len() {
			encodeElement(b, "member", v.Index(i))
		}
	case reflect.Map:
		m := v.Interface().(map[string]string)
		for _, key := range slices.Sorted(maps.Keys(m)) {
			b.WriteString("<entry>")
			element(b, "key", key)
			element(b, "value", m[key])
			b.WriteString("</entry>")
		}
	case reflect.Struct:
		if v.Type() == timeType {
			b.WriteString(v.Interface().(time.Time).UTC().Format(timeForm))
			break
		}
		encodeStruct(b, v)
	default:
		panic("query: no encoding for " + v.Type().String())
	}
	b.WriteString("</" + name + ">")
}

func element(b *bytes.Buffer, name, text string) {
	b.WriteString("<" + name + ">")
	escape(b, text)
	b.WriteString("</" + name + ">")
}

// escape writes text as XML character data. Characters that XML cannot carry
// become U+FFFD.
func escape(b *bytes.Buffer, text string) {
	_ = xml.EscapeText(b, []byte(text)) // a bytes.Buffer does not fail
}
