package jsonvalue

import "unicode/utf8"

// keptMembers is the number of top-level members whose places a Document keeps
// memory for between messages.
const keptMembers = 1024

// Document is one message, read at most once and only as far as somebody
// asks: Valid and Member take one pass without allocation, Value builds the
// tree. The zero Document is an empty body, which is not JSON.
//
// A Document is meant to be reused for message after message. It is not safe
// for concurrent use.
type Document struct {
	body                  []byte
	members               []member
	tree                  Value
	treeErr               error
	arena                 *arena // of the tree; nil if it needs none
	scanned, valid, built bool
}

// Reset makes the document that of another body. The body must stay unchanged
// while the document is in use; values and text handed out before Reset stay
// good, except for raw text, which is part of the body.
func (d *Document) Reset(body []byte) {
	members := d.members[:0]
	if cap(members) > keptMembers {
		members = nil
	}
	*d = Document{body: body, members: members}
}

// Body returns the body as given to Reset.
func (d *Document) Body() []byte { return d.body }

// Valid reports whether the body is JSON as RFC 8259 has it, nested no deeper
// than MaxDepth. The first call reads the body, the others remember. The text
// is taken to be UTF-8: bytes that are not are not looked for.
func (d *Document) Valid() bool {
	if !d.scanned {
		d.scanned = true
		d.members, d.valid = scan(d.body, d.members[:0])
	}
	return d.valid
}

// Member returns the raw text of the top-level member of that name, the last
// one if there are several. The text is part of the body: it is valid JSON,
// and must not be changed. ok is false if there is no such member, the body is
// no object or not valid.
func (d *Document) Member(name string) (raw []byte, ok bool) {
	if !d.Valid() {
		return nil, false
	}
	return find(d.body, d.members, name)
}

// find returns the raw text of the last of the members with that name.
func find(body []byte, members []member, name string) (raw []byte, ok bool) {
	for i := len(members) - 1; i >= 0; i-- {
		m := &members[i]
		key := body[m.key:m.keyEnd]
		if !m.escaped && string(key) == name || m.escaped && unescapesTo(key, name) {
			return body[m.value:m.valueEnd], true
		}
	}
	return nil, false
}

// Value returns the whole tree, read with ParseLenient on the first call: a
// body that is not JSON is one string. The error is a *SyntaxError.
func (d *Document) Value() (Value, error) {
	if !d.built {
		d.built = true
		d.tree, d.arena, d.treeErr = parseKept(d.body)
	}
	return d.tree, d.treeErr
}

// Release says that nobody uses the tree any more, nor any map or list in it,
// so that its memory can serve another one. Strings stay good. Value then
// builds the tree again from the body, without what has been changed in it.
// Without Release the garbage collector finds out by itself.
func (d *Document) Release() {
	if d.arena != nil {
		d.arena.release()
	}
	d.tree, d.arena, d.treeErr, d.built = Value{}, nil, nil, false
}

// Built reports whether Value has built the tree. Templates may have changed
// it since; the raw text never changes.
func (d *Document) Built() bool { return d.built }

// RawMember returns the raw text of the last member of that name in the raw
// text of an object, which must be valid JSON such as Member returns. ok is
// false if object is not an object or has no such member.
func RawMember(object []byte, name string) (raw []byte, ok bool) {
	i := skipSpace(object, 0)
	if i >= len(object) || object[i] != '{' {
		return nil, false
	}
	for {
		i = skipSpace(object, i+1)
		if object[i] == '}' { // an empty object
			return raw, ok
		}
		end, escaped := skipString(object, i+1)
		key := object[i+1 : end-1]
		i = skipSpace(object, end)
		i = skipSpace(object, i+1)
		start := i
		i = skipValue(object, i)
		if !escaped && string(key) == name || escaped && unescapesTo(key, name) {
			raw, ok = object[start:i], true
		}
		if i = skipSpace(object, i); object[i] == '}' {
			return raw, ok
		}
	}
}

// unescapesTo reports whether the content of a valid string literal means
// text.
func unescapesTo(literal []byte, text string) bool {
	for i := 0; i < len(literal); {
		if literal[i] != '\\' {
			if text == "" || text[0] != literal[i] {
				return false
			}
			text = text[1:]
			i++
			continue
		}
		r, n := unescape(literal[i+1:])
		i += 1 + n
		var buf [utf8.UTFMax]byte
		enc := utf8.AppendRune(buf[:0], r)
		if len(text) < len(enc) || text[:len(enc)] != string(enc) {
			return false
		}
		text = text[len(enc):]
	}
	return text == ""
}
