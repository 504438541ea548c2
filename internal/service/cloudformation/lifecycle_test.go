package cloudformation

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// chain is A <- B <- C by references, and D on its own.
const chain = `
Resources:
  C: {Type: AWS::Test::Thing, Properties: {Name: !Sub "of ${B}"}}
  B: {Type: AWS::Test::Thing, Properties: {Name: !GetAtt A.Arn}}
  A: {Type: AWS::Test::Thing, Properties: {Name: first, Count: "3"}}
  D: {Type: AWS::Test::Thing, DependsOn: C}
Outputs:
  Last: {Value: !Ref C}
`

// normal replaces what differs from run to run.
func normal(lines []string) []string {
	token := regexp.MustCompile(`(Request ID|RequestToken): [0-9a-f-]{36}`)
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.ReplaceAll(token.ReplaceAllString(line, "$1: ID"), "\n", " | ")
	}
	return out
}

func wantEvents(t *testing.T, got []string, want string) {
	t.Helper()
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSpace(want), "\n") {
		lines = append(lines, strings.TrimLeft(line, "\t"))
	}
	if diff := cmp.Diff(lines, normal(got)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func (w *world) changeSet(name, stackName, kind, body string, more ...string) {
	w.t.Helper()
	w.must(form("CreateChangeSet", append([]string{"ChangeSetName", name, "StackName", stackName, "ChangeSetType", kind, "TemplateBody", body}, more...)...))
}

func TestCreationThroughAChangeSet(t *testing.T) {
	w := newWorld(t)
	w.changeSet("cs", "app", "CREATE", chain)
	if got := w.status("app"); got != "REVIEW_IN_PROGRESS: User Initiated" {
		t.Errorf("status %s", got)
	}
	w.must(form("ExecuteChangeSet", "ChangeSetName", "cs", "StackName", "app"))
	wantEvents(t, w.events("app", "REVIEW_IN_PROGRESS"), `
		app REVIEW_IN_PROGRESS: User Initiated
		app CREATE_IN_PROGRESS: User Initiated
		A CREATE_IN_PROGRESS
		A CREATE_IN_PROGRESS A-1: Resource creation Initiated
		A CREATE_COMPLETE A-1
		B CREATE_IN_PROGRESS
		B CREATE_IN_PROGRESS B-2: Resource creation Initiated
		B CREATE_COMPLETE B-2
		C CREATE_IN_PROGRESS
		C CREATE_IN_PROGRESS C-3: Resource creation Initiated
		C CREATE_COMPLETE C-3
		D CREATE_IN_PROGRESS
		D CREATE_IN_PROGRESS D-4: Resource creation Initiated
		D CREATE_COMPLETE D-4
		app CREATE_COMPLETE`)
	want := []string{`create A {"Name":"first","Count":3}`, `create B {"Name":"arn:thing/A-1"}`, `create C {"Name":"of B-2"}`, `create D {}`}
	if diff := cmp.Diff(want, w.things.log); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
	if got := w.outputs("app"); got["Last"] != "C-3" {
		t.Errorf("outputs %v", got)
	}
}

func TestUpdateInPlace(t *testing.T) {
	w := newWorld(t)
	w.create("app", chain)
	w.update("app", strings.Replace(chain, "Name: first", "Name: second", 1))
	wantEvents(t, w.events("app", "UPDATE_IN_PROGRESS"), `
		app UPDATE_IN_PROGRESS: User Initiated
		A UPDATE_IN_PROGRESS A-1
		A UPDATE_COMPLETE A-1
		app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS
		app UPDATE_COMPLETE`)
	if got := w.things.alive["A-1"]; got != `{"Name":"second","Count":3}` {
		t.Errorf("A is %s", got)
	}
}

func TestUpdateWithReplacement(t *testing.T) {
	w := newWorld(t)
	w.create("app", chain)
	body := strings.Replace(chain, "Count: \"3\"", "Parent: new", 1)
	body = strings.Replace(body, "  D: {Type: AWS::Test::Thing, DependsOn: C}", "  E: {Type: AWS::Test::Thing}", 1)
	w.update("app", body)
	wantEvents(t, w.events("app", "UPDATE_IN_PROGRESS"), `
		app UPDATE_IN_PROGRESS: User Initiated
		A UPDATE_IN_PROGRESS A-1: Requested update requires the creation of a new physical resource; hence creating one.
		A UPDATE_IN_PROGRESS A-5: Resource creation Initiated
		A UPDATE_COMPLETE A-5
		E CREATE_IN_PROGRESS
		E CREATE_IN_PROGRESS E-6: Resource creation Initiated
		E CREATE_COMPLETE E-6
		B UPDATE_IN_PROGRESS B-2
		B UPDATE_COMPLETE B-2
		app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS
		D DELETE_IN_PROGRESS D-4
		D DELETE_COMPLETE D-4
		A DELETE_IN_PROGRESS A-1
		A DELETE_COMPLETE A-1
		app UPDATE_COMPLETE`)
	if diff := cmp.Diff([]string{"A-5", "B-2", "C-3", "E-6"}, w.things.living()); diff != "" {
		t.Errorf("living (-want +got):\n%s", diff)
	}
	if got := w.things.alive["B-2"]; got != `{"Name":"arn:thing/A-5"}` {
		t.Errorf("B was not moved: %s", got)
	}
}

func TestFailedCreationLeavesNothingBehind(t *testing.T) {
	w := newWorld(t)
	w.things.fail = failing("create", "C", "no more things")
	w.create("app", chain)
	wantEvents(t, w.events("app", "CREATE_IN_PROGRESS"), `
		app CREATE_IN_PROGRESS: User Initiated
		A CREATE_IN_PROGRESS
		A CREATE_IN_PROGRESS A-1: Resource creation Initiated
		A CREATE_COMPLETE A-1
		B CREATE_IN_PROGRESS
		B CREATE_IN_PROGRESS B-2: Resource creation Initiated
		B CREATE_COMPLETE B-2
		C CREATE_IN_PROGRESS
		C CREATE_FAILED: Resource handler returned message: "no more things (Service: Test, Status Code: 400, Request ID: ID) (SDK Attempt Count: 1)" (RequestToken: ID, HandlerErrorCode: InvalidRequest)
		app ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [C]. Rollback requested by user.
		C DELETE_COMPLETE
		B DELETE_IN_PROGRESS B-2
		B DELETE_COMPLETE B-2
		A DELETE_IN_PROGRESS A-1
		A DELETE_COMPLETE A-1
		app ROLLBACK_COMPLETE`)
	if got := w.things.living(); len(got) != 0 {
		t.Errorf("%v are left", got)
	}
	code, message := w.refused(form("UpdateStack", "StackName", "app", "TemplateBody", chain))
	if code != "ValidationError" || !regexp.MustCompile(`^Stack:arn:aws:cloudformation:us-east-1:123456789012:stack/app/[0-9a-f-]{36} is in ROLLBACK_COMPLETE state and can not be updated\.$`).MatchString(message) {
		t.Errorf("update: %s %s", code, message)
	}
	w.must(form("DeleteStack", "StackName", "app"))
}

func TestWhatFailedCreationsLeave(t *testing.T) {
	tests := []struct {
		name   string
		more   []string
		status string
		living int
	}{
		{"by default", nil, "ROLLBACK_COMPLETE", 0},
		{"DisableRollback", []string{"DisableRollback", "true"}, "CREATE_FAILED: The following resource(s) failed to create: [C]. ", 2},
		{"DO_NOTHING", []string{"OnFailure", "DO_NOTHING"}, "CREATE_FAILED: The following resource(s) failed to create: [C]. ", 2},
		{"DELETE", []string{"OnFailure", "DELETE"}, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.things.fail = failing("create", "C", "no")
			body := w.create("app", chain, tt.more...)
			if got := w.things.living(); len(got) != tt.living {
				t.Errorf("%v are left", got)
			}
			if tt.status == "" {
				_, message := w.refused(form("DescribeStacks", "StackName", "app"))
				if message != "Stack with id app does not exist" {
					t.Errorf("describe: %s", message)
				}
				id := regexp.MustCompile(`arn:[^<]*`).FindString(body)
				if got := w.status(id); got != "DELETE_COMPLETE" {
					t.Errorf("status %s", got)
				}
				return
			}
			if got := w.status("app"); got != tt.status {
				t.Errorf("status %q", got)
			}
		})
	}
}

