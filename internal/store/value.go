package store

import (
	"bytes"
	"fmt"

	"github.com/klauspost/compress/s2"
)

// compressFrom is the size in bytes from which a value is compressed. An API's
// document holds a copy of the configuration for each deployment, so large ones
// shrink to little more than one copy.
const compressFrom = 32 << 10

// maxValue is the largest value in bytes, before compression. It also bounds
// what a compressed value may claim to expand to.
const maxValue = 64 << 20

// valueMargin is what the server's largest payload must leave for headers.
const valueMargin = 4 << 10

// compressed begins a compressed value. Anything else is the value itself;
// documents are JSON, which never begins with NUL.
var compressed = []byte("\x00s2\x00")

// encodeValue returns value as it is kept in the bucket.
func encodeValue(value []byte) []byte {
	if len(value) < compressFrom && !bytes.HasPrefix(value, compressed) {
		return value
	}
	dst := make([]byte, len(compressed)+s2.MaxEncodedLen(len(value)))
	copy(dst, compressed)
	return dst[:len(compressed)+len(s2.EncodeBetter(dst[len(compressed):], value))]
}

// decodeValue undoes encodeValue. The result may share data's memory and is
// never nil.
func decodeValue(data []byte) ([]byte, error) {
	block, ok := bytes.CutPrefix(data, compressed)
	if !ok {
		if data == nil {
			data = []byte{}
		}
		return data, nil
	}
	n, err := s2.DecodedLen(block)
	if err != nil {
		return nil, err
	}
	if n > maxValue {
		return nil, fmt.Errorf("value of %d bytes", n)
	}
	return s2.Decode(make([]byte, n), block)
}
