package cloudformation

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// pageSize is how many entries one answer of a list holds.
const pageSize = 100

// page returns the part of a list that a token continues, and the token of the
// next part, "" if there is none.
func page[T any](list []T, token string) ([]T, string, error) {
	start := 0
	if token != "" {
		text, err := base64.RawURLEncoding.DecodeString(token)
		number, ok := strings.CutPrefix(string(text), "from ")
		n, numberErr := strconv.Atoi(number)
		if err != nil || !ok || numberErr != nil || n < 0 {
			return nil, "", invalid("Invalid NextToken")
		}
		start = min(n, len(list))
	}
	end := min(start+pageSize, len(list))
	next := ""
	if end < len(list) {
		next = base64.RawURLEncoding.EncodeToString([]byte("from " + strconv.Itoa(end)))
	}
	return list[start:end], next, nil
}
