package socket

import "sync"

// scratch is where frames and answers are put together before they are sent.
var scratch = sync.Pool{New: func() any { b := make([]byte, 0, 4096); return &b }}

// borrow returns an empty buffer.
func borrow() *[]byte {
	b := scratch.Get().(*[]byte)
	*b = (*b)[:0]
	return b
}

// keptScratch is the largest buffer that is kept: one for a message of 128 KB
// with the heads of its frames, as large as AWS lets them be.
const keptScratch = 160 << 10

// giveBack ends the use of a borrowed buffer.
func giveBack(b *[]byte) {
	if cap(*b) <= keptScratch {
		scratch.Put(b)
	}
}
