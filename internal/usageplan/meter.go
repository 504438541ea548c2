package usageplan

import (
	"sync"
	"time"

	"postern/internal/throttle"
)

// maxDays is the number of days that a meter remembers.
const maxDays = 90

type meterID struct{ planID, keyID string }

// A meter counts what one key uses of one plan. The zero meter has used
// nothing.
type meter struct {
	mu sync.Mutex
	// plan and routes limit the rate: of all stages together, or of single
	// routes by apiId/stage/routeKey.
	plan   *throttle.Bucket
	routes map[string]*throttle.Bucket
	// used is the number of connects since start, which began a period of
	// quota; extra is what was granted beyond the quota until it ends.
	start time.Time
	used  int
	extra int
	days  []usedDay
}

type usedDay struct {
	day       time.Time // its midnight in UTC
	used      int
	remaining int
}

// admit counts one connect, unless it is over a limit.
func (m *meter) admit(now time.Time, plan *UsagePlan, stage *APIStage, routeKey string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	bucket := m.bucket(now, plan, stage, routeKey)
	if bucket != nil && !bucket.Allow(now) {
		return errThrottled
	}
	remaining := -1
	if plan.Quota != nil {
		m.turn(now, plan.Quota)
		if remaining = plan.Quota.Limit + m.extra - m.used; remaining <= 0 {
			return errQuota
		}
		remaining--
	}
	m.used++
	m.note(now, remaining)
	return nil
}

// bucket returns what limits the rate of a route, nil if nothing does. A
// bucket begins anew when its limit was changed.
func (m *meter) bucket(now time.Time, plan *UsagePlan, stage *APIStage, routeKey string) *throttle.Bucket {
	settings, ok := stage.Throttle[routeKey]
	if !ok {
		// A path in the manner of REST APIs.
		settings, ok = stage.Throttle["/"+routeKey]
	}
	if !ok {
		m.plan = renewed(m.plan, plan.Throttle, now)
		return m.plan
	}
	if m.routes == nil {
		m.routes = map[string]*throttle.Bucket{}
	}
	name := stage.APIID + "/" + stage.Stage + "/" + routeKey
	m.routes[name] = renewed(m.routes[name], &settings, now)
	return m.routes[name]
}

func renewed(b *throttle.Bucket, s *ThrottleSettings, now time.Time) *throttle.Bucket {
	if s == nil {
		return nil
	}
	limit := throttle.NewLimit(s.RateLimit, s.BurstLimit)
	switch {
	case limit == nil:
		return nil
	case b == nil || b.Limit() != *limit:
		return throttle.New(*limit, now)
	}
	return b
}

// turn begins a new period of the quota if the last one is over.
func (m *meter) turn(now time.Time, q *QuotaSettings) {
	if start := periodStart(now, q); !start.Equal(m.start) {
		m.start, m.used, m.extra = start, 0, 0
	}
}

// periodStart returns the start of the period that now is in.
func periodStart(now time.Time, q *QuotaSettings) time.Time {
	now = now.UTC()
	year, month, day := now.Date()
	midnight := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	switch q.Period {
	case Week:
		since := (int(midnight.Weekday()) - q.Offset + 7) % 7
		return midnight.AddDate(0, 0, -since)
	case Month:
		start := time.Date(year, month, 1+q.Offset, 0, 0, 0, 0, time.UTC)
		if start.After(midnight) {
			start = time.Date(year, month-1, 1+q.Offset, 0, 0, 0, 0, time.UTC)
		}
		return start
	default:
		return midnight
	}
}

// note keeps the day's account.
func (m *meter) note(now time.Time, remaining int) {
	day := now.UTC().Truncate(24 * time.Hour)
	last := len(m.days) - 1
	if last < 0 || !m.days[last].day.Equal(day) {
		if len(m.days) == maxDays {
			m.days = append(m.days[:0], m.days[1:]...)
		}
		m.days = append(m.days, usedDay{day: day})
		last = len(m.days) - 1
	}
	m.days[last].used++
	m.days[last].remaining = remaining
}

// usage returns the account of the days from start to end.
func (m *meter) usage(q *QuotaSettings, start, end time.Time) [][2]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	left := -1
	if q != nil {
		left = q.Limit
	}
	var days [][2]int
	for day := start; !day.After(end) && len(days) < maxDays; day = day.AddDate(0, 0, 1) {
		entry := [2]int{0, left}
		for _, d := range m.days {
			if d.day.Equal(day) {
				entry = [2]int{d.used, d.remaining}
			}
		}
		days = append(days, entry)
	}
	return days
}

func (m *meter) setRemaining(now time.Time, q *QuotaSettings, remaining int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn(now, q)
	m.extra = remaining - (q.Limit - m.used)
	m.note(now, remaining)
	m.days[len(m.days)-1].used-- // it was no connect
}
