package gateway

import (
	"fmt"
	"strings"
	"testing"
)

// padded is the seed's message at a given size.
func padded(size int) []byte {
	text := `{"action":"message","messageId":1}`
	if pad := size - len(text) - len(`,"pad":""`); pad > 0 {
		text = fmt.Sprintf(`{"action":"message","messageId":1,"pad":"%s"}`, strings.Repeat("x", pad))
	}
	return []byte(text)
}

// maxAllocations is what a message through the seed's MOCK route may cost.
const maxAllocations = 2

func TestMessageAllocations(t *testing.T) {
	if raceDetector {
		t.Skip("under the race detector pools forget at random")
	}
	tests := []struct {
		name string
		text string
		edit func(*configuration)
		most float64
	}{
		{"the seed's message", string(padded(64)), func(*configuration) {}, maxAllocations},
		{"a large one", string(padded(4096)), func(*configuration) {}, maxAllocations},
		{"a static template", `{"action":"message","messageId":1}`, func(c *configuration) {
			c.Integrations[1].RequestTemplates["$default"] = `{"statusCode": 200}`
		}, 0},
		{"a refusal", `{"action":"nope"}`, func(*configuration) {}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := seed()
			tt.edit(cfg)
			g, c := open(t, Options{}, cfg)
			text, q := []byte(tt.text), &quiet{}
			n := testing.AllocsPerRun(200, func() { g.serve(c, q, text) })
			if q.n == 0 {
				t.Fatal("nothing was answered")
			}
			if n > tt.most {
				t.Errorf("%v allocations, want at most %v", n, tt.most)
			}
		})
	}
}

func BenchmarkMessage(b *testing.B) {
	for _, size := range []int{64, 1024, 4096} {
		b.Run(fmt.Sprintf("seed/%d", size), func(b *testing.B) {
			g, c := open(b, Options{}, seed())
			text, q := padded(size), &quiet{}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				g.serve(c, q, text)
			}
		})
	}
	b.Run("static", func(b *testing.B) {
		cfg := seed()
		cfg.Integrations[1].RequestTemplates["$default"] = `{"statusCode": 200}`
		g, c := open(b, Options{}, cfg)
		text, q := padded(64), &quiet{}
		b.ReportAllocs()
		for b.Loop() {
			g.serve(c, q, text)
		}
	})
	b.Run("parallel", func(b *testing.B) {
		g, c := open(b, Options{}, seed())
		text := padded(64)
		b.RunParallel(func(pb *testing.PB) {
			q := &quiet{}
			for pb.Next() {
				g.serve(c, q, text)
			}
		})
	})
}
