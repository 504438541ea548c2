package intrinsic

import "postern/internal/template/syntax"

// Scope is what a template declares, as far as functions can mention it.
type Scope struct {
	// Parameters are the types of the parameters, Resources those of the
	// resources, by name.
	Parameters, Resources map[string]string
	// Conditions are their expressions.
	Conditions map[string]*syntax.Node
	// Mappings is the section of that name, nil if absent.
	Mappings *syntax.Node
	// Extended says that AWS::LanguageExtensions is declared.
	Extended bool
}

func (s *Scope) declared(logicalID string) bool {
	_, ok := s.Resources[logicalID]
	return ok
}

func (s *Scope) hasCondition(name string) bool { return s.Conditions[name] != nil }

// IsParameter reports whether name is a parameter, pseudo or declared.
func (s *Scope) IsParameter(name string) bool {
	_, ok := s.Parameters[name]
	return ok || IsPseudo(name)
}

// Knows reports whether name may be the argument of Ref.
func (s *Scope) Knows(name string) bool { return s.IsParameter(name) || s.declared(name) }

// Independent reports whether n mentions neither resources, imports nor zones:
// what the name of an export or import may be made of.
func (s *Scope) Independent(n *syntax.Node) bool {
	independent := true
	w := Walker{Visit: func(r Reference) {
		if r.Kind != ByRef || !s.IsParameter(r.Name) {
			independent = false
		}
	}}
	w.Walk(n)
	return independent
}
