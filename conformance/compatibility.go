package conformance

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"postern/internal/compat"
)

// areas are the parts of the data plane by the beginnings of sessions' names,
// in the order of the document.
var areas = []struct{ prefixes, title string }{
	{"seed", "The note that Postern was asked for with"},
	{"hs", "Handshake"},
	{"ids", "Identifiers"},
	{"rt", "Routing"},
	{"tk", "Choosing a request template"},
	{"vt", "Templates"},
	{"pm", "Parameter mappings"},
	{"mk ir rr", "MOCK, integration responses, route responses"},
	{"lp lc", "Lambda integrations"},
	{"ht", "HTTP integrations"},
	{"sv", "Integrations with other AWS services"},
	{"mv", "Models"},
	{"au iam ak", "Authorizers, signatures, API keys"},
	{"dc", "Disconnecting"},
	{"mg", "@connections"},
	{"th tm qt", "Throttling, limits, timers"},
	{"lg mt", "Logs and metrics"},
	{"dp cd", "Deployments, stages, domain names"},
}

// A covering is what shows a vector or a quirk.
type covering map[string][]string // "vector hs-no-deflate" to names of sessions

var (
	vectorClaim = regexp.MustCompile(`\bvectors? ([a-z0-9-]+(?:, [a-z0-9-]+)*)`)
	quirkClaim  = regexp.MustCompile(`\bquirks? ([0-9]+(?:, [0-9]+)*)`)
)

// ReadSessions reads all sessions of a folder, by their names.
func ReadSessions(dir string) (map[string]*Session, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, err
	}
	sessions := map[string]*Session{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		s, err := Parse(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		sessions[strings.TrimSuffix(filepath.Base(file), ".txtar")] = s
	}
	return sessions, nil
}

// cover returns what the sessions say that they show.
func cover(sessions map[string]*Session) covering {
	c := covering{}
	for _, name := range slices.Sorted(maps.Keys(sessions)) {
		for _, source := range sessions[name].Fields["source"] {
			c.claim(name, "vector ", vectorClaim.FindStringSubmatch(source))
			c.claim(name, "quirk ", quirkClaim.FindStringSubmatch(source))
		}
	}
	return c
}

func (c covering) claim(session, kind string, match []string) {
	if match == nil {
		return
	}
	for item := range strings.SplitSeq(match[1], ", ") {
		if key := kind + item; !slices.Contains(c[key], session) {
			c[key] = append(c[key], session)
		}
	}
}

// wanted are the vectors and quirks that must be shown.
func wanted() []string {
	var all []string
	for _, v := range vectors {
		all = append(all, "vector "+v)
	}
	for i := range quirks {
		all = append(all, "quirk "+strconv.Itoa(i+1))
	}
	return all
}

// Compatibility writes docs/compatibility.md: what Postern does as AWS does, the
// session that shows it, how it is known and how sure that is. Picks is the
// source of compat.Picks, whose comments are part of the document.
func Compatibility(sessions map[string]*Session, picks string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`# Compatibility

Made from the conformance sessions and the package compat by
` + "`go test ./conformance -run Compatibility -update`" + `; do not edit.

Every row is a session in conformance/testdata, which a person can read and the
tests play. "How sure" says whether somebody saw it on AWS. Sources that begin with
data-plane or decisions are the project's specification, which names its own.

`)
	for _, area := range areas {
		writeArea(&b, area.title, strings.Fields(area.prefixes), sessions)
	}
	if err := writeGuesses(&b, picks); err != nil {
		return nil, err
	}
	writeCoverage(&b, cover(sessions))
	return append(bytes.TrimRight(b.Bytes(), "\n"), '\n'), nil
}

// prefixOf is the part of a session's name that says its area.
func prefixOf(name string) string {
	prefix, _, _ := strings.Cut(name, "-")
	return prefix
}

func writeArea(b *bytes.Buffer, title string, prefixes []string, sessions map[string]*Session) {
	fmt.Fprintf(b, "## %s\n\n| what | session | source | how sure |\n|---|---|---|---|\n", title)
	for _, prefix := range prefixes {
		for _, name := range slices.Sorted(maps.Keys(sessions)) {
			if s := sessions[name]; prefixOf(name) == prefix {
				fmt.Fprintf(b, "| %s | %s | %s | %s |\n", cell(s.Title), name,
					cell(strings.Join(s.Fields["source"], "; ")), cell(strings.Join(s.Fields["verified"], "; ")))
			}
		}
	}
	b.WriteByte('\n')
}

// cell escapes what would end a cell of a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

func writeCoverage(b *bytes.Buffer, c covering) {
	b.WriteString("## Quirks\n\nWhat surprises people about WebSocket APIs, and where it is shown.\n\n| | quirk | shown by |\n|---|---|---|\n")
	for i, quirk := range quirks {
		fmt.Fprintf(b, "| %d | %s | %s |\n", i+1, cell(quirk), c.where("quirk "+strconv.Itoa(i+1)))
	}
	b.WriteString("\n## Vectors\n\nThe examples of the project's specification.\n\n| vector | shown by |\n|---|---|\n")
	for _, v := range vectors {
		fmt.Fprintf(b, "| %s | %s |\n", v, c.where("vector "+v))
	}
	b.WriteByte('\n')
}

// where says what shows a vector or a quirk.
func (c covering) where(key string) string {
	shown := slices.Clone(c[key])
	if test, ok := elsewhere[key]; ok {
		shown = append(shown, test)
	}
	if reason, ok := outOfReach[key]; ok {
		shown = append(shown, "out of reach: "+reason)
	}
	return cell(strings.Join(shown, ", "))
}

func writeGuesses(b *bytes.Buffer, picks string) error {
	fields, err := fieldsOf(picks, "Picks")
	if err != nil {
		return err
	}
	b.WriteString("## Guesses that can be turned\n\nSettings `--compat NAME=VALUE`, fields of compat.Picks. Postern does what they say it does without them.\n\n" +
		"| name | what it does | evidence |\n|---|---|---|\n")
	for _, f := range fields {
		what, evidence, _ := strings.Cut(f.doc, "Evidence: ")
		fmt.Fprintf(b, "| %s | %s | %s |\n", f.name,
			cell(strings.TrimSpace(strings.TrimPrefix(what, f.name+" "))), cell(evidence))
	}
	b.WriteString("\n## Guesses without a switch\n\n| question | answer | evidence |\n|---|---|---|\n")
	for _, p := range compat.Fixed {
		fmt.Fprintf(b, "| %s | %s | %s |\n", cell(p.Question), cell(p.Answer), cell(p.Evidence))
	}
	b.WriteByte('\n')
	return nil
}

// A field is a member of a struct with its comment in one line.
type field struct{ name, doc string }

// fieldsOf reads the fields of a struct in a file of Go.
func fieldsOf(file, name string) ([]field, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	var fields []field
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != name {
			return true
		}
		members, ok := spec.Type.(*ast.StructType)
		if !ok {
			return false
		}
		for _, f := range members.Fields.List {
			fields = append(fields, field{f.Names[0].Name, strings.Join(strings.Fields(f.Doc.Text()), " ")})
		}
		return false
	})
	if len(fields) == 0 {
		return nil, fmt.Errorf("%s: no struct %s with fields", file, name)
	}
	return fields, nil
}
