package accesslog

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
)

// logs is the part of CloudWatch Logs that a CloudWatch needs.
type logs struct {
	mu      sync.Mutex
	calls   []string
	groups  map[string]bool
	streams map[string]bool
	lines   []string
	fail    int // number of PutLogEvents that fail
}

func (l *logs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	var in struct {
		LogGroupName, LogStreamName string
		LogEvents                   []struct {
			Timestamp int64
			Message   string
		}
	}
	if err := json.Unmarshal(body, &in); err != nil || !strings.Contains(r.Header.Get("Authorization"), "/eu-west-1/logs/aws4_request") {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "Logs_20140328.")
	l.calls = append(l.calls, operation)
	refuse := func(code string) {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"__type":"com.amazonaws.logs#`+code+`","message":"no"}`)
	}
	switch operation {
	case "CreateLogGroup":
		l.groups[in.LogGroupName] = true
	case "CreateLogStream":
		if !l.groups[in.LogGroupName] {
			refuse("ResourceNotFoundException")
			return
		}
		l.streams[in.LogGroupName+in.LogStreamName] = true
	case "PutLogEvents":
		if !l.streams[in.LogGroupName+in.LogStreamName] {
			refuse("ResourceNotFoundException")
			return
		}
		if l.fail > 0 {
			l.fail--
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		if !slices.IsSortedFunc(in.LogEvents, func(a, b struct {
			Timestamp int64
			Message   string
		}) int {
			return int(a.Timestamp - b.Timestamp)
		}) {
			refuse("InvalidParameterException")
			return
		}
		for _, e := range in.LogEvents {
			l.lines = append(l.lines, e.Message)
		}
		io.WriteString(w, `{}`)
	}
}

func start(t *testing.T, l *logs, o CloudWatchOptions) *CloudWatch {
	l.groups, l.streams = map[string]bool{}, map[string]bool{}
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	o.Endpoint = server.URL
	o.Credentials = aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret"}
	return NewCloudWatch(o)
}

func TestCloudWatch(t *testing.T) {
	l := &logs{fail: 1}
	c := start(t, l, CloudWatchOptions{Delay: time.Hour})
	g := c.Group("eu-west-1", "/aws/apigateway/a/prod")
	if g != c.Group("eu-west-1", "/aws/apigateway/a/prod") {
		t.Error("two destinations for one group")
	}
	now := time.Now()
	g.Log(now.Add(time.Second), []byte("second"))
	g.Log(now, []byte("first"))
	g.Log(now, nil)
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"first", "second"}, l.lines); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	want := []string{"CreateLogStream", "CreateLogGroup", "CreateLogStream", "PutLogEvents", "PutLogEvents"}
	if diff := cmp.Diff(want, l.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	g.Log(now, []byte("late"))
	if n := c.Dropped(); n != 1 {
		t.Errorf("%d events lost, want the one after Close", n)
	}
}

func TestCloudWatchCreatesAgainWhatWasDeleted(t *testing.T) {
	l := &logs{}
	c := start(t, l, CloudWatchOptions{Delay: -1})
	g := c.Group("eu-west-1", "g").(*group)
	g.Log(time.Now(), []byte("a"))
	g.flush()
	l.mu.Lock()
	clear(l.groups)
	clear(l.streams)
	l.mu.Unlock()
	g.Log(time.Now(), []byte("b"))
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b"}, l.lines); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestCloudWatchGivesUp(t *testing.T) {
	l := &logs{fail: 1 << 20}
	c := start(t, l, CloudWatchOptions{Delay: -1, Queue: 100})
	g := c.Group("eu-west-1", "g")
	g.Log(time.Now(), []byte("a"))
	g.Log(time.Now(), []byte(strings.Repeat("x", 200)))
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := c.Dropped(); n != 2 {
		t.Errorf("%d events lost, want 2", n)
	}
}

func TestCloudWatchCloseWithinItsTime(t *testing.T) {
	hang := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	defer hang.Close()
	c := NewCloudWatch(CloudWatchOptions{Endpoint: hang.URL, Delay: -1,
		Credentials: aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret"}})
	c.Group("eu-west-1", "g").Log(time.Now(), []byte("a"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Close(ctx); err == nil {
		t.Error("no error")
	}
	if n := c.Dropped(); n != 1 {
		t.Errorf("%d events lost, want 1", n)
	}
}

func TestParseDestination(t *testing.T) {
	tests := []struct {
		arn, region, group string
		ok                 bool
	}{
		{"arn:aws:logs:us-east-1:123456789012:log-group:/my/group", "us-east-1", "/my/group", true},
		{"arn:aws:logs:us-east-1:123456789012:log-group:g:*", "us-east-1", "g", true},
		{"arn:aws:firehose:us-east-1:123456789012:deliverystream/amazon-apigateway-x", "", "", false},
		{"arn:aws:logs:us-east-1:123456789012:log-group:", "", "", false},
		{"arn:aws:logs:us-east-1:123456789012:log-group:g:log-stream:s", "", "", false},
		{"g", "", "", false},
	}
	for _, tt := range tests {
		region, group, err := ParseDestination(tt.arn)
		if region != tt.region || group != tt.group || (err == nil) != tt.ok {
			t.Errorf("%s: %q, %q, %v", tt.arn, region, group, err)
		}
	}
}
