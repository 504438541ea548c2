package apigateway

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
)

// ApiKeyIDs is the result of ImportApiKeys.
type ApiKeyIDs struct {
	IDs []string `json:"ids"`
	// Warnings say which lines were left out, and why.
	Warnings []string `json:"warnings"`
}

// ImportApiKeys creates keys from a file of comma-separated values whose first
// line names the columns Name, Key, Description, Enabled and UsageplanIds, in
// any order and case; Name and Key must be there. A key that cannot be created
// is a warning, or an error where failOnWarnings is set; the keys before it
// stay.
//
// Source: Developer Guide, "API Gateway API key file format".
func (s *Service) ImportApiKeys(ctx context.Context, scope apigateway.Scope, file io.Reader, failOnWarnings bool) (ApiKeyIDs, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := ApiKeyIDs{IDs: []string{}, Warnings: []string{}}
	lines := csv.NewReader(file)
	lines.TrimLeadingSpace = true
	lines.FieldsPerRecord = -1
	columns, err := readColumns(lines)
	if err != nil {
		return out, err
	}
	for n := 2; ; n++ {
		line, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, awserr.Newf(awserr.BadRequest, "The API key file cannot be read: %v", err)
		}
		field := func(name string) string {
			if i, ok := columns[name]; ok && i < len(line) {
				return strings.TrimSpace(line[i])
			}
			return ""
		}
		id, err := s.importKey(ctx, scope, field)
		if id != "" {
			out.IDs = append(out.IDs, id)
		}
		if err == nil {
			continue
		}
		e := awserr.Of(err)
		if e.Kind == awserr.Internal || failOnWarnings {
			return out, err
		}
		out.Warnings = append(out.Warnings, fmt.Sprintf("line %d: %s", n, e.Message))
	}
}

// readColumns reads the first line into the place of each column.
func readColumns(lines *csv.Reader) (map[string]int, error) {
	header, err := lines.Read()
	if err != nil {
		return nil, awserr.New(awserr.BadRequest, "The API key file has no header line")
	}
	columns := map[string]int{}
	for i, name := range header {
		columns[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))] = i
	}
	for _, name := range []string{"name", "key"} {
		if _, ok := columns[name]; !ok {
			return nil, awserr.Newf(awserr.BadRequest, "The API key file has no column %s", name)
		}
	}
	return columns, nil
}

// importKey creates a key and puts it into its plans. The id is that of a key
// that was created, also where a plan could not take it.
func (s *Service) importKey(ctx context.Context, scope apigateway.Scope, field func(string) string) (string, error) {
	name, value, description := field("name"), field("key"), field("description")
	enabled := !strings.EqualFold(field("enabled"), "false")
	key, err := s.createKey(ctx, scope, ApiKeyInput{Name: &name, Value: &value, Description: &description, Enabled: &enabled})
	if err != nil {
		return "", err
	}
	for plan := range strings.SplitSeq(field("usageplanids"), ",") {
		if plan = strings.TrimSpace(plan); plan == "" {
			continue
		}
		if _, err := s.addKey(ctx, scope, plan, key.ID, KeyTypeAPIKey); err != nil {
			return key.ID, err
		}
	}
	return key.ID, nil
}
