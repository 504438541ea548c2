package member

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheck(t *testing.T) {
	tests := []struct {
		name string
		run  func(*Check)
		want string
	}{
		{"required, absent", func(c *Check) { c.Required("m", nil) }, "m is a required parameter"},
		{"required, empty", func(c *Check) { c.Required("m", new("")) }, "m is a required parameter"},
		{"required, sent", func(c *Check) { c.Required("m", new("x")) }, ""},
		{"kept, absent", func(c *Check) { c.Kept("m", nil) }, ""},
		{"kept, empty", func(c *Check) { c.Kept("m", new("")) }, "m must not be empty"},
		{"length in characters", func(c *Check) { c.Length("m", new("äöü"), 3) }, ""},
		{"length, too long", func(c *Check) { c.Length("m", new("abcd"), 3) }, "Invalid value for m: must have at most 3 characters"},
		{"one of, absent", func(c *Check) { c.OneOf("m", nil, "a") }, ""},
		{"one of, cleared", func(c *Check) { c.OneOf("m", new(""), "a") }, ""},
		{"one of, other", func(c *Check) { c.OneOf("m", new("c"), "a", "b") }, "Invalid value for m: must be one of [a, b]"},
		{"within, the ends", func(c *Check) { c.Within("m", new(1), 1, 2); c.Within("m", new(2), 1, 2) }, ""},
		{"within, below", func(c *Check) { c.Within("m", new(0), 1, 2) }, "Invalid value for m: must be between 1 and 2"},
		{"within, above", func(c *Check) { c.Within("m", new(3), 1, 2) }, "Invalid value for m: must be between 1 and 2"},
		{"matches not", func(c *Check) { c.Matches("m", new("b"), regexp.MustCompile("^a$"), "rule") }, "Invalid value for m: rule"},
		{"values, empty key", func(c *Check) { c.Values("m", map[string]string{"": "x"}, 3) }, "Invalid value for m: a key is empty"},
		{"values, too long", func(c *Check) { c.Values("m", map[string]string{"k": "abcd"}, 3) }, "Invalid value for m: the value of k must have at most 3 characters"},
		{"tags, long key", func(c *Check) { c.Tags(map[string]string{strings.Repeat("k", 129): ""}, 50) }, "Invalid value for tags: a key must have between 1 and 128 characters"},
		{"tags, long value", func(c *Check) { c.Tags(map[string]string{"k": strings.Repeat("v", 1601)}, 50) }, "Invalid value for tags: the value of k must have at most 1600 characters"},
		{"tags, too many", func(c *Check) { c.Tags(map[string]string{"a": "", "b": ""}, 1) }, "Invalid value for tags: a resource must have at most 1 tags"},
		{"the first fault counts", func(c *Check) { c.Kept("a", new("")); c.Kept("b", new("")) }, "a must not be empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c Check
			tt.run(&c)
			got := ""
			if c.Err != nil {
				got = strings.TrimPrefix(c.Err.Error(), "BadRequestException: ")
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMergeAndReplace(t *testing.T) {
	old := map[string]string{"a": "1", "b": "2"}
	tests := []struct {
		name                   string
		sent, merged, replaced map[string]string
	}{
		{"nothing sent", nil, old, old},
		{"an empty map", map[string]string{}, old, nil},
		{"a new key", map[string]string{"c": "3"}, map[string]string{"a": "1", "b": "2", "c": "3"}, map[string]string{"c": "3"}},
		{"a new value", map[string]string{"a": "3"}, map[string]string{"a": "3", "b": "2"}, map[string]string{"a": "3"}},
		{"an empty value", map[string]string{"a": ""}, map[string]string{"b": "2"}, map[string]string{"a": ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.merged, Merge(old, tt.sent)); diff != "" {
				t.Errorf("Merge (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.replaced, Replace(old, tt.sent)); diff != "" {
				t.Errorf("Replace (-want +got):\n%s", diff)
			}
		})
	}
	if diff := cmp.Diff(map[string]string{"a": "1", "b": "2"}, old); diff != "" {
		t.Errorf("the old map was changed:\n%s", diff)
	}
}
