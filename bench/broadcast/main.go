// Command broadcast measures what it costs a server to deliver one payload to
// many connections through @connections, one PostToConnection for each, beside
// two processes of its own: one that does nothing but write the same frame to
// as many raw sockets, and one that does so for each POST that a net/http
// server gets, and nothing else. All are measured in turns in one run; what
// counts is the ratio of their CPU times per delivered message.
//
//	broadcast -pid PID -addr 127.0.0.1:4566 -path /_aws/execute-api/API/STAGE -n 10000
//
// The stage must answer any message with $context.connectionId.
package main

import (
	"bufio"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var (
	addr    = flag.String("addr", "127.0.0.1:4566", "server, loopback only")
	path    = flag.String("path", "/", "path of the stage")
	pid     = flag.Int("pid", 0, "server's process id")
	count   = flag.Int("n", 10000, "connections")
	size    = flag.Int("size", 1024, "bytes of the payload")
	posters = flag.Int("c", 16, "posters, each with a keep-alive connection")
	rounds  = flag.Int("r", 5, "rounds; the median counts")
	most    = flag.Float64("most", 0, "exit 1 if @connections take more than so many times what raw writes take; 0 is never")
	key     = flag.String("sign", "", "KEY:SECRET to sign the requests with; a strict server demands it")
	role    = flag.String("role", "", "be the process that writes to raw sockets, with HTTP or without, or the one that reads them")
)

func main() {
	flag.Parse()
	switch *role {
	case "write":
		writeRaw()
		return
	case "http":
		writeHTTP()
		return
	case "read":
		readRaw()
		return
	}
	writer, reader := startRaw("write")
	defer writer.close()
	defer reader.close()
	minimal, minimalReader := startRaw("http")
	defer minimal.close()
	defer minimalReader.close()
	minimalAddr := minimal.line()
	through := open(*addr, upgrade)
	fmt.Printf("%d connections each, %d bytes, %d posters\n", *count, *size, *posters)
	payload := strings.Repeat("x", *size)
	var ratios, floors []float64
	for round := range *rounds + 1 {
		write := costOf(writer.cmd.Process.Pid, func() {
			fmt.Fprintln(writer.in)
			reader.line()
		})
		floor := costOf(minimal.cmd.Process.Pid, func() {
			postAll(minimalAddr, through.ids, payload)
			minimalReader.line()
		})
		post := costOf(*pid, func() {
			postAll(*addr, through.ids, payload)
			through.wait()
		})
		if round == 0 {
			continue // pools and caches fill
		}
		ratios = append(ratios, float64(post)/float64(write))
		floors = append(floors, float64(post)/float64(floor))
		fmt.Printf("CPU per message: @connections %6.2f us, net/http alone %6.2f us, raw write %6.2f us\n",
			post.Seconds()*1e6, floor.Seconds()*1e6, write.Seconds()*1e6)
	}
	fmt.Printf("@connections / raw write       %.2f\n", median(ratios))
	fmt.Printf("@connections / net/http alone  %.2f\n", median(floors))
	if *most > 0 && median(ratios) > *most {
		os.Exit(1)
	}
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// audience is many connections that count what they receive.
type audience struct {
	ids      []string
	received atomic.Int64
	arrived  chan struct{}
}

// open opens the connections. Greet is called on each, before it begins to
// count, and returns its id.
func open(address string, greet func(net.Conn, *bufio.Reader) string) *audience {
	a := &audience{ids: make([]string, *count), arrived: make(chan struct{}, 1)}
	var wg sync.WaitGroup
	gate := make(chan struct{}, 64)
	for i := range *count {
		gate <- struct{}{}
		wg.Go(func() {
			defer func() { <-gate }()
			c, err := net.Dial("tcp", address)
			check(err)
			r := bufio.NewReaderSize(c, 512)
			a.ids[i] = greet(c, r)
			go a.listen(r)
		})
	}
	wg.Wait()
	return a
}

// listen counts the frames of a connection.
func (a *audience) listen(r *bufio.Reader) {
	for {
		n := frameSize(r)
		if _, err := r.Discard(n); err != nil {
			return
		}
		if a.received.Add(1)%int64(*count) == 0 {
			a.arrived <- struct{}{}
		}
	}
}

// wait returns when every connection has one message more.
func (a *audience) wait() {
	select {
	case <-a.arrived:
	case <-time.After(time.Minute):
		check(fmt.Errorf("only %d messages of %d arrived", a.received.Load()%int64(*count), *count))
	}
}

// costOf returns the CPU time that a process took for one message while all
// connections were sent one.
func costOf(pid int, deliver func()) time.Duration {
	before := cpu(pid)
	deliver()
	return (cpu(pid) - before) / time.Duration(*count)
}

// upgrade makes a WebSocket connection and asks for its id.
func upgrade(c net.Conn, r *bufio.Reader) string {
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", *path, *addr)
	resp, err := http.ReadResponse(r, nil)
	check(err)
	if resp.StatusCode != http.StatusSwitchingProtocols {
		check(fmt.Errorf("refused: %s", resp.Status))
	}
	_, err = c.Write([]byte{0x81, 0x82, 0, 0, 0, 0, '{', '}'})
	check(err)
	id := make([]byte, frameSize(r))
	_, err = io.ReadFull(r, id)
	check(err)
	return string(id)
}

// frameSize reads the head of a server's frame.
func frameSize(r *bufio.Reader) int {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0
	}
	switch n := int(head[1]); n {
	case 126:
		var b [2]byte
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return 0
		}
		return int(binary.BigEndian.Uint16(b[:]))
	case 127:
		var b [8]byte
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return 0
		}
		return int(binary.BigEndian.Uint64(b[:]))
	default:
		return n
	}
}

// cpu returns the time that a process's threads have had on processors.
func cpu(pid int) time.Duration {
	threads, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/schedstat")
	check(err)
	var total time.Duration
	for _, name := range threads {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // the thread has ended
		}
		first, _, _ := strings.Cut(string(text), " ")
		n, err := strconv.ParseInt(first, 10, 64)
		check(err)
		total += time.Duration(n)
	}
	return total
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "broadcast:", err)
		os.Exit(1)
	}
}
