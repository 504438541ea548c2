package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"postern/internal/deployment"
	"postern/internal/server"
	"postern/internal/template"
	"postern/vtl"
)

// warn prints what AWS takes of a template and clients suffer from, and returns
// how much that is.
func (d *deployer) warn(ctx context.Context, t *template.Template, result *server.Deployed) (count int) {
	for _, apiID := range result.Physical("AWS::ApiGatewayV2::Api") {
		count += d.warnOf(ctx, t, result, apiID)
	}
	return count
}

// warnOf prints the warnings about one API.
func (d *deployer) warnOf(ctx context.Context, t *template.Template, result *server.Deployed, apiID string) int {
	faults, ids := d.server.Draft(ctx, apiID)
	seen := map[string]bool{}
	for _, w := range faults {
		seen[w.String()] = true
	}
	stages := d.server.Stages(ctx, apiID)
	if len(stages) == 0 {
		faults = append(faults, deployment.Warning{Subject: "api " + apiID, Err: errors.New("it has no stage: nobody can connect")})
	}
	for _, stage := range stages {
		for _, w := range stage.Warnings {
			// What an older deployment has as well is said once.
			if !seen[w.String()] {
				seen[w.String()] = true
				faults = append(faults, w)
			}
		}
	}
	logical := logicalIDs(t, result, apiID)
	name := func(w deployment.Warning) string { return cmp.Or(logical[ids[w.Subject]], w.Subject) }
	slices.SortStableFunc(faults, func(a, b deployment.Warning) int { return line(t, name(a)) - line(t, name(b)) })
	out := d.cmd.OutOrStdout()
	for _, w := range faults {
		id := name(w)
		fmt.Fprintf(out, "%swarning: %s: %s\n", d.place(t, id), id, detail(w))
		if e, ok := errors.AsType[*vtl.Error](w.Err); ok {
			fmt.Fprintln(out, "  "+strings.ReplaceAll(e.Snippet(), "\n", "\n  "))
		}
	}
	return len(faults)
}

// logicalIDs are the logical ids of an API's parts by their physical ones. Two
// APIs may have stages of the same name, which is all the id that these have.
func logicalIDs(t *template.Template, result *server.Deployed, apiID string) map[string]string {
	logical := map[string]string{}
	for _, r := range result.Resources {
		if r.Type != "AWS::ApiGatewayV2::Stage" {
			logical[r.PhysicalID] = r.LogicalID
		}
	}
	for _, r := range result.Resources {
		declared := t.Resource(r.LogicalID)
		if r.Type != "AWS::ApiGatewayV2::Stage" || declared == nil {
			continue
		}
		if api := declared.Properties.Get("ApiId").Get("Ref"); api == nil || api.Text == logical[apiID] {
			logical[r.PhysicalID] = r.LogicalID
		}
	}
	return logical
}

// detail is a warning without its subject.
func detail(w deployment.Warning) string {
	text := w.Err.Error()
	if w.Member != "" {
		text = w.Member + ": " + text
	}
	if route, ok := strings.CutPrefix(w.Subject, "route "); ok {
		text = "route " + route + ": " + text
	}
	return text
}

// line is where a resource stands, 0 for what is none.
func line(t *template.Template, logicalID string) int {
	if r := t.Resource(logicalID); r != nil {
		return r.Line
	}
	return 0
}

// place is where a resource stands, "template.yaml:12: ".
func (d *deployer) place(t *template.Template, logicalID string) string {
	if n := line(t, logicalID); n > 0 {
		return fmt.Sprintf("%s:%d: ", d.file, n)
	}
	return d.file + ": "
}
