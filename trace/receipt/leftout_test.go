package receipt

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// A shard that a receipt does not account for lived in its window, unless its numbers
// say otherwise; one that opened just before the last proof may not have been listed yet.
func TestLeftOut(t *testing.T) {
	until := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	proved := record.Timestamp{Time: until.Add(30 * time.Second)}
	r := Receipt{
		Window:   Window{From: record.Timestamp{Time: until.Add(-time.Hour)}, Until: record.Timestamp{Time: until}},
		Settings: Settings{SettleMillis: 10_000},
		Coverage: coverage.Coverage{Shards: []coverage.Account{{ShardID: "a", Proof: &coverage.Proof{Kind: coverage.Tip, AskedAt: proved}}}},
	}
	for _, c := range []struct {
		opened time.Duration // since the window's end
		want   Outcome
	}{
		{-time.Minute, Refuted}, {0, Refuted}, {19 * time.Second, Refuted}, {20 * time.Second, Unchecked}, {29 * time.Second, Unchecked},
		{30 * time.Second, Stands}, {2 * time.Minute, Stands},
	} {
		sh := shard.Shard{ID: "b", Starting: numberAt(until.Add(c.opened))}
		if got, _, text := r.leftOut(sh); got != c.want {
			t.Errorf("opened %s after the window: %s %q, want %s", c.opened, got, text, c.want)
		}
	}
	r.Coverage.Shards[0].Proof.AskedAt = record.Timestamp{Time: until.Add(5 * time.Second)} // as no scan does
	if got, _, _ := r.leftOut(shard.Shard{ID: "b", Starting: numberAt(until.Add(-time.Second))}); got != Refuted {
		t.Errorf("opened within the window: %s", got)
	}
}

// numberAt is the starting number of a shard that was created then.
func numberAt(t time.Time) record.SequenceNumber {
	n := new(big.Int).Lsh(big.NewInt(2), 184)
	n.Or(n, new(big.Int).Lsh(big.NewInt(t.Unix()), 148))
	n.Or(n, new(big.Int).Lsh(big.NewInt(t.Unix()), 36))
	return record.SequenceNumber(fmt.Sprint(n.Or(n, big.NewInt(2))))
}
