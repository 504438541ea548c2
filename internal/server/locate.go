package server

import (
	"errors"
	"regexp"
	"strings"

	"postern/internal/awserr"
	"postern/internal/template"
	"postern/internal/template/intrinsic"
)

// refusal is the error of a template that the service did not even begin with.
func refusal(text string, err error) *DeployError {
	refused := &DeployError{Reason: awserr.Of(err).Message}
	if e, ok := errors.AsType[*template.Error](err); ok {
		refused.Line, refused.Column = e.Line, e.Column
		if e.Detail != "" {
			refused.Reason += ": " + e.Detail
		}
	}
	if refused.Line == 0 {
		refused.locate(text)
	}
	return refused
}

// What reasons say of a place, in AWS's words.
var (
	aPath        = regexp.MustCompile(`(?:^|[ \[])(/(?:Parameters|Mappings|Conditions|Rules|Resources|Outputs)/[^ \]]*[^ \]:])`)
	aViolation   = regexp.MustCompile(`(?m)^#(\S*): (?:extraneous key \[(.+)\] is not permitted)?`)
	anImport     = regexp.MustCompile(`^No export named (.+) found`)
	aReference   = regexp.MustCompile(`^Parameters: \[(ssm(?:-secure)?:.*?):?:\d{12}\] cannot be found`)
	unknownTypes = regexp.MustCompile(`Unrecognized resource types: \[([^,\]]+)`)
)

// locate finds the place that the reason is about in the text of the template.
// Reasons are all that a stack keeps of a failure, as on AWS.
func (e *DeployError) locate(text string) {
	t, err := template.Parse([]byte(text))
	if err != nil {
		return
	}
	if e.Line, e.Column = e.place(t); e.Line > 0 {
		return
	}
	if r := t.Resource(e.LogicalID); r != nil {
		e.Line = r.Line
	}
}

func (e *DeployError) place(t *template.Template) (line, column int) {
	if m := aViolation.FindStringSubmatch(e.Reason); m != nil && e.LogicalID != "" {
		if path := strings.TrimSuffix(m[1]+"/"+m[2], "/"); path != "" {
			return t.Place("/Resources/" + e.LogicalID + "/Properties" + path)
		}
		return 0, 0
	}
	if m := aPath.FindStringSubmatch(e.Reason); m != nil {
		return t.Place(m[1])
	}
	if m := anImport.FindStringSubmatch(e.Reason); m != nil {
		return t.Find(func(name string, n *template.Node) bool { return name == intrinsic.ImportValue && n.Text == m[1] })
	}
	if m := aReference.FindStringSubmatch(e.Reason); m != nil {
		return t.Find(func(_ string, n *template.Node) bool {
			return n.Is(template.String) && strings.Contains(n.Text, "{{resolve:"+m[1])
		})
	}
	if m := unknownTypes.FindStringSubmatch(e.Reason); m != nil {
		return t.Find(func(name string, n *template.Node) bool { return name == "Type" && n.Text == m[1] })
	}
	return 0, 0
}
