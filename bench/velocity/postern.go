package main

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"postern/internal/mapping"
	"postern/jsonvalue"
)

// ours is Postern's engine, as the gateway uses it: one Document, one Input and
// one buffer serve event after event.
type ours struct {
	template *mapping.Template
	body     []byte
	context  variables
	stage    map[string]string

	document jsonvalue.Document
	input    mapping.Input
	out      []byte
}

func (o *ours) prepare(c json.RawMessage) (string, error) {
	var decoded struct {
		Template, Body string
		Context        map[string]any
		StageVariables map[string]string
	}
	if err := json.Unmarshal(c, &decoded); err != nil {
		return "", err
	}
	t, err := mapping.Compile(decoded.Template)
	if err != nil {
		return "", err
	}
	*o = ours{template: t, body: []byte(decoded.Body), stage: decoded.StageVariables}
	o.context = variables{}
	o.context.add("", decoded.Context)
	if err := o.render(); err != nil {
		return "", err
	}
	return string(o.out), nil
}

func (o *ours) render() error {
	o.document.Reset(o.body)
	o.input.Reset()
	o.input.Document = &o.document
	o.input.Context = o.context
	o.input.StageVariables = o.stage
	var err error
	o.out, err = o.template.Render(o.out[:0], &o.input)
	return err
}

func (o *ours) run(d time.Duration, batch int) ([]float64, error) {
	var batches []float64
	for end := time.Now().Add(d); ; {
		start := time.Now()
		if start.After(end) {
			return batches, nil
		}
		for range batch {
			if err := o.render(); err != nil {
				return nil, err
			}
		}
		batches = append(batches, float64(time.Since(start))/float64(batch))
	}
}

// variables is a $context of fixed values, by dotted names.
type variables map[string]jsonvalue.Value

func (v variables) add(prefix string, m map[string]any) {
	for name, value := range m {
		switch value := value.(type) {
		case map[string]any:
			v.add(prefix+name+".", value)
		case float64:
			v[prefix+name] = jsonvalue.Int(int64(value))
		case string:
			v[prefix+name] = jsonvalue.String(value)
		}
	}
}

// ContextValue implements mapping.Context.
func (v variables) ContextValue(name string) (jsonvalue.Value, bool) {
	value, ok := v[name]
	return value, ok
}

// ContextNames implements mapping.Context.
func (v variables) ContextNames() []string { return slices.Sorted(maps.Keys(v)) }
