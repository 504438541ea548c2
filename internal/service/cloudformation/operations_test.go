package cloudformation

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/internal/query"
)

const plain = "Resources: {A: {Type: AWS::Test::Thing, Properties: {Name: a}}}"

func TestErrorTexts(t *testing.T) {
	tests := []struct{ name, form, code, message string }{
		{"DescribeStacks of none", form("DescribeStacks", "StackName", "nope"), "ValidationError", "Stack with id nope does not exist"},
		{"events of none", form("DescribeStackEvents", "StackName", "nope"), "ValidationError", "Stack [nope] does not exist"},
		{"template of none", form("GetTemplate", "StackName", "nope"), "ValidationError", "Stack with id nope does not exist"},
		{"template without a stack", form("GetTemplate"), "ValidationError", "StackName is required if ChangeSetName is not specified."},
		{"resources of none", form("ListStackResources", "StackName", "nope"), "ValidationError", "Stack with id nope does not exist"},
		{"resource that is not there", form("DescribeStackResource", "StackName", "app", "LogicalResourceId", "X"), "ValidationError", "Resource X does not exist for stack app"},
		{"summary of none", form("GetTemplateSummary", "StackName", "nope"), "ValidationError", "Stack with id nope does not exist"},
		{"update of none", form("UpdateStack", "StackName", "nope", "TemplateBody", plain), "ValidationError", "Stack [nope] does not exist"},
		{"exists", form("CreateStack", "StackName", "app", "TemplateBody", plain), "AlreadyExistsException", "Stack [app] already exists"},
		{"bad name", form("CreateStack", "StackName", "*@x_$", "TemplateBody", plain), "ValidationError",
			"1 validation error detected: Value '*@x_$' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"},
		{"no template", form("CreateStack", "StackName", "new"), "ValidationError", "Either Template URL or Template Body must be specified."},
		{"a URL", form("CreateStack", "StackName", "new", "TemplateURL", "https://example.com/t"), "ValidationError", "TemplateURL must be a supported URL."},
		{"long template", form("ValidateTemplate", "TemplateBody", strings.Repeat("#", 51201)), "ValidationError",
			"1 validation error detected: Value '" + strings.Repeat("#", 1024) + "...' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200"},
		{"not JSON", form("ValidateTemplate", "TemplateBody", `{"Resources": {"A": x}}`), "ValidationError", "Template format error: JSON not well-formed. (line 1, column 22)"},
		{"no resources", form("ValidateTemplate", "TemplateBody", "Description: x"), "ValidationError", "Template format error: At least one Resources member must be defined."},
		{"unknown type", form("CreateStack", "StackName", "new", "TemplateBody", "Resources: {A: {Type: AWS::Foo::Bar}, B: {Type: AWS::Test::Thing}, C: {Type: AWS::Foo::Baz}}"), "ValidationError",
			"Template format error: Unrecognized resource types: [AWS::Foo::Bar, AWS::Foo::Baz]"},
		{"missing parameter", form("CreateStack", "StackName", "new", "TemplateBody", "Parameters: {P: {Type: String}}\n"+plain), "ValidationError", "Parameters: [P] must have values"},
		{"unknown parameter", form("CreateStack", "StackName", "new", "TemplateBody", plain, "Parameters.member.1.ParameterKey", "Q", "Parameters.member.1.ParameterValue", "v"), "ValidationError",
			"Parameters: [Q] do not exist in the template"},
		{"previous value of a new stack", form("CreateStack", "StackName", "new", "TemplateBody", plain, "Parameters.member.1.ParameterKey", "Q", "Parameters.member.1.UsePreviousValue", "true"), "ValidationError",
			"Invalid input for parameter key Q. Cannot specify usePreviousValue as true for a parameter key not in the previous template"},
		{"resource types", form("CreateStack", "StackName", "new", "TemplateBody", plain, "ResourceTypes.member.1", "AWS::EC2::*"), "ValidationError",
			"Resource type AWS::Test::Thing is not allowed by parameter ResourceTypes [AWS::EC2::*]"},
		{"type changes", form("UpdateStack", "StackName", "app", "TemplateBody", strings.Replace(plain, "AWS::Test::Thing, Properties: {Name: a}", "AWS::CDK::Metadata", 1)), "ValidationError",
			"Update of resource type is not permitted. The new template modifies resource type of the following resources: [A]"},
		{"retain at the wrong time", form("DeleteStack", "StackName", "app", "RetainResources.member.1", "A"), "ValidationError", ""},
		{"an operation of stack sets", form("CreateStackSet"), "UnsupportedOperation", "The operation CreateStackSet is not supported: stack sets need several accounts or regions, and Postern is one place"},
		{"imports of none", form("ListImports", "ExportName", "foo"), "ValidationError", "Export 'foo' is not imported by any stack."},
		{"two failure options", form("CreateStack", "StackName", "new", "TemplateBody", plain, "OnFailure", "DELETE", "DisableRollback", "true"), "ValidationError",
			"You can set either DisableRollback or OnFailure, but not both."},
		{"roll back what did not fail", form("RollbackStack", "StackName", "app"), "ValidationError", ""},
		{"a bad token", form("ListStacks", "NextToken", "x"), "ValidationError", "Invalid NextToken"},
		{"capabilities of a transform", form("CreateStack", "StackName", "new", "TemplateBody", "Transform: AWS::LanguageExtensions\n"+plain), "InsufficientCapabilitiesException",
			"Requires capabilities : [CAPABILITY_AUTO_EXPAND]"},
	}
	w := newWorld(t)
	w.create("app", plain)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.t = t
			code, message := w.refused(tt.form)
			if code != tt.code || tt.message != "" && message != tt.message {
				t.Errorf("got %s: %s\nwant %s: %s", code, message, tt.code, tt.message)
			}
		})
	}
	w.t = t
	if list := w.must(form("ListStacks")); strings.Count(list, "<member>") != 1 {
		t.Errorf("something was created: %s", list)
	}
}

