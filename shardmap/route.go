package shardmap

import (
	"errors"
	"fmt"
	"iter"
	"unicode/utf8"

	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// partitionKeyCharsMax is AWS' limit, in Unicode code points.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html
const partitionKeyCharsMax = 256

// Key is what is asked: a partition key, or a hash key alone.
type Key struct {
	// Partition is nil where a hash key was asked.
	Partition *string
	Hash      shard.HashKey
}

// PartitionKey asks for a partition key of 1 to 256 characters.
func PartitionKey(text string) (Key, error) {
	switch {
	case text == "":
		return Key{}, errors.New("partition key is empty")
	case !utf8.ValidString(text):
		return Key{}, fmt.Errorf("partition key %s is not UTF-8", begin(text))
	case utf8.RuneCountInString(text) > partitionKeyCharsMax:
		return Key{}, fmt.Errorf("partition key %s has more than %d characters", begin(text), partitionKeyCharsMax)
	}
	return Key{&text, shard.HashOf(text)}, nil
}

// begin quotes as much of a text as tells it from others.
func begin(text string) string {
	if short := fmt.Sprintf("%.20q", text); short != fmt.Sprintf("%q", text) {
		return short + "…"
	}
	return fmt.Sprintf("%q", text)
}

// HashKey asks for a hash key in decimal, 0 to 2^128 − 1.
func HashKey(text string) (Key, error) {
	h, err := shard.ParseHashKey(text)
	return Key{Hash: h}, err
}

// Keys asks for partition keys and then for hash keys, in the order given; it is
// nil where both lists are empty. The error says which of them is no key, before
// anything is asked.
func Keys(partitionKeys, hashKeys []string) (iter.Seq2[Key, error], error) {
	var keys []Key
	for _, list := range []struct {
		texts []string
		parse func(string) (Key, error)
	}{{partitionKeys, PartitionKey}, {hashKeys, HashKey}} {
		for _, text := range list.texts {
			key, err := list.parse(text)
			if err != nil {
				return nil, err
			}
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	return func(yield func(Key, error) bool) {
		for _, key := range keys {
			if !yield(key, nil) {
				return
			}
		}
	}, nil
}

// chain asks for the first keys, then for the second; either may be nil.
func chain(first, second iter.Seq2[Key, error]) iter.Seq2[Key, error] {
	switch {
	case first == nil:
		return second
	case second == nil:
		return first
	}
	return func(yield func(Key, error) bool) {
		for key, err := range first {
			if !yield(key, err) {
				return
			}
		}
		second(yield)
	}
}

// Route says which shards take and took a key, as one line of `-o json`. It
// holds unless a producer sets an explicit hash key, which overrides the
// partition key's.
type Route struct {
	// PartitionKey is left out where a hash key was asked.
	PartitionKey *string `json:"partitionKey,omitempty"`
	HashKey      string  `json:"hashKey"`
	// ShardID names the shard that takes the key at the time of the map; the
	// newest, if there are several. It is left out if there is none.
	ShardID string `json:"shardId,omitempty"`
	// Shards are all that took, take or are about to take the key, in the order
	// of time, open ones last.
	Shards  []Owner  `json:"shards"`
	Caveats []Caveat `json:"caveats,omitempty"`
}

// Owner is a shard that owns a key for a time.
type Owner struct {
	ShardID string `json:"shardId"`
	// From and Until are in seconds, and nil where the sequence numbers do not
	// tell. Until is nil for an open shard, too.
	From  *record.Timestamp `json:"from,omitempty"`
	Until *record.Timestamp `json:"until,omitempty"`

	state state
}

// Route looks the key up. It costs the logarithm of the number of shards.
func (m *Map) Route(k Key) Route {
	r := Route{PartitionKey: k.Partition, HashKey: k.Hash.String(), Shards: []Owner{}}
	if r.Caveats = m.unpredictable(); r.Caveats != nil {
		return r
	}
	for _, place := range m.index.at(k.Hash) {
		s := &m.Shards[place]
		r.Shards = append(r.Shards, Owner{s.ID, s.OpenedAt, s.ClosedAt, s.state})
	}
	taker, takers := m.taker(k.Hash)
	if takers > 0 {
		r.ShardID = m.Shards[taker].ID
	}
	r.Caveats = m.uncertain()
	switch {
	case takers == 0:
		r.Caveats = append(r.Caveats, Caveat{CaveatNoOpenShard, "no open shard owns this hash key"})
	case takers > 1:
		r.Caveats = append(r.Caveats, Caveat{CaveatOverlap, fmt.Sprintf("%d open shards own this hash key; the newest is named", takers)})
	}
	return r
}

// taker returns the place of the shard that takes a hash key at the time of the
// map, the newest if there are several, and how many there are.
func (m *Map) taker(h shard.HashKey) (newest, takers int) {
	for _, place := range m.index.at(h) {
		if m.Shards[place].Open {
			newest = place
			takers++
		}
	}
	return newest, takers
}
