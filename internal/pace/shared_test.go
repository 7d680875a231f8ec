package pace

import (
	"testing"
	"time"
)

// Over an hour of pages that come back at once, no share of reads or bytes is
// exceeded, and hardly anything of it is left unused.
func TestShareIsKept(t *testing.T) {
	for _, c := range []struct {
		share Share
		bytes int64
	}{{1, 100}, {0.6, 100}, {0.4, 100}, {1, mib}, {0.6, 10 * mib}, {0.4, 3 * mib}} {
		s, share := NewShard(c.share), float64(c.share)
		now, reads, bytes := start, 0.0, int64(0)
		for now.Before(start.Add(time.Hour)) {
			s.Read(now, now, c.bytes, false)
			reads, bytes = reads+1, bytes+c.bytes
			now = now.Add(s.Wait(now))
		}
		if most := 3600*5*share + 1; reads > most {
			t.Errorf("share %v, pages of %d: %v reads, at most %v", c.share, c.bytes, reads, most)
		}
		if most := 3600*2*mib*share + float64(c.bytes); float64(bytes) > most {
			t.Errorf("share %v, pages of %d: %d bytes, at most %v", c.share, c.bytes, bytes, most)
		}
		if least := min(3600*5*share, 3600*2*mib*share/float64(c.bytes)); reads < 0.99*least {
			t.Errorf("share %v, pages of %d: only %v reads of %v", c.share, c.bytes, reads, least)
		}
	}
}

// A gigabyte of a shard that others leave alone is read in the time that the
// share of 2 MB/s takes, and a twentieth more, also where an answer takes as long
// as AWS was seen to take for a full page.
func TestSaturatedShardTakesItsShare(t *testing.T) {
	const size = 1 << 30
	for _, share := range []Share{0.1, 0.4, 0.6} {
		for _, page := range []int64{mib / 2, 3 * mib, 9*mib + mib/2, 10 * mib} {
			answer := time.Duration(page) * 350 * ms / mib
			s, now, read := NewShard(share), start, int64(0)
			for read < size {
				now = now.Add(s.Wait(now))
				asked := now
				now = now.Add(answer)
				s.Read(asked, now, page, false)
				read += page
			}
			most := 1.05 * float64(read) / (2 * mib * float64(share))
			if took := now.Sub(start).Seconds(); took > most {
				t.Errorf("share %v, pages of %d: %.0f s, at most %.0f", share, page, took, most)
			}
		}
	}
}

// quota is the reads that a shard allows: 5 a second, 5 at once.
type quota struct {
	left float64
	at   time.Time
}

func (q *quota) allows(now time.Time) bool {
	q.left, q.at = min(5, q.left+5*now.Sub(q.at).Seconds()), now
	if q.left < 1 {
		return false
	}
	q.left--
	return true
}

// contend has a reader of the share read for ten minutes beside four pollers,
// each once a second, and returns the part of their calls that was refused, and
// our reads a second.
func contend(share Share) (refused, rate float64) {
	const minutes = 10
	q, s := quota{5, start}, NewShard(share)
	var others [4]time.Time
	for i := range others {
		others[i] = start.Add(time.Duration(i) * 241 * ms)
	}
	calls, reads := 0, 0
	for now := start; now.Before(start.Add(minutes * time.Minute)); now = now.Add(ms) {
		for i := range others {
			if now.Before(others[i]) {
				continue
			}
			others[i] = now.Add(second + time.Duration(i+1)*3*ms) // and what the call takes
			calls++
			if !q.allows(now) {
				refused++
			}
		}
		if s.Wait(now) > 0 {
			continue
		}
		if q.allows(now) {
			reads++
			s.Read(now, now.Add(20*ms), 200_000, false)
			s.delay(now, 20*ms) // what the call takes
		} else {
			s.Throttled(now)
		}
	}
	return refused / float64(calls), float64(reads) / (minutes * 60)
}

// Beside others we take what they leave, and they are refused far less often
// than beside a reader that does not give way.
func TestGivesWay(t *testing.T) {
	theirs, _ := contend(Off)
	for _, share := range []Share{0.4, 0.6, 1} {
		refused, rate := contend(share)
		t.Logf("share %v: %.3f of the others' calls refused, %.2f reads/s; off: %.3f", share, refused, rate, theirs)
		if refused > 0.12 || refused > theirs/4 {
			t.Errorf("share %v: %.3f of the others' calls are refused, %.3f where the pacing is off", share, refused, theirs)
		}
		if rate < 0.8 {
			t.Errorf("share %v: only %.2f reads a second", share, rate)
		}
	}
}
