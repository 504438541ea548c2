package store

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDirectoryInUse(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir})
	_, err := Open(t.Context(), Options{Dir: dir})
	want := fmt.Sprintf("data directory %s is in use by another postern (pid %d)", dir, os.Getpid())
	if err == nil || err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
	if _, err := s.Create(t.Context(), "k", nil); err != nil {
		t.Errorf("the owner was disturbed: %v", err)
	}
}

func TestDirectoryThatCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	readOnly := t.TempDir()
	if err := os.Chmod(readOnly, 0o500); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, dir, want string }{
		{"a file", file, "data directory " + file + " cannot be made: not a directory"},
		{"below a file", file + "/data", "data directory " + file + "/data cannot be made: not a directory"},
		{"read-only", readOnly, "data directory " + readOnly + " is not writable: permission denied"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "read-only" && os.Geteuid() == 0 {
				t.Skip("root writes everywhere")
			}
			_, err := Open(t.Context(), Options{Dir: tt.dir})
			if err == nil || err.Error() != tt.want {
				t.Errorf("error %q, want %q", err, tt.want)
			}
		})
	}
}

// filled makes a data directory with a few documents and returns it and the
// file that holds them.
func filled(t *testing.T) (dir, block string) {
	t.Helper()
	dir = t.TempDir()
	s, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if _, err := s.Create(t.Context(), fmt.Sprintf("api.%d", i), []byte(strings.Repeat("document ", 20))); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	return dir, filepath.Join(dir, "jetstream/$G/streams/KV_postern/msgs/1.blk")
}

// snapshot reads all files of a directory.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == lockName {
			return err
		}
		data, err := os.ReadFile(path)
		files[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestDamagedDirectoryIsRefusedAndLeftAlone(t *testing.T) {
	tests := []struct {
		name   string
		damage func(t *testing.T, dir, block string)
		want   string
	}{
		{"a flipped bit in a document", func(t *testing.T, _, block string) {
			edit(t, block, func(b []byte) []byte { b[300] ^= 1; return b })
		}, "block 1 is unreadable from byte"},
		{"a length that leads nowhere", func(t *testing.T, _, block string) {
			edit(t, block, func(b []byte) []byte { b[2] ^= 0x40; return b })
		}, "block 1 is unreadable from byte 0 on"},
		{"a flipped bit in the last document", func(t *testing.T, _, block string) {
			edit(t, block, func(b []byte) []byte { b[len(b)-20] ^= 1; return b })
		}, "block 1 is unreadable from byte"},
		{"a last length that is too large", func(t *testing.T, _, block string) {
			edit(t, block, func(b []byte) []byte { b[len(b)/5*3+2] ^= 0x40; return b })
		}, "block 1 is unreadable from byte"},
		{"no description", func(t *testing.T, dir, block string) {
			if err := os.Remove(filepath.Join(filepath.Dir(filepath.Dir(block)), "meta.inf")); err != nil {
				t.Fatal(err)
			}
		}, "its description of the documents cannot be read"},
		{"a changed description", func(t *testing.T, dir, block string) {
			edit(t, filepath.Join(filepath.Dir(filepath.Dir(block)), "meta.inf"), func(b []byte) []byte { return b[10:] })
		}, "its description of the documents cannot be read"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir, block := filled(t)
			tt.damage(t, dir, block)
			before := snapshot(t, dir)
			for range 2 {
				s, err := Open(t.Context(), Options{Dir: dir})
				if err == nil {
					s.Close()
					t.Fatal("opened")
				}
				text := err.Error()
				if !strings.HasPrefix(text, "data directory "+dir+" is damaged: ") || !strings.Contains(text, tt.want) || strings.Contains(text, "\n") {
					t.Errorf("error %q", text)
				}
			}
			if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
				t.Errorf("the directory was changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestHalfWrittenRecordIsForgotten(t *testing.T) {
	for _, cut := range []int{1, 20, 100} {
		dir, block := filled(t)
		edit(t, block, func(b []byte) []byte { return b[:len(b)-cut] })
		entries, err := open(t, Options{Dir: dir}).List(t.Context(), "")
		if err != nil || len(entries) != 4 {
			t.Errorf("cut by %d: %d documents, %v, want the 4 whole ones", cut, len(entries), err)
		}
	}
}

func TestZerosAtTheEndAreForgotten(t *testing.T) {
	dir, block := filled(t)
	edit(t, block, func(b []byte) []byte { return append(b, make([]byte, 300)...) })
	entries, err := open(t, Options{Dir: dir}).List(t.Context(), "")
	if err != nil || len(entries) != 5 {
		t.Errorf("%d documents, %v, want all 5", len(entries), err)
	}
}

func edit(t *testing.T, file string, change func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, change(b), 0o600); err != nil {
		t.Fatal(err)
	}
}
