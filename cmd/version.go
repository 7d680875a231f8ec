package cmd

import (
	"fmt"

	"github.com/spf13/cobra"
)

// toolVersion is what receipts name.
const toolVersion = "kinspect 0.1.0"

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.out, toolVersion)
			return err
		},
	}
}
