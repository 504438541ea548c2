package store

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// crashDir is the variable that makes the test binary write to a store until
// it is killed.
const crashDir = "STORE_TEST_CRASH_DIR"

// writeUntilKilled creates, updates and deletes documents of very different
// sizes and prints each change once it is acknowledged.
func writeUntilKilled(dir string) {
	s, err := Open(context.Background(), Options{Dir: dir})
	if err != nil {
		fmt.Println("fail", err)
		os.Exit(1)
	}
	ctx := context.Background()
	for n := 0; ; n++ {
		key := fmt.Sprintf("api.%d", n%7)
		value := []byte(fmt.Sprintf("%d:%s", n, strings.Repeat("v", n*n%100_000)))
		e, err := s.Get(ctx, key)
		switch {
		case err != nil:
			_, err = s.Create(ctx, key, value)
		case n%5 == 4:
			err = s.Delete(ctx, key, e.Revision)
			value = []byte("-:")
		default:
			_, err = s.Update(ctx, key, value, e.Revision)
		}
		if err != nil {
			fmt.Println("fail", err)
			os.Exit(1)
		}
		head, _, _ := bytes.Cut(value, []byte(":"))
		fmt.Printf("done %d %s %s\n", n, key, head)
	}
}

func TestAcknowledgedWritesSurviveKill(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for round := range 8 {
		// Each round kills after a different time, and the first ones while
		// the server is still starting.
		after := []int{0, 0, 1, 3, 20, 60, 100, 150}[round]
		want, last := runUntilKilled(t, dir, after)
		s, err := Open(t.Context(), Options{Dir: dir})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for key, number := range want {
			e, err := s.Get(t.Context(), key)
			got := "-"
			if err == nil {
				head, _, _ := bytes.Cut(e.Value, []byte(":"))
				got = string(head)
			}
			// One write more than was acknowledged may be there.
			if got != number && key != fmt.Sprintf("api.%d", (last+1)%7) {
				t.Errorf("round %d: %s is %s, acknowledged %s", round, key, got, number)
			}
		}
		// The next round begins anew.
		entries, _ := s.List(t.Context(), "")
		for _, e := range entries {
			if err := s.Delete(t.Context(), e.Key, e.Revision); err != nil {
				t.Fatal(err)
			}
		}
		s.Close()
	}
}

// runUntilKilled starts a writer, kills it after some acknowledged writes and
// returns what each key holds and the number of the last acknowledged write.
func runUntilKilled(t *testing.T, dir string, after int) (want map[string]string, last int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), crashDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after == 0 {
		// Somewhere in the start.
		time.AfterFunc(8*time.Millisecond, func() { cmd.Process.Kill() })
	}
	want, last = map[string]string{}, -1
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var n int
		var key, head string
		if _, err := fmt.Sscanf(lines.Text(), "done %d %s %s", &n, &key, &head); err != nil {
			t.Fatalf("the writer says %q", lines.Text())
		}
		want[key], last = head, n
		if n == after {
			cmd.Process.Kill()
		}
	}
	cmd.Wait()
	return want, last
}
