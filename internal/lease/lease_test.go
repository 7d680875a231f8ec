package lease

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"kinspect/internal/shard"
)

// Rows as the KCL's releases write them.
func TestParse(t *testing.T) {
	for _, c := range []struct {
		name string
		row  Row
		want *Lease // nil: no lease
	}{
		{"KCL 1", Row{
			"leaseKey": {Text: "shardId-000000000000"}, "checkpoint": {Text: "TRIM_HORIZON"}, "checkpointSubSequenceNumber": {Number: "0"},
			"leaseCounter": {Number: "7"}, "ownerSwitchesSinceCheckpoint": {Number: "0"}, "leaseOwner": {Text: "w"},
		}, &Lease{Checkpoint: Checkpoint{Sentinel: TrimHorizon}, Owner: "w", Counter: 7}},
		{"KCL 2, of many streams, in two steps", Row{
			"leaseKey": {Text: "123456789012:orders:1764000000:shardId-000000000003"}, "streamName": {Text: "123456789012:orders:1764000000"}, "shardId": {Text: "shardId-000000000003"},
			"checkpoint": {Text: "12"}, "checkpointSubSequenceNumber": {Number: "3"}, "leaseCounter": {Number: "7"}, "ownerSwitchesSinceCheckpoint": {Number: "2"},
			"parentShardId":     {List: []string{"shardId-000000000000", "shardId-000000000001"}},
			"pendingCheckpoint": {Text: "13"}, "pendingCheckpointSubSequenceNumber": {Number: "4"}, "pendingCheckpointState": {},
			"startingHashKey": {Text: "0"}, "endingHashKey": {Text: "7"},
		}, &Lease{
			Checkpoint: Checkpoint{Number: "12", Sub: 3}, Counter: 7, Switches: 2, Pending: &Checkpoint{Number: "13", Sub: 4},
			Parents: []string{"shardId-000000000000", "shardId-000000000001"}, Range: &shard.Range{End: shard.HashKey{Lo: 7}},
		}},
		{"KCL 3, handed over", Row{
			"checkpoint": {Text: "12"}, "leaseOwner": {Text: "b"}, "checkpointOwner": {Text: "a"}, "throughputKBps": {Number: "1.5"}, "entityType": {Text: "LEASE"},
		}, &Lease{Checkpoint: Checkpoint{Number: "12"}, Owner: "b", CheckpointOwner: "a"}},
		{"a worker's metrics (KCL 3.5)", Row{"entityType": {Text: "WORKER_METRIC_STATS"}, "checkpoint": {Text: "12"}}, nil},
		{"a stream (KCL 3.5)", Row{"entityType": {Text: "STREAM"}}, nil},
		{"none", nil, nil},
	} {
		got, is, err := Parse(c.row)
		if err != nil || is != (c.want != nil) {
			t.Errorf("%s: a lease: %t, %v", c.name, is, err)
			continue
		}
		if c.want != nil && !cmp.Equal(got, *c.want) {
			t.Error(c.name, cmp.Diff(*c.want, got))
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for name, row := range map[string]Row{
		"no checkpoint":                  {"leaseKey": {Text: "shardId-000000000000"}},
		"a checkpoint of another type":   {"checkpoint": {Number: "12"}},
		"a counter that is no number":    {"checkpoint": {Text: "12"}, "leaseCounter": {Number: "many"}},
		"a count that is no number":      {"checkpoint": {Text: "12"}, "ownerSwitchesSinceCheckpoint": {Number: "1e3"}},
		"a pending checkpoint of a word": {"checkpoint": {Text: "12"}, "pendingCheckpoint": {Text: "soon"}},
	} {
		if l, is, err := Parse(row); err == nil {
			t.Errorf("%s: %+v, %t", name, l, is)
		}
	}
}

func TestKeys(t *testing.T) {
	whole := Keys{Account: "123456789012", Stream: "orders", CreatedAt: time.UnixMilli(1764000000999)}
	if got, want := whole.Of("shardId-000000000000"), []string{"123456789012:orders:1764000000:shardId-000000000000", "shardId-000000000000"}; !cmp.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	undescribed := Keys{Account: "123456789012", Stream: "orders"}
	if got, want := undescribed.Of("shardId-000000000000"), []string{"shardId-000000000000"}; !cmp.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Whatever a table holds, a lease that is read is bounded, and its checkpoint is one.
func FuzzParse(f *testing.F) {
	f.Add("12", "3", "worker-1", "", "7", "13", "shardId-000000000000", "0", "7")
	f.Add("SHARD_END", "", "", "LEASE", "", "", "", "", "")
	f.Add("TRIM_HORIZON", "0", strings.Repeat("ü", 300), "STREAM", "x", "LATEST", strings.Repeat("s", 300), "9", "x")
	f.Fuzz(func(t *testing.T, checkpoint, sub, owner, kind, counter, pending, parent, start, end string) {
		l, is, err := Parse(Row{
			"checkpoint": {Text: checkpoint}, "checkpointSubSequenceNumber": {Number: sub}, "leaseOwner": {Text: owner}, "entityType": {Text: kind},
			"leaseCounter": {Number: counter}, "pendingCheckpoint": {Text: pending}, "parentShardId": {List: []string{parent, parent, parent}},
			"startingHashKey": {Text: start}, "endingHashKey": {Text: end},
		})
		if err != nil {
			if len(err.Error()) > 20*wordsMax {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			return
		}
		if !is {
			return
		}
		if l.Checkpoint.Compare(l.Checkpoint) != 0 || l.Checkpoint.Number == "" && l.Checkpoint.Sentinel.rank() == 0 || l.Checkpoint.Sub < 0 {
			t.Errorf("checkpoint %+v", l.Checkpoint)
		}
		if len(l.Owner) > 4*wordsMax || len(l.Parents) > parentsMax || utf8.ValidString(owner) && !utf8.ValidString(l.Owner) {
			t.Errorf("owner %q, parents %q", l.Owner, l.Parents)
		}
	})
}
