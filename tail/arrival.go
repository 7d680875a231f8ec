package tail

import (
	"cmp"
	"context"
	"math"
	"slices"

	"kinspect/internal/reader"
	"kinspect/internal/record"
	"kinspect/internal/step"
)

// writeMax is what is written before the positions are saved: a kill repeats no
// more of it for each shard that is being read.
const writeMax = 1 << 20

// heldPart is the part of all memory that user records may hold which wait.
const heldPart = 4

// memory shares what the options allow between pages and what waits. One page must
// always have its place.
func (o Options) memory() (pages, held int64) {
	all := cmp.Or(o.Memory, reader.MemoryDefault)
	if !o.ByArrival {
		return all, 0
	}
	held = all / heldPart
	return max(all-held, reader.MemoryMin), held
}

func (o Options) merger() *merger {
	if !o.ByArrival {
		return nil
	}
	bound := orderBound
	if !o.Until.IsZero() {
		bound = 0
	}
	_, held := o.memory()
	return newMerger(o.Settle, bound, held)
}

// byArrival completes a plan, and releases what has waited long enough, until the
// returned function is called.
func (f *follower) byArrival(ctx context.Context, plan *reader.Plan) (end func()) {
	if f.merge == nil {
		return func() {}
	}
	ctx, stop := context.WithCancel(ctx)
	plan.Await = f.await
	plan.Left = func(id string) { f.left(ctx, id) }
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.releaseOverdue(ctx)
	}()
	return func() {
		stop()
		<-ended
		f.drain()
	}
}

// enter has the merger wait for a shard.
func (f *follower) enter(start reader.Start) {
	if f.merge == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.merge.opens(start)
}

// await holds a shard back that is too far ahead of the others.
func (f *follower) await(ctx context.Context, id string) bool {
	for {
		f.mu.Lock()
		pauses, changed := f.merge.pauses(id, f.client.Clock.Now()), f.merge.changed
		f.mu.Unlock()
		if !pauses {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}

// left releases what waited for a shard that was read. One that was stopped may
// have had more.
func (f *follower) left(ctx context.Context, id string) {
	if ctx.Err() != nil {
		return
	}
	f.count(func(*Summary) { f.merge.leaves(id) })
	f.release()
}

// merged takes a step into its place among the others'.
func (f *follower) merged(p *page, st step.Step) {
	f.count(func(s *Summary) {
		if p == nil {
			f.merge.fails(st)
			return
		}
		s.add(p.Summary)
		f.retire(f.merge.push(p, st, f.client.Clock.Now(), f.marks != nil))
	})
	f.release()
}

// release writes all that may pass, and returns once the positions tell of it.
func (f *follower) release() {
	for {
		written, more := f.releaseSome()
		if f.marks != nil {
			if err := f.save(written); err != nil {
				f.count(func(*Summary) { f.unwrote = err })
				f.stop()
			}
		}
		if !more {
			return
		}
	}
}

// releaseSome writes some of it, and tells whether there may be more.
func (f *follower) releaseSome() (written, more bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	most := math.MaxInt
	if f.Limit > 0 {
		most = f.Limit - int(f.summary.Printed)
	}
	if f.unwrote != nil || most == 0 {
		return false, false
	}
	items := f.merge.take(f.client.Clock.Now(), most, writeMax)
	if len(items) == 0 {
		return false, false
	}
	if len(items) == most {
		f.stop()
	}
	texts := make([][]byte, len(items))
	for i, it := range items {
		texts[i] = it.text
	}
	if _, err := f.Out.Write(slices.Concat(texts...)); err != nil {
		f.unwrote = err
		f.stop()
		return false, false
	}
	for _, it := range items {
		f.wrote(it)
	}
	f.merge.change()
	return true, len(items) < most
}

// wrote moves a shard's position behind a user record.
func (f *follower) wrote(it item) {
	f.summary.Printed++
	if it.arrived.Before(f.merge.newest) {
		f.summary.Late++
	}
	f.merge.newest = later(f.merge.newest, it.arrived)
	if st := &it.step.step; f.marks != nil {
		f.marks.now[it.lane.id].within(*st, it.place, f.window.Until)
		done := slices.IndexFunc(st.Records, func(r record.Record) bool { return r.SequenceNumber == it.number })
		if it.sub == nil {
			done++
		}
		st.Records, st.Repeated = st.Records[done:], st.Repeated+done
	}
	it.step.left--
	f.retire(it.lane)
}

// retire lets go of the steps of which nothing waits any more.
func (f *follower) retire(l *lane) {
	for len(l.steps) > 0 && l.steps[0].left == 0 {
		if f.marks != nil {
			f.marks.now[l.id].passed(l.steps[0].step, f.window.Until, f.Settle)
		}
		f.merge.held -= l.steps[0].bytes
		l.steps = l.steps[1:]
	}
}

// releaseOverdue releases what waited for the bound, when it has.
func (f *follower) releaseOverdue(ctx context.Context) {
	for {
		f.mu.Lock()
		now := f.client.Clock.Now()
		due, some := f.merge.due(now)
		changed := f.merge.changed
		f.mu.Unlock()
		if !some {
			select {
			case <-changed:
				continue
			case <-ctx.Done():
				return
			}
		}
		if f.client.Wait(ctx, due.Sub(now)) != nil {
			return
		}
		f.release()
	}
}

// drain prints what is still held when all ends. With positions it is left to the
// next run, which has it in its place.
func (f *follower) drain() {
	if f.marks != nil {
		return
	}
	for len(f.merge.open) > 0 {
		f.merge.leaves(f.merge.open[0].id)
	}
	f.release()
}
