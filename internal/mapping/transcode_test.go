package mapping

import (
	"testing"

	"postern/jsonvalue"
)

// FuzzAppendRaw compares JSON that is copied with JSON that is read into a tree
// and written.
func FuzzAppendRaw(f *testing.F) {
	for _, s := range []string{
		`{"a":1}`, ` { "a" : [ 1 , 2.50 , "x" ] } `, `"\u00e9\/\"\n"`, `[-0, 1e3, 1E400, null, true]`, "[\"\u2028\u20ac\u0085\x7f\u00ff\"]",
		`{"a":1,"a":2}`, `{"\u0061":1,"a":2}`, `[]`, `{}`, `[[],{}]`, `"a\\"`, `{"k":{"k":{"k":"v"}}}`, "[\"\\n\x7f\"]", `-1.0`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var d jsonvalue.Document
		d.Reset(body)
		if !d.Valid() {
			return
		}
		got, ok := appendRaw(nil, body)
		if !ok {
			return
		}
		v, err := d.Value()
		if err != nil {
			t.Fatal(err)
		}
		if want := v.AppendJSON(nil); string(got) != string(want) {
			t.Errorf("%q is copied as %q, written as %q", body, got, want)
		}
	})
}
