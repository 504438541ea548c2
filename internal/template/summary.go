package template

// Capabilities returns the capabilities that the template needs to be
// acknowledged, CAPABILITY_IAM, CAPABILITY_NAMED_IAM (which includes the
// former) or CAPABILITY_AUTO_EXPAND, and AWS's sentence why; nil and "" if
// none.
func (t *Template) Capabilities() (capabilities []string, reason string) { return nil, "" }

// ResourceTypes returns the types that the template uses, each once, in order
// of appearance: GetTemplateSummary's list.
func (t *Template) ResourceTypes() []string { return nil }

// UsedParameters returns the names of the parameters that something in the
// template refers to, in the order of their declaration.
func (t *Template) UsedParameters() []string { return nil }
