// Package page cuts lists into pages, as the operations of the API Gateway V2 API
// answer them.
package page

import (
	"encoding/base64"
	"slices"
	"sort"
	"strconv"
	"strings"

	"postern/internal/awserr"
)

// DefaultPage and MaxPage are the number of items of a page where the client
// asks for none, and the largest that it gets. AWS documents neither; both are
// unverified.
const (
	DefaultPage = 100
	MaxPage     = 500
)

// Page asks for a part of a list.
type Page struct {
	// MaxResults is the largest number of items wanted: 0 is DefaultPage, more
	// than MaxPage is MaxPage.
	MaxResults int
	// NextToken continues after the page that gave it; "" is the first page.
	NextToken string
}

// List is a page of a list. NextToken is "" on the last page.
type List[T any] struct {
	Items     []T    `json:"items"`
	NextToken string `json:"nextToken,omitempty"`
}

// New reads the query parameters of a list operation, which are strings.
func New(maxResults, nextToken string) (Page, error) {
	p := Page{NextToken: nextToken}
	if maxResults == "" {
		return p, nil
	}
	n, err := strconv.Atoi(maxResults)
	if err != nil || n < 1 {
		return Page{}, awserr.Newf(awserr.BadRequest, "Invalid value for maxResults: %q is not a positive number", maxResults)
	}
	p.MaxResults = n
	return p, nil
}

// Cut returns a page of items in the order of their keys, which are
// unique. The token is the last key of the page before: items that come and go
// between two pages make no other item appear twice or not at all.
func Cut[T any](items []T, p Page, key func(*T) string) (List[T], error) {
	items = slices.Clone(items)
	slices.SortFunc(items, func(a, b T) int { return strings.Compare(key(&a), key(&b)) })
	if p.NextToken != "" {
		last, err := base64.RawURLEncoding.DecodeString(p.NextToken)
		if err != nil {
			return List[T]{}, awserr.New(awserr.BadRequest, "Invalid value for nextToken")
		}
		after := string(last)
		items = items[sort.Search(len(items), func(i int) bool { return key(&items[i]) > after }):]
	}
	size := p.MaxResults
	if size <= 0 {
		size = DefaultPage
	}
	size = min(size, MaxPage)
	if len(items) <= size {
		return List[T]{Items: append([]T{}, items...)}, nil
	}
	token := base64.RawURLEncoding.EncodeToString([]byte(key(&items[size-1])))
	return List[T]{Items: items[:size:size], NextToken: token}, nil
}
