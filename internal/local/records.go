package local

import (
	"encoding/base64"
	"slices"
	"strconv"
	"time"
)

// Limits of GetRecords. Source: its text in the service model.
const (
	recordsMax   = 10000
	pageBytesMax = 10 << 20 // data and partition keys
)

type recordsInput struct {
	suffering
	ShardIterator string
	Limit         *int
}

// recordsOutput is one page.
type recordsOutput struct {
	records  []storedRecord
	next     string // empty at the end of a closed shard
	children []*shard
	behind   int64 // milliseconds, whole seconds only
}

func (s *Server) getRecords(now time.Time, in *recordsInput) (any, error) {
	var v violations
	v.limit(in.Limit, "limit", recordsMax)
	if v.required(in.ShardIterator, "shardIterator") {
		v.length(in.ShardIterator, "shardIterator", 1, 512)
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	t, d, p, err := s.follow(in.ShardIterator, now)
	if err != nil {
		return nil, err
	}
	if err := s.admitRead(t, d, now); err != nil {
		return nil, err
	}
	t.trim(now)
	out := s.page(t, d, p, in, now)
	in.fault.change(&out)
	return out, nil
}

// page is the page from a place on.
func (s *Server) page(t *stream, d *shard, p place, in *recordsInput, now time.Time) recordsOutput {
	rest := d.from(p)
	shown := readableBy(rest, now)
	if in.fault.Empty {
		return recordsOutput{next: iteratorTo(t, d, p, now), behind: s.behind(d, nil, shown, now)}
	}
	if d.ended(now) && len(rest) == 0 {
		return recordsOutput{children: d.children, behind: age(now, d.closedAt.UnixMilli())}
	}
	page, bytes, full := onePage(shown, in.fault.most(in.Limit))
	s.bookRead(d, bytes, full, now)
	if len(page) > 0 {
		p = place{page[len(page)-1].sequence, true}
	}
	return recordsOutput{records: page, next: iteratorTo(t, d, p, now), behind: s.behind(d, page, shown, now)}
}

// onePage are the first records, up to the limit and to 10 MiB; one at least. It
// is full if the 10 MiB ended it.
func onePage(records []storedRecord, limit *int) (page []storedRecord, bytes int, full bool) {
	most := recordsMax
	if limit != nil {
		most = *limit
	}
	most = min(most, len(records))
	for i, r := range records[:most] {
		size := len(r.data) + len(r.key)
		if bytes+size > pageBytesMax && i > 0 {
			return records[:i], bytes, true
		}
		bytes += size
	}
	return records[:most], bytes, bytes >= pageBytesMax
}

// behind is MillisBehindLatest: the age of the page's last record, or of the one
// that an empty page stands before, but 0 once an open shard has nothing more.
// On a closed shard it goes on growing.
func (s *Server) behind(d *shard, page, shown []storedRecord, now time.Time) int64 {
	switch {
	case len(page) == len(shown) && !d.ended(now):
		return s.idleBehind.Truncate(time.Second).Milliseconds()
	case len(page) == 0 && len(shown) > 0:
		return age(now, shown[0].arrived)
	case len(page) == 0:
		return age(now, d.closedAt.UnixMilli())
	}
	return age(now, page[len(page)-1].arrived)
}

// age is how long ago a time in milliseconds was, in milliseconds, but whole
// seconds.
func age(now time.Time, millis int64) int64 {
	return max(0, (now.UnixMilli()-millis)/1000*1000)
}

type childOutput struct {
	HashKeyRange hashRangeOutput
	ParentShards []string
	ShardId      string
}

func (o recordsOutput) appendJSON(b []byte) []byte {
	b = append(slices.Grow(b, o.size()), '{')
	if len(o.children) > 0 {
		b = append(b, `"ChildShards":`...)
		b = appendValue(b, childOutputs(o.children))
		b = append(b, ',')
	}
	b = append(b, `"MillisBehindLatest":`...)
	b = strconv.AppendInt(b, o.behind, 10)
	if o.next != "" {
		b = append(b, `,"NextShardIterator":`...)
		b = appendString(b, o.next)
	}
	b = append(b, `,"Records":[`...)
	for i := range o.records {
		if i > 0 {
			b = append(b, ',')
		}
		b = o.records[i].appendJSON(b)
	}
	return append(b, `]}`...)
}

// size is about how long the JSON gets; a guess too low costs a copy.
func (o recordsOutput) size() int {
	const each = 192 // names, times and numbers of a record
	n := 1024
	for i := range o.records {
		n += base64.StdEncoding.EncodedLen(len(o.records[i].data)) + len(o.records[i].key) + each
	}
	return n
}

func childOutputs(children []*shard) []childOutput {
	out := make([]childOutput, len(children))
	for i, d := range children {
		out[i] = childOutput{HashKeyRange: hashRangeOutput{d.hashes.end.String(), d.hashes.start.String()}, ShardId: d.id}
		for _, p := range d.parents {
			out[i].ParentShards = append(out[i].ParentShards, p.id)
		}
	}
	return out
}

func (r *storedRecord) appendJSON(b []byte) []byte {
	b = append(b, `{"ApproximateArrivalTimestamp":`...)
	b = epoch(r.arrived).appendJSON(b)
	b = append(b, `,"Data":"`...)
	b = base64.StdEncoding.AppendEncode(b, r.data)
	b = append(b, '"')
	if r.encryption != "" {
		b = append(b, `,"EncryptionType":`...)
		b = appendString(b, r.encryption)
	}
	if r.key != "" {
		b = append(b, `,"PartitionKey":`...)
		b = appendString(b, r.key)
	}
	b = append(b, `,"SequenceNumber":"`...)
	b = append(b, r.sequence...)
	return append(b, `"}`...)
}
