// Package postern_test checks what is said of the whole module.
package postern_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"regexp"
	"strings"
	"testing"
)

// beside are the packages that stand beside the house, which nothing in it may
// import.
var beside = regexp.MustCompile(`^(bench/.+|conformance|examples|acceptance|.+/stacktest)$`)

// pack is a package as go list describes it.
type pack struct {
	ImportPath string
	Imports    []string
}

// packages lists the packages of the module, without their test files.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	imports := map[string][]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pack
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return imports
		} else if err != nil {
			t.Fatal(err)
		}
		name, ours := strings.CutPrefix(p.ImportPath, "postern/")
		if !ours {
			continue
		}
		imports[name] = []string{}
		for _, i := range p.Imports {
			if i, ours := strings.CutPrefix(i, "postern/"); ours {
				imports[name] = append(imports[name], i)
			}
		}
	}
}

// floors returns the packages in the table of ARCHITECTURE.md, from the ground
// up.
func floors(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	name := regexp.MustCompile("`([^`]+)`")
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 {
			continue
		}
		for _, m := range name.FindAllStringSubmatch(cells[2], -1) {
			all = append(all, path.Clean(m[1]))
		}
	}
	return all
}

// Every package is in the table of ARCHITECTURE.md once, and imports only what
// stands before it.
func TestArchitecture(t *testing.T) {
	imports, place := packages(t), map[string]int{}
	for i, name := range floors(t) {
		if _, twice := place[name]; twice {
			t.Errorf("%s is in the table twice", name)
		}
		if _, there := imports[name]; !there {
			t.Errorf("%s is in the table, but no package", name)
		}
		place[name] = i
	}
	for name, of := range imports {
		if beside.MatchString(name) {
			continue
		}
		at, there := place[name]
		if !there {
			t.Errorf("%s is not in the table", name)
		}
		for _, i := range of {
			if below, in := place[i]; !in || below >= at {
				t.Errorf("%s imports %s, which does not stand before it", name, i)
			}
		}
	}
}
