package cmd

import (
	"time"

	"kinspect/internal/coverage"
)

// meterSpan: a page is 10 MiB at most, which a shard's read quota of 2 MB/s takes
// 5 s to give, or 9 s at our share; a rate over a few pages stands still.
//
// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
const meterSpan = 30 * time.Second

// meter tells rates over the last one or two spans.
type meter struct{ before, since mark }

// mark is what had been read at a time, of each shard in bytes.
type mark struct {
	at             time.Duration
	bytes, records int64
	shards         map[string]int64
}

// read notes a moment, once a span. The first is where a scan begins, which may go
// on from an earlier one.
func (m *meter) read(n moment) {
	if m.since.shards != nil && n.elapsed < m.since.at+meterSpan {
		return
	}
	s := mark{n.elapsed, n.Bytes, n.Records, make(map[string]int64, len(n.Stretches))}
	for _, st := range n.Stretches {
		s.shards[st.ShardID] = st.Bytes
	}
	if m.before = m.since; m.before.shards == nil {
		m.before = s
	}
	m.since = s
}

// rates are bytes and records a second; not ok before they tell something.
func (m *meter) rates(n moment) (bytes, records int64, ok bool) {
	bytes, ok = m.perSecond(n, n.Bytes-m.before.bytes)
	records, _ = m.perSecond(n, n.Records-m.before.records)
	return bytes, records, ok
}

// rate is a shard's bytes a second.
func (m *meter) rate(n moment, s coverage.Stretch) (bytes int64, ok bool) {
	return m.perSecond(n, s.Bytes-m.before.shards[s.ShardID])
}

func (m *meter) perSecond(n moment, since int64) (rate int64, ok bool) {
	over := n.elapsed - m.before.at
	if over < estimateAfter {
		return 0, false
	}
	return int64(float64(since) / over.Seconds()), true
}
