package server

import (
	"context"
	"encoding/json"

	"postern/internal/apigateway"
	"postern/internal/deployment"
)

// Stage is a stage of an API as a person who just deployed it wants to see it.
type Stage struct {
	Name string
	// Warnings are faults of the deployed configuration that show only when a
	// client meets them, such as a template that does not parse.
	Warnings []string
}

// Stages returns the stages of an API; none if there is no such API.
func (s *Server) Stages(ctx context.Context, apiID string) []Stage {
	entry, err := s.store.Get(ctx, "api."+apiID)
	if err != nil {
		return nil
	}
	var doc apigateway.Document
	if err := json.Unmarshal(entry.Value, &doc); err != nil {
		return nil
	}
	var stages []Stage
	for _, st := range doc.Stages {
		stage := Stage{Name: st.StageName}
		snapshot, err := deployment.Compile(&doc, st.StageName)
		if err != nil {
			stage.Warnings = append(stage.Warnings, err.Error())
			stages = append(stages, stage)
			continue
		}
		for _, w := range snapshot.Warnings {
			stage.Warnings = append(stage.Warnings, w.String())
		}
		stages = append(stages, stage)
	}
	return stages
}
