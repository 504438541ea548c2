package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/minio/highwayhash"
)

// A message block is a file of records. A record is
//
//	length uint32 (top bit: has headers) | sequence uint64 | time int64 |
//	subject length uint16 | subject | [header length uint32] | header, data |
//	checksum [8]byte
//
// all little-endian, the length counting all of it.
//
// Source: nats-server v2.15 server/filestore.go, msgFromBufEx.
const (
	recordHead   = 22
	recordHash   = 8
	recordMax    = 32 << 20
	headersBit   = 1 << 31
	damageAdvice = "restore a backup, or move the directory away to start anew"
)

// damaged returns the error of a directory that must not be opened.
func damaged(dir, what string) error {
	return fmt.Errorf("data directory %s is damaged: %s; %s", dir, what, damageAdvice)
}

// verify reads the message blocks of a stream and fails if one is damaged. The
// server itself repairs a block by cutting it off at the first bad record,
// which after a crash is right, as the last record may be half written, and
// otherwise destroys all documents behind a flipped bit. had says that there
// are records at all.
func verify(dir, stream string) (had bool, err error) {
	folder := filepath.Join(dir, "jetstream", "$G", "streams", stream, "msgs")
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("data directory %s cannot be read: %w", dir, cause(err))
	}
	var blocks []int
	for _, e := range entries {
		var n int
		if _, err := fmt.Sscanf(e.Name(), "%d.blk", &n); err == nil && e.Name() == fmt.Sprintf("%d.blk", n) {
			blocks = append(blocks, n)
		}
	}
	slices.Sort(blocks)
	for i, n := range blocks {
		data, err := os.ReadFile(filepath.Join(folder, fmt.Sprintf("%d.blk", n)))
		if err != nil {
			return false, fmt.Errorf("data directory %s cannot be read: %w", dir, cause(err))
		}
		key := sha256.Sum256(fmt.Appendf(nil, "%s-%d", stream, n))
		sum, err := highwayhash.NewDigest64(key[:])
		if err != nil {
			return false, err
		}
		good, records := scan(data, sum)
		had = had || records > 0
		if good == len(data) {
			continue
		}
		if i < len(blocks)-1 || !isTorn(data[good:], sum) {
			return had, damaged(dir, fmt.Sprintf("block %d is unreadable from byte %d on", n, good))
		}
	}
	return had, nil
}

// scan returns how many bytes of data are good records, and their number.
func scan(data []byte, sum hash.Hash64) (good, records int) {
	for good < len(data) {
		n := record(data[good:], sum)
		if n == 0 {
			break
		}
		good += n
		records++
	}
	return good, records
}

// record returns the length of the good record at the beginning of data, or 0.
func record(data []byte, sum hash.Hash64) int {
	if len(data) < recordHead+recordHash {
		return 0
	}
	length := binary.LittleEndian.Uint32(data)
	headers := length&headersBit != 0
	length &^= headersBit
	subject := int(binary.LittleEndian.Uint16(data[20:]))
	body := subject
	if headers {
		body += 4
	}
	if length > recordMax || int(length) > len(data) || recordHead+body+recordHash > int(length) {
		return 0
	}
	end := int(length) - recordHash
	sum.Reset()
	sum.Write(data[4:20])
	sum.Write(data[recordHead : recordHead+subject])
	sum.Write(data[recordHead+body : end])
	if !bytes.Equal(sum.Sum(nil), data[end:length]) {
		return 0
	}
	return int(length)
}

// isTorn reports whether rest, which begins with a bad record, is what a crash
// leaves behind: one record whose end was not written, or zeros. A whole record
// with a wrong checksum, or a good record anywhere behind the bad one, shows
// that something else happened.
func isTorn(rest []byte, sum hash.Hash64) bool {
	if len(rest) < recordHead || len(bytes.Trim(rest, "\x00")) == 0 {
		return true
	}
	length := int(binary.LittleEndian.Uint32(rest) &^ headersBit)
	return length <= recordMax && length > len(rest) && !hasRecord(rest[1:], sum)
}

// hasRecord reports whether a good record begins anywhere in data.
func hasRecord(data []byte, sum hash.Hash64) bool {
	subject := []byte("$KV.")
	for from := recordHead; from < len(data); from++ {
		at := bytes.Index(data[from:], subject)
		if at < 0 {
			return false
		}
		from += at
		if record(data[from-recordHead:], sum) > 0 {
			return true
		}
	}
	return false
}
