package vtl_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"testing"

	"postern/vtl"
)

// seeds are templates of the corpus, one JSON string a line.
func seeds(t testing.TB) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/templates.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var templates []string
	for line := range bytes.Lines(text) {
		var s string
		if err := json.Unmarshal(line, &s); err != nil {
			t.Fatal(err)
		}
		templates = append(templates, s)
	}
	return templates
}

// FuzzRender renders any template: it must end within its limits, with an
// *Error or with the same output each time.
func FuzzRender(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, template string, stock bool) {
		o := vtl.Options{Limits: vtl.Limits{Output: 1 << 16, Work: 1_000_000}}
		if stock {
			o.Profile = vtl.Stock
		}
		tmpl, err := vtl.Parse(template, o)
		if err != nil {
			checkError(t, template, err)
			return
		}
		first, err := tmpl.Render(nil, scope(t))
		if err != nil {
			checkError(t, template, err)
			return
		}
		if text, ok := tmpl.Constant(); ok && text != string(first) {
			t.Errorf("constant %q renders %q", text, first)
		}
		second, err := tmpl.Render(nil, scope(t))
		if err != nil || !bytes.Equal(first, second) {
			t.Errorf("output %q, then %q, %v", first, second, err)
		}
	})
}

func checkError(t *testing.T, template string, err error) {
	t.Helper()
	e := new(vtl.Error)
	if !errors.As(err, &e) {
		t.Fatalf("%q: error %T", template, err)
	}
	if e.Line < 1 || e.Col < 1 || e.Msg == "" {
		t.Errorf("%q: error %+v", template, e)
	}
	e.Snippet()
}
