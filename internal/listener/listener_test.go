package listener

import (
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"
)

func open(t *testing.T, addrs ...string) []net.Listener {
	t.Helper()
	opened, err := Open(addrs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, l := range opened {
			l.Close()
		}
	})
	return opened
}

func TestLocalhostIsBothLoopbacks(t *testing.T) {
	opened := open(t, "localhost:0")
	first := opened[0].Addr().(*net.TCPAddr)
	if first.IP.String() != "127.0.0.1" || first.Port == 0 {
		t.Errorf("listens on %v", first)
	}
	if len(opened) == 2 {
		if second := opened[1].Addr().(*net.TCPAddr); second.IP.String() != "::1" || second.Port != first.Port {
			t.Errorf("listens on %v and %v", first, second)
		}
	}
}

func TestAllOrNone(t *testing.T) {
	used := open(t, "127.0.0.1:0")[0].Addr().String()
	free := open(t, "127.0.0.1:0")[0]
	addr := free.Addr().String()
	free.Close()
	if _, err := Open([]string{addr, used}); !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), used) {
		t.Errorf("error %v does not name %s", err, used)
	}
	open(t, addr) // was given up again
}

func TestBadAddresses(t *testing.T) {
	for _, addrs := range [][]string{nil, {"nonsense"}, {"127.0.0.1:99999"}} {
		if opened, err := Open(addrs); err == nil || len(addrs) == 0 && len(opened) > 0 {
			t.Errorf("%v: %v, %v", addrs, opened, err)
		}
	}
}
