package coverage

import (
	"testing"
	"time"

	"kinspect/internal/record"
)

// Two accounts are narrowed down to a window within both.
func TestJoinWithin(t *testing.T) {
	at := func(minute int) *record.Timestamp {
		return &record.Timestamp{Time: time.Date(2026, 11, 23, 10, minute, 0, 0, time.UTC)}
	}
	proof := &Proof{Kind: Tip}
	c := Coverage{From: at(0), OldestRecordAt: at(9), Records: 1, Shards: []Account{{ShardID: "b", From: at(10), Until: at(30), Proof: proof}}}
	c.Join(Coverage{From: at(1), OldestRecordAt: at(5), Records: 2, Shards: []Account{
		{ShardID: "a", OpenedAt: at(21), From: at(21), Until: at(40), Proof: proof}, {ShardID: "c", From: at(11), Gaps: []Gap{{}}},
	}})
	if !c.From.Equal(at(1).Time) || !c.OldestRecordAt.Equal(at(5).Time) || c.Records != 3 {
		t.Errorf("%+v", c)
	}
	c.Within(at(20).Time, at(30).Time)
	for i, want := range []Account{{ShardID: "a", From: at(21), Until: at(30)}, {ShardID: "b", From: at(20), Until: at(30)}, {ShardID: "c", From: at(20)}} {
		got := c.Shards[i]
		if got.ShardID != want.ShardID || !got.From.Equal(want.From.Time) || (got.Until == nil) != (want.Until == nil) || got.Until != nil && !got.Until.Equal(want.Until.Time) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if c.Complete {
		t.Error("complete, with a gap")
	}
}
