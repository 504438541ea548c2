package template

import (
	"errors"
	"fmt"
	"testing"
)

// Every error of a template is where a person looks for it.
func TestPlacesOfErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Resource:\n  A: b" + topic, "1:1"},
		{"Resources:\n  T:\n    Type: 'AWS::SNS::Topic'\n    Propertys:\n      A: b", "4:5"},
		{"Resources:\n  T:\n    Properties: {}", "2:3"},
		{"Resources:\n  a-b:\n    Type: 'AWS::SNS::Topic'", "2:3"},
		{"Parameters:\n  P:\n    Typ:\n      String" + topic, "3:5"},
		{"Outputs:\n  O:\n    Value: a\n    Exprt:\n      Name: b" + topic, "4:5"},
		{"Outputs:\n  O: {Condition: C, Value: a}" + topic, "2:18"},
		{"Conditions:\n  C: !Equals [!Ref T, a]" + topic, "2:15"},
		{"Conditions:\n  C: !Not [!Condition D]\n  D: !Not [!Condition C]" + topic, "2:6"},
		{"Outputs:\n  O:\n    Value: !Ref Nope" + topic, "3:12"},
		{property("!Ref Nope"), "9:10"},
		{property("!Sub 'a ${Nope}'"), "9:10"},
		{property("a\n    DependsOn: [T, Nope]"), "10:20"},
		{property("a\n    DependsOn: Nope"), "10:16"},
		{property("!Ref R"), "6:3"},
	} {
		_, err := parsed(c.text)
		e, ok := errors.AsType[*Error](err)
		if !ok {
			t.Errorf("%s: %v", c.text, err)
		} else if got := fmt.Sprintf("%d:%d", e.Line, e.Column); got != c.want {
			t.Errorf("%s\n%s: at %s, want %s", c.text, e.Message, got, c.want)
		}
	}
}

func TestPlace(t *testing.T) {
	parsed, err := Parse([]byte(`Resources:
  T:
    Type: AWS::SNS::Topic
    Properties:
      Templates:
        application/json: a
        application: {json: b}
      List:
        - Name: {"Fn::Sub": "${T.Foo}"}
        - !ImportValue foo
`))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/Resources": "1:1", "/Resources/T": "2:3", "/Resources/T/Properties/Templates": "5:7",
		"/Resources/T/Properties/Templates/application/json": "6:9",
		"/Resources/T/Properties/List/0/Name/Fn::Sub":        "9:18",
		"/Resources/T/Properties/List/7/Name":                "8:7",
		"/Resources/T/Properties/None/Below":                 "4:5",
		"/Nothing":                                           "0:0", "": "0:0",
	} {
		line, column := parsed.Place(path)
		if got := fmt.Sprintf("%d:%d", line, column); got != want {
			t.Errorf("%s is at %s, want %s", path, got, want)
		}
	}
	line, column := parsed.Find(func(name string, n *Node) bool { return name == "Fn::ImportValue" && n.Text == "foo" })
	if line != 10 || column != 11 {
		t.Errorf("the import is at %d:%d", line, column)
	}
	if line, column := parsed.Find(func(string, *Node) bool { return false }); line != 0 || column != 0 {
		t.Errorf("nothing is at %d:%d", line, column)
	}
}
