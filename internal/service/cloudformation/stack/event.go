package stack

import (
	"time"

	"postern/internal/ids"
)

const (
	// keptEvents is how many of a stack's newest events are kept.
	keptEvents = 1000
	// chunkEvents and chunkBytes bound one document of events.
	chunkEvents = 100
	chunkBytes  = 128 << 10
	// eventBytes bounds the properties of one event. Longer ones are left out:
	// they are in the template.
	eventBytes = 64 << 10
)

// StackType is the resource type of the events about a stack itself.
const StackType = "AWS::CloudFormation::Stack"

// Event is something that happened to a stack or one of its resources.
type Event struct {
	ID         string    `json:"id"`
	LogicalID  string    `json:"logicalId"`
	PhysicalID string    `json:"physicalId,omitempty"`
	Type       string    `json:"type"`
	Time       time.Time `json:"time"`
	Status     string    `json:"status"`
	Reason     string    `json:"reason,omitempty"`
	Properties string    `json:"properties,omitempty"` // JSON text
	Token      string    `json:"token,omitempty"`
}

// Chunk is a document that holds some of a stack's events.
type Chunk struct {
	Number int `json:"number"`
	Events int `json:"events"`
	Bytes  int `json:"bytes"`
}

// eventForm is the time within the id of a resource's event.
const eventForm = "2006-01-02T15:04:05.000Z"

// tick returns the time of the next event: the given one, or a millisecond after
// the last event, so that events are told apart and ordered by their times.
func (s *Stack) tick(now time.Time) time.Time {
	now = now.UTC().Truncate(time.Millisecond)
	if !now.After(s.LastEvent) {
		now = s.LastEvent.Add(time.Millisecond)
	}
	s.LastEvent = now
	return now
}

// stackEvent moves the stack to a status and returns the event that says so.
func (s *Stack) stackEvent(now time.Time, status, reason string) Event {
	s.Status, s.Reason = status, reason
	return Event{
		ID: ids.UUID(), LogicalID: s.Name, PhysicalID: s.ID, Type: StackType,
		Time: s.tick(now), Status: status, Reason: reason, Token: s.Token,
	}
}

// resourceEvent moves a resource to a status and returns the event.
func (s *Stack) resourceEvent(now time.Time, r *Resource, status, reason, properties string) Event {
	at := s.tick(now)
	r.Status, r.Reason, r.Updated = status, reason, at
	if len(properties) > eventBytes {
		properties = ""
	}
	return Event{
		ID:        r.LogicalID + "-" + status + "-" + at.Format(eventForm),
		LogicalID: r.LogicalID, PhysicalID: r.PhysicalID, Type: r.Type,
		Time: at, Status: status, Reason: reason, Properties: properties, Token: s.Token,
	}
}

// size returns about how many bytes the event takes in a document.
func (e *Event) size() int {
	return len(e.ID) + len(e.PhysicalID) + len(e.Reason) + len(e.Properties) + 200
}
