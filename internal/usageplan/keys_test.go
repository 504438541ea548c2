package usageplan

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/internal/awserr"
	"postern/internal/clock"
	"postern/internal/store"
)

// documents is a store as Keys see it.
type documents struct {
	watches map[string]func(store.Change)
	fail    error
}

func (d *documents) Watch(_ context.Context, prefix string, f func(store.Change)) (func(), error) {
	if d.fail != nil {
		return nil, d.fail
	}
	d.watches[prefix] = f
	return func() { delete(d.watches, prefix) }, nil
}

func (d *documents) put(t *testing.T, key string, v any) {
	t.Helper()
	prefix, _, _ := strings.Cut(key, ".")
	if v == nil {
		d.watches[prefix+"."](store.Change{Key: key})
		return
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	d.watches[prefix+"."](store.Change{Key: key, Value: text})
}

// setting is Keys with one key in one plan for the stage prod of API a.
type setting struct {
	*Keys
	store *documents
	clock *fixedClock
}

// fixedClock stands still until it is moved.
type fixedClock struct{ now time.Time }

func (c *fixedClock) Now() time.Time          { return c.now }
func (c *fixedClock) OnJump(func()) func()    { return func() {} }
func (c *fixedClock) advance(d time.Duration) { c.now = c.now.Add(d) }

var _ clock.Clock = (*fixedClock)(nil)

const keyValue = "01234567890123456789"

func newSetting(t *testing.T, plan UsagePlan) *setting {
	t.Helper()
	s := &setting{store: &documents{watches: map[string]func(store.Change){}}}
	s.clock = &fixedClock{now: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)} // a Wednesday
	var err error
	if s.Keys, err = Open(t.Context(), Options{Store: s.store, Clock: s.clock}); err != nil {
		t.Fatal(err)
	}
	s.store.put(t, "apikey.k", KeyDocument{Key: ApiKey{ID: "k", Value: keyValue, Enabled: true}})
	s.setPlan(t, plan)
	return s
}

func (s *setting) setPlan(t *testing.T, plan UsagePlan) {
	t.Helper()
	plan.ID = "p"
	plan.APIStages = append(plan.APIStages, APIStage{APIID: "a", Stage: "prod"})
	s.store.put(t, "usageplan.p", PlanDocument{Plan: plan, KeyIDs: []string{"k"}})
}

// admit returns the code of the answer, "" for admitted.
func (s *setting) admit() string {
	_, err := s.Admit(keyValue, "a", "prod", "$connect")
	if e, ok := errors.AsType[*awserr.Error](err); ok {
		return e.Kind.Code
	}
	return ""
}

func TestLookup(t *testing.T) {
	s := newSetting(t, UsagePlan{})
	steps := []struct {
		name              string
		change            func()
		value, api, stage string
		want              bool
	}{
		{"a key in a plan", func() {}, keyValue, "a", "prod", true},
		{"another value", func() {}, keyValue + "x", "a", "prod", false},
		{"no value", func() {}, "", "a", "prod", false},
		{"another stage", func() {}, keyValue, "a", "dev", false},
		{"another API", func() {}, keyValue, "b", "prod", false},
		{"disabled", func() { s.store.put(t, "apikey.k", KeyDocument{Key: ApiKey{Value: keyValue}}) }, keyValue, "a", "prod", false},
		{"with a new value", func() { s.store.put(t, "apikey.k", KeyDocument{Key: ApiKey{Value: "new", Enabled: true}}) }, "new", "a", "prod", true},
		{"the old value", func() {}, keyValue, "a", "prod", false},
		{"removed from the plan", func() {
			s.store.put(t, "usageplan.p", PlanDocument{Plan: UsagePlan{APIStages: []APIStage{{APIID: "a", Stage: "prod"}}}})
		}, "new", "a", "prod", false},
		{"added again", func() { s.setPlan(t, UsagePlan{}) }, "new", "a", "prod", true},
		{"the plan is deleted", func() { s.store.put(t, "usageplan.p", nil) }, "new", "a", "prod", false},
		{"a plan before its key", func() { s.store.put(t, "apikey.k", nil); s.setPlan(t, UsagePlan{}) }, "new", "a", "prod", false},
		{"the key comes", func() { s.store.put(t, "apikey.k", KeyDocument{Key: ApiKey{Value: "new", Enabled: true}}) }, "new", "a", "prod", true},
	}
	for _, step := range steps {
		step.change()
		g, ok := s.Lookup(step.value, step.api, step.stage)
		if ok != step.want || ok && g != (Grant{KeyID: "k", PlanID: "p"}) {
			t.Errorf("%s: %+v, %t", step.name, g, ok)
		}
		_, err := s.Admit(step.value, step.api, step.stage, "$connect")
		if (err == nil) != step.want || err != nil && !awserr.Is(err, awserr.Forbidden) {
			t.Errorf("%s: admitted with %v", step.name, err)
		}
	}
}

func TestUnreadableDocumentsAreLeftOut(t *testing.T) {
	s := newSetting(t, UsagePlan{})
	s.store.watches["apikey."](store.Change{Key: "apikey.x", Value: []byte(`{`)})
	s.store.watches["usageplan."](store.Change{Key: "usageplan.x", Value: []byte(`[]`)})
	if _, ok := s.Lookup(keyValue, "a", "prod"); !ok {
		t.Error("the other key is gone")
	}
}

func TestOpenFails(t *testing.T) {
	want := errors.New("closed")
	if _, err := Open(t.Context(), Options{Store: &documents{fail: want}}); !errors.Is(err, want) {
		t.Errorf("got %v", err)
	}
	s := newSetting(t, UsagePlan{})
	s.Close()
	if len(s.store.watches) != 0 {
		t.Error("still watching")
	}
}