func TestUnknownStackIsDeletedWithSuccess(t *testing.T) {
	w := newWorld(t)
	if body := w.must(form("DeleteStack", "StackName", "nope")); strings.Contains(body, "Result") {
		t.Errorf("the answer has a result: %s", body)
	}
}

func TestParameters(t *testing.T) {
	body := `
Parameters:
  Plain: {Type: String}
  Secret: {Type: String, NoEcho: true}
  Parameter: {Type: "AWS::SSM::Parameter::Value<String>", Default: /app/name}
  Empty: {Type: String, Default: full}
Resources:
  A: {Type: AWS::Test::Thing, Properties: {Name: !Sub "${Plain}|${Secret}|${Parameter}|${Empty}|{{resolve:secretsmanager:s:SecretString:p}}"}}
`
	w := newWorld(t)
	values := secrets{"ssm:/app/name": "from ssm", "secretsmanager:s:SecretString:p": "very secret"}
	w.service.options.Resolver = func(scopeOf) resolver { return values }
	given := []string{"Parameters.member.1.ParameterKey", "Plain", "Parameters.member.1.ParameterValue", "a b=c",
		"Parameters.member.2.ParameterKey", "Secret", "Parameters.member.2.ParameterValue", "hunter22",
		"Parameters.member.3.ParameterKey", "Empty", "Parameters.member.3.ParameterValue", ""}
	w.create("app", body, given...)
	if got := w.things.alive["A-1"]; got != `{"Name":"a b=c|hunter22|from ssm||very secret"}` {
		t.Errorf("A is %s", got)
	}
	shown := w.must(form("DescribeStacks", "StackName", "app"))
	want := `<Parameters><member><ParameterKey>Plain</ParameterKey><ParameterValue>a b=c</ParameterValue></member>` +
		`<member><ParameterKey>Secret</ParameterKey><ParameterValue>****</ParameterValue></member>` +
		`<member><ParameterKey>Parameter</ParameterKey><ParameterValue>/app/name</ParameterValue><ResolvedValue>from ssm</ResolvedValue></member>` +
		`<member><ParameterKey>Empty</ParameterKey><ParameterValue></ParameterValue></member></Parameters>`
	if !strings.Contains(shown, want) {
		t.Errorf("parameters in %s", shown)
	}
	events := w.must(form("DescribeStackEvents", "StackName", "app"))
	if strings.Contains(events, "hunter22") || strings.Contains(events, "very secret") ||
		!strings.Contains(events, "{&#34;Name&#34;:&#34;a b=c|****|from ssm||{{resolve:secretsmanager:s:SecretString:p}}&#34;}") {
		t.Errorf("events %s", events)
	}
	for _, e := range mustList(t, w) {
		if strings.Contains(e, "very secret") {
			t.Errorf("a secret is stored: %s", e)
		}
	}
	// Previous values, also of what is not shown, and a rollback that needs the
	// secret again.
	previous := []string{"Parameters.member.1.ParameterKey", "Plain", "Parameters.member.1.ParameterValue", "new",
		"Parameters.member.2.ParameterKey", "Secret", "Parameters.member.2.UsePreviousValue", "true",
		"Parameters.member.3.ParameterKey", "Empty", "Parameters.member.3.UsePreviousValue", "true"}
	bad := body + "  B: {Type: AWS::Test::Thing, DependsOn: A, Properties: {Nam: x}}\n"
	w.update("app", bad, previous...)
	if got := w.status("app"); got != "UPDATE_ROLLBACK_COMPLETE" {
		t.Errorf("status %s", got)
	}
	if got := w.things.alive["A-1"]; got != `{"Name":"a b=c|hunter22|from ssm||very secret"}` {
		t.Errorf("A is %s", got)
	}
	w.update("app", body, previous...)
	if got := w.things.alive["A-1"]; got != `{"Name":"new|hunter22|from ssm||very secret"}` {
		t.Errorf("A is %s", got)
	}
}

