package template

import (
	"postern/internal/template/intrinsic"
	"postern/internal/template/syntax"
)

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

// assert refuses parameters that break a rule. AWS's text is not known.
func assert(rule Rule, e *intrinsic.Evaluator) error {
	e.Path = intrinsic.Path{"Rules", rule.Name}
	if rule.Condition != nil {
		applies, err := e.Boolean(rule.Condition)
		if err != nil || !applies {
			return err
		}
	}
	for _, assertion := range rule.Assertions {
		holds, err := e.Boolean(assertion.Assert)
		if err != nil {
			return err
		}
		if !holds {
			description := assertion.Description
			if description == "" {
				description = "an assertion does not hold"
			}
			return syntax.Errorf(assertion.Assert, "Template error: rule %s failed: %s", rule.Name, description).At(e.Path.String())
		}
	}
	return nil
}
