package template

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parsed parses and validates; its error is that of either.
func parsed(text string) (*Template, error) {
	t, err := Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	return t, t.Validate()
}

// wantError compares an error's text, and checks that it is an *Error.
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", want)
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, ok := errors.AsType[*Error](err); !ok {
		t.Errorf("%T is no *Error", err)
	}
}

// topic is a resource for templates whose resources do not matter.
const topic = "\nResources: {T: {Type: 'AWS::SNS::Topic'}}"

// property is a template with one resource of one property.
func property(value string) string {
	return "Mappings: {M: {a: {b: c, d: [e, f]}}}\nConditions: {C: !Equals [a, a]}\nParameters: {P: {Type: String, Default: p}}\nResources:\n  T: {Type: 'AWS::SNS::Topic'}\n  R:\n    Type: 'AWS::SNS::Topic'\n    Properties:\n      X: " + value + "\n"
}

func TestRefused(t *testing.T) {
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	long := strings.Repeat("a", 256)
	for _, c := range []struct{ name, text, want string }{
		// the whole
		{"not well formed", "a: b: c", "Template format error: YAML not well-formed. (line 1, column 5)"},
		{"a file's name instead of its text", "template.yaml", "Template format error: unsupported structure."},
		{"nothing", "# nothing", "Template format error: unsupported structure."},
		{"a list", "- a", "Template format error: unsupported structure."},
		{"unknown section", "Foo: 1\nBar: 2" + topic, "Invalid template property or properties [Foo, Bar]"},
		{"hooks", "Hooks: {}" + topic, "Template format error: the Hooks section is not supported."},
		{"format version", "AWSTemplateFormatVersion: 2010-09-10" + topic, "Template format error: 2010-09-10 is not a supported value for AWSTemplateFormatVersion."},
		{"description is a list", "Description: [a]" + topic, "Template format error: Every Description member must be a string."},
		{"description too long", "Description: " + strings.Repeat("a", 1025) + topic, "Template format error: 'Description' length is greater than 1024."},
		{"an empty section", "Parameters:" + topic, "[/Parameters] 'null' values are not allowed in templates"},
		{"null in a property", property("{Y: [1, null]}"), "[/Resources/R/Properties/X/Y/1] 'null' values are not allowed in templates"},
		{"transform without a name", "Transform: {Parameters: {}}" + topic, "Key Name of transform definition must be a string."},
		{"transform in a list without a name", "Transform: [{Name: 1}]" + topic, "Key Name of transform definition must be a string."},

		// Resources
		{"no resources", "Description: d", "Template format error: At least one Resources member must be defined."},
		{"empty resources", "Resources: {}", "Template format error: At least one Resources member must be defined."},
		{"resources are a list", "Resources: [a]", "Template format error: Resources must be an object."},
		{"a resource is text", "Resources: {A: b}", "Template format error: Any Resources member must be an object."},
		{"no type", "Resources: {A: {Properties: {}}}", "Template format error: [/Resources/A] Every Resources object must contain a Type member."},
		{"type is a function", "Resources: {A: {Type: !Ref B}}", "Template format error: Every Type member must be a string."},
		{"unknown attribute", "Resources: {A: {Type: 'AWS::SNS::Topic', Invalid: 1}}", "Invalid template resource property 'Invalid'"},
		{"name with a dash", "Resources: {a-b: {Type: 'AWS::SNS::Topic'}}", "Template format error: Resource name a-b is non alphanumeric."},
		{"name too long", "Resources: {" + long + ": {Type: 'AWS::SNS::Topic'}}", "Template format error: name " + long + " is longer than 255 characters"},
		{"name is a pseudo parameter", "Resources: {'AWS::NoValue': {Type: 'AWS::SNS::Topic'}}", "Template format error: Resource name AWS::NoValue is non alphanumeric."},
		{"501 resources", "Resources:\n" + many(501, "  R%d: {Type: 'AWS::SNS::Topic'}\n"), "Template format error: Number of resources, 501, is greater than maximum allowed, 500"},
		{"properties are a list", "Resources: {A: {Type: 'AWS::SNS::Topic', Properties: [a]}}", "Template format error: [/Resources/A/Properties] Properties must be an object."},
		{"DependsOn is a map", "Resources: {A: {Type: 'AWS::SNS::Topic', DependsOn: {a: b}}}", "Template format error: DependsOn must be a string or list of strings."},
		{"DependsOn of nothing", "Resources: {A: {Type: 'AWS::SNS::Topic', DependsOn: [A2, A3]}}", "Template format error: Unresolved resource dependencies [A2, A3] in the Resources block of the template"},
		{"deletion policy", "Resources: {A: {Type: 'AWS::SNS::Topic', DeletionPolicy: Keep}}", "Template format error: Unrecognized DeletionPolicy Keep for resource A"},
		{"update replace policy", "Resources: {A: {Type: 'AWS::SNS::Topic', UpdateReplacePolicy: RetainExceptOnCreate}}", "Template format error: Unrecognized UpdateReplacePolicy RetainExceptOnCreate for resource A"},
		{"deletion policy is a function", "Resources: {A: {Type: 'AWS::SNS::Topic', DeletionPolicy: !Ref P}}", "Template format error: Every DeletionPolicy member must be a string."},
		{"unknown condition", "Resources: {A: {Type: 'AWS::SNS::Topic', Condition: C}}", "Template format error: Unresolved condition dependency C in the Resources block of the template"},
		{"loop without its transform", "Resources: {'Fn::ForEach::L': [I, [a], {'R${I}': {Type: 'AWS::SNS::Topic'}}]}", "Template format error: [/Resources/Fn::ForEach::L] resource definition is malformed"},
		{"cycle", "Resources:\n  A: {Type: 'AWS::SNS::Topic', Properties: {X: !Ref B}}\n  B: {Type: 'AWS::SNS::Topic', Properties: {X: !Sub '${C.Arn}'}}\n  C: {Type: 'AWS::SNS::Topic', DependsOn: A}\n  D: {Type: 'AWS::SNS::Topic', DependsOn: A}\n  E: {Type: 'AWS::SNS::Topic'}", "Circular dependency between resources: [A, B, C]"},
		{"cycle of one", "Resources: {A: {Type: 'AWS::SNS::Topic', DependsOn: A}}", "Circular dependency between resources: [A]"},

		// Parameters
		{"a parameter is text", "Parameters: {P: String}" + topic, "Template format error: Any Parameters member must be an object."},
		{"parameter without a type", "Parameters: {P: {Default: a}}" + topic, "Template format error: Every Parameters object must contain a Type member."},
		{"parameter of an unknown type", "Parameters: {P: {Type: Bool}}" + topic, "Template format error: Unrecognized parameter type: Bool"},
		{"parameter of an SSM type within another", "Parameters: {P: {Type: 'AWS::SSM::Parameter::Value<AWS::SSM::Parameter::Value<String>>'}}" + topic, "Template format error: Unrecognized parameter type: AWS::SSM::Parameter::Value<AWS::SSM::Parameter::Value<String>>"},
		{"parameter with an unknown member", "Parameters: {P: {Type: String, Foo: 1}}" + topic, "Invalid template parameter property 'Foo'"},
		{"parameter's name", "Parameters: {'AWS::NoValue': {Type: String}}" + topic, "Template format error: Parameter name AWS::NoValue is non alphanumeric."},
		{"default is a list", "Parameters: {P: {Type: CommaDelimitedList, Default: [a]}}" + topic, "Template format error: Every Default member must be a string."},
		{"default is a function", "Parameters: {P: {Type: String, Default: !Ref Q}}" + topic, "Template format error: Every Default member must be a string."},
		{"default breaks a constraint", "Parameters: {P: {Type: String, Default: c, AllowedValues: [a, b]}}" + topic, "Template format error: Parameter 'P' must be one of AllowedValues"},
		{"allowed values are text", "Parameters: {P: {Type: String, AllowedValues: a}}" + topic, "Template format error: Every AllowedValues member must be a list."},
		{"bound is no number", "Parameters: {P: {Type: String, MinLength: a}}" + topic, "Template format error: Every MinLength member must be a number."},
		{"NoEcho is text", "Parameters: {P: {Type: String, NoEcho: maybe}}" + topic, "Template format error: Every NoEcho member must be a boolean."},
		{"pattern cannot be read", "Parameters: {P: {Type: String, AllowedPattern: '('}}" + topic, "Template format error: AllowedPattern of parameter 'P' cannot be read: error parsing regexp: missing closing ) in `\\A(?:()\\z`"},
		{"201 parameters", "Parameters:\n" + many(201, "  P%d: {Type: String}\n") + topic, "Template format error: Number of parameters, 201, is greater than maximum allowed, 200"},

		// Mappings
		{"a mapping is text", "Mappings: {A: b}" + topic, "Template format error: Every Mappings member A must be a map"},
		{"a mapping's key is text", "Mappings: {A: {b: c}}" + topic, "Template format error: Every Mappings member A must be a map"},
		{"a mapping of three levels", "Mappings: {A: {b: {c: {d: e}}}}" + topic, "Template format error: Every Mappings attribute must be a String or a List."},
		{"a function in a mapping", "Mappings: {A: {b: {c: !Ref P}}}" + topic, "Template format error: Every Mappings attribute must be a String or a List."},
		{"a mapping's name", "Mappings: {a-b: {c: {d: e}}}" + topic, "Template format error: Mappings name 'a-b' is non alphanumeric."},
		{"201 mappings", "Mappings:\n" + many(201, "  M%d: {a: {b: c}}\n") + topic, "Template format error: Number of mappings, 201, is greater than maximum allowed, 200"},
		{"201 attributes", "Mappings:\n  M:\n" + many(201, "    k%d: {b: c}\n") + topic, "Template format error: Number of mapping attributes, 201, is greater than maximum allowed, 200"},

		// Conditions
		{"condition is text", "Conditions: {C: 'yes'}" + topic, conditionsForm},
		{"condition is a value", "Conditions: {C: !Ref P}\nParameters: {P: {Type: String}}" + topic, conditionsForm},
		{"Fn::If in a condition", "Conditions: {C: !If [C, a, b]}" + topic, conditionsForm},
		{"Fn::Equals of one", "Conditions: {C: !Equals [a]}" + topic, "Template error: every Fn::Equals object requires a list of 2 string parameters."},
		{"Fn::Equals of lists", "Conditions: {C: !Equals [[a], b]}" + topic, "Template error: every Fn::Equals object requires a list of 2 string parameters."},
		{"Fn::And of one", "Conditions: {C: !And [!Equals [a, a]]}" + topic, "Template error: every Fn::And object requires a list of at least 2 and at most 10 boolean parameters."},
		{"Fn::Or of eleven", "Conditions: {C: !Or [" + strings.Repeat("!Equals [a, a], ", 11) + "]}" + topic, "Template error: every Fn::Or object requires a list of at least 2 and at most 10 boolean parameters."},
		{"Fn::Not of two", "Conditions: {C: !Not [!Equals [a, a], !Equals [a, a]]}" + topic, notForm},
		{"condition of a missing one", "Conditions: {C: !Not [!Condition D]}" + topic, "Template error: unresolved condition dependency D in Condition"},
		{"condition on a resource", "Conditions: {C: !Equals [!Ref T, a], D: !Equals [!GetAtt T.Arn, !Sub '${U}']}" + topic, "Template format error: Unresolved dependencies [T, U]. Cannot reference resources in the Conditions block of the template"},
		{"conditions in a circle", "Conditions: {A: !Not [!Condition B], B: !Not [!Condition A], C: !Not [!Condition A]}" + topic, "Template format error: Circular dependency between conditions: [A, B]"},
		{"Fn::Contains in a condition", "Conditions: {C: !Contains [[a], a]}" + topic, conditionsForm},
		{"Fn::Length as a condition", "Conditions: {C: !Length [a]}" + topic, "Template Error: Encountered unsupported function: Fn::Length Supported functions are: " + supportedFunctions},
		{"unknown function in a condition", "Conditions: {C: {'Fn::Foo': []}}" + topic, "Template Error: Encountered unsupported function: Fn::Foo Supported functions are: " + supportedFunctions},

		// Rules
		{"rule is text", "Rules: {R: a}" + topic, "Template format error: Any Rules member must be an object."},
		{"rule without assertions", "Rules: {R: {RuleCondition: !Equals [a, a]}}" + topic, "Template format error: Every Rules object must contain an Assertions list."},
		{"assertion without Assert", "Rules: {R: {Assertions: [{AssertDescription: a}]}}" + topic, "Template format error: Every Assertions member must contain an Assert object."},
		{"rule with an unknown member", "Rules: {R: {Assertions: [], Foo: 1}}" + topic, "Invalid template rule property 'Foo'"},
		{"rule on a resource", "Rules: {R: {Assertions: [{Assert: !Equals [!Ref T, a]}]}}" + topic, "Template format error: Unresolved dependencies [T]. Cannot reference resources in the Rules block of the template"},
		{"Fn::Contains without a list", "Rules: {R: {Assertions: [{Assert: !Contains [a, a]}]}}" + topic, "Template error: every Fn::Contains object requires a list of strings and a string."},
		{"Fn::EachMemberIn without a second list", "Rules: {R: {Assertions: [{Assert: !EachMemberIn [[a], a]}]}}" + topic, "Template error: every Fn::EachMemberIn object requires a list of strings and another list of strings."},
		{"Fn::ValueOf", "Rules: {R: {Assertions: [{Assert: !Equals [!ValueOf [P, VpcId], a]}]}}\nParameters: {P: {Type: 'AWS::EC2::Subnet::Id'}}" + topic, "Template error: Fn::ValueOf reads attributes of an account's resources, which is not supported"},

		// Outputs
		{"output without a value", "Outputs: {O: {Description: a}}" + topic, "Template format error: Every Outputs member must contain a Value object"},
		{"output is text", "Outputs: {O: a}" + topic, "Template format error: Every Outputs member must contain a Value object"},
		{"output's value is null", "Outputs: {MyOutput: {Value: null}}" + topic, "[/Outputs/MyOutput/Value] 'null' values are not allowed in templates"},
		{"output's value is a list", "Outputs: {O: {Value: [a]}}" + topic, "Template format error: The Value field of every Outputs member must evaluate to a String and not a List."},
		{"output's value is a map", "Outputs: {O: {Value: {a: b}}}" + topic, "Template format error: The Value field of every Outputs member must evaluate to a String and not a Map."},
		{"output with an unknown member", "Outputs: {O: {Value: a, Foo: b}}" + topic, "Invalid template output property 'Foo'"},
		{"output's name", "Outputs: {a_b: {Value: a}}" + topic, "Template format error: Outputs name 'a_b' is non alphanumeric."},
		{"output of what is not there", "Outputs: {O: {Value: !Ref MyTopic}}" + topic, "Template format error: Unresolved resource dependencies [MyTopic] in the Outputs block of the template"},
		{"output of an unknown condition", "Outputs: {O: {Value: a, Condition: C}}" + topic, "Template format error: Unresolved condition dependency C in the Outputs block of the template"},
		{"export without a name", "Outputs: {O: {Value: a, Export: {}}}" + topic, "Template format error: Output O is malformed. The Name field of every Export member must be specified and consist only of alphanumeric characters, colons, or hyphens."},
		{"export named by a resource", "Outputs: {O: {Value: a, Export: {Name: !Sub '${T}-x'}}}" + topic, "Template format error: Output O is malformed.  The Name field of Export must not depend on any resources, imported values, or Fn::GetAZs."},
		{"201 outputs", "Outputs:\n" + many(201, "  O%d: {Value: a}\n") + topic, "Template format error: Number of outputs, 201, is greater than maximum allowed, 200"},

		// functions
		{"Ref of nothing", property("!Ref InvalidRef"), "Template format error: Unresolved resource dependencies [InvalidRef] in the Resources block of the template"},
		{"several unresolved, once each", property("[!Ref B, !Ref A, !Sub '${B} ${AWS::Foo}']"), "Template format error: Unresolved resource dependencies [B, A, AWS::Foo] in the Resources block of the template"},
		{"Ref of a list", property("{Ref: [a]}"), refForm},
		{"Ref of an empty name", property("!Ref ''"), refForm},
		{"Fn::GetAtt of nothing", property("!GetAtt X.Arn"), "Template error: instance of Fn::GetAtt references undefined resource X"},
		{"Fn::GetAtt of a parameter", property("!GetAtt P.Arn"), "Template error: instance of Fn::GetAtt references undefined resource P"},
		{"Fn::GetAtt without an attribute", property("!GetAtt T"), getAttForm},
		{"Fn::GetAtt of three", property("!GetAtt [T, Arn, x]"), getAttForm},
		{"Fn::GetAtt with an empty attribute", property("!GetAtt [T, '']"), getAttForm},
		{"Fn::GetAtt of a computed resource", property("!GetAtt [!Ref P, Arn]"), getAttForm},
		{"Fn::Sub of a map", property("!Sub {a: b}"), subForm},
		{"Fn::Sub of one in a list", property("!Sub ['${P}']"), subForm},
		{"Fn::Sub of a function", property("{'Fn::Sub': !Ref P}"), subForm},
		{"Fn::Sub with a variable that is a list", property("!Sub ['${a}', {a: [b]}]"), subForm},
		{"Fn::Sub with an odd name", property("!Sub '${a b}'"), "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons"},
		{"Fn::Sub with an empty name", property("!Sub '${}'"), "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons"},
		{"Fn::Sub of an attribute of nothing", property("!Sub '${X.Arn}'"), "Template error: instance of Fn::Sub references invalid resource attribute X.Arn"},
		{"Fn::Join of text", property("!Join [',', a]"), joinForm},
		{"Fn::Join of three", property("!Join [',', [a], b]"), joinForm},
		{"Fn::Join of lists", property("!Join [',', [[a]]]"), joinForm},
		{"Fn::Join of a function that yields text", property("!Join [',', !Sub a]"), joinForm},
		{"Fn::Join with a computed delimiter", property("!Join [!Ref P, [a]]"), joinForm},
		{"Fn::Split of a list", property("!Split [',', [a]]"), splitForm},
		{"Fn::Split of one", property("!Split [',']"), splitForm},
		{"Fn::Split with a computed delimiter", property("!Split [!Ref P, a]"), splitForm},
		{"Fn::Split with no delimiter", property("!Split ['', a]"), splitForm},
		{"Fn::Select of text", property("!Select [0, a]"), selectForm},
		{"Fn::Select of one", property("!Select [0]"), selectForm},
		{"Fn::Select by a word", property("!Select [a, [b]]"), selectForm},
		{"Fn::FindInMap of two", property("!FindInMap [M, a]"), findInMapForm},
		{"Fn::FindInMap with a default needs the extensions", property("!FindInMap [M, a, b, {DefaultValue: x}]"), findInMapForm},
		{"Fn::FindInMap with a joined key", property("!FindInMap [M, !Join ['', [a]], b]"), findInMapForm},
		{"Fn::FindInMap of a missing mapping", property("!FindInMap [N, a, b]"), "Template error: Mapping named 'N' is not present in the 'Mappings' section of template."},
		{"Fn::If of two", property("!If [C, a]"), ifForm},
		{"Fn::If of a map", property("{'Fn::If': {a: b}}"), ifForm},
		{"Fn::If of a computed condition", property("!If [!Ref P, a, b]"), ifNameForm},
		{"Fn::If of a missing condition", property("!If [MissingCondition, a, b]"), "Template error: unresolved condition dependency MissingCondition in Fn::If"},
		{"an error within a branch that is not chosen", property("!If [C, a, !Join [a]]"), joinForm},
		{"Fn::Equals in a property", property("!Equals [a, b]"), "Template error: Fn::Equals cannot be partially collapsed"},
		{"Fn::Base64 of a list", property("!Base64 [a]"), "Template error: every Fn::Base64 object must have a String-typed value."},
		{"Fn::GetAZs of a list", property("!GetAZs [a]"), "Template error: every Fn::GetAZs object must have a String-typed value."},
		{"Fn::Cidr of one", property("!Cidr [10.0.0.0/16]"), cidrForm},
		{"Fn::ImportValue of a resource", property("{'Fn::ImportValue': !Sub '${T}-x'}"), importForm},
		{"Fn::ImportValue of an import", property("{'Fn::ImportValue': {'Fn::ImportValue': x}}"), importForm},
		{"Fn::ImportValue of a list", property("!ImportValue [a]"), importForm},
		{"Fn::Transform without a name", property("!Transform {Parameters: {}}"), "Key Name of transform definition must be a string."},
		{"Fn::Transform", property("!Transform {Name: 'AWS::Include'}"), "Transform AWS::Include is not supported."},
		{"unknown function", property("{'Fn::Foo': a}"), "Template Error: Encountered unsupported function: Fn::Foo Supported functions are: " + supportedFunctions},
		{"function in small letters", property("{'fn::GetAtt': [T, Arn]}"), "Template Error: Encountered unsupported function: fn::GetAtt Supported functions are: " + supportedFunctions},
		{"Fn::Length without its transform", property("!Length [a]"), "Template Error: Encountered unsupported function: Fn::Length Supported functions are: " + supportedFunctions},
		{"Fn::Contains in a property", property("!Contains [[a], a]"), "Template Error: Encountered unsupported function: Fn::Contains Supported functions are: " + supportedFunctions},
		{"a function beside other members", property("{'Fn::GetAtt': [T, Arn], Y: 1}"), "Template error: Fn::GetAtt must be the only member of its object"},
		{"a function of the wrong form in the metadata", "Resources: {A: {Type: 'AWS::SNS::Topic', Metadata: {a: !Join [a]}}}", joinForm},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parsed(c.text)
			wantError(t, err, c.want)
		})
	}
}

