// Package metrics counts what API Gateway counts for WebSocket APIs and shows
// it to Prometheus.
//
// The six metrics of the namespace AWS/ApiGateway are counters, and a
// histogram for IntegrationLatency, with the labels api_id, stage and route.
// An event is counted once: in the series of its route where the route has
// detailed metrics, else in the series whose route is "". Hence a sum over all
// series of a stage is what CloudWatch shows for the stage, and one over all
// of an API what it shows for the API.
//
// The package keeps no history and sends nothing anywhere.
package metrics

import (
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// The names of the series.
const (
	namespace  = "apigateway"
	labelAPI   = "api_id"
	labelStage = "stage"
	labelRoute = "route"
)

// latencyBuckets reach from an answer of the same machine to the longest wait
// for an integration, in seconds.
var latencyBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 29}

// Metrics is a registry of its own, with the process's and the Go runtime's
// figures. It is safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry

	connects, messages, clientErrors, executionErrors, integrationErrors *prometheus.CounterVec
	latency                                                              *prometheus.HistogramVec

	mu     sync.Mutex
	series map[series]*Series
}

type series struct{ apiID, stage, route string }

// New returns Metrics without series.
func New() *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), series: map[series]*Series{}}
	labels := []string{labelAPI, labelStage, labelRoute}
	counter := func(name, help string) *prometheus.CounterVec {
		v := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
		m.registry.MustRegister(v)
		return v
	}
	m.connects = counter("connect_count_total", "Messages sent to the $connect route (ConnectCount).")
	m.messages = counter("message_count_total", "Messages to and from clients (MessageCount).")
	m.clientErrors = counter("client_error_total", "Requests answered with a 4xx before the integration was called (ClientError).")
	m.executionErrors = counter("execution_error_total", "Errors in calling an integration (ExecutionError).")
	m.integrationErrors = counter("integration_error_total", "4xx and 5xx answers of integrations (IntegrationError).")
	m.latency = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: namespace, Name: "integration_latency_seconds", Buckets: latencyBuckets,
		Help: "Time from a request to an integration to its answer (IntegrationLatency).",
	}, labels)
	m.registry.MustRegister(m.latency,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Series counts the events of one route, or of all routes of a stage that have
// no detailed metrics. Counting takes neither locks nor memory. The methods of
// a nil Series do nothing.
type Series struct {
	connects, messages, clientErrors, executionErrors, integrationErrors prometheus.Counter
	latency                                                              prometheus.Observer
}

// Series returns the series of a route: of the route itself where detailed
// metrics are on, else with an empty route the one of the stage. It is meant
// to be called once per route when a stage's configuration changes.
func (m *Metrics) Series(apiID, stage, route string) *Series {
	key := series{apiID, stage, route}
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.series[key]; ok {
		return s
	}
	s := &Series{
		connects:          m.connects.WithLabelValues(apiID, stage, route),
		messages:          m.messages.WithLabelValues(apiID, stage, route),
		clientErrors:      m.clientErrors.WithLabelValues(apiID, stage, route),
		executionErrors:   m.executionErrors.WithLabelValues(apiID, stage, route),
		integrationErrors: m.integrationErrors.WithLabelValues(apiID, stage, route),
		latency:           m.latency.WithLabelValues(apiID, stage, route),
	}
	m.series[key] = s
	return s
}

// Forget removes all series of a stage that is gone, or of all stages of an
// API where stage is "". A Series that is still held counts unseen.
func (m *Metrics) Forget(apiID, stage string) {
	match := prometheus.Labels{labelAPI: apiID}
	if stage != "" {
		match[labelStage] = stage
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for key := range m.series {
		if key.apiID == apiID && (stage == "" || key.stage == stage) {
			delete(m.series, key)
		}
	}
	for _, v := range []*prometheus.CounterVec{m.connects, m.messages, m.clientErrors, m.executionErrors, m.integrationErrors} {
		v.DeletePartialMatch(match)
	}
	m.latency.DeletePartialMatch(match)
}

// Connect counts a message to the $connect route.
func (s *Series) Connect() {
	if s != nil {
		s.connects.Inc()
	}
}

// Messages counts n messages in either direction.
func (s *Series) Messages(n int) {
	if s != nil {
		s.messages.Add(float64(n))
	}
}

// ClientError counts a 4xx that the gateway gave before it called an
// integration.
func (s *Series) ClientError() {
	if s != nil {
		s.clientErrors.Inc()
	}
}

// ExecutionError counts an error in calling an integration.
func (s *Series) ExecutionError() {
	if s != nil {
		s.executionErrors.Inc()
	}
}

// IntegrationError counts a 4xx or 5xx that an integration answered.
func (s *Series) IntegrationError() {
	if s != nil {
		s.integrationErrors.Inc()
	}
}

// IntegrationLatency notes how long an integration took. It is not meant for
// MOCK and not for @connections.
func (s *Series) IntegrationLatency(d time.Duration) {
	if s != nil {
		s.latency.Observe(d.Seconds())
	}
}

// Gauge adds a figure of the process that goes up and down, such as
// "postern_connections". The function is called whenever somebody looks, from
// any goroutine. A name may be given once; a second time is an error.
func (m *Metrics) Gauge(name, help string, value func() float64) error {
	return m.registry.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

// Counter adds a figure of the process that only grows, such as
// "postern_access_log_dropped_total", under the rules of Gauge.
func (m *Metrics) Counter(name, help string, value func() float64) error {
	return m.registry.Register(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value))
}

// maxScrapes is the number of scrapes that are answered at the same time.
const maxScrapes = 4

// Handler serves the figures to Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: maxScrapes})
}
