package cmd

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestBuilt(t *testing.T) {
	setting := func(key, value string) debug.BuildSetting { return debug.BuildSetting{Key: key, Value: value} }
	commit, at := setting("vcs.revision", "52926c5"), setting("vcs.time", "2026-11-28T11:56:00Z")
	for _, c := range []struct {
		info  *debug.BuildInfo
		lines string
	}{
		{nil, ""},
		{&debug.BuildInfo{}, ""},
		{&debug.BuildInfo{Settings: []debug.BuildSetting{commit, at, setting("vcs.modified", "false")}}, "commit    52926c5\ncommitted 2026-11-28T11:56:00Z\n"},
		{&debug.BuildInfo{Settings: []debug.BuildSetting{commit, at, setting("vcs.modified", "true")}}, "commit    52926c5, modified\ncommitted 2026-11-28T11:56:00Z\n"},
	} {
		if got, _, _ := strings.Cut(built(c.info), "built by"); got != c.lines {
			t.Errorf("%q, want %q", got, c.lines)
		}
	}
}
