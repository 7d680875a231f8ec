package local

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestListShardsInPages(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 2500)
	var sizes []int
	var ids []string
	in := object{"StreamName": "orders", "MaxResults": 10000}
	for in != nil {
		got := e.must("ListShards", in)
		shards := got["Shards"].([]any)
		for _, s := range shards {
			ids = append(ids, s.(object)["ShardId"].(string))
		}
		sizes = append(sizes, len(shards))
		in = nil
		if token := got["NextToken"]; token != nil {
			in = object{"NextToken": token}
		}
	}
	if !slices.Equal(sizes, []int{1000, 1000, 500}) || ids[0] != shard0 || ids[2499] != shardID(2499) || len(slices.Compact(ids)) != 2500 {
		t.Errorf("pages of %v shards, %d in all", sizes, len(ids))
	}
}

// world is a stream with lineage: 0 is split into 2 and 3 an hour after its
// creation, and 1 and 3 are merged into 4 an hour later.
func world(t *testing.T) *endpoint {
	e := newEndpoint(t, Options{})
	e.stream("orders", 2)
	e.clock.advance(time.Hour)
	e.must("SplitShard", object{"StreamName": "orders", "ShardToSplit": shard0, "NewStartingHashKey": "85070591730234615865843651857942052864"})
	e.clock.advance(time.Hour)
	e.must("MergeShards", object{"StreamName": "orders", "ShardToMerge": shard1, "AdjacentShardToMerge": shard3})
	e.clock.advance(time.Hour)
	return e
}

func TestShardFilters(t *testing.T) {
	e := world(t)
	at := func(kind string, since time.Duration) object {
		return object{"Type": kind, "Timestamp": float64(noon.Add(since).UnixMilli()) / 1000}
	}
	for _, test := range []struct {
		name   string
		filter any
		want   string
	}{
		{"none", nil, "0 1 2 3 4"},
		{"AFTER_SHARD_ID", object{"Type": "AFTER_SHARD_ID", "ShardId": shard1}, "2 3 4"},
		{"AT_LATEST", object{"Type": "AT_LATEST"}, "2 4"},
		{"AT_TRIM_HORIZON", object{"Type": "AT_TRIM_HORIZON"}, "0 1"},
		{"FROM_TRIM_HORIZON", object{"Type": "FROM_TRIM_HORIZON"}, "0 1 2 3 4"},
		{"AT_TIMESTAMP before the split", at("AT_TIMESTAMP", time.Minute), "0 1"},
		{"AT_TIMESTAMP in the closing second", at("AT_TIMESTAMP", time.Hour), "0 1"},
		{"AT_TIMESTAMP in the next", at("AT_TIMESTAMP", time.Hour+time.Second), "1 2 3"},
		{"AT_TIMESTAMP after the merge", at("AT_TIMESTAMP", 2*time.Hour+time.Second), "2 4"},
		{"FROM_TIMESTAMP before the split", at("FROM_TIMESTAMP", time.Minute), "0 1 2 3 4"},
		{"FROM_TIMESTAMP between", at("FROM_TIMESTAMP", 90*time.Minute), "1 2 3 4"},
		{"FROM_TIMESTAMP after the merge", at("FROM_TIMESTAMP", 150*time.Minute), "2 4"},
	} {
		in := object{"StreamName": "orders"}
		if test.filter != nil {
			in["ShardFilter"] = test.filter
		}
		if got := e.shards(in); got != test.want {
			t.Errorf("%s: shards %s, want %s", test.name, got, test.want)
		}
	}
}

// A filter holds for all pages of its listing.
func TestFilterOutlivesThePage(t *testing.T) {
	e := world(t)
	first := e.must("ListShards", object{"StreamName": "orders", "MaxResults": 1, "ShardFilter": object{"Type": "AT_LATEST"}})
	if got := e.shards(object{"NextToken": first["NextToken"]}); got != "4" {
		t.Errorf("second page has shards %s, want 4", got)
	}
	if got := e.shards(object{"NextToken": first["NextToken"], "StreamName": "orders"}); got != "4" {
		t.Errorf("with the stream's name: shards %s, want 4", got)
	}
}

