package budget

import (
	"errors"
	"fmt"
	"time"

	"postern/jsonvalue"
)

// Budget is what one rendering may still spend. Methods pay for work and
// memory that is out of proportion to the template's length.
type Budget struct {
	// Work is the number of units left: about one for a nanosecond, an eighth
	// of a byte copied.
	Work int64
	// Range is the largest number of items of a [a..b].
	Range int
	// Text is the largest length of a string in bytes.
	Text int
	// Regex is the time left for regular expressions that need backtracking.
	Regex time.Duration
}

// ErrWork reports that a rendering does more than its budget allows.
var ErrWork = errors.New("the template does more work than its limit allows")

// Charge takes n units of work.
func (b *Budget) Charge(n int) error {
	if b.Work -= int64(n); n < 0 || b.Work < 0 {
		b.Work = 0
		return ErrWork
	}
	return nil
}

// ItemWork is the work of an item that is added to a list; an entry of a map is
// twice that. It stands for the memory more than for the time.
const ItemWork = 32

// DeleteWork is the work of an entry that stands in a map with one that is
// deleted: places change.
const DeleteWork = 32

// NewString returns s as a value after charging for its bytes.
func (b *Budget) NewString(s string) (Value, error) {
	return jsonvalue.String(s), b.ChargeText(len(s))
}

// ChargeText charges for a string of n bytes that is about to be made.
func (b *Budget) ChargeText(n int) error {
	if n > b.Text || n < 0 {
		return fmt.Errorf("a string of %d bytes is longer than the limit of %d", n, b.Text)
	}
	return b.Charge(n/8 + 8)
}

// Scan charges for going through a string a few times.
func (b *Budget) Scan(s string) error { return b.Charge(len(s) + 8) }

// ChargeNumber charges for turning a number into text, which takes quadratic
// time for one of many digits.
func (b *Budget) ChargeNumber(v Value) error {
	words := 0
	switch v.Kind() {
	case jsonvalue.KindBigInt:
		words = len(v.BigInt().Bits())
	case jsonvalue.KindDecimal:
		words = len(v.Decimal().Unscaled.Bits())
	}
	return b.Charge(words*words + 16*words)
}

// textWork is the work of a byte of the text of a list or map.
const textWork = 4

// ToString returns Java's toString of any value.
func (b *Budget) ToString(v Value) (string, error) {
	if s, ok := v.Text(); ok {
		return s, nil
	}
	if err := b.ChargeNumber(v); err != nil {
		return "", err
	}
	text, err := v.AppendJavaLimit(nil, b.Text)
	if err != nil {
		return "", err
	}
	return string(text), b.Charge(textWork * len(text))
}
