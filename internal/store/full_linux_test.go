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
)

func init() {
	if dir := os.Getenv(fullDir); dir != "" {
		writeThroughFullDisk(dir)
	}
}

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

func TestFullDisk(t *testing.T) {
	d := newDisk(t, "3m")
	s, err := Open(t.Context(), Options{Dir: d.data()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var mu sync.Mutex
	var seen []string
	if _, err := s.Watch(t.Context(), "", func(c Change) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, fmt.Sprintf("%s@%d", c.Key, c.Revision))
	}); err != nil {
		t.Fatal(err)
	}
	var want []string
	acknowledged := map[string]uint64{}
	write := func(key string) {
		t.Helper()
		var revision uint64
		var err error
		if old := acknowledged[key]; old == 0 {
			revision, err = s.Create(t.Context(), key, large(0))
		} else {
			revision, err = s.Update(t.Context(), key, large(1), old)
		}
		if err != nil {
			t.Fatalf("write %s: %v", key, err)
		}
		acknowledged[key] = revision
		want = append(want, fmt.Sprintf("%s@%d", key, revision))
	}
	for round := range 3 {
		write(fmt.Sprintf("before.%d", round))
		write("each")
		d.fill()
		for n := range 5 {
			wantFull(t, s, fmt.Sprintf("full.%d", n))
		}
		// Reads go on.
		for key, revision := range acknowledged {
			if e, err := s.Get(t.Context(), key); err != nil || e.Revision != revision {
				t.Errorf("%s: %d, %v", key, e.Revision, err)
			}
		}
		d.free()
		began := time.Now()
		write(fmt.Sprintf("after.%d", round))
		t.Logf("the first write after took %v", time.Since(began))
		write("each")
		if err := s.Delete(t.Context(), fmt.Sprintf("before.%d", round), acknowledged[fmt.Sprintf("before.%d", round)]); err != nil {
			t.Fatal(err)
		}
		delete(acknowledged, fmt.Sprintf("before.%d", round))
		want = append(want, fmt.Sprintf("before.%d@%d", round, acknowledged["each"]+1))
	}
	mu.Lock()
	if fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("the watch saw\n%v, want\n%v", seen, want)
	}
	mu.Unlock()
	s.Close()
	wantDocuments(t, d.data(), acknowledged)
}

// TestFullDiskWritersTogether has many writers meet the full disk, the first
// one's reopening, and Close.
func TestFullDiskWritersTogether(t *testing.T) {
	d := newDisk(t, "3m")
	s, err := Open(t.Context(), Options{Dir: d.data()})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	acknowledged := map[string]uint64{}
	var failed, last int
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for w := range 6 {
		writers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				key := fmt.Sprintf("k.%d", w)
				e, err := s.Get(t.Context(), key)
				var revision uint64
				if err != nil {
					revision, err = s.Create(t.Context(), key, large(n))
				} else {
					revision, err = s.Update(t.Context(), key, large(n), e.Revision)
				}
				mu.Lock()
				switch {
				case err == nil:
					if revision <= acknowledged[key] {
						t.Errorf("%s: revision %d after %d", key, revision, acknowledged[key])
					}
					acknowledged[key] = revision
					last++
				case errors.Is(err, ErrUnavailable):
					failed++
				case errors.Is(err, ErrConflict), errors.Is(err, ErrExists):
					// A write that failed was made.
				case errors.Is(err, ErrClosed):
					mu.Unlock()
					return
				default:
					t.Errorf("write: %v", err)
				}
				mu.Unlock()
			}
		})
	}
	progress := func(counter *int) {
		t.Helper()
		mu.Lock()
		from := *counter
		mu.Unlock()
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
			mu.Lock()
			now := *counter
			mu.Unlock()
			if now > from+20 {
				return
			}
			if time.Now().After(deadline) {
				t.Fatal("the writers do not get on")
			}
		}
	}
	defer func() {
		close(stop)
		s.Close()
		writers.Wait()
	}()
	for range 3 {
		progress(&last)
		d.fill()
		progress(&failed)
		d.free()
	}
	progress(&last)
	d.fill()
	progress(&failed)
	d.free()
	s.Close() // amid the reopening
	writers.Wait()
	mu.Lock()
	defer mu.Unlock()
	again, err := Open(t.Context(), Options{Dir: d.data()})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
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
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for round := range 6 {
		d := newDisk(t, "16m")
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), fullDir+"="+d.data())
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		acknowledged := map[string]int{}
		var done, full int // since the disk changed
		filled, changes := false, 0
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
			// The last rounds end with a full disk, the first ones after it.
			switch {
			case changes == 3+round:
				if round%2 == 0 || full+done > round {
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
		t.Logf("round %d: %d changes of the disk, %d documents", round, changes, len(acknowledged))
	}
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
