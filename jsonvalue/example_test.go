package jsonvalue_test

import (
	"fmt"

	"postern/jsonvalue"
)

func Example() {
	v, err := jsonvalue.Parse([]byte(`{"b": 1.50, "a": [{"c": "x/y"}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(v)
	fmt.Println(string(v.AppendJSON(nil)))
	// Output:
	// {b=1.5, a=[{"c":"x\/y"}]}
	// {"b":1.5,"a":[{"c":"x/y"}]}
}

func ExampleParse_error() {
	_, err := jsonvalue.Parse([]byte("{\n  \"a\": 1,\n}"))
	fmt.Println(err)
	// Output: line 3, column 1: unexpected '}', expected a name in double quotes
}

func ExampleParseLenient() {
	for _, text := range []string{`{ statusCode: 200, }`, `a=1&b=2`} {
		v, err := jsonvalue.ParseLenient([]byte(text))
		fmt.Println(v.Kind(), v, err)
	}
	// Output:
	// map {statusCode=200} <nil>
	// string a=1&b=2 <nil>
}

func ExampleDocument() {
	var d jsonvalue.Document
	d.Reset([]byte(`{"action": "join", "room": {"id": 7}}`))
	action, _ := d.Member("action")
	fmt.Printf("%s\n", action)
	room, _ := d.Member("room")
	id, _ := jsonvalue.RawMember(room, "id")
	fmt.Printf("%s\n", id)
	// Output:
	// "join"
	// 7
}

func ExampleList() {
	fromJSON, _ := jsonvalue.Parse([]byte(`["a", 1]`))
	made := jsonvalue.NewList(jsonvalue.OriginVTL, jsonvalue.String("a"), jsonvalue.Int(1))
	fmt.Println(fromJSON, made.Value())
	// Output: ["a",1] [a, 1]
}
