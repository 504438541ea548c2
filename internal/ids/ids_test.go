package ids

import (
	"regexp"
	"testing"
)

func TestShapes(t *testing.T) {
	src := NewSource(7)
	tests := []struct{ name, got, pattern string }{
		{"API", API(), `^[a-z][a-z0-9]{9}$`},
		{"Resource", Resource(), `^[a-z][a-z0-9]{6}$`},
		{"connection", src.Next().String(), `^[A-Za-z0-9_-]{15}=$`},
	}
	for _, tt := range tests {
		if !regexp.MustCompile(tt.pattern).MatchString(tt.got) {
			t.Errorf("%s id %q does not match %s", tt.name, tt.got, tt.pattern)
		}
	}
}

func TestParseReadsWhatStringWrites(t *testing.T) {
	src := NewSource(0xABCDEF)
	seen := map[ID]bool{}
	for range 10000 {
		id := src.Next()
		if seen[id] {
			t.Fatalf("id %s made twice", id)
		}
		seen[id] = true
		if got, ok := Parse(id.String()); !ok || got != id || got.Node() != 0xABCDEF {
			t.Fatalf("Parse(%q) = %v, %v", id, got, ok)
		}
	}
	for _, bad := range []string{"", "x", "L0SM9cOFvHcCIhw", "L0SM9cOFvHcCIhw==", "L0SM9cOFvHcCIhw?", "L0SM9cOFvHcCIhwA"} {
		if _, ok := Parse(bad); ok {
			t.Errorf("Parse(%q) succeeded", bad)
		}
	}
}

// The identifiers of messages end as that of their connection does.
func TestNextOf(t *testing.T) {
	src := NewSource(7)
	connection := src.Next()
	seen := map[ID]bool{}
	for range 10000 {
		id := src.NextOf(connection)
		if seen[id] || id.Node() != 7 || id.String()[11:] != connection.String()[11:] {
			t.Fatalf("%s on %s", id, connection)
		}
		seen[id] = true
	}
}
