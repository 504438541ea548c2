package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"postern/internal/apigateway"
	"postern/internal/clock"
	"postern/internal/store"
)

// Documents is the part of a store.Store that stacks are kept in.
type Documents interface {
	Get(ctx context.Context, key string) (store.Entry, error)
	Create(ctx context.Context, key string, value []byte) (uint64, error)
	Update(ctx context.Context, key string, value []byte, revision uint64) (uint64, error)
	Delete(ctx context.Context, key string, revision uint64) error
	List(ctx context.Context, prefix string) ([]store.Entry, error)
}

// Deleted stacks are kept for ninety days, and no more than this many of an
// account and region.
const (
	keptDeleted = 1000
	keptFor     = 90 * 24 * time.Hour
)

// ErrNotFound means that there is no such stack or change set.
var ErrNotFound = errors.New("no such stack or change set")

// Repository keeps stacks, their events and change sets. It is safe for
// concurrent use.
type Repository struct {
	documents Documents
	clock     clock.Clock

	mu    sync.Mutex
	cache map[string]cached // stacks by key, as last read for a list

	writing [writers]sync.Mutex
}

type cached struct {
	revision uint64
	stack    *Stack
}

// writers is how many stacks can be written at the same time.
const writers = 64

// writer returns the lock under which a stack is written in this process.
func (r *Repository) writer(uuid string) *sync.Mutex {
	h := fnv.New32a()
	h.Write([]byte(uuid))
	return &r.writing[h.Sum32()%writers]
}

// NewRepository returns a Repository over documents.
func NewRepository(documents Documents, c clock.Clock) *Repository {
	return &Repository{documents: documents, clock: c, cache: map[string]cached{}}
}

// Record is a stack read in order to be changed. Only one of several writers
// that read the same state succeeds. A Record is used by one goroutine.
type Record struct {
	*Stack
	repository *Repository
	key        string
	revision   uint64 // 0: not stored yet
	pending    []Event
}

// namePart is what may stand between the dots of a key.
var namePart = regexp.MustCompile(`^[A-Za-z0-9-]{1,128}$`)

// prefix returns the beginning of all keys of a scope.
func prefix(scope apigateway.Scope) (string, error) {
	if !namePart.MatchString(scope.AccountID) || !namePart.MatchString(scope.Region) {
		return "", fmt.Errorf("account %q and region %q cannot name documents", scope.AccountID, scope.Region)
	}
	return "stack." + scope.AccountID + "." + scope.Region + ".", nil
}

func keyOf(scope apigateway.Scope, parts ...string) (string, error) {
	key, err := prefix(scope)
	if err != nil {
		return "", err
	}
	for _, part := range parts {
		if !namePart.MatchString(part) {
			return "", ErrNotFound
		}
	}
	return key + strings.Join(parts, "."), nil
}

// New returns a record of a stack that is not stored yet. Its first Save fails
// with store.ErrExists where the name is taken.
func (r *Repository) New(s *Stack) (*Record, error) {
	key, err := keyOf(s.Scope(), "live", s.Name)
	if err != nil {
		return nil, err
	}
	return &Record{Stack: s, repository: r, key: key}, nil
}

