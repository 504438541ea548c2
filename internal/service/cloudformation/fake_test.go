package cloudformation

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/clock"
	"postern/internal/query"
	"postern/internal/service/cloudformation/resource"
	"postern/internal/service/cloudformation/stack/stacktest"
	"postern/internal/template"
)

// things is a service with one kind of resource, whose operations can be made
// to fail.
type things struct {
	mu    sync.Mutex
	next  int
	alive map[string]string // properties as JSON by physical id
	tags  map[string]map[string]string
	log   []string
	// fail returns the error of an operation on a logical id, or nil.
	fail func(operation string, r *resource.Request) error
}

var thingSchema = &resource.Schema{
	Type: "AWS::Test::Thing", Service: "Test", Tags: "Tags",
	Properties: []resource.Property{
		{Name: "Name", Shape: resource.String},
		{Name: "Parent", Shape: resource.String, CreateOnly: true},
		{Name: "Count", Shape: resource.Integer},
		{Name: "Tags", Shape: resource.MapOf(resource.String)},
	},
	Attributes: []string{"Arn"},
}

func (t *things) Schema() *resource.Schema { return thingSchema }

func (t *things) do(operation string, r *resource.Request) error {
	if t.fail != nil {
		if err := t.fail(operation, r); err != nil {
			return err
		}
	}
	t.log = append(t.log, operation+" "+r.LogicalID+" "+string(r.Properties.JSON()))
	return nil
}

func (t *things) Create(_ context.Context, r *resource.Request) (resource.Result, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.do("create", r); err != nil {
		return resource.Result{}, err
	}
	t.next++
	id := fmt.Sprintf("%s-%d", r.LogicalID, t.next)
	t.alive[id], t.tags[id] = string(r.Properties.JSON()), r.Tags
	return resource.Result{PhysicalID: id, Attributes: map[string]string{"Arn": "arn:thing/" + id}}, nil
}

// Find implements resource.Finder.
func (t *things) Find(_ context.Context, r *resource.Request) (resource.Result, bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for id := range t.alive {
		if t.tags[id][resource.TagStackID] == r.StackID && t.tags[id][resource.TagLogicalID] == r.LogicalID {
			return resource.Result{PhysicalID: id, Attributes: map[string]string{"Arn": "arn:thing/" + id}}, true, nil
		}
	}
	return resource.Result{}, false, nil
}

func (t *things) Update(_ context.Context, r *resource.Request) (resource.Result, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.do("update", r); err != nil {
		return resource.Result{}, err
	}
	t.alive[r.PhysicalID] = string(r.Properties.JSON())
	return resource.Result{}, nil
}

func (t *things) Delete(_ context.Context, r *resource.Request) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.alive[r.PhysicalID]; !ok {
		return awserr.New(awserr.NotFound, "no such thing")
	}
	if err := t.do("delete", r); err != nil {
		return err
	}
	delete(t.alive, r.PhysicalID)
	return nil
}

// living returns the physical ids of what exists, sorted.
func (t *things) living() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var ids []string
	for id := range t.alive {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// failing makes one operation on one logical id fail.
func failing(operation, logicalID, text string) func(string, *resource.Request) error {
	return func(op string, r *resource.Request) error {
		if op == operation && r.LogicalID == logicalID {
			return awserr.New(awserr.BadRequest, text)
		}
		return nil
	}
}

// world is a Service over things, as a client sees it.
type world struct {
	t         *testing.T
	things    *things
	documents *stacktest.Documents
	clock     *clock.Adjustable
	service   *Service
	options   Options
}

var caller = query.Caller{AccountID: "123456789012", Region: "us-east-1"}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, things: &things{alive: map[string]string{}, tags: map[string]map[string]string{}}, documents: stacktest.New(), clock: &clock.Adjustable{}}
	w.options = Options{Store: w.documents, Registry: resource.NewRegistry(w.things), Clock: w.clock}
	w.start()
	return w
}

