package reader

import (
	"context"
	"sync/atomic"
	"time"

	"kinspect/internal/shard"
	"kinspect/internal/stream"
)

// listEvery spaces our listings, each of a call for every 1,000 shards: a stream
// allows 1,000 calls/s to all who list it, the KCL's workers among them, and
// once allowed 100.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html
const listEvery = time.Second

// listings shares listings among the shards that want one, of which a reshard
// may end a thousand at a time. A listing must be asked for after the event that
// wants it, so who comes while one is under way shares the next.
type listings struct {
	client *stream.Client
	wanted atomic.Int64  // by how many so far
	turn   chan struct{} // holds the token of who lists, and may touch what follows

	answered int64 // the last of those wanting whom the last listing serves
	asked    time.Time
	lineage  shard.Lineage
	err      error
	next     time.Time
}

func newListings(client *stream.Client) *listings {
	return &listings{client: client, turn: make(chan struct{}, 1)}
}

// get returns a listing that was asked for after the call to get.
func (l *listings) get(ctx context.Context) (shard.Lineage, error) {
	mine := l.wanted.Add(1)
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if mine <= l.answered {
		return l.lineage, l.err
	}
	return l.list(ctx)
}

// list asks for all who want a listing by the time that one is due. What the end
// of its own context spoils, it leaves to the next.
func (l *listings) list(ctx context.Context) (shard.Lineage, error) {
	if err := l.client.Wait(ctx, max(0, l.next.Sub(l.client.Clock.Now()))); err != nil {
		return nil, err
	}
	all, asked := l.wanted.Load(), l.client.Clock.Now()
	l.next = asked.Add(listEvery)
	lineage, err := l.client.ListShards(ctx)
	if ctx.Err() == nil {
		l.answered, l.asked, l.lineage, l.err = all, asked, lineage, err
	}
	return lineage, err
}
