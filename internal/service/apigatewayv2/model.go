package apigatewayv2

import (
	"context"
	"regexp"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/schema"
)

var modelName = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// CreateModel creates a model. A schema that is not JSON Schema draft-04 is
// refused; one that refers to a model that does not exist yet is not.
func (s *Service) CreateModel(ctx context.Context, scope apigateway.Scope, apiID string, in ModelInput) (out apigateway.Model, err error) {
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		var c check
		c.required("name", in.Name)
		c.required("schema", in.Schema)
		if c.err != nil {
			return c.err
		}
		out = apigateway.Model{ModelID: newID(func(id string) bool { _, err := r.model(id); return err == nil })}
		if err := applyModel(r, &out, in); err != nil {
			return err
		}
		r.Draft.Models = append(r.Draft.Models, out)
		return nil
	})
	return out, err
}

// GetModel returns a model.
func (s *Service) GetModel(ctx context.Context, scope apigateway.Scope, apiID, modelID string) (apigateway.Model, error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return apigateway.Model{}, err
	}
	i, err := r.model(modelID)
	if err != nil {
		return apigateway.Model{}, err
	}
	return r.Draft.Models[i], nil
}

// GetModels lists the models of an API.
func (s *Service) GetModels(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (List[apigateway.Model], error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return List[apigateway.Model]{}, err
	}
	return paginate(r.Draft.Models, page, func(m *apigateway.Model) string { return m.ModelID })
}

// GetModelTemplate returns a sample mapping template for messages of a model.
func (s *Service) GetModelTemplate(ctx context.Context, scope apigateway.Scope, apiID, modelID string) (string, error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return "", err
	}
	i, err := r.model(modelID)
	if err != nil {
		return "", err
	}
	text, err := schema.Template(r.Draft.Models[i].Schema, r.schemaOf)
	if err != nil {
		return "", awserr.Newf(awserr.BadRequest, "No template can be made of model %s: %v", r.Draft.Models[i].Name, err)
	}
	return text, nil
}

// UpdateModel changes a model.
func (s *Service) UpdateModel(ctx context.Context, scope apigateway.Scope, apiID, modelID string, in ModelInput) (out apigateway.Model, err error) {
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.model(modelID)
		if err != nil {
			return err
		}
		out = r.Draft.Models[i]
		if err := applyModel(r, &out, in); err != nil {
			return err
		}
		r.Draft.Models[i] = out
		return nil
	})
	return out, err
}

// DeleteModel deletes a model. Routes that name it stay, as names are all that
// they hold.
func (s *Service) DeleteModel(ctx context.Context, scope apigateway.Scope, apiID, modelID string) error {
	_, err := s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.model(modelID)
		if err != nil {
			return err
		}
		r.Draft.Models = slices.Delete(r.Draft.Models, i, i+1)
		return nil
	})
	return err
}

// model returns the index of a model.
func (r *record) model(id string) (int, error) {
	i := slices.IndexFunc(r.Draft.Models, func(m apigateway.Model) bool { return m.ModelID == id })
	if i < 0 {
		return 0, awserr.Newf(awserr.NotFound, "Invalid Model identifier specified %s", id)
	}
	return i, nil
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
	c.kept("name", in.Name)
	c.length("name", in.Name, maxName)
	c.matches("name", in.Name, modelName, "a model's name consists of letters and digits")
	c.length("contentType", in.ContentType, 256)
	c.length("description", in.Description, maxDescription)
	c.kept("schema", in.Schema)
	c.length("schema", in.Schema, maxTemplate)
	if c.err != nil {
		return c.err
	}
	set(&m.Name, in.Name)
	set(&m.ContentType, in.ContentType)
	set(&m.Description, in.Description)
	set(&m.Schema, in.Schema)
	orDefault(&m.ContentType, "application/json")
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
