package compat

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Parse makes Picks of values by the names of their fields: true or false, a
// text, or the name of a choice. Upper and lower case in names are one.
func Parse(values map[string]string) (Picks, error) {
	var p Picks
	v := reflect.ValueOf(&p).Elem()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		f := v.FieldByNameFunc(func(field string) bool { return strings.EqualFold(field, name) })
		if !f.IsValid() {
			return Picks{}, fmt.Errorf("%q is none of %s", name, strings.Join(names(), ", "))
		}
		if err := set(f, values[name]); err != nil {
			return Picks{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return p, nil
}

func set(f reflect.Value, value string) error {
	if choice, ok := reflect.TypeAssert[encoding.TextUnmarshaler](f.Addr()); ok {
		return choice.UnmarshalText([]byte(value))
	}
	if f.Kind() == reflect.String {
		f.SetString(value)
		return nil
	}
	on, err := strconv.ParseBool(value)
	if err != nil {
		return fmt.Errorf("%q is neither true nor false", value)
	}
	f.SetBool(on)
	return nil
}

// names are the names of the fields.
func names() []string {
	var all []string
	for f := range reflect.TypeFor[Picks]().Fields() {
		all = append(all, f.Name)
	}
	return all
}

// UnmarshalText reads either, client or integration.
func (b *ResponseBody) UnmarshalText(text []byte) error {
	i, err := choose(string(text), "either", "client", "integration")
	*b = ResponseBody(i)
	return err
}

// UnmarshalText reads both, message or request.
func (v *ValidationIDs) UnmarshalText(text []byte) error {
	i, err := choose(string(text), "both", "message", "request")
	*v = ValidationIDs(i)
	return err
}

func choose(text string, choices ...string) (int, error) {
	i := slices.Index(choices, text)
	if i < 0 {
		return 0, fmt.Errorf("%q is none of %s", text, strings.Join(choices, ", "))
	}
	return i, nil
}
