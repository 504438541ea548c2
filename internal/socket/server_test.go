package socket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func TestListenAddresses(t *testing.T) {
	h := newSpy()
	s, err := Listen([]string{"localhost:0", "127.0.0.1:0"}, Options{Handler: h, Loops: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Shutdown(t.Context())
	addrs := s.Addrs()
	if len(addrs) == 3 {
		if a, b := addrs[0].(*net.TCPAddr), addrs[1].(*net.TCPAddr); a.Port != b.Port || a.IP.String() != "127.0.0.1" || b.IP.String() != "::1" {
			t.Errorf("localhost is %v and %v", a, b)
		}
	} else if len(addrs) != 2 {
		t.Fatalf("addresses %v", addrs)
	}
	for _, addr := range addrs {
		nc, err := net.Dial("tcp", addr.String())
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		c := &client{t: t, nc: nc}
		c.write(upgradeRequest)
		c.switched()
		if got := await(t, h.opened, "Open").Remote().String(); got != nc.LocalAddr().String() {
			t.Errorf("remote %s, want %s", got, nc.LocalAddr())
		}
	}
}

func TestListenErrors(t *testing.T) {
	for _, loops := range []int{1, -1} {
		s := start(t, Options{Handler: newSpy(), Loops: loops})
		addr := s.Addrs()[0].String()
		_, port, _ := net.SplitHostPort(addr)
		for _, addrs := range [][]string{{addr}, {"127.0.0.1:0", addr}, {"localhost:" + port}} {
			_, err := Listen(addrs, Options{Handler: newSpy(), Loops: loops})
			if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), addr) {
				t.Errorf("%v: error %v does not name %s", addrs, err, addr)
			}
		}
	}
	for _, addrs := range [][]string{nil, {"nonsense"}, {"127.0.0.1:99999"}} {
		if s, err := Listen(addrs, Options{Handler: newSpy()}); err == nil {
			s.Shutdown(t.Context())
			t.Errorf("%v: no error", addrs)
		}
	}
	if _, err := Listen([]string{"127.0.0.1:0"}, Options{}); err == nil {
		t.Error("no error without a handler")
	}
}

func TestPortIsFreeAfterShutdown(t *testing.T) {
	for _, loops := range []int{1, -1} {
		s, err := Listen([]string{"127.0.0.1:0"}, Options{Handler: newSpy(), Loops: loops})
		if err != nil {
			t.Fatal(err)
		}
		addr := s.Addrs()[0].String()
		if err := s.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		if nc, err := net.Dial("tcp", addr); err == nil {
			nc.Close()
			t.Error("somebody still listens")
		}
		again, err := Listen([]string{addr}, Options{Handler: newSpy(), Loops: loops})
		if err != nil {
			t.Fatal(err)
		}
		again.Shutdown(t.Context())
	}
}

func TestShutdown(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		o.Handler = h
		s := start(t, o)
		const n = 20
		var all sync.WaitGroup
		for range n {
			c := w.connect(t, s)
			all.Go(func() {
				c.expect("close:1001:Going away")
				c.write(bye(1001, ""))
				c.gone()
			})
		}
		half := dialPlain(t, s) // has not sent anything
		kept := &client{t: t, nc: dialHTTP(t, s)}
		if err := s.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		all.Wait()
		if len(h.closed) != n {
			t.Errorf("Closed %d times when Shutdown returned, want %d", len(h.closed), n)
		}
		for range n {
			if got, want := <-h.closed, (ended{1001, "Going away"}); got != want {
				t.Errorf("closed with %v, want %v", got, want)
			}
		}
		(&client{t: t, nc: half}).gone()
		kept.gone()
	})
}

// A connection that comes while the server stops does not hold it up.
func TestShutdownWhileConnecting(t *testing.T) {
	for _, w := range ways[:2] {
		for range 20 {
			s, err := Listen([]string{"127.0.0.1:0"}, Options{Handler: newSpy(), Loops: w.loops, Limits: Limits{Handshake: closingLimit}})
			if err != nil {
				t.Fatal(err)
			}
			var all sync.WaitGroup
			connected := make(chan struct{}, 1000)
			for range 3 {
				all.Go(func() {
					for {
						nc, err := net.Dial("tcp", s.Addrs()[0].String())
						if err != nil {
							return
						}
						defer nc.Close()
						select {
						case connected <- struct{}{}:
						default:
							return
						}
					}
				})
			}
			<-connected
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			if err := s.Shutdown(ctx); err != nil {
				t.Errorf("%s: %v", w.name, err)
			}
			cancel()
			all.Wait()
		}
	}
}

// What does not leave in time is cut off; Closed comes all the same.
func TestShutdownThatCannotWait(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		asked := make(chan *Upgrade, 1)
		h.open = func(u *Upgrade) {
			if u.Header.Get("X-Later") != "" {
				asked <- u
				return
			}
			h.opened <- u.Accept(nil, nil)
		}
		o.Handler = h
		s := start(t, o)
		silent := w.connect(t, s)
		paused := w.connect(t, s)
		await(t, h.opened, "Open")
		await(t, h.opened, "Open").Pause()
		unanswered := &client{t: t, nc: w.dial(t, s)}
		unanswered.write("GET / HTTP/1.1\r\nX-Later: yes\r\n" + upgradeLines + "\r\n")
		u := await(t, asked, "Open")

		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := s.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown: %v", err)
		}
		for range 2 {
			if got, want := <-h.closed, (ended{1001, "Going away"}); got != want {
				t.Errorf("closed with %v, want %v", got, want)
			}
		}
		for _, c := range []*client{silent, paused} {
			c.expect("close:1001:Going away")
			c.gone()
		}
		unanswered.gone()
		if c := u.Accept(nil, nil); c == nil {
			t.Error("no connection from a late Accept")
		}
		h.ended(t, 1001, "Going away")
		s.stopped = sync.Once{} // the cleanup's Shutdown has nothing left to do
		s.stopped.Do(func() { s.result = nil })
	})
}

