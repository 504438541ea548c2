package server

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/internal/apigateway"
	"postern/internal/socket"
	"postern/internal/throttle"
)

func TestParseLimits(t *testing.T) {
	got, err := ParseLimits(map[string]string{
		"frame-size": "64KB", "message-size": "1MB", "header-size": "2048", "idle-timeout": "5s", "connection-duration": "1h30m",
		"connections": "10", "event-rate": "0.5", "event-burst": "3", "integration-timeout": "2m", "connection-in-flight": "1", "stages": "20",
	})
	want := Limits{
		Connections: socket.Limits{Frame: 64 << 10, Message: 1 << 20, Head: 2048, Idle: 5 * time.Second, Lifetime: 90 * time.Minute, Connections: 10},
		Resources:   apigateway.Limits{IntegrationTimeout: 2 * time.Minute, Stages: 20},
		EventRate:   0.5, EventBurst: 3, InFlight: 1,
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for name, value := range map[string]string{
		"frames": "1", "frame-size": "0", "message-size": "65MB", "header-size": "1GB", "write-buffer": "KB", "idle-timeout": "10",
		"connection-duration": "-1s", "routes": "many", "event-rate": "NaN", "connect-rate": "0", "tags": "",
	} {
		if _, err := ParseLimits(map[string]string{name: value}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s=%s: %v", name, value, err)
		}
	}
}

// The defaults that are printed are those that hold, and every limit can be set.
func TestDefaultsOfLimits(t *testing.T) {
	var printed Limits
	for _, l := range KnownLimits {
		if l.Default == "" {
			continue
		}
		before := printed
		if err := l.set(&printed, l.Default); err != nil || cmp.Equal(before, printed) {
			t.Errorf("%s=%s sets nothing: %v", l.Name, l.Default, err)
		}
	}
	s := start(t, Config{AccountLimits: true})
	held := s.socket.Limits()
	held.Connections = 0
	want := Limits{
		Connections: held, Resources: apigateway.Limits{}.WithDefaults(),
		EventRate: throttle.AccountRate, EventBurst: throttle.AccountBurst, ConnectRate: throttle.ConnectionRate,
		Calls: printed.Calls, InFlight: printed.InFlight,
	}
	want.Resources.AutoDeployments = 0
	if diff := cmp.Diff(want, printed); diff != "" {
		t.Errorf("(-holds +printed):\n%s", diff)
	}
}

func TestThrottlesOfAnAccount(t *testing.T) {
	for _, test := range []struct {
		name             string
		config           Config
		events, connects *throttle.Limit
	}{
		{"nothing", Config{}, nil, nil},
		{"AWS's", Config{AccountLimits: true}, &throttle.Limit{Rate: 10000, Burst: 5000}, &throttle.Limit{Rate: 500, Burst: 500}},
		{"others", Config{Limits: Limits{EventRate: 2, ConnectRate: 0.5}}, &throttle.Limit{Rate: 2, Burst: 5000}, &throttle.Limit{Rate: 0.5, Burst: 1}},
		{"a burst alone", Config{Limits: Limits{EventBurst: 1}}, &throttle.Limit{Rate: 10000, Burst: 1}, nil},
	} {
		if diff := cmp.Diff(test.events, test.config.events()) + cmp.Diff(test.connects, test.config.connects()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
