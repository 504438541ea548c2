package document

import (
	"errors"
	"fmt"
	"syscall"
	"testing"

	"postern/internal/awserr"
	"postern/internal/store"
)

func TestErrors(t *testing.T) {
	other := errors.New("other")
	tests := []struct {
		err  error
		want string
	}{
		{fmt.Errorf("x: %w", store.ErrTooLarge), "BadRequestException 400"},
		{fmt.Errorf("x: %w", store.ErrUnavailable), "ServiceUnavailableException 503"},
		{fmt.Errorf("x: %w", &store.WriteError{Cause: syscall.ENOSPC}), "ServiceUnavailableException 503"},
		{other, "InternalServerErrorException 500"},
	}
	for _, tt := range tests {
		got := Error(tt.err)
		e := awserr.Of(got)
		if text := fmt.Sprint(e.Kind.Code, " ", e.Kind.Status); text != tt.want || !errors.Is(got, tt.err) {
			t.Errorf("Error(%v) = %v, want %s", tt.err, got, tt.want)
		}
	}
	full := awserr.Of(Error(&store.WriteError{Cause: syscall.ENOSPC})).Message
	if full != "The configuration cannot be changed at the moment: the data directory cannot be written: no space left on device." {
		t.Errorf("a full disk: %s", full)
	}
	if Error(nil) != nil {
		t.Error("nil became an error")
	}
}
