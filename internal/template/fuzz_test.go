package template

import (
	"errors"
	"os"
	"testing"

	"postern/internal/template/syntax"
)

// FuzzBind takes a text through all that the package does: whatever it says,
// nothing may crash or hang, and every refusal is an *Error.
func FuzzBind(f *testing.F) {
	for _, name := range []string{"seed.yaml", "cdk.json", "serverless.json"} {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	for _, value := range []string{
		"!Sub ['${a}-${P}', {a: !GetAtt T.Arn}]", "!Join [',', !Split ['|', !Ref P]]", "!Select [1, !GetAZs '']",
		"!Cidr [10.0.0.0/16, 2, 8]", "!If [Yes, !Ref 'AWS::NoValue', !ImportValue x]", "!FindInMap [M, a, !Ref P]",
		"{'Fn::Base64': '{{resolve:ssm:name:3}}'}",
	} {
		f.Add(evaluation(value))
	}
	f.Add(extended("Resources: {'Fn::ForEach::L': [I, [a, b], {'R${I}': {Type: T, Properties: {X: !Length !Ref L}}}]}"))
	f.Add("Rules: {R: {RuleCondition: !Equals [a, a], Assertions: [{Assert: !EachMemberIn [!RefAll String, [a]]}]}}\nParameters: {P: {Type: Number, Default: 1, MinValue: 0, AllowedPattern: '(?=1)1'}}" + topic)
	f.Fuzz(func(t *testing.T, text string) {
		tmpl, err := Parse([]byte(text))
		if err != nil {
			wantOurs(t, err)
			return
		}
		tmpl.Capabilities()
		tmpl.UsedParameters()
		validateErr := tmpl.Validate()
		b, err := tmpl.Bind(nil, environment)
		if err != nil {
			wantOurs(t, err)
			return
		}
		if validateErr != nil {
			t.Fatalf("bound what is not valid: %v", validateErr)
		}
		exercise(t, b)
	})
}

func exercise(t *testing.T, b *Bound) {
	t.Helper()
	placed := 0
	for _, level := range b.Order() {
		placed += len(level)
	}
	if placed != len(b.Resources()) {
		t.Fatalf("%d of %d resources have a place in the order", placed, len(b.Resources()))
	}
	for _, r := range b.Resources() {
		b.Uses(r.LogicalID)
		for _, refs := range []References{Nothing, stack{}} {
			v, err := b.Properties(r.LogicalID, refs, true)
			if err != nil {
				wantOurs(t, err)
				continue
			}
			if refs != Nothing && !v.Known() {
				t.Fatalf("%s of a complete stack is not known: %s", r.LogicalID, v.JSON())
			}
		}
	}
	if _, err := b.Outputs(stack{}); err != nil {
		wantOurs(t, err)
	}
	if _, err := b.Imports(); err != nil {
		wantOurs(t, err)
	}
	if err := b.CheckAttributes(func(string, string) bool { return true }); err != nil {
		t.Fatal(err)
	}
	if again, err := Parse(b.Template.JSON()); err != nil || !syntax.Equal(again.root, b.Template.root) {
		t.Fatalf("the processed template changes when it is read again: %v", err)
	}
}

// wantOurs fails for errors that are neither of this package nor the
// resolver's.
func wantOurs(t *testing.T, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) && err.Error() != "the store is broken" {
		t.Fatalf("%T: %v", err, err)
	}
	if err.Error() == "" {
		t.Fatal("an error without a text")
	}
}
