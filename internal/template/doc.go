// Package template is the language of CloudFormation templates: what a
// template declares, what AWS refuses in it before any resource is touched,
// and what its properties, outputs and conditions come to once parameters and
// the resources' ids are known.
//
// A template goes through three states:
//
//	t, err := template.Parse(text)       // the declarations, as they are written
//	err = t.Validate()                   // ValidateTemplate's answer
//	b, err := t.Bind(values, env)        // one stack's: parameters checked, transforms
//	                                     // expanded, conditions and rules evaluated,
//	                                     // resources ordered
//	v, err := b.Properties("Api", refs)  // as often as resources become known
//
// The package touches no resource and knows no resource type: whether
// AWS::ApiGatewayV2::Api has a property Foo or an attribute ApiId, what its
// physical id is, and what an update replaces, is service/cloudformation's to
// say. Limits on the size of a text belong to the service, too.
//
// Nothing that a template says can make the package hang or grow without
// bound: nesting, evaluated size and what a pattern may cost are limited, see
// limits.go, syntax.MaxDepth and intrinsic.MaxEvaluated.
//
// Below it stand syntax, which reads the text, and intrinsic, which knows the
// functions.
package template
