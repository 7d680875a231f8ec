package tail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/step"
	"kinspect/internal/stream"
)

// createdLater is how much later than we began a shard must say that it was
// created, as its clock and ours may differ.
const createdLater = 5 * time.Second

// tellRecreated says so when a shard that had opened before we began gives records
// of one that was created since, under the same name: a tail without an end never
// asks for the stream's description again.
func (f *follower) tellRecreated(st step.Step) {
	listed, _ := f.listed.Find(st.ShardID)
	opened, told := listed.OpenedAt()
	if !told || opened.After(f.began) || st.Count == 0 {
		return
	}
	parts, told := st.First.SequenceNumber.Parts()
	if told && parts.ShardCreatedAt.After(f.began.Add(createdLater)) {
		f.recreated()
	}
}

// gone tells from a failed call that the stream does not exist.
func gone(err error) bool {
	var failed *stream.Error
	return errors.As(err, &failed) && failed.Problem == stream.NotFound
}

// recreated is said once.
func (f *follower) recreated() {
	f.anew.Do(func() { f.fail("the stream was deleted and created anew meanwhile") })
}

// tellTrimmed says so when the window begins before what the stream holds.
func (f *follower) tellTrimmed() (said bool) {
	kept := f.began.Add(-f.window.Retention)
	if f.window.Open() || f.window.Retention == 0 || !f.window.From.Before(kept) || f.window.CreatedAt.After(kept) {
		return false
	}
	known := "the stream holds nothing from before %s"
	if f.stream.Denied != nil {
		known = "the stream may hold nothing from before %s"
	}
	f.fail(fmt.Sprintf(known, record.Timestamp{Time: kept}.Words()))
	return true
}

// audit says so when the stream is no longer the one that was read, or the shards
// listed cannot be all of it.
func (f *follower) audit(ctx context.Context, last shard.Lineage) {
	if err := f.lacks(last); err != nil {
		f.fail("the listing of shards at the end is not complete: " + err.Error())
	}
	after, err := f.client.Describe(ctx)
	if err == nil && after.Denied != nil {
		err = after.Denied
	}
	switch {
	case f.stream.Denied != nil && f.stream.Shards.Lasts(last): // all that can be told
	case f.stream.Denied != nil: // an open one may also have been resharded and expired
		f.anew.Do(func() {
			f.fail("the stream may have been deleted and created anew meanwhile: not all shards that were open are still the same")
		})
	case err != nil:
		f.fail(fmt.Sprintf("the stream could not be described again at the end: %v", err))
	case !after.CreatedAt.Equal(f.window.CreatedAt):
		f.recreated()
	case len(f.NarrowTo) > 0 && after.DistributesItself():
		f.fail("the stream came to distribute records by itself (AUTO) meanwhile: those with the partition keys may be in other shards")
	case after.Retention < f.window.Retention && f.before(f.client.Clock.Now().Add(-after.Retention)):
		f.fail(fmt.Sprintf("the retention period changed from %s to %s meanwhile, and let records expire", position.Spell(f.window.Retention), position.Spell(after.Retention)))
	}
}

// before tells whether some of what was asked for may have arrived before an instant.
func (f *follower) before(t time.Time) bool {
	return f.from.Before(t) && f.window.CreatedAt.Before(t)
}

// lacks returns why the listings together may lack a shard that was asked for. What
// the first one lacked was said when it came.
func (f *follower) lacks(last shard.Lineage) error {
	if len(f.Shards) > 0 || f.descends != nil {
		return nil
	}
	if err := last.OpenCover(); err != nil {
		return err
	}
	if f.listed.Complete(f.from) != nil {
		return nil
	}
	return shard.NewLineage(slices.Concat(f.listed, last)).Complete(f.from)
}

// tellOvertaken says at once that a shard, read from its trim horizon on, may have
// lost records between two pages: those after the last one read had time to expire.
func (f *follower) tellOvertaken(st step.Step) {
	if !f.window.Open() || f.window.Retention == 0 || st.Count == 0 {
		return
	}
	before, read := f.newest.Swap(st.ShardID, st.Newest)
	expired := st.AnsweredAt.Add(-f.window.Retention)
	if read && before.(time.Time).Before(expired) && st.First.ArrivedAt.After(expired) {
		f.fail(fmt.Sprintf("%s: records that arrived from %s to %s may have expired before they could be read", st.ShardID,
			record.Timestamp{Time: before.(time.Time)}.Words(), record.Timestamp{Time: expired}.Words()))
	}
}

// tellExpired says what expired before it could be read; of the window's
// beginning only if that was not said at once.
func (f *follower) tellExpired(said bool) {
	if kept := f.ledger.Earliest(); !said && !f.window.Open() && f.window.From.Before(kept) && kept.After(f.window.CreatedAt) {
		f.fail(fmt.Sprintf("what arrived before %s may have expired before it could be read", record.Timestamp{Time: kept}.Words()))
	}
	for _, a := range f.ledger.Coverage().Shards {
		for _, gap := range a.Gaps {
			if gap.Code == notice.Trimmed {
				f.fail(a.ShardID + ": " + gap.Text)
			}
		}
	}
}
