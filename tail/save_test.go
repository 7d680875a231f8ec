package tail

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kinspect/internal/sim"
)

// A file that can be replaced no more ends the run with an error that names it. What
// was printed is printed; the next run repeats that step, and loses nothing.
func TestSaveThatFails(t *testing.T) {
	all := []string{"1", "2", "3", "4"}
	for _, byArrival := range []bool{false, true} {
		w := sim.New(t, 2, sim.Answer("GetRecords", func(_ int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
			in["Limit"] = 1
			return forward(in)
		}))
		for _, data := range all {
			w.PutAt(0, data)
		}
		dir := filepath.Join(t.TempDir(), "kept")
		away, path := dir+".away", filepath.Join(dir, "at.json")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		out := &printed{took: func(lines int) {
			if lines >= 2 {
				_ = os.Rename(dir, away)
			}
		}}
		o := Options{
			From: trimHorizon, NoFollow: true, ByArrival: byArrival, Resume: resumable(t, path), Out: out, Renderer: renderer(t, "data"),
			Where: matchAll, ReadShare: 0.4, Settle: 10 * time.Second, Notice: func(text string) { t.Error(text) },
		}
		s, err := Run(context.Background(), w.Client, w.Describe(), o)
		if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "writing the checkpoint "+path+": ") {
			t.Errorf("%v", err)
		}
		if s.Printed != int64(len(out.lines)) {
			t.Errorf("%d are said to be printed, of %q", s.Printed, out.lines)
		}
		wantLines(t, out.lines, all[:len(out.lines)]...)
		if err := os.Rename(away, dir); err != nil {
			t.Fatal(err)
		}
		lines, _ := run(t, context.Background(), w, Options{From: trimHorizon, NoFollow: true, ByArrival: byArrival, Resume: resumable(t, path)})
		wantLines(t, lines, all[len(all)-len(lines):]...)
		repeated := len(out.lines) + len(lines) - len(all)
		if repeated < 0 || !byArrival && repeated > 1 {
			t.Errorf("printed %q, then %q", out.lines, lines)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
	}
}

// What kills have left half made is taken away, but not what another run is making.
func TestHalfMadeFilesAreTakenAway(t *testing.T) {
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{".at.kinspect-1": 2 * time.Hour, ".at.kinspect-2": time.Minute, ".other.kinspect-1": 2 * time.Hour} {
		file := filepath.Join(dir, name)
		made := time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Chtimes(file, made, made)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := ReadCheckpoint(filepath.Join(dir, "at")); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if want := []string{filepath.Join(dir, ".at.kinspect-2"), filepath.Join(dir, ".other.kinspect-1")}; err != nil || !slices.Equal(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}
}
