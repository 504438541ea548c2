package template

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
		w := referenceWalker{choose: b.choose, plain: true, path: path{"Properties", m.Name}}
		w.visit = func(ref reference) {
			u := Use{Property: m.Name, Path: ref.path.String(), Kind: ResourceUse, Name: ref.name}
			switch {
			case ref.kind == getAttReference:
				name, _ := b.known(ref.attribute)
				u.Kind, u.Name = AttributeUse, ref.name+"."+name
			case ref.kind != refReference || pseudoParameters[ref.name]:
				return
			case b.Template.Parameter(ref.name) != nil:
				u.Kind = ParameterUse
			}
			uses = append(uses, u)
		}
		w.walk(m.Value)
	}
	return uses
}