// Find returns the stack of that name, which is never a deleted one, or of
// that ARN, which may be. It fails with ErrNotFound.
func (r *Repository) Find(ctx context.Context, scope apigateway.Scope, nameOrID string) (*Record, error) {
	name, uuid := nameOrID, ""
	if strings.HasPrefix(nameOrID, "arn:") {
		kind, n, u, ok := ParseARN(nameOrID)
		if !ok || kind != "stack" {
			return nil, ErrNotFound
		}
		name, uuid = n, u
	}
	rec, err := r.read(ctx, scope, "live", name)
	if err == nil && (uuid == "" || rec.ID == nameOrID) {
		return rec, nil
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	if uuid == "" {
		return nil, ErrNotFound
	}
	rec, err = r.read(ctx, scope, "deleted", uuid)
	if err == nil && rec.ID != nameOrID {
		return nil, ErrNotFound
	}
	return rec, err
}

func (r *Repository) read(ctx context.Context, scope apigateway.Scope, parts ...string) (*Record, error) {
	key, err := keyOf(scope, parts...)
	if err != nil {
		return nil, err
	}
	entry, err := r.documents.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return r.record(entry)
}

func (r *Repository) record(entry store.Entry) (*Record, error) {
	s := new(Stack)
	if err := json.Unmarshal(entry.Value, s); err != nil {
		return nil, fmt.Errorf("document %s: %w", entry.Key, err)
	}
	return &Record{Stack: s, repository: r, key: entry.Key, revision: entry.Revision}, nil
}

// All returns all stacks of a scope, deleted ones too, the newest first. The
// stacks are shared and must not be altered.
func (r *Repository) All(ctx context.Context, scope apigateway.Scope) ([]*Stack, error) {
	return r.list(ctx, scope, "live.", "deleted.")
}

// Live returns the stacks of a scope that were not deleted, the newest first.
// They are shared and must not be altered.
func (r *Repository) Live(ctx context.Context, scope apigateway.Scope) ([]*Stack, error) {
	return r.list(ctx, scope, "live.")
}

func (r *Repository) list(ctx context.Context, scope apigateway.Scope, kinds ...string) ([]*Stack, error) {
	base, err := prefix(scope)
	if err != nil {
		return nil, err
	}
	var stacks []*Stack
	for _, kind := range kinds {
		entries, err := r.documents.List(ctx, base+kind)
		if err != nil {
			return nil, err
		}
		decoded, err := r.decode(base+kind, entries)
		if err != nil {
			return nil, err
		}
		stacks = append(stacks, decoded...)
	}
	slices.SortStableFunc(stacks, func(a, b *Stack) int {
		if c := b.Created.Compare(a.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return stacks, nil
}

// decode returns the stacks of entries, which are all those whose keys begin
// with base. What did not change since the last call is not read again.
func (r *Repository) decode(base string, entries []store.Entry) ([]*Stack, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	stacks := make([]*Stack, 0, len(entries))
	present := make(map[string]bool, len(entries))
	for _, entry := range entries {
		present[entry.Key] = true
		c, ok := r.cache[entry.Key]
		if !ok || c.revision != entry.Revision {
			rec, err := r.record(entry)
			if err != nil {
				return nil, err
			}
			c = cached{entry.Revision, rec.Stack}
			r.cache[entry.Key] = c
		}
		stacks = append(stacks, c.stack)
	}
	for key := range r.cache {
		if strings.HasPrefix(key, base) && !present[key] {
			delete(r.cache, key)
		}
	}
	return stacks, nil
}

// BusyStacks returns records of all stacks of all scopes whose operation is
// under way, for whoever takes up what a stopped process left.
func (r *Repository) BusyStacks(ctx context.Context) ([]*Record, error) {
	entries, err := r.documents.List(ctx, "stack.")
	if err != nil {
		return nil, err
	}
	var busy []*Record
	for _, entry := range entries {
		if parts := strings.Split(entry.Key, "."); len(parts) != 5 || parts[3] != "live" {
			continue
		}
		rec, err := r.record(entry)
		if err != nil {
			return nil, err
		}
		if Busy(rec.Status) {
			busy = append(busy, rec)
		}
	}
	return busy, nil
}

// StackEvent moves the stack to a status and notes the event. It is stored with
// the next Save.
func (rec *Record) StackEvent(status, reason string) {
	rec.pending = append(rec.pending, rec.stackEvent(rec.repository.clock.Now(), status, reason))
}

// ResourceEvent moves a resource of the stack to a status and notes the event,
// with the properties wanted as a JSON text or "". It is stored with the next
// Save.
func (rec *Record) ResourceEvent(r *Resource, status, reason, properties string) {
	rec.pending = append(rec.pending, rec.resourceEvent(rec.repository.clock.Now(), r, status, reason, properties))
}

// Save stores the stack and its new events. It fails with store.ErrConflict
// where another writer came first, and with store.ErrExists where a new stack's
// name is taken.
func (rec *Record) Save(ctx context.Context) error {
	r := rec.repository
	return rec.write(ctx, func(value []byte) error {
		var revision uint64
		var err error
		if rec.revision == 0 {
			revision, err = r.documents.Create(ctx, rec.key, value)
		} else {
			revision, err = r.documents.Update(ctx, rec.key, value, rec.revision)
		}
		if err == nil {
			rec.revision = revision
		}
		return err
	})
}

// write seals the stack, has it stored, and then stores the new events. The
// stack says where its events stand, so that nobody may store the stack again
// before the events of the last time are there.
func (rec *Record) write(ctx context.Context, stored func([]byte) error) error {
	writing := rec.repository.writer(rec.UUID())
	writing.Lock()
	defer writing.Unlock()
	batches, dropped := rec.place(rec.pending), rec.trim()
	rec.Saved = rec.repository.clock.Now().UTC()
	value, err := json.Marshal(rec.Stack)
	if err != nil {
		return err
	}
	if err := stored(value); err != nil {
		return err
	}
	rec.pending = nil
	return rec.repository.writeEvents(ctx, rec.Stack, batches, dropped)
}

// Bury stores the stack among the deleted ones and frees its name. Its change
// sets go; the oldest deleted stacks may go, too.
func (rec *Record) Bury(ctx context.Context) error {
	r, scope := rec.repository, rec.Scope()
	key, err := keyOf(scope, "deleted", rec.UUID())
	if err != nil {
		return err
	}
	err = rec.write(ctx, func(value []byte) error {
		_, err := r.documents.Create(ctx, key, value)
		if errors.Is(err, store.ErrExists) {
			return nil // a process that stopped between the two writes did the first
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := r.documents.Delete(ctx, rec.key, rec.revision); err != nil {
		return err
	}
	if err := r.deletePrefix(ctx, scope, "changeset", rec.UUID()); err != nil {
		return err
	}
	return r.prune(ctx, scope)
}

// prune drops the deleted stacks that are too old or too many.
func (r *Repository) prune(ctx context.Context, scope apigateway.Scope) error {
	deleted, err := r.list(ctx, scope, "deleted.")
	if err != nil {
		return err
	}
	slices.SortFunc(deleted, func(a, b *Stack) int { return b.Deleted.Compare(a.Deleted) })
	now := r.clock.Now()
	for i, s := range deleted {
		if i < keptDeleted && now.Sub(s.Deleted) < keptFor {
			continue
		}
		if err := r.deletePrefix(ctx, scope, "events", s.UUID()); err != nil {
			return err
		}
		key, err := keyOf(scope, "deleted", s.UUID())
		if err != nil {
			return err
		}
		if err := r.deleteKey(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// deletePrefix deletes all documents of a stack of the given kind.
func (r *Repository) deletePrefix(ctx context.Context, scope apigateway.Scope, kind, uuid string) error {
	base, err := keyOf(scope, kind, uuid)
	if err != nil {
		return err
	}
	entries, err := r.documents.List(ctx, base+".")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := r.documents.Delete(ctx, entry.Key, entry.Revision); err != nil && !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return nil
}

func (r *Repository) deleteKey(ctx context.Context, key string) error {
	entry, err := r.documents.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	err = r.documents.Delete(ctx, key, entry.Revision)
	if errors.Is(err, store.ErrConflict) {
		return nil // somebody else deleted it
	}
	return err
}
