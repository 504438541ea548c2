package cloudformation

import (
	"strings"
	"testing"
)

// FuzzStack has a stack created and updated with any template: the answer is a
// success or a refusal, and the stack is never left busy.
func FuzzStack(f *testing.F) {
	f.Add(chain, parameterised)
	f.Add(`{"Resources":{"A":{"Type":"AWS::Test::Thing","Properties":{"Name":{"Ref":"AWS::Region"}}}}}`, plain)
	f.Add(plain, `Resources: {A: {Type: AWS::Test::Thing, DeletionPolicy: Retain, Properties: {Parent: !Sub "${AWS::StackId}", Tags: {a: 1}}}}`)
	f.Fuzz(func(t *testing.T, first, second string) {
		w := newWorld(t)
		for i, form := range []string{
			form("CreateStack", "StackName", "app", "TemplateBody", first),
			form("CreateChangeSet", "StackName", "app", "ChangeSetName", "cs", "TemplateBody", second),
			form("ExecuteChangeSet", "StackName", "app", "ChangeSetName", "cs"),
			form("DescribeStackEvents", "StackName", "app"),
			form("DeleteStack", "StackName", "app"),
		} {
			if status, body := w.call(form); status >= 500 {
				t.Fatalf("request %d: %s", i, body)
			}
			if _, body := w.call("Action=ListStacks"); i > 0 && strings.Contains(body, "_IN_PROGRESS</StackStatus>") {
				t.Fatalf("request %d left %s", i, body)
			}
		}
		for _, id := range w.things.living() {
			if !strings.Contains(first+second, "Retain") {
				t.Errorf("%s is left", id)
			}
		}
	})
}
