package shardmap

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// created is when the streams of these tests were; now is the time of the maps.
var (
	created = time.Date(2026, 11, 22, 10, 15, 2, 0, time.UTC)
	now     = created.Add(24 * time.Hour)
)

// world is a stream to map.
type world struct {
	name   string
	header Header
	shards []shard.Shard
}

func worlds() []world {
	return []world{
		{"fresh", header(), fresh()},
		{"split", header(), split()},
		{"merged", header(), merged()},
		{"cutover", header(), cutover()},
		{"expired", header(), slices.Delete(merged(), 1, 2)},
		{"unknown", Header{Stream: Stream{Name: "orders"}, Endpoint: "http://127.0.0.1:4567"}, unknown()},
		{"auto", auto(), split()},
		{"overlap", header(), overlap()},
		{"gap", header(), fresh()[:3]},
		{"none", header(), nil},
		{"hostile", hostileHeader(), hostile()},
	}
}

func header() Header {
	return Header{
		Stream: Stream{
			Name: "orders", ARN: "arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
			CreatedAt: &record.Timestamp{Time: created.Add(117 * time.Millisecond)}, RetentionHours: 24,
			Status: "ACTIVE", Mode: "PROVISIONED", EncryptionType: "KMS", DistributionStrategy: "USER_PARTITION_KEY",
			Consumers: new(int),
		},
		Account: "123456789012", Region: "eu-west-1",
	}
}

// quarter makes the range of quarters from–to of the key space, to excluded.
func quarter(from, to uint64) shard.Range {
	r := shard.Range{Start: shard.HashKey{Hi: from << 62}, End: shard.MaxHashKey}
	if to < 4 {
		r.End = shard.HashKey{Hi: to<<62 - 1, Lo: ^uint64(0)}
	}
	return r
}

// fresh is four equal shards.
func fresh() []shard.Shard {
	var shards []shard.Shard
	for i := range uint64(4) {
		shards = append(shards, opened(int(i), quarter(i, i+1), created))
	}
	return shards
}

// split is fresh with shard 1 split an hour later, as AWS numbers it: the
// children open a second after the parent's end.
func split() []shard.Shard {
	shards, cut := fresh(), created.Add(time.Hour)
	whole := shards[1].Range
	middle := shard.HashKey{Hi: whole.Start.Hi + 1<<61}
	shards[1] = ended(shards[1], cut)
	return append(shards,
		opened(4, shard.Range{Start: whole.Start, End: shard.HashKey{Hi: middle.Hi - 1, Lo: ^uint64(0)}}, cut.Add(time.Second), 1),
		opened(5, shard.Range{Start: middle, End: whole.End}, cut.Add(time.Second), 1))
}

// merged is split with shards 5 and 2 merged another hour later.
func merged() []shard.Shard {
	shards, cut := split(), created.Add(2*time.Hour)
	both := shard.Range{Start: shards[5].Range.Start, End: shards[2].Range.End}
	shards[2], shards[5] = ended(shards[2], cut), ended(shards[5], cut)
	return append(shards, opened(6, both, cut.Add(time.Second), 5, 2))
}

// cutover is split with shard 0 about to be split: AWS lists it 25 s ahead.
func cutover() []shard.Shard {
	shards, cut := split(), now.Add(25*time.Second)
	shards[0] = ended(shards[0], cut)
	low, high := quarter(0, 1), quarter(0, 1)
	low.End, high.Start = shard.HashKey{Hi: 1<<60 - 1, Lo: ^uint64(0)}, shard.HashKey{Hi: 1 << 60}
	return append(shards, opened(6, low, cut.Add(time.Second), 0), opened(7, high, cut.Add(time.Second), 0))
}

// unknown is split with numbers that tell no time, as kinesis-local and moto
// make them.
func unknown() []shard.Shard {
	shards := split()
	for i := range shards {
		shards[i].Starting = "1"
	}
	shards[1].Ending = "9223372036854775807"
	return shards
}

// overlap is split with shard 1 split once more, which kinesalite allows.
func overlap() []shard.Shard {
	shards := split()
	again := created.Add(3 * time.Hour)
	return append(shards, opened(6, shards[4].Range, again, 1), opened(7, shards[5].Range, again, 1))
}

func auto() Header {
	h := header()
	h.Stream.Mode, h.Stream.DistributionStrategy, *h.Stream.Consumers = "ON_DEMAND", "AUTO", 2
	return h
}

func hostileHeader() Header {
	h := header()
	h.Stream.Name, h.Stream.Status, h.Account = "or\x1b[31mders", "AC\nTIVE", "\u202e21"
	return h
}

// hostile has IDs that command a terminal, its own parent, and no width.
func hostile() []shard.Shard {
	a := shard.Shard{ID: "\x1b[2J\n", Range: quarter(0, 4), Parent: "\x1b[2J\n", AdjacentParent: "z\u202e"}
	b := shard.Shard{ID: "z\u202e", Range: shard.Range{Start: shard.MaxHashKey}, Parent: "\x1b[2J\n", Ending: "x"}
	c := shard.Shard{ID: "shardId-99999999999999999999", Range: shard.Range{Start: shard.MaxHashKey, End: shard.MaxHashKey}, Starting: "-"}
	return []shard.Shard{a, b, c}
}

func opened(n int, r shard.Range, at time.Time, parents ...int) shard.Shard {
	s := shard.Shard{ID: id(n), Range: r, Starting: sequenceAt(at, at, n)}
	if len(parents) > 0 {
		s.Parent = id(parents[0])
	}
	if len(parents) > 1 {
		s.AdjacentParent = id(parents[1])
	}
	return s
}

func ended(s shard.Shard, at time.Time) shard.Shard {
	s.Ending = sequenceAt(created, at, 0)
	return s
}

func id(n int) string { return fmt.Sprintf("shardId-%012d", n) }

// sequenceAt spells a sequence number in AWS' second layout.
func sequenceAt(created, at time.Time, n int) record.SequenceNumber {
	number := new(big.Int)
	for _, field := range []struct {
		value int64
		low   uint
	}{{2, 184}, {created.Unix(), 148}, {at.Unix(), 36}, {int64(n), 4}, {2, 0}} {
		number.Or(number, new(big.Int).Lsh(big.NewInt(field.value), field.low))
	}
	return record.SequenceNumber(number.String())
}
