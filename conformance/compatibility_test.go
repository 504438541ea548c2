package conformance

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/compatibility.md anew")

const (
	document    = "../docs/compatibility.md"
	picksSource = "../internal/compat/compat.go"
)

func sessions(t *testing.T) map[string]*Session {
	t.Helper()
	all, err := ReadSessions("testdata")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestCompatibility keeps the document up to date.
func TestCompatibility(t *testing.T) {
	want, err := Compatibility(sessions(t), picksSource)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"OversizedReplyCloses", "## Guesses without", "| 50 |", "| cd-stage |"} {
		if !strings.Contains(string(want), part) {
			t.Errorf("the document has no %q", part)
		}
	}
	if *update {
		if err := os.WriteFile(document, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not up to date, use -update (-want +got):\n%s", document, diff)
	}
}

// TestCoverage: every vector and every quirk is shown by a session or by a test
// that exists, or is out of reach for a reason.
func TestCoverage(t *testing.T) {
	if len(vectors) != 90 || len(quirks) != 50 {
		t.Errorf("%d vectors and %d quirks", len(vectors), len(quirks))
	}
	c := cover(sessions(t))
	all := wanted()
	for _, key := range all {
		_, reachable := outOfReach[key]
		if test, ok := elsewhere[key]; ok {
			findTest(t, key, test)
			continue
		}
		if shown := len(c[key]) > 0; shown == reachable {
			t.Errorf("%s: shown by %q, out of reach %t", key, c[key], reachable)
		}
	}
	for _, claims := range []map[string]bool{keys(c), keys(elsewhere), keys(outOfReach)} {
		for key := range claims {
			if !slices.Contains(all, key) {
				t.Errorf("%s is none: %q", key, c[key])
			}
		}
	}
}

func keys[V any](m map[string]V) map[string]bool {
	set := map[string]bool{}
	for key := range m {
		set[key] = true
	}
	return set
}

// findTest looks for "package Name" in the tree.
func findTest(t *testing.T, key, test string) {
	t.Helper()
	dir, name, ok := strings.Cut(test, " ")
	files, err := filepath.Glob(filepath.Join("..", dir, "*_test.go"))
	if !ok || err != nil {
		t.Fatalf("%s: %q is not PACKAGE TEST", key, test)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "\nfunc "+name+"(t *testing.T)") {
			return
		}
	}
	t.Errorf("%s: there is no test %s", key, test)
}

// TestAreas: every session has its place in the document, and says how sure it
// is.
func TestAreas(t *testing.T) {
	known := map[string]bool{}
	for _, area := range areas {
		for prefix := range strings.FieldsSeq(area.prefixes) {
			known[prefix] = true
		}
	}
	all := sessions(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !known[prefixOf(name)] {
			t.Errorf("%s: no area of the document takes it", name)
		}
		if len(all[name].Fields["verified"]) != 1 {
			t.Errorf("%s: want one verified: line", name)
		}
	}
}

func TestClaims(t *testing.T) {
	c := cover(map[string]*Session{
		"a": {Fields: map[string][]string{"source": {"data-plane 5.3, 6; quirks 5, 8", "vectors lp-twoway, lp-oneway"}}},
		"b": {Fields: map[string][]string{"source": {"quirk 8", "vector lp-oneway", "data-plane 1.1"}}},
	})
	want := covering{"quirk 5": {"a"}, "quirk 8": {"a", "b"}, "vector lp-twoway": {"a"}, "vector lp-oneway": {"a", "b"}}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
	if got := c.where("quirk " + strconv.Itoa(8)); got != "a, b" {
		t.Errorf("where: %s", got)
	}
}
