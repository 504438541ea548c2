package template

// AWS's texts, once more: a change of the package's own must show here.
const (
	refForm        = "Template error: every Ref object must have a single String value."
	getAttForm     = "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute"
	joinForm       = "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined."
	splitForm      = "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split."
	selectForm     = "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"
	findInMapForm  = "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value"
	subForm        = "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string"
	ifForm         = "Template error: Fn::If requires a list argument with three elements"
	ifNameForm     = "Template error: Fn::If requires a list argument with the first element being a condition"
	importForm     = "Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs"
	conditionsForm = "Template format error: Conditions can only be boolean operations on parameters and other conditions"
	notForm        = "Template error: every Fn::Not object requires one boolean parameter."
	cidrForm       = "Template error: every Fn::Cidr object requires three parameters, an IP address block, a count between 1 and 256 and the number of subnet bits"
	lengthForm     = "Template error: every Fn::Length object requires a list or a function that returns a list."

	supportedFunctions = "[Fn::Base64, Fn::GetAtt, Fn::GetAZs, Fn::ImportValue, Fn::Join, Fn::Split, Fn::FindInMap, Fn::Select, Ref, Fn::Equals, Fn::If, Fn::Not, Condition, Fn::And, Fn::Or, Fn::Contains, Fn::EachMemberEquals, Fn::EachMemberIn, Fn::ValueOf, Fn::ValueOfAll, Fn::RefAll, Fn::Sub, Fn::Cidr]"
	tooLarge           = "Template error: the values of the template are too large"
)
