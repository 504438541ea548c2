package accesslog

import (
	"testing"

	"postern/internal/http1"
)

func TestShownHeader(t *testing.T) {
	got := shownHeader(http1.Header{{Name: "x-API-key", Value: "0123456789abcdef"}, {Name: "Authorization", Value: "short"},
		{Name: "b", Value: "1"}, {Name: "A", Value: "2"}, {Name: "b", Value: "3"}})
	if want := "{x-API-key=" + MaskKey("0123456789abcdef") + ", Authorization=" + MaskKey("short") + ", b=1, A=2, b=3}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
