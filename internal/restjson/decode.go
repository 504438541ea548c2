package restjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"

	"postern/internal/awserr"
)

// decode reads the body of r into the struct that in points to.
func (a *API) decode(w http.ResponseWriter, r *http.Request, in any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, a.limit()))
	if err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return a.tooLarge()
		}
		return awserr.New(awserr.BadRequest, "The request body could not be read")
	}
	return Decode(body, in)
}

// Decode reads a JSON object into the struct that in points to. Unlike
// encoding/json it compares member names exactly. It fails with an
// awserr.BadRequest that names the member. An empty body is an empty object.
func Decode(body []byte, in any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return malformed(err)
	}
	v := reflect.ValueOf(in).Elem()
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		text, sent := members[name]
		if !sent || name == "" || name == "-" || string(text) == "null" {
			continue
		}
		if err := json.Unmarshal(text, v.Field(i).Addr().Interface()); err != nil {
			return mistyped(name, err)
		}
	}
	return nil
}

func malformed(err error) error {
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return awserr.Newf(awserr.BadRequest, "The request body is not valid JSON: %v, at byte %d", e, e.Offset)
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return awserr.Newf(awserr.BadRequest, "The request body must be a JSON object, not %s", e.Value)
	}
	return awserr.Newf(awserr.BadRequest, "The request body is not valid JSON: %v", err)
}

func mistyped(name string, err error) error {
	e, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return awserr.Newf(awserr.BadRequest, "Invalid value for %s: %v", name, err)
	}
	if e.Field != "" {
		name += "." + e.Field
	}
	return awserr.Newf(awserr.BadRequest, "Invalid value for %s: expected %s, got %s", name, kind(e.Type), e.Value)
}

// kind calls a Go type by its JSON name.
func kind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "a boolean"
	case reflect.String:
		return "a string"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "an integer"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "a list"
	case reflect.Map, reflect.Struct:
		return "an object"
	}
	return fmt.Sprint(t)
}
