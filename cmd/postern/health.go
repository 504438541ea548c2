package main

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

func healthCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask a running server whether it is well; exit code 1 if not",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			endpoint, err := endpointOf(cmd)
			if err != nil {
				return err
			}
			client := &http.Client{Timeout: 5 * time.Second}
			request, err := http.NewRequestWithContext(cmd.Context(), http.MethodGet, endpoint+"/_postern/health", nil)
			if err != nil {
				return fail(exitUsage, "%v", err)
			}
			answer, err := client.Do(request)
			if err != nil {
				return fail(exitFailure, "no server at %s", endpoint)
			}
			defer answer.Body.Close()
			body, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
			if err != nil || answer.StatusCode != http.StatusOK {
				return fail(exitFailure, "%s answered %s", endpoint, answer.Status)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s\n", body)
			return nil
		},
	}
	addListen(cmd)
	return cmd
}
