package document

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/internal/apigateway"
	"postern/internal/store"
)

// note is a document.
type note struct {
	Account string `json:"account"`
	ID      string `json:"id"`
	Count   int    `json:"count"`
}

var errMissing = errors.New("missing")

var notes = Kind[note]{
	Prefix:  "note.",
	Scope:   func(n *note) apigateway.Scope { return apigateway.Scope{AccountID: n.Account} },
	Missing: func(id string) error { return fmt.Errorf("%s: %w", id, errMissing) },
}

var mine, theirs = apigateway.Scope{AccountID: "1"}, apigateway.Scope{AccountID: "2"}

// with returns a store with notes by id, each of the account of that number.
func with(t *testing.T, accounts map[string]string) *Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	in := In(s)
	for id, account := range accounts {
		if err := notes.Create(t.Context(), in, id, &note{Account: account, ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	return in
}

// What belongs to another scope is missing, whatever is asked of it.
func TestScopes(t *testing.T) {
	in := with(t, map[string]string{"a": "1", "b": "2", "c": "1"})
	edited := false
	edit := func(*note) error { edited = true; return nil }
	_, getErr := notes.Get(t.Context(), in, theirs, "a")
	_, changeErr := notes.Change(t.Context(), in, theirs, "a", edit)
	removeErr := notes.Remove(t.Context(), in, theirs, "a")
	if !errors.Is(getErr, errMissing) || !errors.Is(changeErr, errMissing) || !errors.Is(removeErr, errMissing) || edited {
		t.Errorf("get %v, change %v, remove %v; edited: %t", getErr, changeErr, removeErr, edited)
	}
	if err := notes.Create(t.Context(), in, "a", &note{Account: "2"}); !errors.Is(err, store.ErrExists) {
		t.Errorf("created where there is one: %v", err)
	}
	var ids []string
	own, err := notes.List(t.Context(), in, &mine)
	all, err2 := notes.List(t.Context(), in, nil)
	for _, n := range append(own, all...) {
		ids = append(ids, n.ID)
	}
	if diff := cmp.Diff([]string{"a", "c", "a", "b", "c"}, ids); diff != "" || err != nil || err2 != nil {
		t.Errorf("lists (-want +got): %v %v\n%s", err, err2, diff)
	}
	if err := notes.Remove(t.Context(), in, mine, "a"); err != nil {
		t.Error(err)
	}
	if has, err := notes.Has(t.Context(), in, "a"); has || err != nil {
		t.Errorf("removed, but there: %t %v", has, err)
	}
	if has, err := notes.Has(t.Context(), in, "b"); !has || err != nil {
		t.Errorf("never removed, but gone: %t %v", has, err)
	}
}

func TestCreateUnderTheFirstFreeID(t *testing.T) {
	in := with(t, map[string]string{"a": "1", "b": "2"})
	next := 'a' - 1
	n := &note{Account: "1"}
	err := notes.CreateUnder(t.Context(), in, n, func() string { next++; return string(next) }, func(id string) { n.ID = id })
	if err != nil || n.ID != "c" {
		t.Errorf("created under %q: %v", n.ID, err)
	}
	if got, err := notes.Get(t.Context(), in, mine, "c"); err != nil || got.ID != "c" {
		t.Errorf("stored %+v: %v", got, err)
	}
}

// No change is lost, be the others made by this process or by another.
func TestChangesFollowEachOther(t *testing.T) {
	in := with(t, map[string]string{"a": "1"})
	another := In(in.store)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			from := in
			if i%2 == 0 {
				from = another
			}
			if _, err := notes.Change(t.Context(), from, mine, "a", func(n *note) error { n.Count++; return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n, err := notes.Get(t.Context(), in, mine, "a"); err != nil || n.Count != 20 {
		t.Errorf("counted %+v: %v", n, err)
	}
	refused := errors.New("refused")
	if _, err := notes.Change(t.Context(), in, mine, "a", func(n *note) error { n.Count = 0; return refused }); !errors.Is(err, refused) {
		t.Errorf("changed with %v", err)
	}
	if n, _ := notes.Get(t.Context(), in, mine, "a"); n.Count != 20 {
		t.Errorf("a refused change left %+v", n)
	}
}
