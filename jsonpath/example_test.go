package jsonpath_test

import (
	"fmt"

	"postern/jsonpath"
	"postern/jsonvalue"
)

const store = `{"store": {"book": [
	{"title": "Sayings", "price": 8.95},
	{"title": "Honour", "price": 12.99, "isbn": "0-553-1"}
]}}`

func Example() {
	root, err := jsonvalue.Parse([]byte(store))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, text := range []string{
		`$.store.book[0].title`,
		`$..title`,
		`$.store.book[?(@.price > 10)].title`,
		`$.store.book.length()`,
		`$.store.bicycle`,
	} {
		path, err := jsonpath.Compile(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		value, found, err := path.Eval(root)
		fmt.Println(value, found, err)
	}
	// Output:
	// Sayings true <nil>
	// ["Sayings","Honour"] true <nil>
	// ["Honour"] true <nil>
	// 2 true <nil>
	// null false <nil>
}

func ExampleCompile_error() {
	_, err := jsonpath.Compile(`$.store.book[?(@.price < )]`)
	fmt.Println(err)
	// Output: path "$.store.book[?(@.price < )]", offset 25: expected a path, a string in quotes, a number, true, false, null, [...] or /.../
}

func ExamplePath_EvalDocument() {
	path, _ := jsonpath.Compile(`$.room.id`)
	var d jsonvalue.Document
	for _, body := range []string{`{"action": "join", "room": {"id": 7}}`, `no JSON`} {
		d.Reset([]byte(body))
		fmt.Println(path.EvalDocument(&d))
	}
	// Output:
	// 7 true <nil>
	// null false <nil>
}
