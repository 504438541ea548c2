package accesslog

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"postern/internal/http1"
)

// collector is a Destination that keeps lines.
type collector struct{ lines []string }

func (c *collector) Log(_ time.Time, line []byte) { c.lines = append(c.lines, string(line)) }

func TestExecutionOfAConnect(t *testing.T) {
	var to collector
	var x Execution
	x.Reset(&to, Info, false, "R", time.Now)
	x.Received()
	x.VerifyingUsagePlan("", "i4vdq18wg9", "production")
	x.KeyNotRequired("", "$connect")
	x.UsagePlanSucceeded("", "i4vdq18wg9", "production")
	x.Starting()
	x.Route("$connect")
	x.Connecting("", "192.0.2.1", "i4vdq18wg9")
	x.EndpointRequestURI("https://example.com")
	x.EndpointRequestHeaders(http1.Header{{Name: "a", Value: "b"}})
	x.EndpointRequestBody([]byte("secret"))
	x.ReceivedResponse(200, 12*time.Millisecond)
	x.EndpointResponseBody([]byte("secret"))
	x.EndpointRequestID("id")
	x.Connected("C", "i4vdq18wg9")
	want := []string{
		"(R) Extended Request Id: R",
		"(R) Verifying Usage Plan for request: R. API Key:  API Stage: i4vdq18wg9/production",
		"(R) API Key  authorized because route '$connect' does not require API Key. Request will not contribute to throttle or quota limits",
		"(R) Usage Plan check succeeded for API Key  and API Stage i4vdq18wg9/production",
		"(R) Starting execution for request: R",
		"(R) WebSocket Request Route: [$connect]",
		"(R) Client [UserAgent: null, SourceIp: 192.0.2.1] is connecting to WebSocket API [i4vdq18wg9].",
		"(R) Endpoint request URI: https://example.com",
		"(R) Endpoint request headers: {a=b}",
		"(R) Received response. Status: 200, Integration latency: 12 ms",
		"(R) AWS Integration Endpoint RequestId : id",
		"(R) Client [Connection Id: C] connected to API [i4vdq18wg9] successfully.",
	}
	if diff := cmp.Diff(want, to.lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestExecutionOfTheOtherEvents(t *testing.T) {
	var to collector
	var x Execution
	x.Reset(&to, Info, true, "R", time.Now)
	x.MessageReceived("C", "A")
	x.EndpointRequestBody([]byte(`{"a":1}`))
	x.EndpointResponseBody([]byte(`{"b":1}`))
	x.MessageSent("C", "A", 200)
	x.Disconnected("C", "A", 200, 1005, "Client-side close frame status not set")
	x.ConnectionAPICompleted(200)
	x.ConnectionAPIFailed("GoneException")
	x.FunctionFailed("boom")
	x.Failedf("%s is missing", "template")
	x.Line(Error, "anything")
	want := []string{
		"(R) WebSocket API [A] received message from client [Connection Id: C].",
		`(R) Endpoint request body after transformations: {"a":1}`,
		`(R) Endpoint response body before transformations: {"b":1}`,
		"(R) Message from client [Connection Id: C] sent to API [A] with response status code [200].",
		"(R) Client [Connection Id: C] disconnected from API [A] with integration response status code [200]. Close reason: [1005: Client-side close frame status not set]",
		"(R) Connection API request completed with status: 200",
		"(R) Connection API request failed: GoneException",
		"(R) Lambda execution failed due to customer function error: boom",
		"(R) Execution failed: template is missing",
		"(R) anything",
	}
	if diff := cmp.Diff(want, to.lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestExecutionLevels(t *testing.T) {
	for level, want := range map[Level]int{Off: 0, Error: 1, Info: 2} {
		var to collector
		var x Execution
		x.Reset(&to, level, true, "R", time.Now)
		x.Starting()
		x.Failed("x")
		if len(to.lines) != want {
			t.Errorf("level %d: %q", level, to.lines)
		}
		if x.DataTrace() != (level == Info) {
			t.Errorf("level %d: data trace %t", level, x.DataTrace())
		}
	}
	var none *Execution
	none.Starting()
	none.Failed("x")
	none.EndpointRequestBody(nil)
	for text, want := range map[string]Level{"OFF": Off, "ERROR": Error, "INFO": Info, "": Off, "DEBUG": Off} {
		if got := ParseLevel(text); got != want {
			t.Errorf("%q: %d", text, got)
		}
	}
}

func TestExecutionLinesAreCut(t *testing.T) {
	var to collector
	var x Execution
	x.Reset(&to, Info, true, "R", time.Now)
	x.EndpointRequestBody([]byte(strings.Repeat("ä", 5000)))
	if line := to.lines[0]; len(line) > EventLimit || len(line) < EventLimit-1 || !utf8.ValidString(line) {
		t.Errorf("%d bytes", len(line))
	}
}

type nothing struct{}

func (nothing) Log(time.Time, []byte) {}

func TestExecutionAllocatesNothing(t *testing.T) {
	var x Execution
	for _, level := range []Level{Off, Info} {
		x.Reset(nothing{}, level, false, "R", time.Now)
		x.Connecting("agent", "192.0.2.1", "A")
		if n := testing.AllocsPerRun(100, func() { x.Connecting("agent", "192.0.2.1", "A") }); n != 0 {
			t.Errorf("level %d: %v allocations", level, n)
		}
	}
}

func TestMaskKey(t *testing.T) {
	for key, want := range map[string]string{"": "", "abc": "***", "0123456789abcdef": "**********abcdef"} {
		if got := MaskKey(key); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
}
