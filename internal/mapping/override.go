package mapping

import (
	"iter"

	"postern/jsonvalue"
	"postern/vtl"
)

// Overrides are what templates have set in $context.requestOverride
// (header, path, querystring) and $context.responseOverride (header, status).
// They mean something for integrations that are not proxies.
type Overrides struct {
	// Request and Response are nil until a template has looked at them.
	Request, Response *jsonvalue.Map
}

func (o *Overrides) request() *jsonvalue.Map {
	if o.Request == nil {
		o.Request = newOverride(Header, Path, Querystring)
	}
	return o.Request
}

func (o *Overrides) response() *jsonvalue.Map {
	if o.Response == nil {
		o.Response = newOverride(Header)
	}
	return o.Response
}

func newOverride(locations ...Location) *jsonvalue.Map {
	m := jsonvalue.NewMap(len(locations) + 1)
	for _, l := range locations {
		m.Set(l.String(), new(jsonvalue.Map).Value())
	}
	return m
}

// settle makes plain data of the overrides: a template may have set them to
// anything, and what it was made from goes with the rendering. Those that
// contain themselves or are enormous are dropped.
func (o *Overrides) settle() (err error) {
	for _, m := range [...]**jsonvalue.Map{&o.Request, &o.Response} {
		if *m == nil {
			continue
		}
		v, e := vtl.Plain((*m).Value())
		if e != nil {
			err = e
		}
		*m = v.Map() // nil if it failed
	}
	return err
}

// Status returns the status that the response is to have: a whole number from
// 100 to 599. Anything else a template has set is ignored, as AWS does.
func (o *Overrides) Status() (status int, ok bool) {
	if o.Response == nil {
		return 0, false
	}
	v, _ := o.Response.Get("status")
	status = int(v.Int64())
	return status, status >= 100 && status <= 599
}

// RequestParams yields the overrides of the integration request: names and
// values; a list has several values.
func (o *Overrides) RequestParams(in Location) iter.Seq2[string, string] {
	return override(o.Request, in)
}

// ResponseHeaders yields the overrides of the response's headers.
func (o *Overrides) ResponseHeaders() iter.Seq2[string, string] { return override(o.Response, Header) }

func override(m *jsonvalue.Map, in Location) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		if m == nil {
			return
		}
		part, _ := m.Get(in.String())
		if part.Map() == nil {
			return
		}
		for k, v := range part.Map().All() {
			values := []Value{v}
			if l := v.List(); l != nil {
				values = l.Items()
			}
			for _, v := range values {
				if !yield(k.String(), v.String()) {
					return
				}
			}
		}
	}
}

// Maps returns both overrides as $context shows them, with empty maps where
// nothing was set.
func (o *Overrides) Maps() (request, response *jsonvalue.Map) { return o.request(), o.response() }
