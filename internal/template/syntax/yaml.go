package syntax

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// shortTags are the functions that have a short form, "!Sub", by their names
// without "Fn::". Ref and Condition have no prefix in the long form either.
var shortTags = map[string]string{
	"Ref": "Ref", "Condition": "Condition",
	"And": "Fn::And", "Base64": "Fn::Base64", "Cidr": "Fn::Cidr",
	"Contains": "Fn::Contains", "EachMemberEquals": "Fn::EachMemberEquals",
	"EachMemberIn": "Fn::EachMemberIn", "Equals": "Fn::Equals",
	"FindInMap": "Fn::FindInMap", "GetAtt": "Fn::GetAtt", "GetAZs": "Fn::GetAZs",
	"If": "Fn::If", "ImportValue": "Fn::ImportValue", "Join": "Fn::Join",
	"Length": "Fn::Length", "Not": "Fn::Not", "Or": "Fn::Or",
	"RefAll": "Fn::RefAll", "Select": "Fn::Select", "Split": "Fn::Split",
	"Sub": "Fn::Sub", "ToJsonString": "Fn::ToJsonString",
	"Transform": "Fn::Transform", "ValueOf": "Fn::ValueOf",
	"ValueOfAll": "Fn::ValueOfAll",
}

// standardTags are the explicit tags of YAML that CloudFormation admits.
// binary, omap, pairs, set and timestamp are refused by its documentation.
var standardTags = map[string]bool{
	"!!str": true, "!!int": true, "!!float": true, "!!bool": true,
	"!!null": true, "!!map": true, "!!seq": true,
}

const aliasMessage = "Template error: YAML aliases are not allowed in CloudFormation templates"

// parseYAML reads a text that is not JSON.
func parseYAML(text []byte) (*Node, error) {
	var document yaml.Node
	// One level of the tree may be two of the reader's; the exact bound is
	// checked while the tree is built.
	limits := loaderlimits.New(loaderlimits.DepthValue(2 * MaxDepth))
	err := yaml.Load(text, &document, yaml.WithPlugin(limits))
	if err != nil {
		var load *yaml.LoadError
		if !errors.As(err, &load) {
			return nil, notWellFormed(false, 0, 0, err.Error())
		}
		if strings.Contains(load.Message, "no documents in stream") {
			return &Node{Line: 1, Column: 1}, nil
		}
		return nil, notWellFormed(false, load.Mark.Line, load.Mark.Column, load.Message)
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) != 1 {
		return nil, notWellFormed(false, 0, 0, "no document")
	}
	return fromYAML(document.Content[0], 0)
}

// fromYAML turns a node of the reader's into one of ours.
func fromYAML(y *yaml.Node, depth int) (*Node, error) {
	if y.Kind == yaml.AliasNode {
		return nil, &Error{Message: aliasMessage, Line: y.Line, Column: y.Column}
	}
	if depth > MaxDepth {
		return nil, notWellFormed(false, y.Line, y.Column, fmt.Sprintf("nested deeper than %d", MaxDepth))
	}
	if y.Style&yaml.TaggedStyle == 0 {
		return untagged(y, "", depth)
	}
	tag := y.ShortTag()
	if standardTags[tag] {
		return untagged(y, tag, depth)
	}
	name, ok := shortTags[strings.TrimPrefix(tag, "!")]
	if !ok || !strings.HasPrefix(tag, "!") || strings.HasPrefix(tag, "!!") {
		return nil, notWellFormed(false, y.Line, y.Column, fmt.Sprintf("unknown tag %s", tag))
	}
	argument, err := argumentOf(y, name, depth+1)
	if err != nil {
		return nil, err
	}
	call := &Node{Kind: Map, Line: y.Line, Column: y.Column}
	call.Members = []Member{{Name: name, Value: argument, Line: y.Line, Column: y.Column}}
	return call, nil
}

// argumentOf reads what follows a short tag. A scalar is text, whatever it
// looks like; that of !GetAtt is the resource and, after the first dot, the
// attribute.
func argumentOf(y *yaml.Node, name string, depth int) (*Node, error) {
	if y.Kind != yaml.ScalarNode {
		return untagged(y, "", depth)
	}
	text := &Node{Kind: String, Text: y.Value, Line: y.Line, Column: y.Column}
	if name != "Fn::GetAtt" {
		return text, nil
	}
	resource, attribute, ok := strings.Cut(y.Value, ".")
	if !ok {
		return text, nil
	}
	return &Node{Kind: List, Line: y.Line, Column: y.Column, Items: []*Node{
		{Kind: String, Text: resource, Line: y.Line, Column: y.Column},
		{Kind: String, Text: attribute, Line: y.Line, Column: y.Column},
	}}, nil
}

// untagged reads a node without regard to a function's tag; tag is an explicit
// standard one or empty.
func untagged(y *yaml.Node, tag string, depth int) (*Node, error) {
	n := &Node{Line: y.Line, Column: y.Column}
	switch y.Kind {
	case yaml.ScalarNode:
		plain := y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
		n.Kind, n.Text = String, y.Value
		if tag != "!!str" && (plain || tag != "") {
			s := scalar(y.Value)
			n.Kind, n.Text = s.Kind, s.Text
		}
	case yaml.SequenceNode:
		n.Kind = List
		for _, child := range y.Content {
			item, err := fromYAML(child, depth+1)
			if err != nil {
				return nil, err
			}
			n.Items = append(n.Items, item)
		}
	case yaml.MappingNode:
		n.Kind = Map
		return n, membersFromYAML(n, y, depth)
	default:
		return nil, notWellFormed(false, y.Line, y.Column, "unexpected node")
	}
	return n, nil
}

func membersFromYAML(n *Node, y *yaml.Node, depth int) error {
	seen := make(map[string]bool, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		switch {
		case key.Kind == yaml.AliasNode:
			return &Error{Message: aliasMessage, Line: key.Line, Column: key.Column}
		case key.Kind != yaml.ScalarNode:
			return notWellFormed(false, key.Line, key.Column, "a name must be a scalar")
		case key.ShortTag() == "!!merge":
			return notWellFormed(false, key.Line, key.Column, "merge keys are not supported")
		case key.Style&yaml.TaggedStyle != 0 && !standardTags[key.ShortTag()]:
			return notWellFormed(false, key.Line, key.Column, "a name cannot be a function")
		case seen[key.Value]:
			return notWellFormed(false, key.Line, key.Column, fmt.Sprintf("%q is there twice", key.Value))
		}
		seen[key.Value] = true
		value, err := fromYAML(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		n.Members = append(n.Members, Member{Name: key.Value, Value: value, Line: key.Line, Column: key.Column})
	}
	return nil
}