func mustList(t *testing.T, w *world) []string {
	entries, err := w.documents.List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, e := range entries {
		values = append(values, string(e.Value))
	}
	return values
}

func TestPropertiesThatBreakTheSchema(t *testing.T) {
	w := newWorld(t)
	w.create("app", "Resources: {A: {Type: AWS::Test::Thing, Properties: {Nam: a, Count: many}}}")
	wantEvents(t, w.events("app", "CREATE_IN_PROGRESS"), `
		app CREATE_IN_PROGRESS: User Initiated
		A CREATE_IN_PROGRESS
		A CREATE_FAILED: Properties validation failed for resource A with message: | #: extraneous key [Nam] is not permitted | #/Count: expected type: Integer, found: String
		app ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [A]. Rollback requested by user.
		A DELETE_COMPLETE
		app ROLLBACK_COMPLETE`)
}

func TestUnsupportedAttributeTouchesNoResource(t *testing.T) {
	w := newWorld(t)
	body := plain + "\nOutputs: {InvalidOutput: {Value: !GetAtt A.Invalid}}"
	w.create("app", body)
	wantEvents(t, w.events("app", "CREATE_IN_PROGRESS"), `
		app CREATE_IN_PROGRESS: User Initiated
		app ROLLBACK_IN_PROGRESS: [Error] /Outputs/InvalidOutput/Value/Fn::GetAtt: Resource type AWS::Test::Thing does not support attribute {Invalid}. Rollback requested by user.
		app ROLLBACK_COMPLETE`)
}

