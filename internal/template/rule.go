package template

// Rule is a member of the Rules section: assertions on parameters.
type Rule struct {
	Name string
	// Condition is the RuleCondition, nil: the assertions always hold.
	Condition  *Node
	Assertions []Assertion
}

// Assertion is one thing that a Rule demands.
type Assertion struct {
	Assert      *Node
	Description string
}
