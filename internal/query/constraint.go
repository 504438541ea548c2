package query

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"postern/internal/awserr"
)

// shownValue is how much of an offending value an error repeats, in bytes.
// AWS repeats all of it, which for a template is fifty kilobytes.
const shownValue = 1024

// check holds an input against the constraints in its tags. All violations are
// reported in one ValidationError, in the order of the fields.
//
// Source: recorded answers of CloudFormation, "1 validation error detected".
func check(in any) error {
	var found []string
	checkStruct(reflect.ValueOf(in).Elem(), "", &found)
	if len(found) == 0 {
		return nil
	}
	return Violations(found...)
}

// Violations returns the ValidationError that reports the given violations,
// each a sentence as Violation writes it.
func Violations(sentences ...string) *awserr.Error {
	noun := "errors"
	if len(sentences) == 1 {
		noun = "error"
	}
	return awserr.Newf(awserr.ValidationError, "%d validation %s detected: %s",
		len(sentences), noun, strings.Join(sentences, "; "))
}

// Violation returns the sentence about one member that breaks a constraint.
func Violation(value, path, constraint string) string {
	return fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: %s", shorten(value), path, constraint)
}

func shorten(value string) string {
	if len(value) <= shownValue {
		return value
	}
	cut := shownValue
	for cut > 0 && !utf8.RuneStart(value[cut]) {
		cut--
	}
	return value[:cut] + "..."
}

func checkStruct(v reflect.Value, path string, found *[]string) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		checkField(v.Field(i), f.Tag, path+lowerFirst(wireName(f)), found)
	}
}

func checkField(v reflect.Value, tag reflect.StructTag, path string, found *[]string) {
	if absent(v) {
		if tag.Get("required") != "" {
			*found = append(*found, fmt.Sprintf(
				"Value null at '%s' failed to satisfy constraint: Member must not be null", path))
		}
		return
	}
	v = reflect.Indirect(v)
	switch v.Kind() {
	case reflect.String:
		checkString(v.String(), tag, path, found)
	case reflect.Int, reflect.Int64:
		checkNumber(v.Int(), tag, path, found)
	case reflect.Struct:
		if v.Type() != timeType {
			checkStruct(v, path+".", found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			checkElement(v.Index(i), tag, path+"."+strconv.Itoa(i+1)+".member", found)
		}
	}
}

// checkElement holds a list's element against the list's tags, except for
// required, which is about the list.
func checkElement(v reflect.Value, tag reflect.StructTag, path string, found *[]string) {
	switch v.Kind() {
	case reflect.String:
		checkString(v.String(), tag, path, found)
	case reflect.Struct:
		checkStruct(v, path+".", found)
	}
}

func absent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return v.IsNil()
	case reflect.String:
		return v.Len() == 0
	case reflect.Int, reflect.Int64:
		return v.Int() == 0
	}
	return false
}

func checkString(s string, tag reflect.StructTag, path string, found *[]string) {
	add := func(constraint string) { *found = append(*found, Violation(s, path, constraint)) }
	if n, ok := bound(tag, "min"); ok && utf8.RuneCountInString(s) < n {
		add(fmt.Sprintf("Member must have length greater than or equal to %d", n))
	}
	if n, ok := bound(tag, "max"); ok && utf8.RuneCountInString(s) > n {
		add(fmt.Sprintf("Member must have length less than or equal to %d", n))
	}
	if n, ok := bound(tag, "maxbytes"); ok && len(s) > n {
		add(fmt.Sprintf("Member must have length less than or equal to %d", n))
	}
	if p := tag.Get("pattern"); p != "" && !matches(p, s) {
		add("Member must satisfy regular expression pattern: " + p)
	}
	if e := tag.Get("enum"); e != "" {
		if values := strings.Split(e, "|"); !slices.Contains(values, s) {
			add("Member must satisfy enum value set: [" + strings.Join(values, ", ") + "]")
		}
	}
}

func checkNumber(i int64, tag reflect.StructTag, path string, found *[]string) {
	add := func(constraint string) {
		*found = append(*found, Violation(strconv.FormatInt(i, 10), path, constraint))
	}
	if n, ok := bound(tag, "min"); ok && i < int64(n) {
		add(fmt.Sprintf("Member must have value greater than or equal to %d", n))
	}
	if n, ok := bound(tag, "max"); ok && i > int64(n) {
		add(fmt.Sprintf("Member must have value less than or equal to %d", n))
	}
}

func bound(tag reflect.StructTag, name string) (int, bool) {
	text, ok := tag.Lookup(name)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		panic("query: tag " + name + " is not a number: " + text)
	}
	return n, true
}

// patterns holds the compiled patterns of tags, which are few and constant.
var patterns sync.Map

func matches(pattern, s string) bool {
	re, ok := patterns.Load(pattern)
	if !ok {
		re, _ = patterns.LoadOrStore(pattern, regexp.MustCompile(`^(?:`+pattern+`)$`))
	}
	return re.(*regexp.Regexp).MatchString(s)
}

func lowerFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}
