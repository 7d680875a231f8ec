package reader

import (
	"context"
	"sync"

	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/step"
)

// followSlices reads the slices of a shard side by side. When one of them is read to the
// end of what is wanted, those that would begin behind it are not needed.
func (c *crew) followSlices(ctx context.Context, start Start) {
	n := 1 + len(start.Cuts)
	joints, ends := newJoints(n), make([]context.CancelFunc, n)
	contexts := make([]context.Context, n)
	for i := range n {
		contexts[i], ends[i] = context.WithCancel(ctx)
		defer ends[i]()
	}
	var slices sync.WaitGroup
	for i := range n {
		slices.Go(func() {
			if c.followSlice(contexts[i], slice(start, i), i, joints) {
				for _, end := range ends[i+1:] {
					end()
				}
			}
		})
	}
	slices.Wait()
}

// slice is where one of a shard's slices begins.
func slice(start Start, i int) Start {
	if i > 0 {
		start.At = position.At(start.Cuts[i-1])
	}
	start.Cuts = nil
	return start
}

// followSlice reads one slice, and tells whether it was read to the end of what is wanted.
func (c *crew) followSlice(ctx context.Context, start Start, i int, joints *joints) (whole bool) {
	from := c.source(start, i)
	defer from.close()
	for c.await(ctx, start.Shard.ID) {
		st, ok := from.next(ctx)
		if !ok {
			return false
		}
		st.Slice = i
		joints.cut(&st)
		if last := c.handle(ctx, from, st); last || st.Joined != nil {
			return st.Kind == step.Page && st.Joined == nil
		}
	}
	return false
}

// joints is where the slices of a shard meet. A shard gives its records in the order of
// their numbers, so that a slice which was read up to the first number of a later one
// leaves out nothing between the two.
type joints struct {
	mu    sync.Mutex
	first []*step.Joint           // by slice; nil: it has read nothing yet
	last  []record.SequenceNumber // by slice
}

func newJoints(slices int) *joints {
	return &joints{first: make([]*step.Joint, slices), last: make([]record.SequenceNumber, slices)}
}

// cut leaves of a step the records that are its slice's: those that no earlier slice has
// read, and that come before the first one of a later slice.
func (j *joints) cut(st *step.Step) {
	j.mu.Lock()
	defer j.mu.Unlock()
	had := len(st.Records)
	if j.first[st.Slice] == nil {
		st.Records = behind(st.Records, j.last[:st.Slice])
	}
	if next := j.next(st.Slice); next != nil {
		for i, r := range st.Records {
			if r.SequenceNumber.Compare(next.SequenceNumber) >= 0 {
				st.Records, st.Joined = st.Records[:i], next
				st.End, st.Children = false, nil // that is the later one's to say
				break
			}
		}
	}
	if n := len(st.Records); n > 0 {
		if j.first[st.Slice] == nil {
			j.first[st.Slice] = &step.Joint{Slice: st.Slice, SequenceNumber: st.Records[0].SequenceNumber, ArrivedAt: st.Records[0].ArrivedAt}
		}
		j.last[st.Slice] = st.Records[n-1].SequenceNumber
	}
	st.Repeated += had - len(st.Records)
}

// next is where the nearest later slice begins that has read anything; nil: nowhere yet.
func (j *joints) next(slice int) *step.Joint {
	for _, first := range j.first[slice+1:] {
		if first != nil {
			return first
		}
	}
	return nil
}

// behind returns the records that come after all of the numbers.
func behind(records []record.Record, numbers []record.SequenceNumber) []record.Record {
	for _, n := range numbers {
		for n != "" && len(records) > 0 && records[0].SequenceNumber.Compare(n) <= 0 {
			records = records[1:]
		}
	}
	return records
}