// An upgrade that is accepted while the server stops is accepted and closed.
func TestAcceptDuringShutdown(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		asked := make(chan *Upgrade, 1)
		h.open = func(u *Upgrade) { asked <- u }
		o.Handler = h
		s := start(t, o)
		c := &client{t: t, nc: w.dial(t, s)}
		c.write(upgradeRequest)
		u := await(t, asked, "Open")
		done := make(chan error, 1)
		go func() { done <- s.Shutdown(t.Context()) }()
		for !s.stopping.Load() {
			runtime.Gosched()
		}
		u.Accept(nil, nil)
		c.switched()
		c.expect("close:1001:Going away")
		c.write(bye(1001, ""))
		c.gone()
		if err := await(t, done, "Shutdown"); err != nil {
			t.Error(err)
		}
		h.ended(t, 1001, "Going away")
	})
}

func TestConnectionLimit(t *testing.T) {
	onEveryWay(t, func(t *testing.T, w way, o Options) {
		h := newSpy()
		var log bytes.Buffer
		o.Handler, o.Limits.Connections, o.Logger = h, 3, slog.New(slog.NewTextHandler(&log, nil))
		s := start(t, o)
		var open []*client
		for range 3 {
			open = append(open, w.connect(t, s))
		}
		for range 5 {
			(&client{t: t, nc: dialPlain(t, s)}).gone()
		}
		open[0].nc.Close()
		await(t, h.closed, "Closed")
		serving(t, s, 2)
		w.connect(t, s)
		if lines := strings.Count(log.String(), "\n"); lines != 1 || !strings.Contains(log.String(), "limit=3") {
			t.Errorf("%d lines of log:\n%s", lines, &log)
		}
	})
}

func TestKeepAliveAndLargeBodies(t *testing.T) {
	for _, scheme := range []string{"http", "https"} {
		for _, loops := range []int{2, -1} {
			s := start(t, Options{Handler: newSpy(), TLS: serverTLS(), Loops: loops, HTTP: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				n, err := io.Copy(io.Discard, r.Body)
				fmt.Fprintf(w, "%d %v %s %v", n, err, r.RemoteAddr, r.TLS != nil)
			})})
			transport := &http.Transport{TLSClientConfig: clientTLS()}
			defer transport.CloseIdleConnections()
			client := &http.Client{Transport: transport, Timeout: patience}
			remotes := map[string]bool{}
			for range 3 {
				r, err := client.Post(scheme+"://"+s.Addrs()[0].String()+"/", "text/plain", strings.NewReader(x(1<<20)))
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(r.Body)
				r.Body.Close()
				var remote string
				var n int
				var failure, encrypted string
				fmt.Sscan(string(body), &n, &failure, &remote, &encrypted)
				if n != 1<<20 || failure != "<nil>" || encrypted != fmt.Sprint(scheme == "https") {
					t.Errorf("%s: %s", scheme, body)
				}
				remotes[remote] = true
			}
			if len(remotes) != 1 {
				t.Errorf("%s: %d connections for three requests", scheme, len(remotes))
			}
		}
	}
}

func TestWithoutHTTP(t *testing.T) {
	s := start(t, Options{Handler: newSpy()})
	c := &client{t: t, nc: dialPlain(t, s)}
	c.write("GET /production HTTP/1.1\r\nHost: a\r\n\r\n")
	status, header, body := c.response()
	if status != 403 || body != `{"message":"Forbidden"}` || header.Get("X-Amzn-Errortype") != "ForbiddenException" {
		t.Errorf("answer %d %v %q", status, header, body)
	}
}

func TestTLSWithoutCertificate(t *testing.T) {
	for _, loops := range []int{1, -1} {
		s := start(t, Options{Handler: newSpy(), Loops: loops})
		c := &client{t: t, nc: dialPlain(t, s)}
		c.write("\x16\x03\x01\x00\x05hello")
		c.gone()
	}
}

// When the last connection is gone, no descriptor is left of any.
func TestNoDescriptorIsLeft(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("counts descriptors in /proc")
	}
	count := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	before := count()
	t.Run("connections", func(t *testing.T) {
		onEveryWay(t, func(t *testing.T, w way, o Options) {
			h := newSpy()
			o.Handler = h
			s := start(t, o)
			for i := range 30 {
				c := w.connect(t, s)
				switch i % 3 {
				case 0:
					c.write(bye(1000, ""))
					c.expect("close:1000:")
				case 1:
					c.reset()
				}
				c.nc.Close()
				await(t, h.closed, "Closed")
			}
			serving(t, s, 0)
		})
	})
	runtime.GC()
	if after := count(); after > before {
		t.Errorf("%d descriptors, %d before", after, before)
	}
}

func TestConnectionLimitLeavesDescriptors(t *testing.T) {
	for _, test := range []struct {
		descriptors uint64
		want        int
	}{{20000, 19488}, {1024, 976}, {1 << 20, 1<<20 - 512}, {1 << 62, 1<<30 - 512}, {10, 1}} {
		if got := connectionLimit(test.descriptors); got != test.want {
			t.Errorf("of %d: %d, want %d", test.descriptors, got, test.want)
		}
	}
	if n, err := RaiseDescriptorLimit(); err != nil || n == 0 || n != descriptorLimit() {
		t.Errorf("limit %d, %v; %d holds", n, err, descriptorLimit())
	}
}
