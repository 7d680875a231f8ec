package lease

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kinspect/internal/shard"
)

func TestSummary(t *testing.T) {
	for _, c := range []struct {
		name string
		rows rows
		want []string
	}{
		{"none", nil, []string{"the table has no lease of any shard of this stream"}},
		{"all read", rows{"b": "SHARD_END", "c": string(number(60)) + " w1", "f": string(number(30)) + " w2", "g": string(number(90)) + " w1"}, []string{
			"owned by w1 (2 shards) and w2 (1 shard); 1 shard read to the end",
			"its oldest checkpoint is that of shard-f, of about 2026-11-23 10:00:30.000Z: " + string(number(30)),
		}},
		{"unread, unowned, not begun", rows{"c": "TRIM_HORIZON w1", "f": "7"}, []string{
			"owned by w1 (1 shard)",
			"nobody owns shard-f",
			"nobody reads shard-g: open, and without a lease",
			"nothing is checkpointed of shard-c",
			"shard-f is checkpointed up to 7; how far behind that is the numbers do not tell",
		}},
		{"before a reshard's end", rows{"a": "7 w", "e": "SHARD_END", "g": "SHARD_END"}, []string{
			"owned by w (1 shard); 1 shard read to the end",
			"no lease yet of shard-c and shard-f: what it came of has not ended",
			"of another stream, or an earlier one of the name, are the leases of shard-g",
			"shard-a is checkpointed up to 7; how far behind that is the numbers do not tell",
		}},
	} {
		leases := map[string]Lease{}
		for name := range c.rows {
			leases[id(name)], _, _ = c.rows.lookup(id(name))
		}
		if got := Summary(lineage, leases); !cmp.Equal(got, c.want) {
			t.Error(c.name, cmp.Diff(c.want, got))
		}
	}
}

// Of a wide stream a few shards are named and the others counted; a lease of another
// stream's shard counts for nothing else.
func TestSummaryIsBounded(t *testing.T) {
	var shards []shard.Shard
	for i := range 1000 {
		shards = append(shards, shard.Shard{ID: fmt.Sprintf("shard-%03d", i), Starting: "1"})
	}
	other := Lease{Checkpoint: Checkpoint{Number: "7"}, Range: &shard.Range{End: shard.HashKey{Lo: 7}}}
	got := strings.Join(Summary(shard.NewLineage(shards), map[string]Lease{"shard-000": other}), "\n")
	want := `nobody owns a shard
nobody reads shard-001, shard-002, shard-003, shard-004, shard-005 and 994 more: open, and without a lease
of another stream, or an earlier one of the name, are the leases of shard-000`
	if got != want {
		t.Error(cmp.Diff(want, got))
	}
}
