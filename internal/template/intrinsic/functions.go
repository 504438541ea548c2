package intrinsic

import (
	"strings"

	"postern/internal/template/syntax"
)

// The intrinsic functions by their long names.
const (
	Ref              = "Ref"
	Condition        = "Condition"
	And              = "Fn::And"
	Base64           = "Fn::Base64"
	Cidr             = "Fn::Cidr"
	Contains         = "Fn::Contains"
	EachMemberEquals = "Fn::EachMemberEquals"
	EachMemberIn     = "Fn::EachMemberIn"
	Equals           = "Fn::Equals"
	FindInMap        = "Fn::FindInMap"
	ForEach          = "Fn::ForEach::" // the loop's name follows
	GetAtt           = "Fn::GetAtt"
	GetAZs           = "Fn::GetAZs"
	If               = "Fn::If"
	ImportValue      = "Fn::ImportValue"
	Join             = "Fn::Join"
	Length           = "Fn::Length"
	Not              = "Fn::Not"
	Or               = "Fn::Or"
	RefAll           = "Fn::RefAll"
	Select           = "Fn::Select"
	Split            = "Fn::Split"
	Sub              = "Fn::Sub"
	ToJSONString     = "Fn::ToJsonString"
	Transform        = "Fn::Transform"
	ValueOf          = "Fn::ValueOf"
	ValueOfAll       = "Fn::ValueOfAll"
)

// supportedFunctions is the list in AWS's message for a function it does not
// know, in its order.
const supportedFunctions = "[Fn::Base64, Fn::GetAtt, Fn::GetAZs, Fn::ImportValue, Fn::Join, Fn::Split, " +
	"Fn::FindInMap, Fn::Select, Ref, Fn::Equals, Fn::If, Fn::Not, Condition, Fn::And, Fn::Or, Fn::Contains, " +
	"Fn::EachMemberEquals, Fn::EachMemberIn, Fn::ValueOf, Fn::ValueOfAll, Fn::RefAll, Fn::Sub, Fn::Cidr]"

// AWS's texts for functions of the wrong form, recorded from the service or
// known from its users' reports.
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
	conditionsForm = "Template format error: Conditions can only be boolean operations on parameters and other conditions"
	// unverified
	notForm    = "Template error: every Fn::Not object requires one boolean parameter."
	cidrForm   = "Template error: every Fn::Cidr object requires three parameters, an IP address block, a count between 1 and 256 and the number of subnet bits"
	lengthForm = "Template error: every Fn::Length object requires a list or a function that returns a list."
)

// ImportForm is AWS's text for the name of an import that needs a resource.
const ImportForm = "Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs"

// IsName reports whether a member of that name is meant as a function.
// Case is not regarded: AWS refuses fn::GetAtt as an unknown function.
func IsName(name string) bool {
	return name == Ref || len(name) > 4 && strings.EqualFold(name[:4], "Fn::")
}

// Call returns the name and argument of the function that n calls.
func Call(n *syntax.Node) (name string, argument *syntax.Node, ok bool) {
	if !n.Is(syntax.Map) || len(n.Members) != 1 || !IsName(n.Members[0].Name) {
		return "", nil, false
	}
	return n.Members[0].Name, n.Members[0].Value, true
}

// IsCallOf reports whether n calls the function.
func IsCallOf(n *syntax.Node, name string) bool {
	called, _, ok := Call(n)
	return ok && called == name
}

// Arguments returns the elements of a list argument of length between least and
// most.
func Arguments(n *syntax.Node, least, most int) ([]*syntax.Node, bool) {
	if !n.Is(syntax.List) || len(n.Items) < least || len(n.Items) > most {
		return nil, false
	}
	return n.Items, true
}

// ParseGetAtt splits the argument of Fn::GetAtt: a list of two, or "Resource.Attr"
// cut at the first dot. The attribute may be an expression.
func ParseGetAtt(argument *syntax.Node) (logicalID string, attribute *syntax.Node, ok bool) {
	if argument.Is(syntax.String) {
		id, attr, found := strings.Cut(argument.Text, ".")
		if !found || id == "" || attr == "" {
			return "", nil, false
		}
		return id, &syntax.Node{Kind: syntax.String, Text: attr, Line: argument.Line, Column: argument.Column}, true
	}
	pair, ok := Arguments(argument, 2, 2)
	if !ok || !pair[0].Is(syntax.String) || pair[0].Text == "" {
		return "", nil, false
	}
	text, isText := pair[1].Scalar()
	_, _, isFunction := Call(pair[1])
	if !isFunction && (!isText || text == "") {
		return "", nil, false
	}
	return pair[0].Text, pair[1], true
}

// ParseSub splits the argument of Fn::Sub into its string and its map of variables,
// which is nil if there is none.
func ParseSub(argument *syntax.Node) (text, variables *syntax.Node, ok bool) {
	if argument.Is(syntax.List) {
		pair, ok := Arguments(argument, 2, 2)
		if !ok || !pair[1].Is(syntax.Map) {
			return nil, nil, false
		}
		if _, _, isFunction := Call(pair[1]); isFunction {
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
func byName(variables *syntax.Node) map[string]*syntax.Node {
	if variables == nil {
		return nil
	}
	named := make(map[string]*syntax.Node, len(variables.Members))
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

// NoValue is the pseudo parameter that removes what is set to it.
const NoValue = "AWS::NoValue"

// IsPseudo reports whether name is a pseudo parameter.
func IsPseudo(name string) bool {
	switch name {
	case NoValue, "AWS::AccountId", "AWS::NotificationARNs", "AWS::Partition", "AWS::Region",
		"AWS::StackId", "AWS::StackName", "AWS::URLSuffix":
		return true
	}
	return false
}
