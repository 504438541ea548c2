package vtl_test

import (
	"fmt"
	"log"

	"postern/jsonvalue"
	"postern/vtl"
)

// data is what the examples know: $user, $list and $n.
var data = func() vtl.Variables {
	v := vtl.Variables{"n": jsonvalue.Int(7)}
	for name, text := range map[string]string{
		"user": `{"name": "Ada", "admin": true, "none": null, "tags": ["a/b", {"k": "v"}], "at": {"x": 1.50}}`,
		"list": `[3, 1, 2]`,
	} {
		value, err := jsonvalue.Parse([]byte(text))
		if err != nil {
			log.Fatal(err)
		}
		v[name] = value
	}
	return v
}()

// try prints each template with what it renders.
func try(templates ...string) {
	for _, source := range templates {
		t, err := vtl.Parse(source, vtl.Options{})
		if err != nil {
			fmt.Printf("%s -> %v\n", source, err)
			continue
		}
		out, err := t.Render(nil, data)
		if err != nil {
			fmt.Printf("%s -> %v\n", source, err)
			continue
		}
		fmt.Printf("%s -> %s\n", source, out)
	}
}

// A name goes as far as it can, hyphens included, and what does not exist is
// empty.
func Example_references() {
	try(`$user.name`, `${user.name}s`, `[$user.nope] [$nope.a.b()] [$user.none]`, `$user.name.length()`, `$user["name"]`, `$list[0] $list[-1]`,
		`[$n-1] ${n}-1`, `$5.00 a$ b`, `\$user.name`)
	// Output:
	// $user.name -> Ada
	// ${user.name}s -> Adas
	// [$user.nope] [$nope.a.b()] [$user.none] -> [] [] []
	// $user.name.length() -> 3
	// $user["name"] -> Ada
	// $list[0] $list[-1] -> 3 2
	// [$n-1] ${n}-1 -> [] 7-1
	// $5.00 a$ b -> $5.00 a$ b
	// \$user.name -> $user.name
}

// A map prints as Java prints it, and what came from a JSON array as JSON, with
// everything in it.
func Example_printing() {
	try(`$user.at`, `$user.tags`, `$user`, `[1, 2] #set($l = [1, "a"])$l`, `#set($m = {"k": "v"})$m`)
	// Output:
	// $user.at -> {x=1.5}
	// $user.tags -> ["a\/b",{"k":"v"}]
	// $user -> {name=Ada, admin=true, none=null, tags=["a\/b",{"k":"v"}], at={x=1.5}}
	// [1, 2] #set($l = [1, "a"])$l -> [1, 2] [1, a]
	// #set($m = {"k": "v"})$m -> {k=v}
}

// Only false is false. To ask whether something is there, compare it with "".
func Example_conditions() {
	try(`#if($user.admin)yes#else no#end`, `#if($nope)yes#else no#end`, `#if($nope != "")yes#else no#end`, `#if("x")yes#else no#end`,
		`#if("7" == $n)yes#else no#end`, `#if("b" > "a")yes#else no#end`, `#if($n > 5 && !($n == 6))yes#else no#end`, `#if($n gt 5 and not false)yes#{else}no#end`)
	// Output:
	// #if($user.admin)yes#else no#end -> yes
	// #if($nope)yes#else no#end -> yes
	// #if($nope != "")yes#else no#end ->  no
	// #if("x")yes#else no#end ->  no
	// #if("7" == $n)yes#else no#end -> yes
	// #if("b" > "a")yes#else no#end ->  no
	// #if($n > 5 && !($n == 6))yes#else no#end -> yes
	// #if($n gt 5 and not false)yes#{else}no#end -> yes
}

func Example_arithmetic() {
	try(`#set($x = $n / 2)$x`, `#set($x = $n / 2.0)$x`, `#set($x = 2147483647 + 1)$x`, `#set($x = 10000000.0)$x`, `#set($x = "a" + 1 + 2)$x`,
		`#set($x = 1)#set($x = $n / 0)$x`, `#set($x = $n -1)`, `#set($x = $n - 1)$x`, `$list.get($n + 1)`)
	// Output:
	// #set($x = $n / 2)$x -> 3
	// #set($x = $n / 2.0)$x -> 3.5
	// #set($x = 2147483647 + 1)$x -> 2147483648
	// #set($x = 10000000.0)$x -> 1.0E7
	// #set($x = "a" + 1 + 2)$x -> a12
	// #set($x = 1)#set($x = $n / 0)$x -> 1
	// #set($x = $n -1) -> line 1, column 14: unexpected "-1", expected an operator or the ) of #set; a minus between two values has a blank behind it: $i - 1
	// #set($x = $n - 1)$x -> 6
	// $list.get($n + 1) -> line 1, column 14: '+' in an argument or index, which is no expression: compute it with #set first
}

