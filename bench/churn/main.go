// Command churn treats a server badly for a while (handshakes that stop half
// way, messages followed by a reset, garbage frames, oversized ones, plain
// noise) and prints the server's memory, goroutines and descriptors before,
// during and after. It exits 1 if something did not come back.
//
//	churn -pid PID -addr 127.0.0.1:4566 -path /_aws/execute-api/API/STAGE -d 10m
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var (
	addr     = flag.String("addr", "127.0.0.1:4566", "server, loopback only")
	path     = flag.String("path", "/", "stage to connect to")
	pid      = flag.Int("pid", 0, "server's process id")
	duration = flag.Duration("d", 10*time.Minute, "how long")
	workers  = flag.Int("c", 64, "connections at a time")
)

// state is what must come back to where it was.
type state struct{ rss, fds, goroutines int }

func (s state) String() string {
	return fmt.Sprintf("%6d kB resident  %5d descriptors  %5d goroutines", s.rss, s.fds, s.goroutines)
}

func main() {
	flag.Parse()
	work(2 * time.Second) // pools and caches fill before the first look
	time.Sleep(2 * time.Second)
	before := look()
	fmt.Println("before", before)
	done := make(chan struct{})
	go func() {
		work(*duration)
		close(done)
	}()
	for ticker := time.NewTicker(*duration / 5); ; {
		select {
		case <-ticker.C:
			fmt.Println("during", look())
			continue
		case <-done:
		}
		break
	}
	time.Sleep(5 * time.Second)
	after := look()
	fmt.Println("after ", after, " ", count.Load(), "connections")
	if after.fds > before.fds+4 || after.goroutines > before.goroutines+8 || after.rss > before.rss*3/2+8192 {
		fmt.Println("something did not come back")
		os.Exit(1)
	}
}

var count atomic.Int64

// work runs the bad clients for d.
func work(d time.Duration) {
	end := time.Now().Add(d)
	var wg sync.WaitGroup
	for range *workers {
		wg.Go(func() {
			for time.Now().Before(end) {
				misbehave()
				count.Add(1)
			}
		})
	}
	wg.Wait()
}

// misbehave opens one connection and ends it in some way that is not polite.
func misbehave() {
	c, err := net.DialTimeout("tcp", *addr, 5*time.Second)
	if err != nil {
		time.Sleep(10 * time.Millisecond)
		return
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Second))
	if rand.IntN(2) == 0 {
		c.(*net.TCPConn).SetLinger(0) // ends with a reset
	}
	upgrade := "GET " + *path + " HTTP/1.1\r\nHost: " + *addr + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	switch rand.IntN(10) {
	case 0: // half a handshake
		fmt.Fprint(c, upgrade[:rand.IntN(len(upgrade))])
		return
	case 1: // noise
		c.Write(noise(rand.IntN(4096)))
		c.Read(make([]byte, 512))
		return
	}
	fmt.Fprint(c, upgrade)
	r := bufio.NewReader(c)
	if line, err := r.ReadString('\n'); err != nil || !strings.Contains(line, " 101 ") {
		return
	}
	for line := "x"; line != "\r\n"; {
		if line, err = r.ReadString('\n'); err != nil {
			return
		}
	}
	message := `{"action":"message","messageId":1}`
	for range rand.IntN(5) {
		c.Write(frame(0x81, []byte(message)))
	}
	switch rand.IntN(7) {
	case 0:
		c.Write(noise(1 + rand.IntN(64))) // most likely an unmasked or reserved frame
	case 1:
		c.Write(frame(0x81, []byte(strings.Repeat("x", 33000)))) // too large
	case 2:
		c.Write(frame(0x82, []byte{1})) // binary
	case 3:
		c.Write(frame(0x81, []byte{0xff, 0xfe})) // not UTF-8
	case 4:
		whole := frame(0x81, []byte(message))
		c.Write(whole[:rand.IntN(len(whole))]) // half a frame
	case 5:
		c.Write(frame(0x01, []byte(message))) // a fragment without an end
	case 6:
		c.Write(frame(0x88, nil)) // a polite close, now and then
	}
	r.Read(make([]byte, 512))
}

func noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}

func frame(head byte, payload []byte) []byte {
	b := []byte{head}
	if len(payload) < 126 {
		b = append(b, 0x80|byte(len(payload)))
	} else {
		b = append(b, 0x80|126, byte(len(payload)>>8), byte(len(payload)))
	}
	b = append(b, 0, 0, 0, 0) // a mask of zeros
	return append(b, payload...)
}

// look reads the server's state from /proc and its health page.
func look() (s state) {
	if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", *pid)); err == nil {
		for line := range strings.Lines(string(status)) {
			if f := strings.Fields(line); len(f) > 1 && f[0] == "VmRSS:" {
				s.rss, _ = strconv.Atoi(f[1])
			}
		}
	}
	if fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", *pid)); err == nil {
		s.fds = len(fds)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	answer, err := client.Get("http://" + *addr + "/_postern/health")
	if err != nil {
		fmt.Println("the server does not answer:", err)
		os.Exit(1)
	}
	defer answer.Body.Close()
	var health struct{ Goroutines int }
	if err := json.NewDecoder(answer.Body).Decode(&health); err != nil {
		fmt.Println("the server's health is not JSON:", err)
		os.Exit(1)
	}
	s.goroutines = health.Goroutines
	return s
}
