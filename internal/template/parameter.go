package template

// Parameter is a member of the Parameters section.
type Parameter struct {
	Name string
	// Type is one of AWS's parameter types: String, Number, List<Number>,
	// CommaDelimitedList, AWS::SSM::Parameter::Value<String>, …
	Type string
	// Default is the default value, nil if there is none.
	Default *string
	// NoEcho hides the value: it reads "****" in every answer.
	NoEcho      bool
	Description string
	// AllowedValues are the values admitted; nil: any.
	AllowedValues []string
	// AllowedPattern is a regular expression of Java's that the whole value
	// must match; empty: any.
	AllowedPattern string
	// ConstraintDescription replaces the text of a violated constraint.
	ConstraintDescription string
	// MinLength, MaxLength count characters; MinValue, MaxValue are numbers as
	// they are spelled. Empty if absent.
	MinLength, MaxLength, MinValue, MaxValue string

	Line, Column int
}

// ParameterValue is a parameter with the value it has in one stack, as
// DescribeStacks and DescribeChangeSet show it.
type ParameterValue struct {
	Name string
	// Value is what the user gave, or the default: the parameter's name in the
	// Systems Manager for an SSM parameter type. It is the true value also
	// where NoEcho is set: Shown hides it.
	Value string
	// Resolved is the value that an SSM parameter type stands for; empty for
	// other types.
	Resolved string
	NoEcho   bool
}

// Shown returns the value as it is shown to users: "****" under NoEcho.
func (v ParameterValue) Shown() string {
	if v.NoEcho {
		return "****"
	}
	return v.Value
}
