package tail

import (
	"context"
	"math"
	"slices"

	"kinspect/internal/record"
)

// writeMax is what is written before the positions are saved: a kill repeats no
// more of it for each shard that is being read.
const writeMax = 1 << 20

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
			f.passed(l.steps[0].step)
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
