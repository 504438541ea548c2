package stack

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/internal/apigateway"
	"postern/internal/clock"
	"postern/internal/ids"
	"postern/internal/service/cloudformation/stack/stacktest"
	"postern/internal/store"
)

var scope = apigateway.Scope{AccountID: "123456789012", Region: "us-east-1"}

func newStack(t *testing.T, r *Repository, name string) *Record {
	t.Helper()
	rec, err := r.New(&Stack{ID: ARN(scope, name, ids.UUID()), Name: name, AccountID: scope.AccountID, Region: scope.Region,
		Created: r.clock.Now()})
	if err != nil {
		t.Fatal(err)
	}
	rec.StackEvent(CreateInProgress, "User Initiated")
	if err := rec.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	return rec
}

func TestStackIsFoundByNameAndByID(t *testing.T) {
	c := &clock.Adjustable{}
	r := NewRepository(stacktest.New(), c)
	first := newStack(t, r, "app")
	if _, err := r.Find(t.Context(), scope, first.ID); err != nil {
		t.Errorf("by id: %v", err)
	}
	first.Deleted = c.Now()
	first.StackEvent(DeleteComplete, "")
	if err := first.Bury(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Find(t.Context(), scope, "app"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a deleted stack by name: %v", err)
	}
	second := newStack(t, r, "app")
	for id, want := range map[string]string{"app": second.ID, first.ID: first.ID, second.ID: second.ID} {
		got, err := r.Find(t.Context(), scope, id)
		if err != nil || got.ID != want {
			t.Errorf("%s: %v, %v", id, got, err)
		}
	}
	for _, id := range []string{"other", "a.b", "*", ARN(scope, "app", ids.UUID()), "arn:aws:s3:::x", ChangeSetARN(scope, "app", first.UUID())} {
		if _, err := r.Find(t.Context(), scope, id); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
	all, err := r.All(t.Context(), scope)
	if err != nil || len(all) != 2 || all[0].ID != second.ID {
		t.Errorf("all: %v, %v", all, err)
	}
	if live, _ := r.Live(t.Context(), scope); len(live) != 1 {
		t.Errorf("live: %v", live)
	}
	if other, _ := r.All(t.Context(), apigateway.Scope{AccountID: "123456789012", Region: "eu-west-1"}); len(other) != 0 {
		t.Errorf("another region sees %v", other)
	}
	if _, err := r.All(t.Context(), apigateway.Scope{AccountID: "1", Region: "a.>"}); err == nil {
		t.Error("a region with a wildcard was taken")
	}
}

func TestOnlyOneOfSeveralWritersSucceeds(t *testing.T) {
	r := NewRepository(stacktest.New(), &clock.Adjustable{})
	rec := newStack(t, r, "app")
	if again, _ := r.New(&Stack{ID: ARN(scope, "app", ids.UUID()), Name: "app", AccountID: scope.AccountID, Region: scope.Region}); !errors.Is(again.Save(t.Context()), store.ErrExists) {
		t.Error("the name was taken twice")
	}
	a, _ := r.Find(t.Context(), scope, "app")
	b, _ := r.Find(t.Context(), scope, "app")
	a.StackEvent(UpdateInProgress, "a")
	b.StackEvent(DeleteInProgress, "b")
	if err := a.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := b.Save(t.Context()); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the second writer: %v", err)
	}
	events, err := r.Events(t.Context(), a.Stack)
	if err != nil || len(events) != 2 || events[0].Reason != "a" || events[1].Reason != "User Initiated" {
		t.Errorf("events %v, %v", events, err)
	}
	_ = rec
}

func TestEventsAreBoundedAndOrdered(t *testing.T) {
	d := stacktest.New()
	r := NewRepository(d, &clock.Adjustable{})
	rec := newStack(t, r, "app")
	res := &Resource{LogicalID: "Api", Type: "T"}
	for i := range 3000 {
		rec.ResourceEvent(res, CreateInProgress, fmt.Sprint(i), strings.Repeat("x", i%3*1000))
		if i%7 == 0 {
			if err := rec.Save(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	rec.ResourceEvent(res, CreateComplete, "", strings.Repeat("x", eventBytes+1))
	if err := rec.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	again, _ := r.Find(t.Context(), scope, "app")
	events, err := r.Events(t.Context(), again.Stack)
	if err != nil || len(events) != keptEvents {
		t.Fatalf("%d events, %v", len(events), err)
	}
	if events[0].Status != CreateComplete || events[0].Properties != "" || events[1].Reason != "2999" || events[999].Reason != "2001" {
		t.Errorf("newest %v, oldest %v", events[0], events[999])
	}
	seen := map[string]bool{}
	for i, e := range events {
		if seen[e.ID] || i > 0 && !events[i-1].Time.After(e.Time) {
			t.Fatalf("event %d: %s at %s", i, e.ID, e.Time)
		}
		seen[e.ID] = true
	}
	stored, _ := d.List(t.Context(), "stack.")
	if len(stored) > 25 {
		t.Errorf("%d documents are kept", len(stored))
	}
	for _, e := range stored {
		if len(e.Value) > chunkBytes+eventBytes {
			t.Errorf("%s has %d bytes", e.Key, len(e.Value))
		}
	}
}

func TestDeletedStacksArePruned(t *testing.T) {
	c := &clock.Adjustable{}
	d := stacktest.New()
	r := NewRepository(d, c)
	bury := func(name string) string {
		rec := newStack(t, r, name)
		rec.Deleted = c.Now()
		rec.StackEvent(DeleteComplete, "")
		if err := rec.Bury(t.Context()); err != nil {
			t.Fatal(err)
		}
		return rec.ID
	}
	old := bury("old")
	c.Advance(91 * 24 * time.Hour)
	recent := bury("recent")
	if _, err := r.Find(t.Context(), scope, old); !errors.Is(err, ErrNotFound) {
		t.Errorf("after ninety days: %v", err)
	}
	if _, err := r.Find(t.Context(), scope, recent); err != nil {
		t.Errorf("a recent one: %v", err)
	}
	if entries, _ := d.List(t.Context(), "stack."); len(entries) != 2 {
		t.Errorf("%d documents are left", len(entries))
	}
}

func TestChangeSets(t *testing.T) {
	r := NewRepository(stacktest.New(), &clock.Adjustable{})
	rec := newStack(t, r, "app")
	cs := &ChangeSet{ID: ChangeSetARN(scope, "cs", ids.UUID()), Name: "cs", StackID: rec.ID, Created: time.Now()}
	for _, status := range []string{ExecutionAvailable, ExecutionInProgress} {
		cs.ExecutionStatus = status
		if err := r.SaveChangeSet(t.Context(), rec.Stack, cs); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"cs", cs.ID} {
		got, err := r.ChangeSet(t.Context(), rec.Stack, id)
		if err != nil || got.ExecutionStatus != ExecutionInProgress {
			t.Errorf("%s: %v, %v", id, got, err)
		}
	}
	if found, got, err := r.FindChangeSet(t.Context(), scope, cs.ID); err != nil || found.ID != rec.ID || got.ID != cs.ID {
		t.Errorf("by ARN: %v", err)
	}
	if err := r.DeleteChangeSet(t.Context(), rec.Stack, cs); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ChangeSet(t.Context(), rec.Stack, "cs"); !errors.Is(err, ErrNotFound) {
		t.Errorf("deleted: %v", err)
	}
	if _, _, err := r.FindChangeSet(t.Context(), scope, cs.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("deleted, by ARN: %v", err)
	}
}

func TestBusyStacks(t *testing.T) {
	r := NewRepository(stacktest.New(), &clock.Adjustable{})
	newStack(t, r, "busy")
	done := newStack(t, r, "done")
	done.StackEvent(CreateComplete, "")
	if err := done.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	busy, err := r.BusyStacks(t.Context())
	if err != nil || len(busy) != 1 || busy[0].Name != "busy" {
		t.Errorf("busy: %v, %v", busy, err)
	}
	for status, want := range map[string]string{CreateInProgress: CreateFailed, DeleteInProgress: DeleteFailed, CreateComplete: CreateComplete} {
		if got := Interrupted(status); got != want || Busy(got) {
			t.Errorf("%s becomes %s", status, got)
		}
	}
}

func TestTokens(t *testing.T) {
	s := &Stack{}
	for i := range 30 {
		s.Use(fmt.Sprint("t", i), fmt.Sprint("use", i))
	}
	s.Use("", "nothing")
	if s.Used("t29") != "use29" || s.Used("t3") != "" || s.Used("") != "" || len(s.Tokens) != maxTokens || s.Token != "" {
		t.Errorf("tokens %v", s.Tokens)
	}
}