func Example_loops() {
	try(`#foreach($i in $list)$i#if($foreach.hasNext), #end#end`, `#foreach($i in [1..3])$foreach.index:$i;#end`, `#foreach($k in $user.at.keySet())$k=$user.at.get($k)#end`,
		`#foreach($i in $list)#if($i == 1)#break#end$i#end.`, `[#foreach($i in $nope)x#end]`, `#foreach($a in [1, 2])#foreach($b in [1, 2])$foreach.parent.count$foreach.count;#end#end`)
	// Output:
	// #foreach($i in $list)$i#if($foreach.hasNext), #end#end -> 3, 1, 2
	// #foreach($i in [1..3])$foreach.index:$i;#end -> 0:1;1:2;2:3;
	// #foreach($k in $user.at.keySet())$k=$user.at.get($k)#end -> x=1.5
	// #foreach($i in $list)#if($i == 1)#break#end$i#end. -> 3.
	// [#foreach($i in $nope)x#end] -> []
	// #foreach($a in [1, 2])#foreach($b in [1, 2])$foreach.parent.count$foreach.count;#end#end -> 11;12;21;22;
}

// Quotes of both kinds are strings; in double quotes is a template.
func Example_strings() {
	try(`#set($s = 'it''s $n')$s`, `#set($s = "n is $n")$s`, `#set($s = "#if($n > 5)large#end")$s`, `#set($s = "say ""hi""")$s`, `#set($s = "\u00e9\n")$s`, `#set($s = "\"x\"")`,
		`$user.name.toUpperCase().substring(1)`, `$user.name.replaceAll("[a-z]", "-")`, `#set($s = "a,b")$s.split(",")[1]`, `$user.name.substring(9)`)
	// Output:
	// #set($s = 'it''s $n')$s -> it's $n
	// #set($s = "n is $n")$s -> n is 7
	// #set($s = "#if($n > 5)large#end")$s -> large
	// #set($s = "say ""hi""")$s -> say "hi"
	// #set($s = "\u00e9\n")$s -> é\n
	// #set($s = "\"x\"") -> line 1, column 14: unexpected "x", expected an operator or the ) of #set; a quote within a string is written "", not \"
	// $user.name.toUpperCase().substring(1) -> DA
	// $user.name.replaceAll("[a-z]", "-") -> A--
	// #set($s = "a,b")$s.split(",")[1] -> b
	// $user.name.substring(9) -> line 1, column 12: begin 9, end 3 is out of range for a string of length 3
}

// Methods of lists and maps return something, which prints: #set catches it.
func Example_collections() {
	try(`#set($l = [])$l.add("x")$l.add("y")$l`, `#set($l = [])#set($ok = $l.add("x"))$l`, `#set($m = {})#set($m.a = 1)#set($m["b c"] = 2)$m $m.size() [$m.size]`,
		`#set($m = {"a": 1})$m.put("a", 2)$m.put("b", 3)$m`, `$list.contains(3) $list.indexOf(2) $list.size() $list.isEmpty()`, `$list.get(9)`)
	// Output:
	// #set($l = [])$l.add("x")$l.add("y")$l -> truetrue[x, y]
	// #set($l = [])#set($ok = $l.add("x"))$l -> [x]
	// #set($m = {})#set($m.a = 1)#set($m["b c"] = 2)$m $m.size() [$m.size] -> {a=1, b c=2} 2 []
	// #set($m = {"a": 1})$m.put("a", 2)$m.put("b", 3)$m -> 1{a=2, b=3}
	// $list.contains(3) $list.indexOf(2) $list.size() $list.isEmpty() -> true 2 3 false
	// $list.get(9) -> line 1, column 7: index 9 is out of range for length 3
}

// Directives take the rest of their line with them, and #set what stands before
// it at the start or behind another directive.
func Example_whiteSpace() {
	t, err := vtl.Parse("{\n  #set($a = 1)\n  #if($a == 1)\n  \"a\": $a\n  #end\n}", vtl.Options{})
	if err != nil {
		log.Fatal(err)
	}
	out, err := t.Render(nil, nil)
	fmt.Printf("%q %v\n", out, err)
	// Output: "{\n      \"a\": 1\n  }" <nil>
}

// A template of a stranger ends within its limits.
func ExampleLimits() {
	t, err := vtl.Parse(`#set($s = "x")#foreach($i in [1..1000])#set($s = $s + $s)#end$s`, vtl.Options{Limits: vtl.Limits{Output: 1 << 16}})
	if err != nil {
		log.Fatal(err)
	}
	_, err = t.Render(nil, nil)
	fmt.Println(err)
	// Output: line 1, column 53: the output is longer than the limit of 65536 bytes
}
