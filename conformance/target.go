package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"postern/internal/trace"
)

// Server is a running Postern as a Target, reached through its one port.
type Server struct {
	// URL is where the server is, http://localhost:4566.
	URL string
	// Stack is the name of the session's stack.
	Stack string
	// Records are the server's traces; nil if it is another process's.
	Records *trace.Listener
	// Logs are the files that the server logs to, by kind.
	Logs map[string]*LogFile

	deployed bool
}

var _ Target = (*Server)(nil)

// Host implements Target.
func (s *Server) Host() string { return strings.TrimPrefix(s.URL, "http://") }

// Endpoint implements Target.
func (s *Server) Endpoint(apiID string) string { return "/_aws/execute-api/" + apiID }

// Dial implements Target.
func (s *Server) Dial(ctx context.Context) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, "tcp", s.Host())
}

// Deploy implements Target.
func (s *Server) Deploy(ctx context.Context, template string) (apiID string, err error) {
	action := "CreateStack"
	if s.deployed {
		action = "UpdateStack"
	}
	form := url.Values{"StackName": {s.Stack}, "TemplateBody": {template}}
	if _, err := s.cloudFormation(ctx, action, form); err != nil {
		return "", err
	}
	s.deployed = true
	if err := s.settle(ctx); err != nil {
		return "", err
	}
	body, err := s.cloudFormation(ctx, "DescribeStackResources", url.Values{"StackName": {s.Stack}})
	if err != nil {
		return "", err
	}
	var out struct {
		Resources []struct {
			PhysicalResourceID string `xml:"PhysicalResourceId"`
			ResourceType       string
		} `xml:"DescribeStackResourcesResult>StackResources>member"`
	}
	if err := xml.Unmarshal(body, &out); err != nil {
		return "", err
	}
	for _, r := range out.Resources {
		if r.ResourceType == "AWS::ApiGatewayV2::Api" {
			return r.PhysicalResourceID, nil
		}
	}
	return "", fmt.Errorf("the stack has no API: %s", body)
}

// Delete implements Target.
func (s *Server) Delete(ctx context.Context) error {
	if _, err := s.cloudFormation(ctx, "DeleteStack", url.Values{"StackName": {s.Stack}}); err != nil {
		return err
	}
	s.deployed = false
	return s.settle(ctx)
}

// settle waits until the stack is complete, or gone.
func (s *Server) settle(ctx context.Context) error {
	for {
		body, err := s.cloudFormation(ctx, "DescribeStacks", url.Values{"StackName": {s.Stack}})
		if err != nil {
			if !s.deployed && strings.Contains(err.Error(), "does not exist") {
				return nil
			}
			return err
		}
		var out struct {
			Status string `xml:"DescribeStacksResult>Stacks>member>StackStatus"`
		}
		if err := xml.Unmarshal(body, &out); err != nil {
			return err
		}
		switch {
		case out.Status == "CREATE_COMPLETE", out.Status == "UPDATE_COMPLETE", out.Status == "DELETE_COMPLETE":
			return nil
		case !strings.HasSuffix(out.Status, "_IN_PROGRESS"):
			return fmt.Errorf("stack is %s: %s", out.Status, s.reasons(ctx))
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// reasons tells which resources failed and why.
func (s *Server) reasons(ctx context.Context) string {
	body, err := s.cloudFormation(ctx, "DescribeStackEvents", url.Values{"StackName": {s.Stack}})
	if err != nil {
		return err.Error()
	}
	var out struct {
		Events []struct{ LogicalResourceId, ResourceStatus, ResourceStatusReason string } `xml:"DescribeStackEventsResult>StackEvents>member"`
	}
	if err := xml.Unmarshal(body, &out); err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, e := range out.Events {
		if strings.HasSuffix(e.ResourceStatus, "_FAILED") {
			fmt.Fprintf(&b, "\n%s: %s", e.LogicalResourceId, e.ResourceStatusReason)
		}
	}
	return b.String()
}

func (s *Server) cloudFormation(ctx context.Context, action string, form url.Values) ([]byte, error) {
	form.Set("Action", action)
	form.Set("Version", "2010-05-15")
	return s.post(ctx, "/", "application/x-www-form-urlencoded", form.Encode())
}

func (s *Server) post(ctx context.Context, path, contentType, body string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 300 {
		err = fmt.Errorf("%s: %s", resp.Status, bytes.TrimSpace(b))
	}
	return b, err
}

// Advance implements Target.
func (s *Server) Advance(d time.Duration) error {
	body, err := json.Marshal(map[string]string{"advance": d.String()})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, err = s.post(ctx, "/_postern/clock", "application/json", string(body))
	return err
}

// Log implements Target.
func (s *Server) Log(ctx context.Context, kind string) (string, error) {
	file, ok := s.Logs[kind]
	if !ok {
		return "", fmt.Errorf("this server's %s log cannot be read", kind)
	}
	return file.Next(ctx)
}

// Metrics implements Target.
func (s *Server) Metrics(ctx context.Context) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/_postern/metrics", nil)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

// Trace implements Target: it passes over the records of other events.
func (s *Server) Trace(ctx context.Context, eventType, kind string) (string, error) {
	if s.Records == nil {
		return "", fmt.Errorf("this server's traces cannot be read")
	}
	for {
		select {
		case r := <-s.Records.C:
			if r.EventType != eventType {
				continue
			}
			for _, step := range r.Steps {
				if step.Kind == kind {
					return step.Value, nil
				}
			}
		case <-ctx.Done():
			return "", fmt.Errorf("no %s event has a step %q", eventType, kind)
		}
	}
}
