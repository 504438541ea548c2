// Package listener opens the addresses that a server listens on.
//
// It accepts nothing: that is the part of whoever gets the listeners.
package listener

import (
	"errors"
	"net"
	"os"
	"strconv"
	"syscall"
)

// Open opens all addresses or none. An address is HOST:PORT; the host localhost
// stands for 127.0.0.1 and, where there is IPv6, [::1], and an empty one for
// all. Port 0 takes a free port, the same for both addresses of localhost. If an
// address is in use, the error names it.
func Open(addrs []string) (opened []net.Listener, err error) {
	defer func() {
		if err != nil {
			for _, l := range opened {
				l.Close()
			}
		}
	}()
	if len(addrs) == 0 {
		return nil, errors.New("no address to listen on")
	}
	for _, addr := range addrs {
		host, port, err := net.SplitHostPort(addr)
		if err != nil {
			return opened, err
		}
		var more []net.Listener
		if host == "localhost" {
			more, err = openLoopback(port)
		} else {
			more, err = openOne(host, port)
		}
		if opened = append(opened, more...); err != nil {
			return opened, err
		}
	}
	return opened, nil
}

func openOne(host, port string) ([]net.Listener, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, err
	}
	return []net.Listener{l}, nil
}

// portTries is how often a port that is free on 127.0.0.1 is looked for until
// it is free on [::1] too.
const portTries = 20

// openLoopback opens port on both loopback addresses, since clients resolve
// localhost to either. A machine may be without IPv6.
func openLoopback(port string) ([]net.Listener, error) {
	for try := 1; ; try++ {
		opened, err := openOne("127.0.0.1", port)
		if err != nil {
			return nil, err
		}
		_, same, _ := net.SplitHostPort(opened[0].Addr().String())
		second, err := openOne("::1", same)
		if err == nil || !taken(err) {
			return append(opened, second...), nil
		}
		opened[0].Close()
		if n, _ := strconv.Atoi(port); n != 0 || try == portTries {
			return nil, err
		}
	}
}

// taken reports whether an address exists but cannot be had.
func taken(err error) bool {
	const windowsInUse = syscall.Errno(10048) // WSAEADDRINUSE; no such number elsewhere
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windowsInUse) || errors.Is(err, os.ErrPermission)
}
