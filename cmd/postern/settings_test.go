package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/internal/server"
)

// The page of the settings says what the program says.
func TestSettingsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/settings.md")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, s := range settings {
		fallback := ""
		if s.fallback != "" {
			fallback = "`" + s.fallback + "`"
		}
		want = append(want, "| `--"+s.name+"` | `"+s.variable()+"` | "+fallback+" | "+strings.ReplaceAll(s.usage, "|", `\|`)+" |")
	}
	for _, l := range server.KnownLimits {
		want = append(want, "| `"+l.Name+"` | "+l.Default+" | "+l.Usage+" |")
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "| `") {
			got = append(got, strings.TrimRight(line, "\n"))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/settings.md (-program +page):\n%s\nThe rows are:\n%s", diff, strings.Join(want, "\n"))
	}
}
