package template

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/internal/template/syntax"
)

// bind parses a text and binds it.
func bind(text string, values map[string]string) (*Bound, error) {
	t, err := Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	return t.Bind(values, environment)
}

func TestParameters(t *testing.T) {
	for _, c := range []struct{ name, declaration, value, err string }{
		{"text", "{Type: String}", "a", ""},
		{"empty text is a value", "{Type: String}", "", ""},
		{"number", "{Type: Number}", "-1.5e3", ""},
		{"no number", "{Type: Number}", "ten", "Parameter 'Value' must be a number."},
		{"an empty number", "{Type: Number}", "", "Parameter 'Value' must be a number."},
		{"a hexadecimal number", "{Type: Number}", "0x10", "Parameter 'Value' must be a number."},
		{"infinity", "{Type: Number}", "Inf", "Parameter 'Value' must be a number."},
		{"a huge number", "{Type: Number, MinValue: 1}", "1e999999999", ""},
		{"numbers", "{Type: List<Number>}", "1, 2,3", ""},
		{"no numbers", "{Type: List<Number>}", "1,a", "Parameter 'Value' must be a number."},
		{"allowed", "{Type: String, AllowedValues: [a, 1, true]}", "1", ""},
		{"not allowed", "{Type: String, AllowedValues: [a, b]}", "c", "Parameter 'Value' must be one of AllowedValues"},
		{"nothing allowed", "{Type: String, AllowedValues: []}", "c", "Parameter 'Value' must be one of AllowedValues"},
		{"each of a list allowed", "{Type: CommaDelimitedList, AllowedValues: [a, b]}", "b, a", ""},
		{"one of a list not allowed", "{Type: CommaDelimitedList, AllowedValues: [a, b]}", "b,c", "Parameter 'Value' must be one of AllowedValues"},
		{"described constraint", "{Type: String, AllowedValues: [a], ConstraintDescription: 'must be a.'}", "c", "Parameter 'Value' failed to satisfy constraint: must be a."},
		{"pattern", "{Type: String, AllowedPattern: '[a-z]+'}", "abc", ""},
		{"the pattern must match the whole", "{Type: String, AllowedPattern: '[a-z]+'}", "abc1", "Parameter 'Value' must match pattern [a-z]+"},
		{"alternatives of the whole", "{Type: String, AllowedPattern: 'a|b'}", "ab", "Parameter 'Value' must match pattern a|b"},
		{"pattern of each item", "{Type: CommaDelimitedList, AllowedPattern: '[a-z]+'}", "a,1", "Parameter 'Value' must match pattern [a-z]+"},
		{"pattern that looks ahead", "{Type: String, AllowedPattern: '(?!x)[a-z]+'}", "abc", ""},
		{"pattern that looks ahead in vain", "{Type: String, AllowedPattern: '(?!x)[a-z]+'}", "xbc", "Parameter 'Value' must match pattern (?!x)[a-z]+"},
		{"pattern that backtracks for ever", `{Type: String, AllowedPattern: '(?!x)(a+)+\1b'}`, strings.Repeat("a", 60), `Parameter 'Value' must match pattern (?!x)(a+)+\1b`},
		{"long enough", "{Type: String, MinLength: 2, MaxLength: 3}", "éé", ""},
		{"too short", "{Type: String, MinLength: 2}", "a", "Parameter 'Value' must contain at least 2 characters"},
		{"too long", "{Type: String, MaxLength: 2}", "abc", "Parameter 'Value' must contain at most 2 characters"},
		{"in range", "{Type: Number, MinValue: 1, MaxValue: 3}", "3", ""},
		{"too small", "{Type: Number, MinValue: 1}", "0", "Parameter 'Value' must be a number not less than 1"},
		{"too great", "{Type: Number, MaxValue: 3}", "3.5", "Parameter 'Value' must be a number not greater than 3"},
		{"4096 bytes", "{Type: String}", strings.Repeat("a", 4096), ""},
		{"4097 bytes", "{Type: String}", strings.Repeat("a", 4097), "Parameter 'Value' value must not be longer than 4096 bytes"},
		{"an id of the account", "{Type: 'AWS::EC2::VPC::Id'}", "vpc-1", ""},
		{"of the parameter store", "{Type: 'AWS::SSM::Parameter::Value<String>'}", "list", ""},
		{"not in the parameter store", "{Type: 'AWS::SSM::Parameter::Value<String>'}", "none", "Unable to fetch parameters [none] from parameter store for this account."},
		{"the name is checked, not what it stands for", "{Type: 'AWS::SSM::Parameter::Value<Number>', AllowedPattern: '[a-z]+'}", "list", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := bind("Parameters: {Value: "+c.declaration+"}"+topic, map[string]string{"Value": c.value})
			if c.err != "" {
				wantError(t, err, c.err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := b.Parameters[0].Value; got != c.value {
				t.Errorf("value %q", got)
			}
		})
	}
}

func TestParametersGiven(t *testing.T) {
	const text = "Parameters: {Input: {Type: String}, Other: {Type: String}, Defaulted: {Type: String, Default: d, NoEcho: true}}" + topic
	_, err := bind(text, map[string]string{"Other": "x"})
	wantError(t, err, "Parameters: [Input] must have values")
	_, err = bind(text, nil)
	wantError(t, err, "Parameters: [Input, Other] must have values")
	_, err = bind(text, map[string]string{"Zzz": "", "Foo": ""})
	wantError(t, err, "Parameters: [Foo, Zzz] do not exist in the template")
	b, err := bind(text, map[string]string{"Input": "", "Other": "x"})
	if err != nil {
		t.Fatal(err)
	}
	want := []ParameterValue{{Name: "Input"}, {Name: "Other", Value: "x"}, {Name: "Defaulted", Value: "d", NoEcho: true}}
	if diff := cmp.Diff(want, b.Parameters); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if b.Parameters[2].Shown() != "****" || b.Parameters[1].Shown() != "x" {
		t.Error("NoEcho hides the value, nothing else does")
	}
}

func TestResolverFails(t *testing.T) {
	_, err := bind("Parameters: {P: {Type: 'AWS::SSM::Parameter::Value<String>'}}"+topic, map[string]string{"P": "broken"})
	if err == nil || err.Error() != "the store is broken" {
		t.Errorf("got %v", err)
	}
	if _, ok := errors.AsType[*Error](err); ok {
		t.Error("a resolver's own error must pass as it is")
	}
}

func TestConditions(t *testing.T) {
	for _, c := range []struct {
		expression string
		want       bool
	}{
		{"!Equals [!Ref P, p]", true},
		{"!Equals [!Ref P, P]", false},
		{"!Equals [1, '1']", true},
		{"!Equals [!Ref N, 1]", false}, // its text is 1.0
		{"!Equals [!Sub '${P}-${AWS::Region}', p-eu-central-1]", true},
		{"!Equals [!Join ['', !Ref L], xy]", true},
		{"!Equals [!Select [1, !Ref L], y]", true},
		{"!Equals [!Select [0, !Split [',', 'a,b']], a]", true},
		{"!Equals [!FindInMap [M, !Ref P, k], v]", true},
		{"!Not [!Equals [a, a]]", false},
		{"!Not [!Condition True]", false},
		{"!Condition True", true},
		{"!And [!Condition True, !Condition True, !Condition Later]", true},
		{"!And [!Condition True, !Condition False]", false},
		{"!Or [!Condition False, !Condition True]", true},
		{"!Or [!Condition False, !Not [!Condition True]]", false},
	} {
		b, err := bind("Parameters: {P: {Type: String, Default: p}, N: {Type: Number, Default: '1.0'}, L: {Type: CommaDelimitedList, Default: 'x,y'}}\nMappings: {M: {p: {k: v}}}\nConditions:\n  C: "+c.expression+"\n  True: !Equals [a, a]\n  False: !Equals [a, b]\n  Later: !Condition Last\n  Last: !Condition True"+topic, nil)
		if err != nil {
			t.Errorf("%s: %v", c.expression, err)
			continue
		}
		if got := b.Conditions["C"]; got != c.want {
			t.Errorf("%s: %v", c.expression, got)
		}
	}
	_, err := bind("Parameters: {L: {Type: CommaDelimitedList, Default: 'x,y'}}\nConditions: {C: !Equals [!Ref L, a]}"+topic, nil)
	wantError(t, err, "Template error: every Fn::Equals object requires a list of 2 string parameters.")
	_, err = bind("Mappings: {M: {a: {b: c}}}\nConditions: {C: !Equals [!FindInMap [M, x, y], a]}"+topic, nil)
	wantError(t, err, "Template error: Unable to get mapping for M::x::y")
}

func TestRules(t *testing.T) {
	const failed = "Template error: rule R failed: described"
	for _, c := range []struct{ assert, condition, want string }{
		{"!Contains [[a, p], !Ref P]", "", ""},
		{"!Contains [[a, b], !Ref P]", "", failed},
		{"!Not [!Contains [['1', '2'], !Ref P]]", "", ""},
		{"!EachMemberEquals [!Ref L, x]", "", ""},
		{"!EachMemberEquals [[x, y], x]", "", failed},
		{"!EachMemberIn [!Ref L, [x, y]]", "", ""},
		{"!EachMemberIn [[x, z], [x, y]]", "", failed},
		{"!EachMemberIn [!RefAll 'AWS::EC2::VPC::Id', [vpc-1, vpc-2]]", "", ""},
		{"!EachMemberIn [!RefAll 'AWS::EC2::VPC::Id', [vpc-1]]", "", failed},
		{"!Equals [!Ref P, q]", "!Equals [!Ref P, q]", ""},
		{"!Equals [!Ref P, q]", "!Equals [!Ref P, p]", failed},
		{"!And [!Equals [!Ref P, p], !Equals [!Ref 'AWS::Region', eu-central-1]]", "", ""},
	} {
		rule := "Rules:\n  R:\n    Assertions: [{Assert: " + c.assert + ", AssertDescription: described}]\n"
		if c.condition != "" {
			rule += "    RuleCondition: " + c.condition + "\n"
		}
		_, err := bind("Parameters: {P: {Type: String, Default: p}, L: {Type: CommaDelimitedList, Default: 'x,x'}, V: {Type: 'AWS::EC2::VPC::Id', Default: vpc-1}, W: {Type: 'AWS::EC2::VPC::Id', Default: vpc-2}}\n"+rule+topic, nil)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.assert, err)
			}
			continue
		}
		wantError(t, err, c.want)
	}
}

