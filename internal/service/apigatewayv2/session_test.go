package apigatewayv2

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"postern/internal/apigateway"
	"postern/internal/clientcertificate"
	"postern/internal/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fixedClock always shows one time.
type fixedClock struct{}

func (fixedClock) Now() time.Time              { return time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC) }
func (fixedClock) OnJump(func()) (stop func()) { return func() {} }

var testScope = apigateway.Scope{AccountID: "123456789012", Region: "us-east-1"}

// newService returns a service over an empty store in memory.
func newService(t testing.TB, o Options) *Service {
	t.Helper()
	st, err := store.Open(t.Context(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	o.Store, o.Clock = st, fixedClock{}
	return New(o)
}

// call sends a request to a handler in the test scope.
func call(t testing.TB, h http.Handler, method, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(apigateway.WithScope(t.Context(), testScope)))
	return w
}

// A session is a text of requests, each with the answer that it must get:
//
//	# a comment
//	POST /v2/apis {"name": "x"}
//	201 {"apiId": "<api>"}
//	GET /v2/apis/none
//	404 NotFoundException Invalid API identifier specified 123456789012:none
//
// A JSON text may go on in indented lines. The first "<name>" in an expected
// answer takes whatever text is there, the others, also those of requests, mean
// the same text. "<*>" takes anything.
func TestSessions(t *testing.T) {
	files, err := filepath.Glob("testdata/sessions/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no sessions", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			service := newService(t, Options{})
			certificates(t, service)
			p := player{h: service.Handler(), names: map[string]string{}}
			p.play(t, string(text))
		})
	}
}

// certificates stores the client certificates that sessions name: c of the test
// scope, and foreign of another region.
func certificates(t *testing.T, s *Service) {
	t.Helper()
	for id, region := range map[string]string{"c": testScope.Region, "foreign": "eu-west-1"} {
		text, err := json.Marshal(clientcertificate.Document{AccountID: testScope.AccountID, Region: region})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.store.Create(t.Context(), clientcertificate.KeyPrefix+id, text); err != nil {
			t.Fatal(err)
		}
	}
}

type player struct {
	h     http.Handler
	names map[string]string
}

func (p *player) play(t *testing.T, text string) {
	t.Helper()
	var method, target, body string
	for number, line := range logicalLines(text) {
		if !strings.ContainsRune("123456789", rune(line[0])) {
			if method != "" {
				t.Fatalf("line %d: request without an answer", number)
			}
			parts := strings.SplitN(p.fill(line), " ", 3)
			method, target = parts[0], parts[1]
			if body = ""; len(parts) > 2 {
				body = parts[2]
			}
			continue
		}
		w := call(t, p.h, method, target, body)
		if err := p.compare(line, w); err != nil {
			t.Errorf("line %d: %s %s: %v", number, method, target, err)
		}
		method = ""
	}
}

// logicalLines yields lines with their indented continuations.
func logicalLines(text string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		lines := strings.Split(text, "\n")
		for i := 0; i < len(lines); i++ {
			number, line := i+1, lines[i]
			for i+1 < len(lines) && strings.HasPrefix(lines[i+1], "  ") {
				i++
				line += " " + strings.TrimSpace(lines[i])
			}
			if line == "" || line[0] == '#' {
				continue
			}
			if !yield(number, line) {
				return
			}
		}
	}
}

var nameForm = regexp.MustCompile(`<([a-zA-Z0-9]+)>`)

func (p *player) fill(text string) string {
	return nameForm.ReplaceAllStringFunc(text, func(s string) string {
		if v, ok := p.names[s]; ok {
			return v
		}
		return s
	})
}

// compare compares an answer with the line that says what it must be.
func (p *player) compare(line string, w *httptest.ResponseRecorder) error {
	want := strings.SplitN(line, " ", 2)
	if fmt.Sprint(w.Code) != want[0] {
		return fmt.Errorf("status %d %s, want %s", w.Code, w.Body, line)
	}
	if len(want) == 1 {
		if w.Body.Len() > 0 {
			return fmt.Errorf("body %s, want none", w.Body)
		}
		return nil
	}
	if want[1][0] != '{' {
		var e struct{ Message string }
		if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
			return err
		}
		got := w.Header()["x-amzn-ErrorType"][0] + " " + e.Message
		if diff := cmp.Diff(p.fill(want[1]), got); diff != "" {
			return fmt.Errorf("error (-want +got):\n%s", diff)
		}
		return nil
	}
	var expected, got any
	if err := json.Unmarshal([]byte(want[1]), &expected); err != nil {
		return fmt.Errorf("the expected answer: %w", err)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		return err
	}
	p.capture(expected, got)
	if diff := cmp.Diff(p.fillAll(expected, got), got); diff != "" {
		return fmt.Errorf("answer (-want +got):\n%s", diff)
	}
	return nil
}

// capture gives the names in want their texts in got.
func (p *player) capture(want, got any) {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for k, v := range w {
			p.capture(v, g[k])
		}
	case []any:
		g, _ := got.([]any)
		for i := range min(len(w), len(g)) {
			p.capture(w[i], g[i])
		}
	case string:
		g, ok := got.(string)
		if m := nameForm.FindString(w); ok && m == w && p.names[m] == "" {
			p.names[m] = g
		}
	}
}

