package cloudformation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"postern/internal/awserr"
	"postern/internal/query"
	"postern/internal/service/cloudformation/stack"
	"postern/internal/template"
)

// maxFetched is the largest template that is read from a URL, in bytes.
//
// Source: CloudFormation user guide, "quotas", template body size in an S3
// object.
const maxFetched = 1_000_000

// source is where a template comes from: exactly one of the three.
type source struct {
	body, url   string
	usePrevious bool
	previous    *stack.Stack // nil: there is none
}

// text returns the template's text.
func (s *Service) text(ctx context.Context, c query.Caller, from source) (string, error) {
	given := 0
	for _, is := range []bool{from.body != "", from.url != "", from.usePrevious} {
		if is {
			given++
		}
	}
	switch {
	case given == 0:
		return "", invalid("Either Template URL or Template Body must be specified.")
	case given > 1:
		return "", invalid("You must specify only one of Template Body, Template URL and Use Previous Template.")
	case from.usePrevious && (from.previous == nil || from.previous.Template == ""):
		return "", invalid("Use Previous Template is not valid for a stack that has no template.")
	case from.usePrevious:
		return from.previous.Template, nil
	case from.url != "":
		return s.fetch(ctx, c, from.url)
	}
	return from.body, nil
}

func (s *Service) fetch(ctx context.Context, c query.Caller, url string) (string, error) {
	if s.options.Fetch == nil {
		return "", invalid("TemplateURL must be a supported URL.")
	}
	text, err := s.options.Fetch(ctx, c, url)
	if err != nil {
		return "", err
	}
	if len(text) > maxFetched {
		return "", invalid("Template may not exceed %d bytes in size.", maxFetched)
	}
	return string(text), nil
}

// parse reads a template and refuses what no stack could be made of.
func (s *Service) parse(text string) (*template.Template, error) {
	t, err := template.Parse([]byte(text))
	if err != nil {
		return nil, ofTemplate(err)
	}
	if err := t.Validate(); err != nil {
		return nil, ofTemplate(err)
	}
	if len(t.Transforms) > 0 {
		return t, nil // its types are known once they are expanded
	}
	return t, s.knownTypes(t)
}

// knownTypes refuses resource types that there are not.
func (s *Service) knownTypes(t *template.Template) error {
	var unknown []string
	for _, name := range t.ResourceTypes() {
		if _, ok := s.options.Registry.Lookup(name); !ok {
			unknown = append(unknown, name)
		}
	}
	if unknown == nil {
		return nil
	}
	return invalid("Template format error: Unrecognized resource types: [%s]", strings.Join(unknown, ", "))
}

// bind gives a template the values of a stack and says what it then is.
func (s *Service) bind(t *template.Template, owner *stack.Stack, v *stack.Version) (*template.Bound, error) {
	values := make(map[string]string, len(v.Parameters))
	for _, p := range v.Parameters {
		values[p.Key] = p.Value
	}
	env := template.Environment{
		AccountID: owner.AccountID, Region: owner.Region, StackID: owner.ID, StackName: owner.Name,
		URLSuffix: s.options.URLSuffix, NotificationARNs: v.NotificationARNs, Transforms: s.options.Transforms,
	}
	if s.options.Resolver != nil {
		env.Resolver = s.options.Resolver(owner.Scope())
	}
	bound, err := t.Bind(values, env)
	if err != nil {
		return nil, ofTemplate(err)
	}
	if err := s.knownTypes(bound.Template); err != nil {
		return nil, err
	}
	v.Description = t.Description
	v.Parameters = make([]stack.Parameter, len(bound.Parameters))
	for i, p := range bound.Parameters {
		v.Parameters[i] = stack.Parameter{Key: p.Name, Value: p.Value, Resolved: p.Resolved, NoEcho: p.NoEcho}
	}
	return bound, nil
}

