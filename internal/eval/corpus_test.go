package eval_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"postern/internal/eval"
)

// verdict is what the corpus says of a case: what recorded results of API
// Gateway, or Velocity 1.7 with the same set-up, make of it.
type verdict struct {
	ID, Tier, Template string
	// Output is the result; nil if Error says that it has none. Alt and
	// AltError are accepted too, where releases of a library differ.
	Output          *string
	Error, AltError string
	Alt             *string
	Overrides       any
}

// answer is a line of eval.Lines.
type answer struct {
	Output         *string
	Error, Message string
	Overrides      any
}

func (v *verdict) accepts(a *answer) bool {
	same := func(s *string) bool { return s != nil && a.Output != nil && *s == *a.Output }
	ok := same(v.Output) || same(v.Alt) || a.Error != "" && (v.Error != "" || v.AltError != "")
	return ok && (v.Overrides == nil || a.Overrides == nil || reflect.DeepEqual(v.Overrides, a.Overrides))
}

// wanted is the part of each tier's cases that must be right. What is not here
// has no recorded result, or differs from release to release.
var wanted = map[string]float64{"core": 1, "edge": 0.97, "jsonpath-new": 1}

// TestCorpus renders the corpus.
func TestCorpus(t *testing.T) {
	text, err := os.ReadFile("testdata/corpus.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := eval.Lines(bytes.NewReader(text), &out, eval.Options{}); err != nil {
		t.Fatal(err)
	}
	right, all := map[string]int{}, map[string]int{}
	answers := bytes.Split(out.Bytes(), []byte("\n"))
	n := 0
	for line := range bytes.Lines(text) {
		var v verdict
		var a answer
		unmarshal(t, line, &v)
		unmarshal(t, answers[n], &a)
		n++
		all[v.Tier]++
		if v.accepts(&a) {
			right[v.Tier]++
			continue
		}
		if wanted[v.Tier] > 0 {
			t.Logf("%s: %q\nwant %s %s\ngot  %s %s", v.ID, v.Template, show(v.Output), v.Error, show(a.Output), a.Message)
		}
	}
	tiers := []string{"core", "edge", "jsonpath-new"}
	slices.SortFunc(tiers, func(a, b string) int { return cmp.Compare(all[b], all[a]) })
	for _, tier := range tiers {
		share := float64(right[tier]) / float64(all[tier])
		if all[tier] == 0 || share < wanted[tier] {
			t.Errorf("%s: %d of %d are right, want %.0f %%", tier, right[tier], all[tier], 100*wanted[tier])
		}
	}
}

func unmarshal(t testing.TB, line []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(line, v); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
}

func show(s *string) string {
	if s == nil {
		return "an error"
	}
	b, _ := json.Marshal(*s)
	return string(b)
}

// TestCorpusStock renders those cases in which Velocity as it is shipped
// differs from Velocity as API Gateway sets it up.
func TestCorpusStock(t *testing.T) {
	text, err := os.ReadFile("testdata/corpus.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var in, out bytes.Buffer
	type stockVerdict struct {
		ID, Template string
		Stock        *string
	}
	var verdicts []stockVerdict
	for line := range bytes.Lines(text) {
		var v stockVerdict
		if unmarshal(t, line, &v); v.Stock != nil {
			verdicts = append(verdicts, v)
			in.Write(line)
		}
	}
	if err := eval.Lines(&in, &out, eval.Options{Profile: stock}); err != nil {
		t.Fatal(err)
	}
	answers := bytes.Split(out.Bytes(), []byte("\n"))
	for i, v := range verdicts {
		var a answer
		unmarshal(t, answers[i], &a)
		if a.Output == nil || *a.Output != *v.Stock {
			if strings.Contains(v.Template, "#include") {
				continue // it prints a comment of its own about what it cannot find
			}
			t.Errorf("%s: %q\nwant %s\ngot  %s %s", v.ID, v.Template, show(v.Stock), show(a.Output), a.Message)
		}
	}
	if len(verdicts) < 200 {
		t.Errorf("only %d cases", len(verdicts))
	}
}
