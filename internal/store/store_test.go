package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats-server/v2/server"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		writeUntilKilled(dir)
	}
	goleak.VerifyTestMain(m)
}

// open opens a store and closes it at the end of the test.
func open(t *testing.T, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// places are the ways to run a store, which all tests of behaviour must pass.
func places(t *testing.T, test func(t *testing.T, o Options)) {
	t.Run("memory", func(t *testing.T) { test(t, Options{}) })
	t.Run("directory", func(t *testing.T) { test(t, Options{Dir: t.TempDir()}) })
	t.Run("external", func(t *testing.T) { test(t, Options{NATS: external(t)}) })
}

// external starts a NATS server on loopback and returns its URL.
func external(t *testing.T) string {
	t.Helper()
	srv := startNATS(t, server.RANDOM_PORT, t.TempDir())
	t.Cleanup(func() { srv.Shutdown(); srv.WaitForShutdown() })
	return srv.ClientURL()
}

func startNATS(t *testing.T, port int, dir string) *server.Server {
	t.Helper()
	srv, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: port, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: dir, JetStreamMaxMemory: 1 << 30, JetStreamMaxStore: 1 << 30,
	})
	if err != nil {
		t.Fatal(err)
	}
	srv.Start()
	return srv
}

func TestReadsSeeWrites(t *testing.T) {
	places(t, func(t *testing.T, o Options) {
		s, ctx := open(t, o), t.Context()
		if _, err := s.Get(ctx, "api.a"); !errors.Is(err, ErrNotFound) {
			t.Errorf("Get before Create: %v", err)
		}
		first, err := s.Create(ctx, "api.a", []byte("one"))
		if err != nil {
			t.Fatal(err)
		}
		second, err := s.Update(ctx, "api.a", []byte("two"), first)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Get(ctx, "api.a")
		if want := (Entry{"api.a", []byte("two"), second}); err != nil || !cmp.Equal(want, got) {
			t.Errorf("Get = %v, %v, want %v", got, err, want)
		}
		if err := s.Delete(ctx, "api.a", second); err != nil {
			t.Error(err)
		}
		if _, err := s.Get(ctx, "api.a"); !errors.Is(err, ErrNotFound) {
			t.Errorf("Get after Delete: %v", err)
		}
		if third, err := s.Create(ctx, "api.a", []byte("three")); err != nil || third <= second {
			t.Errorf("Create after Delete = %d, %v, want more than %d", third, err, second)
		}
	})
}

func TestWritesOfAnOldRevisionFail(t *testing.T) {
	places(t, func(t *testing.T, o Options) {
		s, ctx := open(t, o), t.Context()
		old, err := s.Create(ctx, "k", []byte("1"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Create(ctx, "k", nil); !errors.Is(err, ErrExists) {
			t.Errorf("Create of an existing key: %v", err)
		}
		last, err := s.Update(ctx, "k", []byte("2"), old)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Update(ctx, "k", []byte("3"), old)
		if !errors.Is(err, ErrConflict) {
			t.Errorf("Update of an old revision: %v", err)
		}
		if err := s.Delete(ctx, "k", old); !errors.Is(err, ErrConflict) {
			t.Errorf("Delete of an old revision: %v", err)
		}
		if _, err := s.Update(ctx, "none", nil, last); !errors.Is(err, ErrConflict) {
			t.Errorf("Update of a missing key: %v", err)
		}
		if _, err := s.Update(ctx, "none", nil, 0); !errors.Is(err, ErrConflict) {
			t.Errorf("Update of revision 0: %v", err)
		}
		if err := s.Delete(ctx, "none", 1); !errors.Is(err, ErrConflict) {
			t.Errorf("Delete of a missing key: %v", err)
		}
		if e, _ := s.Get(ctx, "k"); string(e.Value) != "2" {
			t.Errorf("value %q after refused writes", e.Value)
		}
	})
}

func TestConcurrentUpdatesLoseNothing(t *testing.T) {
	places(t, func(t *testing.T, o Options) {
		s, ctx := open(t, o), t.Context()
		if _, err := s.Create(ctx, "list", nil); err != nil {
			t.Fatal(err)
		}
		const writers, each = 8, 10
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range each {
					for {
						e, err := s.Get(ctx, "list")
						if err != nil {
							t.Error(err)
							return
						}
						_, err = s.Update(ctx, "list", append(bytes.Clone(e.Value), '.'), e.Revision)
						if err == nil {
							break
						}
						if !errors.Is(err, ErrConflict) {
							t.Error(err)
							return
						}
					}
				}
			})
		}
		wg.Wait()
		if e, _ := s.Get(ctx, "list"); len(e.Value) != writers*each {
			t.Errorf("%d updates arrived, want %d", len(e.Value), writers*each)
		}
	})
}

