package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"sync/atomic"
	"time"

	"postern/internal/apigateway"
	"postern/internal/deployment"
	"postern/internal/endpoint"
	"postern/internal/http1"
	"postern/internal/integration"
	"postern/internal/jsontext"
	"postern/internal/monitoring"
	"postern/internal/throttle"
)

// api is one API of this node. It is immutable; its stages are not.
type api struct {
	id     string
	stages map[string]*stage
	// undeployed are the names of stages without a deployment.
	undeployed map[string]bool
}

// stage is one stage for as long as it exists: its connections hold on to it
// and find in it what serves their next event.
type stage struct {
	live atomic.Pointer[live]
}

// live is a snapshot at work.
type live struct {
	*deployment.Snapshot
	// watch is how its events are logged and counted; quiet is its Quiet.
	watch *monitoring.Stage
	quiet bool
	account
	// lifecycle is Picks.LifecycleMessages.
	lifecycle bool
	// routes are what the routes of the snapshot need besides, by their Index.
	routes []liveRoute
	// header is what every request of an integration has. Read only.
	header http1.Header
	// clientCertificate is the id of what backends are shown; "" for none.
	clientCertificate string
	// variables are the stage variables as events have them; nil for none.
	variables []byte
	// gone says that the stage or its API was deleted: the snapshot serves the
	// $disconnect of the remaining connections and nothing else.
	gone bool
}

type liveRoute struct {
	bucket  *throttle.Bucket    // nil for no limit
	invoker integration.Invoker // nil for MOCK, and without an integration
	watch   monitoring.Route
	// constant is what its integration does with every event; nil if that
	// depends on the event.
	constant *constant
}

// Apply makes the document of an API take effect: new stages accept
// connections, open connections meet the new snapshots from their next event
// on, and the connections of stages that are gone are closed. A nil document
// means that the API was deleted.
func (g *Gateway) Apply(apiID string, document []byte) {
	g.applying.Lock()
	defer g.applying.Unlock()
	before := (*g.apis.Load())[apiID]
	var after *api
	if document != nil {
		var doc apigateway.Document
		if err := json.Unmarshal(document, &doc); err != nil {
			// The last good configuration stays: a reader of another version
			// must not take an API away.
			g.logger.Error("unreadable API document", "api", apiID, "error", err)
			return
		}
		if g.options.Compat.PrefixPatterns {
			widenPatterns(&doc)
		}
		after = g.compile(apiID, &doc, before)
	}
	next := maps.Clone(*g.apis.Load())
	if after != nil {
		next[apiID] = after
	} else {
		delete(next, apiID)
	}
	g.apis.Store(&next)
	g.retire(before, after)
}

// compile makes the stages of an API, keeping the identity of those that were
// there before.
func (g *Gateway) compile(apiID string, doc *apigateway.Document, before *api) *api {
	after := &api{id: apiID, stages: make(map[string]*stage, len(doc.Stages)), undeployed: map[string]bool{}}
	now := g.clock.Now()
	for i := range doc.Stages {
		name := doc.Stages[i].StageName
		snapshot, err := deployment.Compile(doc, name)
		if errors.Is(err, deployment.ErrNotDeployed) {
			after.undeployed[name] = true
			continue
		}
		if err != nil {
			g.logger.Error("stage does not compile", "api", apiID, "stage", name, "error", err)
			continue
		}
		// The key in the store names the API, whatever the document says.
		snapshot.APIID = apiID
		s := &stage{}
		if before != nil && before.stages[name] != nil {
			s = before.stages[name]
		}
		l := g.enliven(snapshot, s.live.Load(), now)
		l.account = g.account(apigateway.Scope{AccountID: doc.AccountID, Region: doc.Region}, now)
		l.lifecycle = g.options.Compat.LifecycleMessages
		l.clientCertificate = doc.Stages[i].ClientCertificateID
		l.watch = g.monitor.Stage(snapshot, &doc.Stages[i])
		l.quiet = l.watch.Quiet
		for i := range l.routes {
			l.routes[i].watch = l.watch.Routes[i]
		}
		s.live.Store(l)
		after.stages[name] = s
		for _, w := range snapshot.Warnings {
			g.logger.Debug("fault in a deployed configuration", "api", apiID, "stage", name, "fault", w.String())
		}
	}
	return after
}

// enliven gives the routes of a snapshot their buckets and ways out. A bucket
// whose limit did not change goes on as full as it was.
func (g *Gateway) enliven(s *deployment.Snapshot, before *live, now time.Time) *live {
	buckets := map[string]*throttle.Bucket{}
	if before != nil {
		for i, r := range before.Routes {
			buckets[r.RouteKey] = before.routes[i].bucket
		}
	}
	l := &live{Snapshot: s, routes: make([]liveRoute, len(s.Routes)), header: standardHeader(s.APIID), variables: quoted(s.StageVariables)}
	for i, r := range s.Routes {
		l.routes[i].constant = constantOf(r.Integration)
		if r.Integration != nil {
			l.routes[i].invoker = g.invoker(r.Integration.Type)
		}
		if r.Throttle == nil {
			continue
		}
		b := buckets[r.RouteKey]
		if b == nil || b.Limit() != *r.Throttle {
			b = throttle.New(*r.Throttle, now)
		}
		l.routes[i].bucket = b
	}
	return l
}

// quoted returns stage variables as a JSON object, nil for none.
func quoted(variables map[string]string) []byte {
	if len(variables) == 0 {
		return nil
	}
	return jsontext.AppendMap(nil, variables)
}

// retire closes the connections of stages that are there no more.
func (g *Gateway) retire(before, after *api) {
	if before == nil {
		return
	}
	gone := map[*stage]bool{}
	for name, s := range before.stages {
		if after == nil || after.stages[name] != s {
			g.monitor.Forget(before.id, name)
			l := *s.live.Load()
			l.gone = !g.options.Compat.KeepDeletedStages
			s.live.Store(&l)
			gone[s] = l.gone
		}
	}
	if len(gone) == 0 {
		return
	}
	for _, c := range g.registry.collect(func(c *connection) bool { return gone[c.stage] }) {
		c.socket.Close(goingAway, goingAwayReason)
	}
}

// find returns the stage that an address names, or an error for the trace.
func (g *Gateway) find(a endpoint.Address) (*stage, *live, error) {
	api, ok := (*g.apis.Load())[a.APIID]
	if a.Mapped && a.APIID == "" {
		return nil, nil, errors.New("no API mapping of the domain name matches the path")
	}
	if !ok {
		return nil, nil, fmt.Errorf("there is no API %q", a.APIID)
	}
	s, ok := api.stages[a.Stage]
	if !ok {
		return nil, nil, fmt.Errorf("API %s has no deployed stage %q", a.APIID, a.Stage)
	}
	return s, s.live.Load(), nil
}
