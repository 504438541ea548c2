package usageplan

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"postern/internal/awserr"
	"postern/internal/clock"
	"postern/internal/store"
)

// Watcher is the part of the store that Keys need.
type Watcher interface {
	Watch(ctx context.Context, prefix string, f func(store.Change)) (stop func(), err error)
}

// Options are the settings of Keys.
type Options struct {
	// Store holds the documents. Required.
	Store Watcher
	// Clock tells what day it is; nil is the system's clock.
	Clock clock.Clock
	// Logger is told of documents that cannot be read; nil discards it.
	Logger *slog.Logger
}

// Keys knows all API keys and usage plans, as they are now, and what the keys
// have used. It is safe for concurrent use.
type Keys struct {
	clock  clock.Clock
	logger *slog.Logger
	stops  []func()

	mu      sync.RWMutex
	keys    map[string]*KeyDocument // by id
	plans   map[string]*PlanDocument
	byValue map[string][]string // key ids: a value is unique per account only
	byKey   map[string][]string // plan ids by key id
	meters  map[meterID]*meter
}

// Open returns the Keys of a store. They follow the store until Close, or ctx,
// ends it.
func Open(ctx context.Context, o Options) (*Keys, error) {
	k := &Keys{
		clock: o.Clock, logger: o.Logger,
		keys: map[string]*KeyDocument{}, plans: map[string]*PlanDocument{},
		byValue: map[string][]string{}, byKey: map[string][]string{}, meters: map[meterID]*meter{},
	}
	if k.clock == nil {
		k.clock = &clock.Adjustable{}
	}
	if k.logger == nil {
		k.logger = slog.New(slog.DiscardHandler)
	}
	for prefix, f := range map[string]func(string, []byte) error{KeyPrefix: k.setKey, PlanPrefix: k.setPlan} {
		stop, err := o.Store.Watch(ctx, prefix, func(c store.Change) {
			if err := f(strings.TrimPrefix(c.Key, prefix), c.Value); err != nil {
				k.logger.Error("document cannot be read", "key", c.Key, "error", err)
			}
		})
		if err != nil {
			k.Close()
			return nil, err
		}
		k.stops = append(k.stops, stop)
	}
	return k, nil
}

// Close ends the watch. What is known stays.
func (k *Keys) Close() {
	for _, stop := range k.stops {
		stop()
	}
	k.stops = nil
}

