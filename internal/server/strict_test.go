package server

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

const accounts = `
[root]
aws_access_key_id = AKIAROOT
aws_secret_access_key = root-secret

# Reads one account's APIs and deploys one stack.
[limited]
aws_access_key_id = AKIALIMITED
aws_secret_access_key = limited-secret
aws_account_id = 111111111111
policy = limited.json

# Does everything in the account of the one before.
[owner]
aws_access_key_id = 111111111111
aws_secret_access_key = x
`

// strict starts a server that verifies, with the accounts above and a policy of
// the second.
func strict(t *testing.T, policy string) *Server {
	t.Helper()
	return strictOver(t, "", policy)
}

// strictOver is strict over a data directory.
func strictOver(t *testing.T, data, policy string) *Server {
	t.Helper()
	return strictWith(t, accounts, data, policy)
}

// oneAccount are the accounts above with the second user in that of the first.
var oneAccount = strings.Replace(accounts, "aws_account_id = 111111111111\n", "", 1)

// strictWith is strict over a data directory with other accounts.
func strictWith(t *testing.T, accounts, data, policy string) *Server {
	t.Helper()
	credentials := file(t, "credentials", strings.ReplaceAll(accounts, "limited.json", file(t, "limited.json", policy)))
	return start(t, Config{Auth: AuthStrict, Credentials: credentials, Data: data})
}

func root(c call) call {
	c.key, c.secret = "AKIAROOT", "root-secret"
	return c
}

func limited(c call) call {
	c.key, c.secret = "AKIALIMITED", "limited-secret"
	return c
}

const nothing = `{"Version":"2012-10-17","Statement":[]}`

// Every service demands a right signature, and says in its own protocol what is
// wrong with another.
func TestStrictSignatures(t *testing.T) {
	s := strict(t, nothing)
	const form = "Action=ListStacks&Version=2010-05-15"
	services := []struct {
		name  string
		call  call
		query bool
	}{
		{"cloudformation", call{method: "POST", url: s.URL() + "/", body: form, service: "cloudformation"}, true},
		{"sts", call{method: "POST", url: s.URL() + "/", body: "Action=GetCallerIdentity&Version=2011-06-15", service: "sts"}, true},
		{"apigatewayv2", call{url: s.URL() + "/v2/apis", service: "apigateway"}, false},
		{"apigateway", call{url: s.URL() + "/apikeys", service: "apigateway"}, false},
		{"apigateway tags", call{url: s.URL() + "/v2/tags/arn%3Aaws%3Aapigateway%3Aeu-west-1%3A%3A%2Fapis%2Fnone", service: "apigateway"}, false},
		{"@connections", call{method: "POST", url: s.URL() + "/_aws/execute-api/none/prod/@connections/AAAAAAAAAAAAAAA%3D", body: "x", service: "execute-api"}, false},
		{"@connections on a bare host", call{method: "POST", url: s.URL() + "/prod/%40connections/AAAAAAAAAAAAAAA=", body: "x", service: "execute-api"}, false},
		{"postern", call{url: s.URL() + "/_postern/metrics", service: "postern"}, false},
	}
	// What an accepted request of these services answers: anything but 403
	// about its signature.
	accepted := func(status int, kind, body string) bool {
		return status != 403 || kind == "ForbiddenException" && strings.Contains(body, `"Forbidden"`)
	}
	mistakes := []struct {
		name       string
		change     func(call) call
		query, api string // the codes
	}{
		{"unsigned", func(c call) call { c.service = ""; return c }, "MissingAuthenticationToken", "MissingAuthenticationTokenException"},
		{"an unknown key", func(c call) call { c.key, c.secret = "AKIANONE", "x"; return c }, "InvalidClientTokenId", "UnrecognizedClientException"},
		{"a wrong secret", func(c call) call { c.secret = "guess"; return c }, "SignatureDoesNotMatch", "InvalidSignatureException"},
		{"an old signature", func(c call) call { c.at = time.Now().Add(-time.Hour); return c }, "SignatureDoesNotMatch", "InvalidSignatureException"},
		{"one for the future", func(c call) call { c.at = time.Now().Add(time.Hour); return c }, "SignatureDoesNotMatch", "InvalidSignatureException"},
	}
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			c := root(service.call)
			if status, kind, body := c.do(t); !accepted(status, kind, body) {
				t.Errorf("a right signature: %d %s %s", status, kind, body)
			}
			for _, m := range mistakes {
				status, kind, body := m.change(c).do(t)
				if service.query && (status != 403 || !strings.Contains(body, "<Code>"+m.query+"</Code>")) {
					t.Errorf("%s: %d %s, want %s", m.name, status, body, m.query)
				}
				if !service.query && (status != 403 || kind != m.api || !strings.Contains(body, `"message":"`)) {
					t.Errorf("%s: %d %s %s, want %s", m.name, status, kind, body, m.api)
				}
			}
		})
	}
}

