// Package vtl is the Velocity Template Language as Amazon API Gateway runs it:
// Apache Velocity 1.7 with everything undefined an empty string. It also runs
// Velocity 1.7 as it is shipped (the Stock profile).
//
// The package is the language alone. A program gives it values and host objects
// through a Scope; $input, $util, $context and $stageVariables are such objects
// and are found in the program, not here. There is no reflection: the methods
// of strings, numbers, lists and maps are tables, getClass does not exist, and
// a template can reach nothing but what it was given. A template from a
// stranger ends within its Limits, with an *Error that names line and column.
//
// What follows is the language as it is, with its surprises: where Velocity's
// manual, common belief and the service differ, this is what the service does.
//
// # Text
//
// A template is text with references ($name), directives (#name) and comments.
// Everything else prints as it is, white space around the template included.
//
//	{"id": "$input.path('$.id')"}     a reference within text
//	costs $5, color #fff, a@b.c       all text: no letter follows the $, no directive has that name
//	#[[ $text #if ]]#                 text in which nothing has a meaning
//	#literal() $text #set #end        the same, where brackets are in the way
//	## to the end of the line         a comment, with its line break
//	#* over several lines *#          a comment, without the line break behind it
//
// A $ or # may not be the very last character of a template: "cost: $" does not
// parse, "cost: $ " does. The same holds for the third # of "###" at the end,
// since comments are read with the same eyes.
//
// # References
//
//	$name   ${name}   $!name   $!{name}
//	$name.property            a member of a map, or getProperty(), isProperty()
//	$name.method("a", 1)      a method
//	$name[0]  $name["key"]    an element; [-1] is the last
//
// A name is a letter or _ followed by letters, digits, _ and hyphens. So $a-b is
// one variable, $i-1 is too, and "${a}-b" is what was meant. A $ with anything
// else behind it is text.
//
// What does not exist is an empty string: an unknown variable, a missing
// member, a member of something missing, a method that nobody has, a method
// that returns null, a JSON null. The whole reference collapses at the first of
// these, and so $nope.a.b() prints nothing and is no error. It follows that
//
//   - $x and $!x print the same;
//   - #if($nope) is true, and !$nope is false: an empty string is something;
//   - $nope == "" is true, and so is $nope == $null, where $null is nothing but
//     one more variable that does not exist;
//   - $nope.length() is nothing, not 0: the method of nothing is nothing;
//   - to ask whether something is there, compare: #if($x != "").
//
// Arguments of a method are constants, lists, maps, ranges and references, and
// no expressions: $l.get($i + 1) does not parse; #set($j = $i + 1) first. A bare
// word is null: $l.contains(null). Between name and parenthesis there may be no
// blank: "$x.f (1)" is a property and text. A method that has a form without
// arguments fails, instead of printing nothing, when it is given too many:
// $s.length(1).
//
// A list that is asked for an index it does not have fails the whole template,
// and so do a substring that is out of range, a number that is none, and a
// pattern that is none. On the service that is a 500 or an error frame.
//
// $true and $false are not variables: they do not parse. Behind a property, a
// comment needs a blank before it: "$x.y##" is no comment.
//
// # Escapes
//
//	\$name    prints $name, known or not
//	\\$name   prints a backslash and the value
//	\#if      prints #if; before a # that is no directive the backslash stays
//	\n        is a backslash and an n, everywhere
//
// # Setting
//
//	#set($name = expression)
//	#set($map.key = …)  #set($map["key"] = …)  #set($list[0] = …)
//
// Setting a variable to null changes nothing: after a division by zero, or
// arithmetic on something that is no number, the old value stays. Braces and !
// on the left set another variable, which cannot be read: #set(${x} = 1) and
// #set($!x = 1) leave $x alone.
//
// Lists and maps are shared, not copied. A template that changes what
// $input.path returned changes what $input.json prints afterwards.
//
// # Constants
//
//	1  -1  2147483648           Integer, Long or BigInteger, by size
//	1.5  5.  .5  1e3            Double
//	true  false
//	'text'                      only '' means something: a quote
//	"text with $references"     a template of its own; "" is a quote
//	[1, "a", $x]                a list
//	[1..5]  [$a..$b]  [5..1]    a range: a list of integers
//	{"key": $x, "other": 1}     a map, in this order
//
// A string in double quotes is a whole template: "#if($x)yes#end" works, and
// "##" is empty. \" is no quote in it and \n no line break; \u00e9 is é, there
// only. There is no null; "- 1" with a blank is no number; a map has no comma
// behind its last entry.
//
// # Conditions
//
//	#if(condition) … #elseif(condition) … #else … #end
//	== != < > <= >=   &&  ||  !      eq ne lt gt le ge   and  or  not
//
// A reference is true unless it is false. Comparisons are what they are. Every
// constant but true is false: #if("x"), #if(1) and #if([1]) all are.
//
// == compares numbers as numbers: 1 == 1.0. Values of the same class it compares
// with equals: two lists with equal items are equal. Values of different
// classes it compares as text: "1" == 1 and "true" == true. The other comparisons
// are for numbers; with anything else they are false, "2" > 1 too, and "a" < "b".
//
// Words touch: "#else text" is fine, "#elsetext" is another directive, and
// "#end" runs into a letter behind it. "#{else}text" and "#{end}text" do not.
//
// # Arithmetic
//
// + - * / % on Integers, Longs, BigIntegers, Doubles and BigDecimals, with a
// larger class when a result needs one: 2147483647 + 1 is 2147483648. A
// division of whole numbers truncates. Division by zero is null. + with a
// string on either side joins: "a" + 1, and 1 + 2 + "a" is 3a. There is no
// minus before a reference, and "$i -1" does not parse, because -1 is a number
// behind a number: write "$i - 1".
//
// Numbers print as Java prints them: 1.0, 1.0E7 from ten million on, 1.0E-4
// below a thousandth.
//
// # Loops
//
//	#foreach($item in $list) … #end
//
// goes through lists, arrays, ranges, sets, iterators, and the values of a map.
// Anything else, a string or a missing list, has no rounds. In the AWS profile
// a loop ends, silently, after 1,000 rounds. Within it:
//
//	$foreach.index  .count      from 0, and from 1
//	$foreach.hasNext  .first  .last
//	$foreach.parent  .topmost   the loops around
//	$velocityCount  $velocityHasNext
//
// Afterwards the item's variable is what it was before. In a round whose item is
// a JSON null, the variable is empty and #set cannot change it. A list or map that
// grows or shrinks while it is gone through fails the template. #break leaves
// the loop, #break($foreach.parent) an outer one; outside of loops #break ends
// the template, as #stop always does.
//
// # Blocks
//
// #define($name) … #end makes a variable that renders the block each time it
// prints, with the variables as they are then. One that contains itself does so
// twice. It has no methods but toString().
//
// #macro defines nothing in the AWS profile: its text vanishes, and #name(…)
// prints as it is written. So do #evaluate, #parse and #include, and every
// other name that is no directive. In the Stock profile macros work, with
// arguments by name, $bodyContent and #@name(…) … #end.
//
// # White space
//
// #if(…), #elseif(…), #else, #end, #foreach(…), #define(…) and #set(…) take the
// rest of their line with them if it is blank. What stands before them stays:
//
//	{
//	  #set($a = 1)
//	  "a": $a
//	}
//
// prints the blanks before #set and those before "a" in one line. Only #set
// swallows the blanks before it, and only if the template, a directive, a
// comment or a reference stands right before those: "$a #set($b = 1)" prints
// nothing between. Any directive's name may stand in braces: #{if}($x).
//
// # Printing
//
// A map prints as Java prints it, {a=1, b=x}, and so does a list that a template
// has made, [1, 2]. An array that came from JSON prints as JSON, without
// blanks and with / as \/, and so does everything in it: {a=[{"b":"c\/d"}]}.
// A string has no quotes, a JSON null in a map is null. Members keep their order.
//
// # Methods of strings
//
// Indexes count UTF-16 units, as in Java: an emoji is two.
//
//	length isEmpty isBlank charAt codePointAt codePointCount
//	equals equalsIgnoreCase compareTo compareToIgnoreCase contentEquals regionMatches
//	contains startsWith endsWith indexOf lastIndexOf
//	substring subSequence concat repeat join format formatted
//	toLowerCase toUpperCase trim strip stripLeading stripTrailing
//	replace replaceAll replaceFirst matches split
//	toCharArray getBytes valueOf copyValueOf intern toString hashCode
//
// replace takes text; replaceAll, replaceFirst, matches and split take Java's
// regular expressions: split("|") cuts everywhere, split("\\|") at the bars, and
// in a replacement $1 and \ have a meaning. split returns an array: it has
// [0], get(0) and size(), but no length, and prints as [Ljava.lang.String;@0.
// charAt returns a Character, which == a string but does not equal one.
// Properties: $s.empty, $s.blank, $s.bytes.
//
// # Methods of lists
//
//	size isEmpty get set add addAll remove removeAll retainAll clear
//	contains containsAll indexOf lastIndexOf subList iterator listIterator
//	toArray sort clone equals hashCode toString ensureCapacity trimToSize
//	appendElement toJSONString (arrays from JSON)
//
// Methods that want a function (forEach, removeIf, a list's or map's replaceAll)
// fail with null and are nothing with all else.
//
// add returns true, and set and remove return the old item: all of it prints.
// #set($ok = $l.add(1)) catches it. remove(1) removes by index, remove("a") by
// value. sort takes null. There is no
// $l.size and no $l.length, but $l.empty. Arrays (of split, toArray, toCharArray)
// have the methods that change nothing, and set.
//
// # Methods of maps
//
//	size isEmpty get getOrDefault containsKey containsValue
//	put putIfAbsent putAll replace remove clear
//	keySet values entrySet clone equals hashCode toString
//
// $m.name is the member, whatever its name: $m.size is the member "size",
// $m.size() how many there are. put returns the old value, which prints, and
// nothing the first time. keySet, values and entrySet are views: they change
// with the map, and have
//
//	size isEmpty contains containsAll iterator toArray remove removeAll retainAll clear
//	add addAll (which fail)
//
// An entry has key and value as properties, getKey, getValue and setValue. An
// iterator has hasNext, next and remove. Keys need not be strings: {1: "a"} has
// the member $m.get(1), and $m.get("1") is nothing.
//
// # Methods of numbers
//
// Static methods work on any number of the class: $n.parseInt("12") needs an
// Integer $n, #set($n = 0) will do.
//
//	intValue longValue shortValue byteValue doubleValue floatValue
//	compareTo equals hashCode toString
//	Integer, Long: parseInt parseLong parseUnsignedInt valueOf decode sum max min compare signum
//	   toHexString toOctalString toBinaryString toUnsignedString toUnsignedLong
//	   bitCount highestOneBit lowestOneBit numberOfLeadingZeros numberOfTrailingZeros
//	   reverse reverseBytes rotateLeft rotateRight
//	   compareUnsigned divideUnsigned remainderUnsigned
//	Double: parseDouble valueOf isNaN isInfinite isFinite sum max min compare
//	   doubleToLongBits doubleToRawLongBits longBitsToDouble
//	BigInteger: bitCount add subtract multiply divide mod remainder pow negate abs signum gcd max min
//	   bitLength and or xor andNot not shiftLeft shiftRight testBit valueOf
//	BigDecimal: add subtract multiply divide pow negate abs plus signum scale precision max min
//	   setScale movePointLeft movePointRight stripTrailingZeros unscaledValue toPlainString toBigInteger
//	Boolean: booleanValue parseBoolean valueOf logicalAnd logicalOr logicalXor
//	Character: charValue isDigit isLetter isLetterOrDigit isUpperCase isLowerCase isWhitespace
//	   isAlphabetic isSpaceChar toUpperCase toLowerCase getNumericValue valueOf compare
//
// There is no Math, no date and no random number.
//
// # Limits
//
// Velocity has none but the one for loops. Here a rendering ends with an error
// when it has printed 4 MiB, gone through 100,000 rounds, made a range of more
// than 100,000 numbers, a number of more than 19,728 digits, nested a hundred
// definitions, spent a tenth of a second in regular expressions, or done more
// work than some fifty milliseconds' worth: a string of a megabyte that is
// searched a hundred times. A value that contains itself prints as Java prints
// it where Java can, [1, (this Collection)], and is an error where Java's stack
// would run over. Limits has the numbers that can be chosen.
//
// # Use
//
// Parse once, Render often; a Template is safe for concurrent use and rendering
// one reuses memory. Values are those of package postern/jsonvalue; host objects
// implement jsonvalue.Object, and Mapper or CallAppender where that pays.
package vtl
