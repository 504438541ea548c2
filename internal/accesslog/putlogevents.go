package accesslog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// put sends a batch, after it made sure that the stream exists.
func (g *group) put(ctx context.Context, batch []event) error {
	if !g.ready {
		if err := g.create(ctx); err != nil {
			return err
		}
		g.ready = true
	}
	type logEvent struct {
		Timestamp int64  `json:"timestamp"` // milliseconds since 1970
		Message   string `json:"message"`
	}
	events := make([]logEvent, len(batch))
	for i, e := range batch {
		events[i] = logEvent{e.at.UnixMilli(), e.text}
	}
	code, err := g.call(ctx, "PutLogEvents", map[string]any{
		"logGroupName": g.target.name, "logStreamName": g.cloudWatch.stream, "logEvents": events,
	})
	if code == "ResourceNotFoundException" {
		g.ready = false // the group was deleted; the next attempt creates it
	}
	return err
}

// create creates the stream, and the group if there is none.
func (g *group) create(ctx context.Context) error {
	stream := map[string]any{"logGroupName": g.target.name, "logStreamName": g.cloudWatch.stream}
	const exists, missing = "ResourceAlreadyExistsException", "ResourceNotFoundException"
	code, err := g.call(ctx, "CreateLogStream", stream)
	if code == missing {
		code, err = g.call(ctx, "CreateLogGroup", map[string]any{"logGroupName": g.target.name})
		if err != nil && code != exists {
			return err
		}
		code, err = g.call(ctx, "CreateLogStream", stream)
	}
	if code == exists {
		return nil
	}
	return err
}

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 10

// call calls an operation of CloudWatch Logs. The code is that of the error
// that the service answered.
func (g *group) call(ctx context.Context, operation string, input any) (code string, err error) {
	body, err := json.Marshal(input)
	if err != nil {
		return "", err
	}
	o := &g.cloudWatch.o
	endpoint := o.Endpoint
	if endpoint == "" {
		endpoint = "https://logs." + g.target.region + ".amazonaws.com"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(endpoint, "/")+"/", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "Logs_20140328."+operation)
	sum := sha256.Sum256(body)
	// The signature's time is the real one: the service checks it by its own.
	err = v4.NewSigner().SignHTTP(ctx, o.Credentials, r, hex.EncodeToString(sum[:]), "logs", g.target.region, time.Now())
	if err != nil {
		return "", err
	}
	answer, err := o.Client.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil || answer.StatusCode < 300 {
		return "", err
	}
	var failure struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if json.Unmarshal(text, &failure) != nil || failure.Type == "" {
		return "", fmt.Errorf("%s: status %d", operation, answer.StatusCode)
	}
	code = failure.Type[strings.LastIndexByte(failure.Type, '#')+1:]
	return code, fmt.Errorf("%s: %s: %s", operation, code, failure.Message)
}
