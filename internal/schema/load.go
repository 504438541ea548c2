package schema

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// modelBase begins the URL under which a model is known here. References in
// AWS's form are rewritten to it, so that a model has one URL whatever API id
// the author wrote.
const modelBase = "https://apigateway.amazonaws.com/models/"

func modelURL(name string) string { return modelBase + name }

// modelRef is a reference to a model in AWS's form, with its fragment.
var modelRef = regexp.MustCompile(`^https?://apigateway\.amazonaws\.com/restapis/[^/#]+/models/([A-Za-z0-9]+)(#.*)?$`)

// loader gives the library the schemas that a model refers to.
type loader struct {
	resolve   func(model string) (string, bool)
	documents map[string]any // by URL
	objects   int
}

// Load implements jsonschema.URLLoader.
func (l *loader) Load(url string) (any, error) {
	if doc, ok := l.documents[url]; ok {
		return doc, nil
	}
	name, ok := strings.CutPrefix(url, modelBase)
	if !ok {
		return nil, errors.New("a $ref may name only a part of the same schema or a model, https://apigateway.amazonaws.com/restapis/{apiId}/models/{Name}")
	}
	if l.resolve == nil {
		return nil, fmt.Errorf("there is no model %s", name)
	}
	text, ok := l.resolve(name)
	if !ok {
		return nil, fmt.Errorf("there is no model %s", name)
	}
	if err := l.add(name, text); err != nil {
		return nil, err
	}
	return l.documents[url], nil
}

// add reads the schema text of a model.
func (l *loader) add(name, text string) error {
	if len(text) > MaxSchema {
		return fmt.Errorf("schema is larger than %d bytes", MaxSchema)
	}
	if len(l.documents) > MaxModels {
		return fmt.Errorf("schema refers to more than %d models", MaxModels)
	}
	doc, err := decodeJSON([]byte(text))
	if err != nil {
		return fmt.Errorf("schema is not JSON: %w", err)
	}
	if _, ok := doc.(map[string]any); !ok {
		return errors.New("schema is not a JSON object")
	}
	if doc, err = sanitize(doc, MaxSchemaDepth); err != nil {
		return err
	}
	if err := l.prepare(doc); err != nil {
		return err
	}
	l.documents[modelURL(name)] = doc
	return nil
}

// prepare brings the references of a schema to one form, takes out what would
// choose another dialect, and counts.
func (l *loader) prepare(v any) error {
	switch v := v.(type) {
	case map[string]any:
		if l.objects++; l.objects > MaxObjects {
			return fmt.Errorf("schema has more than %d objects, with the models that it refers to", MaxObjects)
		}
		if _, ok := v["$schema"].(string); ok {
			delete(v, "$schema")
		}
		if ref, ok := v["$ref"].(string); ok {
			if m := modelRef.FindStringSubmatch(ref); m != nil {
				v["$ref"] = modelURL(m[1]) + m[2]
			}
		}
		for key, member := range v {
			if key == "enum" || key == "default" || key == "example" {
				continue // data
			}
			if err := l.prepare(member); err != nil {
				return err
			}
		}
	case []any:
		for _, item := range v {
			if err := l.prepare(item); err != nil {
				return err
			}
		}
	}
	return nil
}

// describe turns an error of the library into one line.
func describe(err error) error {
	if e, ok := errors.AsType[*jsonschema.SchemaValidationError](err); ok {
		failure, ok := errors.AsType[*jsonschema.ValidationError](e.Err)
		if !ok {
			return e.Err
		}
		for len(failure.Causes) > 0 {
			failure = failure.Causes[0]
		}
		return fmt.Errorf("schema is not a draft-04 schema: at /%s: %s",
			strings.Join(failure.InstanceLocation, "/"), failure.ErrorKind.LocalizedString(english))
	}
	if e, ok := errors.AsType[*jsonschema.LoadURLError](err); ok {
		return fmt.Errorf("$ref %s: %w", e.URL, e.Err)
	}
	return err
}
