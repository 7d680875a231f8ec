package local

import (
	"testing"
	"time"
)

// Retention that was lowered and raised again brings back neither records nor
// shards.
func TestLoweredRetentionIsForGood(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 1)
	e.must("IncreaseStreamRetentionPeriod", object{"StreamName": "orders", "RetentionPeriodHours": 48})
	e.put("orders", "0", []byte("a"))
	e.must("SplitShard", object{"StreamName": "orders", "ShardToSplit": shard0, "NewStartingHashKey": half})
	e.put("orders", "0", []byte("b"))
	e.clock.advance(30 * time.Hour)
	e.must("DecreaseStreamRetentionPeriod", object{"StreamName": "orders", "RetentionPeriodHours": 24})
	e.must("IncreaseStreamRetentionPeriod", object{"StreamName": "orders", "RetentionPeriodHours": 48})
	if got := e.shards(object{"StreamName": "orders"}); got != "1 2" {
		t.Errorf("shards %s", got)
	}
	if got := e.first("orders", shard1, "TRIM_HORIZON", nil).data(); got != "" {
		t.Errorf("shard 1 holds %q", got)
	}
	e.fails("GetShardIterator", object{"StreamName": "orders", "ShardId": shard0, "ShardIteratorType": "TRIM_HORIZON"},
		"ResourceNotFoundException", "Shard "+shard0+" in stream orders under account 123456789012 does not exist")
}
