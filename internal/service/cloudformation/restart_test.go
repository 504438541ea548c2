package cloudformation

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var errPower = errors.New("the power is gone")

// dieWhen makes every write fail from the moment that the operation on the
// logical id is seen, as if the process had stopped there.
func (w *world) dieWhen(operation, logicalID string) {
	dead := false
	w.things.fail = func(op string, r *resourceRequest) error {
		if op == operation && r.LogicalID == logicalID {
			dead = true
		}
		if dead {
			return errPower
		}
		return nil
	}
	w.documents.FailWrites(func(string) error {
		if dead {
			return errPower
		}
		return nil
	})
}

// revive starts a new process over what was stored.
func (w *world) revive() {
	w.t.Helper()
	w.things.fail = nil
	w.documents.FailWrites(nil)
	w.start()
}

func TestStackSurvivesARestart(t *testing.T) {
	w := newWorld(t)
	w.create("app", chain)
	before := w.must(form("DescribeStacks", "StackName", "app"))
	events := w.events("app", "")
	w.start()
	if after := w.must(form("DescribeStacks", "StackName", "app")); bodyOf(after) != bodyOf(before) {
		t.Errorf("after: %s\nbefore: %s", after, before)
	}
	if diff := cmp.Diff(events, w.events("app", "")); diff != "" {
		t.Errorf("events (-before +after):\n%s", diff)
	}
	w.update("app", strings.Replace(chain, "first", "second", 1))
	if got := w.status("app"); got != "UPDATE_COMPLETE" {
		t.Errorf("status %s", got)
	}
}

func bodyOf(document string) string {
	body, _, _ := strings.Cut(document, "<ResponseMetadata>")
	return body
}

func TestInterruptedCreation(t *testing.T) {
	w := newWorld(t)
	w.dieWhen("create", "C")
	if status, _ := w.call(form("CreateStack", "StackName", "app", "TemplateBody", chain)); status != 500 {
		t.Errorf("status %d", status)
	}
	w.revive()
	if got := w.status("app"); got != "CREATE_FAILED: "+interrupted {
		t.Errorf("status %s", got)
	}
	if events := w.events("app", "CREATE_FAILED"); len(events) != 1 {
		t.Errorf("events %v", events)
	}
	w.must(form("DeleteStack", "StackName", "app"))
	if got := w.things.living(); len(got) != 0 {
		t.Errorf("%v are left", got)
	}
}

// The process stops after a resource was made and before its id was stored.
func TestResourceWhoseIDWasNotStoredIsFound(t *testing.T) {
	w := newWorld(t)
	w.documents.FailWrites(func(string) error {
		if _, made := w.things.alive["C-3"]; made {
			return errPower
		}
		return nil
	})
	w.call(form("CreateStack", "StackName", "app", "TemplateBody", chain))
	w.revive()
	if got := w.status("app"); got != "CREATE_FAILED: "+interrupted {
		t.Errorf("status %s", got)
	}
	w.must(form("DeleteStack", "StackName", "app"))
	if got := w.things.living(); len(got) != 0 {
		t.Errorf("%v are left", got)
	}
}

func TestInterruptedCreationCanBeUpdated(t *testing.T) {
	w := newWorld(t)
	w.dieWhen("create", "C")
	w.call(form("CreateStack", "StackName", "app", "TemplateBody", chain))
	w.revive()
	w.update("app", chain)
	if got := w.status("app"); got != "UPDATE_COMPLETE" {
		t.Errorf("status %s", got)
	}
	if diff := cmp.Diff([]string{"A-1", "B-2", "C-3", "D-4"}, w.things.living()); diff != "" {
		t.Errorf("living (-want +got):\n%s", diff)
	}
}

func TestInterruptedUpdate(t *testing.T) {
	body := strings.Replace(chain, "Count: \"3\"", "Parent: new", 1)
	body = strings.Replace(body, "of ${B}", "other ${B}", 1)
	for _, next := range []string{"update", "delete", "back"} {
		t.Run(next, func(t *testing.T) {
			w := newWorld(t)
			w.create("app", chain)
			w.dieWhen("update", "C")
			w.call(form("UpdateStack", "StackName", "app", "TemplateBody", body))
			w.revive()
			if got := w.status("app"); got != "UPDATE_FAILED: "+interrupted {
				t.Fatalf("status %s", got)
			}
			want := []string{}
			switch next {
			case "update":
				w.update("app", body)
				want = []string{"A-5", "B-2", "C-3", "D-4"}
				if w.things.alive["C-3"] != `{"Name":"other B-2"}` {
					t.Errorf("C is %s", w.things.alive["C-3"])
				}
			case "delete":
				w.must(form("DeleteStack", "StackName", "app"))
			case "back":
				w.must(form("RollbackStack", "StackName", "app"))
				want = []string{"A-1", "B-2", "C-3", "D-4"}
				if w.things.alive["B-2"] != `{"Name":"arn:thing/A-1"}` {
					t.Errorf("B is %s", w.things.alive["B-2"])
				}
			}
			if diff := cmp.Diff(want, append([]string{}, w.things.living()...)); diff != "" {
				t.Errorf("living (-want +got):\n%s", diff)
			}
		})
	}
}

func TestInterruptedCleanupIsMadeUpFor(t *testing.T) {
	w := newWorld(t)
	w.create("app", chain)
	w.dieWhen("delete", "A")
	w.call(form("UpdateStack", "StackName", "app", "TemplateBody", strings.Replace(chain, "Count: \"3\"", "Parent: new", 1)))
	w.revive()
	if got := w.status("app"); got != "UPDATE_COMPLETE: "+interrupted {
		t.Fatalf("status %s", got)
	}
	w.update("app", chain)
	if diff := cmp.Diff([]string{"A-6", "B-2", "C-3", "D-4"}, w.things.living()); diff != "" {
		t.Errorf("living (-want +got):\n%s", diff)
	}
}

