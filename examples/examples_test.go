// Package examples plays the session of every example, so that what a reader
// finds here is true.
package examples

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/conformance"
	"postern/internal/server"
)

func TestSessions(t *testing.T) {
	sessions, err := filepath.Glob("*/session.txtar")
	if err != nil || len(sessions) == 0 {
		t.Fatalf("no sessions: %v", err)
	}
	for _, file := range sessions {
		example := filepath.Dir(file)
		t.Run(example, func(t *testing.T) {
			t.Parallel()
			s := read(t, example)
			backend, err := conformance.NewBackend(s)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(backend.Close)
			if err := conformance.Play(t.Context(), start(t, example, functions(t, example)), backend, s); err != nil {
				t.Errorf("%s\n%v", s.Title, err)
			}
		})
	}
}

// read returns an example's session with the template beside it. A file NAME.edit
// of the session, lines "OLD -> NEW", makes NAME.yaml of the template.
func read(t *testing.T, example string) *conformance.Session {
	t.Helper()
	template, err := os.ReadFile(filepath.Join(example, "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	session, err := os.ReadFile(filepath.Join(example, "session.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := conformance.Parse(append(session, "-- template.yaml --\n"+string(template)...))
	if err != nil {
		t.Fatal(err)
	}
	for name, edits := range s.Files {
		if base, ok := strings.CutSuffix(name, ".edit"); ok {
			s.Files[base+".yaml"] = edit(t, string(template), edits)
		}
	}
	return s
}

func edit(t *testing.T, text, edits string) string {
	t.Helper()
	for line := range strings.Lines(edits) {
		before, after, ok := strings.Cut(strings.TrimSpace(line), " -> ")
		if !ok || !strings.Contains(text, before) {
			t.Fatalf("nothing to edit: %s", line)
		}
		text = strings.ReplaceAll(text, before, after)
	}
	return text
}

// TestTemplatesHaveNoProblems finds what clients would suffer from.
func TestTemplatesHaveNoProblems(t *testing.T) {
	templates, err := filepath.Glob("*/template.yaml")
	if err != nil || len(templates) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	for _, file := range templates {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := server.Offline(t.Context(), server.Config{})
		if err != nil {
			t.Fatal(err)
		}
		d, err := s.Deploy(t.Context(), server.Stack{Name: filepath.Dir(file), Template: string(text)})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		for _, id := range d.Physical("AWS::ApiGatewayV2::Api") {
			faults, _ := s.Draft(t.Context(), id)
			for _, f := range faults {
				t.Errorf("%s: %v", file, f)
			}
			for _, stage := range s.Stages(t.Context(), id) {
				for _, w := range stage.Warnings {
					t.Errorf("%s: %s: %v", file, stage.Name, w)
				}
			}
		}
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// functions starts an example's functions.js, if it has one, and returns where
// services of AWS are then. Node is wanted nowhere else: without it the example is
// skipped.
func functions(t *testing.T, example string) map[string]string {
	t.Helper()
	file := filepath.Join(example, "functions.js")
	if _, err := os.Stat(file); err != nil {
		return nil
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node for ", file)
	}
	cmd := exec.CommandContext(t.Context(), node, file, "0")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill() //nolint:errcheck // the context may have done so
		cmd.Wait()         //nolint:errcheck // it was killed
	})
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return map[string]string{"lambda": strings.TrimSpace(url)}
}

// start starts a server for one session, alone with its clock.
func start(t *testing.T, stack string, endpoints map[string]string) *conformance.Server {
	t.Helper()
	s, err := server.Start(t.Context(), server.Config{Listen: "localhost:0", Endpoints: endpoints})
	if err != nil {
		t.Fatal(err)
	}
	records := s.Trace().Listen(1024)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
		records.Close()
	})
	return &conformance.Server{URL: s.URL(), Stack: stack, Records: records}
}
