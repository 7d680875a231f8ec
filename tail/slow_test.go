package tail

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"kinspect/internal/sim"
)

// A reader of the output that now and then takes longer for a page than an iterator
// lives gets each record once and in its shard's order; meanwhile no more is read
// ahead than a page of each shard.
func TestSlowPipe(t *testing.T) {
	const shards, perPage, records, slow = 4, 2, 80, 10
	var served atomic.Int64
	w := sim.New(t, shards, sim.Answer("GetRecords", func(_ int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
		in["Limit"] = perPage
		out := forward(in)
		page, _ := out["Records"].([]any)
		served.Add(int64(len(page)))
		return out
	}))
	for i := range records {
		w.PutAt(i%16, fmt.Sprintf("%d %02d", i%16/shards, i))
	}
	pages, ahead := 0, int64(0)
	out := &printed{took: func(lines int) {
		ahead = max(ahead, served.Load()-int64(lines))
		if pages++; pages%slow == 0 { // not each: here also the clock of a shard that is not held up jumps
			w.Pass(6 * time.Minute)
		}
	}}
	lines, _ := run(t, context.Background(), w, Options{From: trimHorizon, NoFollow: true, Out: out})
	last := map[byte]string{}
	for _, line := range lines {
		if line <= last[line[0]] {
			t.Errorf("%q after %q", line, last[line[0]])
		}
		last[line[0]] = line
	}
	if len(lines) != records || pages < records/perPage {
		t.Errorf("%d of %d records printed, in %d pages", len(lines), records, pages)
	}
	if w.Calls("GetShardIterator") <= shards {
		t.Error("no iterator expired")
	}
	if ahead > shards*perPage {
		t.Errorf("%d records were read ahead", ahead)
	}
}