func TestExportsAndImports(t *testing.T) {
	w := newWorld(t)
	exporter := plain + "\nOutputs: {O: {Value: !Ref A, Export: {Name: !Sub '${AWS::StackName}-A'}}}"
	importer := "Resources: {B: {Type: AWS::Test::Thing, Properties: {Name: !ImportValue base-A}}}"
	w.create("user", importer)
	wantEvents(t, w.events("user", "CREATE_IN_PROGRESS"), `
		user CREATE_IN_PROGRESS: User Initiated
		user ROLLBACK_IN_PROGRESS: No export named base-A found. Rollback requested by user.
		user ROLLBACK_COMPLETE`)
	w.must(form("DeleteStack", "StackName", "user"))
	w.create("base", exporter)
	w.create("user", importer)
	if got := w.things.alive["B-2"]; got != `{"Name":"A-1"}` {
		t.Errorf("B is %s", got)
	}
	if list := w.must(form("ListExports")); !strings.Contains(list, "<Name>base-A</Name><Value>A-1</Value>") {
		t.Errorf("exports %s", list)
	}
	if list := w.must(form("ListImports", "ExportName", "base-A")); !strings.Contains(list, "<Imports><member>user</member></Imports>") {
		t.Errorf("imports %s", list)
	}
	if code, message := w.refused(form("DeleteStack", "StackName", "base")); code != "ValidationError" || message != "Export base-A cannot be deleted as it is in use by user" {
		t.Errorf("delete: %s %s", code, message)
	}
	// Neither the export nor its value may go while it is in use.
	w.update("base", plain)
	if events := w.events("base", "UPDATE_ROLLBACK_IN_PROGRESS"); events[0] != "base UPDATE_ROLLBACK_IN_PROGRESS: Export base-A cannot be deleted as it is in use by user. Rollback requested by user." {
		t.Errorf("event %q", events[0])
	}
	w.update("base", strings.Replace(exporter, "Name: a", "Parent: p", 1))
	if events := w.events("base", "UPDATE_ROLLBACK_IN_PROGRESS"); !strings.Contains(events[0], "Export base-A cannot be updated as it is in use by user") {
		t.Errorf("event %q", events[0])
	}
	if got := w.outputs("base"); got["O"] != "A-1" {
		t.Errorf("outputs %v", got)
	}
	other := plain + "\nOutputs: {O: {Value: x, Export: {Name: base-A}}}"
	w.create("thief", other)
	if events := w.events("thief", "ROLLBACK_IN_PROGRESS"); !regexp.MustCompile(`Export with name base-A is already exported by stack arn:aws:cloudformation:us-east-1:123456789012:stack/base/[0-9a-f-]{36}\.`).MatchString(events[0]) {
		t.Errorf("event %q", events[0])
	}
	w.must(form("DeleteStack", "StackName", "user"))
	w.must(form("DeleteStack", "StackName", "base"))
	if list := w.must(form("ListExports")); strings.Contains(list, "<member>") {
		t.Errorf("exports %s", list)
	}
}

func TestTerminationProtection(t *testing.T) {
	w := newWorld(t)
	w.create("app", plain, "EnableTerminationProtection", "true")
	if _, message := w.refused(form("DeleteStack", "StackName", "app")); message != "Stack [app] cannot be deleted while TerminationProtection is enabled" {
		t.Errorf("delete: %s", message)
	}
	w.must(form("UpdateTerminationProtection", "StackName", "app", "EnableTerminationProtection", "false"))
	w.must(form("DeleteStack", "StackName", "app"))
}

func TestTokensMakeRequestsIdempotent(t *testing.T) {
	w := newWorld(t)
	first := w.create("app", plain, "ClientRequestToken", "t1")
	second := w.create("app", plain, "ClientRequestToken", "t1")
	if bodyOf(first) != bodyOf(second) {
		t.Errorf("%s\n%s", first, second)
	}
	changed := strings.Replace(plain, "Name: a", "Name: b", 1)
	w.update("app", changed, "ClientRequestToken", "t2")
	w.update("app", changed, "ClientRequestToken", "t2")
	if len(w.things.log) != 2 {
		t.Errorf("operations %v", w.things.log)
	}
	if events := w.must(form("DescribeStackEvents", "StackName", "app")); strings.Count(events, "<ClientRequestToken>t2</ClientRequestToken>") != 5 {
		t.Errorf("events %s", events)
	}
}

