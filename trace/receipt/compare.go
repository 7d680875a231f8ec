package receipt

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// trimMargin is how long before the end of its retention a record may be gone.
const trimMargin = time.Minute

// Now is the stream as it is when a receipt is compared with it.
type Now struct {
	Stream
	// At is the server's time.
	At time.Time
	// Denied: the stream may not be described.
	Denied   bool
	Endpoint string
	Shards   shard.Lineage
}

// kept is the arrival time from which on nothing has expired.
func (n Now) kept() time.Time {
	return n.At.Add(trimMargin - time.Duration(n.RetentionHours)*time.Hour)
}

// CompareStream tells whether the receipt is of this stream, and not of one that
// went by its name.
func (r Receipt) CompareStream(now Now) Finding {
	f := func(outcome Outcome, format string, values ...any) Finding {
		return Finding{Check: OfStream, Outcome: outcome, Text: fmt.Sprintf(format, values...)}
	}
	created := record.Timestamp{Time: now.CreatedAt.Truncate(time.Millisecond)}
	parts := strings.Split(r.Stream.ARN, ":")
	switch {
	case r.Stream.Capture || now.Capture:
		return f(Unchecked, "a capture has no stream to compare it with")
	case r.Undescribed():
		return f(Unchecked, "the receipt does not tell when its stream was created, since its description was denied")
	case now.Denied:
		return f(Unchecked, "the stream may not be described, so nothing tells whether it is still the same")
	case len(parts) < 6 || parts[3] != r.Region || parts[4] != r.Account || parts[5] != "stream/"+r.Stream.Name:
		return f(Refuted, "the receipt's stream %s, account %s and region %s are not those of its ARN %s", r.Stream.Name, r.Account, r.Region, r.Stream.ARN)
	case now.ARN != r.Stream.ARN:
		return f(Unchecked, "the endpoint has the stream %s, and the receipt is of %s", now.ARN, r.Stream.ARN)
	case now.Endpoint != r.Endpoint:
		return f(Unchecked, "the receipt was made at %s, and this is %s", named(r.Endpoint), named(now.Endpoint))
	case created.After(r.Stream.CreatedAt.Time):
		return f(Unchecked, "the stream was created anew at %s, after the receipt's of %s", created.Words(), r.Stream.CreatedAt.Words())
	case !created.Equal(r.Stream.CreatedAt.Time):
		return f(Refuted, "the stream was created at %s, and not at %s", created.Words(), r.Stream.CreatedAt.Words())
	case r.FinishedAt.After(now.At.Add(clockSlack)):
		return f(Refuted, "the receipt was finished at %s, which is in the future", r.FinishedAt.Words())
	}
	return f(Stands, "the stream is the same, created at %s", created.Words())
}

func named(endpoint string) string {
	if endpoint == "" {
		return "AWS' own endpoint"
	}
	return endpoint
}

// CompareShards tells whether the stream lists the receipt's shards as it does, and
// whether it leaves one out that lived in the window.
func (r Receipt) CompareShards(now Now) []Finding {
	var findings []Finding
	add := func(outcome Outcome, id, text string) {
		if text != "" {
			findings = append(findings, Finding{Check: OfShards, Outcome: outcome, ShardID: id, Text: text})
		}
	}
	accounted := map[string]bool{}
	for _, a := range r.Coverage.Shards {
		accounted[a.ShardID] = true
		sh, listed := now.Shards.Find(a.ShardID)
		switch {
		case listed:
			add(Refuted, a.ShardID, differs(a, sh, now.Shards))
		case r.expired(a, now):
			add(Unchecked, a.ShardID, "is no longer listed: all of it has expired")
		default:
			add(Refuted, a.ShardID, "is not listed, and cannot have expired")
		}
	}
	if !r.Coverage.Complete || r.Verdict == Inconclusive || r.Part != nil {
		return whole(findings, "each shard of the receipt is listed as it was")
	}
	for _, sh := range now.Shards {
		if !accounted[sh.ID] {
			add(r.leftOut(sh))
		}
	}
	if err := r.lineage(now).Complete(r.Window.From.Time); err != nil {
		add(Refuted, "", "the receipt's shards and those listed now are not all that took writes: "+err.Error())
	}
	return whole(findings, "each shard of the receipt is listed as it was, and no other lived in the window")
}

// whole is one finding where there are no others.
func whole(findings []Finding, text string) []Finding {
	if len(findings) > 0 {
		return findings
	}
	return []Finding{{Check: OfShards, Outcome: Stands, Text: text}}
}

