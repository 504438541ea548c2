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

// results prints what paths lead to.
func results(document string, paths ...string) {
	root, err := jsonvalue.Parse([]byte(document))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, text := range paths {
		path, err := jsonpath.Compile(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		switch value, found, err := path.Eval(root); {
		case err != nil:
			fmt.Println(text, "fails:", err)
		case !found:
			fmt.Println(text, "leads nowhere")
		default:
			fmt.Println(text, "is", value)
		}
	}
}

func Example_filters() {
	results(`{"users": [{"id": 7, "name": "Ada", "tags": ["admin"]}, {"id": 8, "name": "Bob"}], "online": [8, 9]}`,
		`$.users[?(@.tags)].name`,
		`$.users[?(!@.tags)].name`,
		`$.users[?(@.id == '7')].name`, // a number equals its text
		`$.users[?(@.id in $.online)].name`,
		`$.users[?(@.name =~ /a.*/i)].id`,
		`$.users[?(@.tags contains 'admin' || @.id > 7)].id`,
		`$.users[?(@.id < 0)]`, // an empty list: it leads somewhere
	)
	// Output:
	// $.users[?(@.tags)].name is ["Ada"]
	// $.users[?(!@.tags)].name is ["Bob"]
	// $.users[?(@.id == '7')].name is ["Ada"]
	// $.users[?(@.id in $.online)].name is ["Bob"]
	// $.users[?(@.name =~ /a.*/i)].id is [7]
	// $.users[?(@.tags contains 'admin' || @.id > 7)].id is [7,8]
	// $.users[?(@.id < 0)] is []
}

func Example_functions() {
	results(`{"items": [{"price": 2, "n": "a"}, {"price": 4, "n": "b"}], "l": [1, 2, 3]}`,
		`$.items.length()`,
		`$.items[*].price.sum()`, // of each price, which is no list
		`$..price.sum()`,         // of all prices
		`$.avg($.items[*].price)`,
		`$.concat($..n)`,
		`$.l.append(4)`,
		`$.l.last()`,
		`$.items[0].keys()`,
	)
	// Output:
	// $.items.length() is 2
	// $.items[*].price.sum() fails: no numbers to compute with
	// $..price.sum() is 6.0
	// $.avg($.items[*].price) is 3.0
	// $.concat($..n) is ab
	// $.l.append(4) is [1,2,3,4]
	// $.l.last() is 3
	// $.items[0].keys() is [price, n]
}

// What is missing, what is null and what is empty are three things.
func Example_missing() {
	results(`{"none": null, "list": [], "text": "x"}`,
		`$.none`, `$.nope`, `$.nope.deeper`, `$.list`, `$.list[0]`, `$.list[*]`, `$.nope[*]`, `$.text.x`, `$.text[0]`)
	// Output:
	// $.none is null
	// $.nope leads nowhere
	// $.nope.deeper leads nowhere
	// $.list is []
	// $.list[0] leads nowhere
	// $.list[*] is []
	// $.nope[*] leads nowhere
	// $.text.x leads nowhere
	// $.text[0] leads nowhere
}

func Example_slices() {
	results(`["a", "b", "c", "d"]`, `$[1]`, `$[-1]`, `$[0,2]`, `$[1:3]`, `$[:2]`, `$[2:]`, `$[-2:]`, `$[-3:-1]`, `$[1:-1]`)
	// Output:
	// $[1] is b
	// $[-1] is d
	// $[0,2] is ["a","c"]
	// $[1:3] is ["b","c"]
	// $[:2] is ["a","b"]
	// $[2:] is ["c","d"]
	// $[-2:] is ["c","d"]
	// $[-3:-1] is ["b","c"]
	// $[1:-1] is []
}