func TestAccepted(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"the least", topic},
		{"the version without quotes", "AWSTemplateFormatVersion: 2010-09-09" + topic},
		{"functions in all places", property("!If [C, !Sub '${T}', !Ref 'AWS::NoValue']")},
		{"a member named Ref beside others", property("{Ref: a, Other: b}")},
		{"an IAM statement's Condition is no function", property("{Statement: [{Effect: Allow, Condition: {StringEquals: {a: b}}}]}")},
		{"a map with only a Condition", property("{Condition: {StringEquals: {a: b}}}")},
		{"a cycle that conditions may prevent", "Conditions: {C: !Equals [a, a]}\nResources:\n  A: {Type: 'AWS::SNS::Topic', Properties: {X: !If [C, !Ref B, x]}}\n  B: {Type: 'AWS::SNS::Topic', Properties: {X: !If [C, x, !Ref A]}}"},
		{"every type of parameter", "Parameters:\n  A: {Type: String}\n  B: {Type: Number}\n  C: {Type: List<Number>}\n  D: {Type: CommaDelimitedList}\n  E: {Type: 'AWS::EC2::VPC::Id'}\n  F: {Type: 'List<AWS::EC2::Subnet::Id>'}\n  G: {Type: 'AWS::SSM::Parameter::Name'}\n  H: {Type: 'AWS::SSM::Parameter::Value<List<String>>'}\n  I: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>'}\n  J: {Type: 'AWS::Route53::HostedZone::Id'}\n  K: {Type: 'AWS::EC2::KeyPair::KeyName'}\n" + topic},
		{"sections of a transform", "Transform: 'AWS::Serverless-2016-10-31'\nGlobals: {}\nResources: {F: {Type: 'AWS::Serverless::Function', Connectors: {}, Properties: {X: !Ref Made}}}"},
		{"numbers in the places of texts", "Description: 1\nOutputs: {O: {Value: 1.0, Export: {Name: 5}}}\nMappings: {M: {1: {2: 3}}}" + topic},
		{"JSON with GetAtt as text", `{"Resources": {"A": {"Type": "AWS::SNS::Topic"}, "B": {"Type": "AWS::SNS::Topic", "Properties": {"X": {"Fn::GetAtt": "A.Arn"}}}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := parsed(c.text); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestErrorPlace(t *testing.T) {
	_, err := parsed(property("\n        Y:\n        - a\n        - !Join [a]"))
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatal(err)
	}
	if e.Path != "/Resources/R/Properties/X/Y/1/Fn::Join" || e.Line != 12 {
		t.Errorf("at %s, line %d", e.Path, e.Line)
	}
}
