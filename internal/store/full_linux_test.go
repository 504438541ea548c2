package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// disk is a small file system that can be filled.
type disk struct {
	t   *testing.T
	dir string
}

func newDisk(t *testing.T, size string) *disk {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("no file system can be mounted: %v", err)
	}
	t.Cleanup(func() {
		// A goroutine of the server may still be listing a directory.
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return &disk{t, dir}
}

func (d *disk) data() string { return filepath.Join(d.dir, "data") }

func (d *disk) fill() {
	d.t.Helper()
	f, err := os.Create(filepath.Join(d.dir, "fill"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	for size := 64 << 10; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			if !errors.Is(err, syscall.ENOSPC) {
				d.t.Fatal(err)
			}
			size /= 2
		}
	}
}

func (d *disk) free() {
	d.t.Helper()
	if err := os.Remove(filepath.Join(d.dir, "fill")); err != nil {
		d.t.Fatal(err)
	}
}

// large is a value that no rest of a page takes.
func large(n int) []byte { return []byte(fmt.Sprint(n, ":", strings.Repeat("v", 5000))) }

// wantFull makes a write that must fail at once for want of space.
func wantFull(t *testing.T, s *Store, key string) {
	t.Helper()
	began := time.Now()
	_, err := s.Create(t.Context(), key, large(0))
	if took := time.Since(began); took > time.Second {
		t.Errorf("the failure took %v", took)
	}
	reason, ok := errors.AsType[*WriteError](err)
	if !ok || !errors.Is(err, ErrUnavailable) || !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("a write on a full disk: %v", err)
	}
	if want := "the data directory cannot be written: no space left on device"; reason.Error() != want {
		t.Errorf("error %q, want %q", reason, want)
	}
}

// history makes writes and keeps what a watch must have seen and what must be
// there in the end.
type history struct {
	t            *testing.T
	store        *Store
	acknowledged map[string]uint64
	changes      []string
}

func (h *history) add(key string, revision uint64) {
	h.changes = append(h.changes, fmt.Sprintf("%s@%d", key, revision))
}

func (h *history) write(key string) {
	h.t.Helper()
	var revision uint64
	var err error
	if old := h.acknowledged[key]; old == 0 {
		revision, err = h.store.Create(h.t.Context(), key, large(0))
	} else {
		revision, err = h.store.Update(h.t.Context(), key, large(1), old)
	}
	if err != nil {
		h.t.Fatalf("write %s: %v", key, err)
	}
	h.acknowledged[key] = revision
	h.add(key, revision)
}

// remove deletes a document right after a write of the other one.
func (h *history) remove(key, other string) {
	h.t.Helper()
	if err := h.store.Delete(h.t.Context(), key, h.acknowledged[key]); err != nil {
		h.t.Fatalf("delete %s: %v", key, err)
	}
	delete(h.acknowledged, key)
	h.add(key, h.acknowledged[other]+1)
}

