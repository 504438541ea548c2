package apigateway

import (
	"encoding/json"
	"testing"
	"time"
)

func TestEpoch(t *testing.T) {
	e := NewEpoch(time.Date(2020, 1, 1, 0, 0, 0, 5, time.UTC))
	text, err := json.Marshal(e)
	if err != nil || string(text) != "1577836800" {
		t.Errorf("%s, %v", text, err)
	}
	var back Epoch
	if err := json.Unmarshal(text, &back); err != nil || !back.Equal(e.Time) {
		t.Errorf("%v, %v", back, err)
	}
}
