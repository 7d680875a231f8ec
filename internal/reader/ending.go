package reader

import (
	"context"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/shard"
	"kinspect/internal/step"
)

// absentMin is how often the same iterator must be answered without a next one
// before that can mean the end; AWS names the children at once.
const absentMin = 3

// ending is what speaks for the end of a shard whose answers have neither a next
// iterator nor children.
type ending struct {
	absent   int       // such answers in a row
	since    time.Time // the first of them
	closed   bool      // a listing says so since
	children []shard.Shard
}

// confirmEnd settles what such an answer means. It is the end if it stays so,
// a listing asked for afterwards says that the shard has been closed for the
// settle time, and it is still so when asked after that listing: nothing can come
// after that answer. Until then the same iterator is asked again.
func (r *reading) confirmEnd(ctx context.Context, st *step.Step) {
	e := &r.end
	if e.absent == 0 {
		e.since = st.AskedAt
	}
	e.absent++
	switch {
	case e.closed:
		st.End, st.Children = true, e.children
	case e.absent >= absentMin:
		e.closed, e.children = r.listedClosed(ctx)
	}
	if !st.End && !e.closed && e.absent > absentMin && st.AskedAt.Sub(e.since) > r.settle+failingMax {
		st.Kind, st.Code = step.Failed, notice.EndUnexplained
		st.Reason = "no next shard iterator, no child shards, and no listing that closes it"
	}
}

// listedClosed tells whether a listing closes the shard, for as long as settle
// where its ending sequence number tells the time, and what took over from it.
func (r *reading) listedClosed(ctx context.Context) (closed bool, children []shard.Shard) {
	lineage, err := r.listings.get(ctx)
	if err != nil || !r.closedBy(lineage, r.start.Shard.ID) {
		return false, nil
	}
	return true, lineage.Children(r.start.Shard.ID)
}

func (r *Reader) closedBy(lineage shard.Lineage, id string) bool {
	listed, found := lineage.Find(id)
	if !found || !listed.Closed() {
		return false
	}
	at, told := listed.ClosedAt()
	return !told || r.client.Clock.Now().After(at.Add(r.settle))
}