// fillAll returns want with the names' texts in it, and got's in place of <*>.
func (p *player) fillAll(want, got any) any {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		filled := map[string]any{}
		for k, v := range w {
			filled[p.fill(k)] = p.fillAll(v, g[p.fill(k)])
		}
		return filled
	case []any:
		g, _ := got.([]any)
		filled := []any{}
		for i, v := range w {
			var at any
			if i < len(g) {
				at = g[i]
			}
			filled = append(filled, p.fillAll(v, at))
		}
		return filled
	case string:
		if w == "<*>" && got != nil {
			return got
		}
		return p.fill(w)
	}
	return want
}

// TestRecordedRequests sends what the AWS CLI and Terraform once sent and
// expects what satisfied them, where ids are whatever is made now.
func TestRecordedRequests(t *testing.T) {
	// The answers of the recordings were not always AWS's.
	statuses := map[string]int{
		"v2-11-del-route-settings": 204, "v2-17-export": 400, "v2-18-import": 400,
	}
	// Members that AWS does not answer, or that were made up.
	ignored := []string{"createdDate", "lastUpdatedDate", "payloadFormatVersion", "apiGatewayDomainName", "message"}
	for _, file := range []string{"cli.txt", "terraform-apply.txt"} {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile("testdata/recorded/" + file)
			if err != nil {
				t.Fatal(err)
			}
			h := newService(t, Options{}).Handler()
			ids := map[string]string{} // recorded to made now
			for _, part := range strings.Split(string(text), "## ")[1:] {
				r := parseRecorded(t, part)
				for old, now := range ids {
					r.target, r.body = strings.ReplaceAll(r.target, old, now), strings.ReplaceAll(r.body, old, now)
				}
				w := call(t, h, r.method, r.target, r.body)
				status := r.status
				if s, ok := statuses[r.name]; ok {
					status = s
				}
				if w.Code != status {
					t.Errorf("%s: %s %s: status %d %s, want %d", r.name, r.method, r.target, w.Code, w.Body, status)
				}
				if status != r.status || len(r.answer) == 0 {
					continue
				}
				var want, got any
				if err := json.Unmarshal(r.answer, &want); err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
					t.Fatalf("%s: %v in %s", r.name, err, w.Body)
				}
				learn(ids, want, got)
				for old, now := range ids {
					r.answer = bytes.ReplaceAll(r.answer, []byte(old), []byte(now))
				}
				want = nil
				json.Unmarshal(r.answer, &want)
				if r.method == "POST" && strings.HasSuffix(r.target, "/deployments") {
					delete(want.(map[string]any), "stageName")
				}
				if diff := cmp.Diff(want, common(want, got, ignored)); diff != "" {
					t.Errorf("%s: %s %s (-want +got):\n%s", r.name, r.method, r.target, diff)
				}
			}
		})
	}
}

type recorded struct {
	name, method, target, body string
	status                     int
	answer                     []byte
}

func parseRecorded(t *testing.T, part string) (r recorded) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(part), "\n")
	r.name = lines[0]
	r.method, r.target, _ = strings.Cut(lines[1], " ")
	rest := lines[2:]
	if rest[0][0] == '{' {
		r.body, rest = rest[0], rest[1:]
	}
	if _, err := fmt.Sscan(rest[0], &r.status); err != nil {
		t.Fatalf("%s: %v", r.name, err)
	}
	if len(rest) > 1 {
		r.answer = []byte(rest[1])
	}
	return r
}

// learn notes which ids stand for which.
func learn(ids map[string]string, want, got any) {
	w, _ := want.(map[string]any)
	g, _ := got.(map[string]any)
	for k, v := range w {
		old, _ := v.(string)
		now, _ := g[k].(string)
		if strings.HasSuffix(k, "Id") && old != "" && now != "" && ids[old] == "" && !isKnown(ids, old) {
			ids[old] = now
		}
	}
}

func isKnown(ids map[string]string, now string) bool {
	for _, v := range ids {
		if v == now {
			return true
		}
	}
	return false
}

// common returns the part of got that want speaks of; what is ignored is taken
// from want.
func common(want, got any, ignored []string) any {
	w, ok := want.(map[string]any)
	g, ok2 := got.(map[string]any)
	if ok && ok2 {
		part := map[string]any{}
		for k, v := range w {
			have, ok := g[k]
			if v == "" && !ok { // cleared
				have, ok = v, true
			}
			for _, i := range ignored {
				if i == k {
					have, ok = v, true
				}
			}
			if ok {
				part[k] = common(v, have, ignored)
			}
		}
		return part
	}
	wl, ok := want.([]any)
	gl, ok2 := got.([]any)
	if ok && ok2 && len(wl) == len(gl) {
		part := []any{}
		for i := range wl {
			part = append(part, common(wl[i], gl[i], ignored))
		}
		return part
	}
	return got
}
