package template

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// extended is a template with the language extensions.
func extended(rest string) string {
	return "Transform: AWS::LanguageExtensions\nParameters: {L: {Type: CommaDelimitedList, Default: 'a,b'}, P: {Type: String, Default: p}}\nMappings: {M: {k: {names: [x, y]}}}\n" + rest
}

func TestLanguageExtensions(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a loop over a list",
			"Resources: {'Fn::ForEach::Topics': [Name, [A, B], {'Topic${Name}': {Type: T, Properties: {N: !Sub '${Name}-${P}', R: !Ref Name, S: '${Name}'}}}]}",
			`{"TopicA":{"Type":"T","Properties":{"N":{"Fn::Sub":"A-${P}"},"R":"A","S":"${Name}"}},"TopicB":{"Type":"T","Properties":{"N":{"Fn::Sub":"B-${P}"},"R":"B","S":"${Name}"}}}`},
		{"a loop over a parameter",
			"Resources: {'Fn::ForEach::Topics': [Name, !Ref L, {'T${Name}': {Type: T}}]}",
			`{"Ta":{"Type":"T"},"Tb":{"Type":"T"}}`},
		{"a loop over a mapping",
			"Resources: {'Fn::ForEach::Topics': [Name, !FindInMap [M, k, names], {'T${Name}': {Type: T}}]}",
			`{"Tx":{"Type":"T"},"Ty":{"Type":"T"}}`},
		{"names keep letters and digits only",
			"Resources: {'Fn::ForEach::Topics': [Ip, [10.0.0.1], {'T&{Ip}': {Type: T, Properties: {Ip: !Ref Ip, S: !Sub '&{Ip}'}}}]}",
			`{"T10001":{"Type":"T","Properties":{"Ip":"10.0.0.1","S":{"Fn::Sub":"&{Ip}"}}}}`},
		{"loops within loops",
			"Resources: {'Fn::ForEach::Outer': [X, [A, B], {'Fn::ForEach::Inner': [Y, ['1', '2'], {'R${X}${Y}': {Type: T, Properties: {V: !Sub '${X}${Y}'}}}]}]}",
			`{"RA1":{"Type":"T","Properties":{"V":{"Fn::Sub":"A1"}}},"RA2":{"Type":"T","Properties":{"V":{"Fn::Sub":"A2"}}},"RB1":{"Type":"T","Properties":{"V":{"Fn::Sub":"B1"}}},"RB2":{"Type":"T","Properties":{"V":{"Fn::Sub":"B2"}}}}`},
		{"a loop of properties",
			"Resources: {A: {Type: T, Properties: {Fixed: x, 'Fn::ForEach::Props': [N, [One, Two], {'Prop${N}': !Ref N}]}}}",
			`{"A":{"Type":"T","Properties":{"Fixed":"x","PropOne":"One","PropTwo":"Two"}}}`},
		{"a deletion policy by a condition",
			"Conditions: {C: !Equals [!Ref P, p]}\nResources: {A: {Type: T, DeletionPolicy: !If [C, Retain, Delete]}}",
			`{"A":{"Type":"T","DeletionPolicy":"Retain"}}`},
		{"computed names",
			"Resources: {A: {Type: T}, B: {Type: T, DependsOn: [!Sub A], DeletionPolicy: !Select [0, [Retain]], Properties: {X: {Ref: !Sub 'A'}, Y: {'Fn::GetAtt': [!Sub 'A', !Ref P]}}}}",
			`{"A":{"Type":"T"},"B":{"Type":"T","DependsOn":["A"],"DeletionPolicy":"Retain","Properties":{"X":{"Ref":"A"},"Y":{"Fn::GetAtt":["A","p"]}}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := bind(extended(c.text), nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, string(b.Template.root.Get("Resources").JSON())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if b.Template.root.Has("Transform") || len(b.Template.Transforms) > 0 {
				t.Error("the processed template still has its Transform")
			}
		})
	}
}

func TestLoopsElsewhere(t *testing.T) {
	b, err := bind(extended(`
Conditions: {'Fn::ForEach::Cs': [N, [A, B], {'Is${N}': !Equals [!Ref N, A]}]}
Resources: {'Fn::ForEach::Rs': [N, [A, B], {'R${N}': {Type: T, Condition: !Sub 'Is${N}'}}]}
Outputs: {'Fn::ForEach::Os': [N, [A], {'O${N}': {Value: !GetAtt [!Sub 'R${N}', Arn]}}]}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]bool{"IsA": true, "IsB": false}, b.Conditions); diff != "" {
		t.Errorf("conditions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]string{{"RA"}}, b.Order()); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	outputs, err := b.Outputs(stack{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]OutputValue{{Key: "OA", Value: "ra-Arn"}}, outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
}

func TestExtendedFunctions(t *testing.T) {
	for _, c := range []struct{ value, want string }{
		{"!Length [a, b]", `2`},
		{"!Length {Ref: L}", `2`},
		{"{'Fn::Length': !Split ['|', 'a|b|c']}", `3`},
		{"!Length []", `0`},
		{"!ToJsonString {a: !Ref P, b: [1, !Ref 'AWS::NoValue']}", `"{\"a\":\"p\",\"b\":[1]}"`},
		{"!ToJsonString [!GetAtt T.Arn]", `"[\"t-Arn\"]"`},
		{"!FindInMap [M, k, names]", `["x","y"]`},
		{"!FindInMap [M, none, names, {DefaultValue: !Ref P}]", `"p"`},
		{"!FindInMap [N, none, names, {DefaultValue: d}]", `"d"`},
		{"!FindInMap [M, !Sub 'k', !Join ['', [na, mes]]]", `["x","y"]`},
		{"!Length a", lengthForm},
		{"{'Fn::Length': !Ref P}", lengthForm},
		{"!ToJsonString a", "Template error: every Fn::ToJsonString object requires an object or a list."},
	} {
		b, err := bind(extended("Resources: {T: {Type: T}, R: {Type: T, Properties: {X: "+c.value+"}}}"), nil)
		if err != nil {
			if err.Error() != c.want {
				t.Errorf("%s: %v", c.value, err)
			}
			continue
		}
		v, err := b.Properties("R", stack{}, false)
		if err != nil {
			t.Errorf("%s: %v", c.value, err)
			continue
		}
		if got := string(v.Get("X").JSON()); got != c.want {
			t.Errorf("%s: got %s, want %s", c.value, got, c.want)
		}
	}
}

func TestTransformsRefused(t *testing.T) {
	const prefix = "Transform AWS::LanguageExtensions failed with: "
	nested := "{'R${A}${B}${C}': {Type: T}}"
	for _, id := range []string{"C", "B", "A"} {
		nested = "{'Fn::ForEach::L" + id + "': [" + id + ", [" + strings.Repeat("x, ", 99) + "y], " + nested + "]}"
	}
	for _, c := range []struct{ name, text, want string }{
		{"a transform that is not known", "Transform: Macro" + topic, "No transform named Macro found."},
		{"SAM", "Transform: AWS::Serverless-2016-10-31" + topic, "Transform AWS::Serverless-2016-10-31 is not supported."},
		{"a deletion policy by a condition that needs itself", extended("Conditions: {C: !Not [!Condition C]}\nResources: {A: {Type: T, DeletionPolicy: !If [C, Retain, Delete]}}"), "Template format error: Every DeletionPolicy member must be a string."},
		{"a loop of two", extended("Resources: {'Fn::ForEach::L': [I, [a]]}"), prefix + "Fn::ForEach layout is incorrect"},
		{"a loop over text", extended("Resources: {'Fn::ForEach::L': [I, a, {'R${I}': {Type: T}}]}"), prefix + "Could not find a collection or could not be resolved for Fn::ForEach"},
		{"a loop over a resource", extended("Resources: {R: {Type: T}, 'Fn::ForEach::L': [I, !Ref R, {'R${I}': {Type: T}}]}"), prefix + "Could not find a collection or could not be resolved for Fn::ForEach"},
		{"a loop that makes one name twice", extended("Resources: {'Fn::ForEach::L': [I, [a, b], {R: {Type: T}}]}"), prefix + "Duplicate key 'R' when merging keys to parent object in Fn::ForEach"},
		{"a loop of too many", extended("Resources: " + nested), prefix + "the expanded template is too large"},
		{"an error in what a loop makes", extended("Resources: {'Fn::ForEach::L': [I, [a-b], {'R${I}': {Type: T}}]}"), "Template format error: Resource name Ra-b is non alphanumeric."},
		{"a condition that a loop does not make", extended("Resources: {R: {Type: T, Condition: C}}"), "Template format error: Unresolved condition dependency C in the Resources block of the template"},
		{"Fn::Length as a condition", extended("Conditions: {C: !Length [a]}" + topic), conditionsForm},
		{"sections that no transform took", extended("Globals: {}" + topic), "Invalid template property or properties [Globals]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := bind(c.text, nil)
			wantError(t, err, c.want)
		})
	}
}