func TestExpiredShardsAreNotListed(t *testing.T) {
	e := world(t)
	iterator := e.iterator("orders", shard0, "TRIM_HORIZON", nil)
	e.clock.advance(22*time.Hour + 1*time.Millisecond) // shard 0 closed 24 h and 1 ms ago
	if got := e.shards(object{"StreamName": "orders"}); got != "1 2 3 4" {
		t.Errorf("shards %s, want 1 2 3 4", got)
	}
	if got := e.shards(object{"StreamName": "orders", "ShardFilter": object{"Type": "AT_TRIM_HORIZON"}}); got != "1" {
		// 2 and 3 open in the second after: as on AWS, embedded times leave a second out
		t.Errorf("at the trim horizon: shards %s, want 1", got)
	}
	e.fails("GetShardIterator", object{"StreamName": "orders", "ShardId": shard0, "ShardIteratorType": "TRIM_HORIZON"},
		"ResourceNotFoundException", "Shard "+shard0+" in stream orders under account 123456789012 does not exist")
	e.fails("GetRecords", object{"ShardIterator": iterator}, "ExpiredIteratorException",
		"Iterator expired. The iterator was created at time Mon Nov 23 15:00:00 UTC 2026 while right now it is "+
			"Tue Nov 24 13:00:00 UTC 2026 which is further in the future than the tolerated delay of 300000 milliseconds.")
}

func TestListShardsErrors(t *testing.T) {
	e := world(t)
	token := e.must("ListShards", object{"StreamName": "orders", "MaxResults": 1})["NextToken"]
	const validation, argument = "ValidationException", "InvalidArgumentException"
	for _, test := range []struct {
		input          object
		wantType, want string
	}{
		{object{}, argument, "Either StreamName or StreamARN should be provided."},
		{object{"StreamName": "orderz"}, "ResourceNotFoundException", "Stream orderz under account 123456789012 not found."},
		{object{"NextToken": token, "ShardFilter": object{"Type": "AT_LATEST"}}, argument, "NextToken and ShardFilter cannot be provided together."},
		{object{"NextToken": token, "ExclusiveStartShardId": shard0}, argument, "NextToken and ExclusiveStartShardId cannot be provided together."},
		{object{"NextToken": "garbage"}, argument, "Invalid NextToken."},
		{object{"NextToken": "e30AAAAA"}, argument, "Invalid NextToken."},
		{object{"StreamName": "orders", "MaxResults": 0}, validation,
			"1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{object{"StreamName": "orders", "ShardFilter": object{"Type": "AT_NOON"}}, validation,
			"1 validation error detected: Value 'AT_NOON' at 'shardFilter.type' failed to satisfy constraint: Member must satisfy enum value set: " +
				"[AFTER_SHARD_ID, AT_TRIM_HORIZON, FROM_TRIM_HORIZON, AT_LATEST, AT_TIMESTAMP, FROM_TIMESTAMP]"},
		{object{"StreamName": "orders", "ShardFilter": object{"Type": "AFTER_SHARD_ID"}}, argument, "ShardFilter of type AFTER_SHARD_ID requires a ShardId."},
		{object{"StreamName": "orders", "ShardFilter": object{"Type": "AT_TIMESTAMP"}}, argument, "ShardFilter of type AT_TIMESTAMP requires a Timestamp."},
		{object{"StreamName": "orders", "ShardFilter": object{"Type": "AT_TIMESTAMP", "Timestamp": noon.Unix()}}, argument,
			"ShardFilter Timestamp cannot be older than TRIM_HORIZON of the stream."},
		{object{"StreamName": "orders", "ShardFilter": object{"Type": "FROM_TIMESTAMP", "Timestamp": noon.Unix() + 3*3600 + 1}}, argument,
			"ShardFilter Timestamp must not be greater than current time."},
	} {
		e.fails("ListShards", test.input, test.wantType, test.want)
	}
	e.clock.advance(300 * time.Second)
	e.must("ListShards", object{"NextToken": token})
	e.clock.advance(time.Millisecond)
	e.fails("ListShards", object{"NextToken": token}, "ExpiredNextTokenException",
		fmt.Sprintf("The NextToken was issued %d ms ago and has expired; it can be used for 300000 ms.", 300001))
}
