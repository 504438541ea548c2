package trace

import (
	"testing"
	"time"
)

func TestListenerReceivesARecordWhenItsEventEnds(t *testing.T) {
	var f Feed
	if f.Listening() {
		t.Fatal("listening without a listener")
	}
	l := f.Listen(4)
	if !f.Listening() {
		t.Fatal("not listening with a listener")
	}
	r := f.Begin(time.Now())
	r.Step(RouteSelection, "$request.body.action", "join", "")
	r.Bytes(Reply, "", []byte("hi"), "")
	select {
	case <-l.C:
		t.Fatal("delivered before its end")
	default:
	}
	r.End()
	got := <-l.C
	if len(got.Steps) != 2 || got.Steps[0].Value != "join" || got.Steps[1].Value != "hi" {
		t.Errorf("steps %+v", got.Steps)
	}
	l.Close()
	l.Close()
	if f.Listening() {
		t.Error("listening after Close")
	}
}

func TestSlowListenerLosesRecordsAndIsTold(t *testing.T) {
	var f Feed
	slow, quick := f.Listen(1), f.Listen(10)
	defer slow.Close()
	defer quick.Close()
	for range 5 {
		f.Begin(time.Now()).End()
	}
	if len(slow.C) != 1 || slow.Dropped() != 4 {
		t.Errorf("slow: %d records, %d dropped; want 1 and 4", len(slow.C), slow.Dropped())
	}
	if len(quick.C) != 5 || quick.Dropped() != 0 {
		t.Errorf("quick: %d records, %d dropped; want 5 and 0", len(quick.C), quick.Dropped())
	}
}

func TestNilRecordCostsNothing(t *testing.T) {
	var r *Record
	body := []byte("some body")
	n := testing.AllocsPerRun(100, func() {
		r.Step(Reply, "a", "b", "c")
		r.Bytes(Reply, "a", body, "c")
		r.End()
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