// rebind binds a version of a stack again.
func (s *Service) rebind(_ context.Context, owner *stack.Stack, v *stack.Version) (*template.Bound, error) {
	t, err := template.Parse([]byte(v.Template))
	if err != nil {
		return nil, fmt.Errorf("template of stack %s: %w", owner.Name, err)
	}
	again := *v
	return s.bind(t, owner, &again)
}

// parameters returns the values that a request gives, those of the stack's last
// version where it says so.
func parameters(given []Parameter, previous *stack.Stack) ([]stack.Parameter, error) {
	values := make([]stack.Parameter, 0, len(given))
	for _, p := range given {
		if p.ParameterKey == "" {
			return nil, invalid("ParameterKey must not be empty.")
		}
		if slices.ContainsFunc(values, func(v stack.Parameter) bool { return v.Key == p.ParameterKey }) {
			return nil, invalid("Parameter '%s' is given more than once.", p.ParameterKey)
		}
		value := stack.Parameter{Key: p.ParameterKey}
		switch usePrevious := p.UsePreviousValue != nil && *p.UsePreviousValue; {
		case usePrevious && p.ParameterValue != nil && *p.ParameterValue != "":
			return nil, invalid("Invalid input for parameter key %s. Cannot specify usePreviousValue as true and non empty value for a parameter", p.ParameterKey)
		case usePrevious:
			old, ok := stack.Parameter{}, false
			if previous != nil {
				old, ok = previous.Parameter(p.ParameterKey)
			}
			if !ok {
				return nil, invalid("Invalid input for parameter key %s. Cannot specify usePreviousValue as true for a parameter key not in the previous template", p.ParameterKey)
			}
			value.Value = old.Value
		case p.ParameterValue == nil:
			continue // as if it were not there: the default counts
		default:
			value.Value = *p.ParameterValue
		}
		values = append(values, value)
	}
	return values, nil
}

// checkCapabilities refuses a template that needs more than is acknowledged.
// Expanded says that a transform has to be acknowledged, too.
func checkCapabilities(declared *template.Template, bound *template.Bound, given []string, expanded bool) error {
	var needed []string
	if expanded {
		needed, _ = declared.Capabilities()
	}
	more, _ := bound.Template.Capabilities()
	needed = append(needed, more...)
	var missing []string
	for _, c := range needed {
		if !expanded && c == template.CapabilityAutoExpand || slices.Contains(missing, c) {
			continue
		}
		has := slices.Contains(given, c) ||
			c == template.CapabilityIAM && slices.Contains(given, template.CapabilityNamedIAM)
		if !has {
			missing = append(missing, c)
		}
	}
	if missing == nil {
		return nil
	}
	return awserr.Newf(insufficientCapabilities, "Requires capabilities : [%s]", strings.Join(missing, ", "))
}

// checkTypes refuses resource types that the request's ResourceTypes exclude.
func checkTypes(bound *template.Bound, allowed []string) error {
	if len(allowed) == 0 {
		return nil
	}
	for _, name := range bound.Template.ResourceTypes() {
		fits := slices.ContainsFunc(allowed, func(pattern string) bool {
			prefix, wild := strings.CutSuffix(pattern, "*")
			return pattern == name || wild && strings.HasPrefix(name, prefix)
		})
		if !fits {
			return invalid("Resource type %s is not allowed by parameter ResourceTypes [%s]", name, strings.Join(allowed, ", "))
		}
	}
	return nil
}

// The quotas on tags of a stack.
const maxTags = 50

func checkTags(tags []stack.Tag) error {
	if len(tags) > maxTags {
		return invalid("Number of tags exceeds the limit of %d", maxTags)
	}
	for i, t := range tags {
		if strings.HasPrefix(t.Key, "aws:") {
			return invalid("aws: prefixed tag key names are not allowed for external use.")
		}
		if slices.ContainsFunc(tags[:i], func(other stack.Tag) bool { return other.Key == t.Key }) {
			return invalid("Duplicate tag keys are not allowed: %s", t.Key)
		}
	}
	return nil
}
