package member

import "maps"

// Set replaces *dst if v was sent.
func Set[T any](dst *T, v *T) {
	if v != nil {
		*dst = *v
	}
}

// OrDefault gives an absent text its default.
func OrDefault(dst *string, standard string) {
	if *dst == "" {
		*dst = standard
	}
}

// Merge returns old with the sent keys; an empty value removes its key. Neither
// map is changed.
func Merge(old, sent map[string]string) map[string]string {
	if sent == nil {
		return old
	}
	merged := map[string]string{}
	maps.Copy(merged, old)
	for key, value := range sent {
		if value == "" {
			delete(merged, key)
		} else {
			merged[key] = value
		}
	}
	return merged
}

// Replace returns a copy of sent, or old if nothing was sent. An empty map
// becomes nil, that is absent.
func Replace[V any](old, sent map[string]V) map[string]V {
	switch {
	case sent == nil:
		return old
	case len(sent) == 0:
		return nil
	}
	return maps.Clone(sent)
}

// Full returns a copy of m that is never nil.
func Full(m map[string]string) map[string]string {
	full := map[string]string{}
	maps.Copy(full, m)
	return full
}