func TestWatchDeliversCurrentThenChangesInOrder(t *testing.T) {
	places(t, func(t *testing.T, o Options) {
		s, ctx := open(t, o), t.Context()
		create := func(key, value string) uint64 {
			rev, err := s.Create(ctx, key, []byte(value))
			if err != nil {
				t.Fatal(err)
			}
			return rev
		}
		create("b.2", "x")
		create("b.1", "y")
		create("a.1", "z")
		var got []string
		stop, err := s.Watch(ctx, "b.", func(c Change) {
			got = append(got, fmt.Sprintf("%s=%s %v", c.Key, c.Value, c.Value == nil))
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"b.1=y false", "b.2=x false"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("at the return of Watch (-want +got):\n%s", diff)
		}
		// Every write is seen when it returns: got is read without a lock, as
		// the race detector would tell otherwise.
		rev := create("b.3", "")
		create("c.1", "other prefix")
		if err := s.Delete(ctx, "b.3", rev); err != nil {
			t.Fatal(err)
		}
		want = append(want, "b.3= false", "b.3= true")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("after the writes (-want +got):\n%s", diff)
		}
		stop()
		create("b.4", "unseen")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("after stop (-want +got):\n%s", diff)
		}
	})
}

func TestWatchEndsWithItsContext(t *testing.T) {
	s := open(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	var mu sync.Mutex
	calls := 0
	if _, err := s.Watch(ctx, "", func(Change) { mu.Lock(); calls++; mu.Unlock() }); err != nil {
		t.Fatal(err)
	}
	cancel()
	// The watch is removed soon after cancel, by the feed's goroutine, which
	// takes one piece of work after the other.
	for deadline := time.Now().Add(5 * time.Second); ; {
		var left int
		if err := s.feed.in(t.Context(), func() { left = len(s.feed.watches) }); err != nil {
			t.Fatal(err)
		}
		if left == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the watch is still there")
		}
	}
	if _, err := s.Create(t.Context(), "k", nil); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if calls != 0 {
		t.Errorf("%d calls after cancel", calls)
	}
}

func TestTwoStoresOfOneClusterSeeEachOther(t *testing.T) {
	url := external(t)
	a, b := open(t, Options{NATS: url}), open(t, Options{NATS: url})
	seen := make(chan Change, 10)
	if _, err := b.Watch(t.Context(), "", func(c Change) { seen <- c }); err != nil {
		t.Fatal(err)
	}
	rev, err := a.Create(t.Context(), "k", []byte("v"))
	if err != nil {
		t.Fatal(err)
	}
	if got := <-seen; got.Revision != rev || string(got.Value) != "v" {
		t.Errorf("the other node saw %v", got)
	}
	if _, err := b.Update(t.Context(), "k", []byte("w"), rev); err != nil {
		t.Error(err)
	}
}

