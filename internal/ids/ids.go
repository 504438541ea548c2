// Package ids makes identifiers in the shapes that AWS gives them. It knows
// the shapes only; what an identifier stands for is its owner's business.
package ids

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"

	"github.com/google/uuid"
)

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"

// API returns a new API identifier: ten characters of [a-z0-9], a letter first
// so that it can stand as a host label.
func API() string { return token(10) }

// Resource returns a new identifier of a route, integration, deployment,
// model, authorizer or response: seven characters of [a-z0-9].
func Resource() string { return token(7) }

// UUID returns a random UUID, as in request identifiers and stack ARNs.
func UUID() string { return uuid.NewString() }

func token(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	for i := range b {
		// 256 is not a multiple of 36: the bias of 4 in 252 is harmless here,
		// an identifier is a name and not a secret.
		if i == 0 {
			b[i] = alphabet[b[i]%26]
			continue
		}
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b)
}

// Size is the number of bytes behind a connection, message or request
// identifier.
const Size = 11

// Encoded is the number of characters of such an identifier: base64url of
// eleven bytes, padded, hence fifteen characters and "=".
const Encoded = 16

// ID is a connection, message or request identifier. Bytes 0-2 carry the node
// that made it, so that a delivery needs no lookup; 3-6 are random per
// process; 7-10 count.
type ID [Size]byte

// Append appends the sixteen characters of id to dst.
func (id ID) Append(dst []byte) []byte {
	return base64.URLEncoding.AppendEncode(dst, id[:])
}

// String returns the sixteen characters of id.
func (id ID) String() string {
	var b [Encoded]byte
	base64.URLEncoding.Encode(b[:], id[:])
	return string(b[:])
}

// Node returns the node that made id.
func (id ID) Node() uint32 { return uint32(id[0])<<16 | uint32(id[1])<<8 | uint32(id[2]) }

// Parse reads an identifier. It accepts only the sixteen-character form.
func Parse(s string) (id ID, ok bool) {
	if len(s) != Encoded {
		return ID{}, false
	}
	var b [12]byte
	n, err := base64.URLEncoding.Decode(b[:], []byte(s))
	if err != nil || n != Size {
		return ID{}, false
	}
	copy(id[:], b[:n])
	return id, true
}

// A Source makes identifiers for one owner (an event loop, a test); it is not
// safe for concurrent use. Identifiers of one Source never repeat within 2^32
// calls; those of different Sources differ by their random part. They are
// opaque, not secret.
type Source struct {
	prefix [7]byte
	step   uint32
	state  uint32
}

// NewSource returns a Source for the given node (24 bits).
func NewSource(node uint32) *Source {
	s := &Source{}
	var b [16]byte
	rand.Read(b[:])
	s.prefix[0], s.prefix[1], s.prefix[2] = byte(node>>16), byte(node>>8), byte(node)
	copy(s.prefix[3:], b[:4])
	s.state = binary.LittleEndian.Uint32(b[4:])
	// An odd step visits all 2^32 values before it repeats one.
	s.step = binary.LittleEndian.Uint32(b[8:]) | 1
	return s
}

// NextOf returns a new identifier of a message on a connection, with which it
// shares its last three bytes.
//
// Source: captured events.
func (s *Source) NextOf(connection ID) (id ID) {
	copy(id[:4], s.prefix[:])
	s.state += s.step
	binary.BigEndian.PutUint32(id[4:], s.state)
	copy(id[8:], connection[8:])
	return id
}

// Next returns a new identifier.
func (s *Source) Next() (id ID) {
	copy(id[:], s.prefix[:])
	s.state += s.step
	binary.BigEndian.PutUint32(id[7:], s.state)
	return id
}
