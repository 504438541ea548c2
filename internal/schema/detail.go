package schema

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// MaxDetail is the length of a failure's detail in bytes; more is cut off.
const MaxDetail = 4096

var english = message.NewPrinter(language.English)

// bracket puts one message in the form of a list of messages.
func bracket(text string) string { return truncate("["+text, MaxDetail-1) + "]" }

// truncate cuts text to at most n bytes, between characters.
func truncate(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// detail words the failure of a message. What is wrong inside of a value is
// said only if nothing is wrong with the value itself, as API Gateway does it.
type detail struct {
	schema   *Schema
	instance any
	failures []*jsonschema.ValidationError
}

func (d *detail) render(e *jsonschema.ValidationError) string {
	d.collect(e)
	// The validator goes through objects in no particular order.
	slices.SortStableFunc(d.failures, func(a, b *jsonschema.ValidationError) int {
		return cmp.Or(
			slices.Compare(a.InstanceLocation, b.InstanceLocation),
			slices.Compare(a.ErrorKind.KeywordPath(), b.ErrorKind.KeywordPath()),
			cmp.Compare(a.SchemaURL, b.SchemaURL))
	})
	var texts []string
	var outer []string
	length := 0
	for i, f := range d.failures {
		inside := len(f.InstanceLocation) > len(outer) && slices.Equal(f.InstanceLocation[:len(outer)], outer)
		if i > 0 && inside {
			continue
		}
		outer = f.InstanceLocation
		text := truncate(d.text(f), MaxDetail)
		texts = append(texts, text)
		if length += len(text); length > MaxDetail {
			break
		}
	}
	return bracket(strings.Join(texts, ", "))
}

// collect descends to the errors that have words of their own.
func (d *detail) collect(e *jsonschema.ValidationError) {
	switch e.ErrorKind.(type) {
	case *kind.Schema, *kind.Group, *kind.Reference:
		for _, cause := range e.Causes {
			d.collect(cause)
		}
	default:
		d.failures = append(d.failures, e)
	}
}

// text words one error.
//
// Source: the messages of json-schema-validator, which API Gateway's
// validation errors are seen to be.
func (d *detail) text(e *jsonschema.ValidationError) string {
	switch k := e.ErrorKind.(type) {
	case *kind.Type:
		return fmt.Sprintf("instance type (%s) does not match any allowed primitive type (allowed: %s)",
			typeName(d.value(e)), names(allowedTypes(k.Want)))
	case *kind.Enum:
		return fmt.Sprintf("instance value (%s) not found in enum (possible values: %s)", compact(k.Got), compact(k.Want))
	case *kind.Not:
		return "instance matched a schema which it should not have"
	case *kind.AllOf, *kind.AnyOf, *kind.OneOf:
		return d.combination(e)
	case *kind.Format:
		return formatText(k)
	case *kind.Dependency:
		s := d.schema.byLocation[e.SchemaURL]
		var required []string
		if s != nil {
			required, _ = s.Dependencies[k.Prop].([]string)
		}
		return fmt.Sprintf("property %q of object has missing property dependencies (schema requires %s; missing: %s)",
			k.Prop, names(required), names(k.Missing))
	}
	if text, ok := objectText(e.ErrorKind); ok {
		return text
	}
	if text, ok := d.arrayText(e); ok {
		return text
	}
	if text, ok := scalarText(e.ErrorKind, d.value(e)); ok {
		return text
	}
	return e.ErrorKind.LocalizedString(english)
}

func objectText(k jsonschema.ErrorKind) (string, bool) {
	switch k := k.(type) {
	case *kind.Required:
		return fmt.Sprintf("object has missing required properties (%s)", names(k.Missing)), true
	case *kind.AdditionalProperties:
		return "object instance has properties which are not allowed by the schema: " + names(k.Properties), true
	case *kind.MinProperties:
		return fmt.Sprintf("object has too few properties (found %d but schema requires at least %d)", k.Got, k.Want), true
	case *kind.MaxProperties:
		return fmt.Sprintf("object has too many properties (found %d but schema requires at most %d)", k.Got, k.Want), true
	}
	return "", false
}

func (d *detail) arrayText(e *jsonschema.ValidationError) (string, bool) {
	switch k := e.ErrorKind.(type) {
	case *kind.MinItems:
		return fmt.Sprintf("array is too short: must have at least %d elements but instance has %d elements", k.Want, k.Got), true
	case *kind.MaxItems:
		return fmt.Sprintf("array is too long: must have at most %d elements but instance has %d elements", k.Want, k.Got), true
	case *kind.UniqueItems:
		return "array must not contain duplicate elements", true
	case *kind.AdditionalItems:
		items, _ := d.value(e).([]any)
		return fmt.Sprintf("schema only allows %d elements in array but instance has %d elements", len(items)-k.Count, len(items)), true
	}
	return "", false
}

func scalarText(k jsonschema.ErrorKind, v any) (string, bool) {
	switch k := k.(type) {
	case *kind.MinLength:
		return fmt.Sprintf(`string "%v" is too short (length: %d, required minimum: %d)`, v, k.Got, k.Want), true
	case *kind.MaxLength:
		return fmt.Sprintf(`string "%v" is too long (length: %d, maximum allowed: %d)`, v, k.Got, k.Want), true
	case *kind.Pattern:
		return fmt.Sprintf(`ECMA 262 regex "%s" does not match input string "%s"`, k.Want, k.Got), true
	case *kind.Minimum:
		return tooSmall(k.Want, v), true
	case *kind.Maximum:
		return tooLarge(k.Want, v), true
	case *kind.ExclusiveMinimum:
		if k.Got.Cmp(k.Want) < 0 {
			return tooSmall(k.Want, v), true
		}
		return "numeric instance is not strictly greater than the required minimum " + decimal(k.Want), true
	case *kind.ExclusiveMaximum:
		if k.Got.Cmp(k.Want) > 0 {
			return tooLarge(k.Want, v), true
		}
		return "numeric instance is not strictly lower than the required maximum " + decimal(k.Want), true
	case *kind.MultipleOf:
		return fmt.Sprintf("remainder of division is not zero (%v / %s)", v, decimal(k.Want)), true
	}
	return "", false
}

func tooSmall(want *big.Rat, got any) string {
	return fmt.Sprintf("numeric instance is lower than the required minimum (minimum: %s, found: %v)", decimal(want), got)
}

func tooLarge(want *big.Rat, got any) string {
	return fmt.Sprintf("numeric instance is greater than the required maximum (maximum: %s, found: %v)", decimal(want), got)
}

// decimal writes a fraction that was read from a decimal text.
func decimal(r *big.Rat) string {
	digits, exact := r.FloatPrec()
	if !exact {
		return r.String()
	}
	return r.FloatString(digits)
}

// combination words the failure of allOf, anyOf and oneOf, with how many of
// the schemas the value matches.
func (d *detail) combination(e *jsonschema.ValidationError) string {
	s := d.schema.byLocation[e.SchemaURL]
	if s == nil {
		return e.ErrorKind.LocalizedString(english)
	}
	switch k := e.ErrorKind.(type) {
	case *kind.AllOf:
		return fmt.Sprintf("instance failed to match all required schemas (matched only %d out of %d)",
			max(len(s.AllOf)-len(e.Causes), 0), len(s.AllOf))
	case *kind.OneOf:
		matched := 0
		if len(k.Subschemas) > 0 {
			// The validator stops at the second match.
			v := d.value(e)
			for _, child := range s.OneOf {
				if child.Validate(v) == nil {
					matched++
				}
			}
		}
		return fmt.Sprintf("instance failed to match exactly one schema (matched %d out of %d)", matched, len(s.OneOf))
	default:
		return fmt.Sprintf("instance failed to match at least one required schema among %d", len(s.AnyOf))
	}
}

// formats holds how the failure of a format is worded.
var formats = map[string]string{
	"date-time":    `string "%v" is invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]`,
	"email":        `string "%v" is not a valid email address`,
	"hostname":     `string "%v" is not a valid hostname`,
	"ipv4":         `string "%v" is not a valid IPv4 address`,
	"ipv6":         `string "%v" is not a valid IPv6 address`,
	"json-pointer": `input string "%v" is not a valid JSON Pointer`,
	"regex":        `string "%v" is not a valid ECMA 262 regular expression`,
	"uri":          `string "%v" is not a valid URI`,
	"uri-template": `input string "%v" is not a valid URI template`,
	"uuid":         `input string "%v" is not a valid UUID`,
}

func formatText(k *kind.Format) string {
	if text, ok := formats[k.Want]; ok {
		return fmt.Sprintf(text, k.Got)
	}
	return k.LocalizedString(english)
}

// value returns the part of the message that an error is about.
func (d *detail) value(e *jsonschema.ValidationError) any {
	v := d.instance
	for _, step := range e.InstanceLocation {
		switch container := v.(type) {
		case map[string]any:
			v = container[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(container) {
				return nil
			}
			v = container[i]
		}
	}
	return v
}

// typeName returns the schema's word for the type of a value.
func typeName(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	case json.Number:
		if r, ok := new(big.Rat).SetString(string(v)); ok && r.IsInt() {
			return "integer"
		}
	}
	return "number"
}

// allowedTypes adds that an integer is a number.
func allowedTypes(want []string) []string {
	if slices.Contains(want, "number") && !slices.Contains(want, "integer") {
		return append(slices.Clone(want), "integer")
	}
	return want
}

// names writes a list of names as JSON, sorted.
func names(list []string) string {
	list = slices.Clone(list)
	slices.Sort(list)
	return compact(list)
}

// compact writes a value as JSON on one line.
func compact(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "?"
	}
	return strings.TrimSuffix(b.String(), "\n")
}
