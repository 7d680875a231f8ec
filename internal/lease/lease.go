// Package lease reads the leases by which the Kinesis Client Library says how far an
// application is in each shard, and judges by them what became of one event. It is pure:
// the table is asked elsewhere. KCL 1, 2 and 3 name the attributes alike.
//
// https://github.com/awslabs/amazon-kinesis-client/blob/master/docs/lease-lifecycle.md
package lease

import (
	"cmp"
	"fmt"
	"strconv"

	"kinspect/internal/shard"
	"kinspect/internal/term"
)

// Value is an attribute of a row, of the types that the KCL writes: S, N or SS. Another
// type is the zero Value.
type Value struct {
	Text, Number string
	List         []string
}

// Row is an item of a table, by the names of its attributes.
type Row map[string]Value

// Lease is one application's place in one shard.
//
// https://github.com/awslabs/amazon-kinesis-client/blob/master/amazon-kinesis-client/src/main/java/software/amazon/kinesis/leases/dynamodb/DynamoDBLeaseSerializer.java
type Lease struct {
	Checkpoint Checkpoint
	// Owner is the worker that holds it; empty: nobody does.
	Owner string
	// CheckpointOwner is the worker that still reads while the lease is handed over
	// (KCL 3); empty: it is not.
	CheckpointOwner string
	// Counter is the heartbeat of its owner.
	Counter int64
	// Switches is how often it changed hands since its checkpoint moved.
	Switches int64
	// Pending is a checkpoint that is prepared and not made; nil: none.
	Pending *Checkpoint
	// Parents are the shards for whose end it waits.
	Parents []string
	// Range is the shard's part of the key space; nil where the row does not tell (before
	// KCL 1.14 and 2.3).
	Range *shard.Range
}

// Parse reads a row, and tells whether it is a lease: an empty row is none, and KCL 3.5
// keeps others in the same table. An error is a row that no KCL writes.
func Parse(r Row) (l Lease, is bool, err error) {
	if kind := r["entityType"].Text; len(r) == 0 || kind != "" && kind != "LEASE" {
		return Lease{}, false, nil
	}
	l = Lease{Owner: term.Clip(r["leaseOwner"].Text, wordsMax), CheckpointOwner: term.Clip(r["checkpointOwner"].Text, wordsMax), Parents: parents(r), Range: keyRange(r)}
	var failed [3]error
	l.Checkpoint, failed[0] = parseCheckpoint(r["checkpoint"].Text, r["checkpointSubSequenceNumber"].Number)
	l.Counter, failed[1] = whole(r, "leaseCounter")
	l.Switches, failed[2] = whole(r, "ownerSwitchesSinceCheckpoint")
	if err := cmp.Or(failed[:]...); err != nil {
		return Lease{}, false, err
	}
	if text := r["pendingCheckpoint"].Text; text != "" {
		pending, err := parseCheckpoint(text, r["pendingCheckpointSubSequenceNumber"].Number)
		if err != nil {
			return Lease{}, false, fmt.Errorf("pending %w", err)
		}
		l.Pending = &pending
	}
	return l, true, nil
}

// whole is a number of a row, 0 where it is not there.
func whole(r Row, name string) (int64, error) {
	text := r[name].Number
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s %q is not a whole number", name, term.Clip(text, wordsMax))
	}
	return n, nil
}

// parentsMax is how many shards one comes of: two, after a merge.
const parentsMax = 2

func parents(r Row) (ids []string) {
	for _, id := range r["parentShardId"].List {
		if len(ids) < parentsMax && len(id) <= shardIDMax {
			ids = append(ids, id)
		}
	}
	return ids
}

// shardIDMax is how long AWS lets a shard's ID be.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Shard.html
const shardIDMax = 128

func keyRange(r Row) *shard.Range {
	start, err1 := shard.ParseHashKey(r["startingHashKey"].Text)
	end, err2 := shard.ParseHashKey(r["endingHashKey"].Text)
	if err1 != nil || err2 != nil {
		return nil
	}
	return &shard.Range{Start: start, End: end}
}

// wordsMax bounds a name of somebody's choice in our sentences; DynamoDB lets one have
// 400 KB.
const wordsMax = 200
