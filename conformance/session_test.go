package conformance

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const rest = "-- template.yaml --\nResources: {}\n-- session --\n!\n"

// A line of the description is one, whatever it begins with.
func TestDescription(t *testing.T) {
	s, err := Parse([]byte("A status changes nothing for a\nmessage: the client gets\nthe body.\n\nsource: a\nsource: b: c\nverified: no\n\n" + rest))
	if err != nil {
		t.Fatal(err)
	}
	if want := "A status changes nothing for a message: the client gets the body."; s.Title != want {
		t.Errorf("title %q, want %q", s.Title, want)
	}
	if diff := cmp.Diff(map[string][]string{"source": {"a", "b: c"}, "verified": {"no"}}, s.Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// What would be lost from the document is an error.
func TestDescriptionRefused(t *testing.T) {
	for name, test := range map[string]struct{ header, want string }{
		"another field":     {"Title.\n\nsource: a\nstage: b\n", `have "stage: b"`},
		"a second line":     {"Title.\n\nsource: a\nand b\n", `have "and b"`},
		"another paragraph": {"Title.\n\nMore of it.\n\nsource: a\n", `have "More of it."`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse([]byte(test.header + rest)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// TestTitlesEnd: a row of the document ends where its sentence does.
func TestTitlesEnd(t *testing.T) {
	for name, s := range sessions(t) {
		if !strings.HasSuffix(s.Title, ".") {
			t.Errorf("%s: %q is no whole sentence", name, s.Title)
		}
	}
}
