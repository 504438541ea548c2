package stack

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
)

const (
	// sealedPlain is the largest document that is kept as plain JSON. A
	// template of a megabyte is legal, and the store's messages are not much
	// larger than that.
	sealedPlain = 32 << 10
	// openedLimit bounds what a document may unfold to.
	openedLimit = 256 << 20
)

// seal returns v as it is stored: JSON, compressed if it is long.
func seal(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil || len(text) <= sealedPlain {
		return text, err
	}
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level is a legal one
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// open reads what seal made.
func open(stored []byte, v any) error {
	if len(stored) < 2 || stored[0] != 0x1f || stored[1] != 0x8b {
		return json.Unmarshal(stored, v)
	}
	r, err := gzip.NewReader(bytes.NewReader(stored))
	if err != nil {
		return err
	}
	text, err := io.ReadAll(io.LimitReader(r, openedLimit))
	if err != nil {
		return fmt.Errorf("unfold document: %w", err)
	}
	return json.Unmarshal(text, v)
}
