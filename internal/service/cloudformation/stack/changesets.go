package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/store"
)

// ChangeSets returns the change sets of a stack, the oldest first.
func (r *Repository) ChangeSets(ctx context.Context, s *Stack) ([]*ChangeSet, error) {
	base, err := keyOf(s.Scope(), "changeset", s.UUID())
	if err != nil {
		return nil, err
	}
	entries, err := r.documents.List(ctx, base+".")
	if err != nil {
		return nil, err
	}
	sets := make([]*ChangeSet, 0, len(entries))
	for _, entry := range entries {
		cs := new(ChangeSet)
		if err := json.Unmarshal(entry.Value, cs); err != nil {
			return nil, fmt.Errorf("document %s: %w", entry.Key, err)
		}
		sets = append(sets, cs)
	}
	slices.SortStableFunc(sets, func(a, b *ChangeSet) int { return a.Created.Compare(b.Created) })
	return sets, nil
}

// ChangeSet returns the change set of that name or ARN of a stack, or
// ErrNotFound.
func (r *Repository) ChangeSet(ctx context.Context, s *Stack, nameOrID string) (*ChangeSet, error) {
	sets, err := r.ChangeSets(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, cs := range sets {
		if cs.ID == nameOrID || cs.Name == nameOrID {
			return cs, nil
		}
	}
	return nil, ErrNotFound
}

// FindChangeSet returns the change set of that ARN with its stack, or
// ErrNotFound.
func (r *Repository) FindChangeSet(ctx context.Context, scope apigateway.Scope, arn string) (*Record, *ChangeSet, error) {
	base, err := prefix(scope)
	if err != nil {
		return nil, nil, err
	}
	entries, err := r.documents.List(ctx, base+"changeset.")
	if err != nil {
		return nil, nil, err
	}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Key, "."+uuidOf(arn)) {
			continue
		}
		cs := new(ChangeSet)
		if err := json.Unmarshal(entry.Value, cs); err != nil {
			return nil, nil, fmt.Errorf("document %s: %w", entry.Key, err)
		}
		if cs.ID != arn {
			continue
		}
		rec, err := r.Find(ctx, scope, cs.StackID)
		return rec, cs, err
	}
	return nil, nil, ErrNotFound
}

// SaveChangeSet stores a new change set or a changed one.
func (r *Repository) SaveChangeSet(ctx context.Context, s *Stack, cs *ChangeSet) error {
	key, err := keyOf(s.Scope(), "changeset", s.UUID(), uuidOf(cs.ID))
	if err != nil {
		return err
	}
	value, err := json.Marshal(cs)
	if err != nil {
		return err
	}
	entry, err := r.documents.Get(ctx, key)
	switch {
	case errors.Is(err, store.ErrNotFound):
		_, err = r.documents.Create(ctx, key, value)
	case err == nil:
		_, err = r.documents.Update(ctx, key, value, entry.Revision)
	}
	return err
}

// DeleteChangeSet deletes a change set; that there is none is as good.
func (r *Repository) DeleteChangeSet(ctx context.Context, s *Stack, cs *ChangeSet) error {
	key, err := keyOf(s.Scope(), "changeset", s.UUID(), uuidOf(cs.ID))
	if err != nil {
		return err
	}
	return r.deleteKey(ctx, key)
}

// DeleteChangeSets deletes all change sets of a stack.
func (r *Repository) DeleteChangeSets(ctx context.Context, s *Stack) error {
	return r.deletePrefix(ctx, s.Scope(), "changeset", s.UUID())
}
