package page

import (
	"fmt"
	"testing"
)

func TestPageSizes(t *testing.T) {
	items := make([]string, 1234)
	for i := range items {
		items[i] = fmt.Sprintf("%04d", i)
	}
	for _, tt := range []struct{ asked, want int }{{0, DefaultPage}, {7, 7}, {1000, MaxPage}} {
		l, err := Cut(items, Page{MaxResults: tt.asked}, func(s *string) string { return *s })
		if err != nil || len(l.Items) != tt.want || l.NextToken == "" {
			t.Errorf("asked for %d: %d items, token %q, %v", tt.asked, len(l.Items), l.NextToken, err)
		}
	}
}
