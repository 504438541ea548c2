//go:build amd64 || arm64

package socket

import (
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What an idle connection on a loop costs in heap: a Conn and a place in the
// table. The clients are bare descriptors, without any memory of Go's.
func TestIdleConnectionMemory(t *testing.T) {
	const most = 250
	n := min(4000, int(descriptorLimit()/2)-200)
	h := newSpy()
	h.open = func(u *Upgrade) { u.Accept(nil, nil) }
	s := start(t, Options{Handler: h, Loops: 2})
	to := &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}, Port: s.Addrs()[0].(*net.TCPAddr).Port}
	answer := make([]byte, 4096)
	fds := make([]int, n)
	connect := func(i int) {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		fds[i] = fd
		if err := unix.Connect(fd, to); err != nil {
			t.Fatal(err)
		}
		unix.Write(fd, []byte(upgradeRequest))
		if n, err := unix.Read(fd, answer); err != nil || !strings.HasPrefix(string(answer[:n]), "HTTP/1.1 101") {
			t.Fatalf("answer %q, %v", answer[:n], err)
		}
	}
	defer func() {
		for _, fd := range fds {
			unix.Close(fd)
		}
	}()
	for i := range 100 {
		connect(i)
	}
	before := heap()
	for i := 100; i < n; i++ {
		connect(i)
	}
	each := (heap() - before) / (n - 100)
	t.Logf("%d bytes for each of %d connections, %d of them the Conn", each, n, unsafe.Sizeof(Conn{}))
	if each > most {
		t.Errorf("%d bytes of heap for an idle connection, want at most %d", each, most)
	}
	serving(t, s, n)
}

func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// An echo on a loop allocates nothing.
func TestEchoDoesNotAllocate(t *testing.T) {
	for _, size := range []int{64, 4096, 32768} {
		s := start(t, Options{Handler: newSpy(), Loops: 1})
		c := ways[0].connect(t, s)
		frame := []byte(text(x(size)))
		answer := make([]byte, len(frame)-4)
		echo := func() {
			if _, err := c.nc.Write(frame); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(c.nc, answer); err != nil {
				t.Fatal(err)
			}
		}
		c.nc.SetReadDeadline(time.Now().Add(patience))
		n := testing.AllocsPerRun(500, echo)
		// A frame that arrives in pieces is put aside.
		if most := map[bool]float64{true: 0, false: 20}[size < 32768]; n > most {
			t.Errorf("%d bytes: %v allocations, want at most %v", size, n, most)
		}
	}
}

func BenchmarkEcho(b *testing.B) {
	for _, w := range ways {
		b.Run(w.name, func(b *testing.B) {
			o := Options{Handler: newSpy(), Loops: w.loops}
			if w.name == "tls" {
				o.TLS = serverTLS()
			}
			if w.name == "http" {
				b.Skip("the same as stream")
			}
			s := start(b, o)
			c := w.connect(b, s)
			c.nc.SetReadDeadline(time.Time{})
			frame, answer := []byte(text(x(64))), make([]byte, 66)
			for b.Loop() {
				c.nc.Write(frame)
				if _, err := io.ReadFull(c.nc, answer); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
