package sigv4

import (
	"strings"
	"sync"
)

// signingKeys are the keys that were derived lately: deriving one takes as long
// as everything else about a signature. The zero value has none.
type signingKeys struct {
	mu      sync.Mutex
	derived map[derivation][]byte
}

// derivation is what a signing key is made of.
type derivation struct{ secret, date, region, service string }

// keptKeys bounds how many keys are kept: dates, regions and services are what
// clients write.
const keptKeys = 1000

// of returns the key that signs requests of a scope.
func (k *signingKeys) of(secret string, s Scope) []byte {
	d := derivation{secret, s.Date, s.Region, s.Service}
	k.mu.Lock()
	defer k.mu.Unlock()
	if key, ok := k.derived[d]; ok {
		return key
	}
	if k.derived == nil || len(k.derived) >= keptKeys {
		k.derived = map[derivation][]byte{}
	}
	// The scope is part of a request, which need not stay for it.
	d.date, d.region, d.service = strings.Clone(d.date), strings.Clone(d.region), strings.Clone(d.service)
	k.derived[d] = signingKey(secret, s)
	return k.derived[d]
}

// signingKey derives a key.
//
// Source: IAM User Guide, "Create a signed AWS API request", step 4.
func signingKey(secret string, s Scope) []byte {
	key := []byte("AWS4" + secret)
	for _, part := range [...]string{s.Date, s.Region, s.Service, "aws4_request"} {
		key = mac(key, part)
	}
	return key
}