func TestThrottle(t *testing.T) {
	s := newSetting(t, UsagePlan{Throttle: &ThrottleSettings{BurstLimit: new(2), RateLimit: new(1.0)}, Quota: &QuotaSettings{Limit: 100, Period: Day}})
	var got []string
	for range 3 {
		got = append(got, s.admit())
	}
	s.clock.advance(time.Second)
	got = append(got, s.admit(), s.admit())
	throttled := awserr.TooManyRequests.Code
	if diff := cmp.Diff([]string{"", "", throttled, "", throttled}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if usage := s.Usage("p", "k", s.clock.now.Truncate(24*time.Hour), s.clock.now); !cmp.Equal(usage, [][2]int{{3, 97}}) {
		t.Errorf("what was throttled counts: %v", usage)
	}
	s.setPlan(t, UsagePlan{Throttle: &ThrottleSettings{BurstLimit: new(1), RateLimit: new(1.0)}})
	if code := s.admit(); code != "" {
		t.Errorf("a new limit begins with a full bucket: %s", code)
	}
	s.setPlan(t, UsagePlan{Throttle: &ThrottleSettings{BurstLimit: new(0)}})
	if code := s.admit(); code != throttled {
		t.Errorf("a burst of none: %q", code)
	}
}

func TestThrottleOfARoute(t *testing.T) {
	for _, key := range []string{"$connect", "/$connect"} {
		s := newSetting(t, UsagePlan{
			Throttle:  &ThrottleSettings{BurstLimit: new(0), RateLimit: new(0.0)},
			APIStages: []APIStage{{APIID: "a", Stage: "prod", Throttle: map[string]ThrottleSettings{key: {BurstLimit: new(1), RateLimit: new(1.0)}}}},
		})
		if first, second := s.admit(), s.admit(); first != "" || second != awserr.TooManyRequests.Code {
			t.Errorf("%s: %q, %q", key, first, second)
		}
	}
}

func TestQuota(t *testing.T) {
	exceeded := awserr.LimitExceeded.Code
	tests := []struct {
		quota QuotaSettings
		turn  time.Duration // from Wednesday, 2026-03-04 05:06:07, to the next period
	}{
		{QuotaSettings{2, 0, Day}, 18*time.Hour + 53*time.Minute + 53*time.Second},
		{QuotaSettings{2, 0, Week}, 3*24*time.Hour + 18*time.Hour + 53*time.Minute + 53*time.Second},   // Sunday the 8th
		{QuotaSettings{2, 4, Week}, 18*time.Hour + 53*time.Minute + 53*time.Second},                    // Thursday the 5th
		{QuotaSettings{2, 3, Week}, 6*24*time.Hour + 18*time.Hour + 53*time.Minute + 53*time.Second},   // Wednesday the 11th
		{QuotaSettings{2, 0, Month}, 27*24*time.Hour + 18*time.Hour + 53*time.Minute + 53*time.Second}, // April the 1st
		{QuotaSettings{2, 27, Month}, 23*24*time.Hour + 18*time.Hour + 53*time.Minute + 53*time.Second},
	}
	for _, tt := range tests {
		s := newSetting(t, UsagePlan{Quota: &tt.quota})
		got := []string{s.admit(), s.admit(), s.admit()}
		s.clock.advance(tt.turn - time.Second)
		got = append(got, s.admit())
		s.clock.advance(time.Second)
		got = append(got, s.admit())
		if diff := cmp.Diff([]string{"", "", exceeded, exceeded, ""}, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", tt.quota, diff)
		}
	}
}

func TestUsage(t *testing.T) {
	s := newSetting(t, UsagePlan{Quota: &QuotaSettings{Limit: 2, Period: Day}})
	day := s.clock.now.Truncate(24 * time.Hour)
	s.admit()
	s.admit()
	s.SetRemaining("p", "k", 1)
	got := []string{s.admit(), s.admit()}
	if diff := cmp.Diff([]string{"", awserr.LimitExceeded.Code}, got); diff != "" {
		t.Errorf("after one was granted (-want +got):\n%s", diff)
	}
	s.clock.advance(48 * time.Hour)
	s.admit()
	want := [][2]int{{0, 2}, {3, 0}, {0, 2}, {1, 1}}
	if diff := cmp.Diff(want, s.Usage("p", "k", day.AddDate(0, 0, -1), day.AddDate(0, 0, 2))); diff != "" {
		t.Errorf("usage (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][2]int{{0, 2}}, s.Usage("p", "other", day, day)); diff != "" {
		t.Errorf("usage of another key (-want +got):\n%s", diff)
	}
	for range 2 * maxDays {
		s.clock.advance(24 * time.Hour)
		s.admit()
	}
	if n := len(s.meters[meterID{"p", "k"}].days); n != maxDays {
		t.Errorf("%d days are remembered", n)
	}
	s.store.put(t, "apikey.k", nil)
	if len(s.meters) != 0 {
		t.Error("the usage of a deleted key is kept")
	}
}

func TestConcurrentAdmissions(t *testing.T) {
	s := newSetting(t, UsagePlan{Quota: &QuotaSettings{Limit: 100, Period: Month}})
	var mu sync.Mutex
	admitted := 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if s.admit() == "" {
					mu.Lock()
					admitted++
					mu.Unlock()
				}
			}
		})
	}
	s.setPlan(t, UsagePlan{Quota: &QuotaSettings{Limit: 100, Period: Month}})
	wg.Wait()
	if admitted != 100 {
		t.Errorf("%d admitted, want 100", admitted)
	}
}
