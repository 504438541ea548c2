package eval_test

import (
	"fmt"
	"log"
	"os"
	"strings"

	"postern/internal/eval"
)

func ExampleLines() {
	in := strings.NewReader(`{"id": "a", "template": "Hello $input.path('$.name')!", "body": "{\"name\": \"Ada\"}"}
{"id": "b", "template": "Hello $input.path('$.name'!"}
`)
	if err := eval.Lines(in, os.Stdout, eval.Options{}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// {"id":"a","output":"Hello Ada!"}
	// {"id":"b","error":"parse","message":"'!' cannot stand here","line":1,"column":27}
}

func ExampleRender() {
	c, err := eval.ParseCase([]byte(`{"template": "#set($l = $input.path('$.list'))$l.size(): $l[9]", "body": {"list": [1, 2]}}`))
	if err != nil {
		log.Fatal(err)
	}
	if err := eval.Render(os.Stdout, os.Stdout, c, eval.Options{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// references:
	//   1:11  $input.path('$.list')  = [1,2] (list)
	//   1:33  $l.size()              = 2 (int)
	// error: line 1, column 46: index 9 is out of range for length 2
	//   #set($l = $input.path('$.list'))$l.size(): $l[9]
	//                                                ^
	// the template has a mistake
}
