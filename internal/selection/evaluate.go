package selection

import (
	"strconv"

	"postern/jsonpath"
	"postern/jsonvalue"
)

// Context answers for $context variables by their dotted names, such as
// "authorizer.usageIdentifierKey".
type Context interface {
	ContextValue(name string) (jsonvalue.Value, bool)
}

// Env is what expressions read. A nil member has nothing.
type Env struct {
	// Document is the client's message.
	Document *jsonvalue.Document
	// Fallback is the body of the integration request. In the expressions of
	// an integration response, ${request.body.x} looks there for what the
	// message does not have: AWS does not say which of the two it means.
	Fallback *jsonvalue.Document
	// Context answers for ${context...}.
	Context Context
	// StageVariables answers for ${stageVariables...}.
	StageVariables map[string]string
	// RequestHeader returns a header of the $connect request, "" if it has
	// none of that name.
	RequestHeader func(name string) string
	// Integration is the integration's answer.
	Integration *IntegrationResult
}

// Header is the header of an integration's answer. The case of names does not
// matter.
type Header interface {
	// Get returns the first value of a name, or "".
	Get(name string) string
	// Values returns all of them.
	Values(name string) []string
}

// IntegrationResult is the answer of an integration as expressions see it.
type IntegrationResult struct {
	Status int
	// Header is nil for none.
	Header Header
	// Body is the payload. No variable reads it today.
	Body []byte
	// ErrorMessage is the errorMessage of a Lambda function that failed.
	ErrorMessage []byte
}

// Append appends the text that the expression evaluates to. It allocates
// nothing for constants and for paths of names that lead to a string, a short
// integer, a boolean or null.
func (e *Expression) Append(dst []byte, env *Env) []byte {
	for i := range e.parts {
		p := &e.parts[i]
		if p.root == literal {
			dst = append(dst, p.text...)
			continue
		}
		dst = p.append(dst, env)
	}
	return dst
}

func (p *part) append(dst []byte, env *Env) []byte {
	switch p.root {
	case body:
		return p.appendBody(dst, env)
	case requestHeader:
		if env.RequestHeader != nil {
			dst = append(dst, env.RequestHeader(p.text)...)
		}
	case context:
		if env.Context != nil {
			if v, ok := env.Context.ContextValue(p.text); ok {
				dst = appendText(dst, v)
			}
		}
	case stageVariables:
		dst = append(dst, env.StageVariables[p.text]...)
	default:
		if env.Integration != nil {
			dst = env.Integration.append(dst, p)
		}
	}
	return dst
}

func (r *IntegrationResult) append(dst []byte, p *part) []byte {
	switch p.root {
	case statusCode:
		return strconv.AppendInt(dst, int64(r.Status), 10)
	case errorMessage:
		return append(dst, r.ErrorMessage...)
	case header:
		if r.Header != nil {
			dst = append(dst, r.Header.Get(p.text)...)
		}
		return dst
	case multiHeader:
		if r.Header == nil {
			return dst
		}
		values := r.Header.Values(p.text)
		if len(values) == 0 {
			return dst
		}
		dst = append(dst, '[')
		for i, value := range values {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = append(dst, value...)
		}
		return append(dst, ']')
	}
	return dst
}

func (p *part) appendBody(dst []byte, env *Env) []byte {
	if env.Document == nil {
		return dst
	}
	if p.path == nil {
		return append(dst, env.Document.Body()...)
	}
	dst, found := appendPath(dst, p.path, env.Document)
	if !found && env.Fallback != nil {
		dst, _ = appendLenient(dst, p.path, env.Fallback)
	}
	return dst
}

// appendPath appends what the path leads to in a document, which must be JSON.
func appendPath(dst []byte, path *jsonpath.Path, d *jsonvalue.Document) (text []byte, found bool) {
	if !d.Valid() {
		return dst, false
	}
	if path.Chain() == nil {
		return appendLenient(dst, path, d)
	}
	raw, found := path.Raw(d)
	if !found {
		return dst, false
	}
	if text, ok := jsonvalue.AppendUnquoted(dst, raw); ok {
		return text, true
	}
	v, err := jsonvalue.Parse(raw)
	if err != nil {
		return dst, false
	}
	return appendText(dst, v), true
}

// appendLenient is appendPath for a document that need not be JSON: a rendered
// template often is not quite.
func appendLenient(dst []byte, path *jsonpath.Path, d *jsonvalue.Document) (text []byte, found bool) {
	v, found, err := path.EvalDocument(d)
	if !found || err != nil {
		return dst, false
	}
	return appendText(dst, v), true
}

// appendText appends a value as text; null is empty.
func appendText(dst []byte, v jsonvalue.Value) []byte {
	if v.IsNull() {
		return dst
	}
	return v.AppendPlain(dst)
}
