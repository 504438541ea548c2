package jsontext

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAppendString(t *testing.T) {
	for text, want := range map[string]string{
		"":                       `""`,
		"plain €/":               `"plain €/"`,
		"\"\\\b\f\n\r\t\x00\x1f": `"\"\\\b\f\n\r\t\u0000\u001f"`,
		"\x7f\u2028":             "\"\x7f\u2028\"",
		"a\xffb\xe2\x82":         `"a�b��"`,
		"\uFFFD":                 `"�"`,
	} {
		if got := string(AppendString(nil, text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
		if got := string(AppendString(nil, []byte(text))); got != want {
			t.Errorf("%q as bytes: %s, want %s", text, got, want)
		}
	}
}

func FuzzAppendString(f *testing.F) {
	f.Add("a\"\\\x00\xff€")
	f.Fuzz(func(t *testing.T, text string) {
		var got string
		quoted := AppendString(nil, text)
		if err := json.Unmarshal(quoted, &got); err != nil {
			t.Fatalf("%s: %v", quoted, err)
		}
		if want := strings.ToValidUTF8(text, ""); utf8.ValidString(text) && got != want || !utf8.Valid(quoted) {
			t.Errorf("%q became %q", text, got)
		}
	})
}

func TestMembers(t *testing.T) {
	got := AppendMember([]byte{'{'}, "first", "x")
	got = append(AppendMember(got, "second", "\t"), '}')
	if want := `{"first":"x","second":"\t"}`; string(got) != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := string(AppendMap(nil, map[string]string{"b\"": "\n", "a": "1"})), `{"a":"1","b\"":"\n"}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