// A signature is for one service: that of STS, which may be handed around, does
// not open CloudFormation.
func TestSignatureIsForOneService(t *testing.T) {
	s := strict(t, nothing)
	for _, service := range []string{"sts", "apigateway", "execute-api", "postern"} {
		status, _, body := root(call{method: "POST", url: s.URL() + "/", body: "Action=ListStacks&Version=2010-05-15", service: service}).do(t)
		if strings.Contains(body, "StackSummaries") || status == 200 {
			t.Errorf("signed for %s: %d %s", service, status, body)
		}
	}
	if status, _, body := root(call{url: s.URL() + "/v2/apis", service: "cloudformation"}).do(t); status == 200 {
		t.Errorf("the APIs by a signature for cloudformation: %d %s", status, body)
	}
}

const limits = `{"Version":"2012-10-17","Statement":[
	{"Effect":"Allow","Action":"apigateway:GET","Resource":"arn:aws:apigateway:*::/apis*"},
	{"Effect":"Deny","Action":"apigateway:GET","Resource":"arn:aws:apigateway:*::/apis/secret*"},
	{"Effect":"Allow","Action":"cloudformation:*","Resource":"*"},
	{"Effect":"Deny","Action":"cloudformation:*","Resource":"arn:aws:cloudformation:*:*:stack/prod/*"},
	{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111111111111:role/mine"},
	{"Effect":"Allow","Action":"postern:GetMetrics","Resource":"*"}]}`

func TestPolicies(t *testing.T) {
	s := strict(t, limits)
	const user = "User: arn:aws:iam::111111111111:user/limited is not authorized to perform: "
	form := func(service, version, parameters string) call {
		return limited(call{method: "POST", url: s.URL() + "/", body: parameters + "&Version=" + version, service: service})
	}
	stacks := func(parameters string) call { return form("cloudformation", "2010-05-15", parameters) }
	tests := []struct {
		name   string
		call   call
		denied string // what the answer says; "" is allowed
	}{
		{"GET of the APIs", limited(call{url: s.URL() + "/v2/apis", service: "apigateway"}), ""},
		{"POST of an API", limited(call{method: "POST", url: s.URL() + "/v2/apis", body: "{}", service: "apigateway"}),
			user + "apigateway:POST on resource: arn:aws:apigateway:eu-west-1::/apis"},
		{"a path that is denied", limited(call{url: s.URL() + "/v2/apis/secret", service: "apigateway"}), user + "apigateway:GET"},
		{"the same with a slash at its end", limited(call{url: s.URL() + "/v2/apis/secret/", service: "apigateway"}), user + "apigateway:GET"},
		{"the same, escaped", limited(call{url: s.URL() + "/v2/apis/%73ecret", service: "apigateway"}), user + "apigateway:GET"},
		{"keys, which nothing allows", limited(call{url: s.URL() + "/apikeys", service: "apigateway"}),
			user + "apigateway:GET on resource: arn:aws:apigateway:eu-west-1::/apikeys"},
		{"a stack", stacks("Action=DescribeStacks"), ""},
		{"a stack that is denied", stacks("Action=DeleteStack&StackName=prod"),
			user + "cloudformation:DeleteStack on resource: arn:aws:cloudformation:eu-west-1:111111111111:stack/prod/*"},
		{"one of two names", stacks("Action=DeleteStack&StackName=other&StackName=prod"), user + "cloudformation:DeleteStack"},
		{"a name with a line's end behind", limited(call{method: "POST", url: s.URL() + "/", body: "Action=DeleteStack&Version=2010-05-15&StackName=prod\n", service: "cloudformation"}), user + "cloudformation:DeleteStack"},
		{"a role that is allowed", form("sts", "2011-06-15", "Action=AssumeRole&RoleSessionName=abc&RoleArn=arn:aws:iam::111111111111:role/mine"), ""},
		{"another role", form("sts", "2011-06-15", "Action=AssumeRole&RoleSessionName=abc&RoleArn=arn:aws:iam::111111111111:role/root"),
			user + "sts:AssumeRole on resource: arn:aws:iam::111111111111:role/root"},
		{"who am I", form("sts", "2011-06-15", "Action=GetCallerIdentity"), ""},
		{"metrics", limited(call{url: s.URL() + "/_postern/metrics", service: "postern"}), ""},
		{"traces", limited(call{url: s.URL() + "/_postern/trace", service: "postern"}), user + "postern:GetTrace on resource: *"},
		{"the owner", root(call{method: "POST", url: s.URL() + "/v2/apis", body: "{}", service: "apigateway"}), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			status, kind, body := test.call.do(t)
			switch {
			case test.denied == "" && (status == 403 || strings.Contains(body, "not authorized")):
				t.Errorf("refused: %d %s", status, body)
			case test.denied != "" && (status != 403 || !strings.Contains(body, test.denied)):
				t.Errorf("%d %s, want %s", status, body, test.denied)
			case test.denied != "" && kind != "AccessDeniedException" && !strings.Contains(body, "<Code>AccessDenied</Code>"):
				t.Errorf("code of the refusal: %s %s", kind, body)
			}
		})
	}
}

