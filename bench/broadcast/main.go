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
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
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

// postAll posts the payload to every connection, as an SDK would.
func postAll(address string, ids []string, payload string) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range *posters {
		wg.Go(func() {
			c, err := net.Dial("tcp", address)
			check(err)
			defer c.Close()
			r := bufio.NewReader(c)
			for {
				i := int(next.Add(1)) - 1
				if i >= len(ids) {
					return
				}
				post(c, r, ids[i], payload)
			}
		})
	}
	wg.Wait()
}

// unsigned is the signature that a server gets which does not look at it.
const unsigned = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-length;content-type;host;x-amz-date, Signature=d8f1a7d2c5a60f7b8b0f3a4f6c2f9e1f3d5b7a9c0e2f4d6b8a1c3e5f7091b3d5"

// request is what the AWS SDK for Go sends.
const request = "POST %s/%%40connections/%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: aws-sdk-go-v2/1.41.0 os/linux lang/go#1.26.0 md/GOOS#linux md/GOARCH#amd64 api/apigatewaymanagementapi#1.29.0\r\n" +
	"Content-Length: %d\r\nAmz-Sdk-Invocation-Id: 5ac0a2c3-1d8e-4b0c-8d3f-0d3f1f0c5a10\r\nAmz-Sdk-Request: attempt=1; max=3\r\n" +
	"Authorization: %s\r\nContent-Type: application/octet-stream\r\nX-Amz-Date: %s\r\nAccept-Encoding: gzip\r\n\r\n%s"

// sign returns the signature of a request and its date.
func sign(path, payload string) (authorization, date string) {
	id, secret, ok := strings.Cut(*key, ":")
	if !ok {
		return unsigned, "20260101T000000Z"
	}
	r, err := http.NewRequest(http.MethodPost, "http://"+*addr+path, strings.NewReader(payload))
	check(err)
	r.Header.Set("Content-Type", "application/octet-stream")
	sum := sha256.Sum256([]byte(payload))
	check(v4.NewSigner().SignHTTP(context.Background(), aws.Credentials{AccessKeyID: id, SecretAccessKey: secret},
		r, hex.EncodeToString(sum[:]), "execute-api", "us-east-1", time.Now()))
	return r.Header.Get("Authorization"), r.Header.Get("X-Amz-Date")
}

func post(c net.Conn, r *bufio.Reader, id, payload string) {
	id = strings.ReplaceAll(id, "=", "%3D")
	authorization, date := sign(*path+"/%40connections/"+id, payload)
	_, err := fmt.Fprintf(c, request, *path, id, *addr, len(payload), authorization, date, payload)
	check(err)
	status, err := r.ReadString('\n')
	check(err)
	if !strings.HasPrefix(status, "HTTP/1.1 200 ") {
		check(fmt.Errorf("answered %s", status))
	}
	for line := status; line != "\r\n"; {
		if line, err = r.ReadString('\n'); err != nil {
			check(err)
		}
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

// child is one of the processes with raw sockets. A connection has an end in
// each, so that none needs more descriptors than the server does.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// startRaw starts a process that writes and the one that reads what it wrote.
func startRaw(role string) (writer, reader *child) {
	writer = start(role)
	reader = start("read", "-addr", writer.line())
	reader.line()
	return writer, reader
}

func start(role string, args ...string) *child {
	args = append(args, "-role", role, "-n", strconv.Itoa(*count), "-size", strconv.Itoa(*size))
	cmd := exec.Command(os.Args[0], args...) //nolint:gosec // itself
	in, err := cmd.StdinPipe()
	check(err)
	out, err := cmd.StdoutPipe()
	check(err)
	cmd.Stderr = os.Stderr
	// As the server that is measured beside it.
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	if role == "read" {
		cmd.Env = os.Environ()
	}
	check(cmd.Start())
	return &child{cmd, in, bufio.NewReader(out)}
}

// line waits for a line of the child's.
func (c *child) line() string {
	line, err := c.out.ReadString('\n')
	check(err)
	return strings.TrimSpace(line)
}

func (c *child) close() {
	c.in.Close()
	c.cmd.Process.Kill()
	c.cmd.Wait()
}

// acceptRaw accepts the connections and returns them with the frame.
func acceptRaw() (conns []net.Conn, frame []byte) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Println(l.Addr())
	conns = make([]net.Conn, *count)
	for i := range conns {
		conns[i], err = l.Accept()
		check(err)
	}
	frame = []byte{0x81, byte(*size)}
	switch {
	case *size >= 1<<16:
		frame = binary.BigEndian.AppendUint64([]byte{0x81, 127}, uint64(*size))
	case *size >= 126:
		frame = binary.BigEndian.AppendUint16([]byte{0x81, 126}, uint16(*size))
	}
	return conns, append(frame, strings.Repeat("x", *size)...)
}

// writeRaw writes the frame to each connection when a line comes in.
func writeRaw() {
	conns, frame := acceptRaw()
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		for _, c := range conns {
			_, err := c.Write(frame)
			check(err)
		}
	}
}

// writeHTTP writes the frame to the next connection for each request.
func writeHTTP() {
	go func() {
		// The parent is gone, however it went.
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	conns, frame := acceptRaw()
	var next atomic.Int64
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Println(l.Addr())
	check(http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { //nolint:gosec // for minutes
		_, err := io.Copy(io.Discard, r.Body)
		check(err)
		_, err = conns[int(next.Add(1)-1)%len(conns)].Write(frame)
		check(err)
	})))
}

// readRaw opens the connections and says when each has a message more.
func readRaw() {
	a := open(*addr, func(net.Conn, *bufio.Reader) string { return "" })
	fmt.Println("open")
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for {
		<-a.arrived
		fmt.Println("arrived")
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "broadcast:", err)
		os.Exit(1)
	}
}
