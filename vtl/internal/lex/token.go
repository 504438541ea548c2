package lex

// Kind is what a token is.
type Kind uint8

// The kinds of tokens. Where several match the same number of characters the
// one that stands first here wins, so the order matters.
const (
	None Kind = iota
	EOF

	IndexOpen    // [ behind a reference
	IndexClose   // ]
	BracketOpen  // [ of a list or range
	BracketClose // ]
	Comma
	Range // ..
	Colon
	CurlyOpen  // { of a map
	CurlyClose // }
	ParenOpen
	ParenClose // ) with the rest of a line that is otherwise blank
	CallClose  // ) of a method call

	EscapedDirective // \#if
	SetOpen          // #set( with the blanks before it

	dollar       // $ with the backslashes before it
	dollarBang   // $!
	blockStart   // #[[
	formalStart  // #** and the character behind it
	commentStart // #*
	hash         // #

	LineComment    // ##
	DoubleEscape   // \\
	Escape         // \
	Text           // anything without $, # and \
	LineCommentEnd // the newline
	FormalComment  // #** … *#
	BlockComment   // #* … *#
	TextBlock      // #[[ … ]]#
	anything       // a character within a comment or text block

	Space
	String
	True
	False

	Minus
	Plus
	Times
	Divide
	Modulo
	And
	Or
	Less
	LessEqual
	Greater
	GreaterEqual
	Equal
	NotEqual
	Not
	Assign

	End // #end with the rest of a line that is otherwise blank
	If  // #if
	ElseIf
	Else

	Integer
	Float
	Word       // #name, or a bare word among a directive's arguments
	CurlyWord  // #{name}
	Identifier // $name, or the name of a property or method
	Dot        // . before a property or method
	FormalOpen // ${
	FormalClose

	endOfReference // any other character behind a reference
	endOfDirective // any other character behind a #

	EmptyIndex // $[ and $. which are only text
)

var names = [...]string{
	EOF: "the end of the template", IndexOpen: "'['", IndexClose: "']'", BracketOpen: "'['", BracketClose: "']'",
	Comma: "','", Range: "'..'", Colon: "':'", CurlyOpen: "'{'", CurlyClose: "'}'", ParenOpen: "'('", ParenClose: "')'",
	CallClose: "')'", SetOpen: "#set", Text: "text", String: "a string", True: "true", False: "false", Assign: "'='",
	End: "#end", If: "#if", ElseIf: "#elseif", Else: "#else", Integer: "a number", Float: "a number", Word: "a word",
	Identifier: "a name", FormalOpen: "'${'", FormalClose: "'}'",
}

// String names the kind for an error message.
func (k Kind) String() string {
	if int(k) < len(names) && names[k] != "" {
		return names[k]
	}
	return "token"
}

// Token is one piece of a template.
type Token struct {
	Kind Kind
	// Image is the token's text, with what had to be read before its kind was
	// known: the $ of a reference, the backslashes before it, the # of a
	// directive. The parser changes it where escapes are resolved.
	Image string
	// Special is text that was passed over on the way to this token, such as
	// the $ of "$ 5". It prints before Image if the token ends up as text, and
	// is lost otherwise.
	Special string
	// Pos and End are the offsets of the token in the source.
	Pos, End int
}

// Literal is what the token prints as text.
func (t *Token) Literal() string {
	if t.Kind == BlockComment {
		return ""
	}
	return t.Special + t.Image
}
