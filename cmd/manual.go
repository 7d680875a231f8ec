package cmd

import (
	"context"
	"os"

	"github.com/spf13/cobra"
)

// Commands is the tree of all commands, from whose help the manual is made. None
// of them is run.
func Commands() *cobra.Command {
	a := &app{Env: Env{Getenv: os.Getenv, Stdout: os.Stdout, Stderr: os.Stderr}}
	root := a.root()
	root.SetContext(context.Background())
	return root
}

// Version is ours, without our name before it.
func Version() string { return number }
