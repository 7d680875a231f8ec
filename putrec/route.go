package putrec

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kinspect/internal/pace"
	"kinspect/internal/stream"
)

// listEvery is how soon the shards are listed again: around a reshard's cut-over
// records go elsewhere than predicted for some 25 s.
const listEvery = 5 * time.Second

// route lists the shards where something depends on them. Pacing alone can do
// without, where a producer has no permission to list them.
func (r *run) route(ctx context.Context) error {
	if r.form.keyless {
		r.noticeKeyless()
		return nil
	}
	needed := r.options.Aggregate || r.options.Shard != "" || r.options.Check
	if !needed && r.options.Unpaced {
		return nil
	}
	lineage, err := r.client.ListShards(ctx)
	var failed *stream.Error
	if !needed && errors.As(err, &failed) && failed.Problem != stream.Stopped {
		r.notice("the shards' write quotas are not looked after: " + err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	r.routes = newRoutes(lineage, r.client.Clock.Now())
	if !r.options.Unpaced {
		r.pacing.shards = map[string]*pace.Writes{}
		r.bounds.shardBytes = pace.WriteBytes(writeShare)
	}
	if r.options.Shard != "" {
		r.form.hashKey, err = r.routes.hashKeyOf(r.options.Shard, r.described.Name)
	}
	return err
}

func (r *run) noticeKeyless() {
	if o := r.options; o.PartitionKey != "" || o.PartitionKeyJQ != nil || o.ExplicitHashKey != "" {
		r.notice("the stream distributes records by itself (AUTO): the key is put, and chooses no shard")
	}
}

// reroute lists the shards again once records have gone elsewhere than was
// predicted.
func (r *run) reroute(ctx context.Context) {
	if r.routes.stale && r.client.Clock.Now().Sub(r.routes.asked) >= listEvery {
		r.list(ctx)
	}
}

// list asks for the shards anew. A failure leaves the old listing: it costs pace,
// and an aggregate that went astray is handed back.
func (r *run) list(ctx context.Context) {
	before := len(r.routes.lineage)
	lineage, err := r.client.ListShards(ctx)
	if err != nil {
		r.routes.asked = r.client.Clock.Now()
		return
	}
	r.routes = newRoutes(lineage, r.client.Clock.Now())
	if n := len(lineage); n > before {
		r.notice(fmt.Sprintf("the stream was resharded meanwhile: it lists %d shards more", n-before))
	}
}
