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
		if least := min(3600*5*share, 3600*2*mib*share/float64(c.bytes)); reads < 0.95*least {
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

// contend has a reader of the share read for some time beside four pollers, each
// once a second, and returns the part of their calls that was refused, and our
// reads a second. The phase, 0 to 1, is where our first read falls between two of
// theirs.
func contend(share Share, phase float64, d time.Duration) (refused, rate float64) {
	q, s := quota{5, start}, NewShard(share)
	s.next = start.Add(time.Duration(phase * 250 * float64(ms)))
	var others [4]time.Time
	for i := range others {
		others[i] = start.Add(time.Duration(i) * 250 * ms)
	}
	calls, reads := 0, 0
	for now := start; now.Before(start.Add(d)); now = now.Add(ms) {
		for i := range others {
			if now.Before(others[i]) {
				continue
			}
			others[i] = now.Add(second)
			calls++
			if !q.allows(now) {
				refused++
			}
		}
		switch {
		case s.Wait(now) > 0:
		case q.allows(now):
			reads++
			s.Read(now, now.Add(20*ms), 200_000, false)
			s.next = latest(s.next, now.Add(20*ms)) // the call takes some time
		default:
			s.Throttled(now)
		}
	}
	return refused / float64(calls), float64(reads) / d.Seconds()
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Beside others we take what they leave, and they are refused far less often
// than beside a reader that does not give way, wherever our reads fall between
// theirs.
func TestGivesWay(t *testing.T) {
	const phases = 10
	for _, share := range []Share{0.4, 0.6, 1, Off} {
		sum, worst, least := 0.0, 0.0, 5.0
		for i := range phases {
			refused, rate := contend(share, float64(i)/phases, 3*time.Minute)
			sum, worst, least = sum+refused, max(worst, refused), min(least, rate)
		}
		t.Logf("share %v: %.3f of the others' calls refused, at the most %.3f; %.2f reads/s at the least", share, sum/phases, worst, least)
		if share == Off && sum/phases < 0.3 {
			t.Errorf("the others do not feel a reader without a share: %.3f of their calls are refused", sum/phases)
		}
		if share != Off && (sum/phases > 0.05 || worst > 0.1 || least < 0.9) {
			t.Errorf("share %v: %.3f of the others' calls are refused, at the most %.3f; %.2f reads/s", share, sum/phases, worst, least)
		}
	}
}
