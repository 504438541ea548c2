package syntax

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"JSON keeps the order of members", `{"b": 1, "a": [true, null, "x"]}`, `{"b":1,"a":[true,null,"x"]}`},
		{"JSON keeps the spelling of numbers", `{"a": 1.0, "b": 1e3, "c": 12345678901234567890}`, `{"a":1.0,"b":1e3,"c":12345678901234567890}`},
		{"JSON after a byte order mark and blanks", "\ufeff \n{\"a\": 1}", `{"a":1}`},
		{"JSON escapes", `{"a\u00e9": "\ud83d\ude00\n<&>"}`, `{"aé":"😀\n<&>"}`},
		{"YAML map and list", "b: 1\na:\n- x\n- y: z\n", `{"b":1,"a":["x",{"y":"z"}]}`},
		{"a date is text", "a: 2010-09-09", `{"a":"2010-09-09"}`},
		{"a timestamp is text", "a: 2001-12-14t21:59:43.10-05:00", `{"a":"2001-12-14t21:59:43.10-05:00"}`},
		{"leading zeros are text", "a: 017\nb: 012345678901\nc: 0", `{"a":"017","b":"012345678901","c":0}`},
		{"an account id is its digits", "a: 123456789012", `{"a":123456789012}`},
		{"other spellings of numbers are text", "a: 0x1F\nb: 1_000\nc: +1\nd: .5\ne: 5.\nf: .inf\ng: 0o17\nh: 1:30", `{"a":"0x1F","b":"1_000","c":"+1","d":".5","e":"5.","f":".inf","g":"0o17","h":"1:30"}`},
		{"numbers keep their spelling", "a: 1.0\nb: -3\nc: 1e3\nd: 1.50E+2", `{"a":1.0,"b":-3,"c":1e3,"d":1.50E+2}`},
		{"on, off, yes and no are text", "a: on\nb: off\nc: yes\nd: no\ny: n", `{"a":"on","b":"off","c":"yes","d":"no","y":"n"}`},
		{"booleans in three spellings", "a: true\nb: True\nc: FALSE\nd: 'true'", `{"a":true,"b":true,"c":false,"d":"true"}`},
		{"null in its spellings", "a:\nb: ~\nc: null\nd: ''", `{"a":null,"b":null,"c":null,"d":""}`},
		{"quoted scalars are text", "a: '1'\nb: \"2\"\nc: |\n  3\nd: >-\n  4", `{"a":"1","b":"2","c":"3\n","d":"4"}`},
		{"names are text", "1: a\n2010-09-09: b\ntrue: c\n", `{"1":"a","2010-09-09":"b","true":"c"}`},
		{"plain scalars with dollars", "a: $request.body.action\nb: ${request.body.messageId}\nc: $connect\nd: /200/", `{"a":"$request.body.action","b":"${request.body.messageId}","c":"$connect","d":"/200/"}`},
		{"an anchor without an alias", "a: &x 1", `{"a":1}`},
		{"standard tags", "a: !!str 1\nb: !!int '2'\nc: !!bool \"true\"\nd: !!seq [1]\ne: !!map {f: g}\nh: !!null ''\ni: !!float 1.5", `{"a":"1","b":2,"c":true,"d":[1],"e":{"f":"g"},"h":null,"i":1.5}`},
		{"a comment only", "# nothing\n", `null`},
		{"nothing", "", `null`},
		{"a scalar", "file.yaml", `"file.yaml"`},

		{"!Ref", "a: !Ref B", `{"a":{"Ref":"B"}}`},
		{"the argument of a short tag is text", "a: !Ref 1\nb: !GetAZs ''\nc: !Base64 true\nd: !ImportValue 017\ne: !GetAZs", `{"a":{"Ref":"1"},"b":{"Fn::GetAZs":""},"c":{"Fn::Base64":"true"},"d":{"Fn::ImportValue":"017"},"e":{"Fn::GetAZs":""}}`},
		{"!GetAtt is cut at the first dot", "a: !GetAtt A.B.C\nb: !GetAtt [A, B]\nc: !GetAtt A", `{"a":{"Fn::GetAtt":["A","B.C"]},"b":{"Fn::GetAtt":["A","B"]},"c":{"Fn::GetAtt":"A"}}`},
		{"!Sub of a block", "a: !Sub |\n  x ${B}\n", `{"a":{"Fn::Sub":"x ${B}\n"}}`},
		{"short tags nest in lists", "a: !Join ['', [!Ref A, !Select [0, !Split [',', !Ref B]]]]", `{"a":{"Fn::Join":["",[{"Ref":"A"},{"Fn::Select":[0,{"Fn::Split":[",",{"Ref":"B"}]}]}]]}}`},
		{"short tags within long names", "a:\n  Fn::Base64: !Sub x", `{"a":{"Fn::Base64":{"Fn::Sub":"x"}}}`},
		{"!Condition", "a: !Not [!Condition B]", `{"a":{"Fn::Not":[{"Condition":"B"}]}}`},
		{"!Transform of a map", "a: !Transform {Name: AWS::Include}", `{"a":{"Fn::Transform":{"Name":"AWS::Include"}}}`},
		{"the other short tags", "[!If [c, 1, 2], !Equals [a, b], !And [], !Or [], !FindInMap [a, b, c], !Cidr [a, 1, 8], !ImportValue x, !Length [], !ToJsonString {a: b}, !Contains [], !EachMemberIn [], !EachMemberEquals [], !RefAll x, !ValueOf [a, b], !ValueOfAll [a, b]]",
			`[{"Fn::If":["c",1,2]},{"Fn::Equals":["a","b"]},{"Fn::And":[]},{"Fn::Or":[]},{"Fn::FindInMap":["a","b","c"]},{"Fn::Cidr":["a",1,8]},{"Fn::ImportValue":"x"},{"Fn::Length":[]},{"Fn::ToJsonString":{"a":"b"}},{"Fn::Contains":[]},{"Fn::EachMemberIn":[]},{"Fn::EachMemberEquals":[]},{"Fn::RefAll":"x"},{"Fn::ValueOf":["a","b"]},{"Fn::ValueOfAll":["a","b"]}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := Parse([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, string(n.JSON())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"JSON without a colon, as recorded on AWS", `{"this is invalid JSON"}`, "Template format error: JSON not well-formed. (line 1, column 25)"},
		{"JSON in a later line", "{\n  \"a\": {,\n}", "Template format error: JSON not well-formed. (line 2, column 10)"},
		{"JSON that ends early", `{"a":`, "Template format error: JSON not well-formed. (line 1, column 6)"},
		{"JSON with something behind", `{"a":1} x`, "Template format error: JSON not well-formed. (line 1, column 10)"},
		{"JSON with a name twice", "{\"a\": 1,\n \"a\": 2}", "Template format error: JSON not well-formed. (line 2, column 2)"},
		{"JSON that is not UTF-8", "{\"a\": \"\xff\"}", "Template format error: JSON not well-formed. (line 1, column 8)"},
		{"JSON nested too deep", strings.Repeat(`{"a":`, MaxDepth+1) + "1" + strings.Repeat("}", MaxDepth+1), "Template format error: JSON not well-formed. (line 1, column 1001)"},
		{"YAML map in a plain scalar", "a: b: c", "Template format error: YAML not well-formed. (line 1, column 5)"},
		{"YAML flow that ends early", "a: [1,\n", "Template format error: YAML not well-formed. (line 2, column 1)"},
		{"YAML indented by a tab", "a:\n\t- b\n", "Template format error: YAML not well-formed. (line 2, column 1)"},
		{"YAML with a name twice", "a: 1\nb: 2\na: 3\n", "Template format error: YAML not well-formed. (line 3, column 1)"},
		{"YAML with a name twice, spelled differently", "a: 1\n'a': 2\n", "Template format error: YAML not well-formed. (line 2, column 1)"},
		{"YAML with two documents", "a: 1\n---\nb: 2\n", "Template format error: YAML not well-formed."},
		{"YAML alias", "a: &x 1\nb: *x\n", aliasMessage},
		{"YAML alias as a name", "a: &x b\n*x : c\n", aliasMessage},
		{"YAML alias of nothing", "a: *x\n", "Template format error: YAML not well-formed. (line 1, column 4)"},
		{"YAML merge", "a:\n  <<: {b: c}\n", "Template format error: YAML not well-formed. (line 2, column 3)"},
		{"YAML binary", "a: !!binary aGk=", "Template format error: YAML not well-formed. (line 1, column 4)"},
		{"YAML set", "a: !!set {b}", "Template format error: YAML not well-formed. (line 1, column 4)"},
		{"YAML omap", "a: !!omap [b: c]", "Template format error: YAML not well-formed. (line 1, column 4)"},
		{"YAML timestamp by tag", "a: !!timestamp 2010-09-09", "Template format error: YAML not well-formed. (line 1, column 4)"},
		{"unknown short tag", "a:\n  b: !GetAttr A.B\n", "Template format error: YAML not well-formed. (line 2, column 6)"},
		{"two tags on one node", "a: !Base64 !Sub x\n", "Template format error: YAML not well-formed. (line 1, column 12)"},
		{"a list as a name", "? [a]\n: b\n", "Template format error: YAML not well-formed. (line 1, column 3)"},
		{"a function as a name", "!Ref a: b\n", "Template format error: YAML not well-formed. (line 1, column 1)"},
		{"YAML control character", "a: \x00", "Template format error: YAML not well-formed."},
		{"YAML that is not UTF-8", "a: \xff", "Template format error: YAML not well-formed. (line 1, column 4)"},
		{"YAML nested too deep", strings.Repeat("[", MaxDepth+2) + strings.Repeat("]", MaxDepth+2), "Template format error: YAML not well-formed. (line 1, column 202)"},
		{"YAML nested beyond the reader's limit", strings.Repeat("- ", 5000), "Template format error: YAML not well-formed. (line 1, column 801)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := Parse([]byte(c.text))
			if err == nil {
				t.Fatalf("got %s, want an error", n.JSON())
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Errorf("%T is no *Error", err)
			}
		})
	}
}

func TestAliasBomb(t *testing.T) {
	var text strings.Builder
	text.WriteString("a0: &a0 [x]\n")
	for i := 'b'; i < 'z'; i++ {
		text.WriteString(string(i) + ": &" + string(i) + " [" + strings.Repeat("*"+string(i-1)+", ", 9) + "]\n")
	}
	if _, err := Parse([]byte(strings.ReplaceAll(text.String(), "*a,", "*a0,"))); err == nil || err.Error() != aliasMessage {
		t.Errorf("got %v", err)
	}
}

func TestPositions(t *testing.T) {
	for _, text := range []string{
		"a:\n  - b\n  - !Ref C\n",
		"{\"a\":\n [\"b\",\n  {\"Ref\": \"C\"}]}",
	} {
		n, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		call := n.Get("a").Items[1]
		if want := strings.Count(text[:strings.Index(text, "C")], "\n") + 1; call.Line != want || call.Column == 0 {
			t.Errorf("%q: at %d:%d, want line %d", text, call.Line, call.Column, want)
		}
		if m := n.Members[0]; m.Line != 1 {
			t.Errorf("%q: the name is in line %d", text, m.Line)
		}
	}
}

func TestEqual(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		want       bool
	}{
		{"the order of members does not count", "{a: 1, b: 2}", "{b: 2, a: 1}", true},
		{"that of items does", "[1, 2]", "[2, 1]", false},
		{"the spelling of numbers does", "[1]", "[1.0]", false},
		{"the kind does", "[1]", "['1']", false},
		{"a member more", "{a: 1}", "{a: 1, b: 2}", false},
		{"another member", "{a: 1}", "{b: 1}", false},
		{"null", "[null]", "[~]", true},
	} {
		a, err := parseYAML([]byte(c.a))
		if err != nil {
			t.Fatal(err)
		}
		b, err := parseYAML([]byte(c.b))
		if err != nil {
			t.Fatal(err)
		}
		if got := Equal(a, b); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if Equal(NewUnknown(), NewUnknown()) {
		t.Error("what is not known equals nothing")
	}
	if Equal(nil, NewBool(true)) || !Equal(nil, nil) {
		t.Error("nil equals nil only")
	}
}

func TestNilNode(t *testing.T) {
	var n *Node
	if _, ok := n.Scalar(); ok || n.Get("x").Has("y") || n.Is(Null) || !n.Known() || string(n.JSON()) != "null" {
		t.Error("a nil node is not absent")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "{}", `{"a": [1, {"b": null}]}`, "a: !Sub '${b}'", "- - - x", "a: &x [*x]", "%YAML 1.1\n---\na: b",
		"a: |2\n  x\n", "{\"a\":1}}", "? a\n: b", "a: !GetAtt [b, !Ref c]", "!!map {a: b}", "\ufeff{",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		n, err := Parse(text)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		// What is read is JSON, and reading that again gives the same.
		if n.Kind != Map {
			return
		}
		again, err := Parse(n.JSON())
		if err != nil {
			t.Fatalf("%v in %s", err, n.JSON())
		}
		if !Equal(n, again) {
			t.Fatalf("%s became %s", n.JSON(), again.JSON())
		}
	})
}
