package reader

import (
	"context"
	"sync"
	"sync/atomic"

	"kinspect/internal/record"
	"kinspect/internal/step"
)

// sliced is a shard whose slices are read, each in its turn, by as many at once as there
// are consumers.
type sliced struct {
	*crew
	start  Start
	ctx    context.Context // the shard's, which outlives that of a slice
	joints *joints
	ctxs   []context.Context // by slice
	ends   []context.CancelFunc
	next   atomic.Int64
}

// followSlices reads the slices of a shard.
func (c *crew) followSlices(ctx context.Context, start Start) {
	s := &sliced{crew: c, start: start, ctx: ctx, joints: newJoints(start)}
	for range 1 + len(start.Slices) {
		of, end := context.WithCancel(ctx)
		defer end()
		s.ctxs, s.ends = append(s.ctxs, of), append(s.ends, end)
	}
	var readers sync.WaitGroup
	for consumer := range max(1, len(c.consumers)) {
		readers.Go(func() { s.read(consumer) })
	}
	readers.Wait()
}

// read takes slices until none is left. When one was read to the end of what is wanted,
// those that would begin behind it are not needed.
func (s *sliced) read(consumer int) {
	for {
		i := int(s.next.Add(1)) - 1
		if i >= len(s.ctxs) {
			return
		}
		if from := s.slice(i); from.At.Kind != "" && s.follow(s.ctxs[i], from, i, consumer) {
			for _, end := range s.ends[i+1:] {
				end()
			}
		}
	}
}

// slice is where one of the slices begins.
func (s *sliced) slice(i int) Start {
	from := s.start
	from.Slices = nil
	if i > 0 {
		from.At = s.start.Slices[i-1].At
	}
	return from
}

// follow reads one slice, and tells whether it was read to the end of what is wanted. One
// that found nothing to read tells nothing of a later one.
func (s *sliced) follow(ctx context.Context, start Start, i, consumer int) (whole bool) {
	from := s.source(start, consumer, nil) // what is passed over could not be cut off
	defer from.close()
	for s.await(ctx, start.Shard.ID) {
		st, ok := from.next(ctx)
		if !ok {
			return false
		}
		st.Slice = i
		s.joints.cut(&st)
		if last := s.handle(s.ctx, from, st); last || st.Joined != nil {
			return st.Kind == step.Page && st.Joined == nil && s.joints.begun(i)
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

// newJoints takes for read what comes before a number behind which a slice begins.
func newJoints(start Start) *joints {
	j := &joints{first: []*step.Joint{nil}, last: []record.SequenceNumber{start.At.SequenceNumber}}
	for _, s := range start.Slices {
		j.first, j.last = append(j.first, s.First), append(j.last, s.At.SequenceNumber)
	}
	return j
}

// begun tells whether a slice has read anything, or is the first.
func (j *joints) begun(slice int) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slice == 0 || j.first[slice] != nil
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
	if len(st.Records) < had {
		st.Extent = record.ExtentOf(st.Records)
		st.Repeated += had - len(st.Records)
	}
	if st.Count > 0 {
		if j.first[st.Slice] == nil {
			j.first[st.Slice] = &step.Joint{Slice: st.Slice, Point: st.First}
		}
		j.last[st.Slice] = st.Last.SequenceNumber
	}
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
