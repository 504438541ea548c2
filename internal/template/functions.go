package template

import (
	"strings"
)

// The intrinsic functions by their long names.
const (
	fnRef              = "Ref"
	fnCondition        = "Condition"
	fnAnd              = "Fn::And"
	fnBase64           = "Fn::Base64"
	fnCidr             = "Fn::Cidr"
	fnContains         = "Fn::Contains"
	fnEachMemberEquals = "Fn::EachMemberEquals"
	fnEachMemberIn     = "Fn::EachMemberIn"
	fnEquals           = "Fn::Equals"
	fnFindInMap        = "Fn::FindInMap"
	fnForEach          = "Fn::ForEach::" // the loop's name follows
	fnGetAtt           = "Fn::GetAtt"
	fnGetAZs           = "Fn::GetAZs"
	fnIf               = "Fn::If"
	fnImportValue      = "Fn::ImportValue"
	fnJoin             = "Fn::Join"
	fnLength           = "Fn::Length"
	fnNot              = "Fn::Not"
	fnOr               = "Fn::Or"
	fnRefAll           = "Fn::RefAll"
	fnSelect           = "Fn::Select"
	fnSplit            = "Fn::Split"
	fnSub              = "Fn::Sub"
	fnToJSONString     = "Fn::ToJsonString"
	fnTransform        = "Fn::Transform"
	fnValueOf          = "Fn::ValueOf"
	fnValueOfAll       = "Fn::ValueOfAll"
)

// supportedFunctions is the list in AWS's message for a function it does not
// know, in its order.
const supportedFunctions = "[Fn::Base64, Fn::GetAtt, Fn::GetAZs, Fn::ImportValue, Fn::Join, Fn::Split, " +
	"Fn::FindInMap, Fn::Select, Ref, Fn::Equals, Fn::If, Fn::Not, Condition, Fn::And, Fn::Or, Fn::Contains, " +
	"Fn::EachMemberEquals, Fn::EachMemberIn, Fn::ValueOf, Fn::ValueOfAll, Fn::RefAll, Fn::Sub, Fn::Cidr]"

// AWS's texts for functions of the wrong form: [ls] where control-plane
// reference section B7 has them, otherwise from practice.
const (
	refForm        = "Template error: every Ref object must have a single String value."
	getAttForm     = "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute"
	joinForm       = "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined."
	splitForm      = "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split."
	selectForm     = "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"
	findInMapForm  = "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value"
	equalsForm     = "Template error: every Fn::Equals object requires a list of 2 string parameters."
	subForm        = "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string"
	subNameForm    = "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons"
	ifForm         = "Template error: Fn::If requires a list argument with three elements"
	ifNameForm     = "Template error: Fn::If requires a list argument with the first element being a condition"
	importForm     = "Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs"
	conditionsForm = "Template format error: Conditions can only be boolean operations on parameters and other conditions"
	// unverified texts
	notForm    = "Template error: every Fn::Not object requires one boolean parameter."
	cidrForm   = "Template error: every Fn::Cidr object requires three parameters, an IP address block, a count between 1 and 256 and the number of subnet bits"
	lengthForm = "Template error: every Fn::Length object requires a list or a function that returns a list."
)

// isFunctionName reports whether a member of that name is meant as a function.
// Case is not regarded: AWS refuses fn::GetAtt as an unknown function.
func isFunctionName(name string) bool {
	return name == fnRef || len(name) > 4 && strings.EqualFold(name[:4], "Fn::")
}

// function returns the name and argument of the function that n calls.
func function(n *Node) (name string, argument *Node, ok bool) {
	if !n.Is(Map) || len(n.Members) != 1 || !isFunctionName(n.Members[0].Name) {
		return "", nil, false
	}
	return n.Members[0].Name, n.Members[0].Value, true
}

// isCallOf reports whether n calls the function.
func isCallOf(n *Node, name string) bool {
	called, _, ok := function(n)
	return ok && called == name
}

// items returns the elements of a list argument of length between least and
// most.
func items(n *Node, least, most int) ([]*Node, bool) {
	if !n.Is(List) || len(n.Items) < least || len(n.Items) > most {
		return nil, false
	}
	return n.Items, true
}

// getAtt splits the argument of Fn::GetAtt: a list of two, or "Resource.Attr"
// cut at the first dot. The attribute may be an expression.
func getAtt(argument *Node) (logicalID string, attribute *Node, ok bool) {
	if argument.Is(String) {
		id, attr, found := strings.Cut(argument.Text, ".")
		if !found || id == "" || attr == "" {
			return "", nil, false
		}
		return id, &Node{Kind: String, Text: attr, Line: argument.Line, Column: argument.Column}, true
	}
	pair, ok := items(argument, 2, 2)
	if !ok || !pair[0].Is(String) || pair[0].Text == "" {
		return "", nil, false
	}
	text, isText := pair[1].Scalar()
	_, _, isFunction := function(pair[1])
	if !isFunction && (!isText || text == "") {
		return "", nil, false
	}
	return pair[0].Text, pair[1], true
}

// sub splits the argument of Fn::Sub into its string and its map of variables,
// which is nil if there is none.
func sub(argument *Node) (text, variables *Node, ok bool) {
	if argument.Is(List) {
		pair, ok := items(argument, 2, 2)
		if !ok || !pair[1].Is(Map) {
			return nil, nil, false
		}
		if _, _, isFunction := function(pair[1]); isFunction {
			return nil, nil, false
		}
		argument, variables = pair[0], pair[1]
	}
	_, ok = argument.Scalar()
	return argument, variables, ok
}

// subPart is a stretch of Fn::Sub's string: literal text, or the name between
// "${" and "}".
type subPart struct {
	text     string
	variable bool
}

// subParts cuts Fn::Sub's string. "${!Name}" is the literal "${Name}"; "${"
// without an end is literal. False: a name has characters which AWS refuses.
func subParts(text string) ([]subPart, bool) {
	var parts []subPart
	var literal strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			literal.WriteString(text)
			break
		}
		literal.WriteString(before)
		text = after
		if escaped, isEscape := strings.CutPrefix(name, "!"); isEscape {
			literal.WriteString("${" + escaped + "}")
			continue
		}
		if !isSubName(name) {
			return nil, false
		}
		if literal.Len() > 0 {
			parts = append(parts, subPart{text: literal.String()})
			literal.Reset()
		}
		parts = append(parts, subPart{text: name, variable: true})
	}
	if literal.Len() > 0 {
		parts = append(parts, subPart{text: literal.String()})
	}
	return parts, true
}

// byName indexes the variables of Fn::Sub, of which there may be many.
func byName(variables *Node) map[string]*Node {
	if variables == nil {
		return nil
	}
	named := make(map[string]*Node, len(variables.Members))
	for _, m := range variables.Members {
		named[m.Name] = m.Value
	}
	return named
}

func isSubName(name string) bool {
	if name == "" {
		return false
	}
	for _, r := range name {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '_', r == '.', r == ':':
		default:
			return false
		}
	}
	return true
}

// pseudoParameters are the names that Ref knows in every template.
var pseudoParameters = map[string]bool{
	"AWS::AccountId": true, "AWS::NotificationARNs": true, "AWS::NoValue": true,
	"AWS::Partition": true, "AWS::Region": true, "AWS::StackId": true,
	"AWS::StackName": true, "AWS::URLSuffix": true,
}

const noValue = "AWS::NoValue"

// path is the place of a node while a tree is walked, "/Resources/Api/…".
type path []string

func (p path) String() string {
	if len(p) == 0 {
		return ""
	}
	return "/" + strings.Join(p, "/")
}
