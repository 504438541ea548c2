package cloudformation

import (
	"context"
	"maps"
	"slices"

	"postern/internal/query"
)

// TokenInput is the input of lists that take nothing else.
type TokenInput struct {
	NextToken string `max:"1024"`
}

// Export is an exported output.
type Export struct {
	ExportingStackID string `query:"ExportingStackId"`
	Name             string
	Value            string `empty:"keep"`
}

// ListExportsOutput is the answer of ListExports.
type ListExportsOutput struct {
	Exports   []Export
	NextToken string
}

// ListExports lists the exports of the account and region, by name.
func (s *Service) ListExports(ctx context.Context, c query.Caller, in *TokenInput) (*ListExportsOutput, error) {
	exports, err := s.engine.Exports(ctx, c.Scope())
	if err != nil {
		return nil, err
	}
	names, next, err := page(slices.Sorted(maps.Keys(exports)), in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &ListExportsOutput{Exports: []Export{}, NextToken: next}
	for _, name := range names {
		out.Exports = append(out.Exports, Export{exports[name].StackID, name, exports[name].Value})
	}
	return out, nil
}

// ListImportsInput is the input of ListImports.
type ListImportsInput struct {
	ExportName string `required:"true"`
	NextToken  string `max:"1024"`
}

// ListImportsOutput is the answer of ListImports.
type ListImportsOutput struct {
	Imports   []string
	NextToken string
}

// ListImports lists the stacks that import an export.
func (s *Service) ListImports(ctx context.Context, c query.Caller, in *ListImportsInput) (*ListImportsOutput, error) {
	users, err := s.engine.Importers(ctx, c.Scope(), in.ExportName)
	if err != nil {
		return nil, err
	}
	if len(users) == 0 {
		return nil, invalid("Export '%s' is not imported by any stack.", in.ExportName)
	}
	out := &ListImportsOutput{}
	out.Imports, out.NextToken, err = page(users, in.NextToken)
	return out, err
}
