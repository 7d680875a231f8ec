package coverage

import "time"

// Progress is how far a scan has come.
type Progress struct {
	Shards, ShardsDone int
	Records, Bytes     int64
	// Behind is the furthest that an unfinished shard is from the window's end.
	Behind time.Duration
	// Stretches has one of each shard, in no order.
	Stretches []Stretch
}

// Stretch is how much of a shard's arrival times has been read, and has not.
type Stretch struct {
	ShardID string
	// Began is the server's time when the shard was opened.
	Began            time.Time
	Done, Rest       time.Duration
	Bytes, Throttled int64
	// Ended tells that the reading is over, Failed that it was before its proof.
	Ended, Failed bool
}

// Part is how much of the whole has been read, from 0 to 1.
func (s Stretch) Part() float64 { return part(s.Done.Seconds(), s.Rest.Seconds(), s.Ended) }

// Part is how much of all shards' stretches has been read, from 0 to 1.
func (p Progress) Part() float64 {
	done, rest := 0.0, 0.0 // years of a thousand shards exceed a Duration
	for _, s := range p.Stretches {
		done, rest = done+s.Done.Seconds(), rest+s.Rest.Seconds()
	}
	return part(done, rest, p.ShardsDone == p.Shards)
}

// part takes an empty whole for read once it has ended.
func part(done, rest float64, ended bool) float64 {
	switch {
	case ended:
		return 1
	case done <= 0:
		return 0
	}
	return done / (done + rest)
}

// Progress sums up the accounts so far.
func (l *Ledger) Progress() Progress {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := Progress{Shards: len(l.accounts), Stretches: make([]Stretch, 0, len(l.accounts))}
	for _, a := range l.accounts {
		for _, s := range a.slices {
			p.Records += s.records
			p.Bytes += s.bytes
		}
		if a.closed() {
			p.ShardsDone++
		} else {
			p.Behind = max(p.Behind, a.behind(l.window))
		}
		p.Stretches = append(p.Stretches, a.stretch(l.window))
	}
	return p
}

// stretch reaches from the first position to the end of the window, or to that of
// the shard.
func (a *account) stretch(w Window) Stretch {
	all := Stretch{ShardID: a.ShardID, Began: a.began, Ended: a.closed(), Failed: a.failed()}
	for i, s := range a.slices {
		done, rest := s.way(a.until(w, i))
		all.Done, all.Rest = all.Done+done, all.Rest+rest
		all.Bytes, all.Throttled = all.Bytes+s.bytes, all.Throttled+s.throttled
	}
	if all.Ended {
		all.Done, all.Rest = all.Done+all.Rest, 0
	}
	return all
}

// behind is how much of the shard has not been read.
func (a *account) behind(w Window) (rest time.Duration) {
	if len(a.slices) == 1 {
		return w.Until.Sub(a.slices[0].position)
	}
	return a.stretch(w).Rest
}

// until is where a slice ends: about where the next one begins, the last one with the
// window or the shard.
func (a *account) until(w Window, slice int) time.Time {
	switch {
	case slice+1 < len(a.slices):
		return a.slices[slice+1].start
	case a.ClosedAt != nil && a.ClosedAt.Before(w.Until):
		return a.ClosedAt.Time
	}
	return w.Until
}

// way is how much of a slice has been read, and has not.
func (s *slice) way(end time.Time) (done, rest time.Duration) {
	all := max(0, end.Sub(s.start))
	if s.closed() {
		return all, 0
	}
	done = min(all, s.position.Sub(s.start))
	return done, all - done
}

// Remaining estimates at the server's time now how long the rest will take: what
// the slowest shard needs at its pace so far, or all of them together at theirs,
// since not all may have had their turn; whichever is longer. It is not ok while
// nothing has been read. It takes shards for evenly filled.
func (p Progress) Remaining(now time.Time) (left time.Duration, ok bool) {
	began, done, rest := now, 0.0, 0.0
	for _, s := range p.Stretches {
		if s.Began.Before(began) {
			began = s.Began
		}
		done, rest = done+s.Done.Seconds(), rest+s.Rest.Seconds()
		left = max(left, extrapolate(now.Sub(s.Began), s.Done.Seconds(), s.Rest.Seconds()))
	}
	return max(left, extrapolate(now.Sub(began), done, rest)), done > 0
}

// remainingMax bounds an estimate: a year, the longest retention, at any share.
const remainingMax = 8760 * time.Hour

// extrapolate is how long the rest takes if it goes on so; 0 if nothing is done yet.
func extrapolate(elapsed time.Duration, done, rest float64) time.Duration {
	if done <= 0 {
		return 0
	}
	return time.Duration(min(float64(remainingMax), float64(elapsed)*rest/done))
}
