package cloudformation

import (
	"context"
	"errors"

	"postern/internal/query"
	"postern/internal/service/cloudformation/stack"
	"postern/internal/template"
)

// GetTemplateInput is the input of GetTemplate.
type GetTemplateInput struct {
	StackName     string
	ChangeSetName string `max:"1600" pattern:"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*"`
	TemplateStage string `enum:"Original|Processed"`
}

// GetTemplateOutput is the answer of GetTemplate.
type GetTemplateOutput struct {
	TemplateBody    string
	StagesAvailable []string
}

// GetTemplate returns the template of a stack or change set, as it was given or
// with its transforms applied.
func (s *Service) GetTemplate(ctx context.Context, c query.Caller, in *GetTemplateInput) (*GetTemplateOutput, error) {
	owner, v, err := s.versionOf(ctx, c, in)
	if err != nil {
		return nil, err
	}
	out := &GetTemplateOutput{TemplateBody: v.Template, StagesAvailable: []string{"Original", "Processed"}}
	if in.TemplateStage != "Processed" {
		return out, nil
	}
	t, err := template.Parse([]byte(v.Template))
	if err != nil || len(t.Transforms) == 0 {
		return out, nil
	}
	bound, err := s.rebind(ctx, owner, v)
	if err != nil {
		return nil, err
	}
	out.TemplateBody = string(bound.Template.JSON())
	return out, nil
}

func (s *Service) versionOf(ctx context.Context, c query.Caller, in *GetTemplateInput) (*stack.Stack, *stack.Version, error) {
	if in.ChangeSetName != "" {
		rec, cs, err := s.findChangeSet(ctx, c, in.ChangeSetName, in.StackName)
		if err != nil {
			return nil, nil, err
		}
		return rec.Stack, &cs.Version, nil
	}
	if in.StackName == "" {
		return nil, nil, invalid("StackName is required if ChangeSetName is not specified.")
	}
	rec, err := s.withID(ctx, c, in.StackName)
	if err != nil {
		return nil, nil, err
	}
	if rec.Template == "" {
		return rec.Stack, &stack.Version{Template: "{}"}, nil // under review; the CDK asks
	}
	return rec.Stack, &rec.Version, nil
}

// TemplateInput is the input of ValidateTemplate.
type TemplateInput struct {
	TemplateBody string `maxbytes:"51200"`
	TemplateURL  string `max:"5120"`
}

// TemplateParameter is a parameter of a template that was validated.
type TemplateParameter struct {
	ParameterKey string
	DefaultValue *string
	NoEcho       bool
	Description  string
}

// ValidateTemplateOutput is the answer of ValidateTemplate.
type ValidateTemplateOutput struct {
	Parameters         []TemplateParameter
	Description        string
	Capabilities       []string
	CapabilitiesReason string
	DeclaredTransforms []string
}

// ValidateTemplate checks a template and says what it needs.
func (s *Service) ValidateTemplate(ctx context.Context, c query.Caller, in *TemplateInput) (*ValidateTemplateOutput, error) {
	text, err := s.text(ctx, c, source{body: in.TemplateBody, url: in.TemplateURL})
	if err != nil {
		return nil, err
	}
	t, err := s.parse(text)
	if err != nil {
		return nil, err
	}
	out := &ValidateTemplateOutput{Parameters: []TemplateParameter{}, Description: t.Description}
	out.Capabilities, out.CapabilitiesReason = t.Capabilities()
	if len(t.Transforms) > 0 {
		out.DeclaredTransforms = t.Transforms
	}
	for _, p := range t.Parameters {
		out.Parameters = append(out.Parameters, TemplateParameter{p.Name, p.Default, p.NoEcho, p.Description})
	}
	return out, nil
}

