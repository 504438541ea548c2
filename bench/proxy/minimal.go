package main

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
)

// minimal is the floor: a goroutine for each connection that reads a frame,
// sends it with net/http, and writes a frame. It does nothing else.
func minimal(address, backend string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4096}}
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go relay(c, client, "http://"+backend+"/")
	}
}

func relay(c net.Conn, client *http.Client, url string) {
	defer c.Close()
	r := bufio.NewReader(c)
	request, err := http.ReadRequest(r)
	if err != nil {
		return
	}
	sum := sha1.Sum([]byte(request.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	for {
		message, err := readFrame(r)
		if err != nil {
			return
		}
		response, err := client.Post(url, "application/json", bytes.NewReader(message))
		if err != nil {
			return
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			return
		}
		if _, err := c.Write(appendFrame(nil, body, false)); err != nil {
			return
		}
	}
}

// readFrame reads a frame that is a whole message.
func readFrame(r *bufio.Reader) ([]byte, error) {
	var head [8]byte
	if _, err := io.ReadFull(r, head[:2]); err != nil {
		return nil, err
	}
	masked, n := head[1]&0x80 != 0, int(head[1]&0x7f)
	switch n {
	case 126:
		if _, err := io.ReadFull(r, head[:2]); err != nil {
			return nil, err
		}
		n = int(binary.BigEndian.Uint16(head[:]))
	case 127:
		if _, err := io.ReadFull(r, head[:8]); err != nil {
			return nil, err
		}
		n = int(binary.BigEndian.Uint64(head[:]))
	}
	var mask [4]byte
	if masked {
		if _, err := io.ReadFull(r, mask[:]); err != nil {
			return nil, err
		}
	}
	payload := make([]byte, n)
	_, err := io.ReadFull(r, payload)
	if masked {
		for i := range payload {
			payload[i] ^= mask[i&3]
		}
	}
	return payload, err
}

// appendFrame appends a text frame.
func appendFrame(dst, payload []byte, masked bool) []byte {
	bit := byte(0)
	if masked {
		bit = 0x80
	}
	switch n := len(payload); {
	case n < 126:
		dst = append(dst, 0x81, bit|byte(n))
	case n < 1<<16:
		dst = binary.BigEndian.AppendUint16(append(dst, 0x81, bit|126), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, 0x81, bit|127), uint64(n))
	}
	if masked {
		dst = append(dst, 0, 0, 0, 0) // a mask of zeros leaves the payload as it is
	}
	return append(dst, payload...)
}
