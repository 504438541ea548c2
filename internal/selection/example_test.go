package selection_test

import (
	"fmt"

	"postern/internal/selection"
	"postern/jsonvalue"
)

func Example() {
	route, err := selection.Compile("${request.body.service}/${request.body.action}", selection.RouteSelection)
	if err != nil {
		fmt.Println(err)
		return
	}
	var message jsonvalue.Document
	env := selection.Env{Document: &message}
	for _, text := range []string{`{"service":"chat","action":"join"}`, `{"service":7}`, `hello`} {
		message.Reset([]byte(text))
		fmt.Printf("%s\n", route.Append(nil, &env))
	}
	// Output:
	// chat/join
	// 7/
	// /
}

func ExampleCompile_error() {
	_, err := selection.Compile("$context.routeKey", selection.RouteSelection)
	fmt.Println(err)
	// Output: "$context.routeKey", offset 0: variable $context.routeKey is not available in a route selection expression: only $request.body and what is in it
}

func ExampleCompilePattern() {
	key, err := selection.CompilePattern(`/2\d\d/`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, status := range []string{"204", "404"} {
		fmt.Println(key.Match([]byte(status)))
	}
	// Output:
	// true <nil>
	// false <nil>
}
