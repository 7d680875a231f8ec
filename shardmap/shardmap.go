// Package shardmap says which shard takes a partition key, and which ones took
// it before. The one idea: a listing of shards becomes a Map, which is what
// `-o json` prints, and text is a function of it. It asks no stream: the
// caller brings the listing, the stream's description and the time.
package shardmap

import (
	"slices"
	"time"

	"kinspect/internal/audience"
	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// Header says which stream is mapped. What the caller does not know stays
// empty and is left out.
type Header struct {
	Stream  Stream `json:"stream"`
	Account string `json:"account,omitempty"`
	Region  string `json:"region,omitempty"`
	// Endpoint is set where it is not AWS.
	Endpoint string `json:"endpoint,omitempty"`
	// Consumers are what reads the stream, where that was asked.
	Consumers []audience.Consumer `json:"consumers,omitempty"`
	// Undescribed tells that nobody knows how the stream distributes records: the
	// Map then has the caveat.
	Undescribed bool `json:"-"`
	// Partial tells that the listing is a page, and more shards follow.
	Partial bool `json:"-"`
}

// Stream is what the stream's summary says, in AWS' words.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StreamDescriptionSummary.html
type Stream struct {
	Name      string            `json:"name"`
	ARN       string            `json:"arn,omitempty"`
	CreatedAt *record.Timestamp `json:"createdAt,omitempty"`
	// RetentionHours is 24 to 8760.
	RetentionHours int `json:"retentionHours,omitempty"`
	// Status is CREATING, DELETING, ACTIVE or UPDATING.
	Status string `json:"status,omitempty"`
	// Mode is PROVISIONED or ON_DEMAND.
	Mode string `json:"mode,omitempty"`
	// EncryptionType is NONE or KMS.
	EncryptionType string `json:"encryptionType,omitempty"`
	// DistributionStrategy is USER_PARTITION_KEY or AUTO.
	DistributionStrategy string `json:"distributionStrategy,omitempty"`
	// Capture tells that it is a file of records, which says nothing of the
	// shards but their IDs.
	Capture bool `json:"capture,omitempty"`
	// Consumers are those registered for enhanced fan-out; nil where unknown.
	Consumers *int `json:"consumers,omitempty"`
}

// Map is a stream's shards, ordered so that generations read downwards:
// parents before children, and within a generation along the key space.
type Map struct {
	Header
	// At is the time of the map, where it is not now.
	At      *record.Timestamp `json:"at,omitempty"`
	Shards  []Shard           `json:"shards"`
	Caveats []Caveat          `json:"caveats,omitempty"`

	index index
}

// Shard is one shard of the map.
type Shard struct {
	ID           string      `json:"shardId"`
	HashKeyRange shard.Range `json:"hashKeyRange"`
	// Parents are the shards it came from, at most two; they may have expired.
	Parents []string `json:"parents"`
	// Open tells whether the shard takes writes at the time of the map. A parent
	// whose closing is scheduled still does, and its children do not yet.
	Open bool `json:"open"`
	// OpenedAt and ClosedAt are in seconds, and nil where the sequence numbers do
	// not tell. ClosedAt may lie some seconds in the future.
	OpenedAt *record.Timestamp `json:"openedAt,omitempty"`
	ClosedAt *record.Timestamp `json:"closedAt,omitempty"`
	// Share is the part of the key space it takes, from 0 to 1.
	Share float64 `json:"share"`

	state      state
	generation int // 0 for shards without a listed parent
	children   []string
	lastChild  int      // the youngest child's generation
	lost       []string // parents that are not listed
}

// Caveat is something to know before relying on the answer. Code is one of the
// Caveat constants, Text is for people.
type Caveat struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// The codes of caveats.
const (
	// CaveatAuto: the stream distributes records by itself.
	CaveatAuto = "auto-distribution"
	// CaveatUndescribed: the stream may distribute records by itself.
	CaveatUndescribed = "undescribed"
	// CaveatNoOpenShard: no open shard owns a hash key.
	CaveatNoOpenShard = "no-open-shard"
	// CaveatOverlap: several open shards own the hash key.
	CaveatOverlap = "several-open-shards"
	// CaveatCapture: the stream is a capture, without hash key ranges and lineage.
	CaveatCapture = "capture"
	// CaveatPartial: the file with the shards is a page of several.
	CaveatPartial = "partial-listing"
	// CaveatParents: parents are missing that should be listed still, or may be.
	CaveatParents = "parents-not-listed"
	// CaveatRetention: shards of the time asked for may not be listed any more.
	CaveatRetention = "retention"
	// CaveatTimes: some shards do not tell when they opened or closed.
	CaveatTimes = "times-unknown"
)

var caveatAuto = Caveat{CaveatAuto, "AUTO distribution: no key chooses the shard, so nothing can be predicted"}

var caveatUndescribed = Caveat{CaveatUndescribed, "distribution strategy unknown: if it is AUTO, no key chooses the shard"}

var caveatCapture = Caveat{CaveatCapture, "a capture does not tell which keys its shards took, nor where they came from"}

// Build makes the map of a listing as it stands at now, the server's time.
func Build(h Header, l shard.Lineage, now time.Time) *Map { return build(h, l, now, now) }

func build(h Header, l shard.Lineage, at, now time.Time) *Map {
	m := &Map{Header: h, Shards: shardsOf(l, at)}
	m.Caveats = slices.Concat(m.unpredictable(), m.uncertain(), m.incomplete(now))
	m.index = newIndex(m.Shards)
	return m
}

// unpredictable is why no key's shard can be told, or nothing.
func (m *Map) unpredictable() []Caveat {
	switch {
	case m.Stream.DistributionStrategy == shard.AutoDistribution:
		return []Caveat{caveatAuto}
	case m.Stream.Capture:
		return []Caveat{caveatCapture}
	}
	return nil
}

// uncertain is what every prediction is subject to, or nothing.
func (m *Map) uncertain() []Caveat {
	if m.Undescribed {
		return []Caveat{caveatUndescribed}
	}
	return nil
}

func timestamp(at time.Time, told bool) *record.Timestamp {
	if !told {
		return nil
	}
	return &record.Timestamp{Time: at}
}
