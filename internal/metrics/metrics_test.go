package metrics

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// scrape returns the lines of a scrape that begin with prefix.
func scrape(t *testing.T, m *Metrics, prefix string) []string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/_postern/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	lines := strings.Split(w.Body.String(), "\n")
	lines = slices.DeleteFunc(lines, func(l string) bool { return !strings.HasPrefix(l, prefix) })
	slices.Sort(lines)
	return lines
}

func TestSeries(t *testing.T) {
	m := New()
	stage := m.Series("a", "prod", "")
	route := m.Series("a", "prod", "chat")
	if m.Series("a", "prod", "chat") != route {
		t.Error("a second handle for the same series")
	}
	stage.Connect()
	route.Messages(1)
	route.Messages(1)
	route.ClientError()
	route.ExecutionError()
	route.IntegrationError()
	route.IntegrationLatency(30 * time.Millisecond)
	var none *Series
	none.Connect()
	none.IntegrationLatency(time.Second)

	want := []string{
		`apigateway_client_error_total{api_id="a",route="",stage="prod"} 0`,
		`apigateway_client_error_total{api_id="a",route="chat",stage="prod"} 1`,
		`apigateway_connect_count_total{api_id="a",route="",stage="prod"} 1`,
		`apigateway_connect_count_total{api_id="a",route="chat",stage="prod"} 0`,
		`apigateway_execution_error_total{api_id="a",route="",stage="prod"} 0`,
		`apigateway_execution_error_total{api_id="a",route="chat",stage="prod"} 1`,
		`apigateway_integration_error_total{api_id="a",route="",stage="prod"} 0`,
		`apigateway_integration_error_total{api_id="a",route="chat",stage="prod"} 1`,
		`apigateway_message_count_total{api_id="a",route="",stage="prod"} 0`,
		`apigateway_message_count_total{api_id="a",route="chat",stage="prod"} 2`,
	}
	got := slices.DeleteFunc(scrape(t, m, "apigateway_"), func(l string) bool { return strings.Contains(l, "latency") })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	latency := scrape(t, m, `apigateway_integration_latency_seconds_bucket{api_id="a",route="chat",stage="prod",le="0.0`)
	for _, line := range latency {
		within := strings.Contains(line, `le="0.05"`)
		if within != strings.HasSuffix(line, " 1") {
			t.Errorf("%s", line)
		}
	}
	if len(latency) != 6 {
		t.Errorf("%d buckets below 0.1 s: %q", len(latency), latency)
	}
}

func TestForget(t *testing.T) {
	m := New()
	m.Series("a", "prod", "").Connect()
	m.Series("a", "prod", "chat").Connect()
	m.Series("a", "dev", "").Connect()
	m.Series("b", "prod", "").Connect()
	m.Forget("a", "prod")
	if got := scrape(t, m, "apigateway_connect_count_total"); len(got) != 2 {
		t.Errorf("after the stage: %q", got)
	}
	m.Forget("a", "")
	if got := scrape(t, m, "apigateway_"); len(scrape(t, m, `apigateway_connect_count_total{api_id="b"`)) != 1 || slices.ContainsFunc(got, func(l string) bool { return strings.Contains(l, `"a"`) }) {
		t.Errorf("after the API: %q", got)
	}
	m.Series("a", "prod", "").Connect()
	if got := scrape(t, m, `apigateway_connect_count_total{api_id="a"`); len(got) != 1 || !strings.HasSuffix(got[0], " 1") {
		t.Errorf("a stage of the same name begins anew: %q", got)
	}
}

func TestFiguresOfTheProcess(t *testing.T) {
	m := New()
	if err := m.Gauge("postern_connections", "Open connections.", func() float64 { return 7 }); err != nil {
		t.Fatal(err)
	}
	if err := m.Counter("postern_lost_total", "Lost lines.", func() float64 { return 3 }); err != nil {
		t.Fatal(err)
	}
	if err := m.Gauge("postern_connections", "Again.", func() float64 { return 0 }); err == nil {
		t.Error("a name was given twice")
	}
	if diff := cmp.Diff([]string{"postern_connections 7", "postern_lost_total 3"}, scrape(t, m, "postern_")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(scrape(t, m, "go_goroutines ")) != 1 || len(scrape(t, m, "process_start_time_seconds ")) != 1 {
		t.Error("no figures of the runtime or the process")
	}
}

func TestCountingAllocatesNothing(t *testing.T) {
	s := New().Series("a", "prod", "chat")
	n := testing.AllocsPerRun(100, func() {
		s.Connect()
		s.Messages(1)
		s.ClientError()
		s.ExecutionError()
		s.IntegrationError()
		s.IntegrationLatency(time.Millisecond)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestConcurrentUse(t *testing.T) {
	m := New()
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for range 100 {
				m.Series("a", "prod", "").Messages(1)
				if i == 0 {
					scrape(t, m, "apigateway_")
				}
			}
		})
	}
	wg.Wait()
	if got := scrape(t, m, "apigateway_message_count_total"); len(got) != 1 || !strings.HasSuffix(got[0], " 400") {
		t.Errorf("%q", got)
	}
}

func BenchmarkMessage(b *testing.B) {
	s := New().Series("a", "prod", "chat")
	for b.Loop() {
		s.Messages(1)
	}
}
