package coverage

import "time"

// Progress is how far a scan has come.
type Progress struct {
	Shards, ShardsDone int
	Records, Bytes     int64
	// Behind is the furthest that an unfinished shard is from the window's end.
	Behind time.Duration
	// Stretches has one of each shard.
	Stretches []Stretch
}

// Stretch is how much of a shard's arrival times has been read, and has not.
type Stretch struct {
	// Began is the server's time when the shard was opened.
	Began      time.Time
	Done, Rest time.Duration
}

// Progress sums up the accounts so far.
func (l *Ledger) Progress() Progress {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := Progress{Shards: len(l.accounts)}
	for _, a := range l.accounts {
		p.Records += a.Records
		p.Bytes += a.Bytes
		if a.closed() {
			p.ShardsDone++
		} else {
			p.Behind = max(p.Behind, l.window.Until.Sub(a.position))
		}
		p.Stretches = append(p.Stretches, a.stretch(l.window))
	}
	return p
}

// stretch reaches from the first position to the end of the window, or to that of
// the shard.
func (a *account) stretch(w Window) Stretch {
	end := w.Until
	if a.ClosedAt != nil && a.ClosedAt.Before(end) {
		end = a.ClosedAt.Time
	}
	s := Stretch{Began: a.began, Rest: max(0, end.Sub(a.start))}
	if s.Done = min(s.Rest, a.position.Sub(a.start)); a.closed() {
		s.Done = s.Rest
	}
	s.Rest -= s.Done
	return s
}

// Remaining estimates at the server's time now how long the rest will take: what
// the slowest shard needs at its pace so far, or all of them together at theirs,
// since not all may have had their turn; whichever is longer. It is not ok while
// nothing has been read. It takes shards for evenly filled.
func (p Progress) Remaining(now time.Time) (left time.Duration, ok bool) {
	began, done, rest := now, 0.0, 0.0 // years of a thousand shards exceed a Duration
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