func TestOrder(t *testing.T) {
	for _, c := range []struct {
		name, resources string
		want            [][]string
	}{
		{"no dependencies", "{A: {Type: T}, B: {Type: T}}", [][]string{{"A", "B"}}},
		{"against the order of the text", "{A: {Type: T, DependsOn: B}, B: {Type: T, DependsOn: [C]}, C: {Type: T}}", [][]string{{"C"}, {"B"}, {"A"}}},
		{"by Ref, Fn::GetAtt and Fn::Sub", "{A: {Type: T, Properties: {x: !Ref B}}, B: {Type: T, Properties: {x: [!GetAtt C.y]}}, C: {Type: T, Properties: {x: !Sub '${D.Arn}'}}, D: {Type: T, Properties: {x: !Sub ['${E}${a}', {E: own, a: !Ref F}]}}, E: {Type: T}, F: {Type: T}}",
			[][]string{{"E", "F"}, {"D"}, {"C"}, {"B"}, {"A"}}},
		{"by metadata and policies", "{A: {Type: T, Metadata: {x: !Ref B}}, B: {Type: T, UpdatePolicy: {x: !Ref C}}, C: {Type: T}}", [][]string{{"C"}, {"B"}, {"A"}}},
		{"through the chosen branch", "{A: {Type: T, Properties: {x: !If [Yes, !Ref B, !Ref C]}}, B: {Type: T}, C: {Type: T, Properties: {x: !Ref A}}}", [][]string{{"B"}, {"A"}, {"C"}}},
		{"without what does not exist", "{A: {Type: T, DependsOn: [B, C]}, B: {Type: T, Condition: No}, C: {Type: T, Condition: Yes}}", [][]string{{"C"}, {"A"}}},
		{"an escaped name is none", "{A: {Type: T, Properties: {x: !Sub '${!B}'}}, B: {Type: T, DependsOn: A}}", [][]string{{"A"}, {"B"}}},
		{"none left", "{A: {Type: T, Condition: No}}", [][]string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := bind("Conditions: {Yes: !Equals [a, a], No: !Not [!Condition Yes]}\nResources: "+c.resources, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, b.Order()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	_, err := bind("Conditions: {Yes: !Equals [a, a]}\nResources: {A: {Type: T, Properties: {x: !If [Yes, !Ref B, c]}}, B: {Type: T, Condition: Yes, DependsOn: A}}", nil)
	wantError(t, err, "Circular dependency between resources: [A, B]")
}

func TestDependencies(t *testing.T) {
	b, err := bind("Resources: {A: {Type: T, DependsOn: [C, B], Properties: {x: !Ref B, y: !Ref B, z: !Ref 'AWS::Region'}}, B: {Type: T}, C: {Type: T}}", nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"B", "C"}, b.Dependencies("A")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !b.Exists("A") || b.Exists("D") {
		t.Error("A exists, D does not")
	}
}

func TestCapabilities(t *testing.T) {
	for _, c := range []struct {
		text, reason string
		want         []string
	}{
		{topic, "", nil},
		{"Resources: {A: {Type: 'AWS::IAM::Role'}, B: {Type: 'AWS::IAM::Role'}}", "The following resource(s) require capabilities: [AWS::IAM::Role]", []string{CapabilityIAM}},
		{"Resources: {A: {Type: 'AWS::IAM::Policy', Properties: {PolicyName: p}}}", "The following resource(s) require capabilities: [AWS::IAM::Policy]", []string{CapabilityIAM}},
		{"Resources: {A: {Type: 'AWS::IAM::Role', Properties: {RoleName: r}}, B: {Type: 'AWS::IAM::User'}}", "The following resource(s) require capabilities: [AWS::IAM::Role, AWS::IAM::User]", []string{CapabilityNamedIAM}},
		{"Transform: AWS::LanguageExtensions" + topic, "The following resource(s) require capabilities: [AWS::LanguageExtensions]", []string{CapabilityAutoExpand}},
	} {
		tmpl, err := Parse([]byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		got, reason := tmpl.Capabilities()
		if diff := cmp.Diff(c.want, got); diff != "" || reason != c.reason {
			t.Errorf("%s: %q (-want +got):\n%s", c.text, reason, diff)
		}
	}
}

func TestDeclarations(t *testing.T) {
	tmpl, err := Parse([]byte(`
Description: d
Metadata: {a: 1}
Transform: [AWS::LanguageExtensions, {Name: Macro, Parameters: {a: b}}]
Parameters:
  P: {Type: Number, Default: 1.0, NoEcho: 'true', Description: pd, MinValue: 1, MaxValue: 9, ConstraintDescription: c}
  Q: {Type: String, AllowedValues: [a], AllowedPattern: a+, MinLength: 1, MaxLength: 2}
Resources:
  A: {Type: 'AWS::SNS::Topic', DependsOn: [B, B, C], Condition: X, DeletionPolicy: RetainExceptOnCreate, UpdateReplacePolicy: Retain, Version: '1.0'}
  B: {Type: 'AWS::SQS::Queue', DependsOn: C}
  C: {Type: 'AWS::SNS::Topic'}
`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"AWS::LanguageExtensions", "Macro"}, tmpl.Transforms); diff != "" {
		t.Errorf("transforms (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"AWS::SNS::Topic", "AWS::SQS::Queue"}, tmpl.ResourceTypes()); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
	one := "1.0"
	want := []Parameter{
		{Name: "P", Type: "Number", Default: &one, NoEcho: true, Description: "pd", MinValue: "1", MaxValue: "9", ConstraintDescription: "c", Line: 6, Column: 3},
		{Name: "Q", Type: "String", AllowedValues: []string{"a"}, AllowedPattern: "a+", MinLength: "1", MaxLength: "2", Line: 7, Column: 3},
	}
	if diff := cmp.Diff(want, tmpl.Parameters); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	a := tmpl.Resource("A")
	got := []string{a.Condition, a.DeletionPolicy, a.UpdateReplacePolicy, a.Version, strings.Join(a.DependsOn, " ")}
	if diff := cmp.Diff([]string{"X", "RetainExceptOnCreate", "Retain", "1.0", "B C"}, got); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	if tmpl.Description != "d" || !tmpl.HasDescription || tmpl.Version != "2010-09-09" || string(tmpl.Metadata.JSON()) != `{"a":1}` {
		t.Errorf("%+v", tmpl)
	}
}

func TestEqual(t *testing.T) {
	yaml, err := Parse([]byte("Resources: {A: {Type: T, Properties: {x: !GetAtt [A, b], y: !Ref A}}}"))
	if err != nil {
		t.Fatal(err)
	}
	json, err := Parse([]byte(`{"Resources": {"A": {"Type": "T", "Properties": {"y": {"Ref": "A"}, "x": {"Fn::GetAtt": ["A", "b"]}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	other, err := Parse([]byte(`{"Resources": {"A": {"Type": "T"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if !syntax.Equal(yaml.root, json.root) || syntax.Equal(yaml.root, other.root) {
		t.Error("YAML and JSON of one template are equal, others are not")
	}
}
