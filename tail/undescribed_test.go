package tail

import (
	"context"
	"strings"
	"testing"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/sim"
)

// A stream that may not be described is read all the same; what a day may have let
// expire is said to be uncertain, and a stream that took its place is noticed.
func TestUndescribed(t *testing.T) {
	denied := sim.Refuse("DescribeStreamSummary", "AccessDeniedException", func(int, sim.Message) bool { return true })
	for _, c := range []struct {
		name, said string // "": nothing
		from       time.Duration
		last       func(w *sim.World)
	}{
		{"whole", "", time.Hour, func(*sim.World) {}},
		{"older than a day", "the stream may hold nothing from before", 30 * time.Hour, func(*sim.World) {}},
		{"recreated", "created anew", time.Hour, func(w *sim.World) {
			w.Call("DeleteStream", sim.Message{"StreamName": sim.Stream})
			w.Pass(time.Second)
			w.Call("CreateStream", sim.Message{"StreamName": sim.Stream, "ShardCount": 1})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var w *sim.World
			w = sim.New(t, 1, denied, sim.Before("ListShards", 3, func() { c.last(w) }))
			w.Pass(48 * time.Hour)
			w.PutAt(0, "1")
			var said []string
			lines, s := run(t, context.Background(), w, Options{
				From: position.At(w.Clock.Now().Add(-c.from)), NoFollow: true, Notice: func(text string) { said = append(said, text) },
			})
			wantLines(t, lines, "1")
			if all := strings.Join(said, "\n"); s.Incomplete != (c.said != "") || !strings.Contains(all, c.said) || c.said == "" && all != "" {
				t.Errorf("incomplete %v, said %q", s.Incomplete, said)
			}
		})
	}
}