// setKey takes a changed document of a key; nil is deleted.
func (k *Keys) setKey(id string, value []byte) error {
	var d *KeyDocument
	if value != nil {
		d = &KeyDocument{}
		if err := json.Unmarshal(value, d); err != nil {
			return err
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if old := k.keys[id]; old != nil {
		remove(k.byValue, old.Key.Value, id)
		delete(k.keys, id)
	}
	if d == nil {
		k.dropMeters(func(m meterID) bool { return m.keyID == id })
		return nil
	}
	k.keys[id] = d
	k.byValue[d.Key.Value] = append(k.byValue[d.Key.Value], id)
	return nil
}

// setPlan takes a changed document of a plan; nil is deleted.
func (k *Keys) setPlan(id string, value []byte) error {
	var d *PlanDocument
	if value != nil {
		d = &PlanDocument{}
		if err := json.Unmarshal(value, d); err != nil {
			return err
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if old := k.plans[id]; old != nil {
		for _, key := range old.KeyIDs {
			remove(k.byKey, key, id)
		}
		delete(k.plans, id)
	}
	if d == nil {
		k.dropMeters(func(m meterID) bool { return m.planID == id })
		return nil
	}
	k.plans[id] = d
	for _, key := range d.KeyIDs {
		k.byKey[key] = append(k.byKey[key], id)
	}
	k.dropMeters(func(m meterID) bool { return m.planID == id && !slices.Contains(d.KeyIDs, m.keyID) })
	return nil
}

// dropMeters forgets what has been used. k.mu is held.
func (k *Keys) dropMeters(gone func(meterID) bool) {
	for m := range k.meters {
		if gone(m) {
			delete(k.meters, m)
		}
	}
}

func remove(index map[string][]string, key, id string) {
	rest := slices.DeleteFunc(index[key], func(s string) bool { return s == id })
	if len(rest) == 0 {
		delete(index, key)
		return
	}
	index[key] = rest
}

// Grant is an API key that a usage plan admits to a stage.
type Grant struct {
	KeyID  string
	PlanID string
}

// Lookup returns the grant of a key's value for a stage. ok is false for a
// value that is no key, for a key that is disabled, and for one that is in no
// usage plan of the stage.
func (k *Keys) Lookup(value, apiID, stage string) (g Grant, ok bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	g, plan, _ := k.find(value, apiID, stage)
	return g, plan != nil
}

// find is Lookup with the plan and its stage. k.mu is held.
func (k *Keys) find(value, apiID, stage string) (Grant, *PlanDocument, *APIStage) {
	for _, id := range k.byValue[value] {
		if !k.keys[id].Key.Enabled {
			continue
		}
		for _, planID := range k.byKey[id] {
			plan := k.plans[planID]
			if s := plan.Plan.Stage(apiID, stage); s != nil {
				return Grant{KeyID: id, PlanID: planID}, plan, s
			}
		}
	}
	return Grant{}, nil, nil
}

// The answers of Admit, as the client gets them.
//
// Source: Developer Guide, "Gateway response types", INVALID_API_KEY,
// THROTTLED and QUOTA_EXCEEDED.
var (
	errForbidden = awserr.New(awserr.Forbidden, "Forbidden")
	errThrottled = awserr.New(awserr.TooManyRequests, "Too Many Requests")
	errQuota     = awserr.New(awserr.LimitExceeded, "Limit Exceeded")
)

// Admit decides whether the key with the given value may use a route of a
// stage now, and counts it against the limits of the key's usage plan. The
// error is an awserr.Error: Forbidden where Lookup finds no grant,
// TooManyRequests over the plan's rate, LimitExceeded over its quota. What is
// refused does not count against the quota.
func (k *Keys) Admit(value, apiID, stage, routeKey string) (Grant, error) {
	now := k.clock.Now()
	k.mu.RLock()
	g, plan, s := k.find(value, apiID, stage)
	var m *meter
	if plan != nil {
		m = k.meters[meterID{g.PlanID, g.KeyID}]
	}
	k.mu.RUnlock()
	if plan == nil {
		return Grant{}, errForbidden
	}
	if m == nil {
		m = k.meter(meterID{g.PlanID, g.KeyID})
	}
	return g, m.admit(now, &plan.Plan, s, routeKey)
}

// meter returns the meter of a key in a plan, which it makes.
func (k *Keys) meter(id meterID) *meter {
	k.mu.Lock()
	defer k.mu.Unlock()
	m := k.meters[id]
	if m == nil {
		m = &meter{}
		k.meters[id] = m
	}
	return m
}

// Usage returns what a key used of a plan's quota on the days from start to
// end, both included, each as the number of connects and what was left of the
// quota at the end of the day. Without a quota -1 is left. Only days since the
// process started are known, 90 of them at most.
func (k *Keys) Usage(planID, keyID string, start, end time.Time) [][2]int {
	k.mu.RLock()
	m, plan := k.meters[meterID{planID, keyID}], k.plans[planID]
	k.mu.RUnlock()
	var quota *QuotaSettings
	if plan != nil {
		quota = plan.Plan.Quota
	}
	if m == nil {
		m = &meter{}
	}
	return m.usage(quota, start, end)
}

// SetRemaining sets what is left of a key's quota until the period ends.
func (k *Keys) SetRemaining(planID, keyID string, remaining int) {
	now := k.clock.Now()
	k.mu.RLock()
	plan := k.plans[planID]
	k.mu.RUnlock()
	if plan == nil || plan.Plan.Quota == nil {
		return
	}
	k.meter(meterID{planID, keyID}).setRemaining(now, plan.Plan.Quota, remaining)
}
