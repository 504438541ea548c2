package template

import (
	"postern/internal/template/intrinsic"
	"postern/internal/template/syntax"
)

// readOutputs reads the Outputs section.
func (t *Template) readOutputs() error {
	members, err := t.section("Outputs", "outputs", maxOutputs)
	if err != nil {
		return err
	}
	for _, m := range members {
		if t.isLoop(m) {
			continue
		}
		o, err := t.readOutput(m)
		if err != nil {
			return err
		}
		t.Outputs = append(t.Outputs, o)
	}
	return nil
}

func (t *Template) readOutput(m Member) (Output, error) {
	place := "/Outputs/" + m.Name
	o := Output{Key: m.Name, Value: m.Value.Get("Value")}
	if err := checkName(m, "Template format error: Outputs name '%s' is non alphanumeric."); err != nil {
		return o, err
	}
	if o.Value == nil {
		return o, syntax.ErrorfAt(m, "Template format error: Every Outputs member must contain a Value object").At(place)
	}
	for _, part := range m.Value.Members {
		switch part.Name {
		case "Value", "Description", "Condition", "Export":
		default:
			return o, syntax.ErrorfAt(part, "Invalid template output property '%s'", part.Name).At(place)
		}
	}
	if err := checkOutputValue(o.Value, place); err != nil {
		return o, err
	}
	var err error
	if o.Description, err = description(m.Value, place); err != nil {
		return o, err
	}
	if n := m.Value.Get("Condition"); !t.pending() || !n.Is(Map) {
		if o.Condition, err = text(m.Value, "Condition", place); err != nil {
			return o, err
		}
	}
	export := m.Value.Get("Export")
	if export == nil {
		return o, nil
	}
	o.ExportName = export.Get("Name")
	if o.ExportName == nil {
		return o, malformedExport(o, export)
	}
	for _, part := range export.Members {
		if part.Name != "Name" {
			return o, syntax.ErrorfAt(part, "Invalid template output property '%s'", part.Name).At(place + "/Export")
		}
	}
	return o, nil
}

// malformedExport is AWS's text for an export without a usable name.
func malformedExport(o Output, n *Node) error {
	return syntax.Errorf(n, "Template format error: Output %s is malformed. The Name field of every Export member must be specified and consist only of alphanumeric characters, colons, or hyphens.",
		o.Key).At("/Outputs/" + o.Key + "/Export/Name")
}

// checkOutputValue refuses values that can be no string, evaluated or not.
func checkOutputValue(n *Node, place string) error {
	if _, _, isFunction := intrinsic.Call(n); isFunction {
		return nil
	}
	switch {
	case n.Is(List):
		return syntax.Errorf(n, "Template format error: The Value field of every Outputs member must evaluate to a String and not a List.").At(place + "/Value")
	case n.Is(Map):
		return syntax.Errorf(n, "Template format error: The Value field of every Outputs member must evaluate to a String and not a Map.").At(place + "/Value")
	}
	return nil
}