// start makes the service over the documents that there are, as a new process
// would.
func (w *world) start() {
	w.t.Helper()
	s, err := New(w.t.Context(), w.options)
	if err != nil {
		w.t.Fatal(err)
	}
	w.service = s
}

// call sends a request as a client would and returns the status and document.
func (w *world) call(form string) (int, string) {
	w.t.Helper()
	r := httptest.NewRequest("POST", "/", strings.NewReader(form+"&Version=2010-05-15"))
	r = r.WithContext(apigateway.WithScope(r.Context(), apigateway.Scope{AccountID: caller.AccountID, Region: caller.Region}))
	rec := httptest.NewRecorder()
	w.service.Handler().ServeHTTP(rec, r)
	return rec.Code, rec.Body.String()
}

// must calls and fails the test unless the answer is a success.
func (w *world) must(form string) string {
	w.t.Helper()
	status, body := w.call(form)
	if status != 200 {
		w.t.Fatalf("%.200s: %d %s", form, status, body)
	}
	return body
}

// refused calls and returns code and message of the error.
func (w *world) refused(form string) (code, message string) {
	w.t.Helper()
	status, body := w.call(form)
	if status == 200 {
		w.t.Fatalf("%.200s: succeeded: %s", form, body)
	}
	var e struct {
		Error struct{ Code, Message string }
	}
	if err := xml.Unmarshal([]byte(body), &e); err != nil {
		w.t.Fatal(err)
	}
	return e.Error.Code, e.Error.Message
}

func form(action string, pairs ...string) string {
	v := url.Values{"Action": {action}}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v.Encode()
}

func (w *world) create(name, body string, more ...string) string {
	w.t.Helper()
	return w.must(form("CreateStack", append([]string{"StackName", name, "TemplateBody", body}, more...)...))
}

func (w *world) update(name, body string, more ...string) string {
	w.t.Helper()
	return w.must(form("UpdateStack", append([]string{"StackName", name, "TemplateBody", body}, more...)...))
}

// status returns the stack's status and reason.
func (w *world) status(name string) string {
	w.t.Helper()
	out, err := w.service.DescribeStacks(w.t.Context(), caller, &DescribeStacksInput{StackName: name})
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.TrimSuffix(out.Stacks[0].StackStatus+": "+out.Stacks[0].StackStatusReason, ": ")
}

func (w *world) outputs(name string) map[string]string {
	w.t.Helper()
	out, err := w.service.DescribeStacks(w.t.Context(), caller, &DescribeStacksInput{StackName: name})
	if err != nil {
		w.t.Fatal(err)
	}
	m := map[string]string{}
	for _, o := range out.Stacks[0].Outputs {
		m[o.Key] = o.Value
	}
	return m
}

// events returns the events of a stack, the oldest first, from the last one of
// the given status on. Each is "LogicalId STATUS physical id: reason".
func (w *world) events(name, from string) []string {
	w.t.Helper()
	var lines []string
	for token := ""; ; {
		out, err := w.service.DescribeStackEvents(w.t.Context(), caller, &NameInput{StackName: name, NextToken: token})
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range out.StackEvents {
			line := e.LogicalResourceID + " " + e.ResourceStatus
			if e.LogicalResourceID != e.StackName {
				line += " " + e.PhysicalResourceID
			}
			line = strings.TrimRight(line, " ")
			if e.ResourceStatusReason != "" {
				line += ": " + e.ResourceStatusReason
			}
			lines = append(lines, line)
			if e.LogicalResourceID == e.StackName && e.ResourceStatus == from {
				slices.Reverse(lines)
				return lines
			}
		}
		if token = out.NextToken; token == "" {
			slices.Reverse(lines)
			return lines
		}
	}
}

var _ template.Resolver = secrets(nil)

// secrets is a Resolver over a map.
type secrets map[string]string

func (s secrets) Resolve(service, reference string) (string, error) {
	v, ok := s[service+":"+reference]
	if !ok {
		return "", template.ErrNotFound
	}
	return v, nil
}

type resourceRequest = resource.Request

type (
	scopeOf  = apigateway.Scope
	resolver = template.Resolver
)
