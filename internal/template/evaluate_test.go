package template

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// evaluation is a template whose resource R has the property X, beside all that
// X may refer to.
func evaluation(value string) string {
	return `
Parameters:
  P: {Type: String, Default: p}
  N: {Type: Number, Default: 007}
  L: {Type: CommaDelimitedList, Default: 'x, y ,z'}
  E: {Type: CommaDelimitedList, Default: ''}
  S: {Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: list}
Mappings:
  M: {a: {b: c, d: [e, f], n: 1}, eu-central-1: {b: here}, p: {b: 'by parameter'}}
Conditions:
  Yes: !Equals [!Ref P, p]
  No: !Not [!Condition Yes]
Resources:
  T: {Type: 'AWS::SNS::Topic'}
  Gone: {Type: 'AWS::SNS::Topic', Condition: No}
  R:
    Type: 'AWS::SNS::Topic'
    Properties:
      X: ` + value + "\n"
}

func TestFunctions(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"plain values", "{a: [1, true, 1.50, x], b: ''}", `{"a":[1,true,1.50,"x"],"b":""}`},
		{"Ref of a parameter", "!Ref P", `"p"`},
		{"Ref of a number is its text", "!Ref N", `"007"`},
		{"Ref of a list", "!Ref L", `["x","y","z"]`},
		{"Ref of an empty list", "!Ref E", `[""]`},
		{"Ref of an SSM parameter", "!Ref S", `["a","b"]`},
		{"Ref of a resource", "!Ref T", `"t-id"`},
		{"pseudo parameters", "[!Ref 'AWS::AccountId', !Ref 'AWS::Region', !Ref 'AWS::Partition', !Ref 'AWS::StackName', !Ref 'AWS::StackId', !Ref 'AWS::URLSuffix', !Ref 'AWS::NotificationARNs']",
			`["123456789012","eu-central-1","aws","chat","arn:aws:cloudformation:eu-central-1:123456789012:stack/chat/1","amazonaws.com",[]]`},
		{"NoValue removes a member", "{a: !Ref 'AWS::NoValue', b: c}", `{"b":"c"}`},
		{"NoValue removes an item", "[a, !Ref 'AWS::NoValue', b]", `["a","b"]`},
		{"NoValue through a branch", "{a: !If [No, x, !Ref 'AWS::NoValue'], b: c}", `{"b":"c"}`},
		{"Fn::GetAtt", "!GetAtt T.Topic.Arn", `"t-Topic.Arn"`},
		{"Fn::GetAtt with a computed attribute", "!GetAtt [T, !Ref P]", `"t-p"`},

		{"Fn::Sub of everything", "!Sub '${P}-${T}-${T.Arn}-${AWS::Region}-${N}'", `"p-t-id-t-Arn-eu-central-1-007"`},
		{"Fn::Sub of a literal", "!Sub '${!P} ${!AWS::X} $P $${P} {P} ${'", `"${P} ${AWS::X} $P $p {P} ${"`},
		{"Fn::Sub with variables", "!Sub ['${a}-${P}-${b.c}-${T}', {a: !Ref N, P: own, b.c: !GetAtt T.Arn}]", `"007-own-t-Arn-t-id"`},
		{"Fn::Sub with an empty map", "!Sub ['${P}', {}]", `"p"`},
		{"Fn::Sub with a variable not used", "!Sub ['x', {a: b}]", `"x"`},
		{"Fn::Sub does not read its results", "!Sub ['${a}', {a: !Sub '${!P}'}]", `"${P}"`},
		{"Fn::Sub of NoValue", "!Sub 'a${AWS::NoValue}b'", `"ab"`},
		{"Fn::Sub of a number", "!Sub 5", `"5"`},
		{"text with ${} and no Fn::Sub", "${request.body.messageId}", `"${request.body.messageId}"`},

		{"Fn::Join", "!Join ['-', [a, !Ref P, 1, true]]", `"a-p-1-true"`},
		{"Fn::Join of a list parameter", "!Join ['', !Ref L]", `"xyz"`},
		{"Fn::Join of an empty list parameter", "!Join ['', !Ref E]", `""`},
		{"Fn::Join of nothing", "!Join [',', []]", `""`},
		{"Fn::Join without NoValue", "!Join [',', [a, !Ref 'AWS::NoValue', b]]", `"a,b"`},
		{"Fn::Join of a mapping's list", "!Join ['+', !FindInMap [M, a, d]]", `"e+f"`},
		{"Fn::Join of a split", "!Join ['+', !Split [',', 'a,b,,c']]", `"a+b++c"`},
		{"Fn::Split", "!Split ['|', 'a|b|']", `["a","b",""]`},
		{"Fn::Split without a delimiter in it", "!Split ['|', !Ref P]", `["p"]`},
		{"Fn::Select", "!Select [1, [a, b, c]]", `"b"`},
		{"Fn::Select by text", "!Select ['2', !Ref L]", `"z"`},
		{"Fn::Select of the empty list", "!Select [0, !Ref E]", `""`},
		{"Fn::Select of zones", "!Select [2, !GetAZs '']", `"eu-central-1c"`},
		{"Fn::GetAZs of another region", "!GetAZs us-east-1", `["us-east-1a","us-east-1b","us-east-1c"]`},
		{"Fn::FindInMap", "!FindInMap [M, a, b]", `"c"`},
		{"Fn::FindInMap of a number", "!FindInMap [M, a, n]", `1`},
		{"Fn::FindInMap by Ref", "!FindInMap [M, !Ref P, b]", `"by parameter"`},
		{"Fn::FindInMap by region", "!FindInMap [M, !Ref 'AWS::Region', b]", `"here"`},
		{"Fn::FindInMap by Fn::FindInMap", "!FindInMap [M, !FindInMap [M, a, b], b]", "Template error: Unable to get mapping for M::c::b"},
		{"Fn::If", "[!If [Yes, a, b], !If [No, a, b]]", `["a","b"]`},
		{"Fn::If within Fn::If", "!If [No, a, !If [Yes, {b: !Ref P}, c]]", `{"b":"p"}`},
		{"Fn::Base64", "!Base64 aé", `"YcOp"`},
		{"Fn::Base64 of Fn::Sub", "{'Fn::Base64': !Sub '${P}'}", `"cA=="`},
		{"Fn::ImportValue", "!ImportValue shared", `"imported"`},
		{"Fn::ImportValue by Fn::Sub", "{'Fn::ImportValue': !Sub '${P}-x'}", `"of p"`},
		{"Fn::Cidr", "!Cidr [10.0.0.0/16, 3, 8]", `["10.0.0.0/24","10.0.1.0/24","10.0.2.0/24"]`},
		{"Fn::Cidr with texts", "!Cidr ['192.168.0.0/24', '2', '5']", `["192.168.0.0/27","192.168.0.32/27"]`},
		{"Fn::Cidr of the whole block", "!Cidr [10.1.2.3/24, 1, 8]", `["10.1.2.0/24"]`},
		{"Fn::Cidr of version 6", "!Cidr ['2001:db8::/56', 2, 64]", `["2001:db8::/64","2001:db8:0:1::/64"]`},
		{"Fn::Cidr at the end of the addresses", "!Cidr [255.255.255.0/24, 256, 0]", cidrForm},
		{"Fn::Cidr of the last addresses", "!Select [127, !Cidr [255.255.255.0/24, 128, 1]]", `"255.255.255.254/31"`},

		{"Fn::Select beyond the end", "!Select [3, [a, b, c]]", "Template error: Fn::Select cannot select nonexistent value at index 3"},
		{"Fn::Select below zero", "!Select [-1, [a]]", "Template error: Fn::Select cannot select nonexistent value at index -1"},
		{"Fn::Select of text from Ref", "!Select [0, !Ref P]", selectForm},
		{"Fn::Join of text from Ref", "!Join [',', !Ref P]", joinForm},
		{"Fn::Join of lists from Ref", "!Join [',', [!Ref L]]", joinForm},
		{"Fn::Split of a list from Ref", "!Split [',', !Ref L]", splitForm},
		{"Fn::Sub of a list", "!Sub '${L}'", "Template error: Fn::Sub expression does not resolve to a string"},
		{"Fn::FindInMap of a missing key", "!FindInMap [M, C, Suffix]", "Template error: Unable to get mapping for M::C::Suffix"},
		{"Fn::ImportValue of nothing", "!ImportValue nothing", "No export named nothing found."},
		{"Fn::Cidr of too many", "!Cidr [10.0.0.0/24, 9, 5]", "Template error: Fn::Cidr cannot make 9 networks of 5 bits within 10.0.0.0/24"},
		{"Fn::Cidr of 257", "!Cidr [10.0.0.0/8, 257, 8]", cidrForm},
		{"Fn::Cidr of no block", "!Cidr [!Ref P, 1, 8]", cidrForm},
		{"Fn::Cidr of too large networks", "!Cidr [10.0.0.0/24, 1, 9]", "Template error: Fn::Cidr cannot make 1 networks of 9 bits within 10.0.0.0/24"},
		{"an attribute that the type has not", "!Sub '${T.Missing}'", "[Error] /Resources/R/Properties/X/Fn::Sub: Resource type AWS::SNS::Topic does not support attribute {Missing}"},
		{"the same within functions", "!Join ['', [a, !Join ['', [b, !GetAtt T.Missing]]]]", "[Error] /Resources/R/Properties/X/Fn::Join/1/1/Fn::Join/1/1/Fn::GetAtt: Resource type AWS::SNS::Topic does not support attribute {Missing}"},
		{"a resource that does not exist", "!Ref Gone", "Template format error: Unresolved resource dependencies [Gone] in the Resources block of the template"},
		{"a resource that does not exist in a branch not taken", "!If [No, !Ref Gone, x]", `"x"`},

		{"dynamic reference", "'{{resolve:ssm:name:3}}'", `"third"`},
		{"dynamic reference within text", "'a{{resolve:ssm:name:3}}b{{resolve:ssm:list}}'", `"athirdba, b"`},
		{"dynamic reference that functions make", "!Sub '{{resolve:ssm:${AWS::StackName}me:3}}'", "Parameters: [ssm:chatme:3:123456789012] cannot be found."},
		{"a secret stays hidden", "'{{resolve:secretsmanager:s:SecretString:key::}}'", `"{{resolve:secretsmanager:s:SecretString:key::}}"`},
		{"an unfinished reference", "'{{resolve:ssm:x'", `"{{resolve:ssm:x"`},
		{"reference of another service", "'{{resolve:vault:x}}'", "Template error: dynamic references to vault are not supported"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := propertyOf(t, evaluation(c.value), stack{exports: map[string]string{"shared": "imported", "p-x": "of p"}}, false)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// propertyOf returns the JSON of the property X of R, or the error.
func propertyOf(t *testing.T, text string, refs References, secrets bool) string {
	t.Helper()
	tmpl, err := parsed(text)
	if err != nil {
		t.Fatal(err)
	}
	b, err := tmpl.Bind(nil, environment)
	if err != nil {
		return err.Error()
	}
	v, err := b.Properties("R", refs, secrets)
	if err != nil {
		return err.Error()
	}
	return string(v.Get("X").JSON())
}

func TestNothingKnown(t *testing.T) {
	const known = `"{{changeSet:KNOWN_AFTER_APPLY}}"`
	for _, c := range []struct{ value, want string }{
		{"!Ref P", `"p"`},
		{"!Ref T", known},
		{"!GetAtt T.Arn", known},
		{"!Sub 'a${T}b'", known},
		{"!Sub ['${a}', {a: !Ref T}]", known},
		{"!Join ['', [a, !Ref T]]", known},
		{"[a, !Ref T]", `["a",` + known + `]`},
		{"{a: !Ref T, b: c}", `{"a":` + known + `,"b":"c"}`},
		{"!Split [',', !Ref T]", known},
		{"!Select [0, !Split [',', !Ref T]]", known},
		{"!Select [0, [a, !Ref T]]", `"a"`},
		{"!Select [1, [a, !Ref T]]", known},
		{"{'Fn::Base64': !Ref T}", known},
		{"!Cidr [!GetAtt T.CidrBlock, 2, 8]", known},
		{"!ImportValue any", known},
		{"!If [Yes, !Ref T, a]", known},
	} {
		if got := propertyOf(t, evaluation(c.value), Nothing, false); got != c.want {
			t.Errorf("%s: got %s, want %s", c.value, got, c.want)
		}
	}
}

func TestSecrets(t *testing.T) {
	if got := propertyOf(t, evaluation("'{{resolve:secretsmanager:s:SecretString:key::}}'"), stack{}, true); got != `"secret"` {
		t.Errorf("got %s", got)
	}
	if got := propertyOf(t, evaluation("'{{resolve:secretsmanager:none}}'"), stack{}, true); got != "Secrets Manager can't find the specified secret." {
		t.Errorf("got %s", got)
	}
	if got := propertyOf(t, evaluation("'{{resolve:ssm:broken}}'"), stack{}, true); got != "the store is broken" {
		t.Errorf("got %s", got)
	}
	if got := propertyOf(t, evaluation("'{{resolve:ssm-secure:x}}'"), stack{}, true); got != "Parameters: [ssm-secure:x::123456789012] cannot be found." {
		t.Errorf("got %s", got)
	}
}

// failing is a stack whose attributes cannot be read.
type failing struct{ stack }

func (failing) GetAtt(string, string) (*Node, error) { return nil, errors.New("no luck") }

func TestReferencesFail(t *testing.T) {
	if got := propertyOf(t, evaluation("!GetAtt T.Arn"), failing{}, false); got != "no luck" {
		t.Errorf("got %s", got)
	}
}

func TestPropertiesOfAll(t *testing.T) {
	tmpl, err := parsed("Resources: {A: {Type: 'AWS::SNS::Topic', Metadata: {a: !Ref 'AWS::Region'}}}")
	if err != nil {
		t.Fatal(err)
	}
	b, err := tmpl.Bind(nil, environment)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := b.Properties("A", stack{}, false); err != nil || string(v.JSON()) != "{}" {
		t.Errorf("no properties: %s, %v", v.JSON(), err)
	}
	if v, err := b.Metadata("A", stack{}); err != nil || string(v.JSON()) != `{"a":"eu-central-1"}` {
		t.Errorf("metadata: %s, %v", v.JSON(), err)
	}
	if _, err := b.Properties("B", stack{}, false); err == nil {
		t.Error("properties of a resource that is not there")
	}
}

func TestOutputs(t *testing.T) {
	const text = `
Parameters: {P: {Type: String, Default: p}, L: {Type: CommaDelimitedList, Default: 'a,b'}}
Conditions: {Yes: !Equals [!Ref P, p], No: !Equals [!Ref P, q]}
Resources:
  T: {Type: 'AWS::SNS::Topic'}
  Gone: {Type: 'AWS::SNS::Topic', Condition: No}
Outputs:
`
	for _, c := range []struct {
		name, outputs string
		want          []OutputValue
		err           string
	}{
		{name: "value, description and export",
			outputs: "  O: {Value: !Ref T, Description: d, Export: {Name: !Sub '${AWS::StackName}:${P}'}}",
			want:    []OutputValue{{Key: "O", Value: "t-id", Description: "d", ExportName: "chat:p"}}},
		{name: "under conditions",
			outputs: "  A: {Value: a, Condition: Yes}\n  B: {Value: !Ref Gone, Condition: No}\n  C: {Value: 1.0}",
			want:    []OutputValue{{Key: "A", Value: "a"}, {Key: "C", Value: "1.0"}}},
		{name: "of a resource that does not exist",
			outputs: "  A: {Value: !Ref Gone}",
			err:     "Unresolved resource dependencies [Gone] in the Outputs block of the template"},
		{name: "of a list", outputs: "  A: {Value: !Ref L}",
			err: "Template format error: The Value field of every Outputs member must evaluate to a String and not a List."},
		{name: "of nothing", outputs: "  A: {Value: !If [No, x, !Ref 'AWS::NoValue']}",
			err: "Template format error: The Value field of every Outputs member must evaluate to a String."},
		{name: "an export's name with odd characters", outputs: "  A: {Value: a, Export: {Name: a_b}}",
			err: "Template format error: Output A is malformed. The Name field of every Export member must be specified and consist only of alphanumeric characters, colons, or hyphens."},
	} {
		t.Run(c.name, func(t *testing.T) {
			tmpl, err := parsed(text + c.outputs)
			if err != nil {
				t.Fatal(err)
			}
			b, err := tmpl.Bind(nil, environment)
			if c.err != "" {
				wantError(t, err, c.err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got, err := b.Outputs(stack{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if _, err := b.Outputs(Nothing); (err != nil) != (c.want[0].Value == "t-id") {
				t.Errorf("with nothing known: %v", err)
			}
		})
	}
}

func TestUsesImportsAttributes(t *testing.T) {
	tmpl, err := parsed(evaluation(`{a: !Ref P, b: [!Sub '${T}-${T.Arn}-${AWS::Region}', !If [Yes, !Ref N, !Ref L]], c: !Join ['', [!GetAtt T.Arn]]}
      Y: {'Fn::ImportValue': !Sub '${P}-x'}
      Z: [!ImportValue a, !If [No, !ImportValue never, !ImportValue a]]`))
	if err != nil {
		t.Fatal(err)
	}
	b, err := tmpl.Bind(nil, environment)
	if err != nil {
		t.Fatal(err)
	}
	want := []Use{
		{"X", "/Properties/X/a", ParameterUse, "P"},
		{"X", "/Properties/X/b/0", ResourceUse, "T"},
		{"X", "/Properties/X/b/0", AttributeUse, "T.Arn"},
		{"X", "/Properties/X/b/1", ParameterUse, "N"},
		{"X", "/Properties/X/c", AttributeUse, "T.Arn"},
		{"Y", "/Properties/Y", ParameterUse, "P"},
	}
	if diff := cmp.Diff(want, b.Uses("R")); diff != "" {
		t.Errorf("uses (-want +got):\n%s", diff)
	}
	imports, err := b.Imports()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "p-x"}, imports); diff != "" {
		t.Errorf("imports (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"P", "N", "L"}, tmpl.UsedParameters()); diff != "" {
		t.Errorf("used parameters (-want +got):\n%s", diff)
	}
	if err := b.CheckAttributes(func(string, string) bool { return true }); err != nil {
		t.Error(err)
	}
	err = b.CheckAttributes(func(kind, attribute string) bool { return kind != "AWS::SNS::Topic" })
	wantError(t, err, "[Error] /Resources/R/Properties/X/b/0/Fn::Sub: Resource type AWS::SNS::Topic does not support attribute {Arn}")
}

func TestTooLarge(t *testing.T) {
	bomb := "a"
	for range 30 {
		bomb = "!Sub ['${a}${a}${a}${a}', {a: " + bomb + "}]"
	}
	list := "!Split [',', a]"
	for range 15 {
		list = "!Split ['a', !Join ['aaaaaaaaaa', " + list + "]]"
	}
	for _, value := range []string{bomb, list, "!Sub ['" + strings.Repeat("${a}", 20000) + "', {a: '" + strings.Repeat("b", 20000) + "'}]"} {
		if got := propertyOf(t, evaluation(value), stack{}, false); got != tooLarge {
			t.Errorf("%.60s: %.100s", value, got)
		}
	}
}
