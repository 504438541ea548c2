package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"postern/internal/store"
)

// chunkKey returns the key of a document of events.
func (s *Stack) chunkKey(number int) (string, error) {
	return keyOf(s.Scope(), "events", s.UUID(), fmt.Sprintf("%08d", number))
}

// batch is some events and the document that they go to, behind the first
// `before` events there.
type batch struct {
	number, before int
	events         []Event
}

// place finds room for events in the stack's list of documents, which is
// changed by it, and returns what is to be written where. The list is stored
// before the documents are: of two writers of one stack only the one that
// succeeded with it writes events. Events that a stopped process did not come
// to write are missing, and nothing else is.
func (s *Stack) place(events []Event) []batch {
	var batches []batch
	for len(events) > 0 {
		last := len(s.Chunks) - 1
		if last < 0 || s.Chunks[last].Events >= chunkEvents || s.Chunks[last].Bytes >= chunkBytes {
			number := 1
			if last >= 0 {
				number = s.Chunks[last].Number + 1
			}
			s.Chunks = append(s.Chunks, Chunk{Number: number})
			last++
		}
		c := &s.Chunks[last]
		b := batch{number: c.Number, before: c.Events}
		n := 0
		for n < len(events) && c.Events < chunkEvents && (n == 0 || c.Bytes < chunkBytes) {
			c.Events++
			c.Bytes += events[n].size()
			n++
		}
		b.events, events = events[:n], events[n:]
		batches = append(batches, b)
	}
	return batches
}

// trim takes the oldest documents without which enough events are left off the
// stack's list, and returns their numbers.
func (s *Stack) trim() []int {
	total := 0
	for _, c := range s.Chunks {
		total += c.Events
	}
	var dropped []int
	for len(s.Chunks) > 1 && total-s.Chunks[0].Events >= keptEvents {
		total -= s.Chunks[0].Events
		dropped = append(dropped, s.Chunks[0].Number)
		s.Chunks = s.Chunks[1:]
	}
	return dropped
}

// writeEvents stores what place and trim decided.
func (r *Repository) writeEvents(ctx context.Context, s *Stack, batches []batch, dropped []int) error {
	for _, b := range batches {
		key, err := s.chunkKey(b.number)
		if err != nil {
			return err
		}
		held, revision, err := r.readChunk(ctx, key, b.before)
		if err != nil {
			return err
		}
		value, err := json.Marshal(append(held, b.events...))
		if err != nil {
			return err
		}
		if revision == 0 {
			_, err = r.documents.Create(ctx, key, value)
		} else {
			_, err = r.documents.Update(ctx, key, value, revision)
		}
		if err != nil {
			return err
		}
	}
	for _, number := range dropped {
		key, err := s.chunkKey(number)
		if err != nil {
			return err
		}
		if err := r.deleteKey(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// readChunk returns the first n events of a document, and its revision; none
// and zero if there is no document.
func (r *Repository) readChunk(ctx context.Context, key string, n int) ([]Event, uint64, error) {
	entry, err := r.documents.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	var events []Event
	if err := json.Unmarshal(entry.Value, &events); err != nil {
		return nil, 0, fmt.Errorf("document %s: %w", key, err)
	}
	return events[:min(n, len(events))], entry.Revision, nil
}

// Events returns the events of a stack, the newest first, at most the thousand
// newest.
func (r *Repository) Events(ctx context.Context, s *Stack) ([]Event, error) {
	var all []Event
	for _, c := range s.Chunks {
		key, err := s.chunkKey(c.Number)
		if err != nil {
			return nil, err
		}
		events, _, err := r.readChunk(ctx, key, c.Events)
		if err != nil {
			return nil, err
		}
		all = append(all, events...)
	}
	slices.Reverse(all)
	return all[:min(len(all), keptEvents)], nil
}