func TestStackPolicy(t *testing.T) {
	policy := `{"Statement": [
		{"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"},
		{"Effect": "Deny", "Principal": "*", "Action": ["Update:Replace", "Update:Delete"], "Resource": "LogicalResourceId/A"}]}`
	w := newWorld(t)
	w.create("app", plain)
	w.must(form("SetStackPolicy", "StackName", "app", "StackPolicyBody", policy))
	if got := w.must(form("GetStackPolicy", "StackName", "app")); !strings.Contains(got, "LogicalResourceId/A") {
		t.Errorf("policy %s", got)
	}
	w.update("app", strings.Replace(plain, "Name: a", "Name: b", 1))
	if got := w.status("app"); got != "UPDATE_COMPLETE" {
		t.Errorf("modify: %s", got)
	}
	replaced := strings.Replace(plain, "Name: a", "Parent: b", 1)
	w.update("app", replaced)
	events := w.events("app", "UPDATE_IN_PROGRESS")
	if got := w.status("app"); got != "UPDATE_ROLLBACK_COMPLETE" || events[2] != "A UPDATE_FAILED A-1: Action denied by stack policy: Statement [#2] does not allow [Update:Replace] for resource [A];" {
		t.Errorf("replace: %s, %v", got, events)
	}
	w.update("app", "Resources: {B: {Type: AWS::Test::Thing}}")
	if diff := cmp.Diff([]string{"A-1"}, w.things.living()); diff != "" {
		t.Errorf("delete: living (-want +got):\n%s", diff)
	}
	w.update("app", replaced, "StackPolicyDuringUpdateBody", `{"Statement": {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}}`)
	if got := w.status("app"); got != "UPDATE_COMPLETE" {
		t.Errorf("with another policy: %s", got)
	}
	for _, bad := range []string{"{", `{"Statement": []}`, `{"Statement": [{"Effect": "Maybe", "Action": "*", "Resource": "*"}]}`} {
		if _, message := w.refused(form("SetStackPolicy", "StackName", "app", "StackPolicyBody", bad)); !strings.HasPrefix(message, "Error validating stack policy: ") {
			t.Errorf("%s: %s", bad, message)
		}
	}
}

