package template

import "errors"

// Properties returns the resource's properties with all functions evaluated;
// an empty map if it has none. What refs does not know is an Unknown node, and
// so is any string made of it; Node.Known tells. Properties set to AWS::NoValue
// are gone.
//
// Dynamic references ({{resolve:…}}) are replaced; of a secret
// (ssm-secure, secretsmanager) only if secrets is set: change sets and events
// show the reference itself.
func (b *Bound) Properties(logicalID string, refs References, secrets bool) (*Node, error) {
	return nil, errors.New("not built yet")
}

// Metadata returns the resource's Metadata attribute evaluated; nil if absent.
func (b *Bound) Metadata(logicalID string, refs References) (*Node, error) {
	return nil, errors.New("not built yet")
}

// OutputValue is an output of a stack.
type OutputValue struct {
	Key, Value, Description string
	// ExportName is empty if the output is not exported.
	ExportName string
}

// Outputs returns the outputs whose condition holds, in the template's order.
// Every value must be known.
func (b *Bound) Outputs(refs References) ([]OutputValue, error) {
	return nil, errors.New("not built yet")
}

// Exports returns the outputs that are exported with only Key and ExportName
// set, before any resource is known: an export's name may depend on none.
func (b *Bound) Exports() ([]OutputValue, error) { return nil, errors.New("not built yet") }

// CheckAttributes returns an error in AWS's words for the first Fn::GetAtt (or
// ${X.Y} of Fn::Sub) of what exists that names an attribute which supports
// refuses: "[Error] /Outputs/Url/Value/Fn::GetAtt: Resource type T does not
// support attribute {Foo}". AWS says it before any resource is touched.
func (b *Bound) CheckAttributes(supports func(resourceType, attribute string) bool) error {
	return errors.New("not built yet")
}
