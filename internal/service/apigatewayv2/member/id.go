package member

import "postern/internal/ids"

// NewID returns an identifier of a resource that is not taken.
func NewID(taken func(id string) bool) string {
	for {
		if id := ids.Resource(); !taken(id) {
			return id
		}
	}
}