// A stack cannot be reached around its name: by its ARN, under another name in
// the ARN, by a change set's ARN.
func TestPoliciesOfStacksThatExist(t *testing.T) {
	s := strict(t, limits)
	const template = `{"Resources":{"A":{"Type":"AWS::ApiGateway::ApiKey","Properties":{}}}}`
	create := url.Values{"Action": {"CreateStack"}, "Version": {"2010-05-15"}, "StackName": {"prod"}, "TemplateBody": {template}}
	owner := func(form url.Values) string {
		t.Helper()
		// In the account of the limited profile: a key of twelve digits is one.
		status, _, body := call{method: "POST", url: s.URL() + "/", body: form.Encode(), service: "cloudformation", key: "111111111111", secret: "x"}.do(t)
		if status != 200 {
			t.Fatalf("%d %s", status, body)
		}
		return body
	}
	owner(create)
	create.Set("Action", "CreateChangeSet")
	create.Set("ChangeSetName", "c")
	create.Set("TemplateBody", strings.Replace(template, "{}", `{"Enabled":true}`, 1))
	body := owner(create)
	stack := regexp.MustCompile(`arn:aws:cloudformation:eu-west-1:111111111111:stack/prod/[-0-9a-f]+`).FindString(body)
	set := regexp.MustCompile(`arn:aws:cloudformation:eu-west-1:111111111111:changeSet/c/[-0-9a-f]+`).FindString(body)
	if stack == "" || set == "" {
		t.Fatalf("no ARNs in %s", body)
	}
	for _, parameters := range []string{
		"Action=DeleteStack&StackName=" + stack,
		"Action=DescribeStackResources&StackName=prod",
	} {
		status, _, body := limited(call{method: "POST", url: s.URL() + "/", body: parameters + "&Version=2010-05-15", service: "cloudformation"}).do(t)
		if status == 200 {
			t.Errorf("%s: %d %s", parameters, status, body)
		}
	}
	// A made-up ARN is of no stack, and deleting none succeeds.
	limited(call{method: "POST", url: s.URL() + "/", body: "Action=DeleteStack&Version=2010-05-15&StackName=" + strings.Replace(stack, "/prod/", "/mine/", 1), service: "cloudformation"}).do(t)
	limited := limited(call{method: "POST", url: s.URL() + "/", service: "cloudformation"})
	for _, parameters := range []string{"ChangeSetName=" + set, "ChangeSetName=" + set + "&StackName=mine", "ChangeSetName=c&StackName=prod"} {
		limited.body = "Action=ExecuteChangeSet&Version=2010-05-15&" + parameters
		if status, _, body := limited.do(t); status == 200 {
			t.Errorf("%s: %d %s", parameters, status, body)
		}
	}
	if status, _, body := (call{method: "POST", url: s.URL() + "/", body: "Action=DescribeStacks&StackName=prod&Version=2010-05-15", service: "cloudformation", key: "111111111111", secret: "x"}).do(t); status != 200 || !strings.Contains(body, "CREATE_COMPLETE") {
		t.Errorf("the stack was touched: %d %s", status, body)
	}
}