// GetTemplateSummaryInput is the input of GetTemplateSummary.
type GetTemplateSummaryInput struct {
	TemplateBody          string `maxbytes:"51200"`
	TemplateURL           string `max:"5120"`
	StackName             string `pattern:"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"`
	StackSetName          string
	TemplateSummaryConfig *struct{ TreatUnrecognizedResourceTypesAsWarnings bool }
}

// ParameterConstraints are the values that a parameter admits.
type ParameterConstraints struct{ AllowedValues []string }

// ParameterDeclaration is a parameter in a summary.
type ParameterDeclaration struct {
	ParameterKey         string
	DefaultValue         *string
	ParameterType        string
	NoEcho               bool
	Description          string
	ParameterConstraints ParameterConstraints
}

// Warnings are what a summary tolerates.
type Warnings struct{ UnrecognizedResourceTypes []string }

// GetTemplateSummaryOutput is the answer of GetTemplateSummary. The AWS CLI
// fails without Parameters, so they are shown even if there are none.
type GetTemplateSummaryOutput struct {
	Parameters         []ParameterDeclaration
	Description        string
	Capabilities       []string
	CapabilitiesReason string
	ResourceTypes      []string
	Version            string
	Metadata           string
	DeclaredTransforms []string
	Warnings           *Warnings
}

// GetTemplateSummary says what a template, or a stack's template, declares.
func (s *Service) GetTemplateSummary(ctx context.Context, c query.Caller, in *GetTemplateSummaryInput) (*GetTemplateSummaryOutput, error) {
	text, err := s.summarised(ctx, c, in)
	if err != nil {
		return nil, err
	}
	t, err := template.Parse([]byte(text))
	if err == nil {
		err = t.Validate()
	}
	if err != nil {
		return nil, ofTemplate(err)
	}
	out := &GetTemplateSummaryOutput{
		Parameters: []ParameterDeclaration{}, Description: t.Description, ResourceTypes: orEmpty(t.ResourceTypes()), Version: t.Version,
	}
	if len(t.Transforms) == 0 {
		if err := s.warn(t, in, out); err != nil {
			return nil, err
		}
	} else {
		out.DeclaredTransforms = t.Transforms
	}
	out.Capabilities, out.CapabilitiesReason = t.Capabilities()
	if t.Metadata != nil {
		out.Metadata = string(t.Metadata.JSON())
	}
	for _, p := range t.Parameters {
		out.Parameters = append(out.Parameters, ParameterDeclaration{
			p.Name, p.Default, p.Type, p.NoEcho, p.Description, ParameterConstraints{p.AllowedValues},
		})
	}
	return out, nil
}

// warn tells types that there are not, as an error or as the client wants it.
func (s *Service) warn(t *template.Template, in *GetTemplateSummaryInput, out *GetTemplateSummaryOutput) error {
	if in.TemplateSummaryConfig == nil || !in.TemplateSummaryConfig.TreatUnrecognizedResourceTypesAsWarnings {
		return s.knownTypes(t)
	}
	for _, name := range t.ResourceTypes() {
		if _, ok := s.options.Registry.Lookup(name); ok {
			continue
		}
		if out.Warnings == nil {
			out.Warnings = &Warnings{}
		}
		out.Warnings.UnrecognizedResourceTypes = append(out.Warnings.UnrecognizedResourceTypes, name)
	}
	return nil
}

func (s *Service) summarised(ctx context.Context, c query.Caller, in *GetTemplateSummaryInput) (string, error) {
	if in.StackSetName != "" {
		return "", invalid("Stack sets are not supported.")
	}
	if in.StackName == "" {
		return s.text(ctx, c, source{body: in.TemplateBody, url: in.TemplateURL})
	}
	rec, err := s.find(ctx, c, in.StackName)
	switch {
	case errors.Is(err, stack.ErrNotFound):
		return "", invalid("Stack with id %s does not exist", in.StackName)
	case err != nil:
		return "", err
	case rec.Status == stack.ReviewInProgress:
		return "", invalid("GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.")
	}
	return rec.Template, nil
}
