package intrinsic

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/internal/template/syntax"
)

func parse(t testing.TB, text string) *syntax.Node {
	t.Helper()
	n, err := syntax.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSubParts(t *testing.T) {
	for _, c := range []struct {
		text string
		want []subPart
		ok   bool
	}{
		{"", nil, true},
		{"plain", []subPart{{"plain", false}}, true},
		{"${A}", []subPart{{"A", true}}, true},
		{"a${B.c}d${AWS::E}", []subPart{{"a", false}, {"B.c", true}, {"d", false}, {"AWS::E", true}}, true},
		{"${!A}${B}", []subPart{{"${A}", false}, {"B", true}}, true},
		{"$${A}}", []subPart{{"$", false}, {"A", true}, {"}", false}}, true},
		{"${A", []subPart{{"${A", false}}, true},
		{"${A${B}", nil, false},
		{"${}", nil, false},
		{"${ A }", nil, false},
		{"${a-b}", nil, false},
		{"${!}", []subPart{{"${}", false}}, true},
	} {
		got, ok := subParts(c.text)
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(subPart{})); diff != "" || ok != c.ok {
			t.Errorf("%q: %v (-want +got):\n%s", c.text, ok, diff)
		}
	}
}

func TestWalker(t *testing.T) {
	const text = `
a: !Ref A
b: [!GetAtt B.c, {x: !Sub '${D} ${E.f} ${g} ${!H}'}]
i: !Sub ['${j}', {j: !Ref J}]
k: !If [Yes, {l: !Ref L}, !Ref M]
n: !Join ['', [x, !ImportValue o]]
p: !GetAtt [Q, !Ref R]
s: !GetAZs ''
`
	for _, c := range []struct {
		name   string
		walker Walker
		want   []string
	}{
		{"all branches", Walker{Path: Path{"top"}}, []string{
			"A /top/a/Ref", "B.c /top/b/0/Fn::GetAtt", "D /top/b/1/x/Fn::Sub", "E.f /top/b/1/x/Fn::Sub", "g /top/b/1/x/Fn::Sub",
			"J /top/i/Fn::Sub/1/j/Ref", "L /top/k/Fn::If/1/l/Ref", "M /top/k/Fn::If/2/Ref", ".o /top/n/Fn::Join/1/1/Fn::ImportValue",
			"Q. /top/p/Fn::GetAtt", "R /top/p/Fn::GetAtt/Ref", " /top/s/Fn::GetAZs",
		}},
		{"the chosen branch, without functions", Walker{Plain: true, Choose: func(c string) bool { return c == "Yes" }}, []string{
			"A /a", "B.c /b/0", "D /b/1/x", "E.f /b/1/x", "g /b/1/x", "J /i", "L /k/l", ".o /n", "Q. /p", "R /p", " /s",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			c.walker.Visit = func(r Reference) {
				name := r.Name
				if r.Attribute != nil {
					name += "." + r.Attribute.Text
				}
				got = append(got, name+" "+r.Path.String())
			}
			c.walker.Walk(parse(t, text))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// scope is what the expressions of the tests may mention.
func scope(t testing.TB) *Scope {
	return &Scope{
		Parameters: map[string]string{"P": "String"}, Resources: map[string]string{"T": "AWS::SNS::Topic"},
		Conditions: map[string]*syntax.Node{"C": parse(t, "!Equals [a, a]"), "Self": parse(t, "!Not [!Condition Self]")},
		Mappings:   parse(t, "M: {a: {b: c}}"), Extended: true,
	}
}

func newEvaluator(t testing.TB) Evaluator {
	budget := MaxEvaluated
	return Evaluator{
		Scope: scope(t), Values: map[string]*syntax.Node{"P": syntax.NewString("p")}, Conditions: map[string]bool{},
		Zones: func(region string) []string { return []string{region + "a"} }, Budget: &budget,
	}
}

func TestConditionThatNeedsItself(t *testing.T) {
	e := newEvaluator(t)
	if _, err := e.Condition("Self"); err == nil {
		t.Error("no error")
	}
	if v, err := e.Condition("C"); err != nil || !v {
		t.Errorf("%v, %v", v, err)
	}
}

// FuzzEvaluate evaluates and checks expressions of any shape: neither may
// panic, and what a Checker lets pass may fail for its values only.
func FuzzEvaluate(f *testing.F) {
	for _, seed := range []string{
		"!Ref P", "!GetAtt [T, !Ref P]", "!Sub ['${a}${T.x}', {a: !Ref P}]", "!Join [',', !Split ['|', 'a|b']]",
		"!Select [0, [a]]", "!FindInMap [M, a, b, {DefaultValue: x}]", "!If [C, !Ref 'AWS::NoValue', [x]]",
		"!Base64 x", "!GetAZs ''", "!ImportValue x", "!Cidr [10.0.0.0/8, 3, 8]", "!Length [a]", "!ToJsonString {a: b}",
		"!Not [!Condition Self]", "!Contains [[a], a]", "!RefAll String", "!Transform {Name: x}", "Fn::If: []", "Condition: {a: b}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := syntax.Parse([]byte(text))
		if err != nil {
			return
		}
		for _, place := range []Place{InProperties, InConditions, InRules} {
			c := Checker{Scope: scope(t), Place: place}
			_ = c.Value(n)
			_ = c.Boolean(n)
		}
		e := newEvaluator(t)
		if _, err := e.Value(n); err != nil {
			wantError(t, err)
		}
		if _, err := e.Boolean(n); err != nil {
			wantError(t, err)
		}
		w := Walker{Visit: func(Reference) {}, Plain: true}
		w.Walk(n)
		if len(e.Path) != 0 || len(w.Path) != 0 {
			t.Fatalf("paths %s, %s", e.Path, w.Path)
		}
	})
}

func wantError(t *testing.T, err error) {
	t.Helper()
	var e *syntax.Error
	if !errors.As(err, &e) || e.Message == "" {
		t.Fatalf("%T: %v", err, err)
	}
}

func ExampleEvaluator() {
	n, err := syntax.Parse([]byte("!Sub 'wss://${Api}.execute-api.${AWS::Region}.amazonaws.com'"))
	if err != nil {
		fmt.Println(err)
		return
	}
	budget := MaxEvaluated
	e := Evaluator{
		Scope:  &Scope{Resources: map[string]string{"Api": "AWS::ApiGatewayV2::Api"}},
		Values: map[string]*syntax.Node{"AWS::Region": syntax.NewString("eu-central-1"), "Api": syntax.NewString("a1b2c3")},
		Budget: &budget,
	}
	v, err := e.Value(n)
	fmt.Println(v.Text, err)
	// Output: wss://a1b2c3.execute-api.eu-central-1.amazonaws.com <nil>
}