// A session may do what its issuer may, also at the second remove.
func TestSessionsInheritThePolicy(t *testing.T) {
	s := strict(t, limits)
	credentials := func(c call, action string) call {
		t.Helper()
		c.method, c.url, c.service = "POST", s.URL()+"/", "sts"
		c.body = action + "&Version=2011-06-15"
		status, _, body := c.do(t)
		if status != 200 {
			t.Fatalf("%s: %d %s", action, status, body)
		}
		member := func(name string) string {
			m := regexp.MustCompile("<" + name + ">([^<]*)</" + name + ">").FindStringSubmatch(body)
			if m == nil {
				t.Fatalf("no %s in %s", name, body)
			}
			return m[1]
		}
		return call{key: member("AccessKeyId"), secret: member("SecretAccessKey"), token: member("SessionToken")}
	}
	session := credentials(limited(call{}), "Action=AssumeRole&RoleSessionName=abc&RoleArn=arn:aws:iam::111111111111:role/mine")
	again := credentials(session, "Action=GetSessionToken")
	for name, c := range map[string]call{"session": session, "session of the session": again} {
		c.url, c.service = s.URL()+"/v2/apis", "apigateway"
		if status, _, body := c.do(t); status != 200 {
			t.Errorf("%s: what the issuer may: %d %s", name, status, body)
		}
		c.method, c.body = "POST", "{}"
		const want = "User: arn:aws:sts::111111111111:assumed-role/mine/abc is not authorized to perform: apigateway:POST"
		if status, _, body := c.do(t); status != 403 || !strings.Contains(body, want) {
			t.Errorf("%s: what the issuer may not: %d %s", name, status, body)
		}
		c.token = ""
		if status, kind, _ := c.do(t); status != 403 || kind != "UnrecognizedClientException" {
			t.Errorf("%s without its token: %d %s", name, status, kind)
		}
	}
	owners := credentials(root(call{}), "Action=AssumeRole&RoleSessionName=abc&RoleArn=arn:aws:iam::222222222222:role/x")
	owners.method, owners.url, owners.service = "POST", s.URL()+"/v2/apis", "apigateway"
	owners.body = `{"name":"a","protocolType":"WEBSOCKET","routeSelectionExpression":"$request.body.action"}`
	if status, _, body := owners.do(t); status != 201 {
		t.Errorf("a session of who may everything: %d %s", status, body)
	}
	if status, _, body := root(call{url: s.URL() + "/v2/apis", service: "apigateway"}).do(t); status != 200 || body != `{"items":[]}` {
		t.Errorf("an API of another account is seen: %d %s", status, body)
	}
}

func TestManageConnections(t *testing.T) {
	data := t.TempDir()
	deploying := start(t, Config{Data: data})
	apiID := deployMock(t, deploying)
	stop(t, deploying)
	for _, test := range []struct {
		name, policy string
		want         map[string]int // status by method
	}{
		{"all of an API", `"Allow","Resource":"arn:aws:execute-api:us-east-1:000000000000:$API/*"`, map[string]int{"GET": 200, "POST": 200, "DELETE": 204}},
		{"one method", `"Allow","Resource":"arn:aws:execute-api:us-east-1:000000000000:$API/production/GET/@connections/*"`, map[string]int{"GET": 200, "POST": 403, "DELETE": 403}},
		{"ids in the form of AWS's", `"Allow","Resource":"arn:aws:execute-api:*:*:*/*/*/@connections/???????????????="`, map[string]int{"GET": 200, "POST": 200, "DELETE": 204}},
		{"an id of another form", `"Allow","Resource":"arn:aws:execute-api:*:*:*/*/*/@connections/?"`, map[string]int{"GET": 403, "POST": 403, "DELETE": 403}},
		{"another stage", `"Allow","Resource":"arn:aws:execute-api:us-east-1:000000000000:$API/test/*"`, map[string]int{"GET": 403, "POST": 403, "DELETE": 403}},
		{"another API", `"Allow","Resource":"arn:aws:execute-api:us-east-1:000000000000:other/*"`, map[string]int{"GET": 403, "POST": 403, "DELETE": 403}},
		{"denied", `"Deny","Resource":"*"`, map[string]int{"GET": 403, "POST": 403, "DELETE": 403}},
	} {
		t.Run(test.name, func(t *testing.T) {
			policy := `{"Version":"2012-10-17","Statement":[{"Action":"execute-api:ManageConnections","Effect":` + test.policy + `}]}`
			s := strictWith(t, oneAccount, data, strings.ReplaceAll(policy, "$API", apiID))
			conn := dial(t, s.Endpoint(apiID)+"/production", nil)
			id := connectionOf(t, conn)
			for _, method := range []string{"GET", "POST", "DELETE"} {
				// By the API's address, and on a bare host, where the connection
				// says which API it is.
				at := []string{"/_aws/execute-api/" + apiID + "/production", "/production"}
				if method == "DELETE" {
					at = at[1:]
				}
				for _, base := range at {
					status, kind, body := limited(call{method: method, url: s.URL() + base + "/@connections/" + url.QueryEscape(id), service: "execute-api"}).do(t)
					if status != test.want[method] {
						t.Errorf("%s %s: %d %s, want %d", method, base, status, body, test.want[method])
					}
					want := fmt.Sprintf(`{"message":"User: arn:aws:iam::000000000000:user/limited is not authorized to perform: execute-api:ManageConnections on resource: arn:aws:execute-api:us-east-1:********0000:%s/production/%s/@connections/{connectionId}"}`, apiID, method)
					if status == 403 && (kind != "ForbiddenException" || body != want) {
						t.Errorf("%s %s:\n got %s %s\nwant %s", method, base, kind, body, want)
					}
				}
			}
			conn.CloseNow()
		})
	}
}

