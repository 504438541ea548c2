package store

import (
	"bytes"
	"regexp"
	"testing"
)

func TestKeys(t *testing.T) {
	tests := []struct{ key, token string }{
		{"api.a1b2c3d4e5", "api.a1b2c3d4e5"},
		{"domain.*.example.com", "domain.=2A.example.com"},
		{"a..b", "a.=2Eb"},
		{".a.", "=2Ea=2E"},
		{"a=b c", "a=3Db=20c"},
		{"é", "=C3=A9"},
	}
	for _, tt := range tests {
		token, err := encodeKey(tt.key)
		if err != nil || token != tt.token {
			t.Errorf("encodeKey(%q) = %q, %v, want %q", tt.key, token, err, tt.token)
		}
	}
	if _, err := encodeKey(""); err == nil {
		t.Error("the empty key was taken")
	}
}

func FuzzKey(f *testing.F) {
	for _, s := range []string{"api.x", "..", "=", "=2", "=4X", ".=.", "domain.*.de", "\x00\xff"} {
		f.Add(s)
	}
	legal := regexp.MustCompile(`^[-/_=a-zA-Z0-9]+(\.[-/_=a-zA-Z0-9]+)*$`)
	f.Fuzz(func(t *testing.T, key string) {
		decodeKey(key)
		token, err := encodeKey(key)
		if err != nil {
			return
		}
		if !legal.MatchString(token) {
			t.Errorf("encodeKey(%q) = %q", key, token)
		}
		if back := decodeKey(token); back != key {
			t.Errorf("%q came back as %q", key, back)
		}
	})
}

func FuzzValue(f *testing.F) {
	f.Add([]byte("{}"), 1)
	f.Add([]byte("\x00s2\x00"), 1)
	f.Add([]byte("\x00s2\x00\xff\xff\xff\xff\x0f"), 1)
	f.Add([]byte("abc"), 20000)
	f.Fuzz(func(t *testing.T, part []byte, times int) {
		value := bytes.Repeat(part, max(0, min(times, 20000)%20001))
		if len(value) > 1<<20 {
			return
		}
		got, err := decodeValue(encodeValue(value))
		if err != nil || !bytes.Equal(got, value) || got == nil {
			t.Errorf("%d bytes came back as %d, %v", len(value), len(got), err)
		}
		_, _ = decodeValue(part) // whatever it says, it must not crash
	})
}
