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
func (b *Bound) Uses(logicalID string) []Use { return nil }
