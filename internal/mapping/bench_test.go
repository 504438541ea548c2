package mapping_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"postern/internal/mapping"
	"postern/jsonvalue"
)

// benchCase is a template of testdata/bench.jsonl with an event.
type benchCase struct {
	name, source string
	body         []byte
	context      fixedContext
	stage        map[string]string
}

// fixedContext is a $context of fixed values.
type fixedContext struct {
	names  []string
	values map[string]jsonvalue.Value
}

func (c fixedContext) ContextNames() []string { return c.names }

func (c fixedContext) ContextValue(name string) (jsonvalue.Value, bool) {
	v, ok := c.values[name]
	return v, ok
}

// flatten adds the variables of m under their dotted names.
func (c *fixedContext) flatten(prefix string, m *jsonvalue.Map) {
	for k, v := range m.All() {
		name := prefix + k.String()
		if inner := v.Map(); inner != nil {
			c.flatten(name+".", inner)
			continue
		}
		c.names = append(c.names, name)
		c.values[name] = v
	}
}

func benchCases(t testing.TB) []benchCase {
	t.Helper()
	text, err := os.ReadFile("testdata/bench.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var cases []benchCase
	for line := range bytes.Lines(text) {
		v, err := jsonvalue.Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		m := v.Map()
		str := func(name string) string {
			v, _ := m.Get(name)
			return v.String()
		}
		c := benchCase{name: str("id"), source: str("template"), body: []byte(str("body")), stage: map[string]string{}}
		c.context.values = map[string]jsonvalue.Value{}
		context, _ := m.Get("context")
		c.context.flatten("", context.Map())
		stage, _ := m.Get("stageVariables")
		for k, v := range stage.Map().All() {
			c.stage[k.String()] = v.String()
		}
		cases = append(cases, c)
	}
	return cases
}

// event is an Input that serves event after event.
type event struct {
	document jsonvalue.Document
	input    mapping.Input
	out      []byte
}

// render renders a template for a new event.
func (e *event) render(t *mapping.Template, c *benchCase) error {
	e.document.Reset(c.body)
	e.input.Reset()
	e.input.Document = &e.document
	e.input.Context = &c.context
	e.input.StageVariables = c.stage
	var err error
	e.out, err = t.Render(e.out[:0], &e.input)
	return err
}

func BenchmarkRender(b *testing.B) {
	for _, c := range benchCases(b) {
		t, err := mapping.Compile(c.source)
		if err != nil {
			b.Fatal(err)
		}
		var e event
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := e.render(t, &c); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(len(e.out)))
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, c := range benchCases(b) {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := mapping.Compile(c.source); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestRenderAllocations holds the promise of the way of a message: the
// templates of the smallest API cost next to nothing.
func TestRenderAllocations(t *testing.T) {
	cases := benchCases(t)
	for i, most := range []float64{0, 2} {
		c := cases[i]
		tmpl, err := mapping.Compile(c.source)
		if err != nil {
			t.Fatal(err)
		}
		var e event
		got := testing.AllocsPerRun(100, func() {
			if err := e.render(tmpl, &c); err != nil {
				t.Fatal(err)
			}
		})
		if got > most {
			t.Errorf("%s: %v allocations, want at most %v", strings.TrimSpace(c.source), got, most)
		}
	}
}
