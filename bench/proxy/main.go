// Proxy measures what a message through an HTTP_PROXY route costs the server
// that takes it to the backend and back, beside the smallest Go program that
// does the same.
//
//	proxy backend ADDR             an HTTP server that echoes bodies
//	proxy minimal ADDR BACKEND     read a frame, POST it with net/http, write a frame
//	proxy load ADDR PATH PID       talk to a server and print the CPU that PID used per message
package main

import (
	"flag"
	"fmt"
	"os"
	"time"
)

var (
	connections = flag.Int("c", 64, "connections")
	size        = flag.Int("size", 64, "bytes of a message")
	duration    = flag.Duration("d", 2*time.Second, "how long to talk")
)

func main() {
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: proxy [flags] backend ADDR | minimal ADDR BACKEND | load ADDR PATH PID")
		flag.PrintDefaults()
	}
	flag.Parse()
	var err error
	switch args := flag.Args(); {
	case len(args) == 2 && args[0] == "backend":
		err = backend(args[1])
	case len(args) == 3 && args[0] == "minimal":
		err = minimal(args[1], args[2])
	case len(args) == 4 && args[0] == "load":
		err = load(args[1], args[2], args[3])
	default:
		flag.Usage()
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "proxy:", err)
		os.Exit(1)
	}
}
