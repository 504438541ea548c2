package template

import (
	"regexp"

	"postern/internal/template/syntax"
)

// The bounds of a template, by the user guide's page on quotas (2023).
const (
	maxParameters        = 200
	maxMappings          = 200
	maxMappingAttributes = 200
	maxResources         = 500
	maxOutputs           = 200
	// maxName bounds the names of parameters, mappings, resources and outputs,
	// in characters.
	maxName = 255
	// maxDescription and maxParameterValue are in bytes.
	maxDescription    = 1024
	maxParameterValue = 4096
)

// maxExpanded bounds the nodes that Fn::ForEach may produce in one template.
const maxExpanded = 200_000

// maxNesting bounds how deep a processed template may be nested.
const maxNesting = syntax.MaxDepth

var alphanumeric = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// formatVersion is the only AWSTemplateFormatVersion there is.
const formatVersion = "2010-09-09"
