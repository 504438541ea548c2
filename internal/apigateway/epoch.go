package apigateway

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// RequestTime is the form of $context.requestTime, which is always UTC: that of
// the Common Log Format.
//
// Source: Developer Guide, "WebSocket API mapping template reference".
const RequestTime = "02/Jan/2006:15:04:05 +0000"

// Epoch is a point in time as API Gateway's first API writes it: a number of
// seconds.
type Epoch struct{ time.Time }

// NewEpoch returns t in UTC, cut to the second.
func NewEpoch(t time.Time) Epoch { return Epoch{t.UTC().Truncate(time.Second)} }

// MarshalJSON writes the seconds since 1970.
func (e Epoch) MarshalJSON() ([]byte, error) { return strconv.AppendInt(nil, e.Unix(), 10), nil }

// UnmarshalJSON reads the seconds since 1970.
func (e *Epoch) UnmarshalJSON(text []byte) error {
	var seconds int64
	if err := json.Unmarshal(text, &seconds); err != nil {
		return fmt.Errorf("date: %w", err)
	}
	e.Time = time.Unix(seconds, 0).UTC()
	return nil
}
