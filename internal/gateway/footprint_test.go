package gateway

import (
	"runtime"
	"testing"
	"unique"

	"postern/internal/ids"
)

// maxFootprint is what the gateway may keep for an idle connection, in bytes,
// the registry included and the socket excluded.
const maxFootprint = 200

func TestFootprintOfAConnection(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector keeps shadows")
	}
	const n = 100_000
	g, first := open(t, Options{}, seed())
	source := ids.NewSource(0)
	kept := make([]*connection, 0, n)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range n {
		c := &connection{stage: first.stage, id: source.Next(), domain: unique.Make("localhost:4566"), agent: unique.Make("some agent")}
		g.registry.admit(c, func() {})
		kept = append(kept, c)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	per := (after.HeapAlloc - before.HeapAlloc) / n
	t.Logf("%d bytes a connection", per)
	if per > maxFootprint {
		t.Errorf("%d bytes a connection, want at most %d", per, maxFootprint)
	}
	if g.Connections() != n {
		t.Errorf("%d connections", g.Connections())
	}
	for _, c := range kept {
		if g.registry.find(c.id) != c {
			t.Fatal("a connection is not found")
		}
		g.registry.remove(c.id)
	}
	if g.Connections() != 0 {
		t.Errorf("%d connections after all left", g.Connections())
	}
}
