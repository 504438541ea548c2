package gateway

import (
	"time"

	"postern/internal/apigateway"
	"postern/internal/throttle"
)

// account is what the APIs of one account and region share: the quotas of
// events and of new connections. A nil bucket is no limit.
type account struct{ events, connects *throttle.Bucket }

// account returns the account of a scope, making it when its first stage is
// compiled. g.applying is held.
func (g *Gateway) account(s apigateway.Scope, now time.Time) account {
	a, ok := g.accounts[s]
	if !ok {
		if o := g.options.Events; o != nil {
			a.events = throttle.New(*o, now)
		}
		if o := g.options.Connects; o != nil {
			a.connects = throttle.New(*o, now)
		}
		g.accounts[s] = a
	}
	return a
}
