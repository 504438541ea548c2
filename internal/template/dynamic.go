package template

import (
	"errors"
	"fmt"
	"strings"

	"postern/internal/template/intrinsic"
)

const resolvePrefix = "{{resolve:"

// resolve asks the environment's resolver.
func (b *Bound) resolve(service, reference string) (string, error) {
	if b.env.Resolver == nil {
		return "", ErrNotFound
	}
	return b.env.Resolver.Resolve(service, reference)
}

// resolveAll replaces the dynamic references in the texts of n; those to
// secrets only if secrets is set.
func (b *Bound) resolveAll(n *Node, secrets bool) (*Node, error) {
	switch n.Kind {
	case String:
		if !strings.Contains(n.Text, resolvePrefix) {
			return n, nil
		}
		text, err := b.resolveText(n.Text, secrets)
		if err != nil {
			return nil, err
		}
		return &Node{Kind: String, Text: text, Line: n.Line, Column: n.Column}, nil
	case List:
		out := *n
		out.Items = make([]*Node, len(n.Items))
		for i, item := range n.Items {
			v, err := b.resolveAll(item, secrets)
			if err != nil {
				return nil, err
			}
			out.Items[i] = v
		}
		return &out, nil
	case Map:
		out := *n
		out.Members = make([]Member, len(n.Members))
		for i, m := range n.Members {
			v, err := b.resolveAll(m.Value, secrets)
			if err != nil {
				return nil, err
			}
			m.Value = v
			out.Members[i] = m
		}
		return &out, nil
	}
	return n, nil
}

func (b *Bound) resolveText(text string, secrets bool) (string, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, resolvePrefix)
		inner, after, closed := strings.Cut(rest, "}}")
		if !found || !closed {
			out.WriteString(text)
			return out.String(), nil
		}
		out.WriteString(before)
		service, reference, _ := strings.Cut(inner, ":")
		switch service {
		case "ssm":
		case "ssm-secure", "secretsmanager":
			if !secrets {
				out.WriteString(resolvePrefix + inner + "}}")
				text = after
				continue
			}
		default:
			return "", &Error{Message: fmt.Sprintf("Template error: dynamic references to %s are not supported", service)}
		}
		value, err := b.resolve(service, reference)
		if errors.Is(err, ErrNotFound) {
			return "", &Error{Message: notFound(service, reference, b.env.AccountID)}
		}
		if err != nil {
			return "", err
		}
		if out.Len()+len(value) > intrinsic.MaxEvaluated {
			return "", intrinsic.ErrTooLarge
		}
		out.WriteString(value)
		text = after
	}
}

// notFound is AWS's text for a reference to what is not there, known from
// its users' reports.
func notFound(service, reference, account string) string {
	if service == "secretsmanager" {
		return "Secrets Manager can't find the specified secret."
	}
	if !strings.Contains(reference, ":") {
		reference += ":"
	}
	return fmt.Sprintf("Parameters: [%s:%s:%s] cannot be found.", service, reference, account)
}