func TestCreationThatTakesTooLong(t *testing.T) {
	w := newWorld(t)
	w.things.fail = func(op string, r *resourceRequest) error {
		if op == "create" && r.LogicalID == "B" {
			w.clock.Advance(5 * time.Minute)
		}
		return nil
	}
	w.create("app", chain, "TimeoutInMinutes", "5")
	want := "app ROLLBACK_IN_PROGRESS: Stack creation time exceeded the specified timeout of 5 minutes. Rollback requested by user."
	if events := w.events("app", "ROLLBACK_IN_PROGRESS"); events[0] != want {
		t.Errorf("event %s", events[0])
	}
	if got := w.things.living(); len(got) != 0 || w.status("app") != "ROLLBACK_COMPLETE" {
		t.Errorf("%v are left, status %s", got, w.status("app"))
	}
}

func TestFailedUpdateReturnsToWhatWas(t *testing.T) {
	w := newWorld(t)
	w.create("app", chain, "Tags.member.1.Key", "team", "Tags.member.1.Value", "x")
	before := w.things.living()
	wasA, wasB := w.things.alive["A-1"], w.things.alive["B-2"]
	// A is replaced, E is new, B changes with A, C fails.
	body := strings.Replace(chain, "Count: \"3\"", "Parent: new", 1)
	body = strings.Replace(body, "of ${B}", "other ${B}", 1)
	body = strings.Replace(body, "  D: {Type: AWS::Test::Thing, DependsOn: C}", "  E: {Type: AWS::Test::Thing}", 1)
	once := true
	w.things.fail = func(op string, r *resourceRequest) error {
		if op == "update" && r.LogicalID == "C" && once {
			once = false
			return failing("update", "C", "C will not")(op, r)
		}
		return nil
	}
	w.update("app", body)
	wantEvents(t, w.events("app", "UPDATE_IN_PROGRESS"), `
		app UPDATE_IN_PROGRESS: User Initiated
		A UPDATE_IN_PROGRESS A-1: Requested update requires the creation of a new physical resource; hence creating one.
		A UPDATE_IN_PROGRESS A-5: Resource creation Initiated
		A UPDATE_COMPLETE A-5
		E CREATE_IN_PROGRESS
		E CREATE_IN_PROGRESS E-6: Resource creation Initiated
		E CREATE_COMPLETE E-6
		B UPDATE_IN_PROGRESS B-2
		B UPDATE_COMPLETE B-2
		C UPDATE_IN_PROGRESS C-3
		C UPDATE_FAILED C-3: Resource handler returned message: "C will not (Service: Test, Status Code: 400, Request ID: ID) (SDK Attempt Count: 1)" (RequestToken: ID, HandlerErrorCode: InvalidRequest)
		app UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [C]. `+`
		A UPDATE_IN_PROGRESS A-1
		A UPDATE_COMPLETE A-1
		B UPDATE_IN_PROGRESS B-2
		B UPDATE_COMPLETE B-2
		C UPDATE_IN_PROGRESS C-3
		C UPDATE_COMPLETE C-3
		app UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS
		E DELETE_IN_PROGRESS E-6
		E DELETE_COMPLETE E-6
		A DELETE_IN_PROGRESS A-5
		A DELETE_COMPLETE A-5
		app UPDATE_ROLLBACK_COMPLETE`)
	if diff := cmp.Diff(before, w.things.living()); diff != "" {
		t.Errorf("living (-before +after):\n%s", diff)
	}
	if w.things.alive["A-1"] != wasA || w.things.alive["B-2"] != wasB {
		t.Errorf("A is %s, B is %s", w.things.alive["A-1"], w.things.alive["B-2"])
	}
	if template := w.must(form("GetTemplate", "StackName", "app")); !strings.Contains(template, "D: {Type") {
		t.Errorf("the template is %s", template)
	}
	// The stack takes updates again, and knows what it has.
	w.things.fail = nil
	w.update("app", body)
	if got := w.status("app"); got != "UPDATE_COMPLETE" {
		t.Errorf("status %s", got)
	}
}

