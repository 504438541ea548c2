package apigateway

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/clientcertificate"
)

// learnCertificate remembers the id and the PEM of a new certificate.
func (f *fixture) learnCertificate(name, body string) {
	f.t.Helper()
	created := f.must("POST", "/clientcertificates", body)
	f.learn(name, "clientCertificateId", created)
	f.learn(name+"PEM", "pemEncodedCertificate", created)
	// As JSON has it, which is how it is compared.
	text, err := json.Marshal(f.known[name+"PEM"])
	if err != nil {
		f.t.Fatal(err)
	}
	f.known[name+"PEM"] = string(text)
}

func TestClientCertificates(t *testing.T) {
	f := newFixture(t)
	f.learnCertificate("one", `{"description":"d","tags":{"a":"b"}}`)
	if !regexp.MustCompile(`^[a-z0-9]{6}$`).MatchString(f.known["one"]) || !strings.HasPrefix(f.known["onePEM"], `"-----BEGIN CERTIFICATE-----\n`) {
		t.Errorf("id %q, certificate %q", f.known["one"], f.known["onePEM"])
	}
	const dates = `"createdDate":1772600767,"expirationDate":1804136767`
	f.expect("GET", "/clientcertificates/{one}", "", 200, `{"clientCertificateId":"{one}","description":"d","pemEncodedCertificate":{onePEM},`+dates+`,"tags":{"a":"b"}}`)
	f.expect("GET", "/clientcertificates", "", 200, `{"item":[{"clientCertificateId":"{one}","description":"d","pemEncodedCertificate":{onePEM},`+dates+`}]}`)
	f.expect("PATCH", "/clientcertificates/{one}", patch("replace /description other"), 200,
		`{"clientCertificateId":"{one}","description":"other","pemEncodedCertificate":{onePEM},`+dates+`,"tags":{"a":"b"}}`)
	f.expect("PATCH", "/clientcertificates/{one}", patch("replace /description "), 200,
		`{"clientCertificateId":"{one}","pemEncodedCertificate":{onePEM},`+dates+`,"tags":{"a":"b"}}`)

	f.learnCertificate("two", ``)
	f.expect("GET", "/clientcertificates/{two}", "", 200, `{"clientCertificateId":"{two}","pemEncodedCertificate":{twoPEM},`+dates+`,"tags":{}}`)
	if f.known["onePEM"] == f.known["twoPEM"] {
		t.Error("two certificates are the same")
	}
	first := f.must("GET", "/clientcertificates?limit=1", "")
	_, position, _ := strings.Cut(first, `"position":"`)
	if second := f.must("GET", "/clientcertificates?limit=1&position="+strings.TrimSuffix(position, `"}`), ""); strings.Contains(second, `"position"`) || second == first {
		t.Errorf("pages %s and %s", first, second)
	}
	f.expect("DELETE", "/clientcertificates/{one}", "", 202, "")
	f.expect("GET", "/clientcertificates/{one}", "", 404, "NotFoundException: Invalid Client Certificate identifier specified")
}

func TestClientCertificatesRefused(t *testing.T) {
	f := newFixture(t)
	f.learnCertificate("one", `{}`)
	const missing = "NotFoundException: Invalid Client Certificate identifier specified"
	tests := []struct{ method, target, body, want string }{
		{"POST", "/clientcertificates", `{"description":1}`, "BadRequestException: Invalid value for description: expected a string, got number"},
		{"POST", "/clientcertificates", `{"description":"` + strings.Repeat("x", 1025) + `"}`, "BadRequestException: Invalid value for description: must have at most 1024 characters"},
		{"POST", "/clientcertificates", `{"tags":{"":"x"}}`, "BadRequestException: Invalid value for tags: a key must have between 1 and 128 characters"},
		{"PATCH", "/clientcertificates/{one}", patch("replace /pemEncodedCertificate x"), "BadRequestException: Invalid patch path  '/pemEncodedCertificate' specified for op 'replace'. Must be one of: [/description]"},
		{"PATCH", "/clientcertificates/{one}", patch("remove /description"), "BadRequestException: Invalid patch path  '/description' specified for op 'remove'. Must be one of: [/description]"},
		{"PATCH", "/clientcertificates/{one}", patch("replace /description " + strings.Repeat("x", 1025)), "BadRequestException: Invalid value for description: must have at most 1024 characters"},
		{"GET", "/clientcertificates?limit=0", "", `BadRequestException: Invalid value for limit: "0" is not a positive number`},
		{"GET", "/clientcertificates/none00", "", missing},
		{"PATCH", "/clientcertificates/none00", patch("replace /description x"), missing},
		{"DELETE", "/clientcertificates/none00", "", missing},
	}
	for _, tt := range tests {
		if _, got := f.call(tt.method, tt.target, tt.body); got != tt.want {
			t.Errorf("%s %s %s:\n got %s\nwant %s", tt.method, tt.target, tt.body, got, tt.want)
		}
	}
}

// A certificate that a stage uses stays; one of another account or region, and
// one that another account's stage names alike, is nobody's affair.
func TestClientCertificateInUse(t *testing.T) {
	f := newFixture(t)
	f.learnCertificate("one", `{}`)
	id := f.known["one"]
	api := func(scope apigateway.Scope) []byte {
		text, err := json.Marshal(apigateway.Document{AccountID: scope.AccountID, Region: scope.Region,
			Stages: []apigateway.Stage{{StageName: "dev"}, {StageName: "prod", ClientCertificateID: id}}})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	other := apigateway.Scope{AccountID: "111111111111", Region: "us-east-1"}
	if _, err := f.service.store.Create(t.Context(), "api.foreigner0", api(other)); err != nil {
		t.Fatal(err)
	}
	revision, err := f.service.store.Create(t.Context(), "api.usesit0000", api(apigateway.DefaultScope()))
	if err != nil {
		t.Fatal(err)
	}
	f.expect("DELETE", "/clientcertificates/{one}", "", 400, "BadRequestException: Client certificate {one} is in use by the stage prod of the API usesit0000")
	if err := f.service.DeleteClientCertificate(t.Context(), other, id); !awserr.Is(err, awserr.NotFound) {
		t.Errorf("delete another's certificate: %v", err)
	}
	if err := f.service.store.Delete(t.Context(), "api.usesit0000", revision); err != nil {
		t.Fatal(err)
	}
	f.expect("DELETE", "/clientcertificates/{one}", "", 202, "")
}

func TestClientCertificateQuota(t *testing.T) {
	f := newFixture(t)
	f.learnCertificate("one", `{}`)
	scope := apigateway.DefaultScope()
	d, err := certificates.Get(t.Context(), f.service.documents, scope, f.known["one"])
	if err != nil {
		t.Fatal(err)
	}
	for i := range maxCertificates - 1 {
		d.Certificate.ID = fmt.Sprintf("copy%02d", i)
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.service.store.Create(t.Context(), clientcertificate.KeyPrefix+d.Certificate.ID, text); err != nil {
			t.Fatal(err)
		}
	}
	f.expect("POST", "/clientcertificates", `{}`, 429, "LimitExceededException: Maximum number of client certificates reached: 60")
	if _, err := f.service.GenerateClientCertificate(t.Context(), apigateway.Scope{AccountID: scope.AccountID, Region: "eu-west-1"}, ClientCertificateInput{}); err != nil {
		t.Errorf("another region: %v", err)
	}
}
