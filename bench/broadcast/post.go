package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

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
