package schema

import (
	"errors"
	"fmt"
	"strings"

	"postern/jsonvalue"
)

// The bounds of a sample template.
const (
	maxTemplateDepth = 8
	maxTemplate      = 64 << 10 // bytes
)

// Template returns a sample mapping template for a model, as GetModelTemplate
// answers: a line that reads the body and an example of what the schema
// describes, one line per property. References are followed as Compile follows
// them.
func Template(text string, resolve func(model string) (text string, ok bool)) (string, error) {
	root, err := readOrdered(text)
	if err != nil {
		return "", err
	}
	t := templateWriter{root: root, resolve: resolve}
	t.out.WriteString("#set($inputRoot = $input.path('$'))\n")
	if err := t.write(root, "$inputRoot", 0); err != nil {
		return "", err
	}
	return t.out.String(), nil
}

func readOrdered(text string) (*jsonvalue.Map, error) {
	if len(text) > MaxSchema {
		return nil, fmt.Errorf("schema is larger than %d bytes", MaxSchema)
	}
	v, err := jsonvalue.Parse([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("schema is not JSON: %w", err)
	}
	if v.Map() == nil {
		return nil, errors.New("schema is not a JSON object")
	}
	return v.Map(), nil
}

type templateWriter struct {
	root    *jsonvalue.Map // of the schema that is being read
	resolve func(string) (string, bool)
	depth   int // of schemas, through references and properties
	out     strings.Builder
}

// write writes an example of a schema. The path is the template's expression
// for the value, indent the column of the line in steps of two.
func (t *templateWriter) write(schema *jsonvalue.Map, path string, indent int) error {
	if t.depth++; t.depth > maxTemplateDepth || t.out.Len() > maxTemplate {
		t.depth--
		t.out.WriteString("{ }")
		return nil
	}
	defer func() { t.depth-- }()
	if ref, ok := member(schema, "$ref").Text(); ok {
		return t.follow(ref, path, indent)
	}
	properties := member(schema, "properties").Map()
	items := member(schema, "items").Map()
	switch kind := schemaType(schema); {
	case kind == "array" || kind == "" && items != nil:
		return t.array(items, path, indent)
	case kind == "object" || kind == "":
		return t.object(properties, path, indent)
	default:
		t.out.WriteString(example(kind))
		return nil
	}
}

// example is the example of a scalar.
func example(kind string) string {
	switch kind {
	case "integer":
		return "42"
	case "number":
		return "42.1"
	case "boolean":
		return "true"
	case "null":
		return "null"
	default:
		return `"foo"`
	}
}

func (t *templateWriter) object(properties *jsonvalue.Map, path string, indent int) error {
	t.out.WriteString("{")
	if properties != nil {
		separator := ""
		for key, value := range properties.All() {
			name, _ := key.Text()
			t.out.WriteString(separator)
			t.newline(indent + 1)
			t.out.Write(key.AppendJSON(nil))
			t.out.WriteString(" : ")
			child := value.Map()
			if child == nil {
				child = jsonvalue.NewMap(0)
			}
			if err := t.write(child, path+"."+name, indent+1); err != nil {
				return err
			}
			separator = ","
		}
	}
	t.newline(indent)
	t.out.WriteString("}")
	return nil
}

func (t *templateWriter) array(items *jsonvalue.Map, path string, indent int) error {
	if items == nil {
		t.out.WriteString("[ ]")
		return nil
	}
	t.out.WriteString("[\n#foreach($elem in " + path + ")")
	t.newline(indent + 1)
	if err := t.write(items, "$elem", indent+1); err != nil {
		return err
	}
	t.out.WriteString("#if($foreach.hasNext),#end\n#end")
	t.newline(indent)
	t.out.WriteString("]")
	return nil
}

func (t *templateWriter) newline(indent int) {
	t.out.WriteString("\n" + strings.Repeat("  ", indent))
}

// follow writes an example of the schema that a reference names.
func (t *templateWriter) follow(ref, path string, indent int) error {
	root, fragment := t.root, ref
	if m := modelRef.FindStringSubmatch(ref); m != nil {
		if t.resolve == nil {
			return fmt.Errorf("there is no model %s", m[1])
		}
		text, ok := t.resolve(m[1])
		if !ok {
			return fmt.Errorf("there is no model %s", m[1])
		}
		var err error
		if root, err = readOrdered(text); err != nil {
			return fmt.Errorf("model %s: %w", m[1], err)
		}
		fragment = m[2]
	}
	schema := root
	for step := range strings.SplitSeq(strings.Trim(strings.TrimPrefix(fragment, "#"), "/"), "/") {
		if step == "" {
			continue
		}
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		if schema = member(schema, step).Map(); schema == nil {
			return fmt.Errorf("$ref %s names nothing", ref)
		}
	}
	outer := t.root
	t.root = root
	defer func() { t.root = outer }()
	return t.write(schema, path, indent)
}

func member(m *jsonvalue.Map, name string) jsonvalue.Value {
	v, _ := m.Get(name)
	return v
}

// schemaType returns the type that a schema names, the first that is not null
// if it names several, and "" if it names none.
func schemaType(schema *jsonvalue.Map) string {
	v := member(schema, "type")
	if list := v.List(); list != nil {
		for i := range list.Len() {
			if text, ok := list.At(i).Text(); ok && text != "null" {
				return text
			}
		}
	}
	text, _ := v.Text()
	return text
}
