package apigatewayv2

import (
	"context"
	"regexp"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/schema"
	"postern/internal/service/apigatewayv2/member"
)

var modelName = regexp.MustCompile(`^[A-Za-z0-9]+$`)

var models = resources[apigateway.Model]{
	noun: "Model",
	id:   func(m *apigateway.Model) *string { return &m.ModelID },
	of:   func(r *record, _ string) ([]apigateway.Model, error) { return r.Draft.Models, nil },
	put:  func(r *record, _ string, list []apigateway.Model) { r.Draft.Models = list },
}

// CreateModel creates a model. A schema that is not JSON Schema draft-04 is
// refused; one that refers to a model that does not exist yet is not.
func (s *Service) CreateModel(ctx context.Context, scope apigateway.Scope, apiID string, in ModelInput) (apigateway.Model, error) {
	return models.create(ctx, s, scope, apiID, "", func(r *record, m *apigateway.Model) error {
		var c check
		c.Required("name", in.Name)
		c.Required("schema", in.Schema)
		if c.Err != nil {
			return c.Err
		}
		return applyModel(r, m, in)
	})
}

// GetModel returns a model.
func (s *Service) GetModel(ctx context.Context, scope apigateway.Scope, apiID, modelID string) (apigateway.Model, error) {
	return models.get(ctx, s, scope, apiID, "", modelID)
}

// GetModels lists the models of an API.
func (s *Service) GetModels(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (List[apigateway.Model], error) {
	return models.list(ctx, s, scope, apiID, "", page)
}

// GetModelTemplate returns a sample mapping template for messages of a model.
func (s *Service) GetModelTemplate(ctx context.Context, scope apigateway.Scope, apiID, modelID string) (string, error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return "", err
	}
	list, i, err := models.in(r, "", modelID)
	if err != nil {
		return "", err
	}
	text, err := schema.Template(list[i].Schema, r.schemaOf)
	if err != nil {
		return "", awserr.Newf(awserr.BadRequest, "No template can be made of model %s: %v", list[i].Name, err)
	}
	return text, nil
}

// UpdateModel changes a model.
func (s *Service) UpdateModel(ctx context.Context, scope apigateway.Scope, apiID, modelID string, in ModelInput) (apigateway.Model, error) {
	return models.update(ctx, s, scope, apiID, "", modelID, func(r *record, m *apigateway.Model) error {
		return applyModel(r, m, in)
	})
}

// DeleteModel deletes a model. Routes that name it stay, as names are all that
// they hold.
func (s *Service) DeleteModel(ctx context.Context, scope apigateway.Scope, apiID, modelID string) error {
	return models.remove(ctx, s, scope, apiID, "", modelID, nothing)
}

// schemaOf returns the schema of the model with a name. One that does not
// exist admits everything.
func (r *record) schemaOf(name string) (text string, ok bool) {
	for _, m := range r.Draft.Models {
		if m.Name == name {
			return m.Schema, true
		}
	}
	return "{}", true
}

// applyModel checks the input of CreateModel and UpdateModel and changes m.
func applyModel(r *record, m *apigateway.Model, in ModelInput) error {
	var c check
	c.Kept("name", in.Name)
	c.Length("name", in.Name, member.MaxName)
	c.Matches("name", in.Name, modelName, "a model's name consists of letters and digits")
	c.Length("contentType", in.ContentType, 256)
	c.Length("description", in.Description, member.MaxDescription)
	c.Kept("schema", in.Schema)
	c.Length("schema", in.Schema, maxSchema)
	if c.Err != nil {
		return c.Err
	}
	member.Set(&m.Name, in.Name)
	member.Set(&m.ContentType, in.ContentType)
	member.Set(&m.Description, in.Description)
	member.Set(&m.Schema, in.Schema)
	member.OrDefault(&m.ContentType, "application/json")
	for _, other := range r.Draft.Models {
		if other.Name == m.Name && other.ModelID != m.ModelID {
			return awserr.Newf(awserr.Conflict, "Model with name %s already exists for this API", m.Name)
		}
	}
	if in.Schema == nil {
		return nil
	}
	if _, err := schema.Compile(m.Name, m.Schema, r.schemaOf); err != nil {
		return awserr.Newf(awserr.BadRequest, "Invalid value for schema: %v", err)
	}
	return nil
}
