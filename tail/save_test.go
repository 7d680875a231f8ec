package tail

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kinspect/internal/sim"
)

// A file that can be replaced no more ends the run with an error that names it. What
// was printed is printed; the next run repeats that step, and loses nothing.
func TestSaveThatFails(t *testing.T) {
	for _, c := range []struct {
		byArrival      bool
		printed, again []string
	}{
		{false, []string{"1", "2"}, []string{"2", "3", "4"}},
		{true, []string{"1", "2", "3", "4"}, []string{"1", "2", "3", "4"}}, // all of it at once
	} {
		w := sim.New(t, 2, sim.Answer("GetRecords", func(_ int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
			in["Limit"] = 1
			return forward(in)
		}))
		for _, data := range []string{"1", "2", "3", "4"} {
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
			From: trimHorizon, NoFollow: true, ByArrival: c.byArrival, Resume: resumable(t, path), Out: out, Renderer: renderer(t, "data"),
			Where: matchAll, ReadShare: 0.4, Settle: 10 * time.Second, Notice: func(text string) { t.Error(text) },
		}
		s, err := Run(context.Background(), w.Client, w.Describe(), o)
		if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "writing the checkpoint "+path+": ") {
			t.Errorf("%v", err)
		}
		if s.Printed != int64(len(out.lines)) {
			t.Errorf("%d are said to be printed, of %q", s.Printed, out.lines)
		}
		wantLines(t, out.lines, c.printed...)
		if err := os.Rename(away, dir); err != nil {
			t.Fatal(err)
		}
		lines, _ := run(t, context.Background(), w, Options{From: trimHorizon, NoFollow: true, ByArrival: c.byArrival, Resume: resumable(t, path)})
		wantLines(t, lines, c.again...)
		if left, _ := filepath.Glob(filepath.Join(dir, ".kinspect-*")); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
	}
}
