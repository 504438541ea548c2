package cloudformation

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/internal/service/cloudformation/stack"
)

const parameterised = `
Parameters:
  Title: {Type: String, Default: first}
  Secret: {Type: String, NoEcho: true, Default: hunter22}
  Unused: {Type: String, Default: x}
Resources:
  A: {Type: AWS::Test::Thing, Properties: {Name: !Sub "${Title} and ${Secret}", Count: 1}, Metadata: {Note: m}}
  B: {Type: AWS::Test::Thing, Properties: {Name: !GetAtt A.Arn, Parent: !Ref A}}
`

// describe returns a change set with the values of properties.
func (w *world) describe(name, stackName string) *DescribeChangeSetOutput {
	w.t.Helper()
	out, err := w.service.DescribeChangeSet(w.t.Context(), caller, &DescribeChangeSetInput{ChangeSetName: name, StackName: stackName, IncludePropertyValues: true})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func TestChangesOfACreation(t *testing.T) {
	w := newWorld(t)
	w.changeSet("cs", "app", "CREATE", parameterised)
	out := w.describe("cs", "app")
	want := []stack.Change{
		{Type: "Resource", ResourceChange: stack.ResourceChange{
			Action: "Add", LogicalResourceID: "A", ResourceType: "AWS::Test::Thing", Replacement: "True", Scope: []string{}, Details: []stack.Detail{},
			AfterContext: `{"Properties":{"Name":"first and ****","Count":1},"Metadata":{"Note":"m"}}`,
		}},
		{Type: "Resource", ResourceChange: stack.ResourceChange{
			Action: "Add", LogicalResourceID: "B", ResourceType: "AWS::Test::Thing", Replacement: "True", Scope: []string{}, Details: []stack.Detail{},
			AfterContext: `{"Properties":{"Name":"{{changeSet:KNOWN_AFTER_APPLY}}","Parent":"{{changeSet:KNOWN_AFTER_APPLY}}"}}`,
		}},
	}
	if diff := cmp.Diff(want, out.Changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if out.Status != "CREATE_COMPLETE" || out.ExecutionStatus != "AVAILABLE" || *out.Parameters[1].ParameterValue != "****" {
		t.Errorf("change set %+v", out)
	}
	plain := w.must(form("DescribeChangeSet", "ChangeSetName", "cs", "StackName", "app"))
	if strings.Contains(plain, "Context") || strings.Contains(plain, "Replacement") ||
		!strings.Contains(plain, "<ResourceType>AWS::Test::Thing</ResourceType><Scope></Scope><Details></Details>") {
		t.Errorf("without values: %s", plain)
	}
}

func TestChangesOfAnUpdate(t *testing.T) {
	w := newWorld(t)
	w.create("app", parameterised)
	body := strings.Replace(parameterised, "Count: 1", "Parent: p", 1)
	body = strings.Replace(body, "Note: m", "Note: n", 1)
	w.changeSet("cs", "app", "UPDATE", body, "Parameters.member.1.ParameterKey", "Title", "Parameters.member.1.ParameterValue", "second")
	out := w.describe("cs", "app")
	name := stack.Target{Attribute: "Properties", Name: "Name", RequiresRecreation: "Never", Path: "/Properties/Name",
		BeforeValue: new("first and ****"), AfterValue: new("second and ****"), AttributeChangeType: "Modify"}
	unknown := "{{changeSet:KNOWN_AFTER_APPLY}}"
	ofB := stack.Target{Attribute: "Properties", Name: "Name", RequiresRecreation: "Never", Path: "/Properties/Name",
		BeforeValue: new("arn:thing/A-1"), AfterValue: &unknown, AttributeChangeType: "Modify"}
	parent := stack.Target{Attribute: "Properties", Name: "Parent", RequiresRecreation: "Always", Path: "/Properties/Parent",
		BeforeValue: new("A-1"), AfterValue: &unknown, AttributeChangeType: "Modify"}
	want := []stack.Change{
		{Type: "Resource", ResourceChange: stack.ResourceChange{
			PolicyAction: "ReplaceAndDelete", Action: "Modify", LogicalResourceID: "A", PhysicalResourceID: "A-1", ResourceType: "AWS::Test::Thing",
			Replacement: "True", Scope: []string{"Properties", "Metadata"},
			Details: []stack.Detail{
				{Target: name, Evaluation: "Dynamic", ChangeSource: "DirectModification"},
				{Target: name, Evaluation: "Static", ChangeSource: "ParameterReference", CausingEntity: "Title"},
				{Target: stack.Target{Attribute: "Properties", Name: "Parent", RequiresRecreation: "Always", Path: "/Properties/Parent",
					AfterValue: new("p"), AttributeChangeType: "Add"}, Evaluation: "Static", ChangeSource: "DirectModification"},
				{Target: stack.Target{Attribute: "Properties", Name: "Count", RequiresRecreation: "Never", Path: "/Properties/Count",
					BeforeValue: new("1"), AttributeChangeType: "Remove"}, Evaluation: "Static", ChangeSource: "DirectModification"},
				{Target: stack.Target{Attribute: "Metadata", RequiresRecreation: "Never"}, Evaluation: "Static", ChangeSource: "DirectModification"},
			},
			BeforeContext: `{"Properties":{"Name":"first and ****","Count":1},"Metadata":{"Note":"m"}}`,
			AfterContext:  `{"Properties":{"Name":"second and ****","Parent":"p"},"Metadata":{"Note":"n"}}`,
		}},
		{Type: "Resource", ResourceChange: stack.ResourceChange{
			PolicyAction: "ReplaceAndDelete", Action: "Modify", LogicalResourceID: "B", PhysicalResourceID: "B-2", ResourceType: "AWS::Test::Thing",
			Replacement: "True", Scope: []string{"Properties"},
			Details: []stack.Detail{
				{Target: ofB, Evaluation: "Dynamic", ChangeSource: "DirectModification"},
				{Target: ofB, Evaluation: "Static", ChangeSource: "ResourceAttribute", CausingEntity: "A.Arn"},
				{Target: parent, Evaluation: "Dynamic", ChangeSource: "DirectModification"},
				{Target: parent, Evaluation: "Static", ChangeSource: "ResourceReference", CausingEntity: "A"},
			},
			BeforeContext: `{"Properties":{"Name":"arn:thing/A-1","Parent":"A-1"}}`,
			AfterContext:  `{"Properties":{"Name":"{{changeSet:KNOWN_AFTER_APPLY}}","Parent":"{{changeSet:KNOWN_AFTER_APPLY}}"}}`,
		}},
	}
	if diff := cmp.Diff(want, out.Changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestChangesByTagsAndRemoval(t *testing.T) {
	w := newWorld(t)
	w.create("app", parameterised)
	body, _, _ := strings.Cut(parameterised, "  B:")
	w.changeSet("cs", "app", "UPDATE", body, "Tags.member.1.Key", "team", "Tags.member.1.Value", "x")
	out := w.describe("cs", "app")
	want := []stack.Change{
		{Type: "Resource", ResourceChange: stack.ResourceChange{
			Action: "Modify", LogicalResourceID: "A", PhysicalResourceID: "A-1", ResourceType: "AWS::Test::Thing",
			Replacement: "False", Scope: []string{"Tags"},
			Details: []stack.Detail{
				{Target: stack.Target{Attribute: "Tags", RequiresRecreation: "Never"}, Evaluation: "Static", ChangeSource: "DirectModification"},
			},
			BeforeContext: `{"Properties":{"Name":"first and ****","Count":1},"Metadata":{"Note":"m"}}`,
			AfterContext:  `{"Properties":{"Name":"first and ****","Count":1},"Metadata":{"Note":"m"}}`,
		}},
		{Type: "Resource", ResourceChange: stack.ResourceChange{
			PolicyAction: "Delete", Action: "Remove", LogicalResourceID: "B", PhysicalResourceID: "B-2", ResourceType: "AWS::Test::Thing",
			Scope: []string{}, Details: []stack.Detail{},
			BeforeContext: `{"Properties":{"Name":"arn:thing/A-1","Parent":"A-1"}}`,
		}},
	}
	if diff := cmp.Diff(want, out.Changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	w.must(form("ExecuteChangeSet", "ChangeSetName", "cs", "StackName", "app"))
	wantEvents(t, w.events("app", "UPDATE_IN_PROGRESS"), `
		app UPDATE_IN_PROGRESS: User Initiated
		A UPDATE_IN_PROGRESS A-1
		A UPDATE_COMPLETE A-1
		app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS
		B DELETE_IN_PROGRESS B-2
		B DELETE_COMPLETE B-2
		app UPDATE_COMPLETE`)
}

func TestWhatCountsAsAChange(t *testing.T) {
	tests := []struct {
		name, from, to string
		more           []string
		counts         bool
	}{
		{"nothing", "", "", nil, false},
		{"another order of properties", "Count: 1", `"Count": "1"`, nil, false},
		{"a deletion policy", "A: {", "A: {DeletionPolicy: Retain, ", nil, false},
		{"a condition", "Resources:", "Conditions: {C: !Equals [a, b]}\nResources:", nil, false},
		{"a description", "Resources:", "Description: d\nResources:", nil, false},
		{"a parameter that nothing uses", "", "", []string{"Parameters.member.1.ParameterKey", "Unused", "Parameters.member.1.ParameterValue", "y"}, false},
		{"metadata", "Note: m", "Note: n", nil, true},
		{"an output", "Resources:", "Outputs: {O: {Value: v}}\nResources:", nil, true},
		{"tags", "", "", []string{"Tags.member.1.Key", "k", "Tags.member.1.Value", "v"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.create("app", parameterised)
			body := strings.Replace(parameterised, tt.from, tt.to, 1)
			w.changeSet("cs", "app", "UPDATE", body, tt.more...)
			out := w.describe("cs", "app")
			if tt.counts != (out.Status == "CREATE_COMPLETE") {
				t.Errorf("status %s: %s", out.Status, out.StatusReason)
			}
			if tt.counts {
				w.update("app", body, tt.more...)
				return
			}
			if out.StatusReason != noChanges || out.ExecutionStatus != "UNAVAILABLE" {
				t.Errorf("reason %q, %s", out.StatusReason, out.ExecutionStatus)
			}
			code, message := w.refused(form("UpdateStack", append([]string{"StackName", "app", "TemplateBody", body}, tt.more...)...))
			if code != "ValidationError" || message != "No updates are to be performed." {
				t.Errorf("update: %s %s", code, message)
			}
			code, message = w.refused(form("ExecuteChangeSet", "ChangeSetName", "cs", "StackName", "app"))
			if code != "InvalidChangeSetStatus" || !regexp.MustCompile(`^ChangeSet \[arn:aws:cloudformation:us-east-1:123456789012:changeSet/cs/[0-9a-f-]{36}\] cannot be executed in its current status of \[FAILED\]$`).MatchString(message) {
				t.Errorf("execute: %s %s", code, message)
			}
		})
	}
}

func TestLifeOfChangeSets(t *testing.T) {
	w := newWorld(t)
	w.create("app", parameterised)
	body := strings.Replace(parameterised, "Count: 1", "Count: 2", 1)
	for _, name := range []string{"one", "two"} {
		w.changeSet(name, "app", "UPDATE", body)
	}
	if code, message := w.refused(form("CreateChangeSet", "ChangeSetName", "one", "StackName", "app", "TemplateBody", body)); code != "AlreadyExistsException" || message != "ChangeSet one already exists" {
		t.Errorf("%s %s", code, message)
	}
	if list := w.must(form("ListChangeSets", "StackName", "app")); strings.Count(list, "<member>") != 2 {
		t.Errorf("list %s", list)
	}
	w.must(form("ExecuteChangeSet", "ChangeSetName", "one", "StackName", "app", "ClientRequestToken", "t1"))
	w.must(form("ExecuteChangeSet", "ChangeSetName", "one", "StackName", "app", "ClientRequestToken", "t1"))
	if list := w.must(form("ListChangeSets", "StackName", "app")); strings.Count(list, "<member>") != 0 {
		t.Errorf("list after execution %s", list)
	}
	out := w.describe("one", "app")
	if out.ExecutionStatus != "EXECUTE_COMPLETE" {
		t.Errorf("executed: %s", out.ExecutionStatus)
	}
	if stacks := w.must(form("DescribeStacks", "StackName", "app")); !strings.Contains(stacks, "<ChangeSetId>"+out.ChangeSetID+"</ChangeSetId>") {
		t.Errorf("stack %s", stacks)
	}
	// The name is free again, and names that are gone are told so.
	w.changeSet("one", "app", "UPDATE", parameterised)
	w.must(form("DeleteChangeSet", "ChangeSetName", "one", "StackName", "app"))
	w.must(form("DeleteChangeSet", "ChangeSetName", "one", "StackName", "app"))
	for _, action := range []string{"DescribeChangeSet", "ExecuteChangeSet"} {
		if code, message := w.refused(form(action, "ChangeSetName", "one", "StackName", "app")); code != "ChangeSetNotFound" || message != "ChangeSet [one] does not exist" {
			t.Errorf("%s: %s %s", action, code, message)
		}
		if _, message := w.refused(form(action, "ChangeSetName", "one")); message != "StackName must be specified if ChangeSetName is not specified as an ARN." {
			t.Errorf("%s: %s", action, message)
		}
		if _, message := w.refused(form(action, "ChangeSetName", "one", "StackName", "nope")); message != "Stack [nope] does not exist" {
			t.Errorf("%s: %s", action, message)
		}
	}
}

func TestFailedChangeSetsDoNotPileUp(t *testing.T) {
	w := newWorld(t)
	w.create("app", parameterised)
	for i := range maxChangeSets + 20 {
		w.changeSet("cs"+string(rune('a'+i%26))+strings.Repeat("x", i/26), "app", "UPDATE", parameterised)
	}
	sets, err := w.service.ListChangeSets(t.Context(), caller, &NameInput{StackName: "app"})
	if err != nil || len(sets.Summaries) != maxChangeSets {
		t.Errorf("%d change sets, %v", len(sets.Summaries), err)
	}
}

func TestChangeSetThatCreatesKeepsItsStackUnderReview(t *testing.T) {
	w := newWorld(t)
	w.changeSet("cs", "app", "CREATE", parameterised, "ClientToken", "t")
	w.changeSet("cs", "app", "CREATE", parameterised, "ClientToken", "t")
	w.must(form("DeleteChangeSet", "ChangeSetName", "cs", "StackName", "app"))
	if got := w.status("app"); got != "REVIEW_IN_PROGRESS: User Initiated" {
		t.Errorf("status %s", got)
	}
	if _, message := w.refused(form("GetTemplateSummary", "StackName", "app")); message != "GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks." {
		t.Errorf("summary: %s", message)
	}
	w.changeSet("again", "app", "CREATE", parameterised)
	w.must(form("DeleteStack", "StackName", "app"))
	w.create("app", parameterised)
	if _, message := w.refused(form("CreateChangeSet", "ChangeSetName", "cs", "StackName", "app", "ChangeSetType", "CREATE", "TemplateBody", parameterised)); message != "Stack [app] already exists and cannot be created again with the changeSet [cs]." {
		t.Errorf("create again: %s", message)
	}
	if _, message := w.refused(form("CreateChangeSet", "ChangeSetName", "cs", "StackName", "nope", "TemplateBody", parameterised)); message != "Stack [nope] does not exist" {
		t.Errorf("update of none: %s", message)
	}
}
