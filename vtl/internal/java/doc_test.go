package java

import (
	"os"
	"regexp"
	"testing"
)

// TestDocumented checks that the language's documentation lists every method.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../../doc.go")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	for _, w := range regexp.MustCompile(`\w+`).FindAllString(string(text), -1) {
		words[w] = true
	}
	for name := range names {
		if !words[name] {
			t.Errorf("doc.go does not mention the method %s", name)
		}
	}
}
