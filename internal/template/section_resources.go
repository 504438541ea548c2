package template

import (
	"slices"
	"strings"

	"postern/internal/template/intrinsic"
	"postern/internal/template/syntax"
)

// resourceAttributes are the members that a resource may have.
var resourceAttributes = []string{
	"Type", "Properties", "Condition", "DependsOn", "Metadata", "CreationPolicy", "UpdatePolicy",
	"DeletionPolicy", "UpdateReplacePolicy", "Version",
}

var (
	deletionPolicies      = []string{"Delete", "Retain", "RetainExceptOnCreate", "Snapshot"}
	updateReplacePolicies = []string{"Delete", "Retain", "Snapshot"}
)

// readResources reads the Resources section.
func (t *Template) readResources() error {
	members, err := t.section("Resources", "resources", maxResources)
	if err != nil {
		return err
	}
	if len(members) == 0 {
		return syntax.Errorf(t.root, "Template format error: At least one Resources member must be defined.").At("/Resources")
	}
	for _, m := range members {
		if t.isLoop(m) {
			continue
		}
		if strings.HasPrefix(m.Name, intrinsic.ForEach) {
			return syntax.Errorf(m.Value, "Template format error: [/Resources/%s] resource definition is malformed", m.Name).At("/Resources/" + m.Name)
		}
		r, err := t.readResource(m)
		if err != nil {
			return err
		}
		t.Resources = append(t.Resources, r)
	}
	return nil
}

func (t *Template) readResource(m Member) (Resource, error) {
	place := "/Resources/" + m.Name
	r := Resource{LogicalID: m.Name, Line: m.Line, Column: m.Column, node: m.Value}
	if err := checkName(m, "Template format error: Resource name %s is non alphanumeric."); err != nil {
		return r, err
	}
	if !m.Value.Is(Map) {
		return r, syntax.Errorf(m.Value, "Template format error: Any Resources member must be an object.").At(place)
	}
	for _, attribute := range m.Value.Members {
		if !slices.Contains(resourceAttributes, attribute.Name) && !t.pending() {
			return r, syntax.ErrorfAt(attribute, "Invalid template resource property '%s'", attribute.Name).At(place)
		}
	}
	kind := m.Value.Get("Type")
	if kind == nil {
		return r, syntax.ErrorfAt(m, "Template format error: [%s] Every Resources object must contain a Type member.", place).At(place)
	}
	if !kind.Is(String) {
		return r, syntax.Errorf(kind, "Template format error: Every Type member must be a string.").At(place + "/Type")
	}
	r.Type = kind.Text
	r.Properties = m.Value.Get("Properties")
	if r.Properties != nil && (!r.Properties.Is(Map) || intrinsic.IsCallOf(r.Properties, intrinsic.Ref)) {
		return r, syntax.Errorf(r.Properties, "Template format error: [%s/Properties] Properties must be an object.", place).At(place + "/Properties")
	}
	r.Metadata, r.CreationPolicy, r.UpdatePolicy = m.Value.Get("Metadata"), m.Value.Get("CreationPolicy"), m.Value.Get("UpdatePolicy")
	return r, t.readAttributes(&r, place)
}

// readAttributes reads the attributes whose values are names. While
// transforms are pending some may still be expressions, and are left out.
func (t *Template) readAttributes(r *Resource, place string) error {
	for _, attribute := range []struct {
		name   string
		value  *string
		values []string
	}{
		{name: "Condition", value: &r.Condition},
		{name: "Version", value: &r.Version},
		{name: "DeletionPolicy", value: &r.DeletionPolicy, values: deletionPolicies},
		{name: "UpdateReplacePolicy", value: &r.UpdateReplacePolicy, values: updateReplacePolicies},
	} {
		v := r.node.Get(attribute.name)
		if t.pending() && v.Is(Map) {
			continue
		}
		s, err := text(r.node, attribute.name, place)
		if err != nil {
			return err
		}
		if s != "" && attribute.values != nil && !slices.Contains(attribute.values, s) {
			return syntax.Errorf(v, "Template format error: Unrecognized %s %s for resource %s", attribute.name, s, r.LogicalID).
				At(place + "/" + attribute.name)
		}
		*attribute.value = s
	}
	return t.readDependsOn(r, place)
}

func (t *Template) readDependsOn(r *Resource, place string) error {
	n := r.node.Get("DependsOn")
	if n == nil {
		return nil
	}
	list := []*Node{n}
	if n.Kind == List {
		list = n.Items
	}
	var names nameSet
	for _, item := range list {
		switch {
		case item.Is(String):
			names.add(item.Text)
		case t.pending() && item.Is(Map):
		default:
			return syntax.Errorf(item, "Template format error: DependsOn must be a string or list of strings.").At(place + "/DependsOn")
		}
	}
	r.DependsOn = names.list
	return nil
}
