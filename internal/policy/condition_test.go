package policy

import (
	"strings"
	"testing"
	"time"
)

func TestConditions(t *testing.T) {
	tests := []struct {
		condition string
		key       string   // of the request, "" for none
		got       []string // its values
		want      bool
	}{
		{`"StringEquals":{"k":"a"}`, "k", []string{"a"}, true},
		{`"StringEquals":{"k":"a"}`, "k", []string{"A"}, false},
		{`"StringEquals":{"K":"a"}`, "k", []string{"a"}, true},
		{`"StringEquals":{"k":["b","a"]}`, "k", []string{"a"}, true},
		{`"StringEquals":{"k":"a*"}`, "k", []string{"ab"}, false},
		{`"StringEquals":{"k":"a"}`, "", nil, false},
		{`"StringEqualsIfExists":{"k":"a"}`, "", nil, true},
		{`"StringEqualsIfExists":{"k":"a"}`, "k", []string{"b"}, false},
		{`"StringNotEquals":{"k":"a"}`, "k", []string{"b"}, true},
		{`"StringNotEquals":{"k":["a","b"]}`, "k", []string{"b"}, false},
		{`"StringNotEquals":{"k":"a"}`, "", nil, true},
		{`"StringEqualsIgnoreCase":{"k":"aB"}`, "k", []string{"Ab"}, true},
		{`"StringNotEqualsIgnoreCase":{"k":"aB"}`, "k", []string{"Ab"}, false},
		{`"StringLike":{"k":"a*c?"}`, "k", []string{"abbcd"}, true},
		{`"StringLike":{"k":"a*c?"}`, "k", []string{"abbc"}, false},
		{`"StringNotLike":{"k":"a*"}`, "k", []string{"b"}, true},
		{`"StringLike":{"k":"${*}x${?}"}`, "k", []string{"*x?"}, true},
		{`"StringLike":{"k":"${*}x${?}"}`, "k", []string{"axb"}, false},
		{`"StringEquals":{"k":"${k2}"}`, "k", []string{"x"}, false},
		{`"StringEquals":{"k":"${K}"}`, "k", []string{"x"}, true},
		{`"NumericEquals":{"k":5}`, "k", []string{"5.0"}, true},
		{`"NumericNotEquals":{"k":"5"}`, "k", []string{"6"}, true},
		{`"NumericLessThan":{"k":"5"}`, "k", []string{"4.9"}, true},
		{`"NumericLessThanEquals":{"k":"5"}`, "k", []string{"5"}, true},
		{`"NumericGreaterThan":{"k":"5"}`, "k", []string{"5"}, false},
		{`"NumericGreaterThanEquals":{"k":"5"}`, "k", []string{"5"}, true},
		{`"NumericEquals":{"k":"5"}`, "k", []string{"five"}, false},
		{`"DateGreaterThan":{"k":"2020-01-01T00:00:00Z"}`, "k", []string{"2020-01-01T00:00:01Z"}, true},
		{`"DateLessThan":{"k":"2020-01-01"}`, "k", []string{"1577836799"}, true},
		{`"DateEquals":{"k":"1577836800"}`, "k", []string{"2020-01-01T01:00:00+01:00"}, true},
		{`"DateNotEquals":{"k":"2020-01-01"}`, "k", []string{"2020-01-02"}, true},
		{`"Bool":{"k":true}`, "k", []string{"True"}, true},
		{`"Bool":{"k":"false"}`, "k", []string{"true"}, false},
		{`"BinaryEquals":{"k":"QQ=="}`, "k", []string{"QQ=="}, true},
		{`"IpAddress":{"k":"10.0.0.0/8"}`, "k", []string{"10.1.2.3"}, true},
		{`"IpAddress":{"k":"10.0.0.0/8"}`, "k", []string{"::ffff:10.1.2.3"}, true},
		{`"IpAddress":{"k":"10.0.0.1"}`, "k", []string{"10.0.0.2"}, false},
		{`"IpAddress":{"k":["10.0.0.1","2001:db8::/32"]}`, "k", []string{"2001:db8::5"}, true},
		{`"NotIpAddress":{"k":"10.0.0.0/8"}`, "k", []string{"11.1.2.3"}, true},
		{`"ArnLike":{"k":"arn:aws:iam::*:user/a*"}`, "k", []string{"arn:aws:iam::1:user/abc"}, true},
		{`"ArnEquals":{"k":"arn:aws:iam::*:user/a*"}`, "k", []string{"arn:aws:iam::1:user/abc"}, true},
		{`"ArnLike":{"k":"arn:aws:*:user/a"}`, "k", []string{"arn:aws:iam::1:user/a"}, true},
		{`"ArnLike":{"k":"arn:aws:iam:*:user/a:b"}`, "k", []string{"arn:aws:iam::1:user/a:b"}, false},
		{`"ArnNotLike":{"k":"arn:aws:iam::1:*"}`, "k", []string{"arn:aws:iam::2:user/a"}, true},
		{`"Null":{"k":"true"}`, "", nil, true},
		{`"Null":{"k":"true"}`, "k", []string{"a"}, false},
		{`"Null":{"k":false}`, "k", []string{"a"}, true},
		{`"ForAnyValue:StringEquals":{"k":"a"}`, "k", []string{"b", "a"}, true},
		{`"ForAnyValue:StringEquals":{"k":"a"}`, "", nil, false},
		{`"ForAnyValue:StringNotEquals":{"k":"a"}`, "k", []string{"a", "b"}, true},
		{`"ForAnyValue:StringNotEquals":{"k":"a"}`, "k", []string{"a"}, false},
		{`"ForAllValues:StringEquals":{"k":["a","b"]}`, "k", []string{"b", "a"}, true},
		{`"ForAllValues:StringEquals":{"k":["a","b"]}`, "k", []string{"b", "c"}, false},
		{`"ForAllValues:StringEquals":{"k":"a"}`, "", nil, true},
		{`"ForAllValues:StringNotLike":{"k":"a*"}`, "k", []string{"b", "ab"}, false},
		{`"StringEquals":{"k":"a"},"Bool":{"k":"true"}`, "k", []string{"a"}, false},
	}
	for _, tt := range tests {
		name := tt.condition + " of " + strings.Join(tt.got, ",")
		t.Run(name, func(t *testing.T) {
			text := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{` + tt.condition + `}}}`
			d, err := Parse([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			c := Context{}
			if tt.key != "" {
				c.Set(tt.key, tt.got...)
			}
			got := d.Evaluate(Request{Action: "a:b", Resource: "r", Context: c}).Decision == Allow
			if got != tt.want {
				t.Errorf("holds: %t, want %t", got, tt.want)
			}
		})
	}
}

func TestGlobIsNotExponential(t *testing.T) {
	g, err := compileGlob(strings.Repeat("a*", 250)+"b", globMode{wildcards: true})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("a", 8000)
	done := make(chan bool)
	go func() { done <- g.match(text, nil) }()
	select {
	case matched := <-done:
		if matched {
			t.Error("matched")
		}
	case <-time.After(20 * time.Second):
		t.Fatal("still matching")
	}
}

func TestNewContext(t *testing.T) {
	c := NewContext(time.Date(2026, 3, 4, 5, 6, 7, 0, time.FixedZone("", 3600)), "192.0.2.7", "agent", true)
	tests := []struct {
		condition string
		want      bool
	}{
		{`"DateEquals":{"aws:CurrentTime":"2026-03-04T04:06:07Z"}`, true},
		{`"DateGreaterThan":{"aws:EpochTime":"1772597167"}`, false},
		{`"NumericEquals":{"aws:EpochTime":"1772597167"}`, true},
		{`"Bool":{"aws:SecureTransport":"true"}`, true},
		{`"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}`, true},
		{`"StringLike":{"aws:UserAgent":"a*"}`, true},
		{`"Null":{"aws:username":"true"}`, true},
	}
	for _, tt := range tests {
		d := document(t, `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{`+tt.condition+`}}}`)
		if got := d.Evaluate(Request{Action: "a:b", Resource: "r", Context: c}).Decision == Allow; got != tt.want {
			t.Errorf("%s: %t", tt.condition, got)
		}
	}
}
