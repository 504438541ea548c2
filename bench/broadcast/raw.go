package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
)

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