// lineage is the receipt's shards with those listed now, which know of what was
// closed since.
func (r Receipt) lineage(now Now) shard.Lineage {
	var all []shard.Shard
	for _, a := range r.Coverage.Shards {
		all = append(all, a.Shard())
	}
	return shard.NewLineage(append(all, now.Shards...))
}

// differs says how a listed shard is not the receipt's.
func differs(a coverage.Account, sh shard.Shard, all shard.Lineage) string {
	was := a.Shard()
	switch {
	case !slices.Equal(a.Parents, sh.Parents()):
		return fmt.Sprintf("came from %s, and not from %s", list(sh.Parents()), list(a.Parents))
	case was.Range != sh.Range:
		return fmt.Sprintf("owns the hash keys %s to %s, and not %s to %s", sh.Range.Start, sh.Range.End, was.Range.Start, was.Range.End)
	case was.Starting != sh.Starting && was.Starting != "": // one that was not listed yet tells none
		return fmt.Sprintf("begins with sequence number %s, and not %s", sh.Starting, was.Starting)
	case was.Ending != "" && was.Ending != sh.Ending:
		return fmt.Sprintf("ends with sequence number %s, and not %s", sh.Ending, was.Ending)
	}
	if a.Proof == nil || a.Proof.Kind != coverage.End {
		return ""
	}
	var children []string
	for _, child := range all.Children(a.ShardID) {
		children = append(children, child.ID)
	}
	named := slices.Sorted(slices.Values(a.Proof.Children))
	switch {
	case !sh.Closed():
		return "is open, and the receipt says that it ended"
	case len(children) > 0 && len(named) > 0 && !slices.Equal(children, named):
		return fmt.Sprintf("went over to %s, and not to %s", list(children), list(named))
	}
	return ""
}

func list(ids []string) string {
	if len(ids) == 0 {
		return "none"
	}
	return strings.Join(ids, " and ")
}

// expired tells whether a shard may be gone from the listing since all of it has
// expired. One that was open can have been closed no earlier than it was read.
func (r Receipt) expired(a coverage.Account, now Now) bool {
	last := r.StartedAt.Time
	if a.ClosedAt != nil {
		last = a.ClosedAt.Time
	}
	return last.Before(now.kept())
}

// leftOut judges a listed shard that the receipt does not account for.
func (r Receipt) leftOut(sh shard.Shard) (outcome Outcome, id, text string) {
	other, listed := OtherOf(sh), r.listed(sh.ID)
	switch opened := other.OpenedAt; {
	case other.before(r.Window.From.Time), other.behind(r.Window.Until.Time), r.narrowedOut(sh):
		return Stands, sh.ID, ""
	case opened == nil:
		return Unchecked, sh.ID, "does not tell when it opened, and the receipt leaves it out"
	case !opened.Before(listed.Truncate(time.Second)):
		return Stands, sh.ID, ""
	case opened.After(r.Window.Until.Time) && !opened.Before(listed.Add(-r.settle())):
		return Unchecked, sh.ID, "opened behind the window just before the last proof, and the listing that was asked for then may not have shown it yet"
	}
	return Refuted, sh.ID, "lived in the window, and the receipt leaves it out"
}

func (r Receipt) settle() time.Duration {
	return time.Duration(r.Settings.SettleMillis) * time.Millisecond
}

// listed is about when the last listing was asked for that could show a shard: what opened
// later came long after the window had settled. A part tells it; of a whole scan it is
// when the last proof was asked for.
func (r Receipt) listed(shardID string) (at time.Time) {
	if part := r.readBy(shardID); part != nil {
		return part.ListedAt.Time
	}
	for _, a := range r.Coverage.Shards {
		if a.Proof != nil && a.Proof.AskedAt.After(at) {
			at = a.Proof.AskedAt.Time
		}
	}
	return at
}

// narrowedOut: its range is not the one that the MD5 of the partition key names.
func (r Receipt) narrowedOut(sh shard.Shard) bool {
	key := r.Event.PartitionKey
	return r.Settings.Narrow && key != nil && !sh.Named(*key)
}

// Again tells whether what an absent verdict rests on can still be read again.
func (r Receipt) Again(now Now) Finding {
	ends := record.Timestamp{Time: r.Window.From.Add(time.Duration(now.RetentionHours)*time.Hour - trimMargin)}
	if r.Window.From.Before(now.kept()) {
		return Finding{Check: OfWindow, Outcome: Unchecked, Text: fmt.Sprintf("the window has begun to expire at %s, so it cannot be read again", ends.Words())}
	}
	return Finding{Check: OfWindow, Outcome: Stands, Text: fmt.Sprintf("the stream still holds all of the window, until %s: the same trace would read it again", ends.Words())}
}
