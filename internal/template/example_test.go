package template_test

import (
	"fmt"
	"log"

	"postern/internal/template"
)

const chat = `
Parameters:
  StageName: {Type: String, Default: production}
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: !Sub 'chat-${StageName}', ProtocolType: WEBSOCKET}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: !Ref StageName}
Outputs:
  Url: {Value: !Sub '${Api.ApiEndpoint}/${StageName}'}
`

// made is what is known of a stack's resources.
type made map[string]string

func (m made) Ref(id string) (*template.Node, bool) {
	v, ok := m[id]
	return &template.Node{Kind: template.String, Text: v}, ok
}

func (m made) GetAtt(id, attribute string) (*template.Node, error) {
	v, ok := m[id+"."+attribute]
	if !ok {
		return nil, template.ErrUnknown
	}
	return &template.Node{Kind: template.String, Text: v}, nil
}

func (m made) ImportValue(string) (string, bool) { return "", false }

func Example() {
	t, err := template.Parse([]byte(chat))
	if err != nil {
		log.Fatal(err)
	}
	b, err := t.Bind(map[string]string{"StageName": "test"}, template.Environment{Region: "eu-central-1"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(b.Order())

	before, _ := b.Properties("Stage", template.Nothing, false)
	fmt.Printf("%s\n", before.JSON())

	refs := made{"Api": "a1b2c3", "Api.ApiEndpoint": "wss://a1b2c3.example"}
	after, _ := b.Properties("Stage", refs, false)
	fmt.Printf("%s\n", after.JSON())

	outputs, _ := b.Outputs(refs)
	fmt.Println(outputs[0].Key, outputs[0].Value)
	// Output:
	// [[Api] [Stage]]
	// {"ApiId":"{{changeSet:KNOWN_AFTER_APPLY}}","StageName":"test"}
	// {"ApiId":"a1b2c3","StageName":"test"}
	// Url wss://a1b2c3.example/test
}

func ExampleTemplate_Validate() {
	t, err := template.Parse([]byte("Resources: {Stage: {Type: 'AWS::ApiGatewayV2::Stage', Properties: {ApiId: !Ref Api}}}"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(t.Validate())
	// Output:
	// Template format error: Unresolved resource dependencies [Api] in the Resources block of the template
}

func ExampleBound_Uses() {
	t, err := template.Parse([]byte(chat))
	if err != nil {
		log.Fatal(err)
	}
	b, err := t.Bind(nil, template.Environment{})
	if err != nil {
		log.Fatal(err)
	}
	for _, use := range b.Uses("Stage") {
		fmt.Println(use.Path, use.Name)
	}
	// Output:
	// /Properties/ApiId Api
	// /Properties/StageName StageName
}
