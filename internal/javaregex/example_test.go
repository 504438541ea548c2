package javaregex_test

import (
	"fmt"

	"postern/internal/javaregex"
)

func ExampleRegexp_MatchString() {
	r, err := javaregex.Compile(`[2-4&&[^3]]\d\d`, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, status := range []string{"200", "302", "2000"} {
		ok, _ := r.MatchString(status)
		fmt.Println(status, ok)
	}
	// Output:
	// 200 true
	// 302 false
	// 2000 false
}

func ExampleRegexp_ReplaceAll() {
	r, _ := javaregex.Compile(`(?<first>\w+) (\w+)`, 0)
	fmt.Println(r.ReplaceAll("Ada Lovelace", `$2, ${first}`, 100))
	// Output: Lovelace, Ada <nil>
}

func ExampleCompile_error() {
	_, err := javaregex.Compile(`/2\d{/`, 0)
	fmt.Println(err)
	// Output: regular expression "/2\\d{/", offset 4: bad repetition; a brace itself is \{
}