func TestTransform(t *testing.T) {
	tmpl, err := Parse([]byte("Transform: [Macro]\nParameters: {P: {Type: String, Default: p}}\nResources: {A: {Type: T}}"))
	if err != nil {
		t.Fatal(err)
	}
	env := environment
	env.Transforms = map[string]Transform{"Macro": func(root *Node, parameters map[string]string) (*Node, error) {
		out := *root
		out.Members = append([]Member(nil), root.Members...)
		out.Members[1].Value = &Node{Kind: Map, Members: []Member{
			{Name: "Made" + parameters["P"], Value: root.Get("Resources").Get("A")},
		}}
		return &out, nil
	}}
	b, err := tmpl.Bind(nil, env)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(b.Template.JSON()), `{"Parameters":{"P":{"Type":"String","Default":"p"}},"Resources":{"Madep":{"Type":"T"}}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	env.Transforms["Macro"] = func(*Node, map[string]string) (*Node, error) { return nil, errors.New("no way") }
	_, err = tmpl.Bind(nil, env)
	wantError(t, err, "Transform Macro failed with: no way")
	env.Transforms["Macro"] = func(*Node, map[string]string) (*Node, error) {
		return &Node{Kind: Map, Members: []Member{{Name: "Resources"}}}, nil
	}
	_, err = tmpl.Bind(nil, env)
	wantError(t, err, "Template format error: the processed template is malformed or nested too deep")
	deep := &Node{Kind: List}
	for range 500 {
		deep = &Node{Kind: List, Items: []*Node{deep}}
	}
	env.Transforms["Macro"] = func(*Node, map[string]string) (*Node, error) { return deep, nil }
	_, err = tmpl.Bind(nil, env)
	wantError(t, err, "Template format error: the processed template is malformed or nested too deep")
}