func TestUpdateWithoutRollbackCanGoOnOrBack(t *testing.T) {
	for _, back := range []bool{false, true} {
		w := newWorld(t)
		w.create("app", chain)
		w.things.fail = failing("update", "C", "C will not")
		body := strings.Replace(chain, "Count: \"3\"", "Parent: new", 1)
		body = strings.Replace(body, "of ${B}", "other ${B}", 1)
		w.update("app", body, "DisableRollback", "true")
		if got := w.status("app"); got != "UPDATE_FAILED: The following resource(s) failed to update: [C]. " {
			t.Fatalf("status %q", got)
		}
		w.things.fail = nil
		if back {
			w.must(form("RollbackStack", "StackName", "app"))
			if got := w.status("app"); got != "UPDATE_ROLLBACK_COMPLETE" {
				t.Errorf("status %s", got)
			}
			if diff := cmp.Diff([]string{"A-1", "B-2", "C-3", "D-4"}, w.things.living()); diff != "" {
				t.Errorf("living (-want +got):\n%s", diff)
			}
			continue
		}
		w.update("app", body)
		if got := w.status("app"); got != "UPDATE_COMPLETE" {
			t.Errorf("status %s", got)
		}
		if diff := cmp.Diff([]string{"A-5", "B-2", "C-3", "D-4"}, w.things.living()); diff != "" {
			t.Errorf("living (-want +got):\n%s", diff)
		}
		if got := w.things.alive["C-3"]; got != `{"Name":"other B-2"}` {
			t.Errorf("C is %s", got)
		}
	}
}

