//go:build !race

package jsonvalue

import "testing"

// TestReleaseAllocs is not for the race detector, under which a pool loses what
// it is given.
func TestReleaseAllocs(t *testing.T) {
	body := chat()
	var d Document
	n := testing.AllocsPerRun(100, func() {
		d.Reset(body)
		if _, err := d.Value(); err != nil {
			t.Fatal(err)
		}
		d.Release()
	})
	if n > 1 { // the text
		t.Errorf("%v allocations for a tree that is released", n)
	}
}
