package template

import (
	"slices"
	"strings"

	"postern/internal/template/intrinsic"
)

// The capabilities that a template may need to be acknowledged.
const (
	CapabilityIAM        = "CAPABILITY_IAM"
	CapabilityNamedIAM   = "CAPABILITY_NAMED_IAM"
	CapabilityAutoExpand = "CAPABILITY_AUTO_EXPAND"
)

// iamNames are the types that need CAPABILITY_IAM with the property that, set,
// makes it CAPABILITY_NAMED_IAM; "" if the type has none.
var iamNames = map[string]string{
	"AWS::IAM::AccessKey":           "",
	"AWS::IAM::Group":               "GroupName",
	"AWS::IAM::GroupPolicy":         "",
	"AWS::IAM::InstanceProfile":     "InstanceProfileName",
	"AWS::IAM::ManagedPolicy":       "ManagedPolicyName",
	"AWS::IAM::Policy":              "",
	"AWS::IAM::Role":                "RoleName",
	"AWS::IAM::RolePolicy":          "",
	"AWS::IAM::User":                "UserName",
	"AWS::IAM::UserPolicy":          "",
	"AWS::IAM::UserToGroupAddition": "",
}

// Capabilities returns the capabilities that the template needs to be
// acknowledged, CAPABILITY_IAM or CAPABILITY_NAMED_IAM (which includes it) and
// CAPABILITY_AUTO_EXPAND, and AWS's sentence why; nil and "" if none. What
// transforms would add is not counted: ask the processed template as well.
func (t *Template) Capabilities() (capabilities []string, reason string) {
	var types nameSet
	named := false
	for i := range t.Resources {
		r := &t.Resources[i]
		property, isIAM := iamNames[r.Type]
		if !isIAM {
			continue
		}
		types.add(r.Type)
		named = named || property != "" && r.Properties.Has(property)
	}
	switch {
	case named:
		capabilities = []string{CapabilityNamedIAM}
	case types.list != nil:
		capabilities = []string{CapabilityIAM}
	}
	needed := types.list
	if t.pending() {
		capabilities = append(capabilities, CapabilityAutoExpand)
		needed = append(slices.Clone(needed), t.Transforms...)
	}
	if capabilities == nil {
		return nil, ""
	}
	return capabilities, "The following resource(s) require capabilities: [" + strings.Join(needed, ", ") + "]"
}

// ResourceTypes returns the types that the template uses, each once, in order
// of appearance: GetTemplateSummary's list.
func (t *Template) ResourceTypes() []string {
	var types nameSet
	for i := range t.Resources {
		types.add(t.Resources[i].Type)
	}
	return types.list
}

// UsedParameters returns the names of the parameters that something in the
// template refers to, in the order of their declaration.
func (t *Template) UsedParameters() []string {
	used := map[string]bool{}
	w := intrinsic.Walker{Visit: func(r intrinsic.Reference) { used[r.Name] = true }}
	w.Walk(t.root)
	var names []string
	for _, p := range t.Parameters {
		if used[p.Name] {
			names = append(names, p.Name)
		}
	}
	return names
}