func TestPages(t *testing.T) {
	w := newWorld(t)
	var b strings.Builder
	b.WriteString("Resources:\n")
	for i := range 150 {
		fmt.Fprintf(&b, "  R%03d: {Type: AWS::Test::Thing}\n", i)
	}
	w.create("app", b.String())
	seen := map[string]bool{}
	pages := 0
	for token := ""; pages == 0 || token != ""; pages++ {
		out, err := w.service.ListStackResources(t.Context(), caller, &NameInput{StackName: "app", NextToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range out.StackResourceSummaries {
			seen[r.LogicalResourceID] = true
		}
		token = out.NextToken
	}
	if len(seen) != 150 || pages != 2 {
		t.Errorf("%d resources on %d pages", len(seen), pages)
	}
	if events := w.events("app", "CREATE_IN_PROGRESS"); len(events) != 452 {
		t.Errorf("%d events", len(events))
	}
}

func TestAccountsAndRegionsAreApart(t *testing.T) {
	w := newWorld(t)
	w.create("app", plain)
	for _, other := range []query.Caller{{AccountID: "000000000000", Region: "us-east-1"}, {AccountID: caller.AccountID, Region: "eu-west-1"}} {
		out, err := w.service.DescribeStacks(t.Context(), other, &DescribeStacksInput{})
		if err != nil || len(out.Stacks) != 0 {
			t.Errorf("%v sees %v, %v", other, out, err)
		}
	}
}

func TestSummaryAndValidation(t *testing.T) {
	body := `
Description: what it is
Metadata: {Author: me}
Parameters:
  P: {Type: String, Default: a, AllowedValues: [a, b], Description: which}
  Q: {Type: Number, NoEcho: true}
` + plain
	w := newWorld(t)
	if got := w.must(form("GetTemplateSummary", "TemplateBody", plain)); !strings.Contains(got, "<Parameters></Parameters>") {
		t.Errorf("the AWS CLI needs Parameters: %s", got)
	}
	want := `<GetTemplateSummaryResult><Parameters><member><ParameterKey>P</ParameterKey><DefaultValue>a</DefaultValue><ParameterType>String</ParameterType><NoEcho>false</NoEcho><Description>which</Description><ParameterConstraints><AllowedValues><member>a</member><member>b</member></AllowedValues></ParameterConstraints></member>` +
		`<member><ParameterKey>Q</ParameterKey><ParameterType>Number</ParameterType><NoEcho>true</NoEcho><ParameterConstraints></ParameterConstraints></member></Parameters>` +
		`<Description>what it is</Description><ResourceTypes><member>AWS::Test::Thing</member></ResourceTypes><Version>2010-09-09</Version><Metadata>{&#34;Author&#34;:&#34;me&#34;}</Metadata></GetTemplateSummaryResult>`
	if got := w.must(form("GetTemplateSummary", "TemplateBody", body)); !strings.Contains(got, want) {
		t.Errorf("summary %s", got)
	}
	want = `<ValidateTemplateResult><Parameters><member><ParameterKey>P</ParameterKey><DefaultValue>a</DefaultValue><NoEcho>false</NoEcho><Description>which</Description></member>` +
		`<member><ParameterKey>Q</ParameterKey><NoEcho>true</NoEcho></member></Parameters><Description>what it is</Description></ValidateTemplateResult>`
	if got := w.must(form("ValidateTemplate", "TemplateBody", body)); !strings.Contains(got, want) {
		t.Errorf("validation %s", got)
	}
}

func TestStackAsItIsShown(t *testing.T) {
	w := newWorld(t)
	w.create("app", "Description: d\n"+plain+"\nOutputs: {O: {Value: v, Description: od}}",
		"Tags.member.1.Key", "k", "Tags.member.1.Value", "v", "Capabilities.member.1", "CAPABILITY_IAM", "RoleARN", "arn:aws:iam::123456789012:role/cfn",
		"NotificationARNs.member.1", "arn:aws:sns:us-east-1:123456789012:t", "TimeoutInMinutes", "5")
	got := w.must(form("DescribeStacks", "StackName", "app"))
	varying := regexp.MustCompile(`stack/app/[0-9a-f-]{36}|\d{4}-\d\d-\d\dT[0-9:.]+Z`)
	got = varying.ReplaceAllString(got, "…")
	want := `<Stacks><member><StackId>arn:aws:cloudformation:us-east-1:123456789012:…</StackId><StackName>app</StackName><Description>d</Description>` +
		`<CreationTime>…</CreationTime><RollbackConfiguration></RollbackConfiguration><StackStatus>CREATE_COMPLETE</StackStatus>` +
		`<DisableRollback>false</DisableRollback><NotificationARNs><member>arn:aws:sns:us-east-1:123456789012:t</member></NotificationARNs>` +
		`<TimeoutInMinutes>5</TimeoutInMinutes><Capabilities><member>CAPABILITY_IAM</member></Capabilities>` +
		`<Outputs><member><OutputKey>O</OutputKey><OutputValue>v</OutputValue><Description>od</Description></member></Outputs>` +
		`<RoleARN>arn:aws:iam::123456789012:role/cfn</RoleARN><Tags><member><Key>k</Key><Value>v</Value></member></Tags>` +
		`<EnableTerminationProtection>false</EnableTerminationProtection><DriftInformation><StackDriftStatus>NOT_CHECKED</StackDriftStatus></DriftInformation></member></Stacks>`
	if !strings.Contains(got, want) {
		t.Errorf("stack (-want +got):\n%s", cmp.Diff(want, got))
	}
}

func TestOperationsOfTheModelAreAllKnown(t *testing.T) {
	w := newWorld(t)
	a := w.service.API()
	for _, action := range a.Actions() {
		if code, _ := codeOf(w, action); code == "InvalidAction" || code == "UnsupportedOperation" {
			t.Errorf("%s is not served", action)
		}
	}
}

func codeOf(w *world, action string) (string, string) {
	status, body := w.call("Action=" + action)
	if status == 200 {
		return "", body
	}
	return regexp.MustCompile(`<Code>(.*)</Code>`).FindStringSubmatch(body)[1], body
}
