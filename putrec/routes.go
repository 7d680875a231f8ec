package putrec

import (
	"strings"
	"time"

	"kinspect/internal/shard"
)

// closedRecently is how long a closed shard may still take writes, and more: a
// reshard's cut-over comes some 25 s after it is listed.
const closedRecently = time.Minute

// routes predicts which shard takes a record, by the last listing.
type routes struct {
	lineage shard.Lineage
	live    []shard.Shard // open, or closed of late
	asked   time.Time
	// stale says that a record went elsewhere than was predicted.
	stale bool
}

func newRoutes(lineage shard.Lineage, now time.Time) routes {
	r := routes{lineage: lineage, asked: now}
	for _, s := range lineage {
		if closed, told := s.ClosedAt(); !s.Closed() || told && closed.After(now.Add(-closedRecently)) {
			r.live = append(r.live, s)
		}
	}
	return r
}

// shard is the open shard that takes the record; empty where it is not known.
func (r *routes) shard(s *source) string {
	h, ok := s.hash()
	for _, candidate := range r.live {
		if ok && !candidate.Closed() && candidate.Range.Contains(h) {
			return candidate.ID
		}
	}
	return ""
}

// cell names all shards that may take the record, before a reshard's cut-over or
// behind it. Records of one cell share a shard either way.
func (r *routes) cell(s *source) string {
	var owners []string
	h, ok := s.hash()
	for _, candidate := range r.live {
		if ok && candidate.Range.Contains(h) {
			owners = append(owners, candidate.ID)
		}
	}
	return strings.Join(owners, " ")
}

// ClosedShard takes no writes any more.
type ClosedShard struct {
	ID string
	// Children took its range over.
	Children []string
}

func (e *ClosedShard) Error() string { return e.ID + " is closed and takes no records" }

// hashKeyOf returns a hash key inside an open shard's range.
func (r *routes) hashKeyOf(id, stream string) (string, error) {
	s, found := r.lineage.Find(id)
	switch {
	case !found:
		return "", &shard.Unknown{ID: id, Stream: stream}
	case !s.Closed():
		return s.Range.Start.String(), nil
	}
	closed := &ClosedShard{ID: id}
	for _, child := range r.lineage.Children(id) {
		closed.Children = append(closed.Children, child.ID)
	}
	return "", closed
}
