package cmd

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// number is the version; a release may be built with another one, by
// -ldflags "-X kinspect/cmd.number=1.2.3".
var number = "0.1.0"

// toolVersion is what receipts name.
func toolVersion() string { return "kinspect " + number }

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, and what this kinspect was built of",
		Example: `  kinspect version
  kinspect --version   # the version alone`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			info, _ := debug.ReadBuildInfo()
			_, err := fmt.Fprint(a.out, toolVersion()+"\n"+built(info))
			return err
		},
	}
}

// built says of which commit, by which Go and for which machine a program was
// built, as far as it knows.
func built(info *debug.BuildInfo) string {
	text := fmt.Sprintf("built by  %s for %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if info == nil {
		return text
	}
	told := map[string]string{}
	for _, s := range info.Settings {
		told[s.Key] = s.Value
	}
	commit := told["vcs.revision"]
	if commit == "" { // as under go run and go test
		return text
	}
	if told["vcs.modified"] == "true" {
		commit += ", modified"
	}
	return fmt.Sprintf("commit    %s\ncommitted %s\n", commit, told["vcs.time"]) + text
}
