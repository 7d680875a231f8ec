package local

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func (e *endpoint) scale(target int) object {
	e.Helper()
	return e.must("UpdateShardCount", object{"StreamName": "orders", "ScalingType": "UNIFORM_SCALING", "TargetShardCount": target})
}

// family is the lineage in short, such as "2<0 3<0 closed".
func (e *endpoint) family() string {
	var all []string
	for _, d := range e.streams["orders"].shards {
		text := fmt.Sprint(d.index)
		for _, p := range d.parents {
			text += fmt.Sprintf("<%d", p.index)
		}
		if d.closed {
			text += " closed"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func TestUniformScaling(t *testing.T) {
	for _, test := range []struct {
		from, to int
		want     string
	}{
		{1, 2, "0 closed, 1<0, 2<0"},
		{2, 4, "0 closed, 1 closed, 2<0, 3<0, 4<1, 5<1"},
		{4, 2, "0 closed, 1 closed, 2 closed, 3 closed, 4<0<1, 5<2<3"},
		{3, 1, "0 closed, 1 closed, 2 closed, 3<0<1 closed, 4<3<2"},
		{2, 3, "0 closed, 1 closed, 2<0, 3<0 closed, 4<1 closed, 5<1, 6<3<4"},
		{3, 2, "0 closed, 1 closed, 2 closed, 3<1 closed, 4<1 closed, 5<0<3, 6<4<2"},
		{2, 2, "0, 1"},
	} {
		for _, cutOver := range []time.Duration{0, 25 * time.Second} {
			e := newEndpoint(t, Options{CutOver: cutOver})
			e.stream("orders", test.from)
			out := e.scale(test.to)
			if out["CurrentShardCount"] != float64(test.from) || out["TargetShardCount"] != float64(test.to) || out["StreamName"] != "orders" || out["StreamARN"] != arn+"orders" {
				t.Errorf("the answer is %v", out)
			}
			if got := e.family(); got != test.want {
				t.Errorf("%d to %d: shards %s, want %s", test.from, test.to, got, test.want)
			}
			var open []hashRange
			for _, d := range e.streams["orders"].open() {
				open = append(open, d.hashes)
			}
			slices.SortFunc(open, func(a, b hashRange) int { return a.start.compare(b.start) })
			if !slices.Equal(open, uniform(test.to)) {
				t.Errorf("%d to %d: open shards have the ranges %v", test.from, test.to, open)
			}
			e.oneOwner(time.Minute)
		}
	}
}

// Two shards become three over four; the short-lived ones hold records.
func TestShortLivedShards(t *testing.T) {
	e := newEndpoint(t, Options{CutOver: 25 * time.Second})
	e.stream("orders", 2)
	e.scale(3)
	key := uniform(3)[1].start.String() // of the middle third
	var got []string
	for range 40 {
		out := e.must("PutRecord", object{"StreamName": "orders", "PartitionKey": "k", "ExplicitHashKey": key, "Data": []byte("x")})
		got = append(got, strings.TrimLeft(strings.TrimPrefix(out["ShardId"].(string), "shardId-"), "0"))
		e.clock.advance(time.Second)
	}
	// to shard 0 until 12:00:25, to 3 from 12:00:26 on for 5 s more, then to 6
	want := slices.Concat(slices.Repeat([]string{""}, 26), slices.Repeat([]string{"3"}, 6), slices.Repeat([]string{"6"}, 8))
	if !slices.Equal(got, want) {
		t.Errorf("records went to %q", got)
	}
	start, ending := sequences(e.lineage()[3])
	if end, _ := parseSequence(ending.(string)); end.at-start.created != 5 {
		t.Errorf("shard 3 lives from %d to %d", start.created, end.at)
	}
	if got := len(e.first("orders", shard3, "TRIM_HORIZON", nil).Records); got != 6 {
		t.Errorf("shard 3 holds %d records", got)
	}
}

func TestUpdateShardCountErrors(t *testing.T) {
	const limit = "LimitExceededException"
	scale := func(target int) object {
		return object{"StreamName": "orders", "ScalingType": "UNIFORM_SCALING", "TargetShardCount": target}
	}
	for _, test := range []struct {
		shards         int
		input          object
		wantType, want string
	}{
		{2, scale(5), limit, "UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: 2, Target shard count: 5"},
		{4, scale(1), limit, "UpdateShardCount cannot scale down below half your current open shard count. Current open shard count: 4, Target shard count: 1"},
		{6000, scale(10001), limit, "Target shard count or number of open shards cannot be greater than 10000. Current open shard count: 6000, Target shard count: 10001"},
		{2, object{"StreamName": "orders"}, "ValidationException", "2 validation errors detected: " +
			"Value 'null' at 'scalingType' failed to satisfy constraint: Member must not be null; " +
			"Value 'null' at 'targetShardCount' failed to satisfy constraint: Member must not be null"},
		{2, object{"StreamName": "orders", "ScalingType": "DOUBLE", "TargetShardCount": 0}, "ValidationException", "2 validation errors detected: " +
			"Value 'DOUBLE' at 'scalingType' failed to satisfy constraint: Member must satisfy enum value set: [UNIFORM_SCALING]; " +
			"Value '0' at 'targetShardCount' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{2, object{"StreamName": "nothing", "ScalingType": "UNIFORM_SCALING", "TargetShardCount": 2}, "ResourceNotFoundException",
			"Stream nothing under account 123456789012 not found."},
	} {
		e := newEndpoint(t, Options{})
		e.stream("orders", test.shards)
		e.fails("UpdateShardCount", test.input, test.wantType, test.want)
		if got := len(e.streams["orders"].shards); got != test.shards {
			t.Errorf("%d shards of %d after %s", got, test.shards, test.want)
		}
	}
}

func TestScalingOfAnotherMode(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.must("CreateStream", object{"StreamName": "orders", "StreamModeDetails": object{"StreamMode": "ON_DEMAND"}})
	e.fails("UpdateShardCount", object{"StreamName": "orders", "ScalingType": "UNIFORM_SCALING", "TargetShardCount": 8},
		"ValidationException", "Stream orders is in ON_DEMAND mode: its shard count cannot be updated.")
}

func TestScalingsOfADay(t *testing.T) {
	e := newEndpoint(t, Options{Transition: time.Minute})
	e.stream("orders", 1)
	e.clock.advance(time.Minute)
	e.scale(2)
	e.fails("UpdateShardCount", object{"StreamName": "orders", "ScalingType": "UNIFORM_SCALING", "TargetShardCount": 1},
		"ResourceInUseException", "Stream orders under account 123456789012 not ACTIVE, instead in state UPDATING")
	for range 9 {
		e.clock.advance(time.Hour)
		e.scale(2)
	}
	e.clock.advance(15*time.Hour - time.Millisecond)
	e.fails("UpdateShardCount", object{"StreamName": "orders", "ScalingType": "UNIFORM_SCALING", "TargetShardCount": 1},
		"LimitExceededException", "Stream orders has been scaled 10 times within the last 24 hours.")
	e.clock.advance(time.Millisecond)
	e.scale(1)
}
