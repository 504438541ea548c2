package jsonpath

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"postern/jsonvalue"
)

// TestCorpus holds the paths against the results of the reference
// implementation, printed as $input.json prints them. Lines of the file are a
// document with its name, or a path with what it results in. "version" marks
// paths on which the reference's releases disagree among themselves.
func TestCorpus(t *testing.T) {
	text, err := os.ReadFile("testdata/paths.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string]string{}
	n := 0
	for line := range bytes.Lines(text) {
		var c struct {
			Doc, Body, Path, JSON, Tier string
			Error                       bool
		}
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		if c.Body != "" {
			docs[c.Doc] = c.Body
			continue
		}
		n++
		got := evalJSON(c.Path, docs[c.Doc])
		want := c.JSON
		if c.Error {
			want = "error"
		}
		if got != want {
			if c.Tier == "version" {
				t.Logf("(releases disagree) %s: got %s, want %s", c.Path, got, want)
				continue
			}
			t.Errorf("%s: got %s, want %s", c.Path, got, want)
		}
	}
	if n < 150 {
		t.Errorf("only %d paths", n)
	}
}

// evalJSON returns what $input.json gives for a path.
func evalJSON(path, body string) string {
	p, err := Compile(path)
	if err != nil {
		return "error"
	}
	var d jsonvalue.Document
	d.Reset([]byte(body))
	v, found, err := p.EvalDocument(&d)
	switch {
	case err != nil:
		return "error"
	case !found || v.IsNull():
		return `""`
	}
	return string(v.AppendJSON(nil))
}
