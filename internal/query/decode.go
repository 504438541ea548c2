package query

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"postern/internal/awserr"
)

var timeType = reflect.TypeFor[time.Time]()

// wireName returns the name of a field on the wire.
func wireName(f reflect.StructField) string {
	if name := f.Tag.Get("query"); name != "" {
		return name
	}
	return f.Name
}

// decode fills the struct that in points to. Parameters without a field are
// ignored: clients are newer than servers.
func decode(form *node, in any) error {
	return decodeStruct(form, reflect.ValueOf(in).Elem(), "")
}

func decodeStruct(n *node, v reflect.Value, path string) error {
	for i := range v.NumField() {
		name := wireName(v.Type().Field(i))
		if c := n.child(name); c != nil {
			if err := decodeValue(c, v.Field(i), path+name); err != nil {
				return err
			}
		}
	}
	return nil
}

func decodeValue(n *node, v reflect.Value, path string) error {
	switch v.Kind() {
	case reflect.Pointer:
		if v.Type().Elem().Kind() != reflect.String && v.Type().Elem().Kind() != reflect.Struct && n.value == "" {
			return nil // a blank number or boolean is none
		}
		v.Set(reflect.New(v.Type().Elem()))
		return decodeValue(n, v.Elem(), path)
	case reflect.Slice:
		return decodeList(n, v, path)
	case reflect.Map:
		return decodeMap(n, v, path)
	case reflect.Struct:
		if v.Type() != timeType {
			return decodeStruct(n, v, path+".")
		}
	}
	return decodeScalar(n.value, v, path)
}

func decodeScalar(text string, v reflect.Value, path string) error {
	if v.Kind() == reflect.String {
		v.SetString(text)
		return nil
	}
	if text == "" {
		return nil
	}
	var err error
	switch v.Kind() {
	case reflect.Bool:
		switch strings.ToLower(text) {
		case "true", "1":
			v.SetBool(true)
		case "false", "0":
			v.SetBool(false)
		default:
			err = fmt.Errorf("not a boolean")
		}
	case reflect.Int, reflect.Int64:
		var i int64
		i, err = strconv.ParseInt(text, 10, 64)
		v.SetInt(i)
	case reflect.Struct:
		var t time.Time
		t, err = time.Parse(time.RFC3339, text)
		v.Set(reflect.ValueOf(t))
	default:
		panic("query: no decoding for " + v.Type().String())
	}
	if err != nil {
		return awserr.Newf(malformedInput, "The value %.64q of %s is not a valid %s", text, path, scalarName(v))
	}
	return nil
}

func scalarName(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.Struct:
		return "timestamp"
	}
	return "integer"
}

// decodeList reads Path.member.1, Path.member.2 and so on, in the order of
// their numbers; gaps are closed.
func decodeList(n *node, v reflect.Value, path string) error {
	entries, err := numbered(n, "member", path)
	if err != nil {
		return err
	}
	v.Set(reflect.MakeSlice(v.Type(), len(entries), len(entries)))
	for i, e := range entries {
		if err := decodeValue(e.node, v.Index(i), path+".member."+strconv.Itoa(e.number)); err != nil {
			return err
		}
	}
	return nil
}

// decodeMap reads Path.entry.1.key and Path.entry.1.value.
func decodeMap(n *node, v reflect.Value, path string) error {
	entries, err := numbered(n, "entry", path)
	if err != nil {
		return err
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, e := range entries {
		value := reflect.New(v.Type().Elem()).Elem()
		if c := e.node.child("value"); c != nil {
			if err := decodeValue(c, value, path+".entry."+strconv.Itoa(e.number)+".value"); err != nil {
				return err
			}
		}
		v.SetMapIndex(reflect.ValueOf(e.node.text("key")), value)
	}
	return nil
}

type entry struct {
	number int
	node   *node
}

func numbered(n *node, word, path string) ([]entry, error) {
	if n.set && n.value != "" {
		return nil, awserr.Newf(malformedInput, "The parameter %s is a list and has no value of its own", path)
	}
	list := n.child(word)
	if list == nil {
		return nil, nil
	}
	entries := make([]entry, 0, len(list.members))
	for key, c := range list.members {
		number, err := strconv.Atoi(key)
		if err != nil || number < 0 {
			return nil, awserr.Newf(malformedInput, "The key %.64q of %s.%s is not a number", key, path, word)
		}
		entries = append(entries, entry{number, c})
	}
	slices.SortFunc(entries, func(a, b entry) int { return a.number - b.number })
	return entries, nil
}