func TestFullDisk(t *testing.T) {
	d := newDisk(t, "3m")
	s, err := Open(t.Context(), Options{Dir: d.data()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	// A write returns after the watch saw it, so the test needs no lock.
	var seen []string
	if _, err := s.Watch(t.Context(), "", func(c Change) {
		seen = append(seen, fmt.Sprintf("%s@%d", c.Key, c.Revision))
	}); err != nil {
		t.Fatal(err)
	}
	h := &history{t: t, store: s, acknowledged: map[string]uint64{}}
	for round := range 3 {
		before := fmt.Sprintf("before.%d", round)
		h.write(before)
		h.write("each")
		d.fill()
		for n := range 5 {
			wantFull(t, s, fmt.Sprintf("full.%d", n))
		}
		for key, revision := range h.acknowledged {
			if e, err := s.Get(t.Context(), key); err != nil || e.Revision != revision {
				t.Errorf("on the full disk %s is revision %d, %v", key, e.Revision, err)
			}
		}
		d.free()
		h.write(fmt.Sprintf("after.%d", round))
		h.write("each")
		h.remove(before, "each")
	}
	if diff := cmp.Diff(h.changes, seen); diff != "" {
		t.Errorf("what the watch saw (-want +got):\n%s", diff)
	}
	s.Close()
	wantDocuments(t, d.data(), h.acknowledged)
}

// outcome is what became of one write of writeOn.
type outcome struct {
	key      string
	revision uint64
	err      error
}

// writeOn changes one document until the store is closed.
func writeOn(ctx context.Context, s *Store, key string, outcomes chan<- outcome) {
	for n := 0; ; n++ {
		o := outcome{key: key}
		if e, err := s.Get(ctx, key); err != nil {
			o.revision, o.err = s.Create(ctx, key, large(n))
		} else {
			o.revision, o.err = s.Update(ctx, key, large(n), e.Revision)
		}
		outcomes <- o
		if errors.Is(o.err, ErrClosed) {
			return
		}
	}
}

// TestFullDiskWritersTogether has many writers meet the full disk and the first
// write after it, and closes the store amid all that.
func TestFullDiskWritersTogether(t *testing.T) {
	d := newDisk(t, "3m")
	s, err := Open(t.Context(), Options{Dir: d.data()})
	if err != nil {
		t.Fatal(err)
	}
	outcomes := make(chan outcome)
	var writers sync.WaitGroup
	for w := range 6 {
		writers.Go(func() { writeOn(context.Background(), s, fmt.Sprintf("k.%d", w), outcomes) })
	}
	go func() { writers.Wait(); close(outcomes) }()
	acknowledged := map[string]uint64{}
	done, full, changes, filled := 0, 0, 0, false // the first two since the disk changed
	for o := range outcomes {
		switch {
		case o.err == nil:
			if o.revision <= acknowledged[o.key] {
				t.Errorf("%s: revision %d after %d", o.key, o.revision, acknowledged[o.key])
			}
			acknowledged[o.key] = o.revision
			done++
		case errors.Is(o.err, ErrUnavailable):
			full++
		case errors.Is(o.err, ErrConflict), errors.Is(o.err, ErrExists):
			// A write that failed was made.
		case !errors.Is(o.err, ErrClosed):
			t.Errorf("write %s: %v", o.key, o.err)
		}
		switch {
		case changes == 8:
			go s.Close()
			changes++
		case !filled && done > 20:
			d.fill()
			filled, done, full, changes = true, 0, 0, changes+1
		case filled && full > 20:
			d.free()
			filled, done, full, changes = false, 0, 0, changes+1
		}
	}
	s.Close()
	again := open(t, Options{Dir: d.data()})
	for key, revision := range acknowledged {
		if e, err := again.Get(t.Context(), key); err != nil || e.Revision < revision {
			t.Errorf("%s is revision %d, %v; %d was acknowledged", key, e.Revision, err, revision)
		}
	}
}

// TestDocumentLargerThanTheSpace shows that one document that has no place
// leaves the others theirs.
func TestDocumentLargerThanTheSpace(t *testing.T) {
	d := newDisk(t, "3m")
	s, err := Open(t.Context(), Options{Dir: d.data()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	noise := make([]byte, 4<<20)
	rand.NewChaCha8([32]byte{}).Read(noise)
	want := map[string]uint64{}
	for n := range 4 {
		if _, err := s.Create(t.Context(), "large", noise); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("a document of 4 MB: %v", err)
		}
		key := fmt.Sprint("small.", n)
		if want[key], err = s.Create(t.Context(), key, large(n)); err != nil {
			t.Errorf("a small document: %v", err)
		}
	}
	s.Close()
	wantDocuments(t, d.data(), want)
}

// fullDir is the variable that makes the test binary write to a store on a disk
// that is full now and then, until it is killed.
const fullDir = "STORE_TEST_FULL_DIR"

func init() {
	if dir := os.Getenv(fullDir); dir != "" {
		writeThroughFullDisk(dir)
	}
}

// writeThroughFullDisk updates a few documents and prints each change once it is
// acknowledged, and each that failed for want of space.
func writeThroughFullDisk(dir string) {
	s, err := Open(context.Background(), Options{Dir: dir})
	if err != nil {
		fmt.Println("fail", err)
		os.Exit(1)
	}
	ctx := context.Background()
	for n := 0; ; n++ {
		key := fmt.Sprintf("api.%d", n%7)
		value := []byte(fmt.Sprintf("%d:%s", n, strings.Repeat("v", n*n%9000)))
		if e, e1 := s.Get(ctx, key); e1 != nil {
			_, err = s.Create(ctx, key, value)
		} else {
			_, err = s.Update(ctx, key, value, e.Revision)
		}
		switch {
		case err == nil:
			fmt.Println("done", n, key)
		case errors.Is(err, syscall.ENOSPC):
			fmt.Println("full", n, key)
		case errors.Is(err, ErrConflict), errors.Is(err, ErrExists):
		default:
			fmt.Println("fail", err)
			os.Exit(1)
		}
	}
}

// TestFullDiskAndKill kills a writer at different moments of a disk that gets
// full and free again.
func TestFullDiskAndKill(t *testing.T) {
	for round := range 6 {
		d := newDisk(t, "16m")
		acknowledged := killOnFullDisk(t, d, round)
		s, err := Open(t.Context(), Options{Dir: d.data()})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for key, n := range acknowledged {
			e, err := s.Get(t.Context(), key)
			var got int
			if err == nil {
				_, err = fmt.Sscanf(string(e.Value), "%d:", &got)
			}
			if err != nil || got < n {
				t.Errorf("round %d: %s is write %d, %v; %d was acknowledged", round, key, got, err, n)
			}
		}
		s.Close()
	}
}

// killOnFullDisk starts a writer, changes the disk under it, kills it and
// returns the last acknowledged write of each key. After even rounds the kill
// meets a disk that was just filled or freed, after odd ones a later write.
func killOnFullDisk(t *testing.T, d *disk, round int) (acknowledged map[string]int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), fullDir+"="+d.data())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged = map[string]int{}
	done, full, changes, filled := 0, 0, 0, false // the first two since the disk changed
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var what, key string
		var n int
		if _, err := fmt.Sscan(lines.Text(), &what, &n, &key); err != nil {
			t.Errorf("the writer says %q", lines.Text())
			break
		}
		if what == "done" {
			acknowledged[key] = n
			done++
		} else {
			full++
		}
		switch {
		case changes == 3+round/2:
			if round%2 == 0 || done+full > 5 {
				cmd.Process.Kill()
			}
		case !filled && done > 10:
			d.fill()
			filled, done, full, changes = true, 0, 0, changes+1
		case filled && full > 3:
			d.free()
			filled, done, full, changes = false, 0, 0, changes+1
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
	if filled {
		d.free()
	}
	return acknowledged
}

func TestOpenOnFullDisk(t *testing.T) {
	d := newDisk(t, "3m")
	d.fill()
	s, err := Open(t.Context(), Options{Dir: d.data()})
	if err == nil {
		s.Close()
		t.Fatal("opened")
	}
	if !strings.Contains(err.Error(), "no space left on device") || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %q", err)
	}
	d.free()
	wantDocuments(t, d.data(), map[string]uint64{})
}
