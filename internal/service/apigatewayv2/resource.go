package apigatewayv2

import (
	"context"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/service/apigatewayv2/member"
	"postern/internal/service/apigatewayv2/page"
)

// resources are the resources of one type in an API's document, directly or
// below a parent: the responses of a route or of an integration.
type resources[T any] struct {
	// noun is the type as errors call it.
	noun string
	id   func(*T) *string
	// of returns those of a parent, or fails without such a parent. For those
	// directly in the document the parent is "".
	of func(r *record, parent string) ([]T, error)
	// put replaces those of a parent.
	put func(r *record, parent string, list []T)
}

// find returns the index of a resource.
func (k resources[T]) find(list []T, id string) (int, error) {
	i := slices.IndexFunc(list, func(t T) bool { return *k.id(&t) == id })
	if i < 0 {
		return 0, awserr.Newf(awserr.NotFound, "Invalid %s identifier specified %s", k.noun, id)
	}
	return i, nil
}

// in finds a resource in a record.
func (k resources[T]) in(r *record, parent, id string) (list []T, i int, err error) {
	if list, err = k.of(r, parent); err == nil {
		i, err = k.find(list, id)
	}
	return list, i, err
}

func (k resources[T]) get(ctx context.Context, s *Service, scope apigateway.Scope, apiID, parent, id string) (out T, err error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return out, err
	}
	list, i, err := k.in(r, parent, id)
	if err != nil {
		return out, err
	}
	return list[i], nil
}

func (k resources[T]) list(ctx context.Context, s *Service, scope apigateway.Scope, apiID, parent string, p Page) (List[T], error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return List[T]{}, err
	}
	list, err := k.of(r, parent)
	if err != nil {
		return List[T]{}, err
	}
	return page.Cut(list, p, func(t *T) string { return *k.id(t) })
}

// create adds the resource that fill makes of an empty one with a new id.
func (k resources[T]) create(ctx context.Context, s *Service, scope apigateway.Scope, apiID, parent string, fill func(*record, *T) error) (out T, err error) {
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		list, err := k.of(r, parent)
		if err != nil {
			return err
		}
		var t T
		*k.id(&t) = member.NewID(func(id string) bool { _, err := k.find(list, id); return err == nil })
		if err := fill(r, &t); err != nil {
			return err
		}
		k.put(r, parent, append(list, t))
		out = t
		return nil
	})
	return out, err
}

// update changes a resource to what edit makes of a copy of it.
func (k resources[T]) update(ctx context.Context, s *Service, scope apigateway.Scope, apiID, parent, id string, edit func(*record, *T) error) (out T, err error) {
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		list, i, err := k.in(r, parent, id)
		if err != nil {
			return err
		}
		t := list[i]
		if err := edit(r, &t); err != nil {
			return err
		}
		list[i], out = t, t
		return nil
	})
	return out, err
}

// remove deletes a resource unless release fails.
func (k resources[T]) remove(ctx context.Context, s *Service, scope apigateway.Scope, apiID, parent, id string, release func(*record, *T) error) error {
	_, err := s.change(ctx, scope, apiID, func(r *record) error {
		list, i, err := k.in(r, parent, id)
		if err != nil {
			return err
		}
		if err := release(r, &list[i]); err != nil {
			return err
		}
		k.put(r, parent, slices.Delete(list, i, i+1))
		return nil
	})
	return err
}

// nothing is the release of a resource that others do not depend on.
func nothing[T any](*record, *T) error { return nil }