func TestReadsGoOnWithoutTheCluster(t *testing.T) {
	dir := t.TempDir()
	srv := startNATS(t, server.RANDOM_PORT, dir)
	s := open(t, Options{NATS: srv.ClientURL()})
	port := srv.Addr().(*net.TCPAddr).Port
	rev, err := s.Create(t.Context(), "k", []byte("1"))
	if err != nil {
		t.Fatal(err)
	}
	srv.Shutdown()
	srv.WaitForShutdown()
	if e, err := s.Get(t.Context(), "k"); err != nil || string(e.Value) != "1" {
		t.Errorf("Get without the cluster: %v, %v", e, err)
	}
	for s.conn.IsConnected() {
		runtime.Gosched() // it notices at once
	}
	if _, err := s.Update(t.Context(), "k", []byte("2"), rev); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Update without the cluster: %v", err)
	}

	// While this node is away another one makes changes.
	var mu sync.Mutex
	var got []string
	if _, err := s.Watch(t.Context(), "", func(c Change) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, fmt.Sprintf("%s=%s", c.Key, c.Value))
	}); err != nil {
		t.Fatal(err)
	}
	away := startNATS(t, server.RANDOM_PORT, dir)
	other := open(t, Options{NATS: away.ClientURL()})
	if err := other.Delete(t.Context(), "k", rev); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Create(t.Context(), "l", []byte("2")); err != nil {
		t.Fatal(err)
	}
	other.Close()
	away.Shutdown()
	away.WaitForShutdown()

	srv = startNATS(t, port, dir)
	t.Cleanup(func() { srv.Shutdown(); srv.WaitForShutdown() })
	for start := time.Now(); ; {
		_, err := s.Create(t.Context(), "m", []byte("3"))
		if err == nil {
			break
		}
		if !errors.Is(err, ErrUnavailable) || time.Since(start) > 20*time.Second {
			t.Fatal(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if diff := cmp.Diff([]string{"k=1", "k=", "l=2", "m=3"}, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestDocumentsSurviveClose(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Options{Dir: dir})
	want := map[string]string{}
	for i := range 50 {
		key := fmt.Sprintf("api.%d", i%10)
		want[key] = strings.Repeat(key, i*100)
		e, err := s.Get(t.Context(), key)
		if err != nil {
			_, err = s.Create(t.Context(), key, []byte(want[key]))
		} else {
			_, err = s.Update(t.Context(), key, []byte(want[key]), e.Revision)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	s.Close() // does nothing
	if _, err := s.Create(t.Context(), "late", nil); err == nil {
		t.Error("a closed store takes writes")
	}
	got := map[string]string{}
	entries, _ := open(t, Options{Dir: dir}).List(t.Context(), "api.")
	for _, e := range entries {
		got[e.Key] = string(e.Value)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after reopening (-want +got):\n%s", diff)
	}
}

func TestLargeDocuments(t *testing.T) {
	random := make([]byte, 31<<20)
	r := rand.NewChaCha8([32]byte{})
	r.Read(random)
	places(t, func(t *testing.T, o Options) {
		s, ctx := open(t, o), t.Context()
		// A document of many copies fits everywhere, compressed.
		text := bytes.Repeat(random[:50<<10], 600)
		rev, err := s.Create(ctx, "copies", text)
		if err != nil {
			t.Fatal(err)
		}
		if e, _ := s.Get(ctx, "copies"); !bytes.Equal(e.Value, text) {
			t.Error("30 MB of copies came back changed")
		}
		if _, err := s.Update(ctx, "copies", append(random, random...), rev); !errors.Is(err, ErrTooLarge) {
			t.Errorf("62 MB of random bytes: %v", err)
		}
		if _, err := s.Update(ctx, "copies", make([]byte, maxValue+1), rev); !errors.Is(err, ErrTooLarge) {
			t.Errorf("64 MB of zeros: %v", err)
		}
		if o.NATS != "" {
			return // limited by its max_payload
		}
		if _, err := s.Create(ctx, "random", random); err != nil {
			t.Fatal(err)
		}
		if e, _ := s.Get(ctx, "random"); !bytes.Equal(e.Value, random) {
			t.Error("31 MB of random bytes came back changed")
		}
	})
}

func TestNoListener(t *testing.T) {
	s := open(t, Options{})
	if a := s.server.current.Load().server.Addr(); a != nil {
		t.Errorf("listens on %v", a)
	}
	if a := s.server.current.Load().server.MonitorAddr(); a != nil {
		t.Errorf("monitors on %v", a)
	}
	if s.server.current.Load().server.ClusterAddr() != nil {
		t.Error("has a cluster listener")
	}
}

func TestExternalThatIsNotThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	_, err = Open(t.Context(), Options{NATS: "nats://me:secret@" + address})
	if err == nil {
		t.Fatal("opened")
	}
	if strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), address) {
		t.Errorf("error %q", err)
	}
}

func TestOpenIsQuick(t *testing.T) {
	if testing.Short() {
		t.Skip("timing")
	}
	best := time.Hour
	for range 5 {
		start := time.Now()
		s, err := Open(t.Context(), Options{Dir: filepath.Join(t.TempDir(), "data")})
		if err != nil {
			t.Fatal(err)
		}
		best = min(best, time.Since(start))
		s.Close()
	}
	t.Logf("best of 5: %v", best)
	if best > 100*time.Millisecond {
		t.Errorf("Open of an empty store took %v at best", best)
	}
}

func BenchmarkUpdate(b *testing.B) {
	s, err := Open(b.Context(), Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	value := bytes.Repeat([]byte("x"), 4096)
	rev, err := s.Create(b.Context(), "k", value)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if rev, err = s.Update(b.Context(), "k", value, rev); err != nil {
			b.Fatal(err)
		}
	}
}
