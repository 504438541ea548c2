package apigateway

import (
	"encoding/base64"
	"sort"
	"strconv"

	"postern/internal/awserr"
)

// The number of items of a page where the client asks for none, and the
// largest that it gets.
//
// Source: API Gateway (V1) API reference, "GetApiKeys", limit.
const (
	DefaultPage = 25
	MaxPage     = 500
)

// Page asks for a part of a list.
type Page struct {
	// Limit is the largest number of items wanted; 0 is DefaultPage, more than
	// MaxPage is MaxPage.
	Limit int
	// Position continues after the page that gave it; "" is the first page.
	Position string
}

// List is a page of a list. Position is "" on the last page.
type List[T any] struct {
	Items    []T    `json:"item"`
	Position string `json:"position,omitempty"`
}

// newPage reads the query parameters of a list operation.
func newPage(limit, position string) (Page, error) {
	p := Page{Position: position}
	if limit == "" {
		return p, nil
	}
	n, err := strconv.Atoi(limit)
	if err != nil || n < 1 {
		return Page{}, awserr.Newf(awserr.BadRequest, "Invalid value for limit: %q is not a positive number", limit)
	}
	p.Limit = n
	return p, nil
}

// paginate returns a page of items, which are in the order of their ids. The
// position is the last id of the page before.
func paginate[T any](items []T, p Page, id func(T) string) (List[T], error) {
	if p.Position != "" {
		last, err := base64.RawURLEncoding.DecodeString(p.Position)
		if err != nil {
			return List[T]{}, awserr.New(awserr.BadRequest, "Invalid position parameter")
		}
		after := string(last)
		items = items[sort.Search(len(items), func(i int) bool { return id(items[i]) > after }):]
	}
	size := p.Limit
	if size <= 0 {
		size = DefaultPage
	}
	size = min(size, MaxPage)
	if len(items) <= size {
		return List[T]{Items: append([]T{}, items...)}, nil
	}
	return List[T]{Items: items[:size:size], Position: base64.RawURLEncoding.EncodeToString([]byte(id(items[size-1])))}, nil
}
