package syntax

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// parseJSON reads a text whose first character is "{".
func parseJSON(text []byte) (*Node, error) {
	// The whole text is scanned first: the decoder's token reader is laxer, and
	// tells other offsets.
	var raw json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		var syntaxErr *json.SyntaxError
		if !errors.As(err, &syntaxErr) {
			return nil, notWellFormed(true, 0, 0, err.Error())
		}
		// AWS counts the column after the character that it stumbled over, and
		// so does Offset.
		line, column := position(text, int(syntaxErr.Offset))
		return nil, notWellFormed(true, line, column, syntaxErr.Error())
	}
	r := &jsonReader{text: text, decoder: json.NewDecoder(bytes.NewReader(text)), line: 1}
	r.decoder.UseNumber()
	return r.value(0)
}

// jsonReader builds nodes from a text that is known to be valid JSON.
type jsonReader struct {
	text    []byte
	decoder *json.Decoder
	// offset is how far line and lineStart have been counted.
	offset, line, lineStart int
}

// token returns the next token and where it starts.
func (r *jsonReader) token() (token json.Token, line, column int, err error) {
	start := int(r.decoder.InputOffset())
	for start < len(r.text) && bytes.IndexByte([]byte(" \t\r\n,:"), r.text[start]) >= 0 {
		start++
	}
	for ; r.offset < start; r.offset++ {
		if r.text[r.offset] == '\n' {
			r.line++
			r.lineStart = r.offset + 1
		}
	}
	// Columns count bytes here: a node's position is for people, and counting
	// characters of one very long line for every token would be quadratic.
	line, column = r.line, start-r.lineStart+1
	token, err = r.decoder.Token()
	return token, line, column, err
}

func (r *jsonReader) value(depth int) (*Node, error) {
	token, line, column, err := r.token()
	if err != nil {
		return nil, notWellFormed(true, line, column, err.Error())
	}
	return r.from(token, line, column, depth)
}

// from makes the node that starts with the token.
func (r *jsonReader) from(token json.Token, line, column, depth int) (*Node, error) {
	n := &Node{Line: line, Column: column}
	switch token := token.(type) {
	case bool:
		n.Kind, n.Text = Bool, NewBool(token).Text
	case json.Number:
		n.Kind, n.Text = Number, token.String()
	case string:
		n.Kind, n.Text = String, token
	case json.Delim:
		if depth >= MaxDepth {
			return nil, notWellFormed(true, line, column, fmt.Sprintf("nested deeper than %d", MaxDepth))
		}
		if token == '{' {
			n.Kind = Map
			return n, r.members(n, depth+1)
		}
		n.Kind = List
		return n, r.items(n, depth+1)
	}
	return n, nil
}

func (r *jsonReader) items(n *Node, depth int) error {
	for {
		token, line, column, err := r.token()
		if err != nil {
			return notWellFormed(true, line, column, err.Error())
		}
		if token == json.Delim(']') {
			return nil
		}
		item, err := r.from(token, line, column, depth)
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
	}
}

func (r *jsonReader) members(n *Node, depth int) error {
	seen := map[string]bool{}
	for {
		token, line, column, err := r.token()
		if err != nil {
			return notWellFormed(true, line, column, err.Error())
		}
		name, ok := token.(string)
		if !ok {
			return nil // the closing brace
		}
		if seen[name] {
			return notWellFormed(true, line, column, fmt.Sprintf("%q is there twice", name))
		}
		seen[name] = true
		value, err := r.value(depth)
		if err != nil {
			return err
		}
		n.Members = append(n.Members, Member{Name: name, Value: value, Line: line, Column: column})
	}
}
