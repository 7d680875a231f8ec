package receipt

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// Portion is the part that a receipt is of, and what is known of the others.
type Portion struct {
	Part
	// ListedAt is the server's time, at the least, when the shards were listed last,
	// after the reading; zero where they could not be.
	ListedAt record.Timestamp `json:"listedAt,omitzero"`
	// Compared tells that an ID was made of a record, where many events are compared
	// with IDs.
	Compared bool `json:"compared,omitempty"`
	// Others are the shards of other parts that may hold records of the window, by ID.
	Others []Other `json:"others"`
}

// Other is a shard of another part. When it was opened and closed is left out where its
// numbers do not tell.
type Other struct {
	ShardID  string            `json:"shardId"`
	OpenedAt *record.Timestamp `json:"openedAt,omitempty"`
	ClosedAt *record.Timestamp `json:"closedAt,omitempty"`
}

// OtherOf is a shard as a listing shows it.
func OtherOf(sh shard.Shard) Other {
	o := Other{ShardID: sh.ID}
	if at, told := sh.OpenedAt(); told {
		o.OpenedAt = &record.Timestamp{Time: at}
	}
	if at, told := sh.ClosedAt(); told {
		o.ClosedAt = &record.Timestamp{Time: at}
	}
	return o
}

// Joined is a part as a receipt that was merged of several has it.
type Joined struct {
	Part
	Verdict    Verdict          `json:"verdict"`
	Window     Window           `json:"window"`
	ListedAt   record.Timestamp `json:"listedAt,omitzero"`
	StartedAt  record.Timestamp `json:"startedAt"`
	FinishedAt record.Timestamp `json:"finishedAt"`
}

// PartOf is which shards the receipt speaks of.
func (r Receipt) PartOf() Part {
	if r.Part == nil {
		return Part{}
	}
	return r.Part.Part
}

// Missing are the indexes of the parts that a merged receipt lacks, in order.
func (r Receipt) Missing() (missing []int) {
	if r.Joined == nil {
		return nil
	}
	for i := range r.Joined[0].Of {
		if r.joinedOf(i+1) == nil {
			missing = append(missing, i+1)
		}
	}
	return missing
}

// joinedOf is the part of an index, or nil where it is missing. They are in order.
func (r Receipt) joinedOf(index int) *Joined {
	at, found := slices.BinarySearchFunc(r.Joined, index, func(j Joined, index int) int { return j.Index - index })
	if !found {
		return nil
	}
	return &r.Joined[at]
}

// readBy is the part that read a shard, of those that a merged receipt has; nil for any
// other.
func (r Receipt) readBy(shardID string) *Joined {
	if r.Joined == nil {
		return nil
	}
	return r.joinedOf(Owner(shardID, r.Joined[0].Of))
}

// WindowOf is the one in which a shard was read: that of its part, which may reach
// beyond the one that all parts share.
func (r Receipt) WindowOf(shardID string) Window {
	if part := r.readBy(shardID); part != nil {
		return part.Window
	}
	return r.Window
}

// Holds tells whether an arrival time lies within the window. What does not tell when
// it arrived may, and an open window held what has expired since.
func (w Window) Holds(at time.Time) bool {
	return at.IsZero() || !at.After(w.Until.Time) && (w.Open || !at.Before(w.From.Time))
}

// checkParts returns what the receipt of a part, or of several, cannot lack.
func (r Receipt) checkParts() error {
	if p := r.Part; p != nil && (p.Whole() || p.Index < 1 || p.Index > p.Of || p.Of > PartsMax || r.Joined != nil) {
		return fmt.Errorf("it is of %s", p.Words())
	}
	if r.Joined != nil && len(r.Joined) == 0 {
		return errors.New("it joins no parts")
	}
	for i, j := range r.Joined {
		switch {
		case j.Index < 1 || j.Index > j.Of || j.Of > PartsMax || j.Of != r.Joined[0].Of, i > 0 && j.Index <= r.Joined[i-1].Index:
			return errors.New("the parts that it joins do not go together")
		case j.Window.From.IsZero() || j.Window.Until.IsZero():
			return fmt.Errorf("the window of its %s has no ends", j.Words())
		}
	}
	return nil
}

// parts holds what it says of parts against its shards and its verdict.
func (c *contradictions) parts(r Receipt) {
	apart := slices.ContainsFunc(r.Reasons, func(n notice.Notice) bool { return n.Code == notice.Part })
	lacks := r.Part != nil || len(r.Missing()) > 0
	c.add(lacks && r.Verdict == Absent, "it is absent, and not all parts were read")
	c.add(lacks && r.Verdict == Inconclusive && !apart, "not all parts were read, and that is no reason")
	c.add(apart && r.Part == nil && r.Joined == nil, "it has all shards, and lacks those of other parts")
	for _, a := range r.Coverage.Shards {
		ours := r.Joined == nil && r.PartOf().Reads(a.ShardID) || r.readBy(a.ShardID) != nil
		c.add(!ours, "%s is a shard of another part", a.ShardID)
	}
	if r.Part != nil {
		c.add(r.Part.ListedAt.IsZero() && r.Verdict == Inconclusive && len(r.Reasons) < 2, "it did not list the shards at its end, and does not say why")
		for _, o := range r.Part.Others {
			c.add(r.Part.Reads(o.ShardID), "%s is no shard of another part", o.ShardID)
		}
	}
	for _, j := range r.Joined {
		c.add(r.Window.Until.After(j.Window.Until.Time) || r.Window.From.Before(j.Window.From.Time), "its window is wider than that of %s", j.Words())
		c.add(j.StartedAt.Before(r.StartedAt.Time) || j.FinishedAt.After(r.FinishedAt.Time), "%s was read at another time", j.Words())
	}
}

// before and behind tell that no record of a shard can have arrived within a window.
func (o Other) before(from time.Time) bool {
	return o.ClosedAt != nil && !o.ClosedAt.Add(coverage.Pad).After(from)
}

func (o Other) behind(until time.Time) bool {
	return o.OpenedAt != nil && o.OpenedAt.After(until.Add(coverage.Pad))
}
