package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// load has every connection send a message, wait for its echo, and go on. It
// prints messages per second and the microseconds of CPU that the process pid
// used for each.
func load(address, path, pid string) error {
	message := []byte(`{"action":"echo","pad":"` + strings.Repeat("x", max(0, *size-26)) + `"}`)
	frame := appendFrame(nil, message, true)
	var sent atomic.Int64
	var measuring, stop atomic.Bool
	var wg sync.WaitGroup
	failed := make(chan error, *connections)
	for range *connections {
		c, r, err := upgrade(address, path)
		if err != nil {
			return err
		}
		wg.Go(func() {
			defer c.Close()
			for !stop.Load() {
				if _, err := c.Write(frame); err != nil {
					failed <- err
					return
				}
				got, err := readFrame(r)
				if err != nil || !bytes.Equal(got, message) {
					failed <- fmt.Errorf("answer %.80q: %w", got, err)
					return
				}
				if measuring.Load() {
					sent.Add(1)
				}
			}
		})
	}
	time.Sleep(*duration / 4) // warm up
	before, err := cpu(pid)
	if err != nil {
		return err
	}
	start := time.Now()
	measuring.Store(true)
	time.Sleep(*duration)
	measuring.Store(false)
	took := time.Since(start)
	after, err := cpu(pid)
	if err != nil {
		return err
	}
	stop.Store(true)
	wg.Wait()
	select {
	case err := <-failed:
		return err
	default:
	}
	n := sent.Load()
	fmt.Printf("%.0f messages/s %.2f us/message\n", float64(n)/took.Seconds(), float64((after-before).Microseconds())/float64(n))
	return nil
}

func upgrade(address, path string) (net.Conn, *bufio.Reader, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, nil, err
	}
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", path, address)
	r := bufio.NewReader(c)
	response, err := http.ReadResponse(r, nil)
	if err != nil {
		return nil, nil, err
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		return nil, nil, fmt.Errorf("connect: %s", response.Status)
	}
	return c, r, nil
}

// cpu is the time that a process has used, by the kernel's account.
func cpu(pid string) (time.Duration, error) {
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0, err
	}
	// What follows the name in parentheses: utime and stime are the 12th and
	// 13th of these, in hundredths of a second.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	total := 0
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return time.Duration(total) * 10 * time.Millisecond, nil
}