func TestInterruptedDeletion(t *testing.T) {
	w := newWorld(t)
	w.create("app", chain)
	w.dieWhen("delete", "B")
	w.call(form("DeleteStack", "StackName", "app"))
	w.revive()
	if got := w.status("app"); got != "DELETE_FAILED: "+interrupted {
		t.Fatalf("status %s", got)
	}
	w.must(form("DeleteStack", "StackName", "app"))
	if got := w.things.living(); len(got) != 0 {
		t.Errorf("%v are left", got)
	}
	w.create("app", chain)
}

// The deletion is done but for the freeing of the name.
func TestDeletionInterruptedAtTheVeryEnd(t *testing.T) {
	w := newWorld(t)
	w.create("app", chain)
	w.documents.FailWrites(func(key string) error {
		if strings.Contains(key, ".deleted.") {
			return errPower
		}
		return nil
	})
	w.call(form("DeleteStack", "StackName", "app"))
	w.revive()
	if _, message := w.refused(form("DescribeStacks", "StackName", "app")); message != "Stack with id app does not exist" {
		t.Errorf("describe: %s", message)
	}
	w.create("app", chain)
}

func TestBusyStackOfAnotherProcessIsLeftAloneForAWhile(t *testing.T) {
	w := newWorld(t)
	w.dieWhen("create", "C")
	w.call(form("CreateStack", "StackName", "app", "TemplateBody", chain))
	w.options.Shared = true
	w.revive()
	if got := w.status("app"); got != "CREATE_IN_PROGRESS: User Initiated" {
		t.Errorf("status %s", got)
	}
	if _, message := w.refused(form("DeleteStack", "StackName", "app")); !strings.HasSuffix(message, "cannot be deleted while in status CREATE_IN_PROGRESS") {
		t.Errorf("delete: %s", message)
	}
	w.clock.Advance(abandoned + time.Minute)
	if got := w.status("app"); got != "CREATE_FAILED: "+interrupted {
		t.Errorf("status %s", got)
	}
}

func TestLongWorkGoesOnBehindTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		hold := make(chan struct{})
		w.things.fail = func(op string, r *resourceRequest) error {
			if op == "create" && r.LogicalID == "B" {
				<-hold
			}
			return nil
		}
		started := time.Now()
		w.create("app", chain)
		if took := time.Since(started); took != DefaultPatience {
			t.Errorf("answered after %s", took)
		}
		if got := w.status("app"); got != "CREATE_IN_PROGRESS: User Initiated" {
			t.Errorf("status %s", got)
		}
		if _, message := w.refused(form("UpdateStack", "StackName", "app", "TemplateBody", chain)); !strings.Contains(message, "is in CREATE_IN_PROGRESS state and can not be updated.") {
			t.Errorf("update: %s", message)
		}
		close(hold)
		w.service.Close()
		if got := w.status("app"); got != "CREATE_COMPLETE" {
			t.Errorf("status %s", got)
		}
	})
}

func TestUpdateIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.create("app", chain)
		hold := make(chan struct{})
		w.things.fail = func(op string, r *resourceRequest) error {
			if op == "update" && r.LogicalID == "A" {
				<-hold
			}
			return nil
		}
		body := strings.Replace(chain, "first", "second", 1)
		body = strings.Replace(body, "of ${B}", "other ${B}", 1)
		w.update("app", body)
		w.must(form("CancelUpdateStack", "StackName", "app"))
		close(hold)
		w.service.Close()
		if got := w.status("app"); got != "UPDATE_ROLLBACK_COMPLETE" || w.things.alive["A-1"] != `{"Name":"first","Count":3}` {
			t.Errorf("status %s, A is %s", got, w.things.alive["A-1"])
		}
		if _, message := w.refused(form("CancelUpdateStack", "StackName", "app")); message != "CancelUpdateStack cannot be called from current stack status" {
			t.Errorf("cancel: %s", message)
		}
	})
}

// Whatever many clients do at once to one stack, nobody waits for ever, nothing
// is left behind, and no stack is taken for a lost one.
func TestManyClientsAtOnce(t *testing.T) {
	w := newWorld(t)
	bodies := []string{chain, strings.Replace(chain, "first", "second", 1), strings.Replace(chain, "Count: \"3\"", "Parent: p", 1)}
	var clients sync.WaitGroup
	for client := range 8 {
		clients.Go(func() {
			for i := range 20 {
				body := bodies[(client+i)%len(bodies)]
				switch (client + i) % 4 {
				case 0:
					w.call(form("CreateStack", "StackName", "app", "TemplateBody", body))
				case 1, 2:
					w.call(form("UpdateStack", "StackName", "app", "TemplateBody", body))
				case 3:
					w.call(form("DeleteStack", "StackName", "app"))
				}
				if _, seen := w.call(form("ListStacks")); strings.Contains(seen, interrupted) {
					t.Error("a stack was taken for a lost one")
				}
			}
		})
	}
	clients.Wait()
	w.service.Close()
	w.must(form("DeleteStack", "StackName", "app"))
	if got := w.things.living(); len(got) != 0 {
		t.Errorf("%v are left", got)
	}
	if _, message := w.refused(form("DescribeStacks", "StackName", "app")); message != "Stack with id app does not exist" {
		t.Errorf("describe: %s", message)
	}
}