// No policy of theirs lets somebody reach the connections of another account.
func TestConnectionsOfAnotherAccount(t *testing.T) {
	s := strict(t, `{"Version":"2012-10-17","Statement":[{"Action":"*","Effect":"Allow","Resource":"*"}]}`)
	apiID := deployMock(t, s)
	id := connectionOf(t, dial(t, s.Endpoint(apiID)+"/production", nil))
	for _, base := range []string{"/_aws/execute-api/" + apiID + "/production", "/production"} {
		c := call{method: "GET", url: s.URL() + base + "/@connections/" + url.QueryEscape(id), service: "execute-api"}
		owner := c
		owner.key, owner.secret = "111111111111", "x"
		for name, c := range map[string]call{"with a policy": limited(c), "without": owner} {
			if status, kind, body := c.do(t); status != 403 || kind != "ForbiddenException" || !strings.Contains(body, "execute-api:ManageConnections") {
				t.Errorf("%s, %s: %d %s %s", name, base, status, kind, body)
			}
		}
		if status, _, body := root(c).do(t); status != 200 {
			t.Errorf("the account's own: %d %s", status, body)
		}
	}
}

// connectionOf returns a connection's own id, from the frame that answers a
// message without a route.
func connectionOf(t *testing.T, c *websocket.Conn) string {
	t.Helper()
	m := regexp.MustCompile(`"connectionId": ?"([^"]+)"`).FindStringSubmatch(ask(t, c, `{"action":"none"}`))
	if m == nil {
		t.Fatal("no connectionId in the answer")
	}
	return m[1]
}

// Prometheus cannot sign: it may show an access key where nobody listens.
func TestBasicForMetrics(t *testing.T) {
	s := strict(t, limits)
	get := func(path, id, secret string) (int, string) {
		r := call{url: s.URL() + path}.request(t)
		r.SetBasicAuth(id, secret)
		answer, err := client(t).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode, answer.Header.Get("WWW-Authenticate")
	}
	for _, test := range []struct {
		path, id, secret string
		want             int
	}{
		{"/_postern/metrics", "AKIAROOT", "root-secret", 200},
		{"/_postern/metrics", "AKIALIMITED", "limited-secret", 200},
		{"/_postern/trace", "AKIALIMITED", "limited-secret", 403},
		{"/_postern/metrics", "AKIAROOT", "guess", 403},
		{"/_postern/metrics", "AKIAROOT", "", 403},
		{"/_postern/metrics", "AKIANONE", "test", 403},
		{"/v2/apis", "AKIAROOT", "root-secret", 403},
	} {
		if got, _ := get(test.path, test.id, test.secret); got != test.want {
			t.Errorf("%s as %s:%s: %d, want %d", test.path, test.id, test.secret, got, test.want)
		}
	}
	remote := call{url: s.URL() + "/_postern/metrics"}.request(t)
	remote.SetBasicAuth("AKIAROOT", "root-secret")
	remote.RemoteAddr = "192.0.2.1:1234"
	if _, err := s.front.administrator(remote); err == nil || !strings.Contains(err.Error(), "HTTP Basic is for https") {
		t.Errorf("from another machine over plain HTTP: %v", err)
	}
}
