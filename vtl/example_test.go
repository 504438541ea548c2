package vtl_test

import (
	"errors"
	"fmt"
	"log"
	"strings"

	"postern/jsonvalue"
	"postern/vtl"
)

func Example() {
	t, err := vtl.Parse(`Hello $user.name!
#foreach($item in $user.items)
$foreach.count. $item.toUpperCase()
#end`, vtl.Options{})
	if err != nil {
		log.Fatal(err)
	}
	user, err := jsonvalue.Parse([]byte(`{"name": "Ada", "items": ["tea", "milk"]}`))
	if err != nil {
		log.Fatal(err)
	}
	out, err := t.Render(nil, vtl.Variables{"user": user})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(out))
	// Output:
	// Hello Ada!
	// 1. TEA
	// 2. MILK
}

// What is missing is an empty string in the AWS profile, and prints as it is
// written in the Stock profile.
func ExampleProfile() {
	for _, p := range []vtl.Profile{vtl.AWS, vtl.Stock} {
		t, err := vtl.Parse(`[$nope] #if($nope)true#{else}false#end`, vtl.Options{Profile: p})
		if err != nil {
			log.Fatal(err)
		}
		out, _ := t.Render(nil, nil)
		fmt.Println(string(out))
	}
	// Output:
	// [] true
	// [$nope] false
}

func ExampleError_Snippet() {
	_, err := vtl.Parse("#set($i = 1)\n{\"next\": $list.get($i + 1)}", vtl.Options{})
	if e := new(vtl.Error); errors.As(err, &e) {
		fmt.Println(e)
		fmt.Println(e.Snippet())
	}
	// Output:
	// line 2, column 23: '+' in an argument or index, which is no expression: compute it with #set first
	// {"next": $list.get($i + 1)}
	//                       ^
}

func ExampleTemplate_Trace() {
	t, err := vtl.Parse(`#set($n = $price * 2)$n $nope.size()`, vtl.Options{})
	if err != nil {
		log.Fatal(err)
	}
	scope := vtl.Variables{"price": jsonvalue.Double(1.5)}
	t.Trace(nil, scope, func(r vtl.Reference, v jsonvalue.Value) {
		_, col := t.Position(r.Offset)
		fmt.Printf("%2d %s = %q\n", col, r.Text, v.String())
	})
	// Output:
	// 11 $price = "1.5"
	// 22 $n = "3.0"
	// 25 $nope.size() = ""
}

func ExampleTemplate_StringArguments() {
	t, err := vtl.Parse(`{"id": $input.path('$.id'), "all": $input.json("$")}`, vtl.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, a := range t.StringArguments() {
		fmt.Println(a.Variable, a.Method, a.Text)
	}
	// Output:
	// input path $.id
	// input json $
}

// shouter is a host object with one method.
type shouter struct{}

func (*shouter) Property(string) (jsonvalue.Value, bool) { return jsonvalue.Value{}, false }

func (*shouter) Call(method string, args []jsonvalue.Value) (jsonvalue.Value, bool, error) {
	if method != "shout" || len(args) != 1 {
		return jsonvalue.Value{}, false, nil
	}
	return jsonvalue.String(strings.ToUpper(args[0].String()) + "!"), true, nil
}

func (*shouter) AppendText(dst []byte) []byte { return append(dst, "shouter"...) }

// A host object brings methods of the program into a template.
func ExampleScope() {
	t, err := vtl.Parse(`$voice.shout("hello") $voice.whisper("hello")`, vtl.Options{})
	if err != nil {
		log.Fatal(err)
	}
	out, err := t.Render(nil, vtl.Variables{"voice": jsonvalue.Host(&shouter{})})
	fmt.Printf("%q %v\n", out, err)
	// Output: "HELLO! " <nil>
}
