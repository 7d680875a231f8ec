package putrec

import (
	"context"
	"time"

	"kinspect/internal/pace"
)

// writeShare is the part of each shard's write quota that is used: the other half
// is production's.
const writeShare pace.Share = 0.5

// pacing says how soon a call may be made.
type pacing struct {
	rate   *pace.Budget            // of lines; nil is no bound
	shards map[string]*pace.Writes // nil where shards are not paced
}

// load is what a call puts into one shard.
type load struct{ records, bytes int }

// await waits until the records may be put, and books them. It fails with the
// context.
func (r *run) await(ctx context.Context, records []*outgoing) error {
	lines, loads := 0, map[string]load{}
	for _, o := range records {
		lines += len(o.sources)
		loads[o.shard] = load{loads[o.shard].records + 1, loads[o.shard].bytes + o.bytes()}
	}
	now := r.client.Clock.Now()
	wait := r.pacing.wait(now, lines, loads)
	if err := r.wait(ctx, wait); err != nil {
		return err
	}
	r.pacing.book(r.client.Clock.Now(), lines, loads)
	return nil
}

// tellEvery is how often a wait tells of the progress, which shows that we live.
const tellEvery = time.Second

// wait waits so long, or returns the context's error when that ends first.
func (r *run) wait(ctx context.Context, d time.Duration) error {
	for ; d > tellEvery; d -= tellEvery {
		if err := r.client.Wait(ctx, tellEvery); err != nil {
			return err
		}
		r.progress()
	}
	if d <= 0 {
		return nil
	}
	return r.client.Wait(ctx, d)
}

func (p *pacing) wait(now time.Time, lines int, loads map[string]load) time.Duration {
	var longest time.Duration
	if p.rate != nil {
		longest = p.rate.Wait(now, float64(lines))
	}
	for id, l := range loads {
		if w := p.of(id); w != nil {
			longest = max(longest, w.Wait(now, l.records, l.bytes))
		}
	}
	return longest
}

func (p *pacing) book(now time.Time, lines int, loads map[string]load) {
	if p.rate != nil {
		p.rate.Spend(now, float64(lines))
	}
	for id, l := range loads {
		if w := p.of(id); w != nil {
			w.Put(now, l.records, l.bytes)
		}
	}
}

// of is the shard's pace, or nil where there is none.
func (p *pacing) of(id string) *pace.Writes {
	if p.shards == nil || id == "" {
		return nil
	}
	if p.shards[id] == nil {
		p.shards[id] = pace.NewWrites(writeShare)
	}
	return p.shards[id]
}