func TestRollbackThatFailsCanBeContinued(t *testing.T) {
	w := newWorld(t)
	w.create("app", chain)
	w.things.fail = failing("update", "C", "C will not")
	w.update("app", strings.Replace(chain, "of ${B}", "other ${B}", 1))
	if got := w.status("app"); got != "UPDATE_ROLLBACK_FAILED: The following resource(s) failed to update: [C]. " {
		t.Fatalf("status %q", got)
	}
	w.must(form("ContinueUpdateRollback", "StackName", "app"))
	if got := w.status("app"); !strings.HasPrefix(got, "UPDATE_ROLLBACK_FAILED") {
		t.Fatalf("status %q", got)
	}
	if _, message := w.refused(form("ContinueUpdateRollback", "StackName", "app", "ResourcesToSkip.member.1", "A")); !strings.Contains(message, "[A]") {
		t.Errorf("skip what did not fail: %s", message)
	}
	w.must(form("ContinueUpdateRollback", "StackName", "app", "ResourcesToSkip.member.1", "C"))
	if got := w.status("app"); got != "UPDATE_ROLLBACK_COMPLETE" {
		t.Errorf("status %q", got)
	}
}

func TestPolicies(t *testing.T) {
	body := `
Resources:
  Kept: {Type: AWS::Test::Thing, DeletionPolicy: Retain, UpdateReplacePolicy: Retain, Properties: {Parent: a}}
  Gone: {Type: AWS::Test::Thing, Properties: {Parent: a}}
`
	w := newWorld(t)
	w.create("app", body)
	w.update("app", strings.ReplaceAll(body, "Parent: a", "Parent: b"))
	wantEvents(t, w.events("app", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"), `
		app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS
		Kept DELETE_SKIPPED Kept-1
		Gone DELETE_IN_PROGRESS Gone-2
		Gone DELETE_COMPLETE Gone-2
		app UPDATE_COMPLETE`)
	id := regexp.MustCompile(`arn:[^<]*`).FindString(w.must(form("DescribeStacks", "StackName", "app")))
	w.must(form("DeleteStack", "StackName", "app"))
	wantEvents(t, w.events(id, "DELETE_IN_PROGRESS"), `
		app DELETE_IN_PROGRESS: User Initiated
		Kept DELETE_SKIPPED Kept-3
		Gone DELETE_IN_PROGRESS Gone-4
		Gone DELETE_COMPLETE Gone-4
		app DELETE_COMPLETE`)
	if diff := cmp.Diff([]string{"Kept-1", "Kept-3"}, w.things.living()); diff != "" {
		t.Errorf("living (-want +got):\n%s", diff)
	}
}

func TestFailedDeletion(t *testing.T) {
	w := newWorld(t)
	w.create("app", chain)
	w.things.fail = failing("delete", "B", "B stays")
	w.must(form("DeleteStack", "StackName", "app"))
	if got := w.status("app"); got != "DELETE_FAILED: The following resource(s) failed to delete: [B]. " {
		t.Errorf("status %q", got)
	}
	events := w.events("app", "DELETE_IN_PROGRESS")
	if last := normal(events)[len(events)-2]; !strings.HasPrefix(last, "B DELETE_FAILED B-2: Resource handler returned message: \"B stays") {
		t.Errorf("event %s", last)
	}
	if _, message := w.refused(form("UpdateStack", "StackName", "app", "TemplateBody", chain)); !strings.Contains(message, "is in DELETE_FAILED state and can not be updated.") {
		t.Errorf("update: %s", message)
	}
	if _, message := w.refused(form("DeleteStack", "StackName", "app", "RetainResources.member.1", "X")); message != "Resource X does not exist for stack app" {
		t.Errorf("retain: %s", message)
	}
	w.must(form("DeleteStack", "StackName", "app", "RetainResources.member.1", "B"))
	if _, message := w.refused(form("DescribeStacks", "StackName", "app")); message != "Stack with id app does not exist" {
		t.Errorf("describe: %s", message)
	}
	if diff := cmp.Diff([]string{"B-2"}, w.things.living()); diff != "" {
		t.Errorf("living (-want +got):\n%s", diff)
	}
}

func TestForcedDeletion(t *testing.T) {
	w := newWorld(t)
	w.create("app", chain)
	w.things.fail = failing("delete", "B", "B stays")
	w.must(form("DeleteStack", "StackName", "app"))
	w.must(form("DeleteStack", "StackName", "app", "DeletionMode", "FORCE_DELETE_STACK"))
	if _, message := w.refused(form("DescribeStacks", "StackName", "app")); message != "Stack with id app does not exist" {
		t.Errorf("describe: %s", message)
	}
}

// A stage that points at a deployment is needed by it and stands in its way.
func TestDeletionTriesAgainWhenSomethingWentAway(t *testing.T) {
	w := newWorld(t)
	w.create("app", `
Resources:
  Stage: {Type: AWS::Test::Thing}
  Deployment: {Type: AWS::Test::Thing, Properties: {Name: !Ref Stage}}
`)
	w.things.fail = func(op string, r *resourceRequest) error {
		if _, alive := w.things.alive["Stage-1"]; alive {
			return failing("delete", "Deployment", "Active stages pointing to this deployment must be moved or deleted")(op, r)
		}
		return nil
	}
	id := regexp.MustCompile(`arn:[^<]*`).FindString(w.must(form("DescribeStacks", "StackName", "app")))
	w.must(form("DeleteStack", "StackName", "app"))
	if got := w.status(id); got != "DELETE_COMPLETE" {
		t.Errorf("status %q", got)
	}
}

// Outputs that cannot be are tried, and fail as in a creation.
func TestUpdateOfOutputsThatCannotBe(t *testing.T) {
	w := newWorld(t)
	w.create("app", chain)
	for output, want := range map[string]string{
		"!GetAtt A.Foo":     "[Error] /Outputs/Bad/Value/Fn::GetAtt: Resource type AWS::Test::Thing does not support attribute {Foo}. Rollback requested by user.",
		"!Sub '${A.Foo}'":   "[Error] /Outputs/Bad/Value/Fn::Sub: Resource type AWS::Test::Thing does not support attribute {Foo}. Rollback requested by user.",
		"!ImportValue nope": "No export named nope found. Rollback requested by user.",
	} {
		w.must(form("UpdateStack", "StackName", "app", "TemplateBody", chain+"  Bad: {Value: "+output+"}\n"))
		events := w.events("app", "UPDATE_IN_PROGRESS")
		if len(events) < 2 || events[1] != "app UPDATE_ROLLBACK_IN_PROGRESS: "+want {
			t.Errorf("%s: %q, want %s", output, events, want)
		}
		if got := w.outputs("app"); len(got) != 1 || got["Last"] != "C-3" {
			t.Errorf("%s: outputs %v", output, got)
		}
	}
}
