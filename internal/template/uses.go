package template

import (
	"postern/internal/template/intrinsic"
)

// UseKind says what a property refers to.
type UseKind uint8

// The kinds of uses, as the ChangeSource of a change set's details tells them
// apart.
const (
	ParameterUse UseKind = iota // ParameterReference
	ResourceUse                 // ResourceReference
	AttributeUse                // ResourceAttribute
)

// Use is one reference within a resource's properties, through the chosen
// branches of Fn::If.
type Use struct {
	// Property is the name of the top-level property, Path the place below the
	// resource, "/Properties/Tags/0/Value", without the functions on the way.
	Property, Path string
	Kind           UseKind
	// Name is the CausingEntity: "StageName", "Api", "Api.ApiEndpoint".
	Name string
}

// Uses returns what the resource's properties refer to, in their order. Pseudo
// parameters are not listed.
func (b *Bound) Uses(logicalID string) []Use {
	r := b.Template.Resource(logicalID)
	if r == nil || !r.Properties.Is(Map) {
		return nil
	}
	var uses []Use
	for _, m := range r.Properties.Members {
		w := intrinsic.Walker{Choose: b.choose, Plain: true, Path: intrinsic.Path{"Properties", m.Name}}
		w.Visit = func(ref intrinsic.Reference) {
			u := Use{Property: m.Name, Path: ref.Path.String(), Kind: ResourceUse, Name: ref.Name}
			switch {
			case ref.Kind == intrinsic.ByGetAtt:
				name, _ := b.known(ref.Attribute)
				u.Kind, u.Name = AttributeUse, ref.Name+"."+name
			case ref.Kind != intrinsic.ByRef || intrinsic.IsPseudo(ref.Name):
				return
			case b.Template.Parameter(ref.Name) != nil:
				u.Kind = ParameterUse
			}
			uses = append(uses, u)
		}
		w.Walk(m.Value)
	}
	return uses
}
