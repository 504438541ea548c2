package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"
)

// fail makes the server fail as if it had not been able to write.
func fail(s *Store, err error) { s.server.current.Load().fail(err) }

// wantDocuments opens a directory and looks for exactly these revisions.
func wantDocuments(t *testing.T, dir string, want map[string]uint64) {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	entries, _ := s.List(t.Context(), "")
	got := map[string]uint64{}
	for _, e := range entries {
		got[e.Key] = e.Revision
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("documents %v, want %v", got, want)
	}
}

func TestReopenAfterFailure(t *testing.T) {
	s := open(t, Options{Dir: t.TempDir()})
	revision, err := s.Create(t.Context(), "k", []byte("one"))
	if err != nil {
		t.Fatal(err)
	}
	failures := map[string]func(){
		"write":     func() { fail(s, &fs.PathError{Op: "write", Path: "x", Err: syscall.EIO}) },
		"JetStream": func() { s.server.current.Load().server.DisableJetStream() },
	}
	for name, failure := range failures {
		before := s.server.current.Load()
		failure()
		if name == "JetStream" {
			if _, err = s.Update(t.Context(), "k", []byte("two"), revision); !errors.Is(err, errGivenUp) || !errors.Is(err, ErrUnavailable) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if revision, err = s.Update(t.Context(), "k", []byte("three"), revision); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if s.server.current.Load() == before {
			t.Errorf("%s: the server was not started again", name)
		}
	}
}

func TestNotReopenedAfterFailedSync(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir})
	if _, err := s.Create(t.Context(), "k", []byte("one")); err != nil {
		t.Fatal(err)
	}
	fail(s, &fs.PathError{Op: "sync", Path: "x", Err: syscall.EIO})
	for range 2 {
		_, err := s.Create(t.Context(), "other", []byte("one"))
		want := "write other: the data directory cannot be written: input/output error when it was synced; the server must be restarted"
		if err == nil || err.Error() != want || !errors.Is(err, ErrUnavailable) {
			t.Errorf("error %q, want %q", err, want)
		}
	}
	if _, err := s.Get(t.Context(), "k"); err != nil {
		t.Error(err)
	}
	s.Close()
	wantDocuments(t, dir, map[string]uint64{"k": 1})
}

// TestNotReopenedWithLess makes documents disappear under a running store: it
// must not go on without them.
func TestNotReopenedWithLess(t *testing.T) {
	dir, block := filled(t)
	s := open(t, Options{Dir: dir})
	fail(s, &fs.PathError{Op: "write", Path: "x", Err: syscall.EIO})
	s.server.current.Load().stop()
	edit(t, block, func(b []byte) []byte { return b[:len(b)-20] })
	for range 2 {
		if _, err := s.Create(t.Context(), "k", nil); !errors.Is(err, errNotReopened) {
			t.Errorf("error %v", err)
		}
	}
	if entries, _ := s.List(t.Context(), ""); len(entries) != 5 {
		t.Errorf("%d documents, want those that were there", len(entries))
	}
}

func TestFailureInMemory(t *testing.T) {
	s := open(t, Options{})
	if _, err := s.Create(t.Context(), "k", []byte("one")); err != nil {
		t.Fatal(err)
	}
	before := s.server.current.Load()
	fail(s, errors.New("any"))
	_, _ = s.Create(context.Background(), "l", nil)
	if s.server.current.Load() != before {
		t.Error("what was in memory is lost")
	}
}

func BenchmarkCreate(b *testing.B) {
	s, err := Open(b.Context(), Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	revision, err := s.Create(b.Context(), "k", []byte("one"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if revision, err = s.Update(b.Context(), "k", []byte("two"), revision); err != nil {
			b.Fatal(err)
		}
	}
}
